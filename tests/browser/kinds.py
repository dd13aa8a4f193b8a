"""The kinds of pages that there are: a row for each, for tests that go through all of them.

Of the classes of the publication it is one resource each, so that a new class is looked at
without a new row.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from graphsvc.build import BuildOptions, build
from graphsvc.iris import Addresses
from graphsvc.release import Release

ROOT = Path(__file__).parents[2]
# The shipped publication withdraws nothing, so what answers 410 is added to it.
WITHDRAWN = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dct: <http://purl.org/dc/terms/> .
<id/cluster/withdrawn> a <ns#Cluster> ; rdfs:label "Withdrawn"@en , "Tillbakadragen"@sv ;
  owl:deprecated true ; dct:isReplacedBy <id/cluster/compare> .
"""


@dataclass(frozen=True)
class Kind:
    """A page of one kind: where it is, with what status, and what shows that it is complete.

    `{version}` in a path stands for the version of the release.
    """

    path: str
    status: int = 200
    complete: str = "main h1"
    accept: str = ""  # what the browser says it reads, where that matters

    def of(self, release: Release) -> Kind:
        return replace(self, path=self.path.replace("{version}", release.manifest.version))


KINDS = {
    "home": Kind("/"),
    "instances of a class": Kind("/browse?type=https://w3id.org/s3-cluster-pilot/ns%23Cluster"),
    "quality": Kind("/quality"),
    "quality, narrowed": Kind(
        "/quality?defect=https://w3id.org/s3-cluster-pilot/def/defect/url-typo"
    ),
    "ontology": Kind("/ns"),
    "shapes": Kind("/shapes"),
    "scheme": Kind("/def/defect"),
    "concept": Kind("/def/defect/url-typo"),
    "about": Kind("/about"),
    "catalogue": Kind("/catalog"),
    "dumps": Kind("/dump/"),
    "feed": Kind("/feed"),
    "versions": Kind("/version/"),
    "version": Kind("/version/{version}"),
    "as it was": Kind("/version/{version}/doc/cluster/compare"),
    "search": Kind("/search"),
    "search with hits": Kind("/search?q=smaland"),
    "search without hits": Kind("/search?q=no-such-word"),
    "not found": Kind("/doc/cluster/compear", 404),
    "gone": Kind("/doc/cluster/withdrawn", 410),
    "not acceptable": Kind("/.well-known/void", 406, accept="text/html"),
    "editor": Kind("/sparql", complete=".tabPanel.active .CodeMirror"),
    "editor with results": Kind(
        "/sparql#query=SELECT%20*%20%7B%20%3Fcluster%20s3p%3Aregion%20%3Fregion%20%7D",
        complete=".tabPanel.active .yasr_results tbody td",
    ),
}


def of_classes(release: Release) -> dict[str, Kind]:
    """The page of the first instance of each class that has a page here, and no row above."""
    addresses = Addresses(release.settings.base_iri)
    found: dict[str, Kind] = {}
    for class_iri in release.manifest.classes:
        for iri in release.resources.instances(class_iri, 1):
            path = addresses.path(iri)
            known = {kind.path for kind in KINDS.values()}
            if path is not None and "#" not in path and path not in known:
                found.setdefault(path, Kind(path))
    return found


def build_with_all_kinds(folder: Path) -> Path:
    """A release of the shipped publication, and of what the rows want beside it."""
    root = folder / "publication"
    root.mkdir()
    shutil.copy(ROOT / "graphsvc.toml", root)
    for name in ("ontology", "data", "shapes", "queries", "about"):
        shutil.copytree(ROOT / name, root / name)
    (root / "data/withdrawn.ttl").write_text(WITHDRAWN, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOURCE_DATE_EPOCH", "1780000000")  # what is not dated has no feed
        return build(root, folder / "releases", BuildOptions(shapes=False))
