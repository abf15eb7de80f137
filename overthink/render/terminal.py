"""Tables, lines and bars on a terminal of some width."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table as Grid
from rich.text import Text

from overthink.render.cells import FULLEST_FIRST, cut, number
from overthink.render.formats import shown
from overthink.render.tables import Bars, Line, Listing, Part, Table, Tone

_STYLES: dict[Tone, str] = {"plain": "", "title": "bold", "dim": "dim", "note": "yellow", "alarm": "bold red"}
WIDE = 120
"""Columns of a terminal that has room for everything."""
_SHORTEST = 8
"""No name is cut to fewer characters than tell it from others."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def to_text(parts: Iterable[Part], width: int, colour: bool) -> str:
    """What a terminal of so many columns would show."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None)
    for part in parts:
        for drawn in _drawn(part, width):
            console.print(drawn)
    # Tables are padded to their width: no trailing blanks in a terminal's scrollback or a file.
    return "".join(line.rstrip(" ") + "\n" for line in out.getvalue().rstrip("\n").split("\n"))


def _drawn(part: Part, width: int) -> Iterator[RenderableType]:
    if isinstance(part, Line):
        yield Text(f"\n{part.text}" if part.tone == "title" else part.text, style=_STYLES[part.tone])
    elif isinstance(part, Bars):
        yield from _bars(part, width)
    elif isinstance(part, Listing):
        yield _listing(part, width)
    else:
        yield _fitted(part, width)


def _fitted(table: Table, width: int) -> Grid:
    """In the fullest cells that fit; if none do, names are cut before numbers are."""
    for level in range(len(FULLEST_FIRST)):
        rows = table.texts(level)
        grid = _grid(table, rows)
        excess = _width_of(grid) - width
        if excess <= 0:
            return grid
    room = max(max((len(row[0]) for row in rows), default=0) - excess, _SHORTEST)
    return _grid(table, [[cut(row[0], room), *row[1:]] for row in rows])


def _grid(table: Table, rows: Sequence[Sequence[str]]) -> Grid:
    edges = box.SIMPLE_HEAD if table.rule else None  # which puts a blank of its own between columns
    grid = Grid(box=edges, show_edge=False, pad_edge=False, padding=(0, table.gap - table.rule, 0, 0))
    first, *others = table.headings
    grid.add_column(Text(first), no_wrap=True, vertical="bottom")
    for heading in others:
        grid.add_column(Text(heading, justify="right"), justify="right", no_wrap=True, vertical="bottom")
    for place, row in enumerate(rows):
        # Names are data: a Text has no markup.
        grid.add_row(*map(Text, row), style="bold" if place == table.bold else None)
    return grid


def _width_of(grid: Grid) -> int:
    """How many columns of a terminal it needs to be whole."""
    console = Console(width=10_000, file=io.StringIO())
    return Measurement.get(console, console.options, grid).maximum


def _bars(bars: Bars, width: int) -> Iterator[Text]:
    room = max(10, min(width - 24, 60))
    mark = None if bars.mark is None else min(round(bars.mark * room), room - 1)
    for name, share in bars.rows:
        full, part = divmod(round(share * room * 8), 8)
        line = list(("█" * full + (_EIGHTHS[part] if part else "")).ljust(room))
        if mark is not None and line[mark] == " ":
            line[mark] = "│"
        yield Text(f"{name:>8} {''.join(line)} {number(share, 'share'):>6} %")


def _listing(listing: Listing, width: int) -> Grid:
    grid = Grid(box=None, header_style="bold", pad_edge=False)
    rows = listing.rows
    keys = listing.brief if listing.brief and width < WIDE else list(rows[0]) if rows else []
    columns = [key for key in keys if any(row[key] not in (None, "", []) for row in rows)]
    for key in columns:
        number = all(isinstance(row[key], int | float | None) for row in rows)
        grid.add_column(key.replace("_", " "), justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(shown(row[key])) for key in columns))
    return grid
