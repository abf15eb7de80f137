"""The paper's table of ways to choose (arXiv 2412.21187): solutions, tokens and both efficiencies, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

from overthink.config import PairKind
from overthink.metrics.catalogue import SPECS
from overthink.pairs.formulas import Candidate, Cut, choose, measured
from overthink.pairs.rows import SideMetrics
from overthink.stats.bootstrap import Draws
from overthink.stats.ratios import Ratios, mean

KINDS: tuple[PairKind, ...] = ("shortest", "fcs-reflection", "gds", "fcs")
SIDES = ("all samples", "longest", *KINDS)
"""The lines of the table; in the paper the outcome efficiency rises from the second one on."""


class Statistics:
    """The paper's table: one vote for each sample (for each problem if one sample is chosen)."""

    METRICS = ("solutions", "tokens", "outcome_efficiency", "process_efficiency")

    def __init__(self) -> None:
        measures = [spec for name in self.METRICS for spec in SPECS if spec.name == name]
        self._tables = {side: Ratios(measures) for side in SIDES}

    def add(self, samples: Sequence[Candidate], usable: Sequence[Candidate], rejected: Cut) -> None:
        """One problem."""
        problem = len(self._tables["longest"])
        for sample in samples:
            self._add("all samples", problem, Cut(sample))
        self._add("longest", problem, rejected)
        for kind in KINDS:
            self._add(kind, problem, choose(kind, usable))

    def _add(self, side: str, problem: int, kept: Cut) -> None:
        self._tables[side].add(problem, [mean(value) for value in measured(kept)])

    def rows(self, draws: Draws) -> list[SideMetrics]:
        """The means, with bootstrap intervals over problems."""
        return [
            SideMetrics(side=side, metrics=dict(zip(self.METRICS, table.metrics(draws), strict=True)))
            for side, table in self._tables.items()
        ]
