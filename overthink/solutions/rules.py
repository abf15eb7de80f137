"""Finds the ends of solutions without a language model: features, trees, and what follows from them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from overthink.answers.find import final_answer
from overthink.records import Solution, Span
from overthink.solutions.context import PLAIN_STATEMENT, with_context
from overthink.solutions.cues import Lexicon, lexicon
from overthink.solutions.features import Columns, Floats, paragraph_features
from overthink.solutions.mentions import targets
from overthink.solutions.phrases import Phrases, Spans
from overthink.solutions.tokens import FIRST_WORD, FIXED, Reading, read
from overthink.stats.trees import TreeNumbers, Trees
from overthink.text.language import other_language
from overthink.text.tex import boxes
from overthink.text.thinking import Thinking, name_with_tags

RULES = name_with_tags("rules-2")
"""What a row calls them; another name if a row would come out otherwise: then stored rows are owed."""

_CUT_OFF_CHANCE = 0.3
_NO_SCORE, _LOWEST = -6.0, -9.0  # log-odds of a paragraph that is no candidate, and of none at all
_OPENING = re.compile(r"(?:\\[a-zA-Z]+)?\{$")
_REST_OF_COMMAND = re.compile(r"[A-Za-z]+")
_OPENING_BRACKET = re.compile(r"(?:\\left)?\(\s?$")
_CLOSING = re.compile(r"\s?(?:\\right)?\)")
_FRACTION = re.compile(r"\\[dt]?frac$")


class PhraseNumbers(TypedDict):
    """The weights of phrases as JSON has them: for each place the terms, and their weights in hundredths."""

    bias: float
    single: dict[str, tuple[list[int], list[int]]]
    pair: dict[str, tuple[list[int], list[int]]]


class SegmentNumbers(TreeNumbers):
    """The trained numbers as JSON has them: words and features are separated by blanks."""

    words: str
    features: str
    phrases: PhraseNumbers
    threshold: float


@dataclass(frozen=True)
class SegmentModel:
    """The trained numbers: the words that count and what they weigh; the trees and their features in order."""

    words: Lexicon
    phrases: Phrases
    features: Sequence[str]
    trees: Trees
    threshold: float


@dataclass(frozen=True)
class JudgedParagraphs:
    """A response as read, its columns, and for each paragraph the probability that a solution ends there."""

    reading: Reading
    columns: Columns
    probabilities: Floats


@lru_cache(maxsize=1)
def segment_model() -> SegmentModel:
    """Load the numbers that come with the package."""
    text = resources.files("overthink.solutions").joinpath("rules.json").read_text("utf-8")
    return model_of(json.loads(text))


def model_of(numbers: SegmentNumbers) -> SegmentModel:
    """The model that a JSON object of trained numbers describes."""
    words = lexicon(numbers["words"].split(), FIXED, FIRST_WORD)
    phrases = phrases_of(numbers["phrases"])
    return SegmentModel(words, phrases, numbers["features"].split(), Trees.of(numbers), float(numbers["threshold"]))


def phrases_of(numbers: PhraseNumbers) -> Phrases:
    """The weights that a JSON object describes."""

    def table(places: Mapping[str, tuple[list[int], list[int]]]) -> dict[str, dict[int, float]]:
        return {
            place: {term: weight / 100 for term, weight in zip(terms, weights, strict=True)}
            for place, (terms, weights) in places.items()
        }

    return Phrases(float(numbers["bias"]), table(numbers["single"]), table(numbers["pair"]))


def read_response(
    question: str, response: str, thinking: Thinking, words: Lexicon, cut_off: bool = False
) -> tuple[Reading, Columns, Spans]:
    """The paragraphs of a response, their columns of features, and the places of their words.

    Without any paragraph there are neither columns nor places.
    """
    final = final_answer(response, thinking, cut_off, question)
    wanted = targets(question, response, thinking.span, final and final.span)
    reading = read(question, response, thinking.span, wanted, words.words)
    if not reading.paragraphs:
        return reading, {}, {}
    columns, places = paragraph_features(reading, words)
    lengths = np.array([end - start for start, end in reading.paragraphs], dtype=float)
    return reading, with_context(columns, lengths), places


def candidates(columns: Columns) -> NDArray[np.int64]:
    """The paragraphs that can end a solution at all: those that hold an answer, or words that confirm one."""
    return np.flatnonzero((columns["mentions"] > 0) | (columns["confirm"] > 0) | (columns["answers"] > 0))


def rows_of(columns: Columns, features: Sequence[str], which: NDArray[np.int64], scores: Floats) -> Floats:
    """The rows of the candidates for the trees: their features, then the phrase scores at and around them."""
    n = len(columns["tokens"])
    score = np.full(n, _NO_SCORE)
    score[which] = scores
    fresh, each = (columns["new"] > 0).tolist(), score.tolist()
    ahead, behind = [_LOWEST] * n, [_LOWEST] * n
    for k in range(n - 2, -1, -1):  # the best one before the reasoning begins anew
        ahead[k] = max(each[k + 1], _LOWEST if fresh[k + 1] else ahead[k + 1])
    for k in range(1, n):
        behind[k] = max(each[k - 1], _LOWEST if fresh[k - 1] else behind[k - 1])
    padded = np.concatenate([[_LOWEST], score, [_LOWEST, _LOWEST]])
    around = [score, padded[2:-1], padded[:-3], padded[3:], ahead, behind]
    return np.array([columns[name] for name in features] + around)[:, which].T


class Thought(NamedTuple):
    """A response as a segmenter sees it: never with the gold answer."""

    question: str
    response: str
    thinking: Thinking
    truncated: bool

    @property
    def unfinished(self) -> bool:
        """Whether the thinking itself was cut off, and not the text after it."""
        return self.truncated and not self.thinking.closed

    @property
    def text(self) -> str:
        """The thinking alone."""
        return self.response[slice(*self.thinking.span)]


@dataclass(frozen=True)
class Found:
    """The solutions of a response, whoever found them; `records.Segments` says what the fields mean."""

    solutions: list[Solution]
    tail: bool
    language: str | None = None
    paragraphs: int | None = None
    asked_paragraphs: int | None = None


def find_solutions(thought: Thought) -> Found:
    """Find the solutions by the rules alone."""
    found, tail = solutions(judge_paragraphs(*thought), thought.response, thought.unfinished)
    return Found(found, tail, other_language(thought.text))


def judge_paragraphs(question: str, response: str, thinking: Thinking, cut_off: bool = False) -> JudgedParagraphs:
    """Read a response and give each paragraph its probability."""
    model = segment_model()
    reading, columns, spans = read_response(question, response, thinking, model.words, cut_off)
    probabilities = np.zeros(len(reading.paragraphs))
    if columns and len(which := candidates(columns)):
        scores = model.phrases.scores(reading.ids, spans, which.tolist())
        probabilities[which] = model.trees.probabilities(rows_of(columns, model.features, which, scores))
    return JudgedParagraphs(reading, columns, probabilities)


def solutions(judged: JudgedParagraphs, response: str, unfinished: bool) -> tuple[list[Solution], bool]:
    """The solutions of a judged response, and whether a tail follows them. `unfinished`: its thinking was cut off."""
    reading, last = judged.reading, len(judged.reading.paragraphs) - 1
    if not reading.mentions:
        return [], last >= 0
    first = int(reading.mention_paragraph[0])
    likely = np.flatnonzero(judged.probabilities[:last] >= segment_model().threshold).tolist()
    ends = [k for k in likely if k >= first]
    rest = ends[-1] + 1 if ends else 0
    closing = _last_answer(judged, rest, unfinished)
    if closing is not None:
        ends.append(closing)
    elif ends and _is_chatter(judged, rest):
        ends[-1] = last
    if not ends:
        return [], True
    if ends[-1] < last and not unfinished and closing is not None:
        ends[-1] = last
    starts = [0, *[end + 1 for end in ends[:-1]]]
    found = [_solution(judged, response, start, end) for start, end in zip(starts, ends, strict=True)]
    return found, ends[-1] < last


def _last_answer(judged: JudgedParagraphs, rest: int, unfinished: bool) -> int | None:
    """The paragraph from `rest` on in which there is another answer, None if the text reaches none again.

    A thinking that was cut off must state it plainly: a value in the middle of an unfinished check is none.
    """
    columns = judged.columns
    stated = columns["mentions"][rest:] > 0
    if unfinished:
        stated &= (columns["score"][rest:] >= PLAIN_STATEMENT) & (judged.probabilities[rest:] >= _CUT_OFF_CHANCE)
    elif len(stated):
        stated[-1] |= columns["last_confirm"][-1] > 0
    at = np.flatnonzero(stated)
    return rest + int(at[-1]) if len(at) else None


def _is_chatter(judged: JudgedParagraphs, rest: int) -> bool:
    """Whether what is left is a sentence or two without any computing: it rounds off what was before."""
    columns = judged.columns
    return bool(columns["sentences"][rest:].sum() <= 2 and columns["equals"][rest:].sum() == 0)


def _solution(judged: JudgedParagraphs, response: str, start: int, end: int) -> Solution:
    """The solution of the paragraphs `start` to `end`. Its answer is the last plain statement in it, else the last
    mention in it, else (a silent confirmation) the last one before it."""
    reading, columns = judged.reading, judged.columns
    inside = slice(start, end + 1)
    mentioned = np.flatnonzero(columns["mentions"][inside])
    plainly = mentioned[columns["score"][inside][mentioned] >= PLAIN_STATEMENT]
    if len(mentioned):
        paragraph = start + int((plainly if len(plainly) else mentioned)[-1])
    else:
        paragraph = int(reading.mention_paragraph[np.searchsorted(reading.mention_paragraph, start) - 1])
    mention = reading.mention_spans[int(columns["best_mention"][paragraph])]
    span = _box_around(response, mention, reading.paragraphs[paragraph]) or quotation(response, mention)
    return Solution(
        end=reading.paragraphs[end][1],
        answer=response[slice(*span)],
        answer_span=span,
        confidence=round(float(judged.probabilities[end]), 4),
    )


def _box_around(response: str, mention: Span, paragraph: Span) -> Span | None:
    """The contents of the box around a mention: they are the answer as it was meant to be read."""
    around = (box for box in boxes(response, *paragraph) if box[0] <= mention[0] < box[1])
    return next(around, None)


def quotation(response: str, span: Span) -> Span:
    """`span` with what belongs to it: the rest of a command, the command and braces around it, closing brackets.

    `3}{4` becomes `\\frac{3}{4}`, `2\\` becomes `2\\pi`, and `14(√2 - 1` gets its bracket.
    """
    return _with_brackets(response, *_with_braces(response, *_with_command(response, *span)))


def _with_command(response: str, start: int, end: int) -> Span:
    """A sign of the plain text is the first character of its command: take the others in."""
    rest = _REST_OF_COMMAND.match(response, end)
    return (
        (start, rest.end()) if rest and response[end - 1] == "\\" else (start, end + response.startswith("pi", end - 1))
    )


def _with_brackets(response: str, start: int, end: int) -> Span:
    """Take in brackets that are closed or opened inside the span only: `x + 1)(3x + 7` gets both of its own."""
    depth = lowest = 0
    for sign in response[start:end]:
        depth += (sign == "(") - (sign == ")")
        lowest = min(lowest, depth)
    for _ in range(-lowest):
        opening = _OPENING_BRACKET.search(response, max(0, start - 8), start)
        if opening is None:
            break
        start = opening.start()
        depth += 1
    while depth > 0 and (closing := _CLOSING.match(response, end)):
        end = closing.end()
        depth -= 1
    return start, end


def _with_braces(response: str, start: int, end: int) -> Span:
    """Take in braces that are open or closed inside the span only, and the commands before them."""
    depth = lowest = 0
    for sign in response[start:end]:
        depth += (sign == "{") - (sign == "}")
        lowest = min(lowest, depth)
    for _ in range(-lowest):
        opening = _OPENING.search(response, max(0, start - 12), start)
        if opening is None:
            return start, end
        start = opening.start()
    while depth - lowest > 0 and response.startswith("}", end):
        end += 1
        depth -= 1
    if opening := _FRACTION.search(response, max(0, start - 6), start):
        start = opening.start()
    return start, end
