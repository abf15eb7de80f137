"""Rows of plain values printed as a table, JSON, JSONL, CSV or Markdown: status, datasets, agreement."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

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
        sys.stdout.write(listing(rows, format))


def listing(rows: Rows, format: str) -> str:
    """The rows as text in one of the formats that programs read."""
    if format == "json":
        return json.dumps(list(rows), ensure_ascii=False, indent=2) + "\n"
    if format == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if format == "markdown":
        return _markdown(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return text.getvalue()


def _markdown(rows: Rows) -> str:
    if not rows:
        return ""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _table(rows: Rows) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    columns = [key for key in (rows[0] if rows else {}) if any(row[key] not in (None, "", []) for row in rows)]
    for key in columns:
        number = all(isinstance(row[key], int | float | None) for row in rows)
        table.add_column(key.replace("_", " "), justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in rows:
        # A model's name is data: no markup.
        table.add_row(*(_cell(row[key]).replace("[", "\\[") for key in columns))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value)
