"""Two runs problem by problem: differences of ratios of sums, their bootstrap intervals and their p-values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overthink.stats.bootstrap import Floats, one_thread, percentiles, ratios, resampled_sums

_SIGNS_AT_ONCE = 1_000_000
_ROUNDING = 1e-9
"""A permuted difference that is smaller than the observed one by less than this share of it is as large: rounding."""


@dataclass(frozen=True)
class PairedSums:
    """What each problem adds above and below the line of each metric, in the base and in the new run.

    All of shape `(problems, metrics)`. `used`: which problems enter which metric; the others hold 0 in all four.
    """

    base_numerators: Floats
    base_denominators: Floats
    new_numerators: Floats
    new_denominators: Floats
    used: NDArray[np.bool_]

    def has_interval(self) -> NDArray[np.bool_]:
        """Which metrics have an interval: in both runs two problems or more have a denominator. Shape `(metrics,)`."""
        sides = (self.base_denominators, self.new_denominators)
        fewest = np.min([np.count_nonzero(side, axis=0) for side in sides], axis=0)
        return np.asarray(fewest >= 2)

    def columns(self, metrics: Sequence[int], problems: NDArray[np.bool_]) -> PairedSums:
        """These metrics alone, over what of these problems enters them. `problems`: shape `(problems,)`."""
        used = self.used[:, metrics] & problems[:, None]

        def of(side: Floats) -> Floats:
            return np.where(used, side[:, metrics], 0)

        return PairedSums(
            of(self.base_numerators),
            of(self.base_denominators),
            of(self.new_numerators),
            of(self.new_denominators),
            used,
        )

    def values(self) -> tuple[Floats, Floats]:
        """Each metric of the base and of the new run, NaN if no problem enters it. Shape `(metrics,)` each."""
        return (
            ratios(self.base_numerators.sum(axis=0), self.base_denominators.sum(axis=0)),
            ratios(self.new_numerators.sum(axis=0), self.new_denominators.sum(axis=0)),
        )

    def resampled(self, resamples: int, seed: int) -> tuple[Floats, Floats]:
        """Each metric over resampled problems, the same ones for both runs. Shape `(metrics, resamples)` each."""
        columns = [self.base_numerators, self.base_denominators, self.new_numerators, self.new_denominators]
        sums = resampled_sums(np.concatenate(columns, axis=1), resamples, seed)
        base_above, base_below, new_above, new_below = np.split(sums, 4)
        return ratios(base_above, base_below), ratios(new_above, new_below)


def intervals(values: Floats, enough: NDArray[np.bool_]) -> Floats:
    """Percentile 95 % intervals of resampled values; NaN if there is not `enough` to tell. `(metrics, 2)`."""
    result = np.full((len(values), 2), np.nan)
    if enough.any():
        result[enough] = percentiles(values[enough])
    return result


def sign_flip_p_values(pairs: PairedSums, *, permutations: int, seed: int) -> Floats:
    """Two-sided p-values of the differences, by swapping base and new at random within each problem. `(metrics,)`.

    (1 + permutations whose difference is at least as large) / (1 + permutations), so never below 1/(1 + permutations);
    NaN if a metric has no value. For means it flips the signs of the problems' differences. A permutation that leaves
    one side without a denominator counts as one that is at least as large.
    """
    middle_above, away_above = _halves(pairs.base_numerators, pairs.new_numerators)
    middle_below, away_below = _halves(pairs.base_denominators, pairs.new_denominators)
    above, below = middle_above.sum(axis=0), middle_below.sum(axis=0)
    away = np.concatenate([away_above, away_below], axis=1)
    base, new = pairs.values()
    observed = np.abs(new - base)
    stream = np.random.PCG64(seed).jumped()  # not the draws of the bootstrap
    reached = np.zeros(len(observed))
    step = max(1, _SIGNS_AT_ONCE // max(1, len(away)))
    with one_thread():
        for start in range(0, permutations, step):
            signs = _signs(stream, min(step, permutations - start), len(away))
            up, down = np.split(signs @ away, 2, axis=1)
            flipped = ratios(above + up, below + down) - ratios(above - up, below - down)
            reached += np.count_nonzero(~(np.abs(flipped) < observed * (1 - _ROUNDING)), axis=0)
    p_values: Floats = (1 + reached) / (1 + permutations)
    return np.where(np.isnan(observed), np.nan, p_values)


def _halves(base: Floats, new: Floats) -> tuple[Floats, Floats]:
    """`new = middle + away`, `base = middle - away`: swapping the two flips the sign of `away`."""
    return (base + new) / 2, (new - base) / 2


def _signs(stream: np.random.PCG64, count: int, problems: int) -> Floats:
    """+1 or -1 for each problem in each permutation, from the bits of the stream. Shape `(count, problems)`."""
    raw = stream.random_raw(-(-count * problems // 64)).astype("<u8").view(np.uint8)
    bits: Floats = np.unpackbits(raw, count=count * problems).reshape(count, problems).astype(np.float64)
    return bits * 2 - 1
