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
class Phrases:
    """Weights of single tokens and of pairs of tokens for each place, in log-odds."""

    bias: float
    single: Mapping[str, Mapping[int, float]]
    pair: Mapping[str, Mapping[int, float]]

    def scores(self, ids: Ints, spans: Spans, which: Sequence[int]) -> NDArray[np.float64]:
        """The log-odds of each paragraph in `which`."""
        tokens, pairs = ids.tolist(), _pairs(ids)
        scores = np.full(len(which), self.bias)
        for text, shorter, weights_of in ((tokens, 0, self.single), (pairs, 1, self.pair)):
            for place, weights in weights_of.items():
                starts, ends = spans[place][0].tolist(), spans[place][1].tolist()
                known = weights.keys()
                for row, k in enumerate(which):
                    if starts[k] < ends[k] and (found := known & set(text[starts[k] : ends[k] - shorter])):
                        scores[row] += sum(map(weights.__getitem__, found))
        return scores


def terms(ids: Ints, spans: Spans, paragraph: int) -> Iterator[tuple[str, int, int]]:
    """The terms of a paragraph: place, 0 for a token or 1 for a pair, and the number of the token or pair."""
    tokens, pairs = ids.tolist(), _pairs(ids)
    for place in PLACES:
        start, end = (int(bound[paragraph]) for bound in spans[place])
        for token in sorted(set(tokens[start:end]) - {OTHER}):
            yield place, 0, token
        if place in PLACES_OF_PAIRS:
            for pair in sorted(set(pairs[start : max(start, end - 1)])):
                if pair >= PAIR and pair % PAIR:
                    yield place, 1, pair


def _pairs(ids: Ints) -> list[int]:
    """The number of the pair that begins at each token but the last."""
    pairs: list[int] = (ids[:-1] * PAIR + ids[1:]).tolist()
    return pairs
