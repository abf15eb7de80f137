"""follow.json: how far each way to answer follows instructions, and each against thinking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import Field

from overthink.follow.correlation import correlations
from overthink.follow.measures import Answers, answers_of, changes, measured
from overthink.follow.outcomes import Outcomes, by_kind, by_prompt
from overthink.records import Caveat, Change, Metric, Row, is_empty, void_codes
from overthink.run import Run
from overthink.run.caveats import caveats_of
from overthink.stats.bootstrap import Draws

REPORT = "follow.json"


class ModeReport(Row):
    """One run. `unanswered`: responses that ended inside their thinking or are empty; they meet nothing.

    `unthinking`: responses without thinking. `undecided`: constraints that only a judge can decide. `failed`: rows that
    could not be made or checked, by kind; they are in no number.
    """

    run: str
    model: str
    mode: str
    thinks: str | None
    tokenizer: str
    tokenizer_is_own: bool
    prompts: int
    unanswered: int
    unthinking: int
    undecided: int
    failed: dict[str, int]
    metrics: dict[str, Metric]
    caveats: list[Caveat] = Field([], exclude_if=is_empty)


class Effect(Row):
    """Thinking (cot) against answering at once (base), over the prompts that both answered.

    `correlations` of thinking tokens and the share of constraints met, over the cot responses.
    """

    prompts: int
    base_only: int
    cot_only: int
    changes: dict[str, Change]
    overall: Outcomes
    kinds: list[Outcomes]
    correlations: dict[str, Metric]


class FollowMethod(Row):
    """How the numbers came about."""

    checkers: dict[str, str]
    dataset_revisions: dict[str, str]
    resamples: int
    permutations: int
    seed: int


class FollowReport(Row):
    """All runs of one dataset; `effect` is null if base or cot is missing."""

    schema_version: Literal[1] = 1
    dataset: str
    method: FollowMethod
    modes: list[ModeReport]
    effect: Effect | None


def report_of(dataset: str, runs: Sequence[Run], draws: Draws) -> FollowReport:
    """The report of these checked runs."""
    answers = {run.manifest.mode or run.name: answers_of(run) for run in runs}
    base, cot = answers.get("base"), answers.get("cot")
    return FollowReport(
        dataset=dataset,
        method=_method(runs, draws),
        modes=[mode_report(run, answers[run.manifest.mode or run.name], draws) for run in runs],
        effect=effect_of(base, cot, draws) if base is not None and cot is not None else None,
    )


def mode_report(run: Run, answers: Answers, draws: Draws) -> ModeReport:
    """What one run comes to."""
    config = run.manifest.stages["follow"].config
    return ModeReport(
        run=str(run.folder),
        model=run.manifest.model,
        mode=run.manifest.mode or run.name,
        thinks=run.manifest.thinks,
        tokenizer=config["tokenizer_name"],
        tokenizer_is_own=config["tokenizer_own"],
        prompts=len(answers),
        unanswered=sum(not answer.answered for answer in answers.values()),
        unthinking=sum(not answer.thought for answer in answers.values()),
        undecided=sum(answer.loose.count(None) for answer in answers.values()),
        failed=dict(sorted(Counter(row.kind for row in run.failures()).items())),
        metrics=measured(answers, draws),
        caveats=[one for one in caveats_of(run) if one.code != "failed_rows"],  # `failed` counts these
    )


def effect_of(base: Answers, cot: Answers, draws: Draws) -> Effect:
    """What thinking changes."""
    shared = base.keys() & cot.keys()
    return Effect(
        prompts=len(shared),
        base_only=len(base) - len(shared),
        cot_only=len(cot) - len(shared),
        changes=changes(base, cot, draws),
        overall=by_prompt(base, cot, draws),
        kinds=by_kind(base, cot, draws),
        correlations=correlations(cot, draws),
    )


def flat_rows(report: FollowReport) -> Iterator[dict[str, Any]]:
    """Every number, one row each, with the same keys. `void`: the codes of the caveats that void it."""
    for mode in report.modes:
        for name, metric in mode.metrics.items():
            yield _flat(report, mode.model, mode.mode, None, name, metric, void_codes(mode.caveats))
    if report.effect is None:
        return
    void = void_codes(*(mode.caveats for mode in report.modes if mode.mode in ("base", "cot")))
    for name, change in report.effect.changes.items():
        yield _flat(report, None, "cot - base", None, name, change, void)
    for kind in report.effect.kinds:
        yield _flat(report, None, "cot - base", kind.kind, "instruction_loose", kind.change, void)
    for name, metric in report.effect.correlations.items():
        yield _flat(report, None, "cot", None, name, metric, void)


def _flat(
    report: FollowReport, model: str | None, mode: str, kind: str | None, name: str, metric: Metric, void: list[str]
) -> dict[str, Any]:
    return {
        "dataset": report.dataset, "model": model, "mode": mode, "kind": kind, "metric": name, "value": metric.value,
        "ci_low": metric.ci_low, "ci_high": metric.ci_high, "n": metric.n, "n_excluded": metric.n_excluded,
        "p_value": metric.p_value if isinstance(metric, Change) else None, "void": void,
    }  # fmt: skip


def _method(runs: Sequence[Run], draws: Draws) -> FollowMethod:
    config = runs[0].manifest.stages["follow"].config
    return FollowMethod(
        checkers=config["libraries"],
        dataset_revisions=runs[0].manifest.datasets,
        resamples=draws.resamples,
        permutations=draws.permutations,
        seed=draws.seed,
    )
