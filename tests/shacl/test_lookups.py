"""Lines that are found by searching a file are those that are found by reading all of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publications import BASE, write
from pyoxigraph import NamedNode

from bench.generator import Scale, generate
from graphsvc.excerpts import names
from graphsvc.paths import Alternative, Inverse, Path, Repeated, Sequence, Term
from graphsvc.report import ValidationResult
from graphsvc.shacl import lookups
from graphsvc.shacl.locations import locate
from graphsvc.sources import Publication, Reader
from graphsvc.vocab import sh

PREFIXES = f"@prefix ex: <http://e/> .\n@prefix id: <id/> .\n@prefix i: <{BASE}i> .\n"
NODES = (
    "ex:a",
    "ex:a1",
    "ex:a.b",
    "id:a",
    "<id/a>",
    "<http://e/>",
    "i:db",
    "<idb>",
    "<>",
    "<http://e/a#>",
)
OBJECTS = (*NODES, '"a"', "1", '"ex:a # \\" ."@en', "'''a\n.\nex:a'''", "_:b", "[ ex:p ex:a ]")
PREDICATES = ("ex:p", "ex:q", "a")
GLUE = (" ", "\n  ", " # ex:a .\n ", "\n", "\n# it's ex:a, \"so.\n")
ODDITIES = ("",) * 6 + ("PREFIX ex: <http://e/>\n", "@base <http://f/> .\n", "ex:a\\-b ex:p 1 .\n")
P, Q = NamedNode("http://e/p"), NamedNode("http://e/q")
PATHS: tuple[Path | None, ...] = (
    None,
    P,
    Inverse(P),
    Sequence((P, Q)),
    Sequence((Inverse(P), Q)),
    Repeated(P, "+"),
    Alternative((Q, Sequence((P, Inverse(Q))))),
    Repeated(Inverse(P), "*"),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Turtle, written in many ways."""

    text: str = PREFIXES + draw(st.sampled_from(ODDITIES))
    common = OBJECTS[: draw(st.sampled_from((len(NODES) + 3, len(OBJECTS))))]
    for _ in range(draw(st.integers(1, 6))):
        parts = [draw(st.sampled_from(NODES))]
        for number in range(draw(st.integers(1, 3))):
            if number:
                parts.append(draw(st.sampled_from((";", ","))))
            if parts[-1] != ",":
                parts.append(draw(st.sampled_from(PREDICATES)))
            parts.append(draw(st.sampled_from(common)))
        text += (
            "".join(part + draw(st.sampled_from(GLUE)) for part in parts)
            + "."
            + draw(st.sampled_from(("\n", " ")))
        )
    return text


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> FilePath:
    return tmp_path_factory.mktemp("publication")


@pytest.mark.parametrize("examples", [120, pytest.param(1_200, marks=pytest.mark.slow)])
def test_on_turtle_of_every_style(
    examples: int, root: FilePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    @settings(max_examples=examples, derandomize=True, deadline=None, database=None)
    @given(st.lists(texts(), min_size=1, max_size=2, unique=True), st.booleans())
    def compare(files: list[str], many: bool) -> None:
        for number in range(2):
            (root / "data" / f"{number}.ttl").unlink(missing_ok=True)
        write(root, {"shapes/s.ttl": "shapes:S a sh:NodeShape .\n"})
        (root / "data").mkdir(exist_ok=True)
        for number, text in enumerate(files):
            (root / "data" / f"{number}.ttl").write_text(text, encoding="utf-8")
        publication = Publication.open(root)
        found = list(findings(publication))
        monkeypatch.setattr(names, "FEW", 0 if many else 50)
        monkeypatch.setattr(lookups, "PART", 1 if many else 2)
        assert by_search(publication, found, monkeypatch) == by_reading(
            publication, found, monkeypatch
        )

    compare()


@pytest.mark.parametrize("statements", [10_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_on_generated_publications(
    statements: int, tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(tmp_path / "generated", Scale(statements, errors=0.0))
    publication = Publication.open(tmp_path / "generated")
    for step, length in ((statements // 20, 1), (statements // 300, 20)):
        found = list(findings(publication))[::step][:length]
        assert by_search(publication, found, monkeypatch) == by_reading(
            publication, found, monkeypatch
        )


def findings(publication: Publication) -> Iterator[ValidationResult]:
    """About each triple of the data, by each kind of path."""
    reader = Reader(publication.settings.base_iri)
    shape = NamedNode(publication.settings.shapes_iri + "S")
    for file in publication.files:
        for quad in reader.quads(file):
            ends = cast("Term", quad.subject), cast("Term", quad.object)
            for path in PATHS:
                for one, other in (ends, ends[::-1]):
                    yield ValidationResult(one, shape, sh("x"), result_path=path, value=other)


def by_search(
    publication: Publication, found: list[ValidationResult], monkeypatch: pytest.MonkeyPatch
) -> list[ValidationResult]:
    monkeypatch.setattr(lookups, "SMALL", -1)
    return locate(found, publication.files, publication.settings.base_iri)


def by_reading(
    publication: Publication, found: list[ValidationResult], monkeypatch: pytest.MonkeyPatch
) -> list[ValidationResult]:
    monkeypatch.setattr(lookups, "SMALL", 1 << 40)
    return locate(found, publication.files, publication.settings.base_iri)
