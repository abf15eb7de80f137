"""Gradient-boosted trees from plain numbers: probabilities for rows of features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROWS_AT_ONCE = 64  # what is looked up for them stays in the cache of a processor


class TreeNumbers(TypedDict):
    """Trees as JSON has them."""

    feature: list[list[int]]
    split: list[list[float]]
    leaf: list[list[float]]
    base: float


@dataclass(frozen=True)
class Trees:
    """Perfect binary trees of one depth. Node k of a tree has the children 2k+1 (value ≤ threshold) and 2k+2.

    `feature`, `threshold`: shape `(trees, 2**depth - 1)`. `leaf`: shape `(trees, 2**depth)`. Leaves, `base`: log-odds.
    """

    feature: Ints
    threshold: Floats
    leaf: Floats
    base: float

    @classmethod
    def of(cls, numbers: TreeNumbers) -> Trees:
        """The trees that a JSON object describes."""
        return cls(
            feature=np.array(numbers["feature"], dtype=np.int64),
            threshold=np.array(numbers["split"], dtype=float),
            leaf=np.array(numbers["leaf"], dtype=float),
            base=float(numbers["base"]),
        )

    def probabilities(self, rows: Floats) -> Floats:
        """The probability of each row: shape `(rows, features)` to `(rows,)`."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.log_odds(rows))))

    def log_odds(self, rows: Floats) -> Floats:
        """The log-odds of each row: shape `(rows, features)` to `(rows,)`."""
        odds = [self._odds(rows[at : at + _ROWS_AT_ONCE]) for at in range(0, len(rows), _ROWS_AT_ONCE)]
        return np.concatenate([np.zeros(0), *odds])

    def _odds(self, rows: Floats) -> Floats:
        trees, inner = self.feature.shape
        node = np.zeros(trees, dtype=np.int64)
        offset = np.arange(trees) * inner
        feature, threshold = self.feature.ravel(), self.threshold.ravel()
        values = np.ascontiguousarray(rows).ravel()
        start = np.arange(len(rows))[:, None] * rows.shape[1]
        for _ in range(inner.bit_length()):
            at = node + offset
            node = 2 * node + 1 + (values.take(feature.take(at) + start) > threshold.take(at))
        leaf = self.leaf.ravel().take(node - inner + np.arange(trees) * (inner + 1))
        return np.asarray(self.base + leaf.sum(axis=1))
