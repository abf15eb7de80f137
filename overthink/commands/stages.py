"""One command a stage, and score, which prints what they come to."""

from __future__ import annotations

from pathlib import Path

from overthink.commands.options import (
    Dataset,
    Estimate,
    Output,
    Processes,
    Redo,
    ReportFormat,
    ReportFormatOption,
    Runs,
)
from overthink.commands.output import exit_if_failed, format_of, print_rows, print_status, say, session
from overthink.config import Sections
from overthink.options import options


@options("segment", "judge")
def segment(
    runs: Runs = None, *, given: Sections, estimate: Estimate = False, redo: Redo = None, processes: Processes = None
) -> None:
    """Find the solutions of each response."""
    _advance("segment", runs, given, redo, processes, estimate)


@options("cluster", "judge")
def cluster(
    runs: Runs = None, *, given: Sections, estimate: Estimate = False, redo: Redo = None, processes: Processes = None
) -> None:
    """Find which solutions of a response share a strategy."""
    _advance("cluster", runs, given, redo, processes, estimate)


@options("verify", "judge")
def verify(
    runs: Runs = None, *, given: Sections, estimate: Estimate = False, redo: Redo = None, processes: Processes = None
) -> None:
    """Compare the answers with the gold answer."""
    _advance("verify", runs, given, redo, processes, estimate)


@options("segment", "judge", "score", "report")
def score(
    runs: Runs = None,
    dataset: Dataset = None,
    format: ReportFormatOption = None,
    output: Output = None,
    *,
    given: Sections,
    estimate: Estimate = False,
    redo: Redo = None,
    processes: Processes = None,
) -> None:
    """Print every metric with its error bar.

    Does what is owed before it: segment, cluster, verify.
    """
    if judge := given["segment"].get("judge"):
        given["cluster"] = {"judge": "model" if judge == "hybrid" else judge}
    if estimate:
        _estimate("score", runs, given, redo, processes)
    else:
        print_report(runs or [], dataset, format, given, redo, processes, output)


def _advance(
    stage: str,
    folders: list[Path] | None,
    given: Sections,
    redo: list[str] | None,
    processes: int | None,
    estimate: bool,
) -> None:
    if estimate:
        _estimate(stage, folders, given, redo, processes)
        return
    from overthink import pipeline
    from overthink.session import find_runs

    runs = find_runs(folders or [])
    outcome = pipeline.bring(session(given, redo, processes, asked=(stage,)), runs, stage)
    print_status(runs, None)
    exit_if_failed(outcome.failed)


def _estimate(
    stage: str, folders: list[Path] | None, given: Sections, redo: list[str] | None, processes: int | None
) -> None:
    """What the judges would be asked, and nothing else."""
    from overthink import pipeline
    from overthink.session import find_runs

    work = session(given, redo, processes, asked=None if stage == "score" else (stage,))
    rows = pipeline.estimate(work, find_runs(folders or []), stage)
    if rows:
        print_rows(rows, None, brief=("stage", "rows", "calls", "prompt_tokens", "cost_expected", "cost_at_most"))
    else:
        say("No stage would ask a judge: name one with --judge model --judge-model NAME.")


def print_report(
    folders: list[Path],
    dataset: str | None,
    format: ReportFormat | None,
    given: Sections,
    redo: list[str] | None,
    processes: int | None,
    output: Path | None = None,
) -> None:
    """Score these runs and print the report."""
    from rich.console import Console

    from overthink import pipeline
    from overthink.exports import targets
    from overthink.metrics.report import report as make_report
    from overthink.session import find_runs

    runs = find_runs(folders)
    work = session(given, redo, processes)
    pipeline.bring(work, runs, "score")
    report = make_report(work, runs, dataset.split(",") if dataset else ())
    terminal = Console()
    form = "json" if format is None and output else format_of(format)
    content = targets.rendered(report, form, width=terminal.width, colour=terminal.is_terminal and not output)
    targets.put(content, form, output)
    exit_if_failed(sum(len(run.failures()) for run in runs))
