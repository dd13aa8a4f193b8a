"""The queries, put to three engines in turn.

Each engine is a process that answers one query a line (bench/engines.py), so that
one which takes too long can be ended, and none disturbs the memory of another.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.generator import BASE
from bench.processes import ROOT, Sample, environment
from bench.results import Cell

PYTHON = sys.executable
PATIENCE_SECONDS = 300  # rdflib takes long to let go of a million triples
LIMIT_SECONDS = 60
START_SECONDS = 900  # rdflib has a million quads to read first
RUNS = 5

LOOKED_UP = f"{BASE}id/cluster/mobile-heights"
PREFIXES = f"""
PREFIX s3p: <{BASE}ns#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""

QUERIES = {
    "lookup": f"SELECT ?p ?o WHERE {{ <{LOOKED_UP}> ?p ?o }}",
    "star": f"""SELECT ?cluster ?name ?homepage ?key WHERE {{
        ?cluster s3p:region <{BASE}id/region/SE224> ; skos:prefLabel ?name ;
            foaf:homepage ?homepage ; dct:identifier ?key . FILTER(LANG(?name) = "sv") }}""",
    "three hops": f"""SELECT ?cluster ?area WHERE {{
        ?correction s3p:defect <{BASE}def/defect/url-missing-dot> ; s3p:correctedCluster ?cluster .
        ?cluster s3p:region ?region . ?region dct:isPartOf ?nuts .
        ?nuts skos:prefLabel ?area . FILTER(LANG(?area) = "sv") }}""",
    "GROUP BY": """SELECT ?region ?level (COUNT(?certification) AS ?count) WHERE {
        ?certification s3p:certifiedCluster ?cluster ; s3p:level ?level .
        ?cluster s3p:region ?region } GROUP BY ?region ?level""",
    "text filter": """SELECT ?cluster ?name WHERE { ?cluster a s3p:Cluster ; skos:prefLabel ?name
        FILTER(LANG(?name) = "sv" && CONTAINS(LCASE(STR(?name)), "småland")) }""",
    "regex": """SELECT ?statement ?text WHERE { ?statement s3p:statedText ?text
        FILTER REGEX(?text, "^[a-f].*(valley|arena)", "i") }""",
    "OPTIONAL": """SELECT ?cluster ?name ?homepage WHERE {
        ?cluster a s3p:Cluster ; skos:prefLabel ?name
        OPTIONAL { ?cluster foaf:homepage ?homepage } FILTER(LANG(?name) = "en") }""",
    "ORDER BY": """SELECT ?assessment ?label WHERE { ?assessment a s3p:CriterionAssessment ;
        rdfs:label ?label } ORDER BY DESC(?label) LIMIT 20""",
    "path": """SELECT ?source (COUNT(DISTINCT ?thing) AS ?count) WHERE {
        ?thing a s3p:Cluster ; prov:wasDerivedFrom+/prov:wasQuotedFrom ?source }
        GROUP BY ?source""",
    "NOT EXISTS": """SELECT ?cluster WHERE { ?cluster a s3p:Cluster
        FILTER NOT EXISTS { ?correction s3p:correctedCluster ?cluster } }""",
    "100,000 rows": """SELECT ?assessment ?outcome ?cluster WHERE {
        ?assessment s3p:outcome ?outcome ; s3p:assessedCluster ?cluster .
        ?cluster skos:prefLabel ?name } LIMIT 100000""",
    "CONSTRUCT": """CONSTRUCT { ?cluster rdfs:label ?name ; dct:spatial ?region } WHERE {
        ?cluster a s3p:Cluster ; skos:prefLabel ?name ; s3p:region ?region }""",
    "COUNT": "SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }",
}


class GivenUp(Exception):
    """An engine took longer than it may."""


class Engine:
    """A process that answers queries, started when it is first asked."""

    def __init__(self, name: str, source: Path) -> None:
        self.name, self._source = name, source
        self._process: subprocess.Popen[str] | None = None

    def ask(self, text: str) -> tuple[float, object]:
        """The seconds that a query took, and its solutions: their number, or the only one.

        Raises GivenUp if it takes too long; the process is then ended.
        """
        process = self._process or self._start()
        assert process.stdin is not None
        process.stdin.write(json.dumps(PREFIXES + text) + "\n")
        process.stdin.flush()
        answer = self._receive(process, LIMIT_SECONDS)
        return float(answer["seconds"]), answer["solutions"]

    def stop(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(PATIENCE_SECONDS)  # a worker ends its own server first
            self._process = None

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            [PYTHON, "-m", "bench.engines", self.name, str(self._source)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            text=True,
        )
        self._receive(self._process, START_SECONDS)
        return self._process

    def _receive(self, process: subprocess.Popen[str], seconds: float) -> dict[str, Any]:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], seconds)
        line = process.stdout.readline() if ready else ""
        if not line:
            process.kill()
            process.wait()
            self._process = None
            raise GivenUp(f"{self.name}: no answer within {seconds} seconds")
        answer: dict[str, Any] = json.loads(line)
        return answer


def run(release: Path, publication: Path | None) -> tuple[list[Cell], list[str]]:
    """The figures of each query and engine, and what the engines did not agree on."""
    engines = [Engine("graphsvc", release), Engine("oxigraph", release)]
    if publication is not None:
        engines.append(Engine("rdflib", publication))
    cells: list[Cell] = []
    notes: list[str] = []
    try:
        for case, text in QUERIES.items():
            answers: dict[str, object] = {}
            cells += _compare(case, text, engines, answers)
            if len(set(map(str, answers.values()))) > 1:
                notes.append(f"{case}: the answers differ: {answers}.")
    finally:
        for engine in engines:
            engine.stop()
    return cells, notes


def _compare(case: str, text: str, engines: list[Engine], answers: dict[str, object]) -> list[Cell]:
    """Ask each engine in turn, A B A B, after a round that is not counted."""
    samples: dict[str, list[Sample]] = {engine.name: [] for engine in engines}
    out: set[str] = set()
    for run in range(RUNS + 1):
        for engine in engines:
            if engine.name in out:
                continue
            try:
                seconds, answers[engine.name] = engine.ask(text)
            except GivenUp:
                out.add(engine.name)
                samples[engine.name] = [Sample(None)]
                continue
            if run:
                samples[engine.name].append(Sample(seconds))
    return [Cell(name, each, case) for name, each in samples.items()]
