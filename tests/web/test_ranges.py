from __future__ import annotations

import pytest

from graphsvc.web.ranges import MOST_RANGES, ranges_of


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ("bytes=0-9", [range(10)]),
        ("bytes=10-", [range(10, 100)]),
        ("bytes=-10", [range(90, 100)]),
        ("bytes=-1000", [range(100)]),
        ("bytes=99-99999999999999999999", [range(99, 100)]),
        ("Bytes = 0-9", None),
        ("BYTES=0-9", [range(10)]),
        ("bytes=0-9,20-29", [range(10), range(20, 30)]),
        ("bytes= 20-29 , ,\t0-9", [range(10), range(20, 30)]),
        ("bytes=0-9,10-19", [range(20)]),
        ("bytes=5-50,0-9,-100", [range(100)]),
        ("bytes=0-9,100-", [range(10)]),
        ("bytes=100-", []),
        ("bytes=-0", []),
        ("bytes=9-8", None),
        ("bytes=0-9,9-8", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=,", None),
        ("bytes=a-b", None),
        ("bytes=0", None),
        ("bytes=1-2-3", None),
        ("bytes=٠-٩", None),
        ("lines=0-9", None),
        ("0-9", None),
        ("", None),
        ("bytes=0-" + "9" * 5_000, None),
        ("bytes=" + ",".join(f"{2 * n}-{2 * n}" for n in range(MOST_RANGES + 1)), None),
    ],
)
def test_parts_are_those_that_the_file_has(asked: str, parts: list[range] | None) -> None:
    assert ranges_of(asked, 100) == parts


def test_as_many_parts_as_may_be() -> None:
    asked = "bytes=" + ",".join(f"{2 * n}-{2 * n}" for n in range(MOST_RANGES))
    assert len(ranges_of(asked, 100) or ()) == MOST_RANGES


def test_an_empty_file_has_no_part() -> None:
    assert ranges_of("bytes=0-", 0) == ranges_of("bytes=-1", 0) == []
