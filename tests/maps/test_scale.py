from __future__ import annotations

import pytest

from graphsvc.maps.scale import Step, shade_of, steps


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], []),
        ([0, 0], [(0, 0, 0)]),
        ([3], [(4, 3, 3)]),
        ([0, 1, 2, 2], [(0, 0, 0), (2, 1, 1), (4, 2, 2)]),
        ([4, 3, 2, 1, 0], [(0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, 4)]),
        (
            [1, 2, 3, 5, 8, 13, 100_000, 0],
            [(0, 0, 0), (1, 1, 2), (2, 3, 5), (3, 8, 8), (4, 13, 100_000)],
        ),
    ],
)
def test_steps_hold_all_counts(counts: list[int], expected: list[tuple[int, int, int]]) -> None:
    found = steps(counts)
    assert found == [Step(*each) for each in expected]
    for count in counts:
        (step,) = [each for each in found if each.least <= count <= each.most]
        assert shade_of(count, found) == step.shade
