"""The feed as files that any host of static files serves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from feed.histories import FEED, History, canonical, replicate, state
from publications import BASE
from pyoxigraph import Quad, RdfFormat, parse

from graphsvc.export.export import export
from graphsvc.feed import writing


def test_a_static_site_has_the_whole_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PAGE_MEMBERS", 3)
    monkeypatch.setattr(writing, "VOLUME_PAGES", 2)
    history = History(tmp_path)
    for number in range(25):
        history.write("data/n.ttl", f"id:n{number} rdfs:label '{number}' .\n")
        history.commit(f"number {number}")
    release = history.build()
    out = tmp_path / "site"
    assert export(release, out).nowhere == ()

    def fetch(iri: str) -> Iterator[Quad]:
        assert (out / iri.removeprefix(BASE)).exists()
        return parse(path=str(out / f"{iri.removeprefix(BASE)}.nq"), format=RdfFormat.N_QUADS)

    replica = replicate(fetch)
    assert canonical(replica.quads) == state(release.folder / "dumps/all.nq", release.settings)
    assert len(replica.sizes) > 20
    page = (out / "feed/index.html").read_text("utf-8")
    assert 'href="../doc/n24/"' in page
    assert 'href="../feed.atom"' in page
    assert "number 4<" in (out / "feed/page-2/index.html").read_text("utf-8")
    assert f"<id>{FEED}</id>" in (out / "feed.atom").read_text("utf-8")
