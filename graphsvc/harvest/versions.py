"""The versions of a publication in RDF: each a dcat:Dataset that stays what it is.

The publication itself, under the base IRI, is what all of them are versions of. They are told
in documents of their own. The catalogue names the current and the previous one and no more:
to DCAT-AP a version is a dcat:Dataset, and portals take each of these for one to be listed.

Spec: https://www.w3.org/TR/vocab-dcat-3/#dataset-versions
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, Quad

from graphsvc import authorities
from graphsvc.harvest.descriptions import PREFIXES as _OF_DESCRIPTIONS
from graphsvc.harvest.descriptions import Values, dated, describe, iris, texts, typed
from graphsvc.settings import Settings
from graphsvc.versions import Dump, Version

FOLDER = "version/"  # of the IRIs of versions under the base
_RDF, _PROV = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/ns/prov#"
PREFIXES = _OF_DESCRIPTIONS | {"prov": _PROV, "rdf": _RDF}
_COMMIT = "swh:1:rev:"  # how a commit of git is named wherever its repository is
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_SHA_256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_SHA_1_DIGITS = 40


def version_iri(settings: Settings, version: str) -> str:
    """The IRI of a version, which its description answers under for ever."""
    return settings.base_iri + FOLDER + version


def of_whole(settings: Settings, rows: Sequence[Version], current: str) -> Iterator[Quad]:
    """What the publication has for versions, the latest first."""
    found = dict.fromkeys(row.version for row in rows)
    yield from describe(
        settings.base_iri,
        ["dcat:Dataset"],
        {
            "dcat:hasCurrentVersion": iris(version_iri(settings, current)),
            "dcat:hasVersion": iris(*(version_iri(settings, each) for each in found)),
        },
    )


def of_version(settings: Settings, rows: Sequence[Version], version: str) -> Iterator[Quad]:
    """What a version is, and what it was put in the place of when it was first issued."""
    own = [row for row in rows if row.version == version]
    first = own[-1]
    title = {language: f"{text} ({first.short})" for language, text in settings.title.items()}
    commit = first.commit if first.commit and len(first.commit) == _SHA_1_DIGITS else None
    before = previous(rows, version)
    yield from describe(
        version_iri(settings, version),
        ["dcat:Dataset"],
        {
            "dct:title": texts(title),
            "dct:description": texts(settings.description),
            "dct:publisher": iris(settings.publisher_iri),
            "dct:license": iris(authorities.licence(settings.licence).iri),
            "dct:issued": [each for row in reversed(own) for each in dated(row.issued)],
            "dcat:version": [Literal(version)],
            "dcat:isVersionOf": iris(settings.base_iri),
            "dcat:previousVersion": iris(before and version_iri(settings, before)),
            f"{_PROV}wasDerivedFrom": iris(commit and _COMMIT + commit),
            "dct:extent": iris(f"{version_iri(settings, version)}#extent"),
        },
    )
    yield from describe(
        f"{version_iri(settings, version)}#extent",
        ["dct:SizeOrDuration"],
        {
            f"{_RDF}value": typed(first.quads, "integer"),
            "rdfs:label": texts({"en": f"{first.quads} quads", "sv": f"{first.quads} kvader"}),
        },
    )


def of_dumps(
    settings: Settings, version: str, dumps: Sequence[Dump], folder: str | None
) -> Iterator[Quad]:
    """The dumps of a version, which are in a folder under the base IRI, or not kept any more."""
    iri = version_iri(settings, version)
    for dump in dumps:
        node, checksum = f"{iri}#{dump['file']}", f"{iri}#checksum-{dump['file']}"
        address = None if folder is None else f"{settings.base_iri}{folder}{dump['file']}"
        packed: Values = iris(_MEDIA_TYPES + "application/gzip") if dump["gzip"] else ()
        yield from describe(iri, (), {"dcat:distribution": iris(node)})
        yield from describe(
            node,
            ["dcat:Distribution"],
            {
                "dct:title": [Literal(dump["file"])],
                "dcat:accessURL": iris(address or iri),
                "dcat:downloadURL": iris(address),
                "dcat:mediaType": iris(_MEDIA_TYPES + dump["media_type"]),
                "dcat:compressFormat": packed,
                "dcat:byteSize": typed(dump["bytes"], "nonNegativeInteger"),
                "spdx:checksum": iris(checksum),
            },
        )
        yield from describe(
            checksum,
            ["spdx:Checksum"],
            {
                "spdx:algorithm": iris(_SHA_256),
                "spdx:checksumValue": typed(dump["sha256"], "hexBinary"),
            },
        )


def previous(rows: Sequence[Version], version: str) -> str | None:
    """The version whose place one took when it was first issued: there are no circles of these."""
    at = max(at for at, row in enumerate(rows) if row.version == version)
    return rows[at + 1].version if at + 1 < len(rows) else None
