"""One command a stage, and score, which prints what they come to."""

from __future__ import annotations

from pathlib import Path

from overthink.commands.options import (
    ClusterJudge,
    CpuSeconds,
    Dataset,
    Estimate,
    JudgeBackendOption,
    JudgeContext,
    JudgeModel,
    JudgeSeed,
    JudgeUrl,
    MaxCalls,
    MaxCost,
    Output,
    PriceIn,
    PriceOut,
    Processes,
    Redo,
    ReportFormat,
    ReportFormatOption,
    Resamples,
    Runs,
    ScopeOption,
    Seed,
    SegmentJudge,
    TMax,
    Tokenizer,
    VerifyJudgeOption,
)
from overthink.commands.output import (
    Given,
    exit_if_failed,
    format_of,
    options_given,
    print_rows,
    print_status,
    say,
)


def segment(
    runs: Runs = None,
    judge: SegmentJudge = None,
    judge_model: JudgeModel = None,
    judge_url: JudgeUrl = None,
    judge_backend: JudgeBackendOption = None,
    judge_seed: JudgeSeed = None,
    judge_context: JudgeContext = None,
    estimate: Estimate = False,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    redo: Redo = None,
    processes: Processes = None,
) -> None:
    """Find the solutions of each response."""
    asked = {
        "model": judge_model, "url": judge_url, "backend": judge_backend, "seed": judge_seed, "context": judge_context,
        "price_in": price_in, "price_out": price_out, "max_calls": max_calls, "max_cost": max_cost,
    }  # fmt: skip
    _advance("segment", runs, {"segment": {"judge": judge}, "judge": asked}, redo, processes, estimate)


def cluster(
    runs: Runs = None,
    judge: ClusterJudge = None,
    judge_model: JudgeModel = None,
    judge_url: JudgeUrl = None,
    judge_backend: JudgeBackendOption = None,
    judge_seed: JudgeSeed = None,
    judge_context: JudgeContext = None,
    estimate: Estimate = False,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    redo: Redo = None,
    processes: Processes = None,
) -> None:
    """Find which solutions of a response share a strategy."""
    asked = {
        "model": judge_model, "url": judge_url, "backend": judge_backend, "seed": judge_seed, "context": judge_context,
        "price_in": price_in, "price_out": price_out, "max_calls": max_calls, "max_cost": max_cost,
    }  # fmt: skip
    _advance("cluster", runs, {"cluster": {"judge": judge}, "judge": asked}, redo, processes, estimate)


def verify(
    runs: Runs = None,
    judge: VerifyJudgeOption = None,
    cpu_seconds: CpuSeconds = None,
    judge_model: JudgeModel = None,
    judge_url: JudgeUrl = None,
    judge_backend: JudgeBackendOption = None,
    judge_seed: JudgeSeed = None,
    judge_context: JudgeContext = None,
    estimate: Estimate = False,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    redo: Redo = None,
    processes: Processes = None,
) -> None:
    """Compare the answers with the gold answer."""
    asked = {
        "model": judge_model, "url": judge_url, "backend": judge_backend, "seed": judge_seed, "context": judge_context,
        "price_in": price_in, "price_out": price_out, "max_calls": max_calls, "max_cost": max_cost,
    }  # fmt: skip
    given: Given = {"verify": {"judge": judge, "cpu_seconds": cpu_seconds}, "judge": asked}
    _advance("verify", runs, given, redo, processes, estimate)


def score(
    runs: Runs = None,
    dataset: Dataset = None,
    format: ReportFormatOption = None,
    output: Output = None,
    judge: SegmentJudge = None,
    judge_model: JudgeModel = None,
    judge_url: JudgeUrl = None,
    judge_backend: JudgeBackendOption = None,
    judge_seed: JudgeSeed = None,
    judge_context: JudgeContext = None,
    estimate: Estimate = False,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    scope: ScopeOption = None,
    tokenizer: Tokenizer = None,
    t_max: TMax = None,
    resamples: Resamples = None,
    seed: Seed = None,
    redo: Redo = None,
    processes: Processes = None,
) -> None:
    """Print every metric with its error bar.

    Does what is owed before it: segment, cluster, verify.
    """
    asked = {
        "model": judge_model, "url": judge_url, "backend": judge_backend, "seed": judge_seed, "context": judge_context,
        "price_in": price_in, "price_out": price_out, "max_calls": max_calls, "max_cost": max_cost,
    }  # fmt: skip
    given: Given = {
        "segment": {"judge": judge},
        "cluster": {"judge": "model" if judge == "hybrid" else judge},
        "judge": asked,
        "score": {"scope": scope, "tokenizer": tokenizer, "t_max": t_max},
        "report": {"resamples": resamples, "seed": seed},
    }
    if estimate:
        _estimate("score", runs, given, redo, processes)
    else:
        print_report(runs or [], dataset, format, given, redo, processes, output)


def _advance(
    stage: str,
    folders: list[Path] | None,
    given: Given,
    redo: list[str] | None,
    processes: int | None,
    estimate: bool,
) -> None:
    if estimate:
        _estimate(stage, folders, given, redo, processes)
        return
    from overthink import pipeline
    from overthink.terminal.progress import Bars

    runs = pipeline.find_runs(folders or [])
    work = pipeline.Pipeline(options_given(given), Bars(), redo or (), processes, asked=(stage,), say=say)
    outcome = work.advance(runs, stage)
    print_status(runs, None)
    exit_if_failed(outcome.failed)


def _estimate(
    stage: str, folders: list[Path] | None, given: Given, redo: list[str] | None, processes: int | None
) -> None:
    """What the judges would be asked, and nothing else."""
    from overthink import pipeline
    from overthink.terminal.progress import Bars

    asked = pipeline.JUDGED if stage == "score" else (stage,)
    work = pipeline.Pipeline(options_given(given), Bars(), redo or (), processes, asked=asked, say=say)
    rows = work.estimate(pipeline.find_runs(folders or []), stage)
    if rows:
        print_rows(rows, None, brief=("stage", "rows", "calls", "prompt_tokens", "cost_expected", "cost_at_most"))
    else:
        say("No stage would ask a judge: name one with --judge model --judge-model NAME.")


def print_report(
    folders: list[Path],
    dataset: str | None,
    format: ReportFormat | None,
    given: Given,
    redo: list[str] | None,
    processes: int | None,
    output: Path | None = None,
) -> None:
    """Score these runs and print the report."""
    from rich.console import Console

    from overthink import exporting, pipeline
    from overthink.terminal.progress import Bars

    runs = pipeline.find_runs(folders)
    work = pipeline.Pipeline(options_given(given), Bars(), redo or (), processes, say=say)
    work.advance(runs, "score")
    report = work.report(runs, dataset.split(",") if dataset else ())
    terminal = Console()
    form = "json" if format is None and output else format_of(format)
    content = exporting.rendered(report, form, width=terminal.width, colour=terminal.is_terminal and not output)
    exporting.put(content, form, output)
    exit_if_failed(sum(len(run.failures()) for run in runs))
