"""The pages: each function is one kind of page and gives its HTML.

`path` is the address of the page without its language, for the switch between languages.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import groupby
from typing import Any, TypeVar, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import NamedNode, Quad

from graphsvc.examples import Example, has_examples
from graphsvc.executables import runnable
from graphsvc.feed.files import FORMATS as FEED_FORMATS
from graphsvc.formats import N_QUADS, RDF_FORMATS, SOLUTIONS_FORMATS
from graphsvc.iris import to_uri
from graphsvc.pages.about import has_about, read_about
from graphsvc.pages.assets import assets
from graphsvc.pages.browse import Browsing, Wanted
from graphsvc.pages.changes import ATOM_ENTRIES, Changes, read_changes, xml_text
from graphsvc.pages.classes import list_classes
from graphsvc.pages.diagrams import draw
from graphsvc.pages.documents import read_document
from graphsvc.pages.editions import Edition, Link
from graphsvc.pages.examples import list_examples
from graphsvc.pages.hits import Found, offered_classes
from graphsvc.pages.inline import WRITERS
from graphsvc.pages.interface import closest, speak
from graphsvc.pages.maps import draw_map, locate
from graphsvc.pages.ontologies import is_ontology, read_ontology, terms_apart
from graphsvc.pages.quality import Quality
from graphsvc.pages.sandbox import sandbox
from graphsvc.pages.schemes import is_scheme, read_scheme
from graphsvc.pages.shapes import read_shapes, shapes_in
from graphsvc.pages.statements import values_of
from graphsvc.pages.structured import embed, summarize, tell, tell_whole
from graphsvc.pages.versions import Description, List
from graphsvc.search import QUERY_CHARACTERS
from graphsvc.templates.contract import BASE
from graphsvc.versions import is_of_whole
from graphsvc.vocab import SKOS_HAS_TOP_CONCEPT

KEPT = 16  # documents that are kept as they have been read

_Made = TypeVar("_Made")
logger = logging.getLogger(__name__)

_ABOUT_TERMS = ("ontology.html", "shapes.html")  # whose readers know terms as they are written


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
    downloads = [(each, edition.addresses.path(iri, each.suffix)) for each in RDF_FORMATS]
    where = locate(edition, iri, quads)
    template, context = _kind_of_document(edition, iri, quads)
    if template != BASE:  # which tells of the others in its own way
        iri, quads = _main_of(iri, quads)
    edition = replace(edition, is_plain=template not in _ABOUT_TERMS)
    shown = read_document(edition, iri, quads, number)
    context |= {
        "document": shown,
        "downloads": downloads,
        "map": where,
        "summary": summarize(edition, shown, quads),
        "structured": embed(tell(edition, shown, quads)),
    }
    if template == BASE and (place := template_of(edition, shown.main.types)):
        values = partial(values_of, edition, iri, quads)
        own = _render_own(place, edition, path, context | {"values": values})
        if own is not None:
            return own
    return _render(template, edition, path, **context)


def _render_own(place: str, edition: Edition, path: str, context: Mapping[str, Any]) -> str | None:
    """A page by a template of the publication; None if that fails, which the log tells of."""
    release = edition.release
    environment = sandbox(release.folder, release.manifest.templates, edition.interface)
    try:
        return environment.get_template(place).render(_context(edition, path, context))
    except Exception:  # whatever it is, the page need not go down with it
        logger.exception("%s failed for %s; it has the general page", place, path)
        return None


def _main_of(iri: str, quads: Sequence[Quad]) -> tuple[str, list[Quad]]:
    """What a document is of, and what is said of that: of `<ns#>` if nothing is of `<ns>`.

    The concepts of a scheme are left out, as its page lists them with more.
    """
    subjects = {quad.subject for quad in quads}
    if NamedNode(iri) not in subjects and NamedNode(f"{iri}#") in subjects:
        iri = f"{iri}#"
    others = {each for each in subjects if isinstance(each, NamedNode) and each.value != iri}
    of_it = (quad for quad in quads if quad.subject not in others)
    return iri, [quad for quad in of_it if quad.predicate != SKOS_HAS_TOP_CONCEPT]


def _kind_of_document(
    edition: Edition, iri: str, quads: Sequence[Quad]
) -> tuple[str, dict[str, Any]]:
    """The template for what a document is about, with what it tells beside the usual."""
    if shapes_in(quads):
        total = sum(edition.release.manifest.findings.values())
        told = _once(edition, iri, lambda: read_shapes(edition, iri, quads))
        return "shapes.html", {"told": told, "total": total}
    if is_ontology(iri, quads):
        return "ontology.html", {**_once(edition, iri, lambda: _ontology(edition, iri, quads))}
    if is_scheme(iri, quads):
        return "scheme.html", {"scheme": read_scheme(edition, iri, quads)}
    return BASE, {}


def _ontology(edition: Edition, iri: str, quads: Sequence[Quad]) -> dict[str, Any]:
    ontology = read_ontology(edition, iri, [*quads, *terms_apart(edition, quads)])
    return {"ontology": ontology, "diagram": draw(ontology.classes, ontology.properties)}


def _once(edition: Edition, iri: str, make: Callable[[], _Made]) -> _Made:
    """What takes long to make of a document is made once in each edition, of the first few."""
    made = edition.release.made
    key = (iri, edition.language, edition.is_chosen, edition.is_static, edition.addresses)
    if key in made and not edition.names:
        return cast("_Made", made[key])
    found = make()
    if len(made) < KEPT and not edition.names:
        made[key] = found
    return found


def template_of(edition: Edition, types: Iterable[Link]) -> str | None:
    """The publication's template for a resource of these classes: the first that it names."""
    classes = {each.iri for each in types}
    places = edition.release.settings.template_places
    return next((place for class_iri, place in places.items() if class_iri in classes), None)


def about(edition: Edition, path: str) -> str:
    """The text about the publication."""
    return _render("about.html", edition, path, about=read_about(edition))


def sparql(
    edition: Edition, path: str, examples: Sequence[Example], chosen: Example | None = None
) -> str:
    """A form to ask a SPARQL query with, and example queries, one of which may be in it."""
    query = chosen.text if chosen else _first_query(edition)
    return _form(edition, path, examples, query=query, chosen=chosen, opens=None)


def opened(edition: Edition, path: str, examples: Sequence[Example], iri: str, query: str) -> str:
    """The form with a query in it that is about a resource."""
    name = edition.links([iri])[iri].name.text
    query = runnable(query, dict(edition.namespaces()))
    return _form(edition, path, examples, query=query, chosen=None, opens=name)


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
    return next((str(row["file"]) for row in named if is_of_whole(row)), "")


def search(edition: Edition, path: str, found: Found) -> str:
    """What a search has found, one page of it, below a form for the next one."""
    classes = offered_classes(edition)
    return _render("search.html", edition, path, found=found, classes=classes)


def quality(edition: Edition, path: str, told: Quality) -> str:
    """How the release was validated, what its sources say, and what was corrected."""
    return _render("quality.html", edition, path, told=told)


def dumps(edition: Edition, path: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The files that hold the whole, each graph, and each part that is no graph."""
    links = edition.links(row["graph"] for row in rows if row["graph"])
    told = edition.release.settings.parts

    def holds(row: Mapping[str, Any]) -> tuple[str, str]:
        return row["part"], row["graph"] or ""

    groups = [
        (links.get(iri), told[part]["title"] if part else None, list(each))
        for (part, iri), each in groupby(
            sorted(rows, key=lambda row: (holds(row), row["file"])), holds
        )
    ]
    return _render("dumps.html", edition, path, groups=groups)


def feed(edition: Edition, path: str, listed: Changes) -> str:
    """What has changed from commit to commit."""
    told = edition.release.manifest.feed
    return _render("feed.html", edition, path, listed=listed, told=told, formats=FEED_FORMATS)


def atom(edition: Edition) -> str:
    """The same for newsreaders, in Atom."""
    told, listed = edition.release.manifest.feed, read_changes(edition, 1, ATOM_ENTRIES)
    return _render("feed.xml", edition, "", listed=listed, told=told)


def problem(edition: Edition, path: str, table: Mapping[str, Any]) -> str:
    """What went wrong, for people; `nearest` in the table are IRIs that may have been meant."""
    nearest = edition.links(table.get("nearest", ())).values()
    return _render("problem.html", edition, path, problem=table, nearest=nearest)


def versions(edition: Edition, path: str, told: List) -> str:
    """One page of the versions, the latest first."""
    return _render("versions.html", edition, path, told=told, formats=RDF_FORMATS)


def version(edition: Edition, path: str, told: Description) -> str:
    """A version, whether its release is kept or not."""
    return _render("version.html", edition, path, told=told, formats=RDF_FORMATS)


def prepare(languages: Iterable[str]) -> None:
    """Read and compile what pages in these languages are made of, so that no visitor waits."""
    assets()
    for language in {closest(each) for each in languages}:
        environment = _environment(language)
        for name in environment.list_templates():
            environment.get_template(name)


def _first_query(edition: Edition) -> str:
    """A query that finds something here: the names of the most prominent things."""
    own, others = list_classes(edition)
    several = [listing.link.iri for listing in (*own, *others) if listing.total > 1]
    kind = f" a {edition.short(several[0]) or f'<{several[0]}>'} ;" if several else ""
    query = (
        f"SELECT ?thing ?name\nWHERE {{\n  ?thing{kind} skos:prefLabel|rdfs:label ?name .\n"
        "}\nORDER BY ?name\nLIMIT 100"
    )
    return runnable(query, dict(edition.namespaces()))


def _render(template: str, edition: Edition, path: str, **context: Any) -> str:
    named = _environment(edition.interface).get_template(template)
    return named.render(_context(edition, path, context))


def _context(edition: Edition, path: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """What every page has, and more of one kind of page."""
    root_path = edition.server_path
    return {
        "edition": edition,
        "settings": edition.release.settings,
        "manifest": edition.release.manifest,
        "path": path,
        "address": _address(edition, path),
        "has_about": has_about(edition),
        "longest": QUERY_CHARACTERS,
        "files": {name: f"{root_path}/static/{each.file}" for name, each in assets().items()},
        "structured": None,
        **more,
    }


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
    speak(environment, language)
    environment.globals |= WRITERS
    environment.filters["xml"] = xml_text
    environment.filters["uri"] = to_uri
    return environment
