from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.solutions.model import segment_model
from overthink.solutions.quotation import quotation
from overthink.solutions.rules import judge_paragraphs, own_answer, solutions
from overthink.text.paragraphs import paragraphs
from overthink.text.thinking import find_thinking
from tests.growth import grows_linearly, run_of

QUESTION = "A shelf holds 4 rows of 9 jars, and 6 jars are broken. How many jars are whole?"
FIRST = (
    "Okay, I need to find how many jars are whole.\n\nThere are 4 rows with 9 jars each, so 4 * 9 = 36 jars.\n\n"
    "Then 6 are broken, so 36 - 6 = 30. So the answer is 30 jars."
)
CHECK = (
    "Wait, let me double-check that. Another way: I add the rows one by one.\n\n"
    "9 + 9 = 18, 18 + 9 = 27, 27 + 9 = 36.\n\nTaking away 6 leaves 30. Yes, 30 is right."
)
STATED = "Then 6 are broken, so 36 - 6 = 30. So the answer is 30 jars."
CONFIRMED = "Taking away 6 leaves 30. Yes, 30 is right."
ENDING = "</think>\n\nThere are \\boxed{30} whole jars."


def boundary_probabilities(
    question: str, response: str, tags: tuple[str, str] | None = None
) -> list[tuple[int, float]]:
    """For each paragraph of the thinking: its end in the response, and the probability that a solution ends there."""
    thinking = find_thinking(response, tags)
    judged = judge_paragraphs(question, response, thinking, cut_off=thinking.opened and not thinking.closed)
    ends = (end for _, end in judged.reading.paragraphs)
    return [(end, float(probability)) for end, probability in zip(ends, judged.probabilities, strict=True)]


def probabilities(*parts: str) -> dict[str, float]:
    """The probability of each paragraph, by its text."""
    text = "\n\n".join(parts)
    spans = paragraphs(text, *find_thinking(text).span)
    found = boundary_probabilities(QUESTION, text)
    assert [end for end, _ in found] == [end for _, end in spans]
    return {text[start:end]: chance for (start, end), (_, chance) in zip(spans, found, strict=True)}


def test_a_statement_before_a_new_check_is_a_likely_end_and_a_step_is_not() -> None:
    chances = probabilities(FIRST, CHECK, ENDING)
    assert chances[STATED] > 0.8
    assert all(chance < 0.2 for text, chance in chances.items() if text not in (STATED, CONFIRMED))


def test_a_restatement_takes_the_end_with_it() -> None:
    alone = probabilities(FIRST, CHECK, ENDING)
    restated = probabilities(FIRST, "Therefore, there are 30 whole jars.", CHECK, ENDING)
    assert restated[STATED] < 0.5 < alone[STATED]
    assert restated["Therefore, there are 30 whole jars."] > 0.5


def test_the_gold_answer_is_not_needed_and_a_different_final_answer_changes_what_counts() -> None:
    other = probabilities(FIRST.replace("30", "31"), CHECK, "</think>\n\nThere are \\boxed{31} whole jars.")
    assert other[STATED.replace("30", "31")] > 0.8


@pytest.mark.parametrize(
    ("text", "inner", "expected"),
    [
        (r"is \frac{3}{4}.", "3}{4", r"\frac{3}{4}"),
        (r"is \dfrac{3}{4}", "3}{4", r"\dfrac{3}{4}"),
        (r"is 3\sqrt{13} cm", r"3\sqrt{13", r"3\sqrt{13}"),
        (r"\boxed{60}", "60", "60"),
        ("is 3/4.", "3/4", "3/4"),
        (r"is $ \pi $.", "\\", r"\pi"),
        ("is sqrt(5).", "sqrt(5", "sqrt(5)"),
        ("is 14(√2 - 1), so", "14(√2 - 1", "14(√2 - 1)"),
        ("is 2 pi.", "2 p", "2 pi"),
        ("is -infinity.", "-i", "-infinity"),
        ("is Infinity", "I", "Infinity"),
        ("is i.", "i.", "i."),
        ("(the sum is 60) so", "60", "60"),
        (r"\left(3, \frac{\pi}{2}\right)", r"3, \frac{\pi}{2", r"3, \frac{\pi}{2}"),
    ],
)
def test_a_quotation_keeps_its_braces_together(text: str, inner: str, expected: str) -> None:
    start = text.index(inner)
    assert text[slice(*quotation(text, (start, start + len(inner))))] == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([FIRST, CHECK, "So 30.", "Hmm.", "x = 5", "**Final Answer**\n\\boxed{30}", "\x00 ²½", "再等等"])
    )
)
def test_solutions_are_contiguous_quote_verbatim_and_end_at_paragraphs(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    thinking = find_thinking(text)
    for truncated in (False, True):
        judged = judge_paragraphs(QUESTION, text, thinking, truncated)
        found, tail = solutions(judged, text, truncated)
        ends = [solution.end for solution in found]
        assert set(ends) <= {end for _, end in judged.reading.paragraphs}
        assert all(before < after for before, after in pairwise(ends))
        assert all(text[slice(*solution.answer_span)] == solution.answer for solution in found)
        assert all(solution.answer_span[1] <= solution.end for solution in found)
        assert all(0 <= (solution.confidence or 0) <= 1 for solution in found)
        assert tail == (bool(judged.reading.paragraphs) and (not ends or ends[-1] < thinking.span[1]))


def test_the_trained_numbers_are_whole_and_small() -> None:
    model = segment_model()
    for trees, features in ((model.stated, len(model.stated_features)), (model.ends, len(model.ends_features) + 6)):
        assert trees.feature.max() < features
        assert trees.feature.shape[1] + 1 == trees.leaf.shape[1]
        assert np.isfinite(trees.leaf).all()
        assert np.isfinite(trees.threshold).all()
    assert 0.3 < model.threshold < 0.7


@pytest.mark.parametrize(
    "make",
    [
        run_of("1 "),
        run_of("9"),
        run_of("{"),
        run_of("\\frac{"),
        run_of("the answer is 7. "),
        run_of("- "),
        run_of("1,234"),
        run_of("(\\boxed{7}\n\n"),
        run_of(" ", "a\nb c", "d\ne"),
        run_of("9", "is 1/", "."),
        run_of("= 1\n\n"),
    ],
    ids=[
        "numbers",
        "digits",
        "braces",
        "fractions",
        "statements",
        "signs",
        "thousands",
        "boxes",
        "blanks",
        "long",
        "results",
    ],
)
def test_a_long_run_of_anything_is_read_in_linear_time(make: Callable[[int], str]) -> None:
    grows_linearly(partial(boundary_probabilities, QUESTION), make, 60_000)


def test_letters_after_a_number_are_read_in_linear_time() -> None:
    make = run_of("a", "the answer is 5 ", "=!\n")
    grows_linearly(partial(boundary_probabilities, QUESTION), make, 32)  # more are no unit, and not read at all


def test_without_a_stated_answer_a_solution_quotes_what_its_last_paragraph_comes_to() -> None:
    text = "x = 5.\n\nSo |x - y| = 3.3."
    judged = judge_paragraphs("Find |x - y|.", text, find_thinking(text), False)
    numbers = [one.key for one in judged.reading.candidates]
    assert numbers == ["5", "3.3"]
    unsure = replace(judged, stated=np.array([-0.6, -2.2]), probabilities=np.array([0.0, 0.9]))
    assert [one.answer for one in solutions(unsure, text, False)[0]] == ["3.3"]


@pytest.mark.parametrize(
    ("end", "answer"),
    [
        ("So it is 16/27, which is about 0.593.", "16/27"),
        ("So about 0.593 of it is left.", "16/27"),
        ("So it is 0.6.", "0.6"),
    ],
)
def test_a_rounded_own_answer_is_quoted_as_exactly_as_the_text_has_it(end: str, answer: str) -> None:
    text = f"<think>\n(2/3)^3 * 2 = 16/27.\n\n{end}\n</think>\n\n$\\boxed{{\\frac{{16}}{{27}}}}$"
    judged = judge_paragraphs("How much is left?", text, find_thinking(text), False)
    last = replace(judged, stated=np.where(judged.reading.paragraph == 1, 5.0, -9.0), probabilities=np.array([0, 1.0]))
    assert [one.answer for one in solutions(last, text, False)[0]] == [answer]


@pytest.mark.parametrize(
    ("question", "equated"),
    [("Compute 17*23.", [0.0, 0.0, 1.0]), ("What is it?", [-1.0, -1.0, -1.0])],
)
def test_values_are_told_that_the_text_equates_with_what_is_asked(question: str, equated: list[float]) -> None:
    text = "17*20 = 340, 17*3 = 51, so 17*23 = 391."
    judged = judge_paragraphs(question, text, find_thinking(text), False)
    assert judged.reading.equated.tolist() == equated


KNIGHTS = 'Who is a knight and who is a knave? (Answer like: "Ann is a knight/knave, and Ben is a knight/knave")'


@pytest.mark.parametrize(
    ("question", "after", "own"),
    [
        ("On what day of the week is it?", "**Answer:**\nDecember 23 is a Saturday.", "Saturday"),
        (KNIGHTS, "Ann is a knight, and Ben is a knave.", "Ann is a knight, and Ben is a knave."),
        ("What day is it?\n(A) Monday\n(B) Sunday", "The answer is B, not Monday.", "B"),
        ("Who is a knight?", "Hope it helps!", None),
    ],
)
def test_the_own_answer_is_the_word_or_the_clauses_that_are_asked_for(
    question: str, after: str, own: str | None
) -> None:
    response = f"Let me see.</think>\n\n{after}"
    assert own_answer(question, response, find_thinking(response), cut_off=False) == own


@pytest.mark.parametrize(
    ("end", "tail"),
    [
        ("But wait, is that correct? Let me verify the rows again, because", True),
        ("Let me double-check that this is correct. 9 + 9 = 18, 18 +", True),
        ("Does that make sense? Yes, it is right. Let me still check the", True),
        ("Wait, let me double-check: 4 * 9 = 36, and 36 - 6 = 30. So the answer is 30, and", False),
        ("Let me double-check: 4 * 9 is 36, and taking away 6 leaves 30. Yes, that matches.", False),
    ],
)
def test_a_check_that_is_cut_off_before_an_answer_confirms_nothing(end: str, tail: bool) -> None:
    response = f"<think>\n{FIRST}\n\n{end}"
    judged = judge_paragraphs(QUESTION, response, find_thinking(response), cut_off=True)
    # Whatever the probabilities are: the last paragraph is as likely an end as can be.
    judged.probabilities[-1] = 1.0
    found, has_tail = solutions(judged, response, unfinished=True)
    assert has_tail == tail
    assert found[-1].end == (response.index("\n\n" + end) if tail else len(response))
