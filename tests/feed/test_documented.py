"""docs/feed.md: the program that it shows replicates the feed of a server."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from publications import BASE, TOML
from pyoxigraph import RdfFormat, parse

from feed.histories import History, canonical, free_address, served, state

DOCS = (Path(__file__).parents[2] / "docs/feed.md").read_text(encoding="utf-8")


def test_the_program_that_is_shown_prints_what_is_published_now(tmp_path: Path) -> None:
    base = free_address()
    ontology = {"ontology/ns.ttl": "<ns#Book> a rdfs:Class . <ns#by> a rdf:Property .\n"}
    history = History(tmp_path, ontology, TOML.replace(BASE, base))
    for text in (
        "".join(f"<id/{n}> a <ns#Book> ; <ns#by> [ a <ns#Book> ] .\n" for n in range(300)),
        "".join(f"<id/{n}> a <ns#Book> ; <ns#by> <id/{n + 1}> .\n" for n in range(200)),
    ):
        history.write("data/books.ttl", text)
        history.commit("change")
    release = history.build()
    (program,) = re.findall(r"^```python\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
    with served(history, base, tmp_path / "log"):
        command = [sys.executable, "-c", program, f"{base}feed"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    quads = parse(done.stdout, RdfFormat.N_TRIPLES)
    expected = state(release.folder / "dumps/all.nq", release.settings, base)
    assert canonical(quads, base) == expected


def test_the_member_that_is_shown_is_one() -> None:
    (member,) = re.findall(r"^```trig\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
    quads = list(parse(member, RdfFormat.TRIG))
    assert len({quad.graph_name for quad in quads}) == 2
    assert len(quads) == 4
