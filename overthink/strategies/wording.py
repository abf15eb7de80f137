"""What the words of a solution weigh: how likely do they speak of a new way of reasoning?

A linear score over words and pairs of words in three places. Presence counts, not number, and all numbers are alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from overthink.strategies.features import Described, Term

PLACES = ("all", "opening", "new")
"""The whole solution; its opening with the end of the solution before it; words that no solution before it has."""


class WordingNumbers(TypedDict):
    """Weights as JSON has them: for each place the terms, words joined by a blank, with hundredths of log-odds."""

    bias: float
    weights: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Wording:
    """Weights of terms for each place, in log-odds."""

    bias: float
    weights: Mapping[str, Mapping[Term, float]]

    @classmethod
    def of(cls, numbers: WordingNumbers) -> Wording:
        """The weights that a JSON object describes."""
        return cls(
            bias=float(numbers["bias"]),
            weights={
                place: {_term_of(name): hundredths / 100 for name, hundredths in table.items()}
                for place, table in numbers["weights"].items()
            },
        )

    def scores(self, described: Sequence[Described]) -> NDArray[np.float64]:
        """The log-odds of each solution from the second on: shape `(n - 1,)`."""
        return np.array([self._score(terms) for terms in terms_of(described)])

    def _score(self, terms: Mapping[str, Iterable[Term]]) -> float:
        found = [table[term] for place, table in self.weights.items() for term in table.keys() & terms[place]]
        # Sets have no fixed order: fsum gives the same bits in any.
        return fsum([self.bias, *found])


def _term_of(name: str) -> Term:
    first, _, second = name.partition(" ")
    return (first, second) if second else first


def terms_of(described: Sequence[Described]) -> list[dict[str, frozenset[Term]]]:
    """The terms of each solution from the second on, by place."""
    seen: set[Term] = set()
    found = []
    for one in described:
        words: frozenset[Term] = frozenset(one.words.keys)
        found.append({"all": one.wording, "opening": one.opening_words, "new": words - seen})
        seen |= words
    return found[1:]
