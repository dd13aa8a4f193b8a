"""The datasets of a release: the whole, and its parts, which are named graphs.

The whole has the base IRI, and a part a fragment of the catalogue's, since a graph's own
IRI answers with what the graph holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphsvc.harvest.wording import words
from graphsvc.release import Manifest
from graphsvc.settings import Settings

CATALOGUE = "catalog"  # of the catalogue's IRI and of its documents
MOST_PARTS = 100  # unless the settings name them: a portal reads the catalogue in one piece


@dataclass(frozen=True)
class Dataset:
    """The whole, or a part of it: what is said of a dcat:Dataset by itself."""

    iri: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    graph: str | None  # its IRI; None for the whole
    dumps: tuple[Mapping[str, Any], ...]


def catalogue_iri(settings: Settings) -> str:
    """The IRI of the catalogue, and of the document that holds it."""
    return settings.base_iri + CATALOGUE


def whole(manifest: Manifest, settings: Settings) -> Dataset:
    """The publication as a dataset."""
    dumps = _dumps(manifest, None)
    return Dataset(settings.base_iri, settings.title, settings.description, None, dumps)


def parts(manifest: Manifest, settings: Settings) -> list[Dataset]:
    """The graphs that the settings name as parts, else all if they are not many; by IRI."""
    named = {settings.graph_iri(name) for name in settings.parts}
    graphs = manifest.graphs.keys() & named if named else manifest.graphs.keys()
    if not named and len(graphs) > MOST_PARTS:
        return []
    return [_part(manifest, settings, graph) for graph in sorted(graphs)]


def _part(manifest: Manifest, settings: Settings, graph: str) -> Dataset:
    dumps = _dumps(manifest, graph)
    name = str(dumps[0]["file"]).partition(".")[0]
    told = settings.parts.get(graph.removeprefix(settings.graph_iri("")), {})
    titles = {language: f"{title}: {name}" for language, title in settings.title.items()}
    description = words(
        "part of", settings.languages, settings.title, graph=graph, triples=manifest.graphs[graph]
    )
    return Dataset(
        f"{catalogue_iri(settings)}#dataset-{name}",
        told.get("title", titles),
        told.get("description", description),
        graph,
        dumps,
    )


def _dumps(manifest: Manifest, graph: str | None) -> tuple[Mapping[str, Any], ...]:
    return tuple(dump for dump in manifest.dumps if dump["graph"] == graph)
