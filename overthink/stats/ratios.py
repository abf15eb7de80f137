"""The one way from sums to a `Metric` and a `Change`: a table of what each problem adds above and below the line.

A metric is a ratio of sums, Σ numerators / Σ denominators, over all responses. Its interval is a percentile bootstrap
over problems: what the samples of a problem add stays together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import ceil, isnan, log10
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from overthink.records import NO_INTERVAL, Change, Metric
from overthink.stats.bootstrap import DECIMALS, GRAIN, Draws, Floats, bootstrap, exact, ratios
from overthink.stats.paired import PairedSums, intervals, sign_flip_p_values

_NUMERATOR, _DENOMINATOR, _N, _EXCLUDED, _ENTERED = range(5)


class Term(NamedTuple):
    """What one response adds to a metric: the two sums, how many things went in, how many were left out."""

    numerator: float
    denominator: float
    n: int
    n_excluded: int


OUT_OF_SCOPE = Term(0, 0, 0, 0)
"""The metric is not about this response."""
EXCLUDED = Term(0, 0, 0, 1)
"""It does, but its value cannot be known."""


def mean(value: float | None) -> Term:
    """The term of a mean over responses; None is left out and counted."""
    return EXCLUDED if value is None else Term(value, 1, 1, 0)


@dataclass(frozen=True)
class Measure:
    """A column of a table. `empty` is the reason given if its denominators add up to 0."""

    name: str
    unit: str
    higher_is_better: bool | None
    empty: str


class Ratios:
    """What each problem adds to each measure. Problems keep the order in which they first came.

    `grain`: every term is rounded to a multiple of it (see `exact`), so it must be far below the values; results are
    rounded to as many decimals.
    """

    def __init__(self, measures: Sequence[Measure], grain: float = GRAIN) -> None:
        self.measures = tuple(measures)
        self._grain = grain
        self._decimals = ceil(-log10(grain))
        self._sums: dict[Hashable, Floats] = {}

    def __len__(self) -> int:
        return len(self._sums)

    @property
    def problems(self) -> list[Hashable]:
        """The problems to which something was added."""
        return list(self._sums)

    def add(self, problem: Hashable, terms: ArrayLike) -> None:
        """Add one response. `terms`: shape `(measures, 4)`, a Term for each measure."""
        row = np.asarray(terms, dtype=np.float64).reshape(len(self.measures), 4)
        row = np.concatenate([exact(row, self._grain), row[:, [_N]] > 0], axis=1)
        known = self._sums.get(problem)
        self._sums[problem] = row if known is None else known + row

    def widened(self, measures: Sequence[Measure], terms: Callable[[Floats], ArrayLike]) -> Ratios:
        """A table with these measures as well. `terms` makes theirs, as for `add`, of what a problem has added up."""
        wider = Ratios((*self.measures, *measures), self._grain)
        more = Ratios(measures, self._grain)
        for problem, sums in self._sums.items():
            more.add(problem, terms(sums))
            wider._sums[problem] = np.concatenate([sums, more._sums[problem]])
        return wider

    def metrics(self, draws: Draws, problems: Sequence[Hashable] | None = None) -> list[Metric]:
        """Each measure over these problems (None: all), in the order of the measures.

        The order of the problems decides which of them a resample draws: give them sorted if theirs is an accident.
        """
        sums = self._stacked(self.problems if problems is None else problems)
        above, below = sums[..., _NUMERATOR], sums[..., _DENOMINATOR]
        values = ratios(above.sum(axis=0), below.sum(axis=0))
        spread = bootstrap(above, below, resamples=draws.resamples, seed=draws.seed)
        counts = sums[..., [_N, _EXCLUDED]].sum(axis=0).astype(np.int64).tolist()
        return [
            metric_of(measure, values[i], spread[i], n, n_excluded, self._decimals)
            for i, (measure, (n, n_excluded)) in enumerate(zip(self.measures, counts, strict=True))
        ]

    def paired_with(self, base: Ratios, problems: Sequence[Hashable]) -> PairedSums:
        """This table and a base of the same measures, over problems that both have. Each problem has one vote in each.

        A vote is what the problem adds up to over its responses that entered the measure. A problem that a measure
        leaves out in either table adds nothing to it in both.
        """
        before, after = base._stacked(problems), self._stacked(problems)
        used = (before[..., _ENTERED] > 0) & (after[..., _ENTERED] > 0)

        def votes(sums: Floats, column: int) -> Floats:
            entered = np.where(used, sums[..., _ENTERED], 1)
            return exact(np.where(used, sums[..., column], 0) / entered, self._grain)

        return PairedSums(
            votes(before, _NUMERATOR),
            votes(before, _DENOMINATOR),
            votes(after, _NUMERATOR),
            votes(after, _DENOMINATOR),
            used,
        )

    def _stacked(self, problems: Sequence[Hashable]) -> Floats:
        """Shape `(problems, measures, 5)`."""
        nothing = np.zeros((0, len(self.measures), 5))
        return np.stack([self._sums[problem] for problem in problems]) if problems else nothing


def changes(pairs: PairedSums, measures: Sequence[Measure], draws: Draws) -> list[Change]:
    """The new table less the base, for each measure, with intervals and p-values.

    `n` counts the problems that entered in both, `n_excluded` those that did not.
    """
    base, new = pairs.values()
    base_draws, new_draws = pairs.resampled(draws.resamples, draws.seed)
    spread = intervals(new_draws - base_draws, pairs.has_interval())
    p_values = sign_flip_p_values(pairs, permutations=draws.permutations, seed=draws.seed)
    n = pairs.used.sum(axis=0).tolist()
    return [
        Change(
            **metric_of(measure, new[i] - base[i], spread[i], n[i], len(pairs.used) - n[i]).model_dump(),
            base=_number(base[i]),
            new=_number(new[i]),
            p_value=_number(p_values[i]),
        )
        for i, measure in enumerate(measures)
    ]


def metric_of(
    measure: Measure, value: float, interval: Floats, n: int, n_excluded: int, decimals: int = DECIMALS
) -> Metric:
    """A number with its interval, of shape `(2,)`, as it is written: rounded, and null with a reason if it is NaN."""
    rounded, low, high = (_number(x, decimals) for x in (value, *interval))
    return Metric(
        value=rounded,
        ci_low=low,
        ci_high=high,
        n=n,
        n_excluded=n_excluded,
        unit=measure.unit,
        higher_is_better=measure.higher_is_better,
        reason=measure.empty if rounded is None else NO_INTERVAL if low is None else None,
    )


def _number(value: float, decimals: int = DECIMALS) -> float | None:
    return None if isnan(value) else round(float(value), decimals)
