"""The pages: each function is one kind of page and gives its HTML.

`path` is the address of the page without its language, for the switch between languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import Quad

from graphsvc.examples import Example, has_examples
from graphsvc.executables import runnable
from graphsvc.formats import N_QUADS, RDF_FORMATS, SOLUTIONS_FORMATS
from graphsvc.pages.assets import assets
from graphsvc.pages.browse import Browsing, Wanted
from graphsvc.pages.classes import list_classes
from graphsvc.pages.documents import read_document
from graphsvc.pages.editions import Edition
from graphsvc.pages.examples import list_examples
from graphsvc.pages.hits import Found, offered_classes
from graphsvc.pages.interface import language_name, territorial, translations
from graphsvc.pages.maps import draw_map, locate
from graphsvc.pages.quality import Quality
from graphsvc.pages.structured import embed, summarize, tell, tell_whole
from graphsvc.search import QUERY_CHARACTERS


def home(edition: Edition, path: str) -> str:
    """What the publication is, what it holds, and the ways in."""
    own, others = list_classes(edition)
    return _render(
        "home.html",
        edition,
        path,
        own=own,
        others=others,
        formats=RDF_FORMATS,
        map=draw_map(edition),
        has_examples=has_examples(edition.release),
        structured=embed(tell_whole(edition)),
    )


def browse(edition: Edition, path: str, browsing: Browsing) -> str:
    """The instances of a class, one page of them."""
    of_page = {"page": str(browsing.page.number)} if browsing.page.number > 1 else {}
    canonical = Wanted(browsing.wanted.class_iri).query(**of_page)  # whatever the order
    return _render("browse.html", edition, path, browsing=browsing, canonical=canonical)


def document(edition: Edition, path: str, iri: str, quads: Sequence[Quad], number: int) -> str:
    """The description of a resource, with one page of the links to it."""
    shown = read_document(edition, iri, quads, number)
    downloads = [(each, edition.addresses.path(iri, each.suffix)) for each in RDF_FORMATS]
    return _render(
        "document.html",
        edition,
        path,
        document=shown,
        downloads=downloads,
        map=locate(edition, iri, quads),
        summary=summarize(edition, shown, quads),
        structured=embed(tell(edition, shown, quads)),
    )


def sparql(
    edition: Edition, path: str, examples: Sequence[Example], chosen: Example | None = None
) -> str:
    """A form to ask a SPARQL query with, and example queries, one of which may be in it."""
    query = chosen.text if chosen else _first_query(edition)
    return _form(edition, path, examples, query=query, chosen=chosen, opens=None)


def describe(edition: Edition, path: str, examples: Sequence[Example], iri: str) -> str:
    """The form with a query in it that describes a resource."""
    name = edition.links([iri])[iri].name.text
    return _form(edition, path, examples, query=f"DESCRIBE <{iri}>", chosen=None, opens=name)


def _form(edition: Edition, path: str, examples: Sequence[Example], **context: Any) -> str:
    return _render(
        "sparql.html",
        edition,
        path,
        formats={
            "solutions": {each.suffix: each.name for each in SOLUTIONS_FORMATS},
            "graphs": {each.suffix: each.name for each in RDF_FORMATS},
        },
        prefixes=edition.namespaces(),
        examples=list_examples(edition, examples),
        whole=_whole(edition),
        default_graphs=[
            iri
            for iri in edition.release.manifest.graphs
            if edition.release.settings.is_in_default_graph(iri)
        ],
        **context,
    )


def _whole(edition: Edition) -> str:
    """The dump of all graphs that is the smallest to load."""
    rows = edition.release.manifest.dumps
    named = (row for row in rows if row["media_type"] == N_QUADS.media_type and row["gzip"])
    return next((str(row["file"]) for row in named if not row["graph"]), "")


def search(edition: Edition, path: str, found: Found) -> str:
    """What a search has found, one page of it, below a form for the next one."""
    classes = offered_classes(edition)
    return _render("search.html", edition, path, found=found, classes=classes)


def quality(edition: Edition, path: str, told: Quality) -> str:
    """How the release was validated, what its sources say, and what was corrected."""
    return _render("quality.html", edition, path, told=told)


def dumps(edition: Edition, path: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The files that hold the whole and each graph."""
    links = edition.links(row["graph"] for row in rows if row["graph"])
    by_graph = sorted(rows, key=lambda row: (row["graph"] or "", row["file"]))
    groups = [
        (links.get(iri), list(each))
        for iri, each in groupby(by_graph, key=lambda row: row["graph"] or "")
    ]
    return _render("dumps.html", edition, path, groups=groups)


def problem(edition: Edition, path: str, table: Mapping[str, Any]) -> str:
    """What went wrong, for people; `nearest` in the table are IRIs that may have been meant."""
    nearest = edition.links(table.get("nearest", ())).values()
    return _render("problem.html", edition, path, problem=table, nearest=nearest)


def _first_query(edition: Edition) -> str:
    """A query that finds something here: the names of the most prominent things."""
    own, others = list_classes(edition)
    several = [listing.link.iri for listing in (*own, *others) if listing.page.total > 1]
    kind = f" a {edition.short(several[0]) or f'<{several[0]}>'} ;" if several else ""
    query = (
        f"SELECT ?thing ?name\nWHERE {{\n  ?thing{kind} skos:prefLabel|rdfs:label ?name .\n"
        "}\nORDER BY ?name\nLIMIT 100"
    )
    return runnable(query, dict(edition.namespaces()))


def _render(template: str, edition: Edition, path: str, **context: Any) -> str:
    root_path = edition.addresses.root_path
    return (
        _environment(edition.interface)
        .get_template(template)
        .render(
            edition=edition,
            settings=edition.release.settings,
            manifest=edition.release.manifest,
            path=path,
            address=_address(edition, path),
            longest=QUERY_CHARACTERS,
            files={name: f"{root_path}/static/{each.file}" for name, each in assets().items()},
            **{"structured": None, **context},
        )
    )


def _address(edition: Edition, path: str) -> str:
    """What a page of the server itself is known by everywhere: its address under the base IRI."""
    return edition.release.settings.base_iri + path.removeprefix(f"{edition.addresses.root_path}/")


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("graphsvc.pages"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The extension adds this method, which no type knows of.
    extended: Any = environment
    extended.install_gettext_translations(translations(language), newstyle=True)
    environment.filters["number"] = lambda number: format_decimal(number, locale=language)
    environment.filters["language_name"] = language_name
    environment.filters["territorial"] = territorial
    return environment
