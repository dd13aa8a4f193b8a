"""The rules of DCAT-AP 3.0.1 and of DCAT-AP-SE 3.0.1, as shapes of ours, and those of others.

The official shapes are not in this package; `--shapes` names a folder that has them. They
have two faults that no catalogue can help: properties that lead to no shape, which keeps
an engine from running them, and a namespace of SPDX that begins with https where SPDX's
own begins with http. Both are mended as they are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from pyoxigraph import BlankNode, Literal, Quad, RdfFormat, parse

from graphsvc.errors import ShapesError, SourcePosition
from graphsvc.report import Severity, ValidationResult
from graphsvc.shacl import compiled, wellformed
from graphsvc.shacl.plan import Step
from graphsvc.shacl.store import DataGraph
from graphsvc.vocab import OWL_IMPORTS

OWN = ("dcat-ap", "dcat-ap-se")
PREFIXES = {name: f"urn:graphsvc:{name}:" for name in OWN}
_BASE = "urn:graphsvc:shapes:"
_SPDX = "^https://spdx.org/rdf/terms"


def own_shapes(name: str) -> list[Quad]:
    """The shapes of one of OWN."""
    text = (files("graphsvc.preflight") / "shapes" / f"{name}.ttl").read_bytes()
    return list(parse(text, RdfFormat.TURTLE))


@cache
def _own_plan(name: str) -> list[Step]:
    return compiled.plan_of(own_shapes(name))


def read_shapes(paths: Sequence[Path]) -> list[Quad]:
    """The official shapes of some files together, mended as the module's head tells.

    Raises ShapesError for a file that cannot be read.
    """
    found: list[Quad] = []
    for number, path in enumerate(paths):
        found += (_mended(quad, number) for quad in _parse(path) if quad.predicate != OWL_IMPORTS)
    dangling = {fault.quad for fault in wellformed.check(found)}
    return [quad for quad in found if quad not in dangling]


def validate(
    quads: Sequence[Quad], shapes_folder: Path | None = None
) -> tuple[list[ValidationResult], bool]:
    """What the shapes find in a catalogue; and whether it conforms to DCAT-AP.

    That is for the shapes of the folder to say, if one is given. Each of its files runs by
    itself, as the official validators run them. Raises ShapesError.
    """
    data_graph = DataGraph()
    data_graph.extend(quads)
    found = {name: [*compiled.run(_own_plan(name), data_graph)] for name in OWN}
    judges = [found["dcat-ap"]]
    if shapes_folder is not None:
        judges = [compiled.validate(quads, read_shapes(each)) for each in _together(shapes_folder)]
        found |= {f"{number}": results for number, results in enumerate(judges)}
    conforms = not any(result.severity == Severity.VIOLATION for each in judges for result in each)
    return [result for each in found.values() for result in each], conforms


def _together(folder: Path) -> list[list[Path]]:
    """The files of a folder, those together that make one set of shapes."""
    paths = sorted(folder.glob("*.ttl"))
    if not paths:
        raise ShapesError(f"{folder.as_posix()}: no .ttl files; name the folder of the shapes")
    whole = [path for path in paths if path.name in ("dcat-ap-SHACL.ttl", "ranges.ttl")]
    return [*([path] for path in paths if path not in whole), *([whole] if whole else [])]


def _parse(path: Path) -> list[Quad]:
    try:
        return list(parse(path=str(path), format=RdfFormat.TURTLE, base_iri=_BASE))
    except (SyntaxError, OSError) as error:
        raise ShapesError(str(error), SourcePosition(path, 0)) from error


def _mended(quad: Quad, number: int) -> Quad:
    """A quad with labels of blank nodes that no other file has, and with SPDX's namespace."""
    subject, object_ = quad.subject, quad.object
    if isinstance(subject, BlankNode):
        subject = BlankNode(f"f{number}x{subject.value}")
    if isinstance(object_, BlankNode):
        object_ = BlankNode(f"f{number}x{object_.value}")
    elif object_ == Literal(_SPDX):
        object_ = Literal("^https?" + _SPDX.removeprefix("^https"))
    return Quad(subject, quad.predicate, object_)
