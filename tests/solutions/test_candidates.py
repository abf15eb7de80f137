from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.solutions.candidates import announced, candidates, wanted
from overthink.text.markup import plain

CHOICE = "Which is it?\n(A) 10 apples\n(B) 12 apples\n(C) the red one"


def found(text: str, question: str = "", own: str | None = None) -> list[str]:
    """The candidates of a text as quoted from the original; those that are the own answer with a star."""
    view = plain(text, 0, len(text))
    return [
        ("*" if one.own else "") + text[int(view.at[one.start]) : int(view.at[one.end - 1]) + 1]
        for one in candidates(wanted(question, own), view)
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("17 * 20 = 340, 17 * 3 = 41, so 17 * 23 = 381.", ["340", "41", "381"]),
        ("6 + 4 = 10", ["10"]),
        ("So it costs 12.50 dollars.", ["12.50"]),
        ("an average of -10 degrees", ["-10"]),
        (r"leaving us with \frac{3}{4} of it", ["3}{4"]),
        (r"That gives 3\sqrt{13}.", [r"3\sqrt{13"]),
        ("so the remainder is -x^5 + 1.", ["-x^5 + 1"]),
        ("The point is (3, π/2).", ["(3, π/2)"]),
        ("Dividing gives 169/663.", ["169/663"]),
        ("x = 2, y = 3", ["2", "3"]),
    ],
)
def test_every_value_in_the_place_of_a_result_is_a_candidate(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    ["6x and 6^2", "3 + 4 + 5 +", "√6 and 6!", "1. First\n2) Second", "at 6:30", "f(2)", "C(n,2)", "no number here"],
)
def test_operands_labels_and_parts_of_terms_are_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("own", "text", "values"),
    [
        ("60", "sixty, so 60 of 61.", ["*sixty", "*60", "61"]),
        (r"\boxed{81} \quad \text{and} \quad \boxed{256}", "x = 81 and x = 256.", ["*81 and x = 256"]),
        ("0, 1", "so 0 or 1, not 1 or 0", ["*0 or 1", "1", "0"]),
        ("A, C", "So A and C hold.", ["*A and C"]),
        ("Mason is an altruist, and Jack is an egoist", "Jack lies. Mason is an altruist and Jack is an egoist.",
         ["*Mason is an altruist and Jack is an egoist"]),
    ],
)  # fmt: skip
def test_the_own_answer_is_found_with_all_its_parts_in_their_order(own: str, text: str, values: list[str]) -> None:
    assert found(text, own=own) == values


def test_an_option_is_its_letter_or_its_value() -> None:
    assert found("It is 12 apples, so B, not A. A man says the red one.", CHOICE, "B") == [
        "*12", "*B", "A", "the red one",
    ]  # fmt: skip
    view = plain("So 12. Or (B).", 0, 14)
    assert {one.key for one in candidates(wanted(CHOICE, None), view)} == {"B"}


def test_a_letter_without_options_is_short_for_a_word_of_the_question() -> None:
    assert found("She faces east.", "Does she face north, south, east or west?", "E") == ["*east"]


def test_days_are_candidates_where_a_day_is_asked_for() -> None:
    assert found("So it is Tuesday.", "On what day is it?") == ["Tuesday"]
    assert found("So it is Tuesday.", "How many are there?") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("So the answer is 12. Then the answer is 13.", "12"),
        ("I get \\boxed{7}. The answer is 8.", "7"),
        ("If the answer is 5, then no. The answer is 6.", "6"),
        ("The answer is not 12. The answer is 13.", "13"),
        ("I doubt that the answer is 12, so the answer is 14.", "14"),
        ("The answer is that he left.", None),
        ("nothing", None),
    ],
)
def test_the_first_announced_value_counts(text: str, value: str | None) -> None:
    span = announced(text, 0, len(text))
    assert (text[slice(*span)] if span else None) == value


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="12 =+-/().,x√πab\n\\{}AB$é答", max_size=80), st.sampled_from([None, "12", "x", "A", "(1, 2)"]))
def test_candidates_are_apart_in_order_and_not_empty(text: str, own: str | None) -> None:
    view = plain(text, 0, len(text))
    spans = [(one.start, one.end) for one in candidates(wanted(CHOICE, own), view)]
    assert all(0 <= start < end <= len(view.text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
