"""The score that data.europa.eu gives a catalogue: Metadata Quality Assurance, 405 points.

Each dataset is measured by itself, with its best distribution; the catalogue has the
average. Whether an address works is what the server under test has answered.

Spec: https://data.europa.eu/mqa/methodology
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graphsvc import authorities
from graphsvc.authorities import ACCESS_RIGHTS, FILE_TYPES
from graphsvc.preflight.addresses import Asked
from graphsvc.preflight.catalogues import Catalogue, Node
from graphsvc.preflight.findings import finding
from graphsvc.report import ValidationResult

_EU_LICENCES = "http://publications.europa.eu/resource/authority/licence/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_RDF = {"RDF", "JSON_LD", "N3", "OWL", "RDF_N_QUADS", "RDF_N_TRIPLES", "RDF_TRIG"}
_RDF |= {"RDF_TURTLE", "RDF_XML"}
_OPEN = {"ATOM", "CSV", "GEOJSON", "GML", "GPKG", "JSON", "KML", "ODS", "RSS", "TSV", "XML"}
NON_PROPRIETARY = frozenset(
    _RDF | _OPEN | {"GZIP", "HTML", "ODT", "PNG", "SVG", "TXT", "WMS", "ZIP"}
)
MACHINE_READABLE = frozenset(_RDF | _OPEN | {"XLS", "XLSX"})
_NOBODY = "urn:graphsvc:preflight:catalogue"  # what has no IRI itself
_RATINGS = ((351, "excellent"), (221, "good"), (121, "sufficient"), (0, "bad"))


@dataclass(frozen=True)
class Described:
    """A node of a catalogue, and what is known beside it."""

    node: Node
    catalogue: Catalogue
    asked: Asked
    conforms: bool

    def has(self, name: str) -> bool:
        return bool(self.catalogue.all(self.node, name))

    def iris(self, name: str) -> list[str]:
        return self.catalogue.iris(self.node, name)

    def is_good(self, name: str) -> bool:
        """Is there an address, and do all of them work?"""
        found = self.iris(name)
        return bool(found) and all(self.asked.is_good(iri) for iri in found)

    def is_unasked(self, name: str) -> bool:
        """Is there an address that nobody asked?"""
        return bool(name) and any(self.asked.is_good(iri) is None for iri in self.iris(name))


@dataclass(frozen=True)
class Metric:
    """One row: its dimension, what is measured, its points, the measure, and what mends it."""

    dimension: str
    what: str
    points: int
    measure: Callable[[Described], bool]
    mends: str
    address: str = ""  # the property whose addresses have to work, if any has


def _there(name: str) -> Callable[[Described], bool]:
    return lambda each: each.has(name)


def _code(each: Described) -> set[str]:
    root = FILE_TYPES.concept_iri("")
    return {iri.removeprefix(root) for iri in each.iris("dct:format") if iri.startswith(root)}


def _is_from_vocabularies(each: Described) -> bool:
    types = each.iris("dcat:mediaType")
    return bool(_code(each)) and bool(types) and all(t.startswith(_MEDIA_TYPES) for t in types)


def _is_known_licence(each: Described) -> bool:
    return any(
        iri.startswith(_EU_LICENCES) or authorities.licence(iri).type is not None
        for iri in each.iris("dct:license")
    )


def _is_listed_access(each: Described) -> bool:
    listed = ACCESS_RIGHTS.concept_iri("")
    return any(iri.startswith(listed) for iri in each.iris("dct:accessRights"))


def _rule(name: str) -> str:
    return f"In graphsvc.toml: {name}."


_BUILT = "`graphsvc build` tells it of every dump."
_REACHED = "Serve it there, or let the base IRI lead to the server."
_OF_DUMPS = "`graphsvc build` writes dumps in such formats."
OF_DATASETS = (
    Metric("Findability", "keywords", 30, _there("dcat:keyword"), _rule("catalog.keywords")),
    Metric("Findability", "themes", 30, _there("dcat:theme"), _rule("catalog.themes")),
    Metric(
        "Findability",
        "places",
        20,
        _there("dct:spatial"),
        _rule("catalog.spatial, or geometries in the data"),
    ),
    Metric("Findability", "time", 20, _there("dct:temporal"), _rule("catalog.temporal")),
    Metric(
        "Interoperability",
        "conformity to DCAT-AP",
        30,
        lambda each: each.conforms,
        "Mend the violations that the shapes of DCAT-AP find.",
    ),
    Metric("Reusability", "access rights", 10, _there("dct:accessRights"), _BUILT),
    Metric("Reusability", "access rights from the EU's list", 5, _is_listed_access, _BUILT),
    Metric(
        "Reusability",
        "contact",
        20,
        _there("dcat:contactPoint"),
        _rule("contact.name and contact.email"),
    ),
    Metric("Reusability", "publisher", 10, _there("dct:publisher"), _rule("publisher")),
)
OF_DISTRIBUTIONS = (
    Metric(
        "Accessibility",
        "access address that works",
        50,
        lambda each: each.is_good("dcat:accessURL"),
        _REACHED,
        "dcat:accessURL",
    ),
    Metric("Accessibility", "download address", 20, _there("dcat:downloadURL"), _BUILT),
    Metric(
        "Accessibility",
        "download address that works",
        30,
        lambda each: each.is_good("dcat:downloadURL"),
        _REACHED,
        "dcat:downloadURL",
    ),
    Metric("Interoperability", "format", 20, _there("dct:format"), _BUILT),
    Metric("Interoperability", "media type", 10, _there("dcat:mediaType"), _BUILT),
    Metric(
        "Interoperability",
        "format and media type from the lists",
        10,
        _is_from_vocabularies,
        _BUILT,
    ),
    Metric(
        "Interoperability",
        "format that nobody owns",
        20,
        lambda each: bool(_code(each) & NON_PROPRIETARY),
        _OF_DUMPS,
    ),
    Metric(
        "Interoperability",
        "format that machines read",
        20,
        lambda each: bool(_code(each) & MACHINE_READABLE),
        _OF_DUMPS,
    ),
    Metric("Reusability", "licence", 20, _there("dct:license"), _rule("licence")),
    Metric(
        "Reusability",
        "licence that portals know",
        10,
        _is_known_licence,
        _rule("licence, with the IRI of one of Creative Commons"),
    ),
    Metric("Contextuality", "rights", 5, _there("dct:rights"), _BUILT),
    Metric("Contextuality", "size", 5, _there("dcat:byteSize"), _BUILT),
    Metric(
        "Contextuality",
        "day of issue",
        5,
        _there("dct:issued"),
        _rule("catalog.issued, or commit the publication to git"),
    ),
    Metric(
        "Contextuality",
        "day of change",
        5,
        _there("dct:modified"),
        "Commit the publication to git, or set SOURCE_DATE_EPOCH.",
    ),
)
METRICS = (*OF_DATASETS, *OF_DISTRIBUTIONS)
DIMENSIONS = ("Findability", "Accessibility", "Interoperability", "Reusability", "Contextuality")
MOST = sum(metric.points for metric in METRICS)


@dataclass(frozen=True)
class Loss:
    """What a dataset loses points for; `iri` is that of the dataset or its best distribution."""

    iri: str
    metric: Metric
    unasked: bool = False  # nobody knows, for the address was not asked


@dataclass(frozen=True)
class Score:
    """The points of a catalogue by dimension, rounded down, and what each dataset loses."""

    iri: str  # of the catalogue
    datasets: int
    points: dict[str, int]
    losses: tuple[Loss, ...]

    @property
    def total(self) -> int:
        return sum(self.points.values())

    @property
    def rating(self) -> str:
        return next(name for least, name in _RATINGS if self.total >= least)

    def findings(self) -> Iterator[ValidationResult]:
        """A finding for each metric that any dataset loses points for."""
        by_metric: dict[tuple[str, bool], list[Loss]] = defaultdict(list)
        for loss in self.losses:
            by_metric[loss.metric.what, loss.unasked].append(loss)
        for losses in by_metric.values():
            metric = losses[0].metric
            what, mends = f"no {metric.what}", metric.mends
            if losses[0].unasked:
                what, mends = f"{metric.what}: nobody asked", "See preflight:elsewhere."
            about = losses[0].iri if len(losses) == 1 else self.iri
            of = f"{len(losses)} of {self.datasets} datasets"
            yield finding("mqa", about, of, metric.points, metric.dimension, what, mends)


def most(dimension: str) -> int:
    """The points that a dimension has."""
    return sum(metric.points for metric in METRICS if metric.dimension == dimension)


def score(catalogue: Catalogue, asked: Asked, *, conforms: bool) -> Score:
    """The score of a catalogue; without a dataset there is nothing to score, and it has 0."""
    losses: list[Loss] = []
    datasets = catalogue.instances("dcat:Dataset")
    for dataset in datasets:
        losses += _losses(Described(dataset, catalogue, asked, conforms))
    points = {}
    for dimension in DIMENSIONS:
        lost = sum(each.metric.points for each in losses if each.metric.dimension == dimension)
        points[dimension] = (most(dimension) * len(datasets) - lost) // max(len(datasets), 1)
    return Score(catalogue.iri or _NOBODY, len(datasets), points, tuple(losses))


def _losses(dataset: Described) -> list[Loss]:
    """What a dataset loses, and the best of its distributions."""
    nodes = dataset.catalogue.nodes(dataset.node, "dcat:distribution")
    each = [
        _lost(Described(node, dataset.catalogue, dataset.asked, dataset.conforms), OF_DISTRIBUTIONS)
        for node in nodes
    ] or [[Loss(_iri(dataset), metric) for metric in OF_DISTRIBUTIONS]]
    best = min(each, key=lambda losses: sum(loss.metric.points for loss in losses))
    return [*_lost(dataset, OF_DATASETS), *best]


def _lost(described: Described, metrics: Sequence[Metric]) -> list[Loss]:
    return [
        Loss(_iri(described), metric, described.is_unasked(metric.address))
        for metric in metrics
        if not metric.measure(described)
    ]


def _iri(described: Described) -> str:
    node = described.node
    return node.value if isinstance(node, NamedNode) else described.catalogue.iri or _NOBODY
