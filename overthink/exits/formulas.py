"""Every response as a rule would have stopped it: the answer that it had stated, and the tokens until then.

An answer counts as stated at the end of its solution. Tokens are those in scope. Nothing is generated: see UPPER_BOUND.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overthink.answers.compare import same_cheaply
from overthink.exits.rows import DatasetStops, ExitSettings, Rule, Stop, Stops
from overthink.metrics.response import CORRECT
from overthink.records import Metric, Verdict
from overthink.stats.bootstrap import Draws
from overthink.stats.ratios import Measure, Ratios, Term, mean

_MEASURES = (
    Measure("accuracy", "share", True, "no response with a known verdict"),
    Measure("accuracy_change", "share", True, "no response with a known verdict"),
    Measure("tokens", "tokens", False, "no response"),
    Measure("tokens_saved", "share", True, "no tokens"),
    Measure("stopped", "share", None, "no response"),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """One response: what each of its solutions states, the tokens through its end, and how the whole of it ended.

    `gold`: whether the problem has an answer. `correct`: of the final answer, None if undetermined. `verdicts` and
    `answers` are those of the solutions.
    """

    problem_id: str
    level: int | None
    gold: bool
    tokens: int
    correct: bool | None
    ends: Sequence[int]
    verdicts: Sequence[Verdict]
    answers: Sequence[str]


class Ending(NamedTuple):
    """One response under one rule. `answered`: whether any answer had been stated."""

    tokens: int
    correct: bool | None
    stopped: bool
    answered: bool


class StopRule(NamedTuple):
    """A rule, and its number if it has one."""

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


def ending(response: Stated, stop: StopRule) -> Ending:
    """The response as this rule leaves it."""
    ends = response.ends
    if stop.rule == "budget":
        assert stop.at is not None
        if response.tokens <= stop.at:
            return _whole(response)
        stated = sum(end <= stop.at for end in ends)
        nothing = False if response.gold else None  # no answer is a wrong one
        correct = CORRECT[response.verdicts[stated - 1]] if stated else nothing
        return Ending(stop.at, correct, True, stated > 0)
    last = first_repeat(response)[0] if stop.rule == "repeat" else stop.at
    if last is None or last > len(ends):
        return _whole(response)
    return Ending(ends[last - 1], CORRECT[response.verdicts[last - 1]], ends[last - 1] < response.tokens, True)


def first_repeat(response: Stated) -> tuple[int | None, bool]:
    """The number, from 1, of the first solution whose answer is that of the one before; None if there is none.

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
    """Whether solution k states the answer of the one before; both counted from 0. None if only SymPy could tell.

    First by notation and number, as an exit rule without the gold answer could. If that is not enough, the verdicts
    tell what SymPy would: two correct answers are equal, a correct and a wrong one are not.
    """
    outcome = same_cheaply(response.answers[k - 1], response.answers[k])
    if outcome is not None:
        return outcome[0] == "correct"
    pair = {response.verdicts[k - 1], response.verdicts[k]}
    return True if pair == {"correct"} else False if pair == {"correct", "wrong"} else None


def _whole(response: Stated) -> Ending:
    return Ending(response.tokens, response.correct, False, True)


def stops_by_level(
    responses: Sequence[Stated], stop_rules: Sequence[StopRule], settings: ExitSettings, draws: Draws
) -> DatasetStops:
    """All responses to one dataset under every rule, and those of each level; bootstrap over problems."""
    table = _Stopped(responses, stop_rules)
    levels = np.array([-1 if response.level is None else response.level for response in responses])

    def of(keep: NDArray[np.bool_]) -> Stops:
        return table.stops(keep, settings, draws)

    return DatasetStops(
        overall=of(np.full(len(responses), True)),
        levels={level: of(levels == level) for level in sorted(set(levels.tolist()) - {-1})},
    )


class _Stopped:
    """The responses under every rule: their table, a column a rule and measure, and what is counted of each."""

    def __init__(self, responses: Sequence[Stated], stop_rules: Sequence[StopRule]) -> None:
        self.rules = stop_rules
        self.table = Ratios([measure for _ in stop_rules for measure in _MEASURES])
        endings = [[ending(response, stop) for stop in stop_rules] for response in responses]
        for response, row in zip(responses, endings, strict=True):
            self.table.add(response.problem_id, [_terms(response, one) for one in row])
        self.answered = np.array([[one.answered for one in row] for row in endings])
        whole = np.array([[response.tokens] for response in responses])
        self.saved = whole - np.array([[one.tokens for one in row] for row in endings])
        self.unknown = np.array([first_repeat(response)[1] for response in responses])
        self.solutions = np.array([len(response.verdicts) for response in responses])
        self.problems = np.array([response.problem_id for response in responses])

    def stops(self, keep: NDArray[np.bool_], settings: ExitSettings, draws: Draws) -> Stops:
        """These responses, all those of some problems, under every rule that can stop one of them."""
        most = self.solutions[keep].max()
        problems = sorted(set(self.problems[keep].tolist()))
        metrics = iter(self.table.metrics(draws, problems))
        unanswered, saved = (~self.answered[keep]).sum(axis=0), self.saved[keep].sum(axis=0)
        found = []
        for i, stop in enumerate(self.rules):
            own = {measure.name: next(metrics) for measure in _MEASURES}
            if stop.rule != "solution" or (stop.at or 0) <= most:
                found.append(_stop(stop, own, int(unanswered[i]), int(saved[i]), settings))
        return Stops(
            responses=int(keep.sum()),
            problems=len(problems),
            unknown_repeats=int(self.unknown[keep].sum()),
            stops=found,
            smallest_budget=_smallest_budget(found, "value", settings.loss),
            smallest_budget_surely=_smallest_budget(found, "ci_low", settings.loss),
        )


def _terms(response: Stated, stopped: Ending) -> tuple[Term, ...]:
    """What one response adds to each of _MEASURES."""
    before, after = response.correct, stopped.correct
    change = None if before is None or after is None else after - before
    saved = response.tokens - stopped.tokens
    return mean(after), mean(change), mean(stopped.tokens), Term(saved, response.tokens, 1, 0), mean(stopped.stopped)


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
