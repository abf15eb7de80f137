"""agree: runs against labels or another run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overthink.config import Sections
from overthink.options import FormatOption, options
from overthink.render.output import print_rows, say
from overthink.session import open_session


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
    from overthink.metrics.report import kept_caveats
    from overthink.render.tables import worst_lines
    from overthink.run.find import find_runs

    print_rows(measure(open_session(given), runs[:-1], runs[-1], reader, save or ()), format)
    for run in find_runs(runs[:-1]):
        for line in worst_lines(kept_caveats(run), f"{run.name}: "):
            say(line.text)
