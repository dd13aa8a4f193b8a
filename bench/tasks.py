"""What is measured as a process of its own: `python -m bench.tasks NAME ARGUMENT…`.

Each task imports only what it needs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Quad


def read_graphsvc(root: str) -> None:
    """Every quad, as `validate` and `build` read them."""
    from graphsvc.sources import Publication, Reader

    publication = Publication.open(Path(root))
    reader = Reader(publication.settings.base_iri)
    print(sum(1 for file in publication.files for _ in reader.quads(file)))


def read_lines(root: str) -> None:
    """Every quad with its line, as they are read again when there are findings."""
    from graphsvc.sources import Publication, Reader

    publication = Publication.open(Path(root))
    reader = Reader(publication.settings.base_iri)
    print(sum(1 for file in publication.files for _ in reader.read(file)))


def read_pyoxigraph(root: str) -> None:
    """Every triple, as the parser gives them."""
    from pyoxigraph import RdfFormat, parse

    from bench.generator import BASE

    print(
        sum(
            1
            for path in turtle_files(root)
            for _ in parse(path=str(path), format=RdfFormat.TURTLE, base_iri=BASE)
        )
    )


def read_rdflib(root: str) -> None:
    """Every triple into an rdflib Graph in memory: rdflib has no parser without one."""
    from rdflib import Graph

    from bench.generator import BASE

    graph = Graph()
    for path in turtle_files(root):
        graph.parse(path, format="turtle", publicID=BASE)
    print(len(graph))


def store_graphsvc(root: str, target: str, *, optimize: bool = False) -> None:
    """Files to canonical N-Quads to store."""
    from graphsvc.canonical import Canonicalizer
    from graphsvc.sources import Publication, Reader
    from graphsvc.store import StoreBuilder

    publication, folder = Publication.open(Path(root)), Path(target)
    with StoreBuilder(folder / "store") as store:
        reader = Reader(publication.settings.base_iri)
        canonical = Canonicalizer(folder, on_run=store.load)
        for file in publication.files:
            canonical.add(reader.quads(file), file.graph_name)
        with (folder / "quads.nq").open("wb") as output:
            for line in canonical:
                output.write(line.encode())
        if optimize:
            store.optimize()
        store.finish()


def write_canonical(root: str, target: str) -> None:
    """Canonical N-Quads, as `build` writes them."""
    from graphsvc.canonical import Canonicalizer
    from graphsvc.sources import Publication, Reader

    publication = Publication.open(Path(root))
    reader = Reader(publication.settings.base_iri)
    canonical = Canonicalizer(Path(target).parent)
    for file in publication.files:
        canonical.add(reader.quads(file), file.graph_name)
    with Path(target).open("wb") as output:
        for line in canonical:
            output.write(line.encode())


def derive_feed(root: str, n_quads: str, target: str, earlier: str = "") -> None:
    """The feed of a publication, from its history and its canonical N-Quads."""
    from graphsvc.feed.deriving import Derived, derive
    from graphsvc.history import provenance
    from graphsvc.settings.file import read_settings
    from graphsvc.validation import quiet

    origin, settings = provenance(Path(root)), read_settings(Path(root))
    before = Path(earlier) / "feed" if earlier else None
    made_of = (settings, Path(n_quads), "0" * 64, origin.commit, origin.issued, before)
    print(derive(Derived(Path(root), *made_of), Path(target) / "feed", quiet))


def write_catalogue(release: str, n_quads: str, target: str) -> None:
    """The catalogue, the landing page's metadata and VoID, as `build` writes them."""
    from graphsvc.harvest import void
    from graphsvc.harvest.content import read_content
    from graphsvc.harvest.datasets import CATALOGUE
    from graphsvc.harvest.dcat import catalogue
    from graphsvc.harvest.documents import write_document
    from graphsvc.harvest.schema_org import write_landing
    from graphsvc.release import Release

    opened, folder = Release.open(Path(release)), Path(target)
    content = read_content(Path(n_quads), opened.resources, opened.settings, folder)
    described = catalogue(opened.manifest, content)
    write_document(folder, CATALOGUE, described)
    write_landing(folder, described, opened.settings)
    write_document(folder, void.NAME, void.description(opened.manifest, content))


def store_optimized(root: str, target: str) -> None:
    """The same, and the store optimized, as `build` does; `oxigraph load` leaves that to a verb."""
    store_graphsvc(root, target, optimize=True)


def store_rdflib(root: str) -> None:
    """The same quads in an rdflib Dataset in memory."""
    from rdflib import Dataset, URIRef

    from graphsvc.sources import Publication

    publication = Publication.open(Path(root))
    dataset = Dataset()
    for file in publication.files:
        graph = dataset.graph(URIRef(file.graph_name.value))
        graph.parse(file.path, format="turtle", publicID=publication.settings.base_iri)
    print(len(dataset))


def convert(root: str, target: str) -> None:
    """Write the quads of a publication into one N-Quads and one TriG file, for others to load."""
    from pyoxigraph import Quad, RdfFormat, serialize

    from graphsvc.sources import Publication, Reader, graph_of

    publication = Publication.open(Path(root))
    reader = Reader(publication.settings.base_iri)

    def quads() -> Iterator[Quad]:
        for file in publication.files:
            for quad, _ in reader.read(file):
                yield Quad(quad.subject, quad.predicate, quad.object, graph_of(quad, file))

    serialize(quads(), f"{target}.nq", format=RdfFormat.N_QUADS)
    serialize(quads(), f"{target}.trig", format=RdfFormat.TRIG, prefixes=reader.prefixes)


def write_out(root: str, target: str) -> None:
    """Write the shapes of a publication into one Turtle file, with sh:sparql in place of their
    own components."""
    from pyoxigraph import RdfFormat, serialize

    from bench import constraints

    triples = constraints.write_out(shapes_graph(Path(root)))
    serialize(triples, target, format=RdfFormat.TURTLE)


def shapes_graph(root: Path) -> list[Quad]:
    """The shapes of a publication."""
    from graphsvc.sources import Publication, Reader

    publication = Publication.open(root)
    reader = Reader(publication.settings.base_iri)
    return [quad for file in publication.files if file.is_shapes for quad in reader.quads(file)]


def turtle_files(root: str | Path, *folders: str) -> list[Path]:
    """The files below some folders of a publication, or below all of them."""
    paths = (Path(root, folder) for folder in folders or ("ontology", "data", "shapes"))
    return [path for folder in paths for path in sorted(folder.rglob("*.ttl"))]


TASKS: dict[str, Callable[..., None]] = {
    each.__name__: each
    for each in (
        read_graphsvc,
        read_lines,
        read_pyoxigraph,
        read_rdflib,
        store_graphsvc,
        store_optimized,
        store_rdflib,
        convert,
        write_out,
        write_canonical,
        derive_feed,
        write_catalogue,
    )
}

if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
