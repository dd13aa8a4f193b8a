"""What the data of a release hold, as far as a catalogue tells it and a build must look it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graphsvc.harvest.extent import WKT_LITERAL, Extent, extent_of
from graphsvc.resources import Resources
from graphsvc.settings import APART, Settings
from graphsvc.vocab import OWL_ONTOLOGY, RDF_TYPE

_ONTOLOGIES = 100  # of those that a publication describes


@dataclass(frozen=True)
class Content:
    """`extent` is that of the geometries, if there are any; `labels` are those of the places
    that the settings name, by language; `ontologies` are the publication's own, by IRI."""

    extent: Extent | None
    ontologies: Sequence[str]
    labels: Mapping[str, Mapping[str, str]]


def read_content(n_quads: Path, resources: Resources, settings: Settings) -> Content:
    """Read it from the canonical N-Quads of a release and from its index."""
    ontologies = [
        iri
        for iri in resources.instances(OWL_ONTOLOGY.value, _ONTOLOGIES)
        if iri.startswith(settings.base_iri) and _is_vocabulary(iri, resources, settings)
    ]
    return Content(_extent(n_quads), ontologies, resources.labels(settings.spatial))


def _is_vocabulary(iri: str, resources: Resources, settings: Settings) -> bool:
    """Is it an ontology outside the shapes and queries, where ontologies hold prefixes?"""
    apart = {NamedNode(settings.graph_iri(name)) for name in APART}
    return any(
        (quad.predicate, quad.object) == (RDF_TYPE, OWL_ONTOLOGY) and quad.graph_name not in apart
        for quad in resources.describe(iri)
    )


def _extent(n_quads: Path) -> Extent | None:
    found: Extent | None = None
    with n_quads.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            if WKT_LITERAL in line:  # cheaper than to parse what has no geometry
                for quad in parse(line, RdfFormat.N_QUADS):
                    value = quad.object
                    if isinstance(value, Literal) and value.datatype.value == WKT_LITERAL:
                        extent = extent_of(value.value)
                        found = extent.with_(found) if extent else found
    return found
