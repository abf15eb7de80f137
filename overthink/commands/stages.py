"""One command a stage, and score, which prints what they come to."""

from __future__ import annotations

import sys
from pathlib import Path

from overthink.commands.options import (
    ClusterJudge,
    CpuSeconds,
    Dataset,
    Format,
    FormatOption,
    Processes,
    Redo,
    Resamples,
    Runs,
    ScopeOption,
    Seed,
    SegmentJudge,
    TMax,
    Tokenizer,
)
from overthink.commands.output import Given, exit_if_failed, format_of, options_given, print_status


def segment(runs: Runs = None, judge: SegmentJudge = None, redo: Redo = None, processes: Processes = None) -> None:
    """Find the solutions of each response."""
    _advance("segment", runs, {"segment": {"judge": judge}}, redo, processes)


def cluster(runs: Runs = None, judge: ClusterJudge = None, redo: Redo = None, processes: Processes = None) -> None:
    """Find which solutions of a response share a strategy."""
    _advance("cluster", runs, {"cluster": {"judge": judge}}, redo, processes)


def verify(runs: Runs = None, cpu_seconds: CpuSeconds = None, redo: Redo = None, processes: Processes = None) -> None:
    """Compare the answers with the gold answer."""
    _advance("verify", runs, {"verify": {"cpu_seconds": cpu_seconds}}, redo, processes)


def score(
    runs: Runs = None,
    dataset: Dataset = None,
    format: FormatOption = None,
    judge: SegmentJudge = None,
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
    given: Given = {
        "segment": {"judge": judge},
        "cluster": {"judge": judge},
        "score": {"scope": scope, "tokenizer": tokenizer, "t_max": t_max},
        "report": {"resamples": resamples, "seed": seed},
    }
    print_report(runs or [], dataset, format, given, redo, processes)


def _advance(
    stage: str,
    folders: list[Path] | None,
    given: Given,
    redo: list[str] | None,
    processes: int | None,
) -> None:
    from overthink import pipeline
    from overthink.progress import Bars

    runs = pipeline.find_runs(folders or [])
    outcome = pipeline.Pipeline(options_given(given), Bars(), redo or (), processes).advance(runs, stage)
    print_status(runs, None)
    exit_if_failed(outcome.failed)


def print_report(
    folders: list[Path],
    dataset: str | None,
    format: Format | None,
    given: Given,
    redo: list[str] | None,
    processes: int | None,
) -> None:
    """Score these runs and print the report."""
    from rich.console import Console

    from overthink import pipeline, tables
    from overthink.progress import Bars

    runs = pipeline.find_runs(folders)
    work = pipeline.Pipeline(options_given(given), Bars(), redo or (), processes)
    work.advance(runs, "score")
    report = work.report(runs, dataset.split(",") if dataset else ())
    terminal = Console()
    text = tables.render(report, format_of(format), width=terminal.width, colour=terminal.is_terminal)
    sys.stdout.write(text)
    exit_if_failed(sum(len(run.failures()) for run in runs))
