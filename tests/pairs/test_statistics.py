"""The paper's table: one vote for each sample, nulls left out and counted, intervals over problems."""

from __future__ import annotations

import pytest

from overthink.pairs.formulas import Candidate, Cut, longest
from overthink.pairs.statistics import SIDES, Statistics
from overthink.records import NO_INTERVAL, Metric, Verdict
from overthink.stats.bootstrap import Draws


def sample(*verdicts: Verdict, tail: int = 0, correct: bool = True) -> Candidate:
    """Ten tokens for each solution; the strategies are all one."""
    return Candidate(
        id="p#1",
        tokens=10 * len(verdicts) + tail,
        solution_tokens=(10,) * len(verdicts),
        ends=tuple(10 * k for k in range(1, len(verdicts) + 1)),
        verdicts=verdicts,
        new=tuple(k == 0 for k in range(len(verdicts))),
        correct=correct,
        cut_off=False,
        closable=True,
    )


def table(*problems: list[Candidate]) -> dict[str, dict[str, Metric]]:
    statistics = Statistics()
    for samples in problems:
        statistics.add(samples, [one for one in samples if one.unused() is None], longest(samples))
    return {row.side: row.metrics for row in statistics.rows(Draws(200, 0))}


SHORT, LONG = sample("correct"), sample("wrong", "correct", "correct", tail=10)
NO_ANSWER = sample(tail=60, correct=False)


def test_all_samples_have_one_vote_each_and_a_chosen_side_one_a_problem() -> None:
    metrics = table([SHORT, LONG], [LONG, NO_ANSWER])
    assert {side: values["tokens"].value for side, values in metrics.items()} == {
        "all samples": (10 + 40 + 40 + 60) / 4,
        "longest": (40 + 60) / 2,
        "shortest": (10 + 40) / 2,
        "fcs-reflection": (10 + 30) / 2,
        "gds": (10 + 20) / 2,
        "fcs": (10 + 20) / 2,
    }
    assert {side: values["tokens"].n for side, values in metrics.items()} == {
        side: 4 if side == "all samples" else 2 for side in SIDES
    }


def test_the_means_are_of_ratios_and_what_is_not_defined_is_left_out_and_counted() -> None:
    every = table([SHORT, LONG], [LONG, NO_ANSWER])["all samples"]
    assert every["outcome_efficiency"].value == pytest.approx((1 + 0.5 + 0.5 + 0) / 4)
    assert every["process_efficiency"].value == pytest.approx((1 + 0.25 + 0.25) / 3)
    assert (every["process_efficiency"].n, every["process_efficiency"].n_excluded) == (3, 1)


def test_one_problem_has_no_interval_and_says_why() -> None:
    metric = table([SHORT, LONG])["fcs"]["tokens"]
    assert (metric.value, metric.ci_low, metric.ci_high) == (10, None, None)
    assert metric.reason == NO_INTERVAL


def test_the_interval_holds_the_mean() -> None:
    metric = table([SHORT], [LONG], [LONG], [SHORT])["longest"]["tokens"]
    assert metric.ci_low is not None
    assert metric.ci_high is not None
    assert 10 <= metric.ci_low < (metric.value or 0) < metric.ci_high <= 40


def test_without_a_problem_every_value_is_null_with_a_reason() -> None:
    for metrics in table().values():
        for metric in metrics.values():
            assert (metric.value, metric.n) == (None, 0)
            assert (metric.reason or "").startswith("no response")


def test_a_cut_that_was_rejected_is_measured_as_it_is() -> None:
    statistics = Statistics()
    statistics.add([LONG], [LONG], Cut(LONG, 2))
    rows = {row.side: row.metrics["tokens"].value for row in statistics.rows(Draws(200, 0))}
    assert (rows["longest"], rows["all samples"]) == (20, 40)
