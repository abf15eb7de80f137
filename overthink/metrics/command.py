"""segment, cluster, verify and score bring runs up to a stage; run begins with the responses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overthink.config import Sections
from overthink.generate.command import Datasets, Levels, generated
from overthink.imports.command import folders_of
from overthink.options import (
    Dataset,
    Estimate,
    Ids,
    Limit,
    Mirror,
    Model,
    Output,
    Processes,
    Redo,
    ReportFormat,
    ReportFormatOption,
    Runs,
    ThinkTags,
    options,
)
from overthink.render.output import exit_if_failed, format_of, print_rows, say
from overthink.run.command import print_status
from overthink.session import open_session


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
        _print_report(runs or [], dataset, format, given, redo, processes, output)


@options("generate")
def run(
    source: Annotated[list[Path] | None, typer.Argument(help="Files of recorded responses, or run folders.")] = None,
    model: Model = None,
    dataset: Datasets = None,
    out: Annotated[Path | None, typer.Option(help="The run folder, or where files make them. Default: runs/…")] = None,
    format: ReportFormatOption = None,
    *,
    given: Sections,
    limit: Limit = None,
    levels: Levels = None,
    ids: Ids = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
) -> None:
    """Go all the way, from nothing to a report.

    Generates with --model, or imports files, or takes runs; then scores.
    """
    if source:
        folders = folders_of(source, out, dataset=dataset, mirror=hub_mirror)
    else:
        made, outcome = generated(
            given, None, model=model, dataset=dataset, out=out, limit=limit, levels=levels, ids=ids,
            think_tags=think_tags, mirror=hub_mirror,
        )  # fmt: skip
        folders = [made.folder]
        if outcome.failed:
            say(f"{outcome.failed} responses failed and are owed: see failures.jsonl.")
    _print_report(folders, dataset if source else None, format, {}, None, None)


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
    from overthink.metrics import pipeline
    from overthink.run.find import find_runs

    runs = find_runs(folders or [])
    outcome = pipeline.bring(open_session(given, redo, processes, asked=(stage,)), runs, stage)
    print_status(runs, None)
    exit_if_failed(outcome.failed)


def _estimate(
    stage: str, folders: list[Path] | None, given: Sections, redo: list[str] | None, processes: int | None
) -> None:
    """What the judges would be asked, and nothing else."""
    from overthink.metrics import pipeline
    from overthink.run.find import find_runs

    work = open_session(given, redo, processes, asked=None if stage == "score" else (stage,))
    rows = pipeline.estimate(work, find_runs(folders or []), stage)
    if rows:
        print_rows(rows, None, brief=("stage", "rows", "calls", "prompt_tokens", "cost_expected", "cost_at_most"))
    else:
        say("No stage would ask a judge: name one with --judge model --judge-model NAME.")


def _print_report(
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

    from overthink.metrics import output as report_output
    from overthink.metrics import pipeline
    from overthink.metrics.report import report as make_report
    from overthink.run.find import find_runs

    runs = find_runs(folders)
    work = open_session(given, redo, processes)
    pipeline.bring(work, runs, "score")
    report = make_report(work, runs, dataset.split(",") if dataset else ())
    terminal = Console()
    form = "json" if format is None and output else format_of(format)
    content = report_output.rendered(report, form, width=terminal.width, colour=terminal.is_terminal and not output)
    report_output.put(content, form, output)
    exit_if_failed(sum(len(run.failures()) for run in runs))
