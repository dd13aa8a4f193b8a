"""/about is the publication's own text, in the reader's language if there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from test_pages import read

from graphsvc.release import Release
from graphsvc.web.app import create_app
from web.documented import release_of
from web.served import BASE, Client, client_of

TEXT = """\
Ships, and their [ports](ns#Port), [home](id/port/1), [words](ns), [quality](quality), [Å](id/å).

# First

<script>alert(1)</script>

[press](javascript:alert(2)) ![a map](https://evil.example/x.png)

### Deeper

Write to <mailto:a@example.org> or see [there](https://there.example/).
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("about")
    release = release_of(folder, {"about/en.md": TEXT}, shapes=False)
    with client_of(create_app(lambda: release)) as client:
        yield client


def test_the_text_is_a_page(client: Client) -> None:
    page = client.html("/about?lang=en")
    reader = read(page)
    assert "<h2>First</h2>" in page
    assert "<h3>Deeper</h3>" in page
    assert [tag for tag, _ in reader.elements].count("h1") == 1
    assert not {"script", "img"} & {tag for tag, _ in reader.elements}


def test_links_lead_to_this_server_if_they_are_relative(client: Client) -> None:
    page = client.html("/about?lang=en")
    for href in ("/ns?lang=en#Port", "/doc/port/1?lang=en", "/ns?lang=en", "/doc/%C3%A5?lang=en"):
        assert f'<a href="{href}">' in page, href
    assert '<a href="/quality?lang=en">quality</a>' in page
    assert '<a href="https://there.example/" rel="external">' in page
    assert 'href="mailto:a@example.org"' in page
    assert "javascript:" not in page
    assert "<p>press a map</p>" in page


def test_another_language_than_the_reader_s_is_shown_and_said(client: Client) -> None:
    page = client.html("/about?lang=sv")
    assert '<html lang="sv">' in page
    assert 'finns inte på sidans språk; den visas på ett annat: <span lang="en">' in page
    assert '<div class="prose" lang="en"' in page
    assert "finns inte på sidans språk" not in client.html("/about?lang=en")


def test_every_page_leads_to_it_if_there_is_one(client: Client, documentation: Client) -> None:
    for path in ("/", "/ns", "/quality", "/nothing"):
        assert client.html(path).count('href="/about"') >= 2, path
        assert 'href="/about"' not in documentation.html(path), path


def test_crawlers_are_told_of_it(client: Client, documentation: Client) -> None:
    assert f"<loc>{BASE}about</loc>" in client.get("/sitemap.xml").text
    assert f"<loc>{BASE}about</loc>" not in documentation.get("/sitemap.xml").text


def test_without_a_text_there_is_no_page(documentation: Client) -> None:
    assert documentation.get("/about", accept="text/html").status_code == 404


def test_it_is_a_page_like_others(client: Client) -> None:
    first = client.get("/about", accept="text/html")
    assert "default-src 'none'" in first.headers["content-security-policy"]
    again = client.get("/about", accept="text/html", if_none_match=first.headers["etag"])
    assert again.status_code == 304
    assert client.ask("HEAD", "/about", {"accept": "text/html"}).status_code == 200
    assert client.get("/about", accept="text/turtle").status_code == 406


def test_an_iri_of_the_publication_goes_before_the_page(tmp_path: Path) -> None:
    files = {"about/en.md": TEXT, "data/about.ttl": '<about> rdfs:label "a resource"@en .\n'}
    release: Release = release_of(tmp_path, files, shapes=False)
    with client_of(create_app(lambda: release)) as client:
        assert "a resource" in client.get("/about", accept="text/turtle").text
        assert "<h1><bdi>a resource</bdi></h1>" in client.html("/about?lang=en")
        assert "First" not in client.html("/about?lang=en")


def test_the_shipped_publication_tells_of_itself_in_both_languages(shipped_release: Path) -> None:
    release = Release.open(shipped_release)
    assert release.manifest.about == ("sv", "en")
    with client_of(create_app(lambda: release)) as client:
        for language, word in (("sv", "Förutsatt uppfyllt"), ("en", "Presumed met")):
            page = client.html(f"/about?lang={language}")
            assert word in page
            for tag, attributes in read(page).elements:
                href = attributes.get("href", "")
                if tag == "a" and href.startswith("/") and "lang=" in href:
                    path = href.partition("#")[0]
                    assert client.get(path, accept="text/html").status_code == 200, href
