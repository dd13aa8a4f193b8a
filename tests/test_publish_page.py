"""docs/publish.md: what it shows of Memento is run against a server with two releases."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from repositories import DAYS, Repository
from serving import serving

from graphsvc.init import init

PAGE = (Path(__file__).parents[1] / "docs/publish.md").read_text(encoding="utf-8")
ADDRESS = "https://data.example.org"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_gets_the_data_as_they_were(tmp_path: Path) -> None:
    snippets = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    (script,) = (each for each in snippets if "Accept-Datetime" in each)
    books = Repository(tmp_path)
    shutil.rmtree(books.root)
    init(books.root, "https://example.org/books/")
    books.begin()
    first = books.build(DAYS[0])
    path = books.root / "data/books.ttl"
    path.write_text(path.read_text("utf-8").replace('"Aniara"', '"Aniara again"', 1), "utf-8")
    second = books.build(DAYS[1])
    with serving(str(books.root), "--releases", str(books.releases)) as server:
        here = script.replace(ADDRESS, str(server.client.base_url).rstrip("/"))
        done = subprocess.run(["bash", "-ec", here], capture_output=True, text=True, check=False)
        assert "Aniara again" in server.client.get("/doc/book/aniara.ttl").text
    assert (done.returncode, done.stderr) == (0, "")
    description, time_map = re.split(r"(?=<\S+>; rel=\"original)", done.stdout, maxsplit=1)
    assert '"Aniara"' in description
    assert "again" not in description
    assert re.findall(r"version/([0-9a-f-]+)/", time_map) == [first.name, second.name]
