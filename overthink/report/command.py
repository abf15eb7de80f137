"""The report that people look at: a page, figures and tables for a paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from overthink.config import Sections
from overthink.errors import OverthinkError
from overthink.options import Dataset, Processes, Runs, options
from overthink.render.output import exit_if_failed, say
from overthink.session import open_session

PaperTable = Literal["markdown", "latex"]
"""The table of the paper: accuracy, solutions, tokens, both efficiencies."""

PAGE = Path("report.html")

Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help=f"The page to write. Default: {PAGE}, where neither table nor figures are wanted."
    ),
]
Figures = Annotated[Path | None, typer.Option(metavar="DIR", help="Write the figures of a paper here, as SVG and PDF.")]
TableOption = Annotated[PaperTable | None, typer.Option("--format", "-f", help="Print the table of a paper.")]
Split = Annotated[
    bool, typer.Option("--split", help="Put the responses beside the page, in files that it loads when they are read.")
]


@options("report")
def report(
    runs: Runs = None,
    output: Output = None,
    split: Split = False,
    figures: Figures = None,
    format: TableOption = None,
    dataset: Dataset = None,
    *,
    given: Sections,
    processes: Processes = None,
) -> None:
    """Write a page with the numbers, the figures and every response.

    Does what is owed before it, as `score` does. The page is one file that opens without a network.
    """
    from overthink.exits.stage import exits
    from overthink.metrics import pipeline
    from overthink.metrics.report import report as make_report
    from overthink.metrics.tables import markdown
    from overthink.render.formats import document
    from overthink.report.figures import write_figures
    from overthink.report.latex import to_latex
    from overthink.report.page import write_page
    from overthink.run.find import find_runs

    found = find_runs(runs or [])
    work = open_session(given, processes=processes)
    if any(run.manifest.mode for run in found):
        if split or format or dataset:
            raise OverthinkError(
                "--split, --format and --dataset are not for runs of overthink follow",
                "Leave them out, or print their numbers with overthink follow score.",
            )
        return _report_following(work, [run.folder for run in found], output, figures)
    pipeline.bring(work, found, "score")
    result = make_report(work, found, dataset.split(",") if dataset else ())
    if format is not None:
        typer.echo(to_latex(result) if format == "latex" else document(markdown(result)), nl=False)
    if figures is not None:
        write_figures(result, figures)
        say(f"figures: {figures}")
    if output is not None or (format is None and figures is None):
        page = output or PAGE
        write_page(result, found, exits(work, [run.folder for run in found]), page, split=split)
        typer.echo(page)
    return exit_if_failed(sum(len(run.failures()) for run in found))


def _report_following(work: Any, runs: list[Path], output: Path | None, figures: Path | None) -> None:
    """The page of runs of `overthink follow`."""
    from overthink.follow.attention.runs import found
    from overthink.follow.page import write_page

    followed, attended = found(work, runs)
    write_page(followed, attended, output or PAGE, figures)
    if attended is None:
        say("no attention was read of these runs: see overthink follow attention")
    typer.echo(output or PAGE)
    exit_if_failed(sum(sum(mode.failed.values()) for mode in followed.modes))


def show(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    row: Annotated[str, typer.Argument(help="The id of a response, or its number in the run, from 1.")],
) -> None:
    """Print one response, coloured by solution.

    With its answers, verdicts, strategies, tokens and caveats. A boundary that the segmenter is unsure of is marked.
    """
    from overthink.metrics.report import kept_caveats
    from overthink.report.show import print_response
    from overthink.run import Run
    from overthink.run.caveats import caveats_in
    from overthink.run.scored import find_response

    found = find_response(run, row)
    segments, final = found.segments, found.verdicts.final
    own = caveats_in(found.response, found.thinking, gold=found.gold, segments=segments, final=final, run=Run(run))
    print_response(found, own, kept_caveats(Run(run)))
