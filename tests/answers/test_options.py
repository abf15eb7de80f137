"""The options of a question are read if they are beyond doubt; a letter and its value are the same answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.answers.options import letter_of, options_of, same_kind

THREE = {"A": "5", "B": "-6", "C": "seven hens"}


@pytest.mark.parametrize(
    "question",
    [
        "What is it?\nA. 5\nB. -6\nC. seven hens",
        "What is it?\n\nAnswer Choices:\nA. 5\nB. -6\nC. seven hens\n",
        "What is it?\nA) 5\nB) -6\nC) seven hens",
        "What is it?\n(A) 5\n(B) -6\n(C) seven hens",
        "What is it?\nA: 5\nB: -6\nC: seven hens\n\nPlease give the letter only.",
        "What is it?\n- A. 5\n- B. -6\n- C. seven hens\nAnswer with a letter.",
        "What is it?\n* **A.** 5\n* **B.** -6\n* **C.** seven hens",
        "What is it?\n**A)** 5\n**B)** -6\n**C)** seven hens",
        "What is it? (A) 5 (B) -6 (C) seven hens",
        "What is it? A) 5 B) -6 C) seven hens",
        "What is it? ['A)5', 'B)-6', 'C)seven hens']",
        r"What is it? $\textbf{(A)}\ 5 \qquad \textbf{(B)}\ -6 \qquad \textbf{(C)}\ seven hens$",
        r"What is it? \text{(A) } 5 \quad \text{(B) } -6 \quad \text{(C) } seven hens",
        r"What is it? $\mathrm{(A)\ }5\qquad\mathrm{(B)\ }-6\qquad\mathrm{(C)\ }seven hens$",
        "What is it?\n\\[x = 4\\](A) 5\n(B) -6\n(C) seven hens",
        "Point A. is nice. Which one?\n\nA. 5\nB. -6\nC. seven hens",
        "A. 5 and\nB. more?\nWhich is it?\nA. 5\nB. -6\nC. seven hens",
    ],
)
def test_options_are_read_in_each_style(question: str) -> None:
    assert dict(options_of(question)) == THREE


@pytest.mark.parametrize(
    "question",
    [
        "What is 2 + 3?",
        "A. Smith has 5 hens. How many has B. Jones?",
        "What is it?\nA. 5\nC. 6",
        "What is it?\nB. 5\nC. 6",
        "What is it?\nA. 5",
        "What is it?\nA. 5\nB. 5",
        "What is it?\nA. \nB. 5",
        "What is it?\nA. B\nB. A",
        r"What is it? \mathrm{ (A) 5 } \mathrm{ (B) 6 }",
        "Let f(A) = 5 and f(B) = 6.",
        "Sets (A) and (B) are given; what is (A)?",
        "",
    ],
)
def test_what_is_in_doubt_is_no_option(question: str) -> None:
    assert dict(options_of(question)) == {}


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        *(
            (text, "B")
            for text in ("B", "(B)", "b", "B.", "**B**", r"\text{B}", r"\textbf{(B)}", "$B$", r"\boxed{B}"[7:-1])
        ),
        *(
            (text, "B")
            for text in (
                "B. -6",
                "B) -6",
                "(B) -6",
                "B: minus six",
                "Option B",
                "option (B)",
                "B. 5",
                r"\text{(B) } -6",
            )
        ),
        *((text, None) for text in ("-6", "5", "D", "AB", "B = 5", "B, C", "seven hens", "a hen", "B_1", "")),
    ],
)
def test_the_letter_of_an_answer(answer: str, letter: str | None) -> None:
    assert letter_of(answer, THREE) == letter


@pytest.mark.parametrize(
    ("gold", "answer", "compared"),
    [
        ("B", "B", ("B", "B")),
        ("B", "B. 5", ("B", "B")),
        ("B", "-6", ("-6", "-6")),
        ("(B)", "5", ("-6", "5")),
        ("-6", "B", ("-6", "-6")),
        ("-6", "(C)", ("-6", "seven hens")),
        ("-6", "-6", ("-6", "-6")),
        ("C", "7", ("seven hens", "7")),
    ],
)
def test_a_letter_and_its_value_are_one_answer(gold: str, answer: str, compared: tuple[str, str]) -> None:
    assert same_kind(gold, answer, THREE) == compared


def test_a_value_that_looks_like_a_letter_is_the_value() -> None:
    options = options_of("What is it?\nA: 1\nB: i\nC: e\nD: a^2\nE: -1")
    assert [letter_of(text, options) for text in ("e", "i", "E", "(e)", "d")] == [None, None, "E", "E", "D"]


def test_options_may_differ_in_the_case_of_letters_alone() -> None:
    assert dict(options_of("What is it?\nA. Formal codes\nB. Formal Codes")) == {
        "A": "Formal codes",
        "B": "Formal Codes",
    }


def test_without_options_answers_are_compared_as_they_are() -> None:
    assert same_kind("B", "5", {}) == ("B", "5")


@given(st.text(alphabet="ABCD().: \n-*5x\\text{b}$", max_size=200))
def test_options_are_consecutive_letters_with_values_of_their_own(question: str) -> None:
    options = options_of(question)
    assert list(options) == [chr(ord("A") + at) for at in range(len(options))]
    assert len(options) != 1
    assert len(set(options.values())) == len(options)
    assert all(options.values())
