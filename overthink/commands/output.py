"""What every command does with its options and its result: rows on stdout, words on stderr, an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal, overload

import typer

from overthink.commands.options import Format, ReportFormat

Given = dict[str, dict[str, Any]]
"""Options by section of the config; None where the user named none."""


def print_status(runs: list[Any], format: Format | None) -> None:
    """What is done, owed and failed, a row a run."""
    from overthink import pipeline

    print_rows(
        pipeline.status(runs), format, brief=("run", "responses", "failed", "segment", "cluster", "verify", "score")
    )


def print_rows(rows: list[dict[str, Any]], format: Format | None, brief: Sequence[str] = ()) -> None:
    """Flat rows; `brief` names the columns that a terminal shows."""
    from overthink.terminal.listing import print_listing

    print_listing(rows, format_of(format), brief)


def options_given(sections: Given) -> Given:
    """The options that the user named."""
    return {
        name: {
            key: str(value) if isinstance(value, StrEnum) else value
            for key, value in section.items()
            if value is not None
        }
        for name, section in sections.items()
    }


def say(note: str) -> None:
    """Something the user should know, beside the result."""
    typer.echo(note, err=True)


@overload
def format_of(format: Format | None) -> Literal["table", "json", "jsonl", "csv", "markdown"]: ...
@overload
def format_of(format: ReportFormat | None) -> str: ...
def format_of(format: Format | ReportFormat | None) -> str:
    """The format that was named, else a table on a terminal and JSON when piped."""
    return (format or (Format.table if sys.stdout.isatty() else Format.json)).value


def exit_if_failed(failed: int) -> None:
    """Exit code 1 where rows failed, with a word where they are."""
    if failed:
        typer.echo(f"{failed} rows failed: see failures.jsonl. The same command tries them again.", err=True)
        raise typer.Exit(1)
