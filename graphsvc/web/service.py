"""The description of the SPARQL service: what it speaks, what it offers, what it holds.

Spec: https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from graphsvc.examples import has_examples
from graphsvc.formats import RDF_FORMATS, SOLUTIONS_FORMATS, W3C_FORMATS
from graphsvc.release import Release
from graphsvc.vocab import RDF_TYPE, RDFS_SEE_ALSO, XSD
from graphsvc.web import examples

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_GEOF = "http://www.opengis.net/def/function/geosparql/"
PREFIXES = {"sd": _SD, "void": _VOID, "formats": W3C_FORMATS, "geof": _GEOF}

# What Oxigraph has of GeoSPARQL; a test calls each.
FUNCTIONS = tuple(
    _GEOF + name
    for name in (
        *("sfEquals", "sfDisjoint", "sfIntersects", "sfTouches"),
        *("sfCrosses", "sfWithin", "sfContains", "sfOverlaps"),
        *("ehEquals", "ehDisjoint", "ehMeet", "ehOverlap"),
        *("ehCovers", "ehCoveredBy", "ehInside", "ehContains"),
        *("rcc8eq", "rcc8dc", "rcc8ec", "rcc8po", "rcc8tppi", "rcc8tpp", "rcc8ntpp", "rcc8ntppi"),
        *("distance", "convexHull", "coordinateDimension", "dimension", "envelope", "getSRID"),
        *("isEmpty", "isSimple", "spatialDimension", "asGeoJSON", "centroid"),
    )
)


def description(release: Release) -> list[Quad]:
    """What a release is served with. Every node has an IRI, so that others can refer to it."""
    endpoint = release.settings.endpoint_iri
    service, dataset = (NamedNode(f"{endpoint}#{name}") for name in ("service", "dataset"))
    default = NamedNode(f"{endpoint}#default-graph")
    return [
        _is_a(service, "Service"),
        _says(service, "endpoint", NamedNode(endpoint)),
        _says(service, "supportedLanguage", NamedNode(_SD + "SPARQL11Query")),
        *_features(release, service),
        *(
            _says(service, "resultFormat", NamedNode(each.iri))
            for each in (*SOLUTIONS_FORMATS, *RDF_FORMATS)
        ),
        *(_says(service, "extensionFunction", NamedNode(each)) for each in FUNCTIONS),
        *(_is_a(NamedNode(each), "Function") for each in FUNCTIONS),
        _says(service, "defaultDataset", dataset),
        _is_a(dataset, "Dataset"),
        _says(dataset, "defaultGraph", default),
        _is_a(default, "Graph"),
        *_named_graphs(release, dataset),
        *_examples(release, service),
    ]


def _examples(release: Release, service: NamedNode) -> Iterator[Quad]:
    """Where its example queries are, if it has any."""
    if has_examples(release):
        yield Quad(service, RDFS_SEE_ALSO, NamedNode(examples.address(release)))


def _features(release: Release, service: NamedNode) -> Iterator[Quad]:
    if release.settings.service_allow:
        yield _says(service, "feature", NamedNode(_SD + "BasicFederatedQuery"))


def _named_graphs(release: Release, dataset: NamedNode) -> Iterator[Quad]:
    """Each with the number of its triples."""
    for name, triples in release.manifest.graphs.items():
        local = quote(name.removeprefix(release.settings.base_iri), safe="")
        named = NamedNode(f"{dataset.value}/{local}")
        graph = NamedNode(f"{named.value}/graph")
        yield _says(dataset, "namedGraph", named)
        yield _is_a(named, "NamedGraph")
        yield _says(named, "name", NamedNode(name))
        yield _says(named, "graph", graph)
        yield _is_a(graph, "Graph")
        count = Literal(str(triples), datatype=NamedNode(XSD + "integer"))
        yield Quad(graph, NamedNode(_VOID + "triples"), count)


def _is_a(node: NamedNode, name: str) -> Quad:
    return Quad(node, RDF_TYPE, NamedNode(_SD + name))


def _says(node: NamedNode, name: str, value: NamedNode) -> Quad:
    return Quad(node, NamedNode(_SD + name), value)
