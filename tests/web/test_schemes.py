"""The document of a concept scheme lists its concepts as a tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_pages import page_of, read

from graphsvc.release import Release
from web.documented import query_in, release_of, text
from web.served import BASE, Client
from web.test_ontologies import solutions


def test_concepts_stand_below_what_is_broader(documented: Release) -> None:
    page = page_of(documented, "def/flag")
    tree = page[page.index('<ul class="tree">') : page.index('id="incoming"')]
    assert tree.index("/def/flag/north") < tree.index('<ul class="tree">', 5)
    assert tree.index('<ul class="tree">', 5) < tree.index("/def/flag/sweden")
    assert "Sweden SE used in 2 statements A flag of two colours." in text(tree)
    read(page)


def test_a_circle_of_concepts_is_shown_once(documented: Release) -> None:
    page = page_of(documented, "def/flag")
    tree = page[page.index('<ul class="tree">') : page.index('id="incoming"')]
    assert tree.count('href="/def/flag/round"') == tree.count('href="/def/flag/trip"') == 1
    assert "Concepts 4" in text(page)


@pytest.mark.parametrize(("name", "uses"), [("sweden", 2), ("north", 1), ("round", 0)])
def test_a_concept_is_used_as_often_as_sparql_finds(
    documented: Release, documentation: Client, name: str, uses: int
) -> None:
    page = page_of(documented, "def/flag")
    iri = f"{BASE}def/flag/{name}"
    assert documented.resources.uses([iri]).get(iri, 0) == uses
    found = re.findall(rf'href="(/sparql\?concept=[^"]*{name})"[^>]*>used in (\d+) statement', page)
    if not uses:
        assert found == []
        return
    ((address, number),) = found
    query = query_in(documentation.html(address))
    assert solutions(documented, query) == int(number) == uses


def test_a_scheme_without_concepts_says_so(documented: Release) -> None:
    assert "There is none yet." in page_of(documented, "def/empty")


def test_a_scheme_of_a_thousand_is_cut_and_says_so(tmp_path: Path) -> None:
    concepts = "".join(
        f"<def/many/{n}> a skos:Concept ; skos:inScheme <def/many> .\n" for n in range(1_000)
    )
    files = {"ontology/many.ttl": f"<def/many> a skos:ConceptScheme .\n{concepts}"}
    page = page_of(release_of(tmp_path, files, shapes=False), "def/many")
    tree = page[page.index('<ul class="tree">') :].partition("</section>")[0]
    assert tree.count("<li>") == 500
    assert "500 more are in the downloads." in page
