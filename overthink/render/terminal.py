"""Tables, lines and bars on a terminal of some width."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from rich import box
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table as Grid
from rich.text import Text

from overthink.render.cells import FULLEST_FIRST, cut, number, printable
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


def line_text(line: Line) -> Text:
    """A line in the style of its tone."""
    return Text(f"\n{line.text}" if line.tone == "title" else line.text, style=_STYLES[line.tone])


def _drawn(part: Part, width: int) -> Iterator[RenderableType]:
    if isinstance(part, Line):
        yield line_text(part)
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


def _width_of(grid: Grid, *, fewest: bool = False) -> int:
    """How many columns of a terminal it needs to be whole; with `fewest` if lines break between words."""
    console = Console(width=10_000, file=io.StringIO())
    needed = Measurement.get(console, console.options, grid)
    return needed.minimum if fewest else needed.maximum


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
    """All keys if there is room, else the brief ones; if these are too wide, names are cut, or all folds."""
    everything = list(listing.rows[0]) if listing.rows else []
    wide = [everything] if width >= WIDE or not listing.brief else []
    for keys in [*wide, list(listing.brief or everything)]:
        columns = [key for key in keys if any(row[key] not in (None, "", []) for row in listing.rows)]
        texts = [[printable(shown(row[key])) for key in columns] for row in listing.rows]
        grid = _columns(listing, columns, texts)
        excess = _width_of(grid, fewest=True) - width
        if excess <= 0:
            return grid
    room = max((len(line[0]) for line in texts), default=0) - excess
    if room < _SHORTEST:
        return _columns(listing, columns, texts, fold=True)
    return _columns(listing, columns, [[cut(line[0], room), *line[1:]] for line in texts])


def _columns(listing: Listing, keys: Sequence[str], texts: Sequence[Sequence[str]], *, fold: bool = False) -> Grid:
    """Values break between words, those of the first column nowhere; with `fold` everywhere."""
    grid = Grid(box=None, header_style="bold", pad_edge=False)
    for place, key in enumerate(keys):
        number = all(isinstance(row[key], int | float | None) for row in listing.rows)
        justify: Literal["left", "right"] = "right" if number else "left"
        whole = number or (place == 0 and not fold)
        words = [word for line in [[key] * len(keys), *texts] for word in line[place].split()]
        least = 0 if fold else max(map(len, words), default=0)
        grid.add_column(key.replace("_", " "), justify=justify, no_wrap=whole, overflow="fold", min_width=least)
    for line in texts:
        grid.add_row(*map(Text, line))
    return grid
