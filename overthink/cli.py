"""The command line: options in, one call, one result out. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from overthink import __version__
from overthink import generate_options as options
from overthink.config import described
from overthink.errors import OverthinkError

app = typer.Typer(
    name="overthink",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help is there in a third of the time
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A profiler for reasoning models: which of the thinking tokens were of use?",
)


Given = dict[str, dict[str, Any]]
"""Options by section of the config; None where the user named none."""


class Format(StrEnum):
    """How a result is printed. A table on a terminal and JSON when piped, unless one is named."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    markdown = "markdown"


class Judge(StrEnum):
    """Who finds solutions and strategies."""

    rules = "rules"
    model = "model"
    hybrid = "hybrid"
    replay = "replay"


class Scope(StrEnum):
    """Which tokens count."""

    thinking = "thinking"
    response = "response"


Runs = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[RUN]...", help="Run folders, or a folder of them. Default: the newest import."),
]
FormatOption = Annotated[
    Format | None, typer.Option("--format", "-f", help="Default: a table on a terminal, JSON when piped.")
]
Redo = Annotated[list[str] | None, typer.Option(metavar="STAGE", help="Make the rows of this stage anew.")]
Processes = Annotated[int | None, typer.Option("--processes", "-j", min=1, help="Default: one for each core.")]
SegmentJudge = Annotated[Judge | None, typer.Option("--judge", help=described("segment", "judge"))]
ClusterJudge = Annotated[Judge | None, typer.Option("--judge", help=described("cluster", "judge"))]
ThinkTags = Annotated[
    tuple[str, str] | None,
    typer.Option(metavar="OPEN CLOSE", help="The tags around the thinking, if not one of the known kinds."),
]
CpuSeconds = Annotated[float | None, typer.Option(help=described("verify", "cpu_seconds"))]
ScopeOption = Annotated[Scope | None, typer.Option(help=described("score", "scope"))]
Tokenizer = Annotated[str | None, typer.Option(help=described("score", "tokenizer"))]
TMax = Annotated[int | None, typer.Option(help=described("score", "t_max"))]
Resamples = Annotated[int | None, typer.Option(help=described("report", "resamples"))]
Seed = Annotated[int | None, typer.Option(help=described("report", "seed"))]
Dataset = Annotated[str | None, typer.Option("--dataset", "-d", help="Only this benchmark.")]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="NAME=COLUMN",
        help="The file's COLUMN holds what we call NAME: problem, response, answer, model, dataset, id, level, "
        "subject, sample, finish_reason.",
    ),
]
Mirror = Annotated[
    Path | None,
    typer.Option(envvar="OVERTHINK_HUB_MIRROR", help="A folder that stands in for the hub: ORG/NAME/FILE."),
]


def _version(value: bool) -> None:
    if value:
        typer.echo(f"overthink {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """A profiler for reasoning models: which of the thinking tokens were of use?"""


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Recorded responses: .jsonl, .jsonl.gz, .json or .parquet.")],
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
    runs = pipeline.import_files(files, out, **options, mirror=hub_mirror, say=_say)
    _print_status(runs, None)
    _exit_if_failed(sum(len(run.failures()) for run in runs))


@app.command()
def generate(
    model: options.Model = None,
    dataset: options.Datasets = None,
    out: options.Out = None,
    backend: options.BackendOption = None,
    base_url: options.BaseUrl = None,
    engine: options.Engine = None,
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
    named = {
        "backend": backend, "base_urls": base_url, "engine": engine, "replies": replies, "prompt": prompt,
        "samples": samples, "temperature": temperature, "top_p": top_p, "top_k": top_k, "min_p": min_p,
        "repetition_penalty": repetition_penalty, "max_tokens": max_tokens, "seed": seed, "thinking": thinking,
        "thinking_budget": thinking_budget, "prefill": prefill, "concurrency": concurrency, "retries": retries,
        "timeout": timeout,
    }  # fmt: skip
    run, outcome = _generated(
        named, redo, model=model, dataset=dataset, out=out, limit=limit, levels=levels, ids=ids,
        think_tags=think_tags, mirror=hub_mirror,
    )  # fmt: skip
    _print_status([run], None)
    _exit_if_failed(outcome.failed)


@app.command()
def segment(runs: Runs = None, judge: SegmentJudge = None, redo: Redo = None, processes: Processes = None) -> None:
    """Find the solutions of each response."""
    _advance("segment", runs, {"segment": {"judge": judge}}, redo, processes)


@app.command()
def cluster(runs: Runs = None, judge: ClusterJudge = None, redo: Redo = None, processes: Processes = None) -> None:
    """Find which solutions of a response share a strategy."""
    _advance("cluster", runs, {"cluster": {"judge": judge}}, redo, processes)


@app.command()
def verify(runs: Runs = None, cpu_seconds: CpuSeconds = None, redo: Redo = None, processes: Processes = None) -> None:
    """Compare the answers with the gold answer."""
    _advance("verify", runs, {"verify": {"cpu_seconds": cpu_seconds}}, redo, processes)


@app.command()
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
    _report(runs or [], dataset, format, given, redo, processes)


@app.command()
def run(
    source: Annotated[list[Path] | None, typer.Argument(help="Files of recorded responses, or run folders.")] = None,
    model: options.Model = None,
    dataset: options.Datasets = None,
    out: Annotated[Path | None, typer.Option(help="The run folder, or where files make them. Default: runs/…")] = None,
    format: FormatOption = None,
    backend: options.BackendOption = None,
    base_url: options.BaseUrl = None,
    engine: options.Engine = None,
    replies: options.Replies = None,
    samples: options.Samples = None,
    temperature: options.Temperature = None,
    max_tokens: options.MaxTokens = None,
    limit: options.Limit = None,
    levels: options.Levels = None,
    hub_mirror: Mirror = None,
) -> None:
    """Go all the way, from nothing to a report.

    Generates with --model, or imports files, or takes runs; then scores. More options of `generate` can stand in
    overthink.toml.
    """
    from overthink import pipeline

    if source:
        folders = pipeline.folders_of(source, out, dataset=dataset, mirror=hub_mirror, say=_say)
    else:
        named = {
            "backend": backend, "base_urls": base_url, "engine": engine, "replies": replies, "samples": samples,
            "temperature": temperature, "max_tokens": max_tokens,
        }  # fmt: skip
        made, outcome = _generated(
            named, None, model=model, dataset=dataset, out=out, limit=limit, levels=levels, mirror=hub_mirror
        )
        folders = [made.folder]
        if outcome.failed:
            _say(f"{outcome.failed} responses failed and are owed: see failures.jsonl.")
    _report(folders, dataset, format, {}, None, None)


@app.command()
def status(runs: Runs = None, format: FormatOption = None) -> None:
    """What is done, what is owed, and what failed."""
    from overthink import pipeline

    _print_status(pipeline.find_runs(runs or []), format)


@app.command()
def show(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    row: Annotated[str, typer.Argument(help="The id of a response, or its number in the run, from 1.")],
) -> None:
    """Print one response, coloured by solution.

    With its answers, verdicts, strategies and tokens. A boundary that the segmenter is unsure of is marked.
    """
    from overthink import pipeline
    from overthink.show import print_response

    print_response(pipeline.response_of(run, row))


@app.command()
def datasets(format: FormatOption = None) -> None:
    """List the benchmarks that are known by name."""
    from overthink import pipeline

    _list(pipeline.list_datasets(), format, brief=("name", "problems", "levels", "split", "licence"))


@app.command()
def agree(
    runs: Annotated[
        list[Path], typer.Argument(help="Run folders; the last argument is the reference: LABELS or a run.")
    ],
    format: FormatOption = None,
    reader: Annotated[int, typer.Option(min=1, help="Which reader of the labels is the reference.")] = 1,
    resamples: Resamples = None,
    seed: Seed = None,
) -> None:
    """Measure runs against labels or another run.

    Boundaries (precision, recall, F1), both efficiencies, strategies; rows find each other by the response's text.
    """
    from overthink import pipeline

    given = _given({"report": {"resamples": resamples, "seed": seed}})
    _list(pipeline.agree(runs[:-1], runs[-1], reader, given), format)


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
    from overthink.progress import Bars

    named["engine"] = generation.engine_options(named["engine"]) if named["engine"] else None
    bars = Bars()
    work = pipeline.Pipeline(_given({"generate": named}), bars, redo or ())
    selection = generation.selection(levels, ids, limit)
    return generation.generate(
        work, bars, datasets=dataset.split(",") if dataset else (), selection=selection, say=_say, **where
    )


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
    outcome = pipeline.Pipeline(_given(given), Bars(), redo or (), processes).advance(runs, stage)
    _print_status(runs, None)
    _exit_if_failed(outcome.failed)


def _report(
    folders: list[Path],
    dataset: str | None,
    format: Format | None,
    given: Given,
    redo: list[str] | None,
    processes: int | None,
) -> None:
    from rich.console import Console

    from overthink import pipeline, tables
    from overthink.progress import Bars

    runs = pipeline.find_runs(folders)
    work = pipeline.Pipeline(_given(given), Bars(), redo or (), processes)
    work.advance(runs, "score")
    report = work.report(runs, dataset.split(",") if dataset else ())
    terminal = Console()
    text = tables.render(report, _format(format), width=terminal.width, colour=terminal.is_terminal)
    sys.stdout.write(text)
    _exit_if_failed(sum(len(run.failures()) for run in runs))


def _print_status(runs: list[Any], format: Format | None) -> None:
    from overthink import pipeline

    _list(pipeline.status(runs), format, brief=("run", "responses", "failed", "segment", "cluster", "verify", "score"))


def _list(rows: list[dict[str, Any]], format: Format | None, brief: Sequence[str] = ()) -> None:
    from overthink.listing import print_listing

    print_listing(rows, _format(format), brief)


def _given(sections: Given) -> Given:
    """The options that the user named."""
    return {
        name: {
            key: str(value) if isinstance(value, StrEnum) else value
            for key, value in section.items()
            if value is not None
        }
        for name, section in sections.items()
    }


def _say(note: str) -> None:
    """Something the user should know, beside the result."""
    typer.echo(note, err=True)


def _format(format: Format | None) -> Literal["table", "json", "jsonl", "csv", "markdown"]:
    return (format or (Format.table if sys.stdout.isatty() else Format.json)).value


def _exit_if_failed(failed: int) -> None:
    if failed:
        typer.echo(f"{failed} rows failed: see failures.jsonl. The same command tries them again.", err=True)
        raise typer.Exit(1)


def main() -> None:
    """Run the command line. A user's mistake gives two lines and exit code 2, Ctrl-C gives 130."""
    try:
        app()
        sys.stdout.flush()
    except OverthinkError as error:
        _stop(f"{error.message}\n{error.hint}", 2)
    except BrokenPipeError:
        # The reader has gone; Python would complain again when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        _stop(
            f"{error.filename or 'output'}: {error.strerror or error}\nCheck the path, its permissions and the disk.", 2
        )


def _stop(words: str, code: int) -> NoReturn:
    typer.echo(words, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
