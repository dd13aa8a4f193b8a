"""Who points to a resource is told page by page, in every format, and Link leads through it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, Quad, parse

from graphsvc.formats import RDF_FORMATS, Format
from graphsvc.web.app import create_app
from graphsvc.web.incoming import STATED
from web.served import BASE, Client, client_of, make_release, problem

LINKS = 10_000
HUB = "/doc/hub"
DATA = (
    "<id/hub> <ns#note> 'hub' .\n"
    + "".join(
        f"<id/p/{n}> <ns#region> <id/hub> ; <ns#note> 'much else' , <id/other> .\n"
        for n in range(LINKS - 2)
    )
    + "<id/p/0> <ns#note> <id/hub> .\n[] <ns#region> <id/hub> .\n"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    release = make_release(tmp_path_factory.mktemp("incoming"), DATA)
    with client_of(create_app(lambda: release)) as client:
        yield client


def linked(response: httpx.Response) -> dict[str, str]:
    """The targets of the links from part to part, by relation."""
    found = re.findall(r'<([^>]*)>; rel="(first|prev|next)"', response.headers["link"])
    return {relation: target for target, relation in found}


def followed(client: Client, path: str, **headers: str) -> list[httpx.Response]:
    """The answers from a first one to the last that `next` leads to."""
    answers = [client.get(path, **headers)]
    while (path := linked(answers[-1]).get("next", "")) and len(answers) < LINKS:
        answers.append(client.get(path, **headers))
    assert {answer.status_code for answer in answers} == {200}
    return answers


def quads(answer: httpx.Response, format: Format) -> list[Quad]:
    return list(parse(answer.content, format=format.rdf))


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_the_links_to_a_resource_follow_its_description(client: Client, format: Format) -> None:
    described, *parts = followed(client, f"{HUB}.{format.suffix}")
    about = {quad.subject for quad in quads(described, format)}
    assert about == {NamedNode(BASE + "id/hub")}
    stated = [quad for part in parts for quad in quads(part, format)]
    assert {quad.object for quad in stated} == {NamedNode(BASE + "id/hub")}
    assert len({(quad.subject, quad.predicate) for quad in stated}) == len(stated) == LINKS
    assert {len(quads(part, format)) for part in parts} == {STATED}


def test_negotiated_parts_are_those_of_the_format(client: Client) -> None:
    plain = [answer.content for answer in followed(client, f"{HUB}.nt")]
    negotiated = followed(client, HUB, accept="application/n-triples")
    assert [answer.content for answer in negotiated] == plain
    for answer in negotiated:
        assert answer.headers["vary"].startswith("Accept")
        assert (
            client.get(
                str(answer.url),
                accept="application/n-triples",
                if_none_match=answer.headers["etag"],
            ).status_code
            == 304
        )


def test_a_page_has_the_first_links_and_leads_to_the_others(client: Client) -> None:
    pages = followed(client, HUB, accept="text/html", accept_language="en")
    named = [re.findall(r'href="/doc/p/(\d+)"', page.text) for page in pages]
    assert len(pages) == LINKS // 100
    assert {name for names in named for name in names} == {str(n) for n in range(LINKS - 2)}
    assert max(map(len, named)) == 100
    assert linked(pages[0]) == {"next": f"{HUB}?incoming=2"}
    assert linked(pages[1]) == {
        "first": HUB,
        "prev": HUB,
        "next": f"{HUB}?incoming=3",
    }


def test_links_keep_the_language_and_stay_below_the_root_path(tmp_path: Path) -> None:
    some = "".join(f"<id/p/{n}> <ns#region> <id/hub> .\n" for n in range(300))
    release = make_release(tmp_path, "<id/hub> <ns#note> 'hub' .\n" + some)
    with client_of(create_app(lambda: release, root_path="/data")) as client:
        page = client.get(f"/data{HUB}?incoming=2&lang=sv", accept="text/html")
        assert linked(page)["next"] == f"/data{HUB}?incoming=3&lang=sv"
        assert linked(page)["first"] == f"/data{HUB}?lang=sv"


def test_an_iri_with_a_query_keeps_it(tmp_path: Path) -> None:
    release = make_release(tmp_path, "<id/p> <ns#region> <id/asked?x=1> .")
    with client_of(create_app(lambda: release)) as client:
        described, part = followed(client, "/doc/asked?x=1", accept="application/n-triples")
        assert linked(described) == {"next": "/doc/asked?x=1&incoming=1"}
        assert linked(part) == {"first": "/doc/asked?x=1", "prev": "/doc/asked?x=1"}
        assert part.text == (f"<{BASE}id/p> <{BASE}ns#region> <{BASE}id/asked?x=1> .\n")


def test_a_part_that_is_not_there_is_not_found(client: Client) -> None:
    for path in (f"{HUB}.ttl?incoming=11", f"{HUB}.html?incoming=101", f"{HUB}.nt?incoming=999999"):
        assert "no page" in problem(client.get(path))["detail"]


def test_who_is_pointed_to_by_nobody_has_no_other_part(client: Client) -> None:
    answer = client.get("/doc/p/1.ttl")
    assert linked(answer) == {}
    empty = client.get("/doc/p/1.nt?incoming=1")
    assert (empty.status_code, empty.content) == (200, b"")


def test_links_come_first_so_that_none_is_left_out(client: Client) -> None:
    assert (
        client.get(f"{HUB}.ttl").headers["link"].startswith(f'<{HUB}.ttl?incoming=1>; rel="next"')
    )


def test_head_tells_where_the_rest_is(client: Client) -> None:
    answer = client.ask("HEAD", f"{HUB}.ttl")
    assert linked(answer) == {"next": f"{HUB}.ttl?incoming=1"}
