"""Finds the ends of solutions without a language model: candidates, what is stated as an answer, and what ends there.

Three steps, each of which looks at all that is before a place and at few paragraphs after it (`context`):
every value in the place of a result is a candidate (`candidates`); trees say how likely each is stated as an answer;
other trees say how likely a solution ends in each paragraph. The gold answer is never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overthink.answers.find import final_answer
from overthink.records import Solution, Span
from overthink.solutions.clauses import clauses_of
from overthink.solutions.context import AHEAD, ahead, behind, with_context
from overthink.solutions.cues import Lexicon
from overthink.solutions.features import (
    Columns,
    Floats,
    Places,
    Tokens,
    best_candidates,
    candidate_features,
    candidate_places,
    paragraph_features,
    shifted,
    tokens_of,
    with_candidates,
)
from overthink.solutions.model import SegmentModel, segment_model
from overthink.solutions.quotation import quoted
from overthink.solutions.tokens import Ints, Reading, read
from overthink.solutions.wanted import announced, family_word, wanted, word_family
from overthink.text.endings import breaks_off
from overthink.text.language import other_language
from overthink.text.thinking import Thinking, name_with_tags

RULES = name_with_tags("rules-3")
"""What a row calls them; another name if a row would come out otherwise: then stored rows are owed."""

_NO_SCORE, _LOWEST = -6.0, -9.0  # log-odds of a paragraph that cannot be an end, and of none at all
MEASURED, OTHER = 1.0, 0.0
"""Whose ends the trees are asked for, or learn from: see `describe`."""
_POSSIBLE = -6.0
"""Log-odds of being stated from which a candidate makes its paragraph a possible end."""
_CONFIRMED = -1.5
"""Log-odds below which the values of a solution are steps of a check that confirms the answer before."""
_UNSURE = -3.0
"""Log-odds from which the last paragraph of a solution without a stated answer, or of a text that is cut off, is taken
to end on its answer."""
_DIGIT = re.compile(r"\d")
_LONGEST_SENTENCE = 200
"""Characters of a text after the thinking that is nothing but its answer in clauses."""
_CLOSE = 1.0
"""Log-odds by which the own answer may be less likely stated than another value of its paragraph and still counts."""
_CLOSING = 0.05
"""The probability from which the last words of a whole thinking close a solution: they are its last chance to."""


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


@dataclass(frozen=True)
class Seen:
    """A response as read: its tokens, the columns of its paragraphs and of its candidates, the places of its words."""

    reading: Reading
    tokens: Tokens
    paragraphs: Columns
    candidates: Columns
    places: Places


@dataclass(frozen=True)
class Described:
    """What the trees are given. `best`: the candidate of each paragraph that it most likely states, -1 without any.

    `which`: the paragraphs that can end a solution at all: those that hold an answer, or words that confirm one.
    """

    columns: Columns
    places: Places
    best: Ints
    which: NDArray[np.int64]


@dataclass(frozen=True)
class JudgedParagraphs:
    """A response as read, and for each paragraph the probability that a solution ends there.

    `stated`: for each candidate the log-odds that it is stated as an answer; `best`: that of each paragraph, or -1.
    `threshold`: the probability from which a solution ends.
    """

    reading: Reading
    columns: Columns
    stated: Floats
    best: Ints
    probabilities: Floats
    threshold: float

    @property
    def first(self) -> int | None:
        """The first paragraph with a candidate: no solution ends before it. None without any."""
        return int(self.reading.paragraph[0]) if len(self.reading.paragraph) else None


def find_solutions(thought: Thought) -> Found:
    """Find the solutions by the rules alone."""
    found, tail = solutions(judge_paragraphs(*thought), thought.response, thought.unfinished)
    return Found(found, tail, other_language(thought.text))


def judge_paragraphs(question: str, response: str, thinking: Thinking, cut_off: bool = False) -> JudgedParagraphs:
    """Read a response and give each paragraph its probability."""
    own = own_answer(question, response, thinking, cut_off)
    model = segment_model()
    seen = see(question, response, thinking.span, own, model.words)
    return judged_by(model, seen)


def judged_by(model: SegmentModel, seen: Seen) -> JudgedParagraphs:
    """The probabilities that a model gives the paragraphs of a response."""
    stated = model.stated.log_odds(candidate_rows(seen, model.stated_features))
    described = describe(seen, stated)
    probabilities = np.zeros(len(seen.reading.paragraphs))
    if len(which := described.which):
        scores = model.phrases.scores(seen.reading.ids, described.places, which)
        probabilities[which] = model.ends.probabilities(end_rows(described, model.ends_features, scores))
    return JudgedParagraphs(seen.reading, described.columns, stated, described.best, probabilities, model.threshold)


def own_answer(question: str, response: str, thinking: Thinking, cut_off: bool) -> str | None:
    """The final answer of the text after the thinking, without such a text the first that the thinking announces.

    Not the last one of the thinking: once it has announced one, no later text changes what was found before.
    """
    if thinking.closed:
        final = final_answer(response, thinking, cut_off, question)
        stated = final is not None and final.span[0] >= thinking.span[1]
        sentence = response[slice(*thinking.after)].strip()
        short = len(sentence) <= _LONGEST_SENTENCE and not cut_off
        if short and clauses_of(question, sentence) and (clauses_of(question, None) or not stated):
            return sentence
        if final and stated:
            return _word_asked(question, response, final.span, thinking.after) or response[slice(*final.span)]
    first = announced(response, *thinking.span)
    return response[slice(*first)] if first else None


def _word_asked(question: str, response: str, final: Span, after: Span) -> str | None:
    """The word that is asked for, where the final answer is a number beside it: `December 23 is a Saturday`."""
    family = word_family(question)
    if not family or not _DIGIT.search(response, *final) or family_word(family, response[slice(*final)]):
        return None
    text = response[slice(*after)]
    word = family_word(family, text)
    return text[slice(*word)] if word else None


def see(question: str, response: str, thinking: Span, own: str | None, words: Lexicon) -> Seen:
    """Read the thinking of a response and describe each paragraph and each candidate by itself."""
    reading = read(question, response, thinking, wanted(question, own), words.words)
    tokens = tokens_of(reading, words)
    if not reading.paragraphs:
        return Seen(reading, tokens, {}, {}, {})
    columns, places = paragraph_features(reading, words, tokens)
    return Seen(reading, tokens, columns, candidate_features(reading, words, tokens), places)


def describe(seen: Seen, stated: Floats, reader: float = MEASURED) -> Described:
    """Describe each paragraph in its context, once it is known how likely each candidate is `stated`.

    `reader`: whose ends are asked for. Readers differ in what is a re-check of its own: those of the labels that
    figures are taken from are one kind, those who made more labels to train on another.
    """
    reading = seen.reading
    best = best_candidates(reading, stated)
    if not reading.paragraphs:
        return Described({}, {}, best, np.zeros(0, dtype=np.int64))
    lengths = np.array([end - start for start, end in reading.paragraphs], dtype=float)
    columns = with_context(with_candidates(seen.paragraphs, reading, seen.candidates, stated, best), lengths)
    columns["reader"] = np.full(len(lengths), reader)
    possible = (columns["stated"] > _POSSIBLE) | (columns["confirm"] > 0) | (columns["answers"] > 0)
    places = {**seen.places, **candidate_places(reading, seen.tokens, best)}
    return Described(columns, places, best, np.flatnonzero(possible))


def candidate_rows(seen: Seen, features: Sequence[str]) -> Floats:
    """The rows of the candidates for the trees: shape `(candidates, features)`."""
    if not seen.reading.candidates:
        return np.zeros((0, len(features)))
    return np.array([seen.candidates[name] for name in features]).T


def end_rows(described: Described, features: Sequence[str], scores: Floats) -> Floats:
    """The rows of the possible ends for the trees: their features, then the phrase scores at and around them."""
    columns = described.columns
    score = np.full(len(columns["tokens"]), _NO_SCORE)
    score[described.which] = scores
    fresh = columns["new"] > 0
    around = [score, *(shifted(score, by, _LOWEST) for by in (1, 2, -1))]
    around += [ahead(score, fresh, _LOWEST), behind(score, fresh, _LOWEST)]
    return np.array([columns[name] for name in features] + around)[:, described.which].T


def solutions(judged: JudgedParagraphs, response: str, unfinished: bool) -> tuple[list[Solution], bool]:
    """The solutions of a judged response, and whether a tail follows them. `unfinished`: its thinking was cut off."""
    count = len(judged.reading.paragraphs)
    if judged.first is None:
        return [], count > 0
    ends = [k for k in range(judged.first, count) if judged.probabilities[k] >= judged.threshold]
    if unfinished:
        ends = [end for end in ends if end < count - 1 or not _breaks_off(judged, response)]
    elif not ends or ends[-1] < count - 1:
        ends = _closed(judged, ends)
    if not ends:
        return [], True
    found: list[Solution] = []
    start = answer = 0
    for end in ends:
        answer = _answer(judged, start, end, answer)
        found.append(_solution(judged, response, end, answer))
        start = end + 1
    return found, ends[-1] < count - 1


def _breaks_off(judged: JudgedParagraphs, response: str) -> bool:
    """Whether the last paragraph is cut off before it states an answer: a check that was begun confirms nothing."""
    best = int(judged.best[-1])
    states = best >= 0 and judged.stated[best] >= _UNSURE
    return not states and breaks_off(response[slice(*judged.reading.paragraphs[-1])])


def _closed(judged: JudgedParagraphs, ends: list[int]) -> list[int]:
    """The ends of a whole thinking, whose last words may close a solution or round off the last one."""
    rest, last = (ends[-1] + 1 if ends else judged.first or 0), len(judged.reading.paragraphs) - 1
    near = max(rest, last - AHEAD)
    if judged.probabilities[near:].max() >= _CLOSING and judged.columns["stated"][near:].max() > 0:
        return [*ends, last]
    return [*ends[:-1], last] if ends and _is_chatter(judged, rest) else ends


def _is_chatter(judged: JudgedParagraphs, rest: int) -> bool:
    """Whether what is left is a sentence or two without any computing: it rounds off what was before."""
    columns = judged.columns
    sentences = np.maximum(columns["sentences"][rest:], 1).sum()
    return bool(sentences <= 2 and columns["equals"][rest:].sum() == 0)


def _solution(judged: JudgedParagraphs, response: str, end: int, answer: int) -> Solution:
    """The solution that ends with paragraph `end`; `answer`: the candidate that it states."""
    reading = judged.reading
    span = quoted(response, reading.spans[answer], reading.paragraphs[int(reading.paragraph[answer])])
    return Solution(
        end=reading.paragraphs[end][1],
        answer=response[slice(*span)],
        answer_span=span,
        confidence=round(float(judged.probabilities[end]), 4),
    )


def _answer(judged: JudgedParagraphs, start: int, end: int, before: int) -> int:
    """The candidate that is the answer of a solution: what its last paragraph with a stated answer ends on.

    That is the own answer where that paragraph states it, as exactly as the text has it so far; without a stated one
    the likeliest candidate, and in a silent confirmation the answer `before`.
    """
    reading, stated = judged.reading, judged.stated
    low, high = np.searchsorted(reading.paragraph, [start, end + 1])
    inside = np.arange(low, high)
    sure = inside[stated[low:high] > 0]
    if not len(sure):
        likeliest = max(
            inside.tolist(),
            key=lambda k: (stated[k] >= _CONFIRMED and reading.candidates[k].own, stated[k], k),
            default=-1,
        )
        if start and (likeliest < 0 or stated[likeliest] < _CONFIRMED):
            return before
        ending = int(judged.best[end])
        return ending if ending >= 0 and stated[ending] >= _UNSURE else likeliest
    paragraph = reading.paragraph[sure[-1]]
    best = int(judged.best[paragraph])
    own = [k for k in sure if reading.paragraph[k] == paragraph and reading.candidates[k].own]
    return _exact(judged, int(own[-1])) if own and stated[own].max() > stated[best] - _CLOSE else best


def _exact(judged: JudgedParagraphs, answer: int) -> int:
    """The last place of the own answer up to the paragraph of `answer` that is not rounded, if that one is."""
    reading = judged.reading
    if not reading.candidates[answer].rounded:
        return answer
    stop = np.searchsorted(reading.paragraph, reading.paragraph[answer], "right")
    return next(
        (k for k in reversed(range(stop)) if reading.candidates[k].own and not reading.candidates[k].rounded), answer
    )
