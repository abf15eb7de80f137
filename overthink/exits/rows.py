"""What an earlier stop would have kept and saved, as rows: exit.json, the public contract schemas/exit.v1.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from overthink.metrics.aggregate import is_of_thinking
from overthink.records import Caveat, Method, Metric, Row, is_empty, is_false, void_codes

Rule = Literal["none", "solution", "repeat", "budget"]

UPPER_BOUND = (
    "An upper bound of what an exit rule can save: no forced answer was generated. A stopped response is given the "
    "answer that it had stated by then, at no further token; where it had stated none it counts as wrong, though an "
    "answer forced out of it might have been right."
)


class Stop(Row):
    """All responses stopped by one rule. A response that the rule does not reach ends as it did, with all its tokens.

    `rule`: `solution`, after the `at`-th; `repeat`, where an answer is stated a second time in a row; `budget`, after
    `at` tokens; `none`, where each response ended by itself. `accuracy_change` is against `none`, over the responses
    whose verdict is known for both. `tokens_saved` is a share of all tokens, `stopped` one of the responses.
    `unanswered`: responses stopped before any answer stood there; they count as wrong. Money and joules are those of
    the saved tokens of these responses, null where no price was given.
    """

    rule: Rule
    at: int | None
    accuracy: Metric
    accuracy_change: Metric
    tokens: Metric
    tokens_saved: Metric
    stopped: Metric
    unanswered: int
    saved_token_count: int
    money_saved: float | None
    joules_saved: float | None


class Stops(Row):
    """Some responses under every rule.

    `smallest_budget`: the smallest of the budgets that loses less than `loss`; `smallest_budget_surely`: of those whose
    interval says so, too. `unknown_repeats`: responses in which two answers in a row could not be compared without
    SymPy; they were taken for different.
    """

    responses: int
    problems: int
    unknown_repeats: int
    stops: list[Stop]
    smallest_budget: int | None
    smallest_budget_surely: int | None


class DatasetStops(Row):
    """All responses to one dataset, and those of each level."""

    overall: Stops
    levels: dict[int, Stops]


class RunExits(Row):
    """One run. `failed`: rows that could not be made, by stage; they are in no number.

    Nor are the `hidden` responses, whose thinking the server hid. `caveats`: what the numbers must not be read without.
    """

    run: str
    model: str
    method: Method
    failed: dict[str, int]
    hidden: int = Field(0, exclude_if=is_false)
    caveats: list[Caveat] = Field([], exclude_if=is_empty)
    datasets: dict[str, DatasetStops]


class ExitSettings(Row):
    """`loss`: the accuracy that may be lost. `price_out`: of a million tokens."""

    loss: float
    price_out: float | None
    joules_per_token: float | None


class ExitRow(Row):
    """One number of one stop, flat. A null level: all levels. `void`: the codes of the caveats that void it."""

    run: str
    model: str
    dataset: str
    level: int | None
    rule: Rule
    at: int | None
    metric: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    n_excluded: int
    unit: str
    higher_is_better: bool | None
    void: list[str] = Field([], exclude_if=is_empty)


class Exits(Row):
    """One or more runs: nested for people, flat for programs. `upper_bound` says what the numbers are not."""

    schema_version: Literal[1]
    upper_bound: str
    settings: ExitSettings
    runs: list[RunExits]
    rows: list[ExitRow]


METRICS = ("accuracy", "accuracy_change", "tokens", "tokens_saved", "stopped")


def flat_rows(part: RunExits) -> Iterator[ExitRow]:
    """The numbers of one run: each dataset, then its levels; in each, every rule."""
    for dataset, block in part.datasets.items():
        for level, stops in [(None, block.overall), *block.levels.items()]:
            for stop in stops.stops:
                for name in METRICS:
                    metric: Metric = getattr(stop, name)
                    yield ExitRow(
                        run=part.run,
                        model=part.model,
                        dataset=dataset,
                        level=level,
                        rule=stop.rule,
                        at=stop.at,
                        metric=name,
                        **metric.model_dump(exclude={"reason"}),
                        void=void_codes(part.caveats) if stop.rule != "none" or is_of_thinking(name) else [],
                    )
