"""Options beside a question become lines of it, and a label or a place of one its letter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from overthink.answers.options import options_of, same_kind
from overthink.problems.rows import column_map, read_problem

Q = {"question": "What is 2 + 3?"}
LINES = "What is 2 + 3?\n\nA) six\nB) five\nC) one"
THREE = (("A", "six"), ("B", "five"), ("C", "one"))
SHAPES: list[tuple[dict[str, Any], Any]] = [
    ({"options": ["six", "five", "one"]}, "B"),
    ({"choices": ["six", "five", "one"]}, 1),
    ({"choices": ["A. six", "B. five", "C. one"]}, "B"),
    ({"options": ["(A) six", "(B) five", "(C) one"]}, "b"),
    ({"options": ["A)six", "B)five", "C)one"]}, "B"),
    ({"options": {"A": "six", "B": "five", "C": "one"}}, "B"),
    ({"options": {"a": "six", "b": "five", "c": "one"}}, "b"),
    ({"choices": {"text": ["six", "five", "one"], "label": ["A", "B", "C"]}}, "B"),
    ({"choices": {"text": ["six", "five", "one"], "label": ["1", "2", "3"]}}, "2"),
    ({"choices": [{"label": label, "text": text} for label, text in THREE]}, "B"),
    ({"options": [{"key": label, "value": text} for label, text in THREE]}, "B"),
    ({"options": [{"A": "six"}, {"B": "five"}, {"C": "one"}]}, "B"),
    ({"answer_choices": json.dumps(["six", "five", "one"])}, "B"),
    ({"options": "['six', 'five', 'one']"}, "B"),
    ({"options": "a ) six , b ) five , c ) one"}, "b"),
    ({"options": "A) six\nB) five\nC) one"}, "B"),
    ({"options": "(A) six (B) five (C) one"}, "B"),
    ({"A": "six", "B": "five", "C": "one"}, "B"),
    ({"option_a": "six", "option_b": "five", "option_c": "one"}, "B"),
]  # fmt: skip
"""A row, and its gold answer as it has it: option B."""


@pytest.mark.parametrize(("row", "gold"), SHAPES, ids=str)
def test_options_of_every_shape_are_lines_of_the_question(row: dict[str, Any], gold: Any) -> None:
    problem = read_problem({**Q, **row, "answer": gold}, {}, "d")
    assert problem.question == LINES
    answer = problem.answer or ""
    options = options_of(problem.question)
    assert same_kind(answer, "B", options) in (("B", "B"), ("b", "B"))
    assert same_kind(answer, "five", options) == ("five", "five")
    assert same_kind("five", "(B)", options) == ("five", "five")


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("What is 2 + 3?\nA. six\nB. five", ["six", "five"]),
        ("What is 2 + 3? (A) six (B) five", ["six", "five"]),
        ("What is 2 + 3?\n**A.** six\n**B.** five", {"A": "six", "B": "five"}),
        ("What is 2 + 3?", []),
        ("What is 2 + 3?", ["five"]),
        ("What is 2 + 3?", ["", "five"]),
        ("What is 2 + 3?", [str(number) for number in range(11)]),
        ("What is 2 + 3?", {"B": "five", "C": "six"}),
        ("What is 2 + 3?", {"temperature": 0.6, "seed": 1}),
        ("What is 2 + 3?", [{"index": 0, "text": "five"}, {"index": 1, "text": "six"}]),
        ("What is 2 + 3?", ["five", ["six"]]),
        ("What is 2 + 3?", "five or six"),
        ("What is 2 + 3?", "A) five"),
        ("What is 2 + 3?", "Plan B: take five. C) go"),
        ("What is 2 + 3?", "[" * 3000),
        ("What is 2 + 3?", None),
    ],
    ids=str,
)
def test_a_question_that_lists_them_and_what_lists_none_are_left_alone(question: str, options: Any) -> None:
    problem = read_problem({"question": question, "choices": options, "answer": "5"}, {}, "d")
    assert (problem.question, problem.answer) == (question, "5")


@pytest.mark.parametrize(
    ("options", "gold", "answer"),
    [
        (["4", "5", "6"], 5, "5"),  # a value, and no place
        (["3", "5", "7"], 1, "B"),
        (["3", "5", "7"], 9, "9"),
        (["3", "5", "7"], "1", "1"),
        (["3", "5", "7"], True, "True"),
        ({"A": "3", "B": "5"}, 1, "1"),
    ],
)
def test_a_number_is_the_place_of_an_option_only_if_it_can_be_nothing_else(
    options: Any, gold: Any, answer: str
) -> None:
    assert read_problem({**Q, "options": options, "answer": gold}, {}, "d").answer == answer


def test_coefficients_are_no_options() -> None:
    for row in (
        {"a": "1", "b": "2", "c": "3"},
        {"A": 1, "B": 2, "C": 3},
        {"A": "1", "B": "2"},
        {"B": "1", "C": "2", "D": "3"},
    ):
        assert read_problem({**Q, **row}, {}, "d").question == Q["question"]


def test_the_column_of_the_options_may_be_named() -> None:
    problem = read_problem({**Q, "o": ["six", "five"]}, column_map(["options=o"]), "d")
    assert problem.question == "What is 2 + 3?\n\nA) six\nB) five"
