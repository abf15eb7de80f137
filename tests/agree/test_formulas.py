"""Agreement between two segmentations, worked by hand, as invariants, and on two readers of real responses."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from overthink.agree.formulas import agreement, match, strategy_agreement
from overthink.agree.labels import (
    Labelled,
    LabelRow,
    boundaries,
    labelled_from_run,
    outcome_efficiency,
    paragraph_of,
    paragraph_strategies,
    process_efficiency,
    text_key,
)
from overthink.records import (
    NO_INTERVAL,
    Clusters,
    FinalVerdict,
    Problem,
    Response,
    Segments,
    Solution,
    SolutionVerdict,
    Verdicts,
)
from overthink.stats.bootstrap import Draws

DRAWS = Draws(resamples=10_000, seed=0)
TEN = tuple((10 * k, 10 * k + 8) for k in range(10))
"""Ten paragraphs of eight characters with a gap of two; the thinking is [0, 98)."""


def labelled(
    ends: list[int],
    strategies: list[int] | None = None,
    correct: list[bool | None] | None = None,
    *,
    text: str = "a",
    problem: str = "p",
) -> Labelled:
    return Labelled(
        text_key=text_key(text),
        problem_id=problem,
        dataset="d",
        thinking=(0, 98),
        paragraphs=TEN,
        ends=tuple(ends),
        correct=tuple([True] * len(ends) if correct is None else correct),
        strategies=tuple(range(1, len(ends) + 1) if strategies is None else strategies),
    )


@pytest.mark.parametrize(
    ("end", "paragraph"),
    [
        pytest.param(8, 0, id="the exact end"),
        pytest.param(9, 0, id="in the gap after it"),
        pytest.param(10, 0, id="at the first character of the next, nothing of which is inside"),
        pytest.param(11, 1, id="one character into the next"),
        pytest.param(0, 0, id="before everything"),
        pytest.param(98, 9, id="the end of the thinking"),
        pytest.param(5000, 9, id="beyond the end"),
    ],
)
def test_an_end_offset_belongs_to_the_paragraph_it_lies_in_or_closes(end: int, paragraph: int) -> None:
    assert paragraph_of(end, TEN) == paragraph


def test_the_end_in_the_last_paragraph_is_no_boundary() -> None:
    assert boundaries(labelled([18, 48, 98]), TEN) == {1, 4}
    assert boundaries(labelled([18, 48, 95]), TEN) == {1, 4}


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


@pytest.mark.parametrize(
    ("ends", "correct", "expected"),
    [
        ([49, 98], [True, True], 0.5),
        ([49, 98], [False, True], 1.0),
        ([49, 98], [False, False], 0.0),
        ([], [], 0.0),
        ([49, 98], [None, True], None),
        ([49, 98], [True, None], 0.5),
        ([49, 98], [False, None], None),
    ],
)
def test_outcome_efficiency_ends_at_the_first_correct_solution(
    ends: list[int], correct: list[bool | None], expected: float | None
) -> None:
    assert outcome_efficiency(labelled(ends, correct=correct)) == expected


@pytest.mark.parametrize(
    ("ends", "strategies", "expected"),
    [
        ([49, 98], [1, 1], 0.5),
        ([49, 98], [1, 2], 1.0),
        ([49, 70, 98], [1, 2, 1], 70 / 98),
        ([49], [1], 0.5),
        ([], [], None),
    ],
)
def test_process_efficiency_counts_first_occurrences_of_a_strategy(
    ends: list[int], strategies: list[int], expected: float | None
) -> None:
    assert process_efficiency(labelled(ends, strategies)) == expected


def test_the_worked_example_of_the_paper_gives_its_process_efficiency() -> None:
    lengths = [39, 109, 39, 94, 94, 94, 29, 29, 19, 94, 94, 59, 108]
    strategies = [1, 2, 3, 1, 2, 3, 4, 5, 6, 1, 2, 7, 1]
    row = replace(labelled([int(end) for end in np.cumsum(lengths)], strategies), thinking=(0, 901))
    assert process_efficiency(row) == pytest.approx(323 / 901)


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


def test_paragraphs_carry_the_strategy_of_their_solution_and_the_tail_is_its_own_group() -> None:
    assert paragraph_strategies(labelled([18, 48, 78], [1, 2, 1]), TEN) == [1, 1, 2, 2, 2, 1, 1, 1, 0, 0]
    assert paragraph_strategies(labelled([15, 18], [1, 2]), TEN[:2]) == [1, 1]


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


def test_a_lone_surrogate_has_a_key_of_its_own() -> None:
    assert text_key("\ud800") != text_key("\ud801")


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


@pytest.mark.parametrize("counts", [(2, 1, 2), (2, 2, 1)])
def test_solutions_without_a_verdict_or_a_strategy_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="one of each is needed"):
        Labelled("k", "p", "d", (0, 98), TEN, (1,) * counts[0], (True,) * counts[1], (1,) * counts[2])


def label_line(**changes: object) -> str:
    solution = {"end_char": 9, "answer": "4", "correct": True, "strategy": 1, "strategy_name": "sum"}
    row = {
        "id": "t/1",
        "dataset": "own",
        "response": "2+2 is 4.\n\nSo 4 it is.",
        "thinking": [0, 22],
        "paragraphs": [[0, 9], [11, 22]],
        "readers": [[solution, solution | {"end_char": 22}], [solution | {"end_char": 22, "correct": False}]],
        "level": 1,
    }
    return json.dumps(row | changes)


def test_a_label_line_gives_the_solutions_of_the_reader_asked_for() -> None:
    row = LabelRow.model_validate_json(label_line())
    assert row.labelled().ends == (9, 22)
    assert row.labelled(1).correct == (False,)
    assert row.labelled().text_key == text_key("2+2 is 4.\n\nSo 4 it is.")
    with pytest.raises(IndexError):
        row.labelled(2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"readers": []}, "at least 1"),
        ({"thinking": [0, 99]}, "does not lie in a response of 22"),
        ({"paragraphs": [[0, 9], [8, 22]]}, "out of order"),
        ({"paragraphs": [[0, 9], [11, 23]]}, "not in the thinking"),
        ({"readers": [[{"end_char": 30, "answer": "4", "correct": True, "strategy": 1}]]}, "do not rise within"),
        ({"readers": [[{"end_char": 9, "answer": "4", "correct": True, "strategy": 0}]]}, "greater than or equal"),
        ({"response": None}, "valid string"),
    ],
)
def test_a_label_line_that_does_not_fit_its_text_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        LabelRow.model_validate_json(label_line(**changes))


def test_a_run_is_measured_with_its_own_verdicts() -> None:
    solutions = [
        Solution(end=9, answer="4", answer_span=(7, 8), confidence=0.7),
        Solution(end=22, answer="4", answer_span=(14, 15)),
    ]
    row = labelled_from_run(
        Problem(id="t/1", dataset="own", question="2+2?", answer="4"),
        Response(id="t/1#1", problem_id="t/1", sample=1, model="m", response="2+2 is 4.\n\nSo 4 it is."),
        segments=Segments(
            id="t/1#1", source="0" * 12, thinking=(0, 22), solutions=solutions, tail=False, truncated=False,
            segmenter="own",
        ),
        clusters=Clusters(id="t/1#1", source="0" * 12, strategies=[1, 1], names=["sum"], clusterer="own"),
        verdicts=Verdicts(
            id="t/1#1",
            source="0" * 12,
            final=FinalVerdict(answer="4", answer_span=(7, 8), verdict="correct", way="exact"),
            solutions=[
                SolutionVerdict(verdict="undetermined", way="timeout"),
                SolutionVerdict(verdict="wrong", way="exact"),
            ],
        ),
        paragraphs=[(0, 9), (11, 22)],
    )  # fmt: skip
    assert row.correct == (None, False)
    report = agreement([LabelRow.model_validate_json(label_line()).labelled()], [row], DRAWS)
    assert (report.f1.value, report.strategy_ari.value, report.reference_unmatched) == (1.0, 1.0, 0)


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
