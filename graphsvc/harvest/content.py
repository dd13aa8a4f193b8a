"""What the data of a release hold, as far as a catalogue tells it and a build must look it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from graphsvc.harvest.statistics import Statistics, count
from graphsvc.resources.lookups import Resources
from graphsvc.settings import APART, Settings
from graphsvc.vocab import OWL_ONTOLOGY, OWL_VERSION_IRI, RDF_TYPE

_ONTOLOGIES = 100  # of those that a publication describes


@dataclass(frozen=True)
class Content:
    """`ontologies` are the publication's own, by IRI; `unversioned` those of them that say of no
    version of theirs; `labels` are those of the places that the settings name, by language."""

    statistics: Statistics
    ontologies: Sequence[str]
    unversioned: Sequence[str]
    labels: Mapping[str, Mapping[str, str]]


def read_content(n_quads: Path, resources: Resources, settings: Settings, scratch: Path) -> Content:
    """Read it from the canonical N-Quads of a release and from its index.

    The folder `scratch` takes what does not fit into memory.
    """
    ontologies = [
        iri
        for iri in resources.instances(OWL_ONTOLOGY.value, _ONTOLOGIES)
        if iri.startswith(settings.base_iri) and _is_vocabulary(iri, resources, settings)
    ]
    statistics = count(n_quads, settings.base_iri, scratch)
    unversioned = [iri for iri in ontologies if not _has_version(iri, resources)]
    return Content(statistics, ontologies, unversioned, resources.labels(settings.spatial))


def _has_version(iri: str, resources: Resources) -> bool:
    return any(
        quad.subject == NamedNode(iri) and quad.predicate == OWL_VERSION_IRI
        for quad in resources.describe(iri)
    )


def _is_vocabulary(iri: str, resources: Resources, settings: Settings) -> bool:
    """Is it an ontology outside the shapes and queries, where ontologies hold prefixes?"""
    apart = {NamedNode(settings.graph_iri(name)) for name in APART}
    return any(
        (quad.predicate, quad.object) == (RDF_TYPE, OWL_ONTOLOGY) and quad.graph_name not in apart
        for quad in resources.describe(iri)
    )
