"""What people read of a comparison, whatever the data holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from diff.comparing import BASE, body, compared, written
from graphsvc.diff import markdown

LABELS = (
    ":by a rdf:Property ; rdfs:label 'av'@sv , 'by'@en . id:b rdfs:label 'Bok'@sv , 'Book'@en ."
)


def test_each_change_is_told_with_names_in_the_readers_language(tmp_path: Path) -> None:
    comparison = compared(
        tmp_path,
        LABELS + "id:a rdfs:label 'Ett'@sv , 'One'@en ; :by id:b .",
        LABELS + "id:a rdfs:label 'Ett'@sv , 'One'@en ; :by id:c . id:c rdfs:label 'Ny'@sv .",
    )
    assert written(comparison, language="sv").splitlines() == [
        "  id:a (Ett)",
        "-   :by (av) id:b (Bok)".replace(":by", f"<{BASE}ns#by>"),
        "+   :by (av) id:c (Ny)".replace(":by", f"<{BASE}ns#by>"),
        "+ id:c (Ny)",
        "+   rdfs:label 'Ny'@sv".replace("'", '"'),
        f"{comparison.before.name} → {comparison.after.name}: 0 breaking changes; "
        "1 created, 1 updated, 0 deleted; 2 statements added, 1 removed",
    ]
    assert "id:a (One)" in written(comparison, language="en")
    assert "id:a (Ett)" in written(comparison, language="de")  # the publication's first


def test_a_blank_node_that_has_changed_is_shown_within_its_resource(tmp_path: Path) -> None:
    text = "id:a dct:title 'A' ; :at [ :x 1 ; :y 2 ] , [ :x 5 ; :y 6 ; :in [ :z 1 , {} ] ] ."
    comparison = compared(tmp_path, text.format(7), text.format(8))
    ns = f"<{BASE}ns#"
    assert body(comparison) == [
        "  id:a (A)",
        f"    {ns}at> [",
        f"      {ns}in> [",
        f"-       {ns}z> 7",
        f"+       {ns}z> 8",
        "      ]",
        "    ]",
    ]


def test_a_list_is_one_value(tmp_path: Path) -> None:
    comparison = compared(tmp_path, "id:a :l ( 1 [ :z 'x' ] ) .", "id:a :l ( 1 [ :z 'x' ] 2 ) .")
    assert body(comparison) == [
        "  id:a",
        f'-   <{BASE}ns#l> ( 1 [ <{BASE}ns#z> "x" ] )',
        f'+   <{BASE}ns#l> ( 1 [ <{BASE}ns#z> "x" ] 2 )',
    ]


def test_blank_nodes_that_come_and_go_are_shown_whole(tmp_path: Path) -> None:
    comparison = compared(tmp_path, "id:a :p [ :q 1 ] .", "id:a :r [ :q [ :s 2 ] ] . [] :q 3 .")
    ns = f"<{BASE}ns#"
    assert body(comparison) == [
        "  id:a",
        f"-   {ns}p> [",
        f"-     {ns}q> 1",
        "-   ]",
        f"+   {ns}r> [",
        f"+     {ns}q> [",
        f"+       {ns}s> 2",
        "+     ]",
        "+   ]",
        "+ a blank node that nothing leads to",
        f"+   {ns}q> 3",
    ]


def test_a_graph_is_named_where_it_matters(tmp_path: Path) -> None:
    place = "data/a.trig"
    comparison = compared(tmp_path, "<g> { id:a :p 1 }", "<h> { id:a :p 1 }", place)
    assert body(comparison) == [
        "  id:a",
        f"-   <{BASE}ns#p> 1  in <{BASE}g>",
        f"+   <{BASE}ns#p> 1  in <{BASE}h>",
    ]
    comparison = compared(tmp_path, "<g> { id:a :p 1 }", "<g> { id:a :p 2 }", place)
    assert " in " not in "".join(body(comparison))


def test_shared_and_circular_blank_nodes_are_told_once(tmp_path: Path) -> None:
    rungs = "".join(
        f"_:a{n} :l _:a{n + 1} , _:b{n + 1} ; :n {n} . _:b{n} :l _:a{n + 1} , _:b{n + 1} ; :m {n} ."
        for n in range(40)
    )
    text = f"id:a :l _:a0 ; :me _:me . _:me :me _:me ; :v {{}} . {rungs}"
    comparison = compared(tmp_path, text.format(1), text.format(2))
    assert len(body(comparison)) < 10
    comparison = compared(tmp_path, "id:b :p 1 .", f"id:b :p 1 . {text.format(1)}")
    assert len(body(comparison)) < 330  # of 240 statements


def test_no_difference_says_so(tmp_path: Path) -> None:
    comparison = compared(tmp_path, "id:a :p [] .", "id:a :p _:x .")
    assert body(comparison) == []
    assert "no difference" in written(comparison)
    assert written(comparison, "patch") == "TX .\nTC .\n"
    assert json.loads(written(comparison, "json"))["changes"] == []
    assert "```" not in written(comparison, "markdown")


HOSTILE = (
    "````\\n<script>alert(1)</script>\\n# @someone #1 </code> | **b** [x](javascript:y) `c`\\u0085"
    "\\u2028\\u202E\\u001B[31m\\r\\n````"
)


def test_hostile_literals_break_out_of_nothing(tmp_path: Path) -> None:
    text = f"id:h rdfs:label '{HOSTILE}' ; :p [ rdfs:label '{HOSTILE}' ] , ( '{HOSTILE}' ) ."
    gone = f"id:gone rdfs:label '{HOSTILE}' ."
    comparison = compared(tmp_path, gone, text)
    for format in ("text", "markdown", "json", "patch"):
        shown = written(comparison, format)
        if format != "patch":  # which is N-Quads
            assert not set(shown) & {"\x1b", "\u0085", "\u2028", "\u202e", "\r"}
    lines = written(comparison, "markdown").split("\n")
    start, end = (number for number, line in enumerate(lines) if line.startswith("```"))
    assert (lines[start], lines[end]) == ("````diff", "````")
    assert all(line[0] in "+- " for line in lines[start + 1 : end])
    outside = "\n".join([*lines[:start], *lines[end + 1 :]])
    assert "<script" not in outside
    assert not re.search(r"[*`\[]", outside)
    assert "@" not in re.sub("<code>[^<]*</code>", "", outside)  # where it would notify somebody
    rows = [line for line in lines[:start] if line.startswith("| <code>")]
    assert [row.count("|") for row in rows] == [3]


def test_markdown_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "CHARACTERS", 60)
    monkeypatch.setattr(markdown, "BREAKING", 1)
    comparison = compared(tmp_path, "id:a :p 1 . id:b :p 1 . id:c :p 1 .", "id:d :p 1 .")
    shown = written(comparison, "markdown")
    assert shown.count("| <code>") == 1
    assert "2 more are not shown here." in shown
    assert "3 more resources have changed" in shown


def test_json_is_as_it_is_documented(tmp_path: Path) -> None:
    comparison = compared(
        tmp_path,
        "id:a :p 'x'@sv ; :q [ :r 1 ; :s 1 ] . id:gone a rdf:Property .",
        "id:a :p id:a ; :q [ :r 1 ; :s 2 ] , ( 1 ) .",
    )
    document: dict[str, Any] = json.loads(written(comparison, "json"))
    assert document.keys() == {"before", "after", "graphs", "counts", "breaking", "changes"}
    assert document["counts"] == {
        **{"breaking": 1, "created": 0, "updated": 1, "deleted": 1},
        **{"quads_added": 7, "quads_removed": 5},
    }
    (breaking,) = document["breaking"]
    assert breaking["kind"] == "removed-property"
    (change, _) = document["changes"]
    assert change["resource"] == f"{BASE}id/a"
    one, two = change["properties"]
    graph = f"{BASE}graph/data"
    assert one["removed"] == [
        {
            **{"type": "literal", "value": "x", "language": "sv", "graph": graph},
            "datatype": "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
        }
    ]
    assert one["added"] == [{"type": "iri", "value": f"{BASE}id/a", "label": None, "graph": graph}]
    (nested,) = two["changed"]
    assert [each["predicate"] for each in nested["properties"]] == [f"{BASE}ns#s"]
    (added,) = two["added"]
    assert [member["value"] for member in added["members"]] == ["1"]
