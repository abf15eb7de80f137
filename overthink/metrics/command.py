"""segment, cluster, verify and score bring runs up to a stage; run begins with the responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from overthink.config import Sections, flag_of
from overthink.errors import OverthinkError
from overthink.generate.command import Datasets, Levels, generated
from overthink.imports.command import files_among, folders_of
from overthink.options import (
    Dataset,
    Estimate,
    FilesFrom,
    Ids,
    Limit,
    Map,
    Mirror,
    Model,
    Output,
    Processes,
    Redo,
    ReportFormat,
    ReportFormatBesideFiles,
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


@options("generate", "score")
def run(
    source: Annotated[
        list[Path] | None, typer.Argument(help="Files of recorded responses (as import takes them), or run folders.")
    ] = None,
    model: Model = None,
    dataset: Datasets = None,
    out: Annotated[Path | None, typer.Option(help="The run folder, or where files make them. Default: runs/…")] = None,
    format: ReportFormatBesideFiles = None,
    *,
    given: Sections,
    limit: Limit = None,
    levels: Levels = None,
    ids: Ids = None,
    columns: Map = None,
    form: FilesFrom = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
) -> None:
    """Go all the way, from nothing to a report.

    Generates with --model, or imports files, or takes runs; then scores.
    """
    files = files_among(source or [])
    of_files: dict[str, object] = {"--map": columns, "--from": form}
    if source:
        of_models = {flag_of("generate", name): value for name, value in given["generate"].items()}
        _refuse(
            {**of_models, "--limit": limit, "--levels": levels, "--ids": ids},
            f"for a model that is run: the responses of {source[0]} are there already",
        )
        if not files:
            _refuse(
                {**of_files, "--model": model, "--think-tags": think_tags, "--out": out},
                f"for files that are imported: {source[0]} holds runs",
            )
        folders = folders_of(
            source, out, dataset=dataset, model=model, columns=columns or [], form=form, think_tags=think_tags,
            mirror=hub_mirror,
        )  # fmt: skip
    else:
        _refuse(of_files, "for files of responses: none is named")
        made, outcome = generated(
            given, None, model=model, dataset=dataset, out=out, limit=limit, levels=levels, ids=ids,
            think_tags=think_tags, mirror=hub_mirror,
        )  # fmt: skip
        folders = [made.folder]
        if outcome.failed:
            say(f"{outcome.failed} responses failed and are owed: see failures.jsonl.")
    work = open_session({"score": given["score"]})
    _print_report(work, folders, dataset if len(files) < len(source or []) else None, format)


def _refuse(flags: Mapping[str, object], reason: str) -> None:
    """OverthinkError for the first of these options that is given."""
    for flag, value in flags.items():
        if value is not None:
            raise OverthinkError(f"{flag} is {reason}", f"Leave {flag} out.")


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
