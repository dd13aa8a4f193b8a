"""What is measured: a row for each measurement, run by bench/__main__.py in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import again, histories, load, pages, painting, querying, validating
from bench.generator import BASE
from bench.pacing import PERIOD_SECONDS
from bench.processes import ROOT, Contender, Sample, graphsvc, interleave, measure, oxigraph, task
from bench.results import Cell
from bench.workspace import ERRORS, Size, Workspace

RDFLIB_QUADS = 1_000_000  # beyond, rdflib would take twelve gigabytes
SHAPES_QUADS = 10_000  # beyond, the reference engine would take minutes
SHIPPED = "shipped"

Found = tuple[list[Cell], list[str]]


@dataclass(frozen=True)
class Measurement:
    """One table of figures for each size; `baseline` is what ratios are taken to."""

    name: str
    title: str
    about: str
    baseline: str
    run: Callable[[Workspace, Size], Found]
    sized: bool = True  # False: of the shipped publication


def _cells(samples: Mapping[str, list[Sample]]) -> list[Cell]:
    return [Cell(contender, each) for contender, each in samples.items()]


def _process(*command: str | Path) -> Contender:
    return lambda: measure(command)


def read(workspace: Workspace, size: Size) -> Found:
    """Every file of a publication, parsed."""
    root = workspace.publication(size)
    contenders = {
        "graphsvc": _process(*task("read_graphsvc", root)),
        "graphsvc, with lines": _process(*task("read_lines", root)),
        "pyoxigraph.parse": _process(*task("read_pyoxigraph", root)),
    }
    cells = _cells(interleave(contenders, size.runs, warm_up=size.warm_up))
    if size.quads <= RDFLIB_QUADS:
        cells.append(Cell("rdflib", [measure(task("read_rdflib", root))]))
    return cells, []


def store(workspace: Workspace, size: Size) -> Found:
    """Every file of a publication, parsed and indexed for SPARQL on disk."""
    root = workspace.publication(size)
    load = oxigraph("load", "--location", "TARGET/store", "--file")
    n_quads, trig = (workspace.one_file(size, suffix) for suffix in ("nq", "trig"))
    files = sorted(path for path in root.rglob("*.ttl"))
    graph = ["--base", BASE, "--graph", f"{BASE}graph/curated"]
    contenders = {
        "graphsvc": workspace.with_target(*task("store_graphsvc", root, "TARGET")),
        "graphsvc, optimized": workspace.with_target(*task("store_optimized", root, "TARGET")),
        "oxigraph load, TriG": workspace.with_target(*load, trig),
        "oxigraph load, N-Quads": workspace.with_target(*load, n_quads),
        "oxigraph load --graph": workspace.with_target(*load, *files, *graph),
    }
    cells = _cells(interleave(contenders, size.runs, warm_up=size.warm_up))
    if size.quads <= RDFLIB_QUADS:
        cells.append(Cell("rdflib, in memory", [measure(task("store_rdflib", root))]))
    return cells, []


def build(workspace: Workspace, size: Size) -> Found:
    """`graphsvc build` as a whole process."""
    contenders = {"graphsvc build --skip-shapes": workspace.building(size, "--skip-shapes")}
    if size.quads <= SHAPES_QUADS:
        contenders["graphsvc build"] = workspace.building(size)
    cells = _cells(interleave(contenders, size.runs, warm_up=size.warm_up))
    files = [path for path in workspace.release(size).rglob("*") if path.is_file()]
    release_mib = sum(path.stat().st_size for path in files) / 2**20
    return cells, [f"The release takes {release_mib:,.0f} MiB of disk."]


def query(workspace: Workspace, size: Size) -> Found:
    """Twelve queries, answered in full."""
    with_rdflib = size.quads <= RDFLIB_QUADS
    root = workspace.publication(size)
    return querying.run(workspace.release(size), root if with_rdflib else None)


def under_load(workspace: Workspace, size: Size) -> Found:
    """Requests that come as fast as they are answered."""
    with_rdflib = size.quads <= RDFLIB_QUADS
    root = workspace.publication(size)
    return load.run(workspace.release(size), root if with_rdflib else None)


def first_pages(workspace: Workspace, size: Size) -> Found:
    """Pages that were not asked for before."""
    return pages.run(workspace.release(size)), []


def first_paints(_workspace: Workspace, _size: Size) -> Found:
    """What a visitor on a slow connection waits for."""
    return painting.run(), []


def unchanged(workspace: Workspace, size: Size) -> Found:
    """What the client has already."""
    return again.run(workspace.release(size)), []


def commands(_workspace: Workspace, _size: Size) -> Found:
    """What somebody at a terminal waits for."""
    nothing = [querying.PYTHON, "-c", "pass"]
    contenders = {
        "python -c pass": _process(*nothing),
        "graphsvc --help": _process(*graphsvc("--help")),
        "graphsvc validate": _process(*graphsvc("validate", ROOT)),
    }
    return _cells(interleave(contenders, 5, warm_up=True)), []


MEASUREMENTS = (
    Measurement(
        "reading",
        "Reading",
        "All files of a publication, parsed, as a whole process; nothing is kept, save by rdflib, "
        "which has no parser without a graph. Lines are found in a second reading, made only if "
        "there are findings.",
        "pyoxigraph.parse",
        read,
    ),
    Measurement(
        "storing",
        "Reading and storing",
        "From files to a store on disk, as a whole process. graphsvc reads the publication's "
        "Turtle, writes canonical N-Quads and indexes those, as `build` does; `build` then "
        "optimizes the store, which is a verb of its own in Oxigraph and a row of its own here. "
        "`oxigraph load` loads the same quads into the same named graphs, from one TriG or N-Quads "
        "file that is there already; `--graph` loads the Turtle files themselves, all into one "
        "named graph, since it takes one only.",
        "oxigraph load, TriG",
        store,
    ),
    Measurement(
        "building",
        "Building",
        "`graphsvc build` as a whole process: store, resources, dumps in each format.",
        "graphsvc build --skip-shapes",
        build,
    ),
    Measurement(
        "harvesting",
        "Catalogue and feed",
        "What `build` writes for portals, as processes of their own, from what else it has made: "
        "the catalogue, and the feed of a publication with one commit, then with one more, whose "
        "build takes over what the one before has closed. Beside them whole builds, of the same "
        "publication without git, hence without a feed, and with it.",
        "feed, one commit",
        histories.of_one_commit,
    ),
    Measurement(
        "history",
        "Feed of a history",
        "The feed of a small publication, derived anew from all of its commits, and after one more "
        "from that commit alone.",
        f"{histories.COMMITS[0]:,} commits",
        histories.of_many_commits,
        sized=False,
    ),
    Measurement(
        "querying",
        "Querying",
        "From the request to the last byte of the answer, over one connection; no answer is one "
        "that was kept. graphsvc: `graphsvc serve` on a release. Oxigraph: its own server "
        "(`serve-read-only`) on the same store. rdflib: in memory, without a server. "
        f"Given up after {querying.LIMIT_SECONDS} seconds.",
        "oxigraph",
        query,
    ),
    Measurement(
        "serving",
        "Serving",
        "Requests over connections that each ask again as soon as they are answered, by wrk on the "
        "same processors; milliseconds that half and 99 % of them waited. In `first`, every "
        "request is one that was not made before; in `again`, all are the same. Pages are of "
        "graphsvc alone; what it has as the description of a resource is DESCRIBE with the others. "
        f"`besieged` is asked while {load.ATTACKERS} connections put queries that end only at the "
        f"limit of time or of memory; a request is due every {PERIOD_SECONDS * 1000:.0f} ms, and "
        "late from then on. "
        "`uvicorn alone` is the server that graphsvc runs on, answering with a constant: more than "
        "that no answer can reach which a process of Python gives.",
        "oxigraph",
        under_load,
    ),
    Measurement(
        "pages",
        "Pages",
        "From the request to the last byte of a page in HTML that was not asked for before, over "
        f"one connection, {pages.RUNS} times each.",
        "graphsvc",
        first_pages,
    ),
    Measurement(
        "painting",
        "First paint",
        "From the first request to the first contents on a phone's screen, in a Chromium that has "
        "seen nothing of the site, on a connection of 1.6 Mbit/s with round trips of "
        f"{painting.ROUND_TRIP_SECONDS * 1000:.0f} ms, of which {painting.CONNECTING} are added "
        f"for TCP and TLS; pages of the shipped publication, {painting.RUNS} times each.",
        "graphsvc",
        first_paints,
        sized=False,
    ),
    Measurement(
        "again",
        "Asking again",
        "Requests with the ETag of what has not changed, over one connection: the processor time "
        f"that the server takes for each 304, of {again.REQUESTS} in a row. With `{again.FIRST}` "
        "the server has not sent the whole before, so its memory has no answer.",
        again.FIRST,
        unchanged,
    ),
    Measurement(
        "validating",
        "Validating",
        "The shapes of a publication, run over its data with an error seeded in every "
        f"{round(1 / ERRORS)}th description; whole processes, reading included. `compiled` is our "
        "engine, which reads while it validates; pySHACL has rdflib's graphs in memory; pyrudof "
        "passes over constraint components that the shapes declare themselves, so it has a second "
        "row, with these written out as `sh:sparql`, which is given up after "
        f"{validating.PATIENCE_SECONDS} seconds. `graphsvc validate` is the "
        "whole command: with the checks that are no shapes, the line of each finding, and the "
        "report.",
        "compiled",
        validating.run,
    ),
    Measurement(
        "commands",
        "Commands",
        "On the shipped publication, as whole processes.",
        "python -c pass",
        commands,
        sized=False,
    ),
)
