"""After every change of the files, what is found is what a validation of all finds."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest
from publications import BASE, TOML

from bench.generator import Scale, generate
from graphsvc.errors import GraphsvcError
from graphsvc.report import ValidationResult
from graphsvc.revalidation.findings import key
from graphsvc.revalidation.revalidation import Revalidation
from graphsvc.sources import Publication
from graphsvc.validation import Validation, validate
from graphsvc.vocab import DCT_IS_REPLACED_BY

PREFIXES = f"""\
@prefix : <{BASE}ns#> .
@prefix id: <{BASE}id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shapes: <{BASE}shapes#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = (
    "sh:targetClass :A ; sh:property [ sh:path ( :p :q ) ; sh:minCount 1 ; sh:class :B ]",
    "sh:targetClass :B ; sh:property [ sh:path [ sh:inversePath :p ] ; sh:maxCount 1 ]",
    "sh:targetSubjectsOf :q ; sh:property [ sh:path [ sh:oneOrMorePath :q ] ; sh:nodeKind sh:IRI ]",
    "sh:targetObjectsOf :p ; sh:node [ sh:property [ sh:path :q ; sh:in ( 1 id:a id:b ) ] ]",
    "sh:targetClass :A ; sh:closed true ; sh:ignoredProperties ( :p )",
    "sh:targetClass :A ; sh:property [ sh:path :p ; sh:disjoint :q ; sh:equals :r ]",
    "sh:targetNode id:a ; sh:property [ sh:path :p ; sh:qualifiedValueShape [ sh:class :B ] ;"
    " sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ]",
    f"sh:targetClass :A ; sh:sparql [ sh:select 'SELECT $this ?value WHERE {{ $this <{BASE}ns#p> "
    f"?value OPTIONAL {{ ?value <{BASE}ns#q> ?x }} FILTER (!bound(?x)) }}' ]",
    f"sh:targetClass :A ; sh:sparql [ sh:select 'SELECT $this WHERE {{ FILTER NOT EXISTS "
    f"{{ ?x <{BASE}ns#q> $this . ?x ?any ?y . }} }}' ]",
)
FILES = ("data/a.ttl", "data/b.ttl", "data/c.ttl", "ontology/o.ttl")
NODES = ("id:a", "id:b", "id:c", "id:d")
PLAIN = (*NODES, *NODES, "1", '"01"^^xsd:integer', '"x . "', "id:undescribed", ":Undefined")
BLANK = (*PLAIN, "[ :p id:a ]", "[ :q 1 ]", "_:x")
VALUES = (*BLANK, "'''a\n.\n'''", f"<{BASE}id/a>", '"\\u0001"')


class Chance(random.Random):
    """What can be written depends on the seed: by much of it a file has no parts any more."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.values = (PLAIN, VALUES, BLANK)[seed % 3]


def statement(chance: Chance) -> str:
    if chance.random() < 0.08:
        return chance.choice(
            (
                ":B rdfs:subClassOf :A .\n",
                ":C rdfs:subClassOf :B .\n",
                ":C rdfs:subClassOf [ rdfs:subClassOf :A ] .\n",
                "# A remark. id:a :p 1 .\n",
                "@prefix x: <http://x/> .\n",
                "id:a :p\n",  # a fault
            )
        )
    subject = chance.choice(NODES)
    if chance.random() < 0.1:
        return f"{subject} <{DCT_IS_REPLACED_BY.value}> {chance.choice(NODES)} .\n"
    if chance.random() < 0.3:
        return f"{subject} a :{chance.choice('ABC')} .\n"
    one, other = (chance.choice(chance.values) for _ in range(2))
    glue = chance.choice((" ", "\n  ", " # so.\n  "))
    text = f"{subject} :{chance.choice('pqr')} {one} ,{glue}{other}{glue}."
    return text + chance.choice(("\n", "\n", "\n\n", " "))


def edit(root: Path, chance: Chance) -> list[Path]:
    """Change some files, at random."""
    changed = []
    for _ in range(chance.choice((1, 1, 1, 2))):
        path = root / chance.choice(FILES)
        changed.append(path)
        kind = chance.random()
        if path.exists() and kind < 0.04:
            path.unlink()
        elif path.exists() and kind < 0.08:
            other = path.with_name(f"{chance.choice('xyz')}.ttl")
            path.rename(other)
            changed.append(other)
        elif kind < 0.12:
            path = root / "shapes" / "s.ttl"
            path.write_text(shapes(chance), encoding="utf-8")
            changed.append(path)
        else:
            lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
            place = chance.randrange(len(lines) + 1)
            if not lines:
                lines, place = [PREFIXES], 1
            if len(lines) > 8 and chance.random() < 0.5:
                del lines[place : place + chance.choice((1, 1, 3))]
            if chance.random() < 0.7:
                lines.insert(place, statement(chance))
            path.write_text("".join(lines), encoding="utf-8")
    return changed


def snapshot(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*.ttl")}


def restore(root: Path, files: dict[Path, bytes]) -> list[Path]:
    now = snapshot(root)
    for path in now.keys() - files:
        path.unlink()
    for path, text in files.items():
        path.write_bytes(text)
    return [path for path in now.keys() | files if now.get(path) != files.get(path)]


def shapes(chance: Chance) -> str:
    chosen = chance.sample(SHAPES, chance.randint(2, 6))
    bodies = (f"shapes:S{number} a sh:NodeShape ; {each} .\n" for number, each in enumerate(chosen))
    return PREFIXES + "".join(bodies)


def begun(root: Path, chance: Chance) -> None:
    for folder in ("data", "ontology", "shapes"):
        (root / folder).mkdir(parents=True)
    (root / "graphsvc.toml").write_text(TOML, encoding="utf-8")
    (root / "shapes" / "s.ttl").write_text(shapes(chance), encoding="utf-8")
    for name in "ab":
        text = PREFIXES + "".join(statement(chance) for _ in range(12)).replace("id:a :p\n", "")
        (root / "data" / f"{name}.ttl").write_text(text + f"# {name}\n", encoding="utf-8")


def told(results: Iterable[ValidationResult], *, messages: bool) -> Counter[str]:
    """What people are told; blank nodes get other labels when a file is read anew."""
    return Counter(
        re.sub(r"_:\w+", "_:", " ".join(map(str, (*key(each), *each.messages * messages))))
        for each in results
    )


def demand_news(kept: Revalidation, before: Validation | None) -> None:
    """What is new and what is mended are the differences of whole reports, to the line."""
    now = kept.validation().report.results
    then = before.report.results if before else ()
    new = kept.located(kept.new).report.results
    assert set(new) <= set(now)
    assert told(new, messages=True) == told(now, messages=True) - told(then, messages=True)
    gone = told(then, messages=False) - told(now, messages=False)
    assert told(kept.mended, messages=False) == gone


def outcome(find: Callable[[], Validation]) -> object:
    try:
        found = find()
    except GraphsvcError as error:
        return str(error)
    return (found.report, dict(found.prefixes), set(found.described))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("small", [0, 1 << 20], ids=["by parts", "as wholes"])
def test_random_edits(
    seed: int, small: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphsvc.shacl.lookups.SMALL", small)
    chance = Chance(seed)
    root = tmp_path / "publication"
    begun(root, chance)
    kept = Revalidation(root)

    def now(paths: list[Path]) -> Validation:
        kept.update(paths)
        return kept.validation()

    paths: list[Path] = []
    good = snapshot(root)
    last: Validation | None = None
    for _ in range(25):
        expected = outcome(lambda: validate(Publication.open(root)))
        assert outcome(partial(now, paths)) == expected
        is_fault = isinstance(expected, str)
        if not is_fault:
            demand_news(kept, last)
            last = kept.validation()
        if is_fault and chance.random() < 0.7:
            paths = restore(root, good)
        else:
            good = good if is_fault else snapshot(root)
            paths = edit(root, chance)


@pytest.mark.parametrize("seed", range(2))
def test_random_edits_of_a_generated_publication(seed: int, tmp_path: Path) -> None:
    root = tmp_path / "generated"
    generate(root, Scale(10_000, errors=0.01))
    chance = Chance(seed)
    kept = Revalidation(root)
    kept.update()
    files = [path for path in sorted((root / "data").rglob("*.ttl")) if path.stat().st_size > 5_000]
    for _ in range(8):
        path = chance.choice(files)
        lines = path.read_text("utf-8").splitlines(keepends=True)
        place = chance.randrange(20, len(lines))
        spoilt = lines[place].replace(chance.choice("abceilnst"), "x", 1)
        lines[place] = chance.choice(("", lines[place] * 2, spoilt, lines[place]))
        path.write_text("".join(lines), encoding="utf-8")

        def now(path: Path = path) -> Validation:
            kept.update([path])
            return kept.validation()

        assert outcome(now) == outcome(lambda: validate(Publication.open(root)))
    shutil.rmtree(root)
