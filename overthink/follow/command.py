"""Instruction following with and without thinking: follow generate, score, remedy, advise, run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overthink.config import Sections, Thinks
from overthink.options import (
    Format,
    FormatOption,
    Ids,
    Limit,
    Mirror,
    Model,
    Processes,
    Redo,
    ThinkTags,
    options,
)
from overthink.render.output import exit_if_failed, print_result
from overthink.run.command import print_status, tell_caveats
from overthink.session import Session, open_session

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Does thinking help to follow instructions? (arXiv 2505.11423)",
)


RUNNING = ("generate.backend", "generate.base_urls", "generate.engine", "generate.max_tokens")
JUDGING = ("judge.model", "judge.url", "judge.backend", "judge.context")

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
TemperatureOption = Annotated[float | None, typer.Option("--temperature", help="Default: 0, greedy.")]


@app.command()
@options(*RUNNING, "generate.concurrency", "generate.timeout")
def generate(
    model: Model = None,
    dataset: DatasetOption = "ifeval",
    modes: Modes = "base,cot",
    thinks: ThinksOption = None,
    out: OutOption = None,
    *,
    given: Sections,
    temperature: TemperatureOption = None,
    limit: Limit = None,
    ids: Ids = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
    redo: Redo = None,
) -> None:
    """Answer every instruction at once (base) and after thinking (cot), greedily. One run folder for each mode."""
    if temperature is not None:
        given["generate"]["temperature"] = temperature
    from overthink.follow import runs as followed
    from overthink.generate.responses import selection

    made = followed.generate(
        open_session(given, redo),
        model=model,
        dataset=dataset,
        modes=_names(modes),
        thinks=thinks,
        out=out,
        selection=selection(None, ids, limit),
        think_tags=think_tags,
        mirror=hub_mirror,
    )
    tell_caveats([run for run, _ in made])
    print_status([run for run, _ in made], None)
    exit_if_failed(sum(outcome.failed for _, outcome in made))


@app.command()
@options("score.tokenizer", "follow.seconds", *JUDGING, "report")
def score(
    runs: RunsArgument,
    format: FormatOption = None,
    *,
    given: Sections,
    redo: Redo = None,
    processes: Processes = None,
) -> None:
    """Check which constraints the answers follow, and where thinking wins or loses.

    What of ComplexBench no rule decides is asked of the judge that --judge-model names, else it stays undecided.
    """
    _score(open_session(given, redo, processes), runs, format)


@app.command()
@options("follow.backbone", "follow.folds", "follow.split_seed", *RUNNING, *JUDGING, "report")
def remedy(
    runs: RunsArgument,
    method: MethodOption = "all",
    format: FormatOption = None,
    *,
    given: Sections,
    processes: Processes = None,
) -> None:
    """Try ways out where thinking harms, and put each beside answering at once and thinking.

    Responses that a method needs are made as those of cot were; options name another way to run the model.
    """
    from overthink.follow import tables as follow_tables
    from overthink.follow.methods import METHODS, open_pair
    from overthink.follow.methods import remedy as carry_out

    with open_pair(open_session(given, processes=processes), runs) as pair:
        report = carry_out(pair, list(METHODS) if method == "all" else _names(method))
    print_result(follow_tables.remedies(report), format)
    exit_if_failed(sum(line.lost.get("missing", 0) for line in report.methods))


@app.command()
@options("judge.model", "judge.url", "report")
def attention(
    runs: RunsArgument,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="Its folder or hub name, where the runs do not name it; twice: base, cot."),
    ] = None,
    figures: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the figures there: SVG and PDF.")] = None,
    page: Annotated[Path | None, typer.Option("--output", "-o", help="Write a page with figures and numbers.")] = None,
    format: FormatOption = None,
    *,
    given: Sections,
    redo: Redo = None,
    processes: Processes = None,
) -> None:
    """Measure how much the answers attend to the constraints, at once and after thinking.

    Every response is read once more by its model, with transformers. The constraints are found by the rules for
    IFEval's instruction types, or by the judge that --judge-model names.
    """
    from overthink.follow.attention import runs as attention_runs
    from overthink.follow.attention import tables as attention_tables
    from overthink.follow.page import write_page

    report, followed = attention_runs.attend(open_session(given, redo, processes), runs, model or [])
    write_page(followed, report, page, figures)
    print_result(attention_tables.attended(report), format)
    exit_if_failed(sum(count for kind, count in report.left_out.items() if kind != "no_answer"))


@app.command()
@options("report")
def advise(
    runs: RunsArgument,
    format: FormatOption = None,
    *,
    given: Sections,
    processes: Processes = None,
) -> None:
    """Say which remedy the figures speak for, for which kind of instruction; and where they do not decide.

    Takes the remedies that were tried before, and the classifier, which costs nothing.
    """
    from overthink.follow import tables as follow_tables
    from overthink.follow.methods import advice, open_pair

    with open_pair(open_session(given, processes=processes), runs) as pair:
        found = advice(pair, ["classifier"])
    print_result(follow_tables.advised(found), format)


@app.command()
@options(*RUNNING)
def run(
    model: Model = None,
    dataset: DatasetOption = "ifeval",
    thinks: ThinksOption = None,
    out: OutOption = None,
    format: FormatOption = None,
    *,
    given: Sections,
    limit: Limit = None,
    hub_mirror: Mirror = None,
) -> None:
    """Go all the way: generate in both modes, then score."""
    from overthink.follow import runs as followed
    from overthink.follow.modes import MODES
    from overthink.generate.responses import selection

    made = followed.generate(
        open_session(given),
        model=model,
        dataset=dataset,
        modes=MODES,
        thinks=thinks,
        out=out,
        selection=selection(None, None, limit),
        mirror=hub_mirror,
    )
    _score(open_session({}), [run.folder for run, _ in made], format)


def _score(session: Session, runs: list[Path], format: Format | None) -> None:
    from overthink.follow import runs as followed
    from overthink.follow import tables as follow_tables

    report = followed.score(session, runs)
    print_result(follow_tables.scores(report), format)
    exit_if_failed(sum(sum(mode.failed.values()) for mode in report.modes))


def _names(listed: str) -> list[str]:
    """Names with commas between."""
    return [name.strip() for name in listed.split(",") if name.strip()]
