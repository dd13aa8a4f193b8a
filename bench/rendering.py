"""bench/RESULTS.md, written from the raw figures."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import validating
from bench.measurements import MEASUREMENTS, SHIPPED, Measurement
from bench.results import Cell, Part, Results, ratio
from bench.workspace import Size


@dataclass(frozen=True)
class Bar:
    """What the project has set itself; `figure` is None where it has not been measured."""

    claim: str
    limit: float
    unit: str
    figure: Callable[[Results], float | None]
    at_least: bool = False

    def row(self, results: Results) -> str:
        figure = self.figure(results)
        limit = f"{'at least' if self.at_least else 'at most'} {self.limit:g} {self.unit}"
        if figure is None:
            return f"| {self.claim} | {limit} | | not measured |"
        met = figure >= self.limit if self.at_least else figure <= self.limit
        return f"| {self.claim} | {limit} | {figure:.2f} | {'met' if met else 'not met'} |"


def _seconds(name: str, size: str, contender: str) -> Callable[[Results], float | None]:
    def figure(results: Results) -> float | None:
        part = results.find(name, size)
        cell = part and part.find(contender)
        return cell.seconds if cell else None

    return figure


def _faster(contender: str) -> Callable[[Results], float | None]:
    def figure(results: Results) -> float | None:
        part = results.find("validating", "1M")
        other, own = (part and part.find(each) for each in (contender, "compiled"))
        return ratio(other, own) if other and own else None

    return figure


def _faster_at_the_same(results: Results) -> float | None:
    """With every constraint evaluated; the least that it can be where the other was given up."""
    part = results.find("validating", "1M")
    other, own = (part and part.find(each) for each in (validating.WRITTEN_OUT, "compiled"))
    if not (other and own and own.seconds):
        return None
    return (other.seconds or validating.PATIENCE_SECONDS) / own.seconds


def _storing(results: Results) -> float | None:
    """Against the faster way of loading the same quads into the same graphs."""
    part = results.find("storing", "1M")
    own = part and part.find("graphsvc")
    if not part or not own:
        return None
    others = [part.find(f"oxigraph load, {format}") for format in ("TriG", "N-Quads")]
    found = [ratio(own, other) for other in others if other]
    return max((each for each in found if each is not None), default=None)


def _gib(name: str, contender: str) -> Callable[[Results], float | None]:
    """Peak memory at 10 M quads."""

    def figure(results: Results) -> float | None:
        part = results.find(name, "10M")
        cell = part and part.find(contender)
        return cell.peak_mib / 1024 if cell and cell.peak_mib else None

    return figure


def _memory(results: Results) -> float | None:
    part = results.find("validating", "1M")
    own, other = (part and part.find(each) for each in ("compiled", "pyrudof"))
    if not (own and other and own.peak_mib and other.peak_mib):
        return None
    return own.peak_mib / other.peak_mib


def _per_quad(results: Results) -> float | None:
    larger, smaller = (_seconds("validating", size, "compiled")(results) for size in ("10M", "1M"))
    return larger / 10 / smaller if larger and smaller else None


def _a_second(
    contender: str, case: str, other: str = "oxigraph"
) -> Callable[[Results], float | None]:
    """Requests a second under load, in times of those of another."""

    def figure(results: Results) -> float | None:
        part = results.find("serving", "1M")
        own, others = (part and part.find(each, case) for each in (contender, other))
        return ratio(others, own) if own and others else None

    return figure


def _least_a_second(results: Results) -> float | None:
    """Of all that the slow one has, in times of it."""
    part = results.find("serving", "1M")
    cells = part.cells if part else []
    cases = [cell.case for cell in cells if cell.contender == "rdflib-endpoint"]
    found = [_a_second("graphsvc", each, "rdflib-endpoint")(results) for each in cases]
    return min((each for each in found if each is not None), default=None)


def _heavy(results: Results) -> float | None:
    """The worst of the queries that take Oxigraph's server over 50 ms."""
    part = results.find("querying", "1M")
    cells = part.cells if part else []
    found = [
        ratio(cell, theirs)
        for cell in cells
        if part and cell.contender == "graphsvc"
        if (theirs := part.find("oxigraph", cell.case)) and (theirs.seconds or 0) > 0.05
    ]
    return max((each for each in found if each is not None), default=None)


def _slowest_page(results: Results) -> float | None:
    """Milliseconds of the page that takes longest."""
    part = results.find("pages", "1M")
    taken = [cell.seconds for cell in part.cells if cell.seconds] if part else []
    return 1000 * max(taken) if taken else None


def _last_paint(results: Results) -> float | None:
    """Seconds until the start page and a resource begin to show, the later of the two."""
    part = results.find("painting", SHIPPED)
    cells = [cell for cell in part.cells if cell.case in ("home", "resource")] if part else []
    return max((cell.seconds for cell in cells if cell.seconds), default=None)


def _costliest_304(results: Results) -> float | None:
    """Milliseconds of the server's processor."""
    part = results.find("again", "100k")
    taken = [cell.seconds for cell in part.cells if cell.seconds] if part else []
    return 1000 * max(taken) if taken else None


def _besieged(case: str) -> Callable[[Results], float | None]:
    """Milliseconds that 99 of 100 wait at most."""

    def figure(results: Results) -> float | None:
        part = results.find("serving", "1M")
        cell = part and part.find("graphsvc", case)
        waited = [each.p99_seconds for each in cell.samples if each.p99_seconds] if cell else []
        return 1000 * statistics.median(waited) if waited else None

    return figure


BARS = (
    Bar("Reading and storing 1 M quads, in times of `oxigraph load`", 1.3, "times", _storing),
    Bar(
        "`graphsvc validate` on the shipped publication",
        1.0,
        "s",
        _seconds("commands", SHIPPED, "graphsvc validate"),
    ),
    Bar("Validating 1 M quads, faster than pySHACL", 50, "times", _faster("pySHACL"), True),
    Bar(
        "Validating 1 M quads, faster than pyrudof with all constraints (at least: it is given up)",
        8,
        "times",
        _faster_at_the_same,
        True,
    ),
    Bar(
        "Validating 1 M quads, faster than pyrudof that passes over three of them",
        8,
        "times",
        _faster("pyrudof"),
        True,
    ),
    Bar("Peak memory of validating 1 M quads, in times of pyrudof's", 0.1, "times", _memory),
    Bar("Validating 10 M quads, time per quad in times of that at 1 M", 1.5, "times", _per_quad),
    Bar("Peak memory of validating 10 M quads", 6.0, "GiB", _gib("validating", "compiled")),
    Bar(
        "Peak memory of `build` on 10 M quads",
        4.0,
        "GiB",
        _gib("building", "graphsvc build --skip-shapes"),
    ),
    Bar(
        "A small SELECT again, 16 connections, requests a second in times of Oxigraph's server",
        1.0,
        "times",
        _a_second("graphsvc", "small SELECT, again, 16"),
        True,
    ),
    Bar(
        "A resource in Turtle again, likewise",
        2.0,
        "times",
        _a_second("graphsvc", "resource in Turtle, again, 16"),
        True,
    ),
    Bar(
        "A small SELECT that was not asked before, likewise",
        0.3,
        "times",
        _a_second("graphsvc", "small SELECT, first, 16"),
        True,
    ),
    Bar("Queries over 50 ms, the worst, in times of Oxigraph's server", 1.15, "times", _heavy),
    Bar(
        "Requests a second, the least, in times of rdflib-endpoint",
        10,
        "times",
        _least_a_second,
        True,
    ),
    Bar("A page of 1 M quads that was not asked for before, the slowest", 50, "ms", _slowest_page),
    Bar("First paint of the start page and a resource on a slow connection", 1.0, "s", _last_paint),
    Bar("A 304 of 100 k quads, processor time, the costliest", 1, "ms", _costliest_304),
    Bar("A page besieged, 99 % within", 100, "ms", _besieged("page, besieged, 1")),
    Bar("`/healthz` besieged, 99 % within", 100, "ms", _besieged("/healthz, besieged, 1")),
    Bar("`graphsvc --help`", 0.3, "s", _seconds("commands", SHIPPED, "graphsvc --help")),
)

_HEAD = """# What graphsvc costs

Written by `python -m bench` from results.json; do not edit. Every figure is the median of the
runs of one sitting, contenders in turn after a warm-up, with the least and the greatest in
brackets; ×1 marks a single run. A ratio is the median of the ratios of the rounds, or that of the
medians where the numbers of runs differ. Peak memory is the greatest of the runs. The publications
are made by bench/generator.py; their quads include the ontology and the shapes.
"""


def render(results: Results) -> str:
    """The whole of RESULTS.md."""
    lines = [_HEAD, "## Bars", "", "| what | bar | found | |", "|---|---|---|---|"]
    lines += [bar.row(results) for bar in BARS]
    for measurement in MEASUREMENTS:
        sizes = results.parts.get(measurement.name, {})
        if sizes:
            lines += ["", f"## {measurement.title}", "", measurement.about]
        for label in sorted(sizes, key=_quads):
            lines += _section(measurement, label, sizes[label])
    return "\n".join(lines) + "\n"


def _quads(label: str) -> int:
    return 0 if label == SHIPPED else Size.of(label).quads


def _section(measurement: Measurement, label: str, part: Part) -> Iterator[str]:
    yield f"\n### {label.capitalize() if label == SHIPPED else f'{label} quads'}\n"
    if any(sample.p99_seconds for cell in part.cells for sample in cell.samples):
        yield from _under_load(measurement, part)
    elif any(cell.case for cell in part.cells):
        yield from _by_case(measurement, part)
    else:
        yield from _by_contender(measurement, label, part)
    if part.notes:
        yield ""
        yield from part.notes
    taken = part.taken
    yield f"\n{taken['date']}, commit {taken['commit']}; {taken['machine']}; {taken['versions']}."


def _by_contender(measurement: Measurement, label: str, part: Part) -> Iterator[str]:
    thousand = _quads(label) / 1000
    speeds = " thousand quads/s |" if thousand else ""
    counted = any(cell.found is not None for cell in part.cells)
    counts = " results |" if counted else ""
    yield f"| | s |{speeds} CPU s | peak MiB |{counts} times {measurement.baseline} |"
    yield "|---|---|---|---|---|" + "---|" * (bool(thousand) + counted)
    baseline = part.find(measurement.baseline)
    for cell in part.cells:
        speed = f" {thousand / cell.seconds:,.0f} |" if thousand and cell.seconds else ""
        used = [each.cpu_seconds for each in cell.samples if each.cpu_seconds is not None]
        cpu = f"{statistics.median(used):.2f}" if used else ""
        peak = "" if cell.peak_mib is None else f"{cell.peak_mib:,.0f}"
        times = _times(cell, baseline)
        count = "" if cell.found is None else f"{cell.found:,}"
        found = f" {count} |" if counted else ""
        yield f"| {cell.contender} | {_spread(cell, 1)} |{speed} {cpu} | {peak} |{found} {times} |"


def _by_case(measurement: Measurement, part: Part) -> Iterator[str]:
    cases = list(dict.fromkeys(cell.case for cell in part.cells))
    contenders = list(dict.fromkeys(cell.contender for cell in part.cells))
    others = [each for each in contenders if each != measurement.baseline]
    heads = [f"{each}, ms" for each in contenders]
    heads += [f"{each} / {measurement.baseline}" for each in others]
    yield f"| | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for case in cases:
        cells = [_shown(part.find(each, case)) for each in contenders]
        baseline = part.find(measurement.baseline, case)
        cells += [_times(part.find(each, case), baseline) for each in others]
        yield f"| {case} | {' | '.join(cells)} |"


def _under_load(measurement: Measurement, part: Part) -> Iterator[str]:
    """A case is what is asked for, whether that is new, and over how many connections."""
    contenders = list(dict.fromkeys(cell.contender for cell in part.cells))
    heads = [f"{each}, a second (p50, p99)" for each in contenders]
    others = [each for each in contenders if each != measurement.baseline]
    heads += [f"{each} / {measurement.baseline}" for each in others]
    yield f"| | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for case in dict.fromkeys(cell.case for cell in part.cells):
        baseline = part.find(measurement.baseline, case)
        cells = [_load(part.find(each, case)) for each in contenders]
        # Of requests a second, so the other way round.
        cells += [_times(baseline, part.find(each, case)) for each in others]
        yield f"| {case} | {' | '.join(cells)} |"


def _load(cell: Cell | None) -> str:
    if cell is None or not cell.seconds:
        return ""
    waited = [
        statistics.median(1000 * getattr(each, name) for each in cell.samples)
        for name in ("p50_seconds", "p99_seconds")
    ]
    return f"{1 / cell.seconds:,.0f} ({waited[0]:.1f}, {waited[1]:.1f})"


def _shown(cell: Cell | None) -> str:
    return _spread(cell, 1000) if cell else ""


def _times(cell: Cell | None, baseline: Cell | None) -> str:
    times = ratio(cell, baseline) if cell and baseline else None
    return "" if times is None else f"{times:.2f}"


def _spread(cell: Cell, factor: int) -> str:
    """The median with the least and the greatest, in seconds or thousandths of them."""
    if cell.seconds is None:
        return "given up"
    taken = sorted((each.seconds or 0) * factor for each in cell.samples)
    middle = f"{cell.seconds * factor:.2f}"
    return f"{middle} ×1" if len(taken) == 1 else f"{middle} ({taken[0]:.2f}–{taken[-1]:.2f})"
