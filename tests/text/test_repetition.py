"""A loop is the same words four times in a row; what is said again with other words or numbers is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.text.repetition import COPIES, loops

CHECK = "Wait, I'll use \\boxed{460}.\n\nLet me check again. 400 + 60 = 460. So the answer is 460.\n\n"
LIST = "".join(f"Step {k}: add {k} and {k + 1}, which gives {2 * k + 1}.\n" for k in range(100))
WORDS = ["alpha", "beta", "gamma", "delta", "1", "2", "3", "+", "=", "."]
REPEATS = ["Wait, let me check. ", "So it is 5. ", "Hmm. ", "Let me think about this step by step. "]


@pytest.mark.parametrize(
    "text",
    [
        CHECK * 4,
        "We add them first. " + CHECK * 7 + "So it is 460.",
        "I'll use \\boxed{460}. " * 1826,
        "wait " * 200,
        "Thus we need to produce the final answer line.\n\n" * 9,
        "二加三等于五，所以答案是五。" * 30,
        "".join(f"Let x be {k % 3}. Then we get the value {k % 3} again.\n" for k in range(60)),  # round three numbers
        CHECK * 5 + CHECK[:40],  # the last copy is broken off
    ],
)
def test_the_same_words_four_times_in_a_row_are_a_loop(text: str) -> None:
    assert loops(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        CHECK,
        CHECK * 3,
        LIST,  # with new numbers
        "0, " * 500,
        "| 0 | 1 |\n" * 100,
        "a_1 + a_2 + " * 3,
        "No. " * 5,  # a few words
        "3.14159" * 40,
        "".join(f"{again}Now we look at case {k}. " for k in range(40) for again in REPEATS),
    ],
)
def test_what_is_said_again_otherwise_or_less_often_is_none(text: str) -> None:
    assert not loops(text)


@given(st.lists(st.sampled_from(WORDS), min_size=20, max_size=60))
def test_four_copies_of_many_words_are_a_loop_whatever_they_are(words: list[str]) -> None:
    copy = " ".join([*words, "alpha beta", "gamma delta"] * 2) + " so we are here once more.\n"
    assert loops(copy * COPIES)


@given(st.text("ab .\n", max_size=400))
def test_any_text_is_read(text: str) -> None:
    loops(text * 5)
