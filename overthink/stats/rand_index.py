"""The adjusted Rand index of two partitions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def adjusted_rand_index(first: Sequence[int], second: Sequence[int]) -> float:
    """Chance-corrected agreement of two partitions of the same items, from their contingency table.

    Hubert & Arabie, Comparing partitions, Journal of Classification 2 (1985), 193-218, equation 5. It is 1 for equal
    partitions, also if each of them is one group (or all single), and about 0 for unrelated ones.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} items cannot be compared")
    _, rows = np.unique(np.asarray(first), return_inverse=True)
    _, columns = np.unique(np.asarray(second), return_inverse=True)
    if len(rows) == 0:
        return 1.0
    table = np.bincount(rows * (columns.max() + 1) + columns, minlength=(rows.max() + 1) * (columns.max() + 1))
    table = table.reshape(rows.max() + 1, columns.max() + 1)
    both = _pairs_within(table)
    in_first, in_second = _pairs_within(table.sum(axis=1)), _pairs_within(table.sum(axis=0))
    expected = in_first * in_second / max(_pairs_within(np.array([len(rows)])), 1.0)
    largest = (in_first + in_second) / 2
    return 1.0 if both == largest else float((both - expected) / (largest - expected))


def _pairs_within(sizes: NDArray[np.int64]) -> float:
    return float((sizes * (sizes - 1) / 2).sum())
