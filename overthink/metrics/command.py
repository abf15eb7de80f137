"""segment, cluster, verify and score bring runs up to a stage; run begins with the responses."""

from __future__ import annotations

from collections.abc import Callable
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
from overthink.session import Session, open_session


def _brings_to(stage: str, words: str) -> Callable[..., None]:
    """The command that brings runs up to this stage; `words` are its help."""

    @options(stage, "judge")
    def command(
        runs: Runs = None,
        *,
        given: Sections,
        estimate: Estimate = False,
        redo: Redo = None,
        processes: Processes = None,
    ) -> None:
        work = open_session(given, redo, processes, asked=(stage,))
        if estimate:
            _estimate(work, stage, runs)
        else:
            _bring(work, stage, runs)

    command.__doc__ = words
    return command


segment = _brings_to("segment", "Find the solutions of each response.")
cluster = _brings_to("cluster", "Find which solutions of a response share a strategy.")
verify = _brings_to("verify", "Compare the answers with the gold answer.")


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
    work = open_session(given, redo, processes)
    if estimate:
        _estimate(work, "score", runs)
    else:
        _print_report(work, runs or [], dataset, format, output)


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
    _print_report(open_session({}), folders, dataset if source else None, format)


def _bring(work: Session, stage: str, folders: list[Path] | None) -> None:
    """Make what is owed up to this stage, and print what is done."""
    from overthink.metrics import pipeline
    from overthink.run.find import find_runs

    runs = find_runs(folders or [])
    outcome = pipeline.bring(work, runs, stage)
    print_status(runs, None)
    exit_if_failed(outcome.failed)


def _estimate(work: Session, stage: str, folders: list[Path] | None) -> None:
    """Print what the judges would be asked; nothing else is done."""
    from overthink.metrics import pipeline
    from overthink.run.find import find_runs

    rows = pipeline.estimate(work, find_runs(folders or []), stage)
    if rows:
        print_rows(rows, None, brief=("stage", "rows", "calls", "prompt_tokens", "cost_expected", "cost_at_most"))
    else:
        say("No stage would ask a judge: name one with --judge model --judge-model NAME.")


def _print_report(
    work: Session,
    folders: list[Path],
    dataset: str | None,
    format: ReportFormat | None,
    output: Path | None = None,
) -> None:
    """Score these runs and print the report."""
    from rich.console import Console

    from overthink.metrics import output as report_output
    from overthink.metrics import pipeline
    from overthink.metrics.report import report as make_report
    from overthink.run.find import find_runs

    runs = find_runs(folders)
    pipeline.bring(work, runs, "score")
    report = make_report(work, runs, dataset.split(",") if dataset else ())
    terminal = Console()
    form = "json" if format is None and output else format_of(format)
    content = report_output.rendered(report, form, width=terminal.width, colour=terminal.is_terminal and not output)
    report_output.put(content, form, output)
    exit_if_failed(sum(len(run.failures()) for run in runs))
