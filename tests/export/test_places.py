"""Each address of a site has a file of its own, within the folder, on whatever file system."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.export.places import Address, Places, exported, relative

# What paths of a server may hold, hostile or not.
SEGMENTS = st.sampled_from(
    [
        *(
            "doc",
            "Doc",
            "x",
            "x.ttl",
            "index.html",
            "en",
            "%C3%A5",
            "%2F",
            "%2e%2e",
            "..",
            ".",
            "%00",
        ),
        *("con", "a:b", "a*b", "%FF", "~x", "x.", "é" * 150, "%3Cb%3E", "a%20b", "-"),
    ]
)
ADDRESSES = st.builds(
    Address,
    st.lists(SEGMENTS, max_size=4).map(lambda names: "/" + "/".join(names)),
    st.sampled_from(["", "incoming=2", "incoming=3", "type=https%3A%2F%2Fe.org%2Fns%23C"]),
    st.sampled_from(["", "en"]),
)


def test_a_page_is_a_folder_and_what_has_a_suffix_a_file() -> None:
    places = Places()
    given_ = [
        places.give(Address("/"), is_page=True),
        places.give(Address("/", language="en"), is_page=True),
        places.give(Address("/doc/a/b"), is_page=True),
        places.give(Address("/doc/a/b", "incoming=2"), is_page=True),
        places.give(Address("/doc/a/b", language="en"), is_page=True),
        places.give(Address("/doc/a/b.ttl"), is_page=False),
    ]
    assert [each.as_posix() for each in given_] == [
        "index.html",
        "en/index.html",
        "doc/a/b/index.html",
        "doc/a/b/incoming-2/index.html",
        "en/doc/a/b/index.html",
        "doc/a/b.ttl",
    ]


@given(st.lists(st.tuples(ADDRESSES, st.booleans()), unique_by=lambda each: each[0], max_size=30))
def test_no_file_is_given_twice_nor_leads_out_nor_stands_in_the_way(
    asked: list[tuple[Address, bool]],
) -> None:
    places = Places()
    files = [places.give(address, is_page=is_page) for address, is_page in asked]
    folded = [each.as_posix().lower() for each in files]
    assert len(set(folded)) == len(files)
    for file in files:
        assert not file.is_absolute()
        assert not {"..", ".", ""} & set(file.parts)
        assert all(len(name.encode()) <= 255 for name in file.parts)
        assert not any(parent.as_posix().lower() in folded for parent in file.parents)


@pytest.mark.parametrize(
    ("target", "start", "link"),
    [
        ("index.html", "index.html", "./"),
        ("index.html", "doc/a/index.html", "../../"),
        ("doc/b/index.html", "doc/a/index.html", "../b/"),
        ("doc/a.ttl", "doc/a/index.html", "../a.ttl"),
        ("en/doc/å b/index.html", "index.html", "en/doc/%C3%A5%20b/"),
        ("search/index.json", "en/search/index.html", "../../search/index.json"),
    ],
)
def test_links_lead_from_one_file_to_another(target: str, start: str, link: str) -> None:
    assert relative(PurePosixPath(target), PurePosixPath(start)) == link


def test_a_link_keeps_its_language_unless_it_is_the_first() -> None:
    page = Address("/doc/a", language="en")
    assert page.link("/doc/b?lang=en#x", "sv") == (Address("/doc/b", language="en"), "x")
    assert page.link("/doc/b?lang=sv", "sv") == (Address("/doc/b"), "")
    assert page.link("?incoming=2&lang=en", "sv") == (Address("/doc/a", "incoming=2", "en"), "")
    assert page.link("/doc/b.ttl?lang=en", "sv") == (Address("/doc/b.ttl"), "")


@pytest.mark.parametrize(
    "href", ["https://example.org/", "//example.org/x", "mailto:a@b.c", "javascript:x"]
)
def test_what_leads_out_is_left_alone(href: str) -> None:
    assert Address("/doc/a").link(href, "sv") is None


def test_what_needs_a_server_is_left_out() -> None:
    assert exported(Address("/openapi.json")) is None
    assert exported(Address("/quality", "defect=x")) is None
    assert exported(Address("/search", "q=x")) == Address("/search")
    assert exported(Address("/doc/a", "incoming=2")) == Address("/doc/a", "incoming=2")
