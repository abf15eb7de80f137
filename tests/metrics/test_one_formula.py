"""One ξ_O and one ξ_P: report, pairs and agree say the same of the golden responses, and so do their tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

import pytest

from overthink.agree import labels
from overthink.agree.formulas import agreement
from overthink.metrics.response import new_strategies
from overthink.pairs.formulas import Candidate, Cut, measured
from overthink.pairs.statistics import Statistics
from overthink.run import Run
from overthink.run.scored import Joined, scored
from overthink.stats.bootstrap import Draws
from tests.conftest import ROOT

GOLDEN = ROOT / "samples" / "golden"
RUNS = sorted(path.parent.name for path in GOLDEN.glob("*/run.json"))
DRAWS = Draws(resamples=100, seed=0)
by_run = pytest.mark.parametrize("name", RUNS)


def responses(name: str) -> Iterator[Joined]:
    yield from scored(Run(GOLDEN / name))


def candidate(row: Joined) -> Candidate:
    return Candidate(
        id=row.id,
        tokens=row.score.tokens,
        solution_tokens=tuple(row.score.solution_tokens),
        verdicts=tuple(solution.verdict for solution in row.verdicts.solutions),
        new=tuple(new_strategies(row.clusters.strategies)),
        correct=row.score.correct,
        cut_off=False,
        closable=True,
    )


def labelled(row: Joined) -> labels.Labelled:
    """As `agree` reads it, but measured in tokens."""
    made = labels.labelled_from_run(row)
    return replace(made, thinking=(0, row.score.tokens), ends=tuple(accumulate(row.score.solution_tokens)))


@by_run
def test_report_pairs_and_agree_have_one_outcome_and_one_process_efficiency(name: str) -> None:
    seen = set()
    for row in responses(name):
        own = row.score.outcome_efficiency, row.score.process_efficiency
        cut = measured(Cut(candidate(row)))
        assert (cut.outcome_efficiency, cut.process_efficiency) == own, row.id
        assert (labels.outcome_efficiency(labelled(row)), labels.process_efficiency(labelled(row))) == own, row.id
        seen.add(own)
    assert len(seen) > 5


@by_run
def test_the_tables_of_report_and_pairs_have_the_same_means(name: str) -> None:
    report = json.loads((GOLDEN / name / "report.json").read_text("utf-8"))["runs"][0]["metrics"]
    for dataset, block in report.items():
        by_problem: dict[str, list[Candidate]] = {}
        for row in responses(name):
            if row.problem.dataset == dataset:
                by_problem.setdefault(row.problem.id, []).append(candidate(row))
        statistics = Statistics()
        for samples in by_problem.values():
            usable = replace(samples[0], verdicts=("correct",), solution_tokens=(1,), new=(True,))
            statistics.add(samples, [usable], Cut(samples[0]))
        of_all_samples = statistics.rows(DRAWS)[0].metrics
        for metric, found in of_all_samples.items():
            assert found.value == pytest.approx(block["overall"][metric]["value"], abs=1e-9), metric
            assert found.n == block["overall"][metric]["n"], metric


@by_run
def test_a_run_agrees_fully_with_itself_in_both_efficiencies(name: str) -> None:
    rows = [labelled(row) for row in responses(name)]
    found = agreement(rows, rows, DRAWS)
    assert (found.outcome_difference.value, found.process_difference.value) == (0, 0)
    assert found.outcome_difference.n > 5
