"""The datasets of a release: the whole, and its parts: named graphs, or instances of classes.

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
from graphsvc.versions import is_of_whole

CATALOGUE = "catalog"  # of the catalogue's IRI and of its documents
MOST_PARTS = 100  # unless the settings name them: a portal reads the catalogue in one piece


@dataclass(frozen=True)
class Dataset:
    """The whole, or a part of it: what is said of a dcat:Dataset by itself."""

    iri: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    graph: str | None  # its IRI; None for the whole, and for a part that is no graph
    dumps: tuple[Mapping[str, Any], ...]
    triples: int = 0  # of a part


def catalogue_iri(settings: Settings) -> str:
    """The IRI of the catalogue, and of the document that holds it."""
    return settings.base_iri + CATALOGUE


def whole(manifest: Manifest, settings: Settings) -> Dataset:
    """The publication as a dataset."""
    dumps = tuple(dump for dump in manifest.dumps if is_of_whole(dump))
    return Dataset(settings.base_iri, settings.title, settings.description, None, dumps)


def parts(manifest: Manifest, settings: Settings) -> list[Dataset]:
    """The parts that the settings name, in their order; else all graphs, if they are not many.

    What has nothing in it is no part.
    """
    found: list[Dataset] = []
    for name in settings.parts:
        graph = settings.graph_iri(name)
        if name in manifest.parts:
            found.append(_of_classes(manifest, settings, name))
        elif graph in manifest.graphs and name not in settings.part_classes:
            found.append(_of_graph(manifest, settings, graph))
    if settings.parts or len(manifest.graphs) > MOST_PARTS:
        return found
    return [_of_graph(manifest, settings, graph) for graph in sorted(manifest.graphs)]


def _of_classes(manifest: Manifest, settings: Settings, name: str) -> Dataset:
    told = settings.parts[name]
    dumps = tuple(dump for dump in manifest.dumps if dump["part"] == name)
    iri = _part_iri(settings, name)
    return Dataset(iri, told["title"], told["description"], None, dumps, manifest.parts[name])


def _of_graph(manifest: Manifest, settings: Settings, graph: str) -> Dataset:
    dumps = tuple(dump for dump in manifest.dumps if dump["graph"] == graph)
    name = str(dumps[0]["file"]).partition(".")[0]
    told = settings.parts.get(graph.removeprefix(settings.graph_iri("")), {})
    titles = {language: f"{title}: {name}" for language, title in settings.title.items()}
    description = words(
        "part of", settings.languages, settings.title, graph=graph, triples=manifest.graphs[graph]
    )
    return Dataset(
        _part_iri(settings, name),
        told.get("title", titles),
        told.get("description", description),
        graph,
        dumps,
        manifest.graphs[graph],
    )


def _part_iri(settings: Settings, name: str) -> str:
    return f"{catalogue_iri(settings)}#dataset-{name}"
