"""How the solutions of one response compare, as rows of features for the trees of the strategy model.

A novelty row tells of one solution against all before it, a likeness row of one solution against one before it.
Each solution is held against the first one and the nearest `WINDOW` before it, so that the work is linear.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from overthink.core.strategy_features import FAMILIES, Described

Floats = NDArray[np.float64]
Pair = tuple[int, int]

WINDOW = 12
KINDS = (
    "alternative", "substitute", "steps", "reading", "question", "plausible", "example", "decimal", "picture", "reverse",
    "listing", "units", "others", "algebra", "again", "hypothetical",
)  # fmt: skip
"""Families that tell what kind of solution it is: a second reading of the question is no new way of reasoning."""


@dataclass(frozen=True)
class Comparisons:
    """The rows of one response with n solutions, numbered from 0.

    `novelty`: shape `(n - 1, features)`, solutions 1 … n - 1. `likeness`: shape `(pairs, features)`; `pairs` says which
    solution is held against which earlier one.
    """

    novelty: Floats
    likeness: Floats
    pairs: tuple[Pair, ...]


def compare(described: Sequence[Described]) -> Comparisons:
    """All rows of one response. Fewer than two solutions leave nothing to compare."""
    pairs = tuple((m, k) for m in range(1, len(described)) for k in _earlier(m))
    likenesses = {(m, k): _likeness(described[m], described[k]) for m, k in pairs}
    news = _news(described)
    mean_news = {name: sum(row[name] for row in news) / len(news) for name in _RELATIVE} if news else {}
    total = sum(one.length for one in described) or 1
    kinds_before = _kinds_before(described)
    novelty = [
        [
            *_own(described, m),
            len(described),
            described[m].length / total,
            *news[m - 1].values(),
            *(news[m - 1][name] - mean for name, mean in mean_news.items()),
            *kinds_before[m - 1],
            *map(max, zip(*(likenesses[m, k] for k in _earlier(m)), strict=True)),
            *likenesses[m, 0],
        ]
        for m in range(1, len(described))
    ]
    likeness = [
        [
            *likenesses[m, k],
            *_alike_in_kind(described[m], described[k]),
            *_outline(described[m]),
            *_outline(described[k]),
            *(news[m - 1][name] for name in _RELATIVE),
            m - k,
            m,
            k == 0,
            log((described[m].length + 1) / (described[k].length + 1)),
        ]
        for m, k in pairs
    ]
    return Comparisons(_rows(novelty), _rows(likeness), pairs)


PARTS = ("words", "numbers", "inner", "equations", "trigrams", "number_pairs", "techniques")
NEWS = (*(f"new_{name}" for name in PARTS), *(f"new_{name}_count" for name in PARTS))
_RELATIVE = ("new_words", "new_numbers", "new_equations", "new_trigrams", "new_number_pairs")
_LIKENESS = (
    "word_cosine", "words_within", "number_cosine", "numbers_within", "numbers_around", "inner_within", "inner_around",
    "equations_within", "equations_common", "trigrams_within", "number_pairs_within", "number_pairs_around", "techniques_within", "techniques_around",
)  # fmt: skip
_OUTLINE = ("answer_at", "answer_in", "answer_out", "given_out", "from_question", "operators", "digits", "length")
_OWN = (
    *_OUTLINE, "length_to_first", "length_to_longest", "number", "quotes", "questions", "equations", "inner",
    *(f"cue_{name}" for name in FAMILIES), *(f"opening_{name}" for name in FAMILIES),
)  # fmt: skip
NOVELTY_FEATURES = (
    *_OWN, "solutions", "share", *NEWS, *(f"{name}_relative" for name in _RELATIVE), *(f"before_{name}" for name in KINDS),
    *(f"best_{name}" for name in _LIKENESS), *(f"first_{name}" for name in _LIKENESS),
)  # fmt: skip
LIKENESS_FEATURES = (
    *_LIKENESS, *(f"both_{name}" for name in KINDS), *(f"apart_{name}" for name in KINDS),
    *(f"this_{name}" for name in _OUTLINE), *(f"that_{name}" for name in _OUTLINE), *_RELATIVE,
    "gap", "number", "that_is_first", "length_ratio",
)  # fmt: skip


def _earlier(m: int) -> list[int]:
    return [0, *range(max(1, m - WINDOW), m)]


def _rows(rows: list[list[float]]) -> Floats:
    return np.array(rows, dtype=float)


def _own(described: Sequence[Described], m: int) -> list[float]:
    one = described[m]
    longest = max(described[k].length for k in _earlier(m))
    return [
        *_outline(one),
        log((one.length + 1) / (described[0].length + 1)),
        log((one.length + 1) / (longest + 1)),
        m,
        one.quotes,
        one.questions,
        len(one.equations),
        len(one.inner),
        *(one.families.get(name, 0.0) for name in FAMILIES),
        *(name in one.opening for name in FAMILIES),
    ]


def _outline(one: Described) -> tuple[float, ...]:
    return (
        one.answer_at, one.answer_in, one.answer_out, one.given_out, one.from_question, one.operators, one.digits,
        log(one.length + 1),
    )  # fmt: skip


def _news(described: Sequence[Described]) -> list[dict[str, float]]:
    """What each solution from the second on brings that none before it has: the share and the log count of its parts."""
    seen: dict[str, set[object]] = {name: set() for name in PARTS}
    rows: list[dict[str, float]] = []
    for m, one in enumerate(described):
        parts = _parts(one)
        if m:
            unseen = [(len(part - seen[name]), len(part)) for name, part in zip(PARTS, parts, strict=True)]
            shares = [count / size if size else 0.0 for count, size in unseen]
            rows.append(dict(zip(NEWS, [*shares, *(log(count + 1) for count, _ in unseen)], strict=True)))
        for name, part in zip(PARTS, parts, strict=True):
            seen[name].update(part)
    return rows


def _parts(one: Described) -> tuple[Set[object], ...]:
    return (
        one.words.weights.keys(), one.numbers.weights.keys(), one.inner, one.equations, one.trigrams, one.number_pairs,
        one.techniques,
    )  # fmt: skip


def _kinds_before(described: Sequence[Described]) -> list[list[float]]:
    """For each solution from the second on: the strongest cue of each kind in the solutions between the first and it."""
    strongest = dict.fromkeys(KINDS, 0.0)
    rows = []
    for one in described[1:]:
        rows.append(list(strongest.values()))
        for name in KINDS:
            strongest[name] = max(strongest[name], one.families.get(name, 0.0))
    return rows


def _likeness(this: Described, that: Described) -> tuple[float, ...]:
    return (
        this.words.cosine(that.words),
        _within(this.words.weights.keys(), that.words.weights.keys()),
        this.numbers.cosine(that.numbers),
        _within(this.numbers.weights.keys(), that.numbers.weights.keys()),
        _within(that.numbers.weights.keys(), this.numbers.weights.keys()),
        _within(this.inner, that.inner),
        _within(that.inner, this.inner),
        _within(this.equations, that.equations),
        len(this.equations & that.equations),
        _within(this.trigrams, that.trigrams),
        _within(this.number_pairs, that.number_pairs),
        _within(that.number_pairs, this.number_pairs),
        _within(this.techniques, that.techniques),
        _within(that.techniques, this.techniques),
    )


def _within(part: Set[object], whole: Set[object]) -> float:
    """How much of `part` stands in `whole`; 0 where it is empty."""
    return len(part & whole) / len(part) if part else 0.0


def _alike_in_kind(this: Described, that: Described) -> list[float]:
    cues = [(this.families.get(name, 0.0), that.families.get(name, 0.0)) for name in KINDS]
    return [*(min(pair) for pair in cues), *(abs(a - b) for a, b in cues)]
