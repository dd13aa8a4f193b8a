"""What the nodes of a catalogue are called: portals know a resource by its IRI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from pyoxigraph import BlankNode, NamedNode

from graphsvc.harvest.descriptions import PREFIXES
from graphsvc.preflight.catalogues import Catalogue, Node
from graphsvc.preflight.findings import finding
from graphsvc.preflight.servers import host_of
from graphsvc.report import ValidationResult
from graphsvc.web.remote import is_public

# A class, and the properties that lead to what should be of it.
KINDS = {
    "dcat:Catalog": (),
    "dcat:Dataset": ("dcat:dataset",),
    "dcat:Distribution": ("dcat:distribution",),
    "dcat:DataService": ("dcat:service", "dcat:accessService"),
    "foaf:Agent": ("dct:publisher", "dct:creator"),
    "vcard:Kind": ("dcat:contactPoint",),
}
_HYDRA = "http://www.w3.org/ns/hydra/core#"
_NEXT = (_HYDRA + "next", _HYDRA + "nextPage")
# RFC 2606 and RFC 6761: names that nobody can have.
_PLACEHOLDER = re.compile(
    r"(?:.*\.)?(?:example\.(?:com|net|org|edu)|example|invalid|test)", re.IGNORECASE
)
_LOCAL_NAME = re.compile(r"localhost|.*\.(?:localhost|local|internal|lan)|[^.:]*", re.IGNORECASE)


def check(catalogue: Catalogue, url: str) -> Iterator[ValidationResult]:
    """What is wrong with the names in a catalogue that was harvested at an address."""
    if catalogue.iri is None:
        yield finding("no-catalog", url)
    for quad in catalogue.quads:
        if quad.predicate.value in _NEXT:
            yield finding("paged", url, str(quad.object).strip('<>"'))
    about = catalogue.iri or url
    for name in KINDS:
        blank = sum(isinstance(node, BlankNode) for node in _of_kind(catalogue, name))
        if blank:
            yield finding("blank-node", about, blank, name)
    yield from _local(catalogue, about)
    yield from _placeholders(catalogue)


def _of_kind(catalogue: Catalogue, name: str) -> dict[Node, None]:
    found: dict[Node, None] = dict.fromkeys(catalogue.instances(name))
    for property in KINDS[name]:
        nodes = (each for each in catalogue.values(property) if isinstance(each, Node))
        found |= dict.fromkeys(nodes)
    return found


def _local(catalogue: Catalogue, about: str) -> Iterator[ValidationResult]:
    """One address is told: as a rule they all begin with the same base IRI."""
    named = [
        node.value
        for name in KINDS
        for node in _of_kind(catalogue, name)
        if isinstance(node, NamedNode)
    ]
    for iri in named:
        if iri.startswith(("http:", "https:")) and _is_local(host_of(iri)):
            yield finding("local-address", about, iri, value=NamedNode(iri))
            return


def _is_local(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return _LOCAL_NAME.fullmatch(host) is not None
    return not is_public(host)


def _placeholders(catalogue: Catalogue) -> Iterator[ValidationResult]:
    """Contacts, publishers and the catalogue itself that lead nowhere."""
    for contact in _of_kind(catalogue, "vcard:Kind"):
        for address in catalogue.iris(contact, "vcard:hasEmail"):
            host = address.rpartition("@")[2] if "@" in address else host_of(address)
            if _PLACEHOLDER.fullmatch(host.partition("?")[0]):
                path = PREFIXES["vcard"] + "hasEmail"
                yield _placeholder(contact, address, "contact.email", path)
    for publisher in _of_kind(catalogue, "foaf:Agent"):
        if isinstance(publisher, NamedNode) and _PLACEHOLDER.fullmatch(host_of(publisher.value)):
            yield _placeholder(publisher, publisher.value, "publisher.iri")
    if catalogue.iri is not None and _PLACEHOLDER.fullmatch(host_of(catalogue.iri)):
        yield _placeholder(NamedNode(catalogue.iri), catalogue.iri, "base_iri")


def _placeholder(node: Node, value: str, setting: str, path: str | None = None) -> ValidationResult:
    about = node.value if isinstance(node, NamedNode) else value
    return finding("placeholder", about, value, setting, path=path, value=NamedNode(value))
