"""Where the solutions of a response end, without a model of language: features, trees, and what follows from them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from overthink.core.answers import final_answer
from overthink.core.mentions import targets
from overthink.core.reading import FIRST_WORD, Reading, read
from overthink.core.segment_features import Floats, Lexicon, context, lexicon, paragraph_features
from overthink.core.thinking import Thinking, find_thinking
from overthink.core.trees import Trees
from overthink.records import Solution, Span

_PLAIN_STATEMENT = 3.0  # score of a mention from which it reads as a statement rather than a step
_CUT_OFF_CHANCE = 0.2
_OPENING = re.compile(r"(?:\\[a-zA-Z]+)?\{$")
_FRACTION = re.compile(r"\\[dt]?frac$")


@dataclass(frozen=True)
class SegmentModel:
    """The trained numbers: the words that count, the features in the order of the trees, and the trees."""

    words: Lexicon
    features: Sequence[str]
    trees: Trees
    threshold: float


@dataclass(frozen=True)
class Judged:
    """A response as read, its columns of features, and for each paragraph the probability that a solution ends there."""

    reading: Reading
    columns: dict[str, Floats]
    probabilities: Floats


@lru_cache(maxsize=1)
def segment_model() -> SegmentModel:
    """Load the numbers that come with the package."""
    text = resources.files("overthink.core").joinpath("segment_model.json").read_text("utf-8")
    return model_of(json.loads(text))


def model_of(numbers: dict[str, object]) -> SegmentModel:
    """The model that a JSON object of trained numbers describes."""
    trees = Trees(
        feature=np.array(numbers["feature"], dtype=np.int64),
        threshold=np.array(numbers["split"], dtype=float),
        leaf=np.array(numbers["leaf"], dtype=float),
        base=float(str(numbers["base"])),
    )
    words = lexicon(str(numbers["words"]).split(), FIRST_WORD)
    return SegmentModel(words, str(numbers["features"]).split(), trees, float(str(numbers["threshold"])))


def read_response(question: str, response: str, thinking: Thinking, words: Lexicon) -> tuple[Reading, dict[str, Floats]]:
    """The paragraphs of a response and their columns of features; no columns where there is no paragraph."""
    final = final_answer(response, thinking)
    wanted = targets(question, response, thinking.span, final)
    reading = read(question, response, thinking.span, wanted, words.words)
    if not reading.paragraphs:
        return reading, {}
    columns, _ = paragraph_features(reading, words)
    return reading, context(columns, np.array([end - start for start, end in reading.paragraphs], dtype=float))


def candidates(columns: dict[str, Floats]) -> np.ndarray:
    """Which paragraphs can end a solution at all: those that hold an answer, or words that confirm one."""
    return (columns["mentions"] > 0) | (columns["confirm"] > 0) | (columns["answers"] > 0)


def judge_paragraphs(question: str, response: str, thinking: Thinking) -> Judged:
    """Read a response and give each paragraph its probability."""
    model = segment_model()
    reading, columns = read_response(question, response, thinking, model.words)
    probabilities = np.zeros(len(reading.paragraphs))
    if columns and (which := candidates(columns)).any():
        rows = np.stack([columns[name][which] for name in model.features], axis=1)
        probabilities[which] = model.trees.probabilities(rows)
    return Judged(reading, columns, probabilities)


def boundary_probabilities(
    question: str, response: str, tags: tuple[str, str] | None = None
) -> list[tuple[int, float]]:
    """For each paragraph of the thinking: its end in the response, and the probability that a solution ends there."""
    judged = judge_paragraphs(question, response, find_thinking(response, tags))
    ends = (end for _, end in judged.reading.paragraphs)
    return [(end, float(probability)) for end, probability in zip(ends, judged.probabilities, strict=True)]


def solutions(judged: Judged, response: str, truncated: bool) -> tuple[list[Solution], bool]:
    """The solutions of a judged response, and whether a tail follows them."""
    reading, last = judged.reading, len(judged.reading.paragraphs) - 1
    if not reading.mentions:
        return [], last >= 0
    first = int(reading.mention_paragraph[0])
    likely = np.flatnonzero(judged.probabilities[:last] >= segment_model().threshold).tolist()
    ends = [k for k in likely if k >= first]
    rest = ends[-1] + 1 if ends else 0
    closing = _last_answer(judged, rest, truncated)
    if closing is not None:
        ends.append(closing)
    elif ends and _is_chatter(judged, rest):
        ends[-1] = last
    if not ends:
        return [], True
    if ends[-1] < last and not truncated and closing is not None:
        ends[-1] = last
    starts = [0, *[end + 1 for end in ends[:-1]]]
    found = [_solution(judged, response, start, end) for start, end in zip(starts, ends, strict=True)]
    return found, ends[-1] < last


def _last_answer(judged: Judged, rest: int, truncated: bool) -> int | None:
    """The paragraph from `rest` on in which another answer stands, None where the text reaches none again.

    A response that was cut off must state it plainly: a value in the middle of an unfinished check is none.
    """
    columns = judged.columns
    stated = columns["mentions"][rest:] > 0
    if truncated:
        stated &= (columns["score"][rest:] >= _PLAIN_STATEMENT) & (judged.probabilities[rest:] >= _CUT_OFF_CHANCE)
    elif len(stated):
        stated[-1] |= columns["confirm"][-1] > 0
    at = np.flatnonzero(stated)
    return rest + int(at[-1]) if len(at) else None


def _is_chatter(judged: Judged, rest: int) -> bool:
    """Whether what is left is a sentence or two without any computing (GUIDE rule: it rounds off what was before)."""
    columns = judged.columns
    return bool(columns["sentences"][rest:].sum() <= 2 and columns["equals"][rest:].sum() == 0)


def _solution(judged: Judged, response: str, start: int, end: int) -> Solution:
    """The solution of the paragraphs `start` to `end`. Its answer is the last plain statement in it, else the last
    mention in it, else (a silent confirmation) the last one before it."""
    reading, columns = judged.reading, judged.columns
    with_answer = [k for k in range(start, end + 1) if columns["mentions"][k] > 0]
    plainly = [k for k in with_answer if columns["score"][k] >= _PLAIN_STATEMENT]
    earlier = [k for k in range(start) if columns["mentions"][k] > 0]
    paragraph = (plainly or with_answer or earlier)[-1]
    span = quotation(response, reading.mention_spans[int(columns["best_mention"][paragraph])])
    return Solution(
        end=reading.paragraphs[end][1],
        answer=response[slice(*span)],
        answer_span=span,
        confidence=round(float(judged.probabilities[end]), 4),
    )


def quotation(response: str, span: Span) -> Span:
    """`span` with the command and the braces around it that belong to it: `3}{4` becomes `\\frac{3}{4}`."""
    start, end = span
    depth = lowest = 0
    for sign in response[start:end]:
        depth += (sign == "{") - (sign == "}")
        lowest = min(lowest, depth)
    for _ in range(-lowest):
        opening = _OPENING.search(response, max(0, start - 12), start)
        if opening is None:
            return span
        start = opening.start()
    while depth - lowest > 0 and response.startswith("}", end):
        end += 1
        depth -= 1
    if opening := _FRACTION.search(response, max(0, start - 6), start):
        start = opening.start()
    return start, end
