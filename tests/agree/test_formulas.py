"""Agreement between two segmentations, worked by hand, as invariants, and on two readers of real responses."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.agree.formulas import agreement, match, strategy_agreement
from overthink.agree.labels import (
    Labelled,
    LabelRow,
    outcome_efficiency,
    process_efficiency,
    text_key,
)
from overthink.records import (
    NO_INTERVAL,
)
from overthink.stats.bootstrap import Draws
from tests.agree.test_labels import labelled

DRAWS = Draws(resamples=10_000, seed=0)


def test_boundary_figures_are_micro_averages_over_all_responses() -> None:
    reference = [labelled([18, 48, 98], text="a", problem="p"), labelled([28, 98], text="b", problem="q")]
    measured = [labelled([18, 58, 78, 98], text="a", problem="p"), labelled([28, 98], text="b", problem="q")]
    report = agreement(reference, measured, DRAWS)
    assert report.precision.value == pytest.approx(2 / 4)
    assert report.recall.value == pytest.approx(2 / 3)
    assert report.f1.value == pytest.approx(4 / 7)
    assert (report.f1.n, report.problems, report.responses) == (2, 2, 2)


def test_the_trivial_end_alone_gives_no_f1_and_says_why() -> None:
    report = agreement([labelled([98])], [labelled([98])], DRAWS)
    assert report.f1.value is None
    assert report.f1.reason == "no boundary on either side"
    assert report.strategy_ari.value == 1.0


def test_no_matched_row_gives_null_figures_with_a_reason() -> None:
    report = agreement([labelled([98], text="a")], [labelled([98], text="b")], DRAWS)
    assert (report.reference_unmatched, report.measured_unmatched, report.responses) == (1, 1, 0)
    assert report.outcome_difference.value is None
    assert report.outcome_difference.reason == "no response for which both have it"


def test_an_empty_thinking_has_no_efficiency_and_no_strategies_to_compare() -> None:
    empty = Labelled(text_key("a"), "p", "d", (3, 3), (), (), (), ())
    assert (outcome_efficiency(empty), process_efficiency(empty), strategy_agreement(empty, empty)) == (None,) * 3
    report = agreement([empty], [empty], DRAWS)
    assert (report.outcome_difference.n, report.outcome_difference.n_excluded) == (0, 1)


def test_differences_are_means_of_absolute_differences_per_response() -> None:
    reference = [labelled([49, 98], [1, 1], text="a"), labelled([49, 98], [1, 2], text="b")]
    measured = [labelled([98], [1], text="a"), labelled([49, 98], [1, 1], [False, True], text="b")]
    report = agreement(reference, measured, DRAWS)
    assert report.process_difference.value == pytest.approx((0.5 + 0.5) / 2)
    assert report.outcome_difference.value == pytest.approx((0.5 + 0.5) / 2)


def test_an_undetermined_measured_verdict_leaves_the_row_out_of_the_outcome_difference_only() -> None:
    report = agreement([labelled([49, 98])], [labelled([49, 98], correct=[None, True])], DRAWS)
    assert (report.outcome_difference.n, report.outcome_difference.n_excluded) == (0, 1)
    assert (report.process_difference.n, report.process_difference.value) == (1, 0.0)


@given(st.lists(st.integers(1, 98), min_size=1, max_size=6, unique=True).map(sorted))
def test_every_segmentation_agrees_fully_with_itself(ends: list[int]) -> None:
    report = agreement([labelled(ends)], [labelled(ends)], Draws(20, 0))
    assert report.f1.value in (1.0, None)
    assert (report.outcome_difference.value, report.process_difference.value) == (0.0, 0.0)
    assert report.strategy_ari.value == 1.0


def test_repeated_texts_are_paired_in_order_and_the_rest_is_counted() -> None:
    reference = [labelled([18, 98], text="x"), labelled([28, 98], text="x"), labelled([98], text="y")]
    measured = [labelled([18, 98], text="x"), labelled([28, 98], text="x"), labelled([38, 98], text="x")]
    found = match(reference, measured)
    assert [(a.ends, b.ends) for a, b in found.pairs] == [((18, 98), (18, 98)), ((28, 98), (28, 98))]
    assert (found.reference_unmatched, found.measured_unmatched) == (1, 1)


def test_the_interval_resamples_problems_not_responses() -> None:
    # Ten responses of one problem are one draw, which says nothing of the spread between problems.
    one = [labelled([18, 98], text=str(k)) for k in range(10)]
    off = [labelled([18 if k % 2 else 28, 98], text=str(k)) for k in range(10)]
    report = agreement(one, off, DRAWS)
    assert (report.f1.ci_low, report.f1.value, report.f1.ci_high) == (None, 0.5, None)
    assert report.f1.reason == NO_INTERVAL
    spread = agreement(
        [replace(row, problem_id=str(k)) for k, row in enumerate(one)],
        [replace(row, problem_id=str(k)) for k, row in enumerate(off)],
        DRAWS,
    )
    assert spread.f1.ci_low is not None
    assert spread.f1.ci_high is not None
    # The mean of ten independent fair coins: standard error 0.158.
    assert spread.f1.ci_low == pytest.approx(0.5 - 1.96 * 0.158, abs=0.06)
    assert spread.f1.ci_high == pytest.approx(0.5 + 1.96 * 0.158, abs=0.06)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    rows = [labelled([18 + 10 * (k % 5), 98], text=str(k), problem=str(k)) for k in range(12)]
    off = [labelled([28, 98], text=str(k), problem=str(k)) for k in range(12)]
    first, again, other = (agreement(rows, off, Draws(200, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first.f1 != other.f1


GOLD = Path(os.environ.get("OVERTHINK_REAL_DATA", Path(__file__).parents[3] / "shared" / "data")) / "gold"


@pytest.mark.real_data
@pytest.mark.skipif(not GOLD.is_dir(), reason=f"the real labels are not at {GOLD}")
def test_two_readers_of_fifty_real_responses_agree_as_is_known() -> None:
    lines = (GOLD / "solutions-dev.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [LabelRow.model_validate_json(line) for line in lines if line]
    report = agreement([row.labelled(0) for row in rows], [row.labelled(1) for row in rows], DRAWS)
    assert (report.responses, report.problems) == (50, 25)
    # The figures published with the labels are not exactly those of these 50; each lies in the interval found here.
    expected = {"f1": (0.961, 0.956), "outcome_difference": (0.0039, 0.004)}
    expected |= {"process_difference": (0.0312, 0.036), "strategy_ari": (0.919, 0.89)}
    for name, (here, published) in expected.items():
        metric = getattr(report, name)
        assert metric.value == pytest.approx(here, abs=0.0005), name
        assert metric.ci_low <= published <= metric.ci_high, name
