"""Error bars: a percentile bootstrap over problems, for metrics that are ratios of sums.

The same bytes on every machine: the draws come from the raw 64-bit stream of PCG64, and sums are exact in whatever
order a matrix product takes them (`exact`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
GRAIN = 2.0**-32
DECIMALS = 10
"""To how many decimals the report gives a value: below it lies the rounding of `exact`."""

_DRAWS_AT_ONCE = 1_000_000  # what a processor's cache about holds: larger pieces are slower


@dataclass(frozen=True)
class Draws:
    """How intervals and p-values are drawn: resamples of the problems, and swaps of base and new within problems."""

    resamples: int
    seed: int
    permutations: int = 0


def exact(terms: Floats, grain: float = GRAIN) -> Floats:
    """The terms rounded to multiples of `grain`, a power of 2: sums up to grain·2^53 then have no error.

    With 2^-32 that is 2^21, and 2^53 for whole numbers. Every partial sum fits the 53 bits of a double, and the order
    of adding (threads, BLAS) changes nothing.
    """
    return np.asarray(np.rint(terms / grain) * grain)


def ratios(numerators: Floats, denominators: Floats) -> Floats:
    """Elementwise ratio, NaN if the denominator is 0."""
    result: Floats = np.full(numerators.shape, np.nan)
    np.divide(numerators, denominators, out=result, where=denominators != 0)
    return result


def bootstrap(numerators: Floats, denominators: Floats, *, resamples: int, seed: int) -> Floats:
    """Percentile 95 % intervals of Σ numerators / Σ denominators over resampled problems.

    Both of shape `(problems, metrics)`: what all samples of a problem add together, so they stay together. All metrics
    see the same resamples. Returns `(metrics, 2)`: low and high, NaN if fewer than two problems have a denominator
    (one problem says nothing of the spread between problems). A resample whose denominator is 0 is dropped.
    """
    intervals = np.full((numerators.shape[1], 2), np.nan)
    wanted = np.count_nonzero(denominators, axis=0) >= 2
    if wanted.any():
        sums = np.concatenate([numerators[:, wanted], denominators[:, wanted]], axis=1)
        intervals[wanted] = percentiles(ratios(*np.split(resampled_sums(sums, resamples, seed), 2)))
    return intervals


def resampled_sums(sums: Floats, resamples: int, seed: int) -> Floats:
    """Column sums over `resamples` draws of as many problems as there are. Shape `(columns, resamples)`."""
    sums, place = np.unique(sums, axis=1, return_inverse=True)  # many metrics share a denominator
    problems, columns = sums.shape
    stream = np.random.PCG64(seed)
    result = np.empty((columns, resamples))
    step = max(1, _DRAWS_AT_ONCE // max(1, problems))
    with one_thread():
        for start in range(0, resamples, step):
            count = min(step, resamples - start)
            weights = np.bincount(_draw(stream, count, problems), minlength=count * problems).reshape(count, problems)
            result[:, start : start + count] = sums.T @ weights.astype(np.float64).T
    return result[place]


def one_thread() -> threadpool_limits:
    """Matrix products in this block take one thread: for such narrow ones, several wait for each other more than work.

    On a busy machine the difference is tenfold.
    """
    return threadpool_limits(limits=1, user_api="blas")


def _draw(stream: np.random.PCG64, count: int, problems: int) -> NDArray[np.int64]:
    """`count` resamples of `problems` draws each; the draw of problem p in resample r is the number r·problems + p.

    The upper 32 random bits times the number of problems, over 2^32: uniform up to problems/2^32, and, unlike
    Generator.integers, the same in every version of numpy.
    """
    bits = stream.random_raw(count * problems)
    bits >>= np.uint64(32)
    bits *= np.uint64(problems)
    bits >>= np.uint64(32)
    drawn: NDArray[np.int64] = bits.view(np.int64).reshape(count, problems)
    drawn += np.arange(count, dtype=np.int64)[:, None] * problems
    return drawn.ravel()


def percentiles(values: Floats) -> Floats:
    """The middle 95 % of each row, linear between neighbours, NaN left out. `(rows, n)` in, `(rows, 2)` out."""
    ordered = np.sort(values, axis=1)  # NaN sorts last
    last = np.count_nonzero(~np.isnan(ordered), axis=1) - 1
    row = np.arange(len(ordered))
    ends = []
    for share in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2):
        at = share * last
        below = np.floor(at).astype(np.int64)
        low, high = ordered[row, below], ordered[row, np.minimum(below + 1, last)]
        ends.append(low + (high - low) * (at - below))
    return np.stack(ends, axis=1)
