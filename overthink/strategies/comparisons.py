"""How the solutions of one response compare, as rows of features for the trees of the strategy model.

A novelty row compares one solution with all before it, a likeness row one solution with one before it; neither knows
what comes later, so that more text changes no earlier row. Each solution is compared with the first one and the
nearest `WINDOW` before it, so that the work is linear.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

from overthink.strategies.cues import FAMILIES
from overthink.strategies.features import Described

Floats = NDArray[np.float64]
Pair = tuple[int, int]

WINDOW = 12
KINDS = (
    "alternative", "substitute", "steps", "reading", "question", "plausible", "example", "decimal", "picture",
    "reverse", "listing", "units", "others", "algebra", "again", "hypothetical",
)  # fmt: skip
"""Families of cues for kinds of solutions: a second reading of the question is no new way of reasoning."""


@dataclass(frozen=True)
class Comparisons:
    """The rows of one response with n solutions, numbered from 0.

    `novelty`: shape `(n - 1, features)`, solutions 1 … n - 1. `likeness`: shape `(pairs, features)`; `pairs` says which
    solution is compared with which earlier one.
    """

    novelty: Floats
    likeness: Floats
    pairs: tuple[Pair, ...]


def compare(described: Sequence[Described]) -> Comparisons:
    """All rows of one response. Fewer than two solutions leave nothing to compare."""
    pairs = tuple((m, k) for m in range(1, len(described)) for k in _earlier(m))
    if not pairs:
        return Comparisons(np.empty((0, len(NOVELTY_FEATURES))), np.empty((0, len(LIKENESS_FEATURES))), pairs)
    this, that = np.array(pairs).T
    starts = np.flatnonzero(that == 0)
    likeness = np.array([_likeness(described[m], described[k]) for m, k in pairs])
    own = np.array([_own_features(one) for one in described])
    outline = own[:, : len(_OUTLINE)]
    length = outline[:, -1]
    kinds = np.array([one.families for one in described])[:, _KIND_COLUMNS]
    new_parts = _new_parts(described)
    relative = new_parts[:, _RELATIVE_COLUMNS]
    later = np.arange(1, len(described))
    longest = np.maximum.reduceat(length[that], starts)
    novelty = [
        own[1:],
        np.column_stack([length[1:] - length[0], length[1:] - longest, later]),
        new_parts,
        relative - _means_before(relative),
        _kinds_before(kinds),
        np.maximum.reduceat(likeness, starts),
        likeness[starts],
    ]
    likenesses = [
        likeness,
        np.minimum(kinds[this], kinds[that]),
        np.abs(kinds[this] - kinds[that]),
        outline[this],
        outline[that],
        relative[this - 1],
        np.column_stack([this - that, this, that == 0, length[this] - length[that]]),
    ]
    return Comparisons(np.hstack(novelty), np.hstack(likenesses), pairs)


PARTS = (
    "words", "numbers", "inner", "equations", "trigrams", "number_pairs", "techniques", "formulas", "sums", "results",
)  # fmt: skip
NEW_PARTS = (*(f"new_{name}" for name in PARTS), *(f"new_{name}_count" for name in PARTS))
_RELATIVE = ("new_words", "new_numbers", "new_equations", "new_trigrams", "new_number_pairs", "new_formulas")
_LIKENESS = (
    "word_cosine", "words_within", "number_cosine", "numbers_within", "numbers_around", "inner_within", "inner_around",
    "equations_within", "equations_common", "trigrams_within", "number_pairs_within", "number_pairs_around",
    "techniques_within", "techniques_around", "formulas_within", "formulas_around", "formulas_common", "sums_within",
    "sums_turned", "results_within", "results_around", "order",
)  # fmt: skip
_OUTLINE = ("answer_at", "answer_in", "answer_out", "given_out", "from_question", "operators", "digits", "length")
_OWN = (
    *_OUTLINE, "quotes", "questions", "equations", "inner",
    *(f"cue_{name}" for name in FAMILIES), *(f"opening_{name}" for name in FAMILIES),
)  # fmt: skip
NOVELTY_FEATURES = (
    *_OWN, "length_to_first", "length_to_longest", "number", *NEW_PARTS,
    *(f"{name}_relative" for name in _RELATIVE), *(f"before_{name}" for name in KINDS),
    *(f"best_{name}" for name in _LIKENESS), *(f"first_{name}" for name in _LIKENESS),
)  # fmt: skip
LIKENESS_FEATURES = (
    *_LIKENESS, *(f"both_{name}" for name in KINDS), *(f"apart_{name}" for name in KINDS),
    *(f"this_{name}" for name in _OUTLINE), *(f"that_{name}" for name in _OUTLINE), *_RELATIVE,
    "gap", "number", "that_is_first", "length_ratio",
)  # fmt: skip
_KIND_COLUMNS = [list(FAMILIES).index(name) for name in KINDS]
_RELATIVE_COLUMNS = [NEW_PARTS.index(name) for name in _RELATIVE]


def _earlier(m: int) -> list[int]:
    """The solutions that solution m is compared with; the first one comes first."""
    return [0, *range(max(1, m - WINDOW), m)]


def _means_before(rows: Floats) -> Floats:
    """For each row the mean of those before it; nothing is relative to nothing: the first row is its own mean."""
    means = np.cumsum(rows, axis=0)[:-1] / np.arange(1, len(rows))[:, None]
    return np.vstack([rows[:1], means])


def _own_features(one: Described) -> list[float]:
    """The features `_OWN` of a solution."""
    return [
        one.answer_at,
        one.answer_in,
        one.answer_out,
        one.given_out,
        one.from_question,
        one.operators,
        one.digits,
        log(one.length + 1),
        one.quotes,
        one.questions,
        len(one.equations),
        len(one.inner),
        *one.families,
        *(name in one.opening for name in FAMILIES),
    ]


def _new_parts(described: Sequence[Described]) -> Floats:
    """What each solution from the second on has that none before it has: shares and log counts of its parts."""
    seen: list[set[object]] = [set() for _ in PARTS]
    rows: list[list[float]] = []
    for m, one in enumerate(described):
        parts = _parts(one)
        if m:
            unseen = [(len(part - before), len(part)) for part, before in zip(parts, seen, strict=True)]
            shares = [count / size if size else 0.0 for count, size in unseen]
            rows.append([*shares, *(log(count + 1) for count, _ in unseen)])
        for part, before in zip(parts, seen, strict=True):
            before.update(part)
    return np.array(rows)


def _parts(one: Described) -> tuple[Set[object], ...]:
    return (
        one.words.keys, one.numbers.keys, one.inner, one.equations, one.trigrams, one.number_pairs,
        one.techniques.keys(), one.formulas, one.sums, one.results,
    )  # fmt: skip


def _kinds_before(kinds: Floats) -> Floats:
    """The strongest cue of each kind between the first solution and each one from the second on."""
    return np.vstack([np.zeros(kinds.shape[1]), np.maximum.accumulate(kinds[1:-1], axis=0)])


def _likeness(this: Described, that: Described) -> tuple[float, ...]:
    """The features `_LIKENESS` of a solution and an earlier one, each a share of what either has, or a count."""
    words = this.words.keys & that.words.keys
    numbers = this.numbers.keys & that.numbers.keys
    inner = len(this.inner & that.inner)
    equations = len(this.equations & that.equations)
    number_pairs = len(this.number_pairs & that.number_pairs)
    techniques = len(this.techniques.keys() & that.techniques.keys())
    formulas = len(this.formulas & that.formulas)
    results = len(this.results & that.results)
    return (
        this.words.cosine(that.words, words),
        len(words) / (len(this.words.keys) or 1),
        this.numbers.cosine(that.numbers, numbers),
        len(numbers) / (len(this.numbers.keys) or 1),
        len(numbers) / (len(that.numbers.keys) or 1),
        inner / (len(this.inner) or 1),
        inner / (len(that.inner) or 1),
        equations / (len(this.equations) or 1),
        equations,
        len(this.trigrams & that.trigrams) / (len(this.trigrams) or 1),
        number_pairs / (len(this.number_pairs) or 1),
        number_pairs / (len(that.number_pairs) or 1),
        techniques / (len(this.techniques) or 1),
        techniques / (len(that.techniques) or 1),
        formulas / (len(this.formulas) or 1),
        formulas / (len(that.formulas) or 1),
        formulas / (len(this.formulas) + len(that.formulas) - formulas or 1),
        len(this.sums & that.sums) / (len(this.sums) or 1),
        len(this.sums & that.turned) / (len(this.sums) or 1),
        results / (len(this.results) or 1),
        results / (len(that.results) or 1),
        _order(this.values, that.values),
    )


def _order(this: Sequence[str], that: Sequence[str]) -> float:
    """How many neighbours among the values that both have come in the same order; one half if there are none."""
    place = {value: number for number, value in enumerate(that)}
    places = [place[value] for value in this if value in place]
    if len(places) < 2:
        return 0.5
    return sum(first < second for first, second in pairwise(places)) / (len(places) - 1)
