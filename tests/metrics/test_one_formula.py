"""One ξ_O and one ξ_P: report, pairs and agree say the same of the golden responses, and so do their tables.

The scores are made here, by today's formulas, with a token for each character: `agree` counts these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from overthink.agree import labels
from overthink.agree.formulas import agreement
from overthink.metrics.aggregate import aggregate
from overthink.metrics.response import new_strategies, score
from overthink.pairs.formulas import Candidate, Cut, measured
from overthink.pairs.statistics import Statistics
from overthink.run import Run
from overthink.run.owed import INPUTS, Item
from overthink.run.scored import scored
from overthink.stats.bootstrap import Draws
from tests.builders import method
from tests.conftest import ROOT

GOLDEN = ROOT / "samples" / "golden"
RUNS = sorted(path.parent.name for path in GOLDEN.glob("*/run.json"))
DRAWS = Draws(resamples=100, seed=0)
by_run = pytest.mark.parametrize("name", RUNS)


def responses(name: str) -> Iterator[Item]:
    for row in scored(Run(GOLDEN / name)):
        item = Item(row.id, "s", {stage: row.row(stage) for stage in INPUTS["score"]})
        starts, end = np.arange(item.segments.thinking[1], dtype=np.int64), item.segments.thinking[1]
        made = score(
            starts, item.segments, item.clusters, item.verdicts,
            after=(end, end), scope="thinking", t_max=1000, source="s",
        )  # fmt: skip
        yield item.having("score", made)


def candidate(row: Item) -> Candidate:
    return Candidate(
        id=row.id,
        tokens=row.score.tokens,
        solution_tokens=tuple(row.score.solution_tokens),
        ends=tuple(row.score.solution_ends),
        verdicts=tuple(solution.verdict for solution in row.verdicts.solutions),
        new=tuple(new_strategies(row.clusters.strategies)),
        correct=row.score.correct,
        cut_off=False,
        closable=True,
    )


@by_run
def test_report_pairs_and_agree_have_one_outcome_and_one_process_efficiency(name: str) -> None:
    seen = set()
    for row in responses(name):
        own = row.score.outcome_efficiency, row.score.process_efficiency
        cut, labelled = measured(Cut(candidate(row))), labels.labelled_from_run(row)
        assert (cut.outcome_efficiency, cut.process_efficiency) == own, row.id
        assert (labels.outcome_efficiency(labelled), labels.process_efficiency(labelled)) == own, row.id
        seen.add(own)
    assert len(seen) > 5


@by_run
def test_the_tables_of_report_and_pairs_have_the_same_means(name: str) -> None:
    rows = list(responses(name))
    report = aggregate(rows, run=name, model="m", created="", method=method(), failed={}).runs[0].metrics
    for dataset, block in report.items():
        by_problem: dict[str, list[Candidate]] = {}
        for row in rows:
            if row.problem.dataset == dataset:
                by_problem.setdefault(row.problem.id, []).append(candidate(row))
        statistics = Statistics()
        for samples in by_problem.values():
            usable = replace(samples[0], verdicts=("correct",), solution_tokens=(1,), ends=(1,), new=(True,))
            statistics.add(samples, [usable], Cut(samples[0]))
        of_all_samples = statistics.rows(DRAWS)[0].metrics
        for metric, found in of_all_samples.items():
            assert found.value == pytest.approx(block.overall[metric].value, abs=1e-9), metric
            assert found.n == block.overall[metric].n, metric


@by_run
def test_a_run_agrees_fully_with_itself_in_both_efficiencies(name: str) -> None:
    rows = [labels.labelled_from_run(row) for row in responses(name)]
    found = agreement(rows, rows, DRAWS)
    assert (found.outcome_difference.value, found.process_difference.value) == (0, 0)
    assert found.outcome_difference.n > 5
