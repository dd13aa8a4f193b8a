"""What is said of the instances of a class, taken out of N-Quads."""

from __future__ import annotations

from pathlib import Path

from graphsvc.extracts import write_extracts

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LINES = f"""\
<http://a/author> <http://a/name> "Karin" <http://a/g> .
<http://a/author> {TYPE} <http://a/Person> <http://a/g> .
<http://a/book#cover> <http://a/colour> _:c14n3 <http://a/g> .
<http://a/book> <http://a/by> <http://a/author> <http://a/g> .
<http://a/book> <http://a/note> "{TYPE} <http://a/Person> <http://a/g> ." <http://a/g> .
<http://a/book> <http://a/note> _:c14n0 <http://a/h> .
<http://a/book> {TYPE} <http://a/Book> <http://a/g> .
<http://a/bookmark> <http://a/in> <http://a/book> <http://a/g> .
<http://a/ns#Book> <http://a/name> "Book" <http://a/g> .
<http://a/ns#Book> {TYPE} <http://a/Class> <http://a/g> .
<http://a/ns#page> <http://a/name> "page" <http://a/g> .
_:c14n0 <http://a/note> _:c14n1 <http://a/h> .
_:c14n1 <http://a/note> _:c14n0 <http://a/h> .
_:c14n2 <http://a/note> "nobody's" <http://a/g> .
_:c14n3 <http://a/name> "red" <http://a/g> .
_:c14n4 <http://a/note> _:c14n5 <http://a/g> .
_:c14n4 {TYPE} <http://a/Person> <http://a/g> .
_:c14n5 <http://a/name> "Anon." <http://a/g> .
""".splitlines(keepends=True)


def extract(folder: Path, **classes: list[str]) -> dict[str, list[int]]:
    """The numbers of the lines that each extract has."""
    path = folder / "quads.nq"
    path.write_text("".join(LINES), encoding="utf-8")
    write_extracts(path, classes, folder)
    return {name: [LINES.index(line) for line in _lines(folder / f"{name}.nq")] for name in classes}


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def test_an_instance_comes_with_its_fragments_and_blank_nodes_of_every_graph(
    tmp_path: Path,
) -> None:
    assert extract(tmp_path, books=["http://a/Book"]) == {"books": [2, 3, 4, 5, 6, 11, 12, 14]}


def test_several_extracts_of_several_classes_in_one_go(tmp_path: Path) -> None:
    found = extract(
        tmp_path, people=["http://a/Person"], all=["http://a/Book", "http://a/Person"], none=["a"]
    )
    assert found["people"] == [0, 1, 15, 16, 17]
    assert found["all"] == sorted({*found["people"], 2, 3, 4, 5, 6, 11, 12, 14})
    assert found["none"] == []


def test_a_term_of_a_vocabulary_does_not_bring_the_others(tmp_path: Path) -> None:
    assert extract(tmp_path, classes=["http://a/Class"]) == {"classes": [8, 9]}
