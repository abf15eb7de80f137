"""Instruction following with and without thinking: follow generate, score, remedy, advise, run."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from overthink.commands import generate_options as options
from overthink.commands.options import (
    FormatOption,
    JudgeBackendOption,
    JudgeContext,
    JudgeModel,
    JudgeUrl,
    Mirror,
    Processes,
    Redo,
    Resamples,
    Seed,
    ThinkTags,
    Tokenizer,
)
from overthink.commands.output import Given, exit_if_failed, format_of, options_given, print_status, say
from overthink.config import described

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Does thinking help to follow instructions? (arXiv 2505.11423)",
)


class Thinks(StrEnum):
    """How a model comes to think."""

    switch = "switch"
    prompt = "prompt"
    always = "always"


DatasetOption = Annotated[
    str, typer.Option("--dataset", "-d", help="ifeval, complexbench, or a file in the form of either.")
]
Modes = Annotated[str, typer.Option(help="base: answer at once; cot: think, then answer.")]
ThinksOption = Annotated[
    Thinks | None,
    typer.Option(
        help="How the model thinks: by its template's switch, on a prompt, always. Default: its template tells."
    ),
]
OutOption = Annotated[Path | None, typer.Option(help="Here a run folder is made for each mode. Default: runs/follow-…")]
RunsArgument = Annotated[
    list[Path], typer.Argument(metavar="RUN...", help="The folder of base and cot, or two run folders.")
]
MethodOption = Annotated[
    str,
    typer.Option("--method", help="few-shot, self-reflection, self-selective, classifier, with commas between; all."),
]
Backbone = Annotated[str | None, typer.Option(help=described("follow", "backbone"))]
Folds = Annotated[int | None, typer.Option(help=described("follow", "folds"))]
SplitSeed = Annotated[int | None, typer.Option(help=described("follow", "split_seed"))]
TemperatureOption = Annotated[float | None, typer.Option("--temperature", help="Default: 0, greedy.")]
Seconds = Annotated[float | None, typer.Option("--seconds", help="Seconds for the checks of one answer.")]


@app.command()
def generate(
    model: options.Model = None,
    dataset: DatasetOption = "ifeval",
    modes: Modes = "base,cot",
    thinks: ThinksOption = None,
    out: OutOption = None,
    backend: options.BackendOption = None,
    base_url: options.BaseUrl = None,
    engine: options.Engine = None,
    temperature: TemperatureOption = None,
    max_tokens: options.MaxTokens = None,
    limit: options.Limit = None,
    ids: options.Ids = None,
    concurrency: options.Concurrency = None,
    timeout: options.Timeout = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
    redo: Redo = None,
) -> None:
    """Answer every instruction at once (base) and after thinking (cot), greedily. One run folder for each mode."""
    named = {
        "backend": backend, "base_urls": base_url, "engine": engine, "temperature": temperature,
        "max_tokens": max_tokens, "concurrency": concurrency, "timeout": timeout,
    }  # fmt: skip
    made = _generated(
        named, redo, model=model, dataset=dataset, modes=modes, thinks=thinks, out=out, limit=limit, ids=ids,
        think_tags=think_tags, mirror=hub_mirror,
    )  # fmt: skip
    print_status([run for run, _ in made], None)
    exit_if_failed(sum(outcome.failed for _, outcome in made))


@app.command()
def score(
    runs: RunsArgument,
    format: FormatOption = None,
    tokenizer: Tokenizer = None,
    seconds: Seconds = None,
    judge_model: JudgeModel = None,
    judge_url: JudgeUrl = None,
    judge_backend: JudgeBackendOption = None,
    judge_context: JudgeContext = None,
    resamples: Resamples = None,
    seed: Seed = None,
    redo: Redo = None,
    processes: Processes = None,
) -> None:
    """Check which constraints the answers follow, and where thinking wins or loses.

    What of ComplexBench no rule decides is asked of the judge that --judge-model names, else it stays undecided.
    """
    judge = {"model": judge_model, "url": judge_url, "backend": judge_backend, "context": judge_context}
    given: Given = {"follow": {"seconds": seconds}, "score": {"tokenizer": tokenizer}, "judge": judge}
    _print_score(runs, format, given, resamples, seed, redo, processes)


@app.command()
def remedy(
    runs: RunsArgument,
    method: MethodOption = "all",
    format: FormatOption = None,
    backbone: Backbone = None,
    folds: Folds = None,
    split_seed: SplitSeed = None,
    backend: options.BackendOption = None,
    base_url: options.BaseUrl = None,
    engine: options.Engine = None,
    max_tokens: options.MaxTokens = None,
    judge_model: JudgeModel = None,
    judge_url: JudgeUrl = None,
    judge_backend: JudgeBackendOption = None,
    judge_context: JudgeContext = None,
    resamples: Resamples = None,
    seed: Seed = None,
    processes: Processes = None,
) -> None:
    """Try ways out where thinking harms, and put each beside answering at once and thinking.

    Responses that a method needs are made as those of cot were; options name another way to run the model.
    """
    from overthink import remedying
    from overthink.terminal import follow as follow_tables

    named = {"backend": backend, "base_urls": base_url, "engine": engine, "max_tokens": max_tokens}
    judge = {"model": judge_model, "url": judge_url, "backend": judge_backend, "context": judge_context}
    given: Given = {
        "judge": judge,
        "generate": _ready(named), "report": {"resamples": resamples, "seed": seed},
        "follow": {"backbone": backbone, "folds": folds, "split_seed": split_seed},
    }  # fmt: skip
    with _bench(runs, given, processes) as bench:
        report = remedying.remedy(bench, _methods(method))
    follow_tables.print_remedies(report, format_of(format))
    exit_if_failed(sum(line.lost.get("missing", 0) for line in report.methods))


@app.command()
def attention(
    runs: RunsArgument,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="Its folder or hub name, where the runs do not name it; twice: base, cot."),
    ] = None,
    figures: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the figures there: SVG and PDF.")] = None,
    page: Annotated[Path | None, typer.Option("--output", "-o", help="Write a page with figures and numbers.")] = None,
    format: FormatOption = None,
    judge_model: JudgeModel = None,
    judge_url: JudgeUrl = None,
    resamples: Resamples = None,
    seed: Seed = None,
    redo: Redo = None,
    processes: Processes = None,
) -> None:
    """Measure how much the answers attend to the constraints, at once and after thinking.

    Every response is read once more by its model, with transformers. The constraints are found by the rules for
    IFEval's instruction types, or by the judge that --judge-model names.
    """
    from overthink import attending
    from overthink.terminal import attention as attention_tables

    given: Given = {
        "judge": {"model": judge_model, "url": judge_url}, "report": {"resamples": resamples, "seed": seed}
    }  # fmt: skip
    report, followed = attending.attend(_pipeline(given, redo, processes), runs, model or [])
    attending.write(followed, report, page, figures)
    attention_tables.print_attention(report, format_of(format))
    exit_if_failed(sum(count for kind, count in report.left_out.items() if kind != "no_answer"))


@app.command()
def advise(
    runs: RunsArgument,
    format: FormatOption = None,
    resamples: Resamples = None,
    seed: Seed = None,
    processes: Processes = None,
) -> None:
    """Say which remedy the figures speak for, for which kind of instruction; and where they do not decide.

    Takes the remedies that were tried before, and the classifier, which costs nothing.
    """
    from overthink import remedying
    from overthink.terminal import follow as follow_tables

    with _bench(runs, {"report": {"resamples": resamples, "seed": seed}}, processes) as bench:
        found = remedying.advice(bench, ["classifier"])
    follow_tables.print_advice(found, format_of(format))


@app.command()
def run(
    model: options.Model = None,
    dataset: DatasetOption = "ifeval",
    thinks: ThinksOption = None,
    out: OutOption = None,
    format: FormatOption = None,
    backend: options.BackendOption = None,
    base_url: options.BaseUrl = None,
    engine: options.Engine = None,
    max_tokens: options.MaxTokens = None,
    limit: options.Limit = None,
    hub_mirror: Mirror = None,
) -> None:
    """Go all the way: generate in both modes, then score."""
    named = {"backend": backend, "base_urls": base_url, "engine": engine, "max_tokens": max_tokens}
    made = _generated(
        named, None, model=model, dataset=dataset, modes="base,cot", thinks=thinks, out=out, limit=limit,
        mirror=hub_mirror,
    )  # fmt: skip
    _print_score([run.folder for run, _ in made], format, {})


def _generated(
    named: dict[str, Any],
    redo: list[str] | None,
    *,
    modes: str,
    limit: int | None,
    ids: str | None = None,
    **where: Any,
) -> list[tuple[Any, Any]]:
    from overthink import following, generation, pipeline
    from overthink.terminal.progress import Bars

    bars = Bars()
    work = pipeline.Pipeline(options_given({"generate": _ready(named)}), bars, redo or ())
    selection = generation.selection(None, ids, limit)
    names = [name.strip() for name in modes.split(",") if name.strip()]
    return following.generate(work, bars, modes=names, selection=selection, say=say, **where)


def _print_score(
    runs: list[Path],
    format: Any,
    given: Given,
    resamples: int | None = None,
    seed: int | None = None,
    redo: list[str] | None = None,
    processes: int | None = None,
) -> None:
    from overthink import following
    from overthink.terminal import follow as follow_tables

    work = _pipeline({**given, "report": {"resamples": resamples, "seed": seed}}, redo, processes)
    report = following.score(work, runs)
    follow_tables.print_report(report, format_of(format))
    exit_if_failed(sum(sum(mode.failed.values()) for mode in report.modes))


def _pipeline(given: Given, redo: list[str] | None, processes: int | None) -> Any:
    from overthink import pipeline
    from overthink.terminal.progress import Bars

    return pipeline.Pipeline(options_given(given), Bars(), redo or (), processes)


def _ready(named: dict[str, Any]) -> dict[str, Any]:
    from overthink import generation

    return {**named, "engine": generation.engine_options(named["engine"]) if named["engine"] else None}


def _methods(text: str) -> list[str]:
    from overthink import remedying

    return list(remedying.METHODS) if text == "all" else [name.strip() for name in text.split(",") if name.strip()]


def _bench(runs: list[Path], given: Given, processes: int | None) -> Any:
    from overthink import remedying
    from overthink.terminal.progress import Bars

    return remedying.bench_of(_pipeline(given, None, processes), Bars(), runs, say)
