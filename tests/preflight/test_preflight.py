"""Every rule of preflight, each broken on a real server; and a server that breaks none."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from graphsvc.formats import JSON_LD, RDF_XML, TURTLE
from graphsvc.preflight.documents import NoAnswer
from graphsvc.preflight.findings import RULES
from graphsvc.preflight.preflight import Checks, check, root_of
from graphsvc.preflight.servers import Server
from graphsvc.preflight.writing import write
from graphsvc.report import Severity
from graphsvc.reports.context import ReportContext
from preflight.sites import BASE, Reply, Site, checked, listening, rules

DOCUMENT = "/datasets/dcat"
DUMP = "/dump/data.ttl"


def test_nothing_is_found_where_nothing_is_wrong(site: Site) -> None:
    found = checked(site)
    assert found.report.results == ()
    assert found.score is not None
    assert found.score.total == 405
    assert site.asked[:2] == [("HEAD", DOCUMENT), ("GET", DOCUMENT)]
    assert ("GET", DUMP) in site.asked


def spoil(path: str, **changes: object) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        site.replies[path] = replace(site.replies[path], **changes)  # type: ignore[arg-type]

    return change


def edit(old: str, new: str) -> Callable[[Site], None]:
    return lambda site: site.edit_catalogue(old, new)


def header(path: str, name: str, value: str) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        reply = site.replies[path]
        site.replies[path] = replace(reply, headers={**reply.headers, name: value})

    return change


def redirect(status: int, target: str = "/moved") -> Callable[[Site], None]:
    def change(site: Site) -> None:
        site.replies["/moved"] = site.replies[DOCUMENT]
        site.replies[DOCUMENT] = Reply(status=status, headers={"Location": target})

    return change


def to_gzip(site: Site) -> None:
    """A host that sends what is compressed as if that were a coding."""
    body = gzip.compress(site.replies[DUMP].body)
    coded = {"Content-Type": "text/turtle", "Content-Encoding": "gzip"}
    site.replies[DUMP] = Reply(body, headers=coded)


def without_conditions(site: Site) -> None:
    site.ignores_conditions = True


def other_format(format: str, body: bytes) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        offered = site.negotiated["/catalog"]
        offered[format] = replace(offered[format], body=offered[format].body + body)

    return change


def no_turtle(site: Site) -> None:
    del site.negotiated["/catalog"][TURTLE.media_type]


def bomb(site: Site) -> None:
    """Entities that stand for a gigabyte."""
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<!DOCTYPE x [<!ENTITY a0 "0123456789">{names}]><rdf:RDF'
    site.edit_catalogue("<rdf:RDF", head)
    site.edit_catalogue("Books</dct:title>", "&a8;</dct:title>")


OF_FILES = ("byte-size", "checksum", "download")
NODE = 'rdf:about="https://data.library.se/books/catalog#contact"'
FAULTS = [
    ("head", spoil(DOCUMENT, head=Reply(status=404))),
    ("head", spoil(DOCUMENT, head=Reply(status=501))),
    ("head-refused", spoil(DOCUMENT, head=Reply(status=405))),
    ("head-differs", spoil(DOCUMENT, head=Reply(headers={"Content-Type": "text/html"}))),
    ("status", spoil(DOCUMENT, status=500)),
    ("status", spoil(DOCUMENT, status=204, body=b"")),
    ("redirection", redirect(302)),
    ("status", redirect(301, DOCUMENT)),
    ("status", redirect(301, "ftp://data.library.se/")),
    ("leads-away", redirect(301, "http://elsewhere.invalid/")),
    ("content-type", header(DOCUMENT, "Content-Type", "text/xml")),
    ("too-large", spoil(DOCUMENT, body=b" " * 50_000_001)),
    ("incomplete", spoil(DOCUMENT, sent=1000)),
    ("not-rdf", edit("</rdf:RDF>", "")),
    ("not-rdf", bomb),
    ("relative-iri", edit(NODE, 'rdf:about="#contact"')),
    ("no-catalog", edit("dcat:Catalog", "dcat:Resource")),
    (
        "paged",
        edit(
            "<dcat:themeTaxonomy",
            '<h:next xmlns:h="http://www.w3.org/ns/hydra/core#"'
            ' rdf:resource="https://data.library.se/books/catalog?page=2"/><dcat:themeTaxonomy',
        ),
    ),
    ("blank-node", edit(f'rdf:resource="{BASE}catalog#contact"', 'rdf:nodeID="someone"')),
    ("blank-node", edit(NODE, 'rdf:nodeID="someone"')),
    ("local-address", edit("https://data.library.se", "http://localhost:8000")),
    ("local-address", edit("https://data.library.se", "http://192.168.0.7")),
    ("local-address", edit("https://data.library.se", "http://intranet")),
    ("placeholder", edit("reader@data.library.se", "reader@data.example.com")),
    ("placeholder", edit("reader@data.library.se", "reader@town.invalid")),
    ("placeholder", edit(f"{BASE}id/reader", "https://example.org/reader")),
    ("placeholder", edit("data.library.se", "www.example.org")),
    ("not-conditional", without_conditions),
    ("not-conditional", spoil(DOCUMENT, headers={"Content-Type": "application/rdf+xml"})),
    ("not-offered", no_turtle),
    ("not-offered", other_format(TURTLE.media_type, b"<")),
    ("differs", other_format(TURTLE.media_type, b"<http://a> <http://b> 1 .")),
    ("differs", edit('<dct:title xml:lang="en">', '<dct:title xml:lang="en">New: ')),
    ("address", lambda site: site.replies.pop(DUMP)),
    ("address", spoil("/sparql", status=503)),
    ("address", lambda site: site.replies.pop("/openapi.json")),
    ("page", lambda site: site.replies.pop("/index.html")),
    ("page", lambda site: site.replies.pop("/ns")),
    ("elsewhere", edit(f'"{BASE}dump/data.ttl"', '"https://elsewhere.se/data.ttl"')),
    ("leads-away", spoil(DUMP, status=302, headers={"Location": "https://elsewhere.se/"})),
    ("byte-size", spoil(DUMP, body=b"<http://a> <http://b> <http://c> .")),
    ("byte-size", spoil(DUMP, headers={"Transfer-Encoding": "chunked"}, body=b"0\r\n\r\n")),
    ("checksum", lambda site: site.edit(DUMP, b"Ett", b"Att")),
    ("download", spoil(DUMP, sent=10)),
    ("media-type", header(DUMP, "Content-Type", "text/plain")),
    ("content-coding", to_gzip),
    ("description", spoil("/openapi.json", headers={"Content-Type": "application/json"})),
    ("description", lambda site: site.edit("/openapi.json", b"openapi", b"closed")),
    ("mqa", edit("dcat:keyword", "dcat:keywords")),
]


@pytest.mark.parametrize(
    ("rule", "fault"), FAULTS, ids=[f"{n}-{f[0]}" for n, f in enumerate(FAULTS)]
)
def test_what_is_wrong_is_found(site: Site, rule: str, fault: Callable[[Site], object]) -> None:
    fault(site)
    assert rule in rules(checked(site, quick=rule not in OF_FILES))


def test_every_rule_is_broken_by_a_test() -> None:
    assert {rule for rule, _ in FAULTS} == RULES.keys()


def test_redirections_that_dataportal_follows_are_good(site: Site) -> None:
    redirect(303)(site)
    assert "redirection" not in rules(checked(site))


def test_a_catalogue_by_its_own_address(site: Site) -> None:
    site.replies["/mine.rdf"] = site.replies.pop(DOCUMENT)
    with listening(site) as url:
        found = check(url + "mine.rdf", Checks())
    assert rules(found) == {"elsewhere", "mqa"}  # the base IRI leads to another server
    assert site.asked[0] == ("HEAD", "/mine.rdf")
    assert {path for _, path in site.asked} == {"/mine.rdf"}


def test_quick_fetches_no_file(site: Site) -> None:
    site.edit(DUMP, b"Ett", b"Att")
    found = checked(site, quick=True)
    assert found.report.results == ()
    assert not any(method == "GET" and "/dump/" in path for method, path in site.asked)


def test_who_does_not_answer_is_no_finding(site: Site) -> None:
    with listening(site) as url:
        pass
    with pytest.raises(NoAnswer, match="name the address of a server that runs"):
        check(url, Checks())


def test_a_server_that_dawdles_is_given_up(site: Site) -> None:
    """However often it sends a byte, the time of a request is all in all."""
    spoil(DUMP, pause_seconds=0.2)(site)
    found = checked(site, seconds=2.0)
    (told,) = (each.message() for each in found.report.results)
    assert told == f"<{BASE}dump/data.ttl> cannot be downloaded whole: it takes too long."


def test_other_servers_are_asked_only_if_that_is_wanted(site: Site) -> None:
    """Even then an address of this network is not called, wherever a catalogue may point."""
    other = Site({"/data.ttl": Reply()})
    with listening(other) as elsewhere:
        site.edit_catalogue(f'"{BASE}dump/data.ttl"', f'"{elsewhere}data.ttl"')
        found = checked(site)
        assert "elsewhere" in rules(found)
        assert "address" not in rules(found)
        found = checked(site, external=True)
        assert "elsewhere" not in rules(found)
        (told,) = {
            each.message() for each in found.report.results if "address" in str(each.source_shape)
        }
        assert "not public" in told
    assert other.asked == []


def test_a_redirection_out_of_the_server_is_not_followed(site: Site) -> None:
    other = Site({"/x": Reply()})
    with listening(other) as elsewhere:
        site.replies[DUMP] = Reply(status=307, headers={"Location": f"{elsewhere}x"})
        found = checked(site)
    assert other.asked == []
    assert "leads-away" in rules(found)
    assert found.score is not None
    assert found.score.total == 405  # a portal follows it


@pytest.mark.parametrize("address", ["http://user@{host}/x", "file:///etc/passwd", "//{host}:1/x"])
def test_addresses_that_look_like_the_server_s_are_not_asked(site: Site, address: str) -> None:
    with listening(site) as url:
        host = url.removeprefix("http://").rstrip("/")
        target = address.format(host=host if "user" in address else "127.0.0.1")
        site.replies[DUMP] = Reply(status=301, headers={"Location": target})
        found = check(url, Checks(stands_for_base=True))
    assert "leads-away" in rules(found)
    assert ("HEAD", "/x") not in site.asked


def test_what_a_server_says_is_shown_as_text(site: Site) -> None:
    spoil(DOCUMENT, headers={"Content-Type": "text/\x1b[31mred"})(site)
    (told,) = (
        each.message()
        for each in checked(site).report.results
        if "content-type" in str(each.source_shape)
    )
    assert "\x1b" not in told


def test_the_same_server_gives_the_same_report(site: Site) -> None:
    for fault in (edit(NODE, 'rdf:nodeID="someone"'), edit("dcat:theme ", "dcat:thema ")):
        fault(site)
    first, second = checked(site), checked(site)
    assert [each.message() for each in first.report.results] == [
        each.message() for each in second.report.results
    ]
    assert first.report.fails(Severity.VIOLATION)


@pytest.mark.parametrize("format", [TURTLE, JSON_LD, RDF_XML], ids=lambda each: each.suffix)
def test_a_catalogue_that_is_short_of_a_statement_in_one_format(site: Site, format: object) -> None:
    offered = site.negotiated["/catalog"]
    media_type = format.media_type  # type: ignore[attr-defined]
    other = offered[media_type]
    text = other.body.replace(b"Read from the shelves.", b"Read from the shelf.")
    assert text != other.body
    offered[media_type] = replace(other, body=text)
    assert rules(checked(site)) == {"differs"}


@pytest.mark.parametrize(
    ("base_iri", "iri", "url"),
    [
        (None, "http://host:81/å b?q=ä#x", "http://host:81/%C3%A5%20b?q=%C3%A4"),
        (None, "HTTP://HOST:81/x", "http://host:81/x"),
        (None, "http://host:81", "http://host:81/"),
        (None, "http://host/x", None),
        (None, "https://host:81/x", None),
        (None, "http://host:81@evil.se/x", None),
        (None, "http://evil.se#@host:81/x", None),
        (None, "mailto:a@host", None),
        (None, "http://[::1/x", None),
        (BASE, f"{BASE}dump/x#y", "http://host:81/dump/x"),
        (BASE, f"{BASE}@evil.se/", "http://host:81/@evil.se/"),
        (BASE, f"{BASE[:-1]}.evil.se/", None),
    ],
)
def test_where_an_iri_is_asked_for(base_iri: str | None, iri: str, url: str | None) -> None:
    assert Server("http://host:81/", base_iri).url_of(iri) == url


def test_statements_about_statements_are_left_alone(site: Site) -> None:
    triple = (
        '<rdf:Description rdf:about="https://data.library.se/books/catalog">'
        '<dct:relation rdf:version="1.2" rdf:parseType="Triple">'
        '<rdf:Description rdf:about="http://a.se/"><dct:title>x</dct:title></rdf:Description>'
        "</dct:relation></rdf:Description></rdf:RDF>"
    )
    edit("</rdf:RDF>", triple)(site)
    assert "no-catalog" not in rules(checked(site, quick=True))


def test_connections_that_are_closed_unasked_are_opened_again(site: Site) -> None:
    for path in site.replies:
        spoil(path, closes=True)(site)
    for formats in site.negotiated.values():
        formats |= {name: replace(reply, closes=True) for name, reply in formats.items()}
    assert checked(site).report.results == ()


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("http://h/", "http://h/"),
        ("http://h/a/", "http://h/a/"),
        ("http://h/a/datasets/dcat", "http://h/a/"),
        ("http://h/a/catalog.rdf?x=/y/", "http://h/a/"),
    ],
)
def test_the_root_of_a_server_by_the_address_of_its_catalogue(url: str, root: str) -> None:
    assert root_of(url) == root


def test_a_catalogue_by_its_own_address_may_stand_for_the_base(site: Site) -> None:
    site.replies["/catalog.rdf"] = site.replies.pop(DOCUMENT)
    with listening(site) as url:
        found = check(url + "catalog.rdf", Checks(stands_for_base=True))
    assert found.report.results == ()


def test_what_is_wrong_with_many_is_told_once(site: Site) -> None:
    edit("dcatap:availability", "dcatap:available")(site)
    found = checked(site, quick=True)
    number = sum("availability" in str(each.result_path) for each in found.report.results)
    assert number > 20
    text = write(found, "text", ReportContext())
    assert text.count("warning: Say how long") == 1
    assert f"So it is with {number - 1} more." in text
    assert "2 violations, 1 warning," in text  # it says so in one of three formats only
    assert len(json.loads(write(found, "json", ReportContext()))["results"]) == number + 2
