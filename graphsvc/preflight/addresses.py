"""The addresses that a catalogue names, asked as link checkers do: HEAD, and 200 to 399 is good.

Each is asked once, however many name it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from graphsvc.preflight.asking import Answer, Asker, Wanted
from graphsvc.preflight.catalogues import Catalogue, Link, expanded, links
from graphsvc.preflight.findings import finding
from graphsvc.preflight.servers import host_of
from graphsvc.report import ValidationResult

DATA = (
    ("dcat:Distribution", "dcat:accessURL"),
    ("dcat:Distribution", "dcat:downloadURL"),
    ("dcat:DataService", "dcat:endpointURL"),
    ("dcat:DataService", "dcat:endpointDescription"),
)
PAGES = (
    ("dcat:Catalog", "foaf:homepage"),
    ("dcat:Dataset", "dcat:landingPage"),
    ("dcat:Dataset", "foaf:page"),
    ("dcat:Dataset", "dct:conformsTo"),
    ("dcat:Distribution", "foaf:page"),
)


@dataclass(frozen=True)
class Asked:
    """What the addresses answered, by IRI; those of other servers were not asked."""

    answers: Mapping[str, Answer]
    findings: tuple[ValidationResult, ...] = field(default=())

    def is_good(self, iri: str) -> bool | None:
        """Does an address work? None if nobody asked."""
        answer = self.answers.get(iri)
        if answer is None or (answer.left and not answer.hops):
            return None
        return answer.is_good


def ask(asker: Asker, catalogue: Catalogue) -> Asked:
    """Ask all of them."""
    answers: dict[str, Answer] = {}
    found: list[ValidationResult] = []
    unasked: Counter[str] = Counter()
    for kinds, rule in ((DATA, "address"), (PAGES, "page")):
        for link in links(catalogue, kinds):
            if link.iri in answers:
                continue
            answer = answers[link.iri] = asker.ask(link.iri, Wanted("HEAD"))
            if answer.left and not answer.hops:
                unasked[host_of(link.iri) or link.iri] += 1
            elif answer.left:
                found.append(finding("leads-away", link.iri, answer.url))
            elif not answer.is_good:
                found.append(_bad(link, answer, rule))
    about = catalogue.iri or asker.server.url
    for host, number in sorted(unasked.items()):
        found.append(finding("elsewhere", about, number, host))
    return Asked(answers, tuple(found))


def _bad(link: Link, answer: Answer, rule: str) -> ValidationResult:
    about = link.node.value if isinstance(link.node, NamedNode) else link.iri
    told = answer.fault or answer.status
    path = expanded(link.property)
    return finding(rule, about, link.iri, told, path=path, value=NamedNode(link.iri))


def descriptions(asker: Asker, catalogue: Catalogue) -> Iterator[ValidationResult]:
    """Can what a service says of itself be shown by a page of a portal?"""
    origin = {"Origin": "https://portal.invalid"}
    for link in links(catalogue, [("dcat:DataService", "dcat:endpointDescription")]):
        if asker.server.url_of(link.iri) is None:
            continue
        body = bytearray()
        answer = asker.ask(link.iri, Wanted("GET", origin, body.extend, 10_000_000))
        if answer.status != 200 or answer.fault:
            continue  # HEAD has told of it, or it is somewhere else
        faults = []
        if "json" in answer.media_type and b'"openapi"' not in body and b'"swagger"' not in body:
            faults.append("is no OpenAPI document")
        if answer.headers.get("access-control-allow-origin") not in ("*", origin["Origin"]):
            faults.append("has no Access-Control-Allow-Origin")
        if faults:
            yield finding("description", link.iri, link.iri, " and ".join(faults))
