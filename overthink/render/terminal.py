"""Tables and titles for a terminal of some width."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich import box
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text


def to_text(parts: Iterable[RenderableType], width: int, colour: bool) -> str:
    """What a terminal of so many columns would show."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None)
    for part in parts:
        console.print(part)
    # Tables are padded to their width: no trailing blanks in a terminal's scrollback or a file.
    return "".join(line.rstrip(" ") + "\n" for line in out.getvalue().rstrip("\n").split("\n"))


def grid(*headings: str, rule: bool = True) -> Table:
    """A table whose first column is text and whose others are numbers, with a rule under its headings or without."""
    edges = box.SIMPLE_HEAD if rule else None
    table = Table(box=edges, show_edge=False, pad_edge=False, padding=(0, 1 if rule else 2, 0, 0))
    first, *others = headings
    table.add_column(Text(first), no_wrap=True, vertical="bottom")
    for heading in others:
        table.add_column(Text(heading, justify="right"), justify="right", no_wrap=True, vertical="bottom")
    return table


def width_of(table: Table) -> int:
    """How many columns of a terminal it needs to be whole."""
    console = Console(width=10_000, file=io.StringIO())
    return Measurement.get(console, console.options, table).maximum


def title(words: str) -> Text:
    """The words above a table."""
    return Text(f"\n{words}", style="bold")
