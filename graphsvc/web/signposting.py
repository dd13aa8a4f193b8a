"""Links by which a program finds its way without knowing the site: FAIR Signposting.

What is linked to is named as it is known everywhere, under the base IRI, for programs keep
such links. In a header stand as many as fit; a linkset has them all.

Spec: https://signposting.org/FAIR/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from graphsvc import authorities
from graphsvc.formats import HTML, RDF_FORMATS
from graphsvc.harvest.datasets import catalogue_iri
from graphsvc.harvest.schema_types import SCHEMA
from graphsvc.harvest.versions import FOLDER
from graphsvc.iris import Addresses, to_uri
from graphsvc.release import Release
from graphsvc.versions import is_of_whole
from graphsvc.vocab import DCT_IS_REPLACED_BY

LINKSET = "linkset.json"
LINKSET_JSON = "application/linkset+json"
IRI = "iri"  # the parameter that names the resource whose links are asked for
# Of the field Link: proxies keep all fields of a response in a buffer, commonly of 4 KiB.
LINK_BYTES = 3_000
GZIP = "application/gzip"  # of a file that is compressed, not of one that is sent so


@dataclass(frozen=True)
class TypedLink:
    """A link with its relation, and the media type of what it leads to, if that has one."""

    relation: str
    href: str
    media_type: str = ""

    def __str__(self) -> str:
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{self.href}>; rel="{self.relation}"{kind}'

    def target(self) -> dict[str, str]:
        """What it leads to, as a linkset has it."""
        return {"href": self.href} | ({"type": self.media_type} if self.media_type else {})


def field(links: Iterable[TypedLink | str]) -> str:
    """The value of Link: of the links in this order, those that fit into `LINK_BYTES`."""
    told: list[str] = []
    left = LINK_BYTES
    for text in map(str, links):
        if len(text) + 2 <= left:
            told.append(text)
            left -= len(text) + 2
    return ", ".join(told)


def landing(release: Release, iri: str, types: Iterable[str]) -> Iterator[TypedLink]:
    """The links of the page of a resource, given its types in schema.org."""
    settings = release.settings
    yield TypedLink("cite-as", to_uri(iri))
    yield linkset(release, iri)
    yield TypedLink("license", to_uri(authorities.licence(settings.licence).iri))
    yield TypedLink("author", to_uri(settings.publisher_iri))
    for each in ("AboutPage", *types):
        yield TypedLink("type", SCHEMA + each)
    yield from metadata(release, iri)


def metadata(release: Release, iri: str) -> Iterator[TypedLink]:
    """To the documents that describe a resource."""
    addresses = Addresses(release.settings.base_iri)
    for each in RDF_FORMATS:
        if (path := addresses.path(iri, each.suffix)) is not None:
            href = to_uri(addresses.base_iri) + path.removeprefix("/")
            yield TypedLink("describedby", href, each.media_type)


def items(release: Release, *, of_graphs: bool = False) -> Iterator[TypedLink]:
    """To the dumps of the whole, and to those of the graphs as well."""
    for dump in release.manifest.dumps:
        if of_graphs or is_of_whole(dump):
            yield TypedLink("item", _dump_uri(release, dump), media_type_of(dump))


def of_dump(release: Release) -> Iterator[TypedLink]:
    """The links of a dump: to the page that it is found from, and what it is."""
    yield TypedLink("collection", to_uri(release.settings.base_iri), HTML.media_type)
    yield TypedLink("type", SCHEMA + "DataDownload")
    yield TypedLink("license", to_uri(authorities.licence(release.settings.licence).iri))


def of_metadata(release: Release, iri: str) -> TypedLink:
    """The link of a document that describes a resource: to the page of the same."""
    page = Addresses(release.settings.base_iri).document_iri(iri)
    return TypedLink("describes", to_uri(page), HTML.media_type)


def replaced_by(replacements: Iterable[str]) -> Iterator[TypedLink]:
    """From what is withdrawn or deprecated to what replaces it."""
    for iri in replacements:
        yield TypedLink(DCT_IS_REPLACED_BY.value, to_uri(iri))


def linkset(release: Release, iri: str) -> TypedLink:
    """To where all links of a resource are; those of the whole have no parameter."""
    address = to_uri(release.settings.base_iri) + LINKSET
    if iri != release.settings.base_iri:
        address += f"?{IRI}={quote(iri, safe=':/')}"
    return TypedLink("linkset", address, LINKSET_JSON)


def contexts(
    release: Release, iri: str, types: Sequence[str], replacements: Iterable[str]
) -> Iterator[dict[str, Any]]:
    """The linkset of a resource: its page, the documents that describe it, its dumps.

    `replacements` are the IRIs of what replaces it.

    Spec: https://www.rfc-editor.org/rfc/rfc9264#section-4.2
    """
    is_whole = iri == release.settings.base_iri
    page = to_uri(Addresses(release.settings.base_iri).document_iri(iri))
    dumps = list(items(release, of_graphs=True)) if is_whole else []
    yield _context(page, [*landing(release, iri, types), *replaced_by(replacements), *dumps])
    for each in metadata(release, iri):
        yield _context(each.href, [of_metadata(release, iri)])
    for each in dumps:
        yield _context(each.href, of_dump(release))


def fixed_types(release: Release, iri: str) -> list[str]:
    """The types of what the server itself describes: the whole, its catalogue, its versions."""
    base = release.settings.base_iri
    if iri == base or iri in (base + FOLDER + row.version for row in release.versions):
        return ["Dataset"]
    if iri == base + FOLDER:
        return ["CollectionPage"]
    return ["DataCatalog"] if iri == catalogue_iri(release.settings) else []


def media_type_of(dump: Mapping[str, Any]) -> str:
    """The media type that a dump is served with."""
    return GZIP if dump["gzip"] else str(dump["media_type"])


def _dump_uri(release: Release, dump: Mapping[str, Any]) -> str:
    return f"{to_uri(release.settings.base_iri)}dump/{dump['file']}"


def _context(anchor: str, links: Iterable[TypedLink]) -> dict[str, Any]:
    """An anchor with its links, grouped by relation."""
    context: dict[str, Any] = {"anchor": anchor}
    for link in links:
        context.setdefault(link.relation, []).append(link.target())
    return context
