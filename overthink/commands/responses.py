"""Where responses come from: import, generate, and run, which goes on to the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from overthink.commands import generate_options as options
from overthink.commands.options import (
    ImportFormat,
    Map,
    Mirror,
    Redo,
    ReportFormatOption,
    ThinkTags,
)
from overthink.commands.output import exit_if_failed, options_given, print_status, say
from overthink.commands.stages import print_report


def import_(
    files: Annotated[list[Path], typer.Argument(help="Recorded responses: .jsonl, .jsonl.gz, .json or .parquet.")],
    format: Annotated[
        ImportFormat | None, typer.Option("--format", help="The tool that wrote the files; also takes its folder.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Here one run folder is made for each model.")] = Path("runs/import"),
    dataset: Annotated[str | None, typer.Option("--dataset", "-d", help="The benchmark of these responses.")] = None,
    model: Annotated[str | None, typer.Option(help="The model, where rows do not name it.")] = None,
    columns: Map = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
) -> None:
    """Read responses that exist already into run folders."""
    from overthink import pipeline

    options: dict[str, Any] = {"dataset": dataset, "model": model, "columns": columns or [], "think_tags": think_tags}
    options["format"] = format.value if format else None
    runs = pipeline.import_files(files, out, **options, mirror=hub_mirror, say=say)
    print_status(runs, None)
    exit_if_failed(sum(len(run.failures()) for run in runs))


def generate(
    model: options.Model = None,
    dataset: options.Datasets = None,
    out: options.Out = None,
    backend: options.BackendOption = None,
    base_url: options.BaseUrl = None,
    engine: options.Engine = None,
    replicas: options.Replicas = None,
    replies: options.Replies = None,
    prompt: options.Prompt = None,
    samples: options.Samples = None,
    temperature: options.Temperature = None,
    top_p: options.TopP = None,
    top_k: options.TopK = None,
    min_p: options.MinP = None,
    repetition_penalty: options.RepetitionPenalty = None,
    max_tokens: options.MaxTokens = None,
    seed: options.SamplingSeed = None,
    thinking: options.Thinking = None,
    thinking_budget: options.ThinkingBudget = None,
    prefill: options.Prefill = None,
    limit: options.Limit = None,
    levels: options.Levels = None,
    ids: options.Ids = None,
    concurrency: options.Concurrency = None,
    retries: options.Retries = None,
    timeout: options.Timeout = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
    redo: Redo = None,
) -> None:
    """Run a model over problems.

    The same command goes on where an earlier one stopped; `-n 4` extends `-n 1`.
    """
    run, outcome = _generated(
        options.section(locals()), redo, model=model, dataset=dataset, out=out, limit=limit, levels=levels, ids=ids,
        think_tags=think_tags, mirror=hub_mirror,
    )  # fmt: skip
    print_status([run], None)
    exit_if_failed(outcome.failed)


def run(
    source: Annotated[list[Path] | None, typer.Argument(help="Files of recorded responses, or run folders.")] = None,
    model: options.Model = None,
    dataset: options.Datasets = None,
    out: Annotated[Path | None, typer.Option(help="The run folder, or where files make them. Default: runs/…")] = None,
    format: ReportFormatOption = None,
    backend: options.BackendOption = None,
    base_url: options.BaseUrl = None,
    engine: options.Engine = None,
    replicas: options.Replicas = None,
    replies: options.Replies = None,
    prompt: options.Prompt = None,
    samples: options.Samples = None,
    temperature: options.Temperature = None,
    top_p: options.TopP = None,
    top_k: options.TopK = None,
    min_p: options.MinP = None,
    repetition_penalty: options.RepetitionPenalty = None,
    max_tokens: options.MaxTokens = None,
    seed: options.SamplingSeed = None,
    thinking: options.Thinking = None,
    thinking_budget: options.ThinkingBudget = None,
    prefill: options.Prefill = None,
    limit: options.Limit = None,
    levels: options.Levels = None,
    ids: options.Ids = None,
    concurrency: options.Concurrency = None,
    retries: options.Retries = None,
    timeout: options.Timeout = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
) -> None:
    """Go all the way, from nothing to a report.

    Generates with --model, or imports files, or takes runs; then scores.
    """
    named = options.section(locals())
    from overthink import pipeline

    if source:
        folders = pipeline.folders_of(source, out, dataset=dataset, mirror=hub_mirror, say=say)
    else:
        made, outcome = _generated(
            named, None, model=model, dataset=dataset, out=out, limit=limit, levels=levels, ids=ids,
            think_tags=think_tags, mirror=hub_mirror,
        )  # fmt: skip
        folders = [made.folder]
        if outcome.failed:
            say(f"{outcome.failed} responses failed and are owed: see failures.jsonl.")
    print_report(folders, dataset if source else None, format, {}, None, None)


def _generated(
    named: dict[str, Any],
    redo: list[str] | None,
    *,
    dataset: str | None,
    limit: int | None,
    levels: str | None,
    ids: str | None = None,
    **where: Any,
) -> tuple[Any, Any]:
    from overthink import generation, pipeline
    from overthink.terminal.progress import Bars

    named["engine"] = generation.engine_options(named["engine"]) if named["engine"] else None
    bars = Bars()
    work = pipeline.Pipeline(options_given({"generate": named}), bars, redo or ())
    selection = generation.selection(levels, ids, limit)
    return generation.generate(
        work, bars, datasets=dataset.split(",") if dataset else (), selection=selection, say=say, **where
    )
