"""Servers under load: requests a second, and how long they take, measured by wrk.

python -m bench.load RELEASE [PUBLICATION]    prints what would go into the results
"""

from __future__ import annotations

import itertools
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench import streaming
from bench.generator import BASE
from bench.pacing import paced
from bench.processes import Failed, Sample
from bench.querying import LOOKED_UP, PREFIXES, QUERIES
from bench.results import Cell
from bench.servers import bare_server, graphsvc_server, oxigraph_server, rdflib_endpoint

CONNECTIONS = (1, 16, 64)
AT = 16  # connections that the slow one is measured at, too
ATTACKERS = 64
SIEGE_SECONDS = 15  # long enough for queries to be ended at the limit of time
SECONDS = 2
ROUNDS = 3
SETTLING = 0.5  # seconds, for a server to let go of the requests that the last run dropped
RESOURCES = 100_000  # so many that whatever was kept of one is gone when its turn comes again
MOST = 50_000  # requests that a server answers in a run
JSON, TURTLE, PAGE = "application/sparql-results+json", "text/turtle", "text/html"
# Each request is one more of the paths in a file; or the same path with another number in it.
_SCRIPT = """
local paths, number = {}, tonumber(os.getenv("BENCH_FROM"))
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
request = function()
  number = number + 1
  local path = paths[number % #paths + 1]:gsub("NUMBER", number)
  return wrk.format("GET", path)
end
"""
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}
_ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?c != ?f) }"
_DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
_GREEDY = f"SELECT (STRLEN(?x40) AS ?n) WHERE {{ BIND('xx' AS ?x0) {_DOUBLING} }}"


@dataclass(frozen=True)
class Case:
    """What is asked for: of graphsvc, and of the others, if they have it.

    A path has NUMBER where one request shall differ from the next.
    """

    name: str
    media_type: str
    own: Sequence[str]
    others: Sequence[str] = ()


def run(release: Path, publication: Path | None) -> tuple[list[Cell], list[str]]:
    """The figures of each case, in each state, at each number of connections."""
    if shutil.which("wrk") is None:
        return [], ["wrk is not installed; Debian's package of that name has it."]
    cells: list[Cell] = []
    cases = list(_cases(release))
    servers: dict[str, Callable[[], AbstractContextManager[str]]] = {
        "graphsvc": lambda: graphsvc_server(release),
        "oxigraph": lambda: oxigraph_server(release),
    }
    for case in cases:
        for state in ("first", "again"):
            cells += _compare(case, state, servers, CONNECTIONS)
    with bare_server() as address:
        for count in CONNECTIONS:
            samples = [_Load(address, ["/"], JSON, count).run() for _ in range(ROUNDS)]
            cells.append(Cell("uvicorn alone", samples, f"small SELECT, again, {count}"))
    if publication is not None:
        with rdflib_endpoint(publication) as address:
            for case in cases:
                if case.others:
                    load = _Load(address, case.others, case.media_type, AT, 1, 5 * SECONDS)
                    cells.append(Cell("rdflib-endpoint", [load.run()], f"{case.name}, first, {AT}"))
    return cells + list(_besieged(release, cases)), list(streaming.run(release))


def _cases(release: Path) -> Iterator[Case]:
    iris = [LOOKED_UP, *_resources(release / "resources.db")]
    queries = {
        "small SELECT": QUERIES["lookup"],
        "1,000 rows": "SELECT ?s ?label WHERE { ?s rdfs:label ?label } LIMIT 1000",
        "CONSTRUCT": QUERIES["star"].replace("SELECT ?cluster ?name ?homepage ?key", _TEMPLATE),
    }
    for name, text in queries.items():
        query = quote(f"{PREFIXES}{text} # NUMBER")
        media_type = TURTLE if name == "CONSTRUCT" else JSON
        paths = [f"/{each}?query={query}" for each in ("sparql", "query")]
        yield Case(name, media_type, paths[:1], paths[1:])
    local = [iri.removeprefix(BASE) for iri in iris]
    yield Case(
        "resource in Turtle",
        TURTLE,
        [f"/{path.replace('id/', 'doc/', 1)}.ttl" for path in local],
        [f"/query?query={quote(f'DESCRIBE <{iri}>')}" for iri in iris],
    )
    yield Case("page", PAGE, [f"/{path.replace('id/', 'doc/', 1)}.html" for path in local])


_TEMPLATE = "CONSTRUCT { ?cluster skos:prefLabel ?name ; foaf:homepage ?homepage }"


def _resources(database: Path) -> list[str]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as opened:
        rows = opened.execute(
            "SELECT iri FROM resource WHERE iri LIKE ? ORDER BY iri LIMIT ?",
            (f"{BASE}id/%", RESOURCES),
        )
        return [row[0] for row in rows if re.fullmatch(r"[\w:/.\-]+", row[0], re.ASCII)]


def _compare(
    case: Case,
    state: str,
    servers: dict[str, Callable[[], AbstractContextManager[str]]],
    connections: Sequence[int],
) -> Iterator[Cell]:
    """The servers in turn, A B A B; each is begun anew, so that nothing is kept of another case."""
    samples: dict[tuple[str, int], list[Sample]] = {}
    numbers = itertools.count(1, MOST)
    for name, server in servers.items():
        if name != "graphsvc" and not case.others:
            continue
        with server() as address:
            for count in connections:
                samples[name, count] = []
                for turn in range(ROUNDS + 1):
                    paths = case.own if name == "graphsvc" else case.others
                    asked = paths if state == "first" else paths[:1]
                    begin = next(numbers) if state == "first" else None
                    time.sleep(SETTLING)
                    sample = _Load(address, asked, case.media_type, count, begin).run()
                    if turn:  # not the round that warms up
                        samples[name, count].append(sample)
    for (name, count), each in samples.items():
        yield Cell(name, each, f"{case.name}, {state}, {count}")


def _besieged(release: Path, cases: Sequence[Case]) -> Iterator[Cell]:
    """Pages and the check of health, while queries take all the time or memory that they may."""
    page = next(case for case in cases if case.name == "page")
    with graphsvc_server(release) as address, _attack(address):
        for name, paths in (("page", page.own), ("/healthz", ["/healthz"])):
            samples = [paced(address, paths, PAGE, SIEGE_SECONDS) for _ in range(ROUNDS)]
            yield Cell("graphsvc", samples, f"{name}, besieged, 1")


@contextmanager
def _attack(address: str) -> Iterator[None]:
    paths = [f"/sparql?query={quote(f'{query} # NUMBER')}" for query in (_ENDLESS, _GREEDY)]
    load = _Load(address, paths, JSON, ATTACKERS, 1, seconds=3 * ROUNDS * SIEGE_SECONDS)
    with load.begun() as process:
        yield
        process.terminate()
        process.communicate()


@dataclass(frozen=True)
class _Load:
    """One run of wrk. With `begin`, each request is another than the last."""

    address: str
    paths: Sequence[str]
    media_type: str
    connections: int
    begin: int | None = None
    seconds: int = SECONDS

    def run(self) -> Sample:
        """Given up if nothing was answered at all; Failed is raised if not all with 200."""
        with self.begun() as process:
            told, _ = process.communicate()
        text = told.decode()
        if "Non-2xx" in text or process.returncode:
            raise Failed(f"{self.address}{self.paths[0][:200]}: {text}")
        a_second = float(_find(r"Requests/sec:\s+([\d.]+)", text))
        if not a_second:
            return Sample(None)
        waited = [_seconds(_find(rf"\n +{share}% +(\S+)", text)) for share in (50, 99)]
        return Sample(1 / a_second, p50_seconds=waited[0], p99_seconds=waited[1])

    @contextmanager
    def begun(self) -> Iterator[subprocess.Popen[bytes]]:
        with tempfile.TemporaryDirectory() as folder:
            script, paths = Path(folder, "requests.lua"), Path(folder, "paths")
            script.write_text(_SCRIPT, encoding="utf-8")
            paths.write_text("\n".join(self.paths) + "\n", encoding="utf-8")
            environment = {"BENCH_PATHS": str(paths), "BENCH_FROM": str(self.begin or 0)}
            command = ["wrk", "-t1", f"-c{self.connections}", f"-d{self.seconds}s", "--latency"]
            command += ["--timeout", "30s", "-H", f"Accept: {self.media_type}"]
            path = "" if self.begin is not None else self.paths[0].replace("NUMBER", "1")
            if self.begin is not None:
                command += ["-s", str(script)]
            yield subprocess.Popen(
                [*command, f"http://{self.address}{path}"],
                env=environment | {"PATH": "/usr/bin:/usr/local/bin:/bin"},
                stdout=subprocess.PIPE,
            )


def _find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise Failed(f"wrk says nothing of {pattern}: {text}")
    return found[1]


def _seconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(\w+)", text).groups()  # type: ignore[union-attr]
    return float(number) * _UNITS[unit]


if __name__ == "__main__":
    found, notes = run(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    for cell in found:
        for sample in cell.samples:
            a_second = 1 / (sample.seconds or 1)
            waited = [(each or 0) * 1000 for each in (sample.p50_seconds, sample.p99_seconds)]
            figures = f"{a_second:9,.0f} {waited[0]:8.2f} {waited[1]:8.2f}"
            print(f"{cell.case:32} {cell.contender:16} {figures}")
    print(*notes)
