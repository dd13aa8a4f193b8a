from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from graphsvc.iris import Addresses, split_suffix, to_uri

BASE = "https://w3id.org/example/"
HERE = Addresses(BASE)

# Characters that IRIs may hold, those that matter to a server over-represented.
_CHARACTERS = st.one_of(
    st.sampled_from("abå./?:@%~'()*é\u202e中\U0001f600-_;=&+,$!"),
    st.characters(codec="utf-8", categories=("L", "N")),
    st.integers(0, 255).map("%{:02x}".format),
)
LOCAL = st.lists(_CHARACTERS, max_size=12).map("".join)
ANYTHING = st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (BASE, "/"),
        (BASE + "id/cluster/compare", "/doc/cluster/compare"),
        (BASE + "id/cluster/å", "/doc/cluster/%C3%A5"),
        (BASE + "id/a%2Fb", "/doc/a%2Fb"),
        (BASE + "id/a?b=c", "/doc/a?b=c"),
        (BASE + "id/a#it", "/doc/a#it"),
        (BASE + "ns#Cluster", "/ns#Cluster"),
        (BASE + "ns#Ä", "/ns#%C3%84"),
        (BASE + "def/level/bronze", "/def/level/bronze"),
        (BASE + "sparql", "/sparql"),
    ],
)
def test_own_iris_have_paths(iri: str, path: str) -> None:
    assert HERE.path(iri) == path
    assert iri.partition("#")[0] in HERE.iris(path.partition("#")[0])


@pytest.mark.parametrize(
    "iri",
    [
        "https://w3id.org/other/x",
        "http://w3id.org/example/x",
        "javascript:alert(1)",
        "",
        BASE + "/evil.example/x",
        BASE + "id/../x",
        BASE + "id/%2e%2E/x",
        BASE + "id/.",
        BASE + "id/a\\b",
        BASE + "id/a\r\nX: y",
        BASE + "id/a\x00",
        BASE + 'id/a"b',
        BASE + "id/a b",
        BASE + "id/a#b#c",
        BASE + "doc/x",
    ],
)
def test_what_no_client_would_send_has_no_path(iri: str) -> None:
    assert HERE.path(iri) is None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "x",
        "//evil.example/x",
        "/doc/../x",
        "/doc/%2e%2e/x",
        "/a\\b",
        "/a\nb",
        "/å",
        "/%zz",
        '/"',
    ],
)
def test_what_is_no_path_of_an_iri_names_none(path: str) -> None:
    assert HERE.iris(path) == ()


def test_thing_is_named_by_its_own_path_and_by_that_of_its_document() -> None:
    assert HERE.iris("/id/x") == HERE.iris("/doc/x") == (BASE + "id/x",)


def test_encoded_character_stands_for_the_character_first() -> None:
    assert HERE.iris("/doc/%C3%A5") == (BASE + "id/å", BASE + "id/%C3%A5")


@pytest.mark.parametrize("escape", ["%2F", "%00", "%0A", "%0d%0a", "%3F", "%FF", "%C2%80"])
def test_escape_of_what_is_no_character_of_an_iri_stays(escape: str) -> None:
    assert HERE.iris(f"/doc/{escape}") == (f"{BASE}id/{escape}",)


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (BASE, "/index.ttl"),
        (BASE + "id/x", "/doc/x.ttl"),
        (BASE + "id/x?y", "/doc/x.ttl?y"),
        (BASE + "ns#Cluster", "/ns.ttl#Cluster"),
        (BASE + "def/", "/def/index.ttl"),
        (BASE + "ns/1.0.0", "/ns/1.0.0.ttl"),
    ],
)
def test_suffix_stands_at_the_end_of_the_path(iri: str, path: str) -> None:
    assert HERE.path(iri, "ttl") == path


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/doc/x.ttl", ("/doc/x", "ttl")),
        ("/doc/x.ttl?y=1.2", ("/doc/x?y=1.2", "ttl")),
        ("/index.html", ("/", "html")),
        ("/doc/x", None),
        ("/doc/a.b/c", None),
        ("/doc/.ttl", None),
    ],
)
def test_suffix_is_split_off(path: str, parts: tuple[str, str] | None) -> None:
    assert split_suffix(path) == parts


def test_document_of_a_thing_has_an_iri_of_its_own() -> None:
    assert HERE.document_iri(BASE + "id/x#it") == BASE + "doc/x"
    assert HERE.document_iri(BASE + "ns#Cluster") == BASE + "ns"


@given(local=LOCAL, root_path=st.sampled_from(["", "/data", "/a/b"]))
@example(local="id/å%ff", root_path="")
@example(local="id/%c3", root_path="/data")
def test_path_leads_back_to_its_iri(local: str, root_path: str) -> None:
    addresses = Addresses(BASE, root_path)
    path = addresses.path(BASE + local)
    assume(path is not None)
    assert path is not None
    assert BASE + local in addresses.iris(path)


@given(local=LOCAL.filter(lambda local: "#" not in local))
def test_suffixed_path_leads_back_to_its_iri(local: str) -> None:
    path = HERE.path(BASE + local, "ttl")
    assume(path is not None)
    parts = split_suffix(path or "")
    assume(not re.search(r"/index(\?|$)", "/" + local))
    if local and not local.split("?")[0].endswith("/"):
        assert parts is not None
        assert BASE + local in HERE.iris(parts[0])


@given(local=ANYTHING, suffix=st.sampled_from(["", "ttl"]))
def test_no_iri_makes_a_path_that_leaves_the_server(local: str, suffix: str) -> None:
    path = HERE.path(BASE + local, suffix)
    assert path is None or re.fullmatch(r"/(?!/)[!-~]*", path)
    assert path is None or "\\" not in path


@given(path=ANYTHING)
def test_no_path_names_an_iri_outside_the_base(path: str) -> None:
    for iri in HERE.iris("/" + path):
        assert iri.startswith(BASE)
        assert iri.isprintable() or not iri.isascii()


@given(local=LOCAL)
def test_different_iris_have_different_paths_unless_one_is_the_encoded_other(local: str) -> None:
    path = HERE.path(BASE + local)
    assume(path is not None)
    same = [iri for iri in HERE.iris(path or "") if HERE.path(iri) == path]
    assert len(same) <= 2
    assert len({to_uri(iri) for iri in same}) == 1
