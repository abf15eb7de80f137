"""The laws of solutions, on real responses where they are at hand and on the samples everywhere (docs/metrics.md)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.solutions.context import AHEAD
from overthink.solutions.rules import Thought, find_solutions
from overthink.text.loops import find_loops, without_loops
from overthink.text.paragraphs import paragraphs
from overthink.text.thinking import find_thinking

ROOT = Path(__file__).parents[2]
SIGHT = AHEAD + 2
"""Paragraphs after an end that can move it: those that are looked at, and two that the words of the last one read."""
REAL = ROOT.parent / "shared" / "data" / "gold"
RECHECK = "Wait, let me check that once more. Going through it again, it comes to {answer}, so the answer is {answer}."
TAILS = (
    "Hmm, I wonder whether the problem means something else. I could think about it for longer.",
    "Alternatively, maybe I should look at this from another side. Suppose that there were more of them, then",
    "\n\n".join(["thinking about it without an end of a sentence"] * 3 + ["and on"] * 60),
)


def rows(path: Path) -> Iterator[tuple[str, str]]:
    """Question and response of each row whose thinking is closed."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["paragraphs"] and find_thinking(row["response"]).closed:
            yield row["problem"], row["response"]


def samples() -> list[tuple[str, str]]:
    return list(rows(ROOT / "samples" / "labels.jsonl"))


def real(count: int) -> list[tuple[str, str]]:
    if not REAL.exists():
        pytest.skip("the labelled responses (../shared/data/gold) are not here: only the samples are tested")
    every = [row for path in sorted(REAL.glob("*.jsonl")) for row in rows(path)]
    return random.Random(0).sample(every, count)


def ends(question: str, response: str) -> list[int]:
    """Where the solutions of a response end, as the stage finds them."""
    thinking = find_thinking(response)
    text = without_loops(response, find_loops(response, *thinking.span))
    return [one.end for one in find_solutions(Thought(question, text, thinking, False)).solutions]


def with_more(response: str, more: str, gap: str = "\n\n") -> str:
    """The response with `more` at the end of its thinking."""
    start, stop = find_thinking(response).span
    while response[stop - 1].isspace() and stop > start:
        stop -= 1
    return response[:stop] + gap + more + response[stop:]


def additions(question: str, response: str) -> Iterator[str]:
    """Re-checks, tails, a loop of the last paragraph, and all of the thinking again."""
    thinking = find_thinking(response)
    found = find_solutions(Thought(question, response, thinking, False)).solutions
    answer = found[-1].answer if found else "7"
    for times in (1, 3, 30, 300):
        yield "\n\n".join(RECHECK.format(answer=answer) for _ in range(times))
    yield from TAILS
    last = paragraphs(response, *thinking.span)[-1]
    yield "\n\n".join([response[slice(*last)]] * 12)
    yield response[slice(*thinking.span)].strip()


def assert_causal(question: str, response: str) -> None:
    before = ends(question, response)
    spans = paragraphs(response, *find_thinking(response).span)
    settled = spans[-1 - SIGHT][1] if len(spans) > SIGHT else 0
    for more in additions(question, response):
        after = ends(question, with_more(response, more))
        assert [end for end in before if end < settled] == [end for end in after if end < settled], more[:80]


@pytest.mark.parametrize("row", samples(), ids=lambda row: row[0][:30])
def test_what_is_appended_moves_no_end_out_of_sight(row: tuple[str, str]) -> None:
    assert_causal(*row)


@pytest.mark.slow
def test_what_is_appended_to_real_responses_moves_no_end_out_of_sight() -> None:
    for row in real(60):
        assert_causal(*row)


@pytest.mark.slow
def test_the_thinking_of_another_response_appended_moves_no_end_out_of_sight() -> None:
    chosen = real(40)
    for (question, response), (_, other) in pairwise(chosen):
        before = ends(question, response)
        spans = paragraphs(response, *find_thinking(response).span)
        settled = spans[-1 - SIGHT][1] if len(spans) > SIGHT else 0
        after = ends(question, with_more(response, other[slice(*find_thinking(other).span)].strip()))
        assert [end for end in before if end < settled] == [end for end in after if end < settled]


STEPS = (
    "There are 4 rows with 9 jars each, so that is 4 * 9 = 36 jars.",
    "Then 6 of them are broken, so 36 - 6 = 30. So the answer is 30 jars.",
    "Wait, let me double-check that. Adding the rows one by one gives 9 + 9 + 9 + 9 = 36, and without the 6 it is 30.",
    "Alternatively, 6 broken jars leave 3 in one row, and 3 + 27 = 30. Yes, the answer is 30.",
)
QUESTION = "A shelf holds 4 rows of 9 jars, and 6 jars are broken. How many jars are whole?"


@pytest.mark.parametrize("gap", ["\n\n", "\n", " ", "\r\n\r\n", "\r\n", "\n \n"], ids=repr)
def test_the_layout_of_the_same_words_does_not_move_the_first_solution(gap: str) -> None:
    text = gap.join(STEPS)
    response = f"<think>{gap}{text}{gap}</think>\n\n\\boxed{{30}}"
    found = ends(QUESTION, response)
    assert len(found) == 3 or (gap == " " and len(found) == 2)  # a sentence says less than a line
    assert response[: found[0]].rstrip().endswith("So the answer is 30 jars.")


@pytest.mark.parametrize("gap", ["\r\n", "\t\n", "\u3000\n", "\r\n\r\n", " \n \n"], ids=repr)
def test_white_space_at_the_end_of_a_line_is_in_no_answer(gap: str) -> None:
    text = gap.join(
        ["I solve for x and get all of it.", "So the answer is x = 2√3", "Wait, let me check", "So x = 2√3"]
    )
    thinking = find_thinking(response := f"<think>{gap}{text}{gap}</think>{gap}\\boxed{{7\\pi}}")
    for one in find_solutions(Thought("Find x.", response, thinking, False)).solutions:
        assert one.answer == one.answer.strip()
        assert one.answer_span[1] <= one.end


def test_a_loop_of_one_re_check_moves_nothing_however_long_it_is() -> None:
    head = "\n\n".join(STEPS[:2])
    first = {
        ends(QUESTION, f"<think>\n{head}\n\n" + "\n\n".join([STEPS[2]] * times) + "\n</think>\n\n\\boxed{30}")[0]
        for times in (0, 1, 2, 3, 4, 5, 10, 30, 100, 300)
    }
    assert len(first) == 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*STEPS, *TAILS, "So 30.", "Hmm.", "x = 5", "That is 31, no?"]), max_size=8))
def test_any_words_appended_move_no_end_out_of_sight(more: list[str]) -> None:
    response = "<think>\n" + "\n\n".join([*STEPS, *STEPS[2:], *STEPS[2:]]) + "\n</think>\n\n\\boxed{30}"
    before, after = (
        ends(QUESTION, response),
        ends(QUESTION, with_more(response, "\n\n".join(more)) if more else response),
    )
    settled = paragraphs(response, *find_thinking(response).span)[-1 - SIGHT][1]
    assert [end for end in before if end < settled] == [end for end in after if end < settled]
