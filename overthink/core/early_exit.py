"""Every response cut where a rule would have stopped it: the answer that stood there, and the tokens until then.

An answer counts as stated where its solution ends. Tokens are those in scope. Nothing is generated: see UPPER_BOUND.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overthink.answers.compare import same_cheaply
from overthink.core.exits import METRICS, DatasetStops, ExitSettings, Rule, Stop, Stops
from overthink.core.stats import DECIMALS, Floats, bootstrap, exact, ratios
from overthink.records import NO_INTERVAL, Metric, Verdict

_DESCRIBED: dict[str, tuple[str, bool | None, str]] = {
    "accuracy": ("share", True, "no response with a known verdict"),
    "accuracy_change": ("share", True, "no response with a known verdict"),
    "tokens": ("tokens", False, "no response"),
    "tokens_saved": ("share", True, "no tokens"),
    "stopped": ("share", None, "no response"),
}
_KNOWN: dict[Verdict, bool | None] = {"correct": True, "wrong": False, "undetermined": None}


@dataclass(frozen=True, slots=True)
class Stated:
    """One response: what each of its solutions states, the tokens of each, and how the whole of it ended.

    `gold`: whether the problem has an answer. `correct`: of the final answer, None where undetermined. `verdicts` and
    `answers` are those of the solutions.
    """

    problem_id: str
    level: int | None
    gold: bool
    tokens: int
    correct: bool | None
    solution_tokens: Sequence[int]
    verdicts: Sequence[Verdict]
    answers: Sequence[str]


class Cut(NamedTuple):
    """One response under one rule. `answered`: whether any answer stood there."""

    tokens: int
    correct: bool | None
    stopped: bool
    answered: bool


class StopRule(NamedTuple):
    """A rule, and its number where it has one."""

    rule: Rule
    at: int | None


def rules(solutions: int, budgets: Iterable[int]) -> list[StopRule]:
    """No stop; after each solution up to this one; at the repeat; at each budget."""
    return [
        StopRule("none", None),
        *(StopRule("solution", k) for k in range(1, solutions + 1)),
        StopRule("repeat", None),
        *(StopRule("budget", budget) for budget in sorted(set(budgets))),
    ]


def cut(response: Stated, stop: StopRule) -> Cut:
    """The response as this rule leaves it."""
    ends = list(accumulate(response.solution_tokens))
    if stop.rule == "budget":
        assert stop.at is not None
        if response.tokens <= stop.at:
            return _whole(response)
        stated = sum(end <= stop.at for end in ends)
        nothing = False if response.gold else None  # no answer is a wrong one
        correct = _KNOWN[response.verdicts[stated - 1]] if stated else nothing
        return Cut(stop.at, correct, True, stated > 0)
    last = first_repeat(response)[0] if stop.rule == "repeat" else stop.at
    if last is None or last > len(ends):
        return _whole(response)
    return Cut(ends[last - 1], _KNOWN[response.verdicts[last - 1]], ends[last - 1] < response.tokens, True)


def first_repeat(response: Stated) -> tuple[int | None, bool]:
    """The number, from 1, of the first solution whose answer is that of the one before; None where there is none.

    And whether some pair before it could not be compared: such a pair counts as different.
    """
    unknown = False
    for k in range(1, len(response.answers)):
        same = _same(response, k)
        if same:
            return k + 1, unknown
        unknown |= same is None
    return None, unknown


def _same(response: Stated, k: int) -> bool | None:
    """Whether solution k states the answer of the one before; both counted from 0. None where only SymPy could tell.

    First by notation and number, as an exit rule without the gold answer could. Where that is not enough, the verdicts
    tell what SymPy would: two correct answers are equal, a correct and a wrong one are not.
    """
    outcome = same_cheaply(response.answers[k - 1], response.answers[k])
    if outcome is not None:
        return outcome[0] == "correct"
    pair = {response.verdicts[k - 1], response.verdicts[k]}
    return True if pair == {"correct"} else False if pair == {"correct", "wrong"} else None


def _whole(response: Stated) -> Cut:
    return Cut(response.tokens, response.correct, False, True)


def stops_by_level(
    responses: Sequence[Stated], stop_rules: Sequence[StopRule], settings: ExitSettings, *, resamples: int, seed: int
) -> DatasetStops:
    """All responses to one dataset under every rule, and those of each level; bootstrap over problems."""
    table = _Table(responses, stop_rules)
    levels = np.array([-1 if response.level is None else response.level for response in responses])

    def of(keep: NDArray[np.bool_]) -> Stops:
        return table.stops(keep, settings, resamples, seed)

    return DatasetStops(
        overall=of(np.full(len(responses), True)),
        levels={level: of(levels == level) for level in sorted(set(levels.tolist()) - {-1})},
    )


class _Table:
    """What each response adds above and below the line, `(responses, rules, metrics)`, and what is counted of it."""

    def __init__(self, responses: Sequence[Stated], stop_rules: Sequence[StopRule]) -> None:
        cuts = [[cut(response, stop) for stop in stop_rules] for response in responses]
        terms = [[_terms(response, one) for one in row] for response, row in zip(responses, cuts, strict=True)]
        self.rules = stop_rules
        self.terms = np.array(terms, dtype=np.float64).transpose(2, 0, 1, 3)
        self.answered = np.array([[one.answered for one in row] for row in cuts])
        self.unknown = np.array([first_repeat(response)[1] for response in responses])
        self.solutions = np.array([len(response.verdicts) for response in responses])
        self.problems = np.array([response.problem_id for response in responses])

    def stops(self, keep: NDArray[np.bool_], settings: ExitSettings, resamples: int, seed: int) -> Stops:
        """These responses under every rule that can stop one of them."""
        most = self.solutions[keep].max()
        used = [i for i, stop in enumerate(self.rules) if stop.rule != "solution" or (stop.at or 0) <= most]
        names, place = np.unique(self.problems[keep], return_inverse=True)
        above, below = (_summed(part[keep][:, used], place, len(names)) for part in self.terms)
        responses = int(keep.sum())
        metrics = _metrics(above, below, responses, resamples, seed)
        unanswered = (~self.answered[keep][:, used]).sum(axis=0)
        saved = above[..., _SAVED].sum(axis=0)
        found = [
            _stop(self.rules[used[i]], metrics[i], int(unanswered[i]), int(saved[i]), settings)
            for i in range(len(used))
        ]
        return Stops(
            responses=responses,
            problems=len(names),
            unknown_repeats=int(self.unknown[keep].sum()),
            stops=found,
            smallest_budget=_smallest_budget(found, "value", settings.loss),
            smallest_budget_surely=_smallest_budget(found, "ci_low", settings.loss),
        )


def _summed(terms: Floats, place: NDArray[np.intp], problems: int) -> Floats:
    """The sums of the responses of each problem."""
    sums = np.zeros((problems, *terms.shape[1:]))
    np.add.at(sums, place, terms)
    return sums


_SAVED = METRICS.index("tokens_saved")


def _terms(response: Stated, cut_here: Cut) -> tuple[list[float], list[float]]:
    """What one response adds above and below the line of each of METRICS."""
    before, after = response.correct, cut_here.correct
    both = before is not None and after is not None
    change = int(bool(after)) - int(bool(before)) if both else 0
    return (
        [bool(after), change, cut_here.tokens, response.tokens - cut_here.tokens, cut_here.stopped],
        [after is not None, both, 1, response.tokens, 1],
    )


def _metrics(above: Floats, below: Floats, responses: int, resamples: int, seed: int) -> list[dict[str, Metric]]:
    """The metrics of each rule, from sums of shape `(problems, rules, metrics)`."""
    flat = (len(above), -1)
    intervals = bootstrap(exact(above.reshape(flat)), exact(below.reshape(flat)), resamples=resamples, seed=seed)
    spread = intervals.reshape(*above.shape[1:], 2)
    values = ratios(above.sum(axis=0), below.sum(axis=0))
    known = below.sum(axis=0)
    result = []
    for i in range(above.shape[1]):
        row = {}
        for m, name in enumerate(METRICS):
            n = responses if name == "tokens_saved" else int(known[i, m])
            row[name] = _metric(name, values[i, m], spread[i, m], n, responses - n)
        result.append(row)
    return result


def _metric(name: str, value: float, interval: Floats, n: int, n_excluded: int) -> Metric:
    unit, higher_is_better, empty = _DESCRIBED[name]
    low, high = (_number(end) for end in interval)
    alone = NO_INTERVAL if low is None else None
    return Metric(
        value=_number(value),
        ci_low=low,
        ci_high=high,
        n=n,
        n_excluded=n_excluded,
        unit=unit,
        higher_is_better=higher_is_better,
        reason=empty if isnan(value) else alone,
    )


def _number(value: float) -> float | None:
    return None if isnan(value) else round(float(value), DECIMALS)


def _stop(stop: StopRule, metrics: dict[str, Metric], unanswered: int, saved: int, settings: ExitSettings) -> Stop:
    price, joules = settings.price_out, settings.joules_per_token
    return Stop(
        rule=stop.rule,
        at=stop.at,
        **metrics,
        unanswered=unanswered,
        saved_token_count=saved,
        money_saved=None if price is None else saved * price / 1e6,
        joules_saved=None if joules is None else saved * joules,
    )


def _smallest_budget(found: Sequence[Stop], field: str, loss: float) -> int | None:
    """The smallest budget whose change of accuracy (or the low end of its interval) is above -loss."""
    for stop in found:
        change: float | None = getattr(stop.accuracy_change, field)
        if stop.rule == "budget" and change is not None and change > -loss:
            return stop.at
    return None
