"""The paper's table of ways to choose (arXiv 2412.21187): solutions, tokens and both efficiencies, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from overthink.config import PairKind
from overthink.core.pairs import Candidate, Cut, Measured, choose, measured
from overthink.core.stats import DECIMALS, Floats, bootstrap, exact, ratios
from overthink.records import NO_INTERVAL, Metric, SideMetrics

KINDS: tuple[PairKind, ...] = ("shortest", "fcs-reflection", "gds", "fcs")
SIDES = ("all samples", "longest", *KINDS)
"""The lines of the table; in the paper the outcome efficiency rises from the second one on."""


class Statistics:
    """The paper's table: one vote for each sample (for each problem where one sample is chosen)."""

    METRICS = ("solutions", "tokens", "outcome_efficiency", "process_efficiency")
    UNITS = ("solutions", "tokens", "share", "share")

    def __init__(self) -> None:
        self._sums: dict[str, list[Floats]] = {side: [] for side in SIDES}

    def add(self, samples: Sequence[Candidate], usable: Sequence[Candidate], rejected: Cut) -> None:
        """One problem."""
        self._put("all samples", [measured(Cut(sample)) for sample in samples])
        self._put("longest", [measured(rejected)])
        for kind in KINDS:
            self._put(kind, [measured(choose(kind, usable))])

    def _put(self, side: str, rows: Sequence[Measured]) -> None:
        values = np.array([[np.nan if value is None else value for value in row] for row in rows], dtype=np.float64)
        there = ~np.isnan(values)
        sums = [np.where(there, values, 0).sum(axis=0), there.sum(axis=0), (~there).sum(axis=0)]
        self._sums[side].append(np.stack(sums))

    def rows(self, resamples: int, seed: int) -> list[SideMetrics]:
        """The means, with bootstrap intervals over problems."""
        return [SideMetrics(side=side, metrics=self._metrics(side, resamples, seed)) for side in SIDES]

    def _metrics(self, side: str, resamples: int, seed: int) -> dict[str, Metric]:
        nothing = np.zeros((0, 3, len(self.METRICS)))
        sums = exact(np.stack(self._sums[side]) if self._sums[side] else nothing)  # (problems, 3, metrics)
        means = ratios(sums[:, 0].sum(axis=0), sums[:, 1].sum(axis=0))
        intervals = bootstrap(sums[:, 0], sums[:, 1], resamples=resamples, seed=seed)
        return {
            name: _metric(means[i], intervals[i], int(sums[:, 1, i].sum()), int(sums[:, 2, i].sum()), self.UNITS[i])
            for i, name in enumerate(self.METRICS)
        }


def _metric(mean: float, interval: Floats, n: int, n_excluded: int, unit: str) -> Metric:
    value = None if np.isnan(mean) else round(float(mean), DECIMALS)
    low, high = (None if np.isnan(end) else round(float(end), DECIMALS) for end in interval)
    reason = "nothing enters it" if value is None else NO_INTERVAL if low is None else None
    better = {"share": True, "tokens": False}.get(unit)
    return Metric(
        value=value, ci_low=low, ci_high=high, n=n, n_excluded=n_excluded, unit=unit, higher_is_better=better,
        reason=reason,
    )  # fmt: skip
