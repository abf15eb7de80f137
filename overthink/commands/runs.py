"""Look at runs: status, show, agree; and at the benchmarks that have a name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overthink.commands.options import FormatOption, Runs
from overthink.commands.output import print_rows, print_status, session
from overthink.config import Sections
from overthink.options import options


def status(runs: Runs = None, format: FormatOption = None) -> None:
    """What is done, what is owed, and what failed."""
    from overthink.session import find_runs

    print_status(find_runs(runs or []), format)


def show(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    row: Annotated[str, typer.Argument(help="The id of a response, or its number in the run, from 1.")],
) -> None:
    """Print one response, coloured by solution.

    With its answers, verdicts, strategies and tokens. A boundary that the segmenter is unsure of is marked.
    """
    from overthink.run.scored import find_response
    from overthink.terminal.show import print_response

    print_response(find_response(run, row))


def datasets(format: FormatOption = None) -> None:
    """List the benchmarks that are known by name."""
    from dataclasses import asdict

    from overthink.problems import known

    print_rows([asdict(info) for info in known()], format, brief=("name", "problems", "levels", "split", "licence"))


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
    from overthink.agree.stage import measure

    print_rows(measure(session(given), runs[:-1], runs[-1], reader, save or ()), format)
