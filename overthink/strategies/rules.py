"""Which solutions of one response share a way of reasoning, without a model of language.

Two small models answer two questions. How likely do two solutions share a strategy? How likely does a solution use
a way of reasoning that none before it had? Each is asked of a solution and those before it, never of what comes
later: more text changes no strategy that was found. The trained numbers are in the file beside this one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TypedDict

import numpy as np

from overthink.stats.trees import TreeNumbers, Trees
from overthink.strategies.comparisons import (
    LIKENESS_FEATURES,
    NOVELTY_FEATURES,
    Comparisons,
    Floats,
    Pair,
    compare,
)
from overthink.strategies.features import Described, describe
from overthink.strategies.names import strategy_names
from overthink.strategies.wording import Wording, WordingNumbers

RULES = "rules-2"
"""What a row calls them; another name if a row would come out otherwise: then stored rows are owed."""

SUMMARIES = ("likest", "like_first", "like_mean", "like_none", "like_last")
"""What the likenesses of one solution to those before it say together."""
NOVELTY = (*NOVELTY_FEATURES, *SUMMARIES, "wording")


class LogisticNumbers(TypedDict):
    """A logistic regression as JSON has it."""

    features: list[str]
    centre: list[float]
    scale: list[float]
    weight: list[float]
    bias: float


class PairNumbers(TypedDict):
    """A regression and trees for the same features, as JSON has them."""

    regression: LogisticNumbers
    trees: TreeNumbers


class NoveltyNumbers(TypedDict):
    """Trees and the names of their features, as JSON has them."""

    features: list[str]
    trees: TreeNumbers


class StrategyNumbers(TypedDict):
    """The trained numbers as JSON has them."""

    likeness: PairNumbers
    novelty: NoveltyNumbers
    wording: WordingNumbers


@dataclass(frozen=True)
class Logistic:
    """A logistic regression on features that are centred, scaled and cut off at ±`LIMIT`; shapes `(features,)`."""

    centre: Floats
    scale: Floats
    weight: Floats
    bias: float

    LIMIT = 3.0

    def standard(self, rows: Floats) -> Floats:
        """Centred and scaled rows, so that no odd value outweighs the rest."""
        return np.asarray(np.clip((rows - self.centre) / self.scale, -self.LIMIT, self.LIMIT))

    def probabilities(self, rows: Floats) -> Floats:
        """The probability of each row: shape `(rows, features)` to `(rows,)`."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self.standard(rows) @ self.weight + self.bias))))


@dataclass(frozen=True)
class Both:
    """The mean of what a regression and trees say: together they err less than either."""

    regression: Logistic
    trees: Trees

    def probabilities(self, rows: Floats) -> Floats:
        """The probability of each row: shape `(rows, features)` to `(rows,)`, rounded so that all machines agree."""
        return np.round((self.regression.probabilities(rows) + self.trees.probabilities(rows)) / 2, 6)


@dataclass(frozen=True)
class StrategyModel:
    """The trained numbers."""

    likeness: Both
    novelty: Trees
    wording: Wording


@dataclass(frozen=True)
class JudgedSolutions:
    """One response with n solutions, numbered from 0.

    `novelty[m]`: the probability that solution m uses a new way of reasoning (1 for the first), shape `(n,)`.
    `likeness[m][k]`: the probability that solution m shares its strategy with solution k before it, for the k that m
    was compared with.
    """

    described: list[Described]
    novelty: Floats
    likeness: list[dict[int, float]]


@lru_cache(maxsize=1)
def strategy_model() -> StrategyModel:
    """Load the numbers that come with the package."""
    text = resources.files("overthink.strategies").joinpath("rules.json").read_text("utf-8")
    return model_of(json.loads(text))


def model_of(numbers: StrategyNumbers) -> StrategyModel:
    """The model that a JSON object of trained numbers describes. Raises ValueError if it is for other features."""
    likeness, novelty = likeness_of(numbers["likeness"]), numbers["novelty"]
    _check("novelty", novelty["features"], NOVELTY)
    return StrategyModel(likeness, Trees.of(novelty["trees"]), Wording.of(numbers["wording"]))


def likeness_of(numbers: PairNumbers) -> Both:
    """The model of likeness that a JSON object describes. Raises ValueError if it is for other features."""
    _check("likeness", numbers["regression"]["features"], LIKENESS_FEATURES)
    return Both(_logistic_of(numbers["regression"]), Trees.of(numbers["trees"]))


def _check(name: str, found: Sequence[str], wanted: Sequence[str]) -> None:
    if tuple(found) != wanted:
        raise ValueError(f"the numbers of the {name} model are for other features: train them again")


def _logistic_of(numbers: LogisticNumbers) -> Logistic:
    centre, scale, weight = (np.array(numbers[each], dtype=float) for each in ("centre", "scale", "weight"))
    return Logistic(centre, scale, weight, float(numbers["bias"]))


@dataclass(frozen=True)
class Strategies:
    """`numbers` and `reasons` for each solution so far; `names[k-1]` names strategy k, which first appeared so."""

    numbers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def find_strategies(question: str, solutions: Sequence[str], answers: Sequence[str]) -> Strategies:
    """Give every solution of one response, in order and each with its answer, exactly one strategy.

    A reason tells how likely the solution uses a new way of reasoning; the first one is new by definition.
    """
    judged = judge_solutions(question, solutions, answers)
    numbers = strategies(judged)
    reasons = [f"new: {probability:.2f}" if m else "first" for m, probability in enumerate(judged.novelty)]
    return Strategies(tuple(numbers), tuple(strategy_names(judged.described, numbers)), tuple(reasons))


def judge_solutions(
    question: str, solutions: Sequence[str], answers: Sequence[str], model: StrategyModel | None = None
) -> JudgedSolutions:
    """Read the solutions of one response, in order, each with the answer that it states."""
    model = model or strategy_model()
    described = describe(question, solutions, answers)
    compared = compare(described)
    likeness: list[dict[int, float]] = [{} for _ in described]
    if not compared.pairs:
        return JudgedSolutions(described, np.ones(len(described)), likeness)
    like = model.likeness.probabilities(compared.likeness)
    rows = novelty_rows(compared, like, model.wording.scores(described))
    novelty = np.round(model.novelty.probabilities(rows), 6)
    for (m, k), probability in zip(compared.pairs, like.tolist(), strict=True):
        likeness[m][k] = probability
    return JudgedSolutions(described, np.concatenate([[1.0], novelty]), likeness)


def novelty_rows(compared: Comparisons, likeness: Floats, wording: Floats) -> Floats:
    """The features `NOVELTY` of each solution from the second on: shape `(n - 1, features)`."""
    return np.hstack([compared.novelty, summaries(compared.pairs, likeness), wording[:, None]])


def summaries(pairs: Sequence[Pair], likeness: Floats) -> Floats:
    """The `SUMMARIES` of each solution from the second on: shape `(pairs,)` to `(n - 1, 5)`."""
    starts = np.array([row for row, (_, k) in enumerate(pairs) if k == 0])
    ends = np.append(starts[1:], len(pairs))
    return np.column_stack(
        [
            np.maximum.reduceat(likeness, starts),
            likeness[starts],
            np.add.reduceat(likeness, starts) / (ends - starts),
            np.multiply.reduceat(1 - likeness, starts),
            likeness[ends - 1],
        ]
    )


def strategies(judged: JudgedSolutions) -> list[int]:
    """The strategy of each solution, numbered from 1 by first appearance.

    A solution without a new way of reasoning joins the strategy that it is most like.
    """
    found: list[int] = []
    count = 0
    for new, likeness in zip(new_solutions(judged), judged.likeness, strict=True):
        count += new
        found.append(count if new else _most_like(likeness, found))
    return found


NEW = 0.54
"""The probability from which a solution reasons in a new way. A little over one half: most labels that it was learned
from are by readers who see a new way more often than those that figures are taken from.
"""
CARRY = 0.5
"""How much of the length that was expected to be new and was not called so counts for the next solution."""


def new_solutions(judged: JudgedSolutions) -> list[bool]:
    """Which solutions use a new way of reasoning: those that are as likely to as `NEW`, with a carry.

    Several small chances make one new way of reasoning in the end. Cutting at `NEW` alone would lose them and bias
    process efficiency: so what the probabilities led to expect, in characters, and the decisions did not give is
    carried to the next solution in part, and what they gave too much is taken from it, as in the diffusion of errors
    (Floyd & Steinberg 1976).
    """
    new: list[bool] = []
    owed = 0.0
    for probability, one in zip(judged.novelty.tolist(), judged.described, strict=True):
        length = max(one.length, 1)
        new.append(not new or probability + CARRY * owed / length >= NEW)
        owed += (probability - new[-1]) * length
    return new


def _most_like(likeness: dict[int, float], found: Sequence[int]) -> int:
    """The strategy whose two likest solutions are on average most like this one."""
    by_strategy: dict[int, list[float]] = {}
    for k, probability in likeness.items():
        by_strategy.setdefault(found[k], []).append(probability)
    return max(by_strategy, key=lambda strategy: _mean_of_two(by_strategy[strategy]))


def _mean_of_two(values: list[float]) -> float:
    best = sorted(values)[-2:]
    return sum(best) / len(best)
