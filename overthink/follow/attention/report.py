"""attention.json: how thinking changes the attention that the constraints get, where it wins and where it loses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import floor, log2
from typing import Any, Literal

import numpy as np

from overthink.records import Attended, Metric, Row, Span
from overthink.run import Run
from overthink.stats.bootstrap import GRAIN, Draws, Floats
from overthink.stats.ratios import Measure, Ratios, mean

REPORT = "attention.json"
BINS = 40
"""Steps into which each phase of a response is cut, so that responses of any length can be averaged."""
DIGITS = 6
_NEEDED = ("generate", "constraints", "attention")
"""Stages without whose row a response is in no number."""

_DROP = Measure("drop", "attention", False, "no problem")

Rows = Mapping[str, Attended]
"""By problem id."""


class Drop(Row):
    """One layer (null: the mean of all): β of base and of cot, and how much less it is with thinking (Δβ).

    `ratio`: the same of the attention over its uniform share, 1/(context length).
    """

    layer: int | None
    base: float
    cot: float
    drop: Metric
    base_ratio: float
    cot_ratio: float
    drop_ratio: Metric


class Group(Row):
    """The problems of one outcome of thinking against answering at once; null: all of them."""

    outcome: str | None
    problems: int
    drops: list[Drop]


class Trace(Row):
    """The mean trace of one mode over the problems of one outcome (null: all), each phase cut into as many steps.

    Per step, the mean over the `problems` that have this phase: of the attention on one constraint token, of its ratio.
    """

    mode: str
    outcome: str | None
    phase: Literal["thinking", "answer"]
    problems: int
    attention: list[float]
    ratio: list[float]


class AttentionReport(Row):
    """`left_out`: responses that are in no number, by kind of reason. `one_sided`: those answered in one mode only."""

    schema_version: Literal[1] = 1
    dataset: str
    models: dict[str, str]
    finders: list[str]
    problems: int
    one_sided: int
    left_out: dict[str, int]
    groups: list[Group]
    traces: list[Trace]
    resamples: int
    seed: int


def report_of(
    dataset: str,
    base: Run,
    cot: Run,
    outcomes: Mapping[str, str | None],
    models: Mapping[str, str],
    draws: Draws,
) -> AttentionReport:
    """The report of two runs whose attention was read. `outcomes`: win, lose, tie by problem; None if not known."""
    rows = {"base": _rows(base), "cot": _rows(cot)}
    answered = {mode: {key for key, row in part.items() if row.beta is not None} for mode, part in rows.items()}
    shared = sorted(answered["base"] & answered["cot"])
    groups: dict[str | None, list[str]] = {None: shared}
    for name in ("win", "lose", "tie"):
        groups[name] = [key for key in shared if outcomes.get(key) == name]
    lost = Counter(row.kind for run in (base, cot) for row in run.failures() if row.stage in _NEEDED)
    unanswered = sum(len(part) - len(answered[mode]) for mode, part in rows.items())
    finders = {row.finder for run in (base, cot) for row in run.table("constraints").rows()}
    return AttentionReport(
        dataset=dataset,
        models=dict(models),
        finders=sorted(finders),
        problems=len(shared),
        one_sided=len(answered["base"] ^ answered["cot"]),
        left_out={**dict(sorted(lost.items())), **({"no_answer": unanswered} if unanswered else {})},
        groups=[
            Group(outcome=name, problems=len(keys), drops=_drops(rows, keys, draws)) for name, keys in groups.items()
        ],
        traces=[
            trace for name, keys in groups.items() for mode in rows for trace in _traces(mode, name, rows[mode], keys)
        ],
        resamples=draws.resamples,
        seed=draws.seed,
    )


def _rows(run: Run) -> dict[str, Attended]:
    table = run.table("attention")
    return {row_id.removesuffix("#1"): table.read(row_id) for row_id in table if row_id.endswith("#1")}


def _drops(rows: Mapping[str, Rows], keys: Sequence[str], draws: Draws) -> list[Drop]:
    if not keys:
        return []
    depths = {len(row.beta or ()) for part in rows.values() for key, row in part.items() if key in keys}
    layers = depths.pop() if len(depths) == 1 else 0  # of a pair of models with unlike depths only the means compare
    plain, ratio = (
        {mode: _layered(rows[mode], keys, name, layers) for mode in rows} for name in ("beta", "beta_ratio")
    )
    drops = _metrics(plain["base"] - plain["cot"], draws)
    ratio_drops = _metrics(ratio["base"] - ratio["cot"], draws)
    return [
        Drop(
            layer=layer,
            base=_round(plain["base"][:, k].mean()),
            cot=_round(plain["cot"][:, k].mean()),
            drop=drops[k],
            base_ratio=_round(ratio["base"][:, k].mean()),
            cot_ratio=_round(ratio["cot"][:, k].mean()),
            drop_ratio=ratio_drops[k],
        )
        for k, layer in enumerate([*range(1, layers + 1), None])
    ]


def _layered(rows: Rows, keys: Sequence[str], name: str, layers: int) -> Floats:
    """What each problem has in the first layers, then the mean of all its layers. `(problems, layers + 1)`."""
    found = [getattr(rows[key], name) for key in keys]
    return np.array([[*values[:layers], np.mean(values)] for values in found])


def _metrics(differences: Floats, draws: Draws) -> list[Metric]:
    """Their means with intervals over problems. `differences`: `(problems, layers)`."""
    # Attention is small: beside its largest value the grain of the table is as small as beside a share.
    largest = float(np.abs(differences).max()) or 1.0
    table = Ratios([_DROP] * differences.shape[1], GRAIN * 2.0 ** floor(log2(largest)))
    for problem, row in enumerate(differences):
        table.add(problem, [mean(difference) for difference in row])
    return [_rounded(metric) for metric in table.metrics(draws)]


def _rounded(metric: Metric) -> Metric:
    ends = {name: getattr(metric, name) for name in ("value", "ci_low", "ci_high")}
    return metric.model_copy(update={name: None if end is None else _round(end) for name, end in ends.items()})


def _traces(mode: str, outcome: str | None, rows: Rows, keys: Sequence[str]) -> Iterator[Trace]:
    for phase in ("thinking", "answer"):
        parts = [(rows[key], getattr(rows[key], phase)) for key in keys if getattr(rows[key], phase) is not None]
        if parts:
            yield Trace(
                mode=mode,
                outcome=outcome,
                phase=phase,
                problems=len(parts),
                attention=_mean_trace([(row.trace, span) for row, span in parts]),
                ratio=_mean_trace([(row.trace_ratio, span) for row, span in parts]),
            )


def _mean_trace(parts: Sequence[tuple[list[float], Span]]) -> list[float]:
    """The mean over responses of what each attends to in every step of the phase."""
    steps = np.array([_stepped(np.array(trace[slice(*span)])) for trace, span in parts])
    return [_round(value) for value in steps.mean(axis=0)]


def _stepped(values: Floats) -> Floats:
    """The values in BINS steps, the mean of those in each; if there are fewer values, some are in several."""
    edges = np.arange(BINS + 1) * len(values) / BINS
    low, high = np.floor(edges[:-1]).astype(int), np.ceil(edges[1:]).astype(int)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((sums[high] - sums[low]) / (high - low))


def _round(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def flat_rows(report: AttentionReport) -> Iterator[dict[str, Any]]:
    """Every drop, one row each."""
    for group in report.groups:
        for drop in group.drops:
            for name, metric in (("drop", drop.drop), ("drop_ratio", drop.drop_ratio)):
                yield {
                    "dataset": report.dataset, "outcome": group.outcome, "layer": drop.layer, "metric": name,
                    "base": drop.base if name == "drop" else drop.base_ratio,
                    "cot": drop.cot if name == "drop" else drop.cot_ratio,
                    "value": metric.value, "ci_low": metric.ci_low, "ci_high": metric.ci_high, "n": metric.n,
                }  # fmt: skip
