"""graphsvc.toml: the few, flat settings of a publication.

Each setting is a row of `rows`, read by one of the readers in `values`; `file` reads them
all. The error messages and docs/settings.md are made from the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from graphsvc.corrections import CorrectionTerms, StatementTerms, resolve

FILE_NAME = "graphsvc.toml"
FOLDERS = ("ontology", "data", "shapes", "queries")
APART = ("shapes", "queries")  # graphs about the data, which is found without them
TEMPLATES = "templates"  # the folder of these
WHOLE = "all"  # the dump of all graphs together


@dataclass(frozen=True)
class Settings:
    """What graphsvc.toml says, with the defaults filled in."""

    base_iri: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    publisher_name: str
    publisher_iri: str
    contact_name: str
    contact_email: str
    licence: str
    languages: tuple[str, ...]
    keep_releases: int
    query_bytes: int
    body_bytes: int
    query_seconds: int = 10  # these defaults are for releases that are older than the settings
    query_megabytes: int = 512
    result_bytes: int = 0
    result_rows: int = 0
    drain_seconds: int = 10
    url_bytes: int = 65_535
    queries_per_minute: int = 0
    service_allow: tuple[str, ...] = ()
    service_private_addresses: bool = False
    service_result_bytes: int = 10_000_000
    graphs: Mapping[str, str] = field(default_factory=dict)
    default_graph: tuple[str, ...] = ()
    publisher_type: str = ""  # of what the catalogue says; empty: it says nothing of it
    themes: tuple[str, ...] = ()
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    spatial: tuple[str, ...] = ()
    spatial_extent: bool = False
    temporal: str = ""
    issued: str = ""
    frequency: str = ""
    availability: str = ""
    status: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    corrections: Mapping[str, str] = field(default_factory=dict)
    statements: Mapping[str, Any] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Settings:
        """The settings that a release keeps, as JSON gives them back."""
        names = ("languages", "default_graph", "service_allow", "themes", "spatial")
        lists = {name: tuple(table.get(name, ())) for name in names}
        return cls(**{**table, **lists})

    @property
    def vocabulary_iri(self) -> str:
        """The namespace of the publication's own terms."""
        return self.base_iri + "ns#"

    @property
    def shapes_iri(self) -> str:
        """The namespace of the publication's own shapes."""
        return self.base_iri + "shapes#"

    @property
    def endpoint_iri(self) -> str:
        """The IRI of the SPARQL endpoint."""
        return self.base_iri + "sparql"

    @property
    def correction_terms(self) -> CorrectionTerms | None:
        """What the publication states corrections with, if it says so."""
        return CorrectionTerms.of(self.corrections, self.base_iri) if self.corrections else None

    @property
    def statement_terms(self) -> StatementTerms | None:
        """What it states with what its sources say, if it says so."""
        return StatementTerms.of(self.statements, self.base_iri) if self.statements else None

    @property
    def part_classes(self) -> dict[str, list[str]]:
        """The IRIs of the classes of the parts that are no graphs, by their names."""
        return {
            name: [resolve(iri, self.base_iri) for iri in told["classes"]]
            for name, told in self.parts.items()
            if told.get("classes")
        }

    @property
    def template_places(self) -> Mapping[str, str]:
        """The place of the template for each class that has one, by the IRI of the class."""
        return {resolve(iri, self.base_iri): place for iri, place in self.templates.items()}

    def graph_iri(self, name: str) -> str:
        """The IRI of the named graph that `[graphs]` and the folders call `name`."""
        return f"{self.base_iri}graph/{name}"

    def is_in_default_graph(self, graph: str) -> bool:
        """Is a graph, by its IRI, one of those whose union SPARQL sees as the default graph?"""
        if self.default_graph:
            return graph in map(self.graph_iri, self.default_graph)
        return graph not in map(self.graph_iri, APART)

    def graph_of(self, path: PurePosixPath) -> str:
        """The name of the graph that a file of the publication is read into.

        The longest entry of `[graphs]` that is the file or a folder above it
        decides; without one, the file's top folder names the graph.
        """
        for place in (path, *path.parents):
            if name := self.graphs.get(place.as_posix()):
                return name
        return path.parts[0]
