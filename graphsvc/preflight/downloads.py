"""The files behind the download addresses: are they what the catalogue says of them?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode

from graphsvc.preflight.addresses import Asked
from graphsvc.preflight.asking import Answer, Asker, Wanted
from graphsvc.preflight.catalogues import Catalogue, Link, expanded, links
from graphsvc.preflight.findings import finding
from graphsvc.report import ValidationResult

MOST_BYTES = 10_000_000_000  # of a file whose size nobody tells
_IANA = (
    "https://www.iana.org/assignments/media-types/",
    "http://www.iana.org/assignments/media-types/",
)
_ALGORITHM = "http://spdx.org/rdf/terms#checksumAlgorithm_"
_ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


def check(
    asker: Asker, catalogue: Catalogue, asked: Asked, *, quick: bool
) -> Iterator[ValidationResult]:
    """Compare the heads of all files, and if it need not be quick the files themselves."""
    for link in links(catalogue, [("dcat:Distribution", "dcat:downloadURL")]):
        head = asked.answers.get(link.iri)
        if head is None or head.left or head.status != 200:
            continue
        found = [*_about_head(catalogue, link, head)]
        yield from found
        if not quick and not found:
            yield from _about_file(asker, catalogue, link)


def _about_head(catalogue: Catalogue, link: Link, head: Answer) -> Iterator[ValidationResult]:
    coding = head.headers.get("content-encoding", "identity")
    if coding != "identity":
        yield _finding("content-coding", link, coding)
    told = catalogue.iris(link.node, "dcat:compressFormat") or catalogue.iris(
        link.node, "dcat:mediaType"
    )
    names = [iri.removeprefix(space) for iri in told for space in _IANA if iri.startswith(space)]
    if names and head.media_type not in names:
        yield _finding("media-type", link, head.media_type, " or ".join(names))
    size, length = _size(catalogue, link), head.headers.get("content-length")
    if coding == "identity" and None not in (size, length) and length != str(size):
        yield _finding("byte-size", link, length, size)


def _about_file(asker: Asker, catalogue: Catalogue, link: Link) -> Iterator[ValidationResult]:
    size = _size(catalogue, link)
    most = MOST_BYTES if size is None else size
    sums = [*_checksums(catalogue, link)]
    digests = {name: hashlib.new(name, usedforsecurity=False) for name, _ in sums}

    def take(chunk: bytes) -> None:
        for digest in digests.values():
            digest.update(chunk)

    file = asker.ask(link.iri, Wanted("GET", {}, take, most))
    if file.bytes > most:
        yield _finding(
            "byte-size", link, f"more than {most}", size if size is not None else "nothing"
        )
    elif file.status != 200 or file.fault:
        yield _finding("download", link, file.fault or file.status)
    elif size is not None and file.bytes != most:
        yield _finding("byte-size", link, file.bytes, size)
    else:
        for name, value in sums:
            if digests[name].hexdigest() != value.lower():
                yield _finding("checksum", link, name, digests[name].hexdigest(), value)


def _checksums(catalogue: Catalogue, link: Link) -> Iterator[tuple[str, str]]:
    """The checksums of a distribution whose algorithms are known: name and value."""
    for node in catalogue.nodes(link.node, "spdx:checksum"):
        value: Any = catalogue.text(node, "spdx:checksumValue")
        for iri in catalogue.iris(node, "spdx:algorithm"):
            name = iri.replace("https://spdx.org", "http://spdx.org").removeprefix(_ALGORITHM)
            if name in _ALGORITHMS and value:
                yield name, value


def _size(catalogue: Catalogue, link: Link) -> int | None:
    """The size that the catalogue tells, in bytes; whether it is a number is for the shapes."""
    text = catalogue.text(link.node, "dcat:byteSize") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _finding(rule: str, link: Link, *details: object) -> ValidationResult:
    about = link.node.value if isinstance(link.node, NamedNode) else link.iri
    value = NamedNode(link.iri)
    path = expanded(link.property)
    return finding(rule, about, link.iri, *details, path=path, value=value)
