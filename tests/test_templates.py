"""Templates of a publication: found, checked, taken into the release, rendered in a sandbox."""

from __future__ import annotations

import logging
import re
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import pytest
from publications import BASE, BOOKS, TOML, write

from graphsvc.build import build
from graphsvc.errors import SettingsError, SourceErrors
from graphsvc.export.export import export
from graphsvc.iris import Addresses
from graphsvc.pages import rendering
from graphsvc.pages.editions import Edition
from graphsvc.pages.inline import WRITERS
from graphsvc.pages.sandbox import CLASSES, sandbox
from graphsvc.release import Release
from graphsvc.revalidation.revalidation import Revalidation
from graphsvc.sources import Publication
from graphsvc.templates import contract
from graphsvc.templates.checking import find_faults
from graphsvc.validation import validate

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
NAMED = TOML + '[templates]\n"ns#Book" = "templates/book.html"\n'
HEAD = '{% extends "document.html" %}{% block facts %}'
END = "{% endblock %}"


def publication(root: Path, text: str, toml: str = NAMED, **more: str) -> Path:
    own = {"templates/book.html": text}
    own |= {f"templates/{name}.html": other for name, other in more.items()}
    return write(root, {**BOOKS, **own}, toml)


def released(tmp_path: Path, text: str, toml: str = NAMED, **more: str) -> Release:
    root = publication(tmp_path / "books", text, toml, **more)
    return Release.open(build(root, tmp_path / "releases"))


def page(release: Release, local: str = "id/one", language: str = "en") -> str:
    iri = BASE + local
    edition = Edition(release, Addresses(BASE), language)
    return rendering.document(edition, f"/{local}", iri, release.resources.document(iri), 1)


def faults(root: Path) -> str:
    with pytest.raises(SourceErrors) as raised:
        validate(Publication.open(root))
    return str(raised.value)


# What it shows


def test_the_resources_of_a_class_have_the_page_that_is_named_for_it(tmp_path: Path) -> None:
    release = released(tmp_path, HEAD + "<p>Mine: {{ document.main.link.name.text }}</p>" + END)
    assert "<p>Mine: One</p>" in page(release)
    assert "<p>Mine: Ett</p>" in page(release, language="sv")
    assert "Mine" not in page(release, "id/reader")
    assert "Cite this" in page(release)  # the other blocks are ours


def test_what_is_served_comes_from_the_release(tmp_path: Path) -> None:
    release = released(tmp_path, HEAD + "first" + END)
    root = tmp_path / "books"
    (root / "templates/book.html").write_text(HEAD + "second" + END, encoding="utf-8")
    assert "first" in page(release)
    other = Release.open(build(root, tmp_path / "releases"))
    assert "second" in page(other)
    assert other.manifest.version == release.manifest.version
    assert other.manifest.digest != release.manifest.digest  # which ETags carry


def test_an_export_has_the_page_too(tmp_path: Path) -> None:
    release = released(tmp_path, HEAD + "<p>Mine: {{ document.main.link.name.text }}</p>" + END)
    export(release, tmp_path / "site")
    assert "<p>Mine: Ett</p>" in (tmp_path / "site/doc/one/index.html").read_text("utf-8")
    assert "<p>Mine: One</p>" in (tmp_path / "site/en/doc/one/index.html").read_text("utf-8")


def test_the_class_that_is_named_first_decides(tmp_path: Path) -> None:
    table = '[templates]\n"http://www.w3.org/2002/07/owl#Thing" = "templates/thing.html"\n'
    table += '"ns#Book" = "templates/book.html"\n'
    root = publication(
        tmp_path / "books", HEAD + "book" + END, TOML + table, thing=HEAD + "any" + END
    )
    path = root / "data/books.ttl"
    path.write_text(path.read_text("utf-8") + "id:two a owl:Thing .\n", encoding="utf-8")
    release = Release.open(build(root, tmp_path / "releases"))
    assert "any" in page(release, "id/two")
    assert "book" in page(release, "id/one")


def test_templates_share_parts(tmp_path: Path) -> None:
    parts = "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}"
    text = HEAD + '{% from "templates/parts.html" import twice %}{{ twice("ab") }}' + END
    assert "abab" in page(released(tmp_path, text, parts=parts))


def test_texts_of_the_data_are_escaped(tmp_path: Path) -> None:
    root = publication(tmp_path / "books", HEAD + '{{ values("ns#note")[0].whole }}' + END)
    path = root / "data/books.ttl"
    more = "id:one :note '<img src=x onerror=alert(1)>' . :note a rdf:Property .\n"
    path.write_text(path.read_text("utf-8") + more, encoding="utf-8")
    shown = page(Release.open(build(root, tmp_path / "releases")))
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown
    assert "<img" not in shown


def test_a_template_that_fails_leaves_the_general_page_and_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = HEAD + '\n{% for each in values("ns#by") %}\n{{ each.rows }}{% endfor %}' + END
    release = released(tmp_path, text)
    with caplog.at_level(logging.ERROR):
        shown = page(release)
    assert "<dt>" in shown
    assert "Cite this" in shown
    assert "templates/book.html failed for /id/one" in caplog.text
    assert re.search(r'templates/book.html", line 3', caplog.text)
    caplog.clear()
    assert "<ol" not in page(release, "id/two")  # whose value is a node, and has rows
    assert not caplog.records


# What is refused


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("{% if x %}", 1, "Unexpected end of template"),
        ("\n\n{{ documnt.main }}", 3, "there is no documnt here; did you mean document?"),
        ("\n{{ document.mian }}", 2, "may not use .mian of anything; did you mean main?"),
        ("{{ edition.release }}", 1, "may not use .release of anything"),
        ("\n{{ ''.__class__ }}", 2, "may not use .__class__"),
        ("\n{{ summary|safe }}", 2, "No filter named 'safe'"),
        ("{{ summary|attr('x') }}", 1, "No filter named 'attr'"),
        ("{{ link(edition, summary) }}", 1, 'write {% from "macros.html" import link %} first'),
        ('\n{% from "macros.html" import lnk %}', 2, "there is no lnk in macros.html"),
        ('{% extends "documents.html" %}', 1, "no template documents.html; did you mean document"),
        ('{% include "../graphsvc.toml" %}', 1, "there is no template ../graphsvc.toml"),
        ("{% include summary %}", 1, "name it in quotation marks"),
        ('{% extends "document.html" %}\n{% block fact %}{% endblock %}', 2, "did you mean facts?"),
        ("{% autoescape false %}{% endautoescape %}", 1, "leave it on"),
        ("<p>\n<b style='x'>", 2, "browsers are told to ignore style"),
        ("<script>x()</script>", 1, "browsers are told to ignore <script"),
        ("a\nb <a href='#' onclick='x()'>", 2, "browsers are told to ignore onclick"),
        ("{{ 1/ }}", 1, ""),
    ],
)
def test_a_fault_has_its_line(text: str, line: int, what: str) -> None:
    found = find_faults(text, ["templates/book.html"])
    assert [number for number, _ in found] == [line]
    assert what in found[0][1]


def test_what_is_in_order_is_no_fault() -> None:
    text = """{% extends "document.html" %}
{% from "macros.html" import link as to %}{% import "map.html" as maps %}
{% macro m(x) %}{{ x }}{{ caller() if caller is defined }}{% endmacro %}
{% block facts %}{{ super() }}{% set n = namespace(seen=0) %}
{% for row in document.main.rows if loop.index %}{% set n.seen = n.seen + 1 %}
{{ to(edition, row.predicate) }}{% endfor %}{{ n.seen|number }}{{ self.title() }}
{{ maps.small_map(edition, map) if map }}{{ m(summary|upper) }}{{ settings.title.items() }}
<script type="application/ld+json">{{ structured }}</script> on=1 {{ _("Search") }}
{% endblock %}"""
    assert find_faults(text, []) == []


def test_validate_and_build_tell_of_faults_with_file_and_line(tmp_path: Path) -> None:
    root = publication(tmp_path / "books", "fine\n{{ nothing }}")
    assert "templates/book.html:2: error: there is no nothing here" in faults(root)
    with pytest.raises(SourceErrors):
        build(root, tmp_path / "releases")


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"x\n\xff", "book.html:2: error: the byte 0xFF"), (b"x" * 200_001, "200000 at most")],
)
def test_what_is_no_text_is_no_template(tmp_path: Path, content: bytes, what: str) -> None:
    root = publication(tmp_path, "")
    (root / "templates/book.html").write_bytes(content)
    assert what in faults(root)


def test_a_template_may_not_lead_out_of_the_publication(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    root = publication(tmp_path / "books", "")
    (root / "templates/book.html").unlink()
    (root / "templates/book.html").symlink_to(tmp_path / "secret.html")
    assert "a link that leads out of the publication" in faults(root)


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ('"ns#Book" = "templates/no.html"', "there is no templates/no.html"),
        ('"ns#Book" = "../book.html"', "wanted: a table of files by class"),
        ('"ns#Book" = "templates/../../book.html"', "wanted: a table of files by class"),
        ('"ns#Book" = 1', "wanted: a table of files by class"),
    ],
)
def test_what_the_setting_names_must_be_there(tmp_path: Path, table: str, what: str) -> None:
    root = publication(tmp_path, "", TOML + f"[templates]\n{table}\n")
    with pytest.raises(SettingsError, match=re.escape(what)):
        Publication.open(root)


def test_a_template_that_changes_is_checked_anew(tmp_path: Path) -> None:
    root = publication(tmp_path, "")
    path = root / "templates/book.html"
    watched = Revalidation(root)
    watched.update({path})
    for text in ("{{ nothing }}", ""):
        path.write_text(text, encoding="utf-8")
        if text:
            with pytest.raises(SourceErrors):
                watched.update({path})
        else:
            watched.update({path})
    path.with_name("more.html").write_text("{{ nothing }}", encoding="utf-8")
    with pytest.raises(SourceErrors):
        watched.update({path.with_name("more.html")})
    path.with_name("more.html").unlink()
    watched.update({path.with_name("more.html")})


# What it cannot reach

ESCAPES = (
    "edition.release.folder",
    "edition['release'].folder",
    "[edition]|map(attribute='release')|first",
    "[edition]|map(attribute='release.folder')|join",
    "([edition]|groupby('release'))[0][0].folder",
    "''.__class__.__mro__",
    "''['__class__']",
    "edition.links.__self__.release",
    "edition.links['__func__']['__globals__']",
    "values.func.__globals__",
    "values['args'][0]['release']",
    "cycler.__init__.__globals__",
    "namespace.__init__",
    "self._TemplateReference__context",
    "self['facts']._context",
    "_.__globals__",
    "'{0.release.folder}'.format(edition)",
    "'{0.__class__}'.format(edition)",
    "'%s' % edition",
    "'x' * 1000000000",
    "[0] * 1000000000",
    "10 ** 1000000000",
    "range(1000000000)|list",
    "settings.query_bytes",
    "manifest.settings",
    "edition.addresses.__dataclass_fields__",
    "document.main.link.__init__.__globals__",
    "lipsum()",
    "dict.__subclasses__()",
    "dict.mro()",
)


@pytest.mark.parametrize("expression", ESCAPES)
def test_the_sandbox_holds_by_itself(tmp_path: Path, expression: str) -> None:
    """Also for what no check has looked at, as if the release had been tampered with."""
    release = released(tmp_path, HEAD + "fine" + END)
    path = release.folder / "templates/book.html"
    path.write_text(HEAD + "reached: {{ " + expression + " }}" + END, encoding="utf-8")
    sandbox.cache_clear()
    assert "reached" not in page(release)


@pytest.mark.parametrize("name", ["/etc/passwd", "../release.json", "templates/../release.json"])
def test_no_file_can_be_included(tmp_path: Path, name: str) -> None:
    release = released(tmp_path, HEAD + "fine" + END)
    path = release.folder / "templates/book.html"
    path.write_text(HEAD + f'reached {{% include "{name}" %}}' + END, encoding="utf-8")
    sandbox.cache_clear()
    assert "reached" not in page(release)


# The contract


def listed(heading: str) -> dict[str, set[str]]:
    """A table of the documentation: the names in its first column, with those in the second."""
    table = DOCS[DOCS.index(f"| {heading} |") :].partition("\n\n")[0]
    rows = [row.strip("| ").split(" | ", 1) for row in table.splitlines()[2:]]
    names = re.compile(r"`([A-Za-z_0-9.]+)[`(]")
    return {", ".join(names.findall(first)): set(names.findall(second)) for first, second in rows}


def test_the_documentation_lists_what_the_contract_names() -> None:
    variables = {name for names in listed("variable") for name in names.split(", ")}
    assert variables == set(contract.VARIABLES)
    blocks = {name for names in listed("block") for name in names.split(", ")}
    assert blocks == set(contract.BLOCKS)
    assert listed("from") == {name: set(each) for name, each in contract.MACROS.items()}
    of = {name: set(each) for name, each in {**contract.OBJECTS, **contract.VALUES}.items()}
    assert listed("of") == of


@pytest.mark.parametrize(
    ("beginning", "names"),
    [
        ("Filters of Jinja", contract.FILTERS),
        ("Filters of ours", contract.OWN_FILTERS),
        ("Functions", contract.FUNCTIONS),
    ],
)
def test_the_documentation_lists_filters_and_functions(
    beginning: str, names: tuple[str, ...]
) -> None:
    paragraph = DOCS[DOCS.index(f"\n{beginning}:") :].strip().partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", paragraph)) == {*names}


def test_every_object_has_what_the_contract_names(tmp_path: Path) -> None:
    assert {each.__name__ for each in CLASSES} == contract.OBJECTS.keys()
    for each in CLASSES:
        own = {field.name for field in fields(each)} | set(dir(each))
        assert own >= set(contract.OBJECTS[each.__name__]), each


def test_every_name_is_there_for_a_template(tmp_path: Path) -> None:
    names = "".join(f"{{{{ {name} is defined }}}} " for name in contract.VARIABLES)
    shown = page(released(tmp_path, HEAD + "<i>" + names + "</i>" + END))
    (told,) = re.findall("<i>(.*)</i>", shown)
    assert told.split() == ["True"] * len(contract.VARIABLES)


def test_blocks_macros_filters_and_functions_are_those_of_the_contract(tmp_path: Path) -> None:
    release = released(tmp_path, "")
    environment = sandbox(release.folder, release.manifest.templates, "en")
    texts = (files("graphsvc.pages") / "templates").iterdir()
    blocks = {
        name
        for each in texts
        if each.name in ("base.html", contract.BASE)
        for name in re.findall(r"\{% block (\w+)", each.read_text(encoding="utf-8"))
    }
    assert blocks >= set(contract.BLOCKS)
    assert set(environment.filters) == {*contract.FILTERS, *contract.OWN_FILTERS}
    assert set(environment.globals) == {*contract.FUNCTIONS, *WRITERS}
    for file, macros in contract.MACROS.items():
        assert set(macros) <= set(dir(environment.get_template(file).module))


def test_our_own_pages_keep_within_the_contract(tmp_path: Path) -> None:
    """What a template inherits is rendered in the sandbox, too: on every page of a class."""
    release = released(tmp_path, '{% extends "document.html" %}')
    for language in ("sv", "en"):
        own = page(release, language=language)
        place = release.folder / "templates/book.html"
        kept = place.read_text(encoding="utf-8")
        place.unlink()
        sandbox.cache_clear()
        assert page(release, language=language) == own  # the general page, as there is no other
        place.write_text(kept, encoding="utf-8")
        sandbox.cache_clear()


def test_the_example_of_the_documentation_works(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```html\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
    (table,) = re.findall(r"^```toml\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
    shown = page(released(tmp_path, text, TOML + table), language="sv")
    assert "<bdi>Skriven av</bdi>" in shown
    assert re.search(r"Skriven av</bdi>\s*<a [^>]*>.*A reader", shown)
