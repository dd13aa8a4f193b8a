"""Scaled publications of the model of this repository: `python -m bench.generator --help`.

A generated folder is a copy of the publication in this repository, under another
base IRI, and beside it as many programmes like the shipped one as it takes. The
number of quads is that of the whole, ontology and shapes included: what
release.json calls `quads`. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.descriptions import Bundle, Programme
from bench.errors import ErrorSource, SeededError
from bench.facts import Region
from bench.turtle import PREFIXES, Description, Place, Shelf

ROOT = Path(__file__).parent.parent
SHIPPED_BASE = "https://w3id.org/s3-cluster-pilot/"
BASE = "https://example.org/bench/"
PROGRAMME_CLUSTERS = 22
PROGRAMME_QUADS = 4_000  # no programme has more
FRAME_QUADS = 120  # no programme has more beside its clusters


@dataclass(frozen=True)
class Scale:
    """What is asked of a generated publication. `errors` is a share of its descriptions."""

    quads: int
    errors: float = 0.0
    seed: int = 1


def generate(root: Path, scale: Scale) -> int:
    """Write a publication into a new folder, and give its number of quads.

    Raises ValueError if fewer quads are asked for than the shipped publication
    and one small programme have.
    """
    root.mkdir(parents=True)
    regions, shipped = copy_shipped(root)
    if scale.quads < shipped + PROGRAMME_QUADS // 4:
        raise ValueError(f"{scale.quads} quads; at least {shipped + PROGRAMME_QUADS // 4} go")
    return _Writer(root, scale, regions).run(shipped)


def copy_shipped(root: Path) -> tuple[list[Region], int]:
    """Copy the publication of this repository; gives its regions and its number of quads."""
    from pyoxigraph import Literal

    from graphsvc.sources import Publication, Reader, graph_of

    settings = (ROOT / "graphsvc.toml").read_text(encoding="utf-8")
    (root / "graphsvc.toml").write_text(settings.replace(SHIPPED_BASE, BASE), encoding="utf-8")
    for folder in ("ontology", "data", "shapes"):
        shutil.copytree(ROOT / folder, root / folder)
    publication, reader = Publication.open(root), Reader(BASE)
    quads = set()
    codes: dict[object, str] = {}
    names: dict[object, str] = {}
    for file in publication.files:
        for quad, _ in reader.read(file):
            quads.add((quad.triple, graph_of(quad, file)))
            if not isinstance(quad.object, Literal):
                continue
            if quad.predicate.value == BASE + "ns#nutsCode":
                codes[quad.subject] = quad.object.value
            elif quad.object.language == "sv":
                names.setdefault(quad.subject, quad.object.value)
    return [Region(code, names[subject]) for subject, code in codes.items()], len(quads)


class _Writer:
    """Writes programmes until a publication has the quads that it is to have."""

    def __init__(self, root: Path, scale: Scale, regions: list[Region]) -> None:
        self._root, self._scale, self._regions = root, scale, regions
        self._errors = ErrorSource(scale.errors)
        self._shelves: dict[str, Shelf] = {}
        self._rows: list[dict[str, object]] = []
        self._left = 0

    def run(self, shipped: int) -> int:
        self._left = self._scale.quads - shipped
        number = 0
        while self._left > 2 * PROGRAMME_QUADS:
            number += 1
            self._write_programme(Programme(number, self._scale.seed, self._regions))
        self._write_last(Programme(number + 1, self._scale.seed, self._regions))
        for shelf in self._shelves.values():
            shelf.close()
        if self._scale.errors:
            text = json.dumps(self._rows, ensure_ascii=False, indent=1) + "\n"
            (self._root / "errors.json").write_text(text, encoding="utf-8")
        return self._scale.quads - self._left

    def _write_programme(self, programme: Programme) -> None:
        for _ in range(PROGRAMME_CLUSTERS):
            self._write_bundle(programme.bundle())
        self._write_frame(programme)

    def _write_last(self, programme: Programme) -> None:
        """A programme of as many clusters as there is room for, the last one with less to it."""
        room = True
        while room:
            bundle = programme.bundle()
            while self._left - bundle.quads < FRAME_QUADS and bundle.assessments:
                bundle.assessments.pop()
                room = False
            self._write_bundle(bundle)
        self._write_frame(programme)

    def _write_bundle(self, bundle: Bundle) -> None:
        seeded = self._errors.seed(bundle)
        places = {id(each): self._write(kind, each) for kind, each in bundle.by_kind()}
        self._left -= 1  # that the programme has it as a member
        for error in seeded:
            self._rows.append(_row(error, places[id(error.description)]))

    def _write_frame(self, programme: Programme) -> None:
        for kind, description in programme.frame():
            self._write(kind, description)
            self._left += len(description.properties.get("org:hasMember", ()))  # counted before

    def _write(self, kind: str, description: Description) -> Place:
        if kind not in self._shelves:
            self._shelves[kind] = Shelf(self._root, kind)
        self._left -= description.quads
        return self._shelves[kind].write(description)


def _row(error: SeededError, place: Place) -> dict[str, object]:
    prefix, _, name = error.description.subject.partition(":")
    found_by_shape = error.finder[0].isupper()
    return {
        "kind": error.kind,
        "file": place.file,
        "line": place.line + error.description.line_of(error.predicate),
        "subject": BASE + PREFIXES[prefix] + name,
        "shape": (BASE + "shapes#" if found_by_shape else "urn:graphsvc:check:") + error.finder,
    }


def main() -> None:
    """Write a publication as the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m bench.generator", description=__doc__)
    parser.add_argument("--quads", type=int, required=True, help="how many, within 1 %%")
    parser.add_argument("--out", type=Path, required=True, help="a folder that is not there yet")
    parser.add_argument(
        "--errors",
        type=float,
        default=0.0,
        help="share of the generated descriptions, such as 0.005",
    )
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.out.exists():
        parser.error(f"{arguments.out} is there already")
    try:
        quads = generate(arguments.out, Scale(arguments.quads, arguments.errors, arguments.seed))
    except ValueError as error:
        parser.error(str(error))
    print(f"{quads} quads")


if __name__ == "__main__":
    main()
