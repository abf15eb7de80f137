"""Of a text that announces no answer, the sentence counts that answers the question; remarks do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.answers.asked import NOTHING, asked_by
from overthink.answers.find import final_answer
from overthink.text.thinking import find_thinking

BAG = "A bag of 5 kg costs 12 dollars. How much do 3 bags cost, in dollars?"
HENS = "A farm has 9 hens in each of 4 barns. How many hens are there in all?"


def answer_of(text: str, question: str) -> str | None:
    response = f"<think>\nLet me see.\n</think>\n\n{text}"
    found = final_answer(response, find_thinking(response), question=question)
    return found and response[slice(*found.span)]


REMARKS = [
    (
        HENS,
        "There are 36 hens in all.\n\nYou can count them barn by barn; a fifth one would make 45.",
        "36 hens in all",
    ),
    (HENS, "There are 36 hens in all. (4 barns × 9 hens.)", "36 hens in all"),
    (HENS, "The farm has **36** hens.\n\n> Tip: a dozen is 12.", "36"),
    (HENS, "The farm has **36** hens.[^1]\n\n[^1]: Census of 2019.", "36"),
    (HENS, "The farm has 36 hens. If it had another barn, it would have 45 hens.", "36"),
    (BAG, "The 3 bags cost $36.\n\nThat is 1 more reason to buy in bulk with 15 kg at once!", "$36"),
    (BAG, "3 bags cost **$36**.\n\n*(With a tax of 10 % they would cost $39.60.)*", "$36"),
]
LAST = [
    (HENS, "Each barn has 9 hens. With 4 barns, 4 × 9 = 36. There are 36 hens in all.", "36 hens in all"),
    (HENS, "One barn has 9 hens, two have 18 hens, and the four have 36 hens", "36"),
    (BAG, "One bag costs $12.\n\nTherefore, 3 bags cost 3 × 12 = 36 dollars.", "36 dollars"),
    (BAG, "One costs 12, two cost 24.\n\n\\[ 3 \\times 12 = 36 \\]", "3 \\times 12 = 36"),
    (HENS, "Four barns, nine each.\n\nSo 36.", "36"),
]


@pytest.mark.parametrize(("question", "text", "answer"), REMARKS)
def test_a_remark_behind_the_answer_is_none(question: str, text: str, answer: str) -> None:
    assert answer_of(text, question) == answer


@pytest.mark.parametrize(("question", "text", "answer"), LAST)
def test_of_several_sentences_that_answer_the_last_one_counts(question: str, text: str, answer: str) -> None:
    assert answer_of(text, question) == answer


def test_a_number_of_the_question_is_the_answer_if_it_was_computed_or_is_concluded() -> None:
    question = "A bus goes 60 km an hour, a car 48. How much farther does the bus go in 5 hours?"
    assert (
        answer_of("The bus goes 300 km, the car 240 km: 300 - 240 = 60. The bus goes 60 km farther.", question) == "60"
    )
    assert answer_of("The car is slow. So the bus goes 60 km farther.", question) == "60"


def test_of_an_unknown_question_nothing_is_told() -> None:
    assert asked_by("") == NOTHING


@given(st.text(alphabet="So 7.(=?!\n>*hens", max_size=60), st.text(alphabet="3hens? .", max_size=30))
def test_the_question_never_takes_an_answer_away(text: str, question: str) -> None:
    assert (answer_of(text, question) is None) == (answer_of(text, "") is None)


def test_a_long_question_and_layers_without_end_are_read() -> None:
    question = "1/" * 1500 + " " * 900 + "}"
    assert answer_of("There are 36 hens.", question) == "36 hens"
    assert answer_of("!**" * 4000, HENS) is None
