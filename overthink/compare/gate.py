"""Conditions on a comparison, for a gate in CI: `outcome_efficiency < -0.02`, `math500/5: tokens.ci_high > 0`.

    [DATASET[/LEVEL]:] METRIC[.FIELD] OPERATOR NUMBER

Without a dataset all problems are meant. FIELD is `value` (the difference) if none is named; `ci_low` and `ci_high`
are the ends of its interval, `base` and `new` the metric itself, `p_value` the permutation test's. OPERATOR is one of
< <= > >=. NUMBER is in the unit of the metric (a share: 0.02, or 2%). A regular expression reads it; nothing is
evaluated.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from overthink.compare.rows import AES, ALL, HEADLINE, Against, Changes
from overthink.errors import OverthinkError
from overthink.metrics.catalogue import SPECS
from overthink.records import Change, Metric

FIELDS = ("value", "ci_low", "ci_high", "p_value", "base", "new")
METRICS = (*HEADLINE, AES, *(spec.name for spec in SPECS if spec.name not in HEADLINE))
_PASS = re.compile(r"pass@[1-9]\d{0,5}")
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_CONDITION = re.compile(
    r"\s*(?:(?P<dataset>[^:<>\s][^:<>]*?)\s*:\s*)?(?P<metric>[^\s.<>:=]+)(?:\.(?P<field>[^\s<>:=]+))?\s*"
    r"(?P<operator><=|>=|<|>)\s*(?P<number>[-+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,2})?)\s*(?P<percent>%)?\s*"
)
_HINT = "Write METRIC[.FIELD] < NUMBER, for example 'outcome_efficiency < -0.02' or 'accuracy.ci_low < -0.01'."


@dataclass(frozen=True)
class Condition:
    """One condition, read. `text` is as the user wrote it."""

    text: str
    dataset: str | None
    level: int | None
    metric: str
    field: str
    operator: str
    bound: float


@dataclass(frozen=True)
class Met:
    """A condition that a run meets, or of which that cannot be told: either closes the gate. `why` is one line."""

    run: str
    condition: str
    why: str


def read_condition(text: str) -> Condition:
    """The condition that is written here. OverthinkError, with the nearest name, if there is none."""
    found = _CONDITION.fullmatch(text) if len(text) <= 300 else None
    if found is None:
        raise OverthinkError(f"--fail-if {text[:300]!r}: not a condition", _HINT)
    metric = found["metric"] if _PASS.fullmatch(found["metric"]) else _one_of(METRICS, found["metric"], "metric", text)
    field = _one_of(FIELDS, found["field"] or "value", "field", text)
    if metric == AES and field not in ("value", "ci_low", "ci_high"):
        raise OverthinkError(f"--fail-if {text!r}: {AES} has no {field}", "Its fields are value, ci_low, ci_high.")
    dataset, slash, level = (found["dataset"] or "").rpartition("/")
    if not (slash and level.isascii() and level.isdecimal()):
        dataset, level = found["dataset"] or "", ""
    bound = float(found["number"]) / (100 if found["percent"] else 1)
    named = None if dataset in ("", ALL) else dataset
    return Condition(text, named, int(level) if level else None, metric, field, found["operator"], bound)


def find_met(conditions: Sequence[Condition], comparisons: Sequence[Against]) -> list[Met]:
    """Which conditions which runs meet. OverthinkError if a dataset or level is in no comparison."""
    results = []
    for condition in conditions:
        for against in comparisons:
            value, reason = _value(condition, against)
            if value is None:
                results.append(Met(against.run, condition.text, f"cannot be told: {reason}"))
            elif _OPERATORS[condition.operator](value, condition.bound):
                results.append(Met(against.run, condition.text, f"{condition.metric}.{condition.field} is {value:.6g}"))
    return results


def _one_of(names: Sequence[str], given: str, kind: str, text: str) -> str:
    if given in names:
        return given
    near = get_close_matches(given, names, n=1, cutoff=0.5)
    guess = f"Did you mean {near[0]}? " if near else ""
    shown = ", ".join(names[: len(HEADLINE) + 1])
    more = ", and all that `overthink score` reports" if len(names) > len(HEADLINE) + 1 else ""
    raise OverthinkError(f"--fail-if {text!r}: no {kind} {given!r}", f"{guess}There are {shown}{more}.")


def _value(condition: Condition, against: Against) -> tuple[float | None, str]:
    changes = _changes(condition, against)
    metric: Metric | Change | None = changes.aes if condition.metric == AES else changes.metrics.get(condition.metric)
    if metric is None:
        return None, "no problem of both runs has it"
    value: float | None = getattr(metric, condition.field)
    return value, metric.reason or "not defined"


def _changes(condition: Condition, against: Against) -> Changes:
    if condition.dataset is None and condition.level is None:
        return against.overall
    datasets = [condition.dataset] if condition.dataset else list(against.datasets)
    block = against.datasets.get(datasets[0]) if len(datasets) == 1 else None
    if block is not None and condition.level is None:
        return block.overall
    if block is not None and condition.level in block.levels:
        return block.levels[condition.level]
    there = ", ".join(
        name + (f" (levels {', '.join(map(str, block.levels))})" if block.levels else "")
        for name, block in against.datasets.items()
    )
    raise OverthinkError(f"--fail-if {condition.text!r}: {against.run} shares no such problems", f"There are {there}.")
