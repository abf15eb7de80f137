"""Runs for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from overthink.exports import tools
from overthink.options import FormatOption
from overthink.render.output import print_rows
from overthink.session import open_session

Relationship = Literal["first_party", "third_party", "collaborative", "other"]
"""What the evaluator is to the model's maker, in the words of Every Eval Ever."""


def export(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Scored run folders, or a folder of them.")],
    to: Annotated[
        str, typer.Option("--to", metavar=f"<{'|'.join(tools.names())}>", help="The tool that will read them.")
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", help="A folder; for MLflow also the URI of a tracking server.")
    ],
    organization: Annotated[str | None, typer.Option(help="every-eval-ever: who evaluated the model.")] = None,
    relationship: Annotated[Relationship, typer.Option(help="every-eval-ever: what they are to its maker.")] = "other",
    format: FormatOption = None,
) -> None:
    """Write scored runs for another tool.

    mlflow: parameters, metrics and report.json of each run. inspect: .eval logs with every response and its scores.
    every-eval-ever: JSON files in its schema 0.3.0, with the responses beside them.
    """
    from overthink.exports import targets

    rows = targets.export(open_session(), runs, to, output, organization=organization, relationship=relationship)
    print_rows(rows, format)
