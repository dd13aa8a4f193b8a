from __future__ import annotations

from typing import Any

import pytest

from graphsvc.web.conditions import entity_tag, is_unchanged


@pytest.mark.parametrize(
    ("condition", "unchanged"),
    [
        (None, False),
        ("", False),
        ("*", True),
        ('"a.ttl"', True),
        ('W/"a.ttl"', True),
        ('"b", "a.ttl"', True),
        ('"a.tt"', False),
        ("a.ttl", False),
        ('"b,"a.ttl"', False),
    ],
)
def test_condition_is_met_by_the_same_tag(condition: str | None, unchanged: bool) -> None:
    assert is_unchanged(condition, '"a.ttl"') is unchanged


def test_tag_is_of_digest_and_representation() -> None:
    tags: set[Any] = {entity_tag(digest, *rest) for digest in "ab" for rest in (("x",), ("x", "y"))}
    assert len(tags) == 4
