"""Rows of plain values printed as a table, JSON, JSONL, CSV or Markdown: status, datasets, agreement."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from overthink.render.formats import shown, written

Rows = Sequence[dict[str, Any]]


WIDE = 120
"""Columns of a terminal that has room for everything."""


def print_listing(rows: Rows, format: str, brief: Sequence[str] = ()) -> None:
    """Print the rows, which have the same keys, to stdout.

    A table leaves out what is empty everywhere, and on a narrow terminal what is not in `brief`, where that is given.
    """
    if format == "table":
        console = Console()
        narrow = brief and console.width < WIDE
        console.print(_table([{key: row[key] for key in brief} for row in rows] if narrow else rows))
    else:
        sys.stdout.write(written(format, rows))


def _table(rows: Rows) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    columns = [key for key in (rows[0] if rows else {}) if any(row[key] not in (None, "", []) for row in rows)]
    for key in columns:
        number = all(isinstance(row[key], int | float | None) for row in rows)
        table.add_column(key.replace("_", " "), justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in rows:
        # A model's name is data: no markup.
        table.add_row(*(shown(row[key]).replace("[", "\\[") for key in columns))
    return table
