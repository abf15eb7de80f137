"""The solutions of a response as a reader or a run has them, and what is measured of one of them alone."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from overthink.agree.formulas import agreement
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
    Clusters,
    FinalVerdict,
    Problem,
    Response,
    Segments,
    Solution,
    SolutionVerdict,
    Verdicts,
)
from overthink.run.owed import Item
from overthink.stats.bootstrap import Draws

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


def test_paragraphs_carry_the_strategy_of_their_solution_and_the_tail_is_its_own_group() -> None:
    assert paragraph_strategies(labelled([18, 48, 78], [1, 2, 1]), TEN) == [1, 1, 2, 2, 2, 1, 1, 1, 0, 0]
    assert paragraph_strategies(labelled([15, 18], [1, 2]), TEN[:2]) == [1, 1]


def test_a_lone_surrogate_has_a_key_of_its_own() -> None:
    assert text_key("\ud800") != text_key("\ud801")


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
    rows = {
        "problems": Problem(id="t/1", dataset="own", question="2+2?", answer="4"),
        "generate": Response(id="t/1#1", problem_id="t/1", sample=1, model="m", response="2+2 is 4.\n\nSo 4 it is."),
        "segment": Segments(
            id="t/1#1", source="0" * 12, thinking=(0, 22), solutions=solutions, tail=False, truncated=False,
            segmenter="own",
        ),
        "cluster": Clusters(id="t/1#1", source="0" * 12, strategies=[1, 1], names=["sum"], clusterer="own"),
        "verify": Verdicts(
            id="t/1#1",
            source="0" * 12,
            final=FinalVerdict(answer="4", answer_span=(7, 8), verdict="correct", way="exact"),
            solutions=[
                SolutionVerdict(verdict="undetermined", way="timeout"),
                SolutionVerdict(verdict="wrong", way="exact"),
            ],
        ),
    }  # fmt: skip
    row = labelled_from_run(Item("t/1#1", "", rows))
    assert row.paragraphs == ((0, 9), (11, 22))
    assert row.correct == (None, False)
    report = agreement([LabelRow.model_validate_json(label_line()).labelled()], [row], Draws(100, 0))
    assert (report.f1.value, report.strategy_ari.value, report.reference_unmatched) == (1.0, 1.0, 0)
