"""What the words around an answer weigh: a linear score over the words and pairs of words of each paragraph.

The place of a word (in the sentence of the answer, at the beginning of the next paragraph, …) distinguishes a
statement from a step and a re-check from a restatement. Presence counts, not number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overthink.solutions.tokens import OTHER, Ints

Floats = NDArray[np.float64]
Spans = Mapping[str, tuple[Ints, Ints]]
"""For each place: its first token and the one after its last, for each paragraph. Empty if the paragraph has none."""

PLACES = (
    "begin", "last", "all", "sentence", "rest", "l1", "l2", "l3", "r1", "r2",
    "next_begin", "next_first", "next_all", "second_begin", "second_first", "before_last",
)  # fmt: skip
PLACES_OF_PAIRS = ("begin", "last", "sentence", "rest", "next_begin", "next_first", "second_begin")
PAIR = 4096
"""More words than a lexicon holds: a pair of words is the first one times this and the second."""


@dataclass(frozen=True)
class Weights:
    """What terms weigh in each place, in hundredths: their sums are whole, and the same in any order.

    `terms`: the numbers of the terms, rising. `weights`: shape `(places, terms)`.
    """

    places: tuple[str, ...]
    terms: Ints
    weights: Floats

    @classmethod
    def of(cls, numbers: Mapping[str, tuple[Sequence[int], Sequence[int]]]) -> Weights:
        """For each place the terms that weigh anything there, and their weights."""
        known = np.array(sorted({term for found, _ in numbers.values() for term in found}), dtype=np.int64)
        weights = np.zeros((len(numbers), len(known)))
        for row, (found, hundredths) in zip(weights, numbers.values(), strict=True):
            row[np.searchsorted(known, found)] = hundredths
        return cls(tuple(numbers), known, weights)

    def sums(self, text: Ints, starts: Ints, ends: Ints) -> Floats:
        """What each paragraph weighs, whose places are `text[starts:ends]`: shapes `(places, paragraphs)`."""
        term = np.searchsorted(self.terms, text)
        known = np.flatnonzero(np.append(self.terms, -1)[term] == text)
        term = term[known]
        starts, ends = np.searchsorted(known, starts), np.searchsorted(known, ends)
        lengths = np.maximum(ends - starts, 0).ravel()
        place = np.repeat(np.arange(lengths.size), lengths)
        at = np.arange(len(place)) + np.repeat(starts.ravel() - np.cumsum(lengths) + lengths, lengths)
        first = _before(term)[at] < starts.ravel()[place]
        row, paragraph = np.divmod(place[first], starts.shape[1])
        sums = np.bincount(paragraph, self.weights[row, term[at[first]]], minlength=starts.shape[1])
        return np.asarray(sums, dtype=float)


@dataclass(frozen=True)
class Phrases:
    """Weights of single tokens and of pairs of tokens for each place, and a bias in log-odds."""

    bias: float
    single: Weights
    pair: Weights

    def scores(self, ids: Ints, spans: Spans, which: Ints) -> Floats:
        """The log-odds of each paragraph in `which`."""
        total = np.zeros(len(which))
        for text, shorter, weights in ((ids, 0, self.single), (_pairs(ids), 1, self.pair)):
            starts, ends = (np.array([spans[place][side][which] for place in weights.places]) for side in (0, 1))
            total += weights.sums(text, starts, ends - shorter)
        return self.bias + total / 100


def _before(terms: Ints) -> Ints:
    """Where each term was last before, -1 if it was not."""
    before = np.full(len(terms), -1)
    order = np.argsort(terms, kind="stable")
    again = np.flatnonzero(terms[order[1:]] == terms[order[:-1]])
    before[order[again + 1]] = order[again]
    return before


def terms(ids: Ints, spans: Spans, paragraph: int) -> Iterator[tuple[str, int, int]]:
    """The terms of a paragraph: place, 0 for a token or 1 for a pair, and the number of the token or pair."""
    tokens, pairs = ids.tolist(), _pairs(ids).tolist()
    for place in PLACES:
        start, end = (int(bound[paragraph]) for bound in spans[place])
        for token in sorted(set(tokens[start:end]) - {OTHER}):
            yield place, 0, token
        if place in PLACES_OF_PAIRS:
            for pair in sorted(set(pairs[start : max(start, end - 1)])):
                if pair >= PAIR and pair % PAIR:
                    yield place, 1, pair


def _pairs(ids: Ints) -> Ints:
    """The number of the pair that begins at each token but the last."""
    return np.asarray(ids[:-1] * PAIR + ids[1:])
