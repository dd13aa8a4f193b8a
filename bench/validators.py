"""The engines that validate: `python -m bench.validators NAME PUBLICATION FOUND [SHAPES]`.

Each reads the files of a publication, runs its shapes, or those of a Turtle file
in their stead, and writes into FOUND a line for each result: the focus node and
the shape it comes from.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from bench.generator import BASE
from bench.tasks import shapes_graph, turtle_files

Pairs = Iterator[tuple[str, str]]


def compiled(root: Path, _shapes: Path | None = None) -> Pairs:
    """Our own engine; the data is handed to it while it is read."""
    from graphsvc.shacl.compiled import validate
    from graphsvc.sources import Publication, Reader

    publication = Publication.open(root)
    reader = Reader(publication.settings.base_iri)
    files = [file for file in publication.files if not file.is_shapes]
    data_graph = chain.from_iterable(map(reader.quads, files))
    for result in validate(data_graph, shapes_graph(root)):
        yield result.focus_node.value, result.source_shape.value


def pyshacl(root: Path, _shapes: Path | None = None) -> Pairs:
    """pySHACL on rdflib's graphs in memory, as its README has it."""
    from pyshacl import validate
    from rdflib import SH, Graph

    data, shapes = Graph(), Graph()
    for path in turtle_files(root, "ontology", "data"):
        data.parse(path, format="turtle", publicID=BASE)
    for path in turtle_files(root, "shapes"):
        shapes.parse(path, format="turtle", publicID=BASE)
    _, report, _ = validate(data, shacl_graph=shapes, inference="none", advanced=False)
    assert isinstance(report, Graph)
    for result in report.objects(None, SH.result):
        focus_node, shape = (report.value(result, each) for each in (SH.focusNode, SH.sourceShape))
        yield str(focus_node), str(shape)


def pyrudof(root: Path, shapes: Path | None = None) -> Pairs:
    """rudof by its Python package, in the mode that its documentation recommends."""
    from pyrudof import RDFFormat, Rudof, RudofConfig, ShaclFormat, ShaclValidationMode

    rudof = Rudof(RudofConfig())
    for path in turtle_files(root, "ontology", "data"):
        rudof.read_data(path, RDFFormat.Turtle, base=BASE, merge=True)
    # It holds one shapes graph, which the next to be read would replace.
    files = [shapes] if shapes else turtle_files(root, "shapes")
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    rudof.read_shacl(text, ShaclFormat.Turtle, base=BASE)
    for entry in rudof.validate_shacl(ShaclValidationMode.Native).violations:
        yield entry.focus_node, entry.source_shape or ""


ENGINES: dict[str, Callable[[Path, Path | None], Pairs]] = {
    each.__name__: each for each in (compiled, pyshacl, pyrudof)
}


def main(name: str, root: str, found: str, shapes: str | None = None) -> None:
    """Run an engine, and write what it finds."""
    with Path(found).open("w", encoding="utf-8") as output:
        for pair in ENGINES[name](Path(root), Path(shapes) if shapes else None):
            output.write("\t".join(pair) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
