"""The document of a catalogue, taken as portals take it: HEAD, then GET, then all of it read.

What one portal or the other insists on is a violation: RDF/XML of at most 50 MB in one
document, with absolute IRIs and no blank nodes, after no redirection with 302.

Spec: https://docs.dataportal.se/dcat/en/
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from pyoxigraph import Quad, parse

from graphsvc.errors import GraphsvcError
from graphsvc.formats import RDF_XML
from graphsvc.preflight.asking import Answer, Asker, Wanted
from graphsvc.preflight.findings import finding
from graphsvc.report import ValidationResult

MOST_BYTES = 50_000_000  # CKAN reads no more
PLACE = "datasets/dcat"  # where Swedish portals look first
_FOLLOWED = (301, 303, 307, 308)  # by dataportal.se
_GET_INSTEAD = (400, 405)  # after these CKAN asks with GET
_MOST_EXPANDED = 1_000_000  # bytes that the entities of a document stand for, all together
_ENTITY = re.compile(rb"<!ENTITY\s+([^\s%&;]{1,200})\s+(?:\"([^\"]*)\"|'([^']*)')")


class NoAnswer(GraphsvcError):
    """The server under test does not answer, so nothing can be told of it."""


@dataclass(frozen=True)
class Document:
    """What was harvested; `quads` is None if there is nothing to look into."""

    url: str
    quads: list[Quad] | None
    findings: tuple[ValidationResult, ...]


def harvest(asker: Asker, url: str) -> Document:
    """Take the catalogue at an address.

    Raises NoAnswer if nothing answers there at all.
    """
    accept = {"Accept": RDF_XML.media_type}
    head = asker.ask(url, Wanted("HEAD", accept))
    if head.fault and not head.status:
        raise NoAnswer(f"{url}: error: {head.fault}; name the address of a server that runs")
    body = bytearray()
    get = asker.ask(url, Wanted("GET", accept, body.extend, MOST_BYTES))
    found = [*_about_head(url, head, get), *_about_get(url, get)]
    if get.status != 200 or get.fault or get.left:
        return Document(url, None, tuple(found))
    quads, faults = _read(bytes(body), url, get.url)
    found += [*faults, *_about_next_time(asker, url, get)]
    return Document(url, quads, tuple(found))


def _about_head(url: str, head: Answer, get: Answer) -> Iterator[ValidationResult]:
    if head.status in _GET_INSTEAD:
        yield finding("head-refused", url, head.status)
    elif head.fault or head.status != 200:
        if not head.left:
            yield finding("head", url, head.fault or head.status)
    else:
        for name in ("content-type", "content-length"):
            told = [each.headers.get(name, "") for each in (head, get)]
            if get.status == 200 and all(told) and told[0] != told[1]:
                yield finding("head-differs", url, name, *told)


def _about_get(url: str, get: Answer) -> Iterator[ValidationResult]:
    for hop in get.hops:
        if hop.status not in _FOLLOWED:
            yield finding("redirection", url, hop.status, hop.url)
    if get.left:
        yield finding("leads-away", url, get.url)
        yield finding("status", url, f"{get.status} and leads to another server")
    elif get.bytes > MOST_BYTES:
        yield finding("too-large", url, MOST_BYTES)
    elif get.status != 200:
        yield finding("status", url, get.status or get.fault)
    elif get.fault:
        yield finding("incomplete", url, get.fault)
    elif get.media_type != RDF_XML.media_type:
        yield finding("content-type", url, get.media_type)


def _about_next_time(asker: Asker, url: str, get: Answer) -> Iterator[ValidationResult]:
    """Is it cheap for who comes again?"""
    tag = get.headers.get("etag")
    condition = {"If-None-Match": tag} if tag else None
    modified = get.headers.get("last-modified")
    if condition is None and modified:
        condition = {"If-Modified-Since": modified}
    if condition is None:
        yield finding("not-conditional", url, get.status)
        return
    headers = {"Accept": RDF_XML.media_type, **condition}
    again = asker.ask(url, Wanted("GET", headers, most_bytes=MOST_BYTES))
    if again.status != 304:
        yield finding("not-conditional", url, again.status)


def _read(body: bytes, url: str, base: str) -> tuple[list[Quad] | None, list[ValidationResult]]:
    """The quads, with what keeps portals from reading them."""
    if fault := xml_fault(body):
        return None, [finding("not-rdf", url, fault)]
    try:
        return list(parse(body, RDF_XML.rdf)), []
    except SyntaxError as error:
        fault = str(error)
    try:
        quads = list(parse(body, RDF_XML.rdf, base_iri=base))
    except SyntaxError as error:
        return None, [finding("not-rdf", url, str(error))]
    return quads, [finding("relative-iri", url, fault)]


def xml_fault(body: bytes) -> str:
    """Why a document is no whole XML; empty if it is: a parser of RDF/XML may not mind its end."""
    if _expands(body):
        return "its entities stand for more than it may hold"
    try:
        expat.ParserCreate().Parse(body, True)
    except expat.ExpatError as error:
        return str(error)
    return ""


def _expands(body: bytes) -> bool:
    """Would the entities of a document fill the memory?"""
    if b"<!DOCTYPE" not in body:
        return False
    declared = {name: first or second for name, first, second in _ENTITY.findall(body)}
    if len(declared) < body.count(b"<!ENTITY"):
        return True  # some are written otherwise, so nobody knows what they stand for
    named = Counter(re.findall(rb"&([^\s&;#]{1,200});", body))
    sizes = {name: len(value) for name, value in declared.items()}
    nested = any(re.search(rb"&[^#]", value) for value in declared.values())
    return nested or sum(sizes.get(name, 0) * n for name, n in named.items()) > _MOST_EXPANDED
