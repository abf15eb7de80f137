"""Look at runs: status, show, agree; and at the benchmarks that have a name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overthink.commands.options import FormatOption, Runs
from overthink.commands.output import print_rows, print_status
from overthink.config import Sections
from overthink.options import options


def status(runs: Runs = None, format: FormatOption = None) -> None:
    """What is done, what is owed, and what failed."""
    from overthink import pipeline

    print_status(pipeline.find_runs(runs or []), format)


def show(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    row: Annotated[str, typer.Argument(help="The id of a response, or its number in the run, from 1.")],
) -> None:
    """Print one response, coloured by solution.

    With its answers, verdicts, strategies and tokens. A boundary that the segmenter is unsure of is marked.
    """
    from overthink import pipeline
    from overthink.terminal.show import print_response

    print_response(pipeline.response_of(run, row))


def datasets(format: FormatOption = None) -> None:
    """List the benchmarks that are known by name."""
    from overthink import pipeline

    print_rows(pipeline.list_datasets(), format, brief=("name", "problems", "levels", "split", "licence"))


@options("report")
def agree(
    runs: Annotated[
        list[Path], typer.Argument(help="Run folders; the last argument is the reference: LABELS or a run.")
    ],
    format: FormatOption = None,
    reader: Annotated[int, typer.Option(min=1, help="Which reader of the labels is the reference.")] = 1,
    *,
    given: Sections,
    save: Annotated[
        list[Path] | None,
        typer.Option(metavar="RUN", help="Let the reports of this run, judged alike, tell how far its judge is off."),
    ] = None,
) -> None:
    """Measure runs against labels or another run.

    Boundaries (precision, recall, F1), both efficiencies, strategies; rows find each other by the response's text.
    """
    from overthink import pipeline

    print_rows(pipeline.agree(runs[:-1], runs[-1], reader, given, save or ()), format)
