"""One response in all marks, under all keys, in all parts: one thinking, final text, answer, tokens, metrics."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.answers.compare import same_cheaply
from overthink.answers.stage import verify_batch
from overthink.answers.workers import SympyVerifier
from overthink.metrics.stage import score_row
from overthink.records import Problem, Response, Segments, Verdict, Way
from overthink.run.owed import Item
from overthink.solutions.stage import segment_row
from overthink.strategies.stage import cluster_row
from overthink.text.keys import THINKING_KEYS
from overthink.text.replies import read_replies
from overthink.text.stream import Stream, put_together
from overthink.text.thinking import find_thinking
from overthink.text.tokens import Offsets
from tests.families import FAMILIES
from tests.shapes import MESSAGES

QUESTION = "A shelf holds 4 rows of 9 jars. 6 jars are broken. How many are whole?"
STEPS = (
    "There are 4 rows of 9 jars, so 4 * 9 = 36 jars.",
    "Then 36 - 6 = 30. So the answer is 30.",
    "Wait, let me check that. 30 + 6 = 36. Yes, the answer is 30.",
    "Alternatively, count them by rows: $9 + 9 + 9 + 3 = 30$, so 30 jars are whole.",
    "Hmm, but is 36 - 6 = 20? Then the answer would be 20.",
    "No, that cannot be.",
    "**Final Answer**\n\\boxed{30}",
    'If x < 9 and x > 3, I would have to say `</think>` or "<think>" somewhere.',
)
ANSWERS = (
    "There are $\\boxed{30}$ whole jars.",
    "**30 jars** are whole.",
    "30",
    "4 * 9 = 36 and 36 - 6 = 30. The answer is 30.",
)
BASE = "glued"


class Words:
    """Each word and each sign is a token; a capital letter begins one: what is glued to a mark counts as elsewhere."""

    name = "words"

    def starts(self, text: str) -> Offsets:
        """See Tokenizer."""
        return np.array([word.start() for word in re.finditer(r"[A-Z]?[a-z]+|\d+|\S", text)], dtype=np.int64)


class Cheap(SympyVerifier):
    """A verifier without processes."""

    def __init__(self) -> None:
        pass

    def compare(self, pairs: list[tuple[str, str]]) -> list[tuple[Verdict, Way]]:
        """See SympyVerifier."""
        return [same_cheaply(*pair) or ("undetermined", "timeout") for pair in pairs]


@lru_cache(maxsize=64)
def scored(text: str) -> Item:
    """The response with its rows of every stage."""
    problem = Problem(id="p", dataset="own", question=QUESTION, answer="30")
    response = Response(id="p#1", problem_id="p", sample=1, model="m", response=text)
    item = Item("p#1", "0" * 12, {"problems": problem, "generate": response})
    item = item.having("segment", segment_row(item))
    item = item.having("cluster", cluster_row(item))
    item = item.having("verify", verify_batch([item], Cheap())[0])
    return item.having("score", score_row(Words(), "thinking", 1000, item))


def seen(item: Item) -> dict[str, object]:
    """What is found of a response, without offsets and without the tokens of its marks."""
    text, segments, verdicts = item.response.response, item.segments, item.verdicts
    return {
        "thinking": item.thinking.text(text),
        "final text": text[slice(*item.thinking.after)].strip(),
        "solutions": [(s.answer, _behind(segments, s.end), s.confidence) for s in segments.solutions],
        "tail": segments.tail,
        "truncated": segments.truncated,
        "strategies": item.clusters.strategies,
        "verdicts": verdicts.solutions,
        "final": (verdicts.final.answer, verdicts.final.verdict, verdicts.final.way),
        "score": item.score.model_dump(exclude={"response_tokens"}),
    }


def _behind(segments: Segments, end: int) -> int:
    """How many characters of the thinking are before this place."""
    return sum(min(stop, end) - start for start, stop in segments.stretches if start < end)


thinkings = st.lists(st.sampled_from(STEPS), min_size=1, max_size=7).map("\n\n".join)


@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=6, deadline=None)
@given(thinkings, st.sampled_from(ANSWERS))
def test_a_response_is_measured_alike_in_the_marks_of_every_family(name: str, thinking: str, answer: str) -> None:
    assert seen(scored(FAMILIES[name](thinking, answer))) == seen(scored(FAMILIES[BASE](thinking, answer)))


@pytest.mark.parametrize("name", MESSAGES)
@settings(max_examples=2, deadline=None)
@given(thinkings, st.sampled_from(ANSWERS))
def test_a_reply_is_measured_alike_under_every_key_and_in_all_parts(name: str, thinking: str, answer: str) -> None:
    (message,) = read_replies(MESSAGES[name](thinking, answer))
    written = message.written()
    assert written is not None
    assert seen(scored(written)) == seen(scored(FAMILIES[BASE](thinking, answer)))


@pytest.mark.parametrize("key", THINKING_KEYS)
@settings(max_examples=2, deadline=None)
@given(thinkings, st.sampled_from(ANSWERS), st.integers(1, 9))
def test_a_reply_that_is_streamed_is_read_alike(key: str, thinking: str, answer: str, size: int) -> None:
    stream = Stream()
    for field, text in ((key, thinking), ("content", answer)):
        for at in range(0, len(text), size):
            stream.add({field: text[at : at + size]})
    message = stream.message()
    assert (message.reasoning, message.content, message.unread) == (thinking, answer, ())
    written = put_together(message)
    found = find_thinking(written)
    assert (found.text(written), written[slice(*found.after)]) == (thinking, answer)


BETWEEN = (
    "\n</think>\n<think>\n",
    "\n</think>\n\nLet me look it up: 30 or 20.\n\n<think>\n",
    '\n</think>\n<tool_call>\n{"jars": 20}\n</tool_call>\n<tool_response>\n20\n</tool_response>\n<think>\n',
    '\n<tool_call>{"jars": 20}</tool_call>\n',
    "\n</think>\n",
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(STEPS[:7]), min_size=2, max_size=7),
    st.lists(st.sampled_from(BETWEEN), min_size=6, max_size=6),
    st.sampled_from(ANSWERS),
)
def test_a_thinking_in_blocks_is_measured_as_in_one(steps: list[str], between: list[str], answer: str) -> None:
    whole = seen(scored(f"<think>{chr(10)}{(chr(10) * 2).join(steps)}\n</think>\n{answer}"))
    parts = [steps[0], *(gap + step for gap, step in zip(between, steps[1:], strict=False))]
    item = scored(f"<think>\n{''.join(parts)}\n</think>\n{answer}")
    found = seen(item)
    # The blank lines between paragraphs are in no block.
    assert [(a, c) for a, _, c in found.pop("solutions")] == [(a, c) for a, _, c in whole.pop("solutions")]  # type: ignore[attr-defined]
    assert found == whole
    text = item.response.response
    for start, end in item.segments.stretches:
        assert "think>" not in text[start:end]
        assert "tool" not in text[start:end]
