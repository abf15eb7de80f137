"""Two runs or more, held against each other."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from overthink.config import Sections
from overthink.options import options
from overthink.render.output import print_result, say
from overthink.session import open_session

if TYPE_CHECKING:
    from overthink.compare.rows import Comparison


CompareFormat = Literal["table", "json", "jsonl", "csv", "markdown", "html"]
"""How a comparison is printed."""

FormatOption = Annotated[
    CompareFormat | None, typer.Option("--format", "-f", help="Default: a table on a terminal, JSON when piped.")
]
Page = Annotated[Path | None, typer.Option("--output", "-o", help="Write a page (HTML) here, too.")]
FailIf = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CONDITION",
        help="Exit with 3 where it holds: 'outcome_efficiency < -0.02', 'math500/5: tokens.ci_low > 0'.",
    ),
]


@options("report", "compare")
def compare(
    runs: Annotated[
        list[Path], typer.Argument(metavar="BASE NEW...", help="Scored run folders; the first is the base.")
    ],
    format: FormatOption = None,
    output: Page = None,
    fail_if: FailIf = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Subtract runs of unlike methods, too.")] = False,
    *,
    given: Sections,
) -> None:
    """Compare runs with a base, problem by problem.

    Differences with paired intervals and p-values, overall, by dataset and level; the accuracy-efficiency score (AES);
    problems won and lost.
    """
    from overthink.compare import gate, stage

    conditions = [gate.read_condition(text) for text in fail_if or []]
    comparison = stage.compare(open_session(given), runs, anyway=anyway)
    _put(comparison, format, output)
    met = gate.find_met(conditions, comparison.comparisons)
    for one in met:
        say(f"--fail-if {one.condition}: {one.run}: {one.why}")
    if met:
        raise typer.Exit(3)


def _put(comparison: Comparison, format: CompareFormat | None, page: Path | None) -> None:
    """The result on stdout, and the page if one is wanted; a page that has a file is not printed as well."""
    from overthink.compare.page import to_html
    from overthink.compare.tables import shown
    from overthink.run.table import write_text

    if page is not None:
        write_text(page, to_html(comparison))
        say(f"page: {page}")
    if format != "html":
        print_result(shown(comparison), format)
    elif page is None:
        sys.stdout.write(to_html(comparison))
