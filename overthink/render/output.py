"""What every command does with its result: rows on stdout, words on stderr, an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

import typer

from overthink.options import Format, ReportFormat

if TYPE_CHECKING:
    from overthink.render.formats import Shown


def print_rows(rows: list[dict[str, Any]], format: Format | None, brief: Sequence[str] = ()) -> None:
    """Flat rows; `brief` names the columns that a terminal shows."""
    from overthink.render.formats import Shown
    from overthink.render.tables import Listing

    print_result(Shown([Listing(rows, brief)], rows=rows, whole=rows), format)


def print_result(result: Shown, format: Format | None) -> None:
    """A result on stdout, as wide as the terminal is."""
    from rich.console import Console

    terminal = Console()
    sys.stdout.write(rendered(result, format_of(format), width=terminal.width, colour=terminal.is_terminal))


def rendered(result: Shown, form: str, *, width: int = 80, colour: bool = False) -> str:
    """A result in this format, with a newline at its end. `width` (columns) and `colour` are the terminal's."""
    from overthink.render.formats import document, written

    if form == "table":
        from overthink.render.terminal import to_text

        return to_text(result.terminal, width, colour)
    if form == "markdown" and result.markdown is not None:
        return document(result.markdown)
    return written(form, result.rows, result.whole)


def say(note: str) -> None:
    """Something the user should know, beside the result. Names in it come from files: none steers the terminal."""
    from overthink.render.cells import printable

    typer.echo("\n".join(map(printable, note.split("\n"))), err=True)


@overload
def format_of(format: Format | None) -> Format: ...
@overload
def format_of(format: ReportFormat | None) -> ReportFormat: ...
def format_of(format: ReportFormat | None) -> ReportFormat:
    """The format that was named, else a table on a terminal and JSON when piped."""
    return format or ("table" if sys.stdout.isatty() else "json")


def exit_if_failed(failed: int) -> None:
    """Exit code 1 if rows failed, and where the user finds what to do: that depends on the stage."""
    if failed:
        say(f"{failed} rows failed: failures.jsonl tells why, and overthink status what to do.")
        raise typer.Exit(1)
