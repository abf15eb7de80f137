"""The adjusted Rand index by hand, and against counting pairs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.stats.rand_index import adjusted_rand_index


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Contingency [[1, 0, 0], [1, 1, 1], [0, 0, 2]]: both = 1, in rows 4, in columns 4, of 15 pairs.
        pytest.param([1, 2, 2, 2, 3, 3], [1, 1, 2, 3, 3, 3], (1 - 16 / 15) / (4 - 16 / 15), id="worked by hand"),
        pytest.param([1, 1, 2, 2], [5, 5, 9, 9], 1.0, id="only the names differ"),
        pytest.param([1, 1, 1], [2, 2, 2], 1.0, id="one group on both sides"),
        pytest.param([1, 2, 3], [3, 1, 2], 1.0, id="all single on both sides"),
        pytest.param([1, 1, 1, 1], [1, 1, 2, 2], 0.0, id="one group against two"),
        pytest.param([1, 1, 2, 2], [1, 2, 1, 2], -0.5, id="crossed"),
        pytest.param([7], [1], 1.0, id="one item"),
        pytest.param([], [], 1.0, id="no item"),
    ],
)
def test_adjusted_rand_index_by_hand(first: list[int], second: list[int], expected: float) -> None:
    assert adjusted_rand_index(first, second) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_adjusted_rand_index_counts_pairs(items: list[tuple[int, int]]) -> None:
    """Against the same index written over pairs of items, without a contingency table."""
    pairs = [(a[0] == b[0], a[1] == b[1]) for k, a in enumerate(items) for b in items[:k]]
    both = sum(x and y for x, y in pairs)
    neither = sum(not x and not y for x, y in pairs)
    only_first, only_second = sum(x and not y for x, y in pairs), sum(y and not x for x, y in pairs)
    scale = (both + only_first) * (only_first + neither) + (both + only_second) * (only_second + neither)
    expected = 1.0 if only_first == only_second == 0 else 2 * (both * neither - only_first * only_second) / scale
    index = adjusted_rand_index([a for a, _ in items], [b for _, b in items])
    assert index == pytest.approx(expected)
    assert index == pytest.approx(adjusted_rand_index([b for _, b in items], [a for a, _ in items]))


def test_partitions_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="3 and 2 items"):
        adjusted_rand_index([1, 2, 3], [1, 2])
