"""Rows and documents as text: JSON, JSON lines and CSV with every digit; Markdown, which people read, is rounded."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel

from overthink.render.cells import escaped
from overthink.render.tables import Line, Part, Table

Rows = Sequence[BaseModel] | Sequence[Mapping[str, Any]]
"""Flat rows with the same keys."""


class Shown(NamedTuple):
    """A result in every format.

    Attributes:
        terminal: What a terminal shows.
        rows: What CSV and JSON lines hold.
        whole: What JSON holds.
        markdown: What Markdown shows, its names escaped; None for a table of `rows`.
    """

    terminal: Iterable[Part]
    rows: Rows
    whole: BaseModel | Rows
    markdown: Iterable[Line | Table] | None = None


def written(form: str, rows: Rows, whole: BaseModel | Rows | None = None) -> str:
    """The result in a format that is no table, with a newline at its end.

    Args:
        form: One of WRITERS.
        rows: The flat rows.
        whole: What JSON holds instead of the rows.
    """
    return to_json(rows if whole is None else whole) if form == "json" else WRITERS[form](rows)


def to_json(value: BaseModel | Rows) -> str:
    """Keys in the order of the schema; the same bytes for the same value."""
    plain = _plain(value) if isinstance(value, BaseModel) else [_plain(row) for row in value]
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def to_jsonl(rows: Rows) -> str:
    """One row a line."""
    return "".join(json.dumps(_plain(row), ensure_ascii=False) + "\n" for row in rows)


def to_csv(rows: Rows) -> str:
    """The rows under a header; null is an empty field. Numbers keep every digit: only people's formats round."""
    plain, out = [_plain(row) for row in rows], io.StringIO()
    keys = dict.fromkeys(key for row in plain for key in row)
    writer = csv.DictWriter(out, fieldnames=list(keys), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _joined(value) for key, value in row.items()} for row in plain)
    return out.getvalue()


def to_markdown(rows: Rows) -> str:
    """A table; floats are rounded as `rounded` does."""
    if not rows:
        return ""
    plain = [_plain(row) for row in rows]
    lines = [list(plain[0]), ["---"] * len(plain[0]), *([shown(value) for value in row.values()] for row in plain)]
    return _ruled([[_in_a_cell(cell) for cell in line] for line in lines])


def document(parts: Iterable[Line | Table]) -> str:
    """Lines and tables as Markdown, the cells as full as they can be. Names in lines are escaped already."""
    return "\n".join(_section(part) for part in parts)


def _section(part: Line | Table) -> str:
    if isinstance(part, Line):
        return f"### {part.text}\n" if part.tone == "title" else f"{part.text}\n"
    headings = [heading.replace("\n", " ").strip() for heading in part.headings]
    lines = [headings, ["---"] + ["---:" if part.aligned else "---"] * (len(headings) - 1)]
    return _ruled([*lines, *([escaped(row[0]), *row[1:]] for row in part.texts(0))])


def _ruled(lines: Iterable[Iterable[str]]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


WRITERS: dict[str, Callable[[Rows], str]] = {
    "json": to_json, "jsonl": to_jsonl, "csv": to_csv, "markdown": to_markdown,
}  # fmt: skip


def shown(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    return rounded(value) if isinstance(value, float) else str(_joined(value))


def rounded(value: float) -> str:
    """Three decimals, or one digit of what they would show as 0."""
    return f"{value:.3f}" if value == 0 or abs(value) >= 0.0005 else f"{value:.1g}"


def _plain(row: BaseModel | Mapping[str, Any]) -> dict[str, Any]:
    return row.model_dump(mode="json") if isinstance(row, BaseModel) else dict(row)


def _joined(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _in_a_cell(text: str) -> str:
    """Names come from files: a line break or a bar ends no cell."""
    return " ".join(text.splitlines()).replace("|", "\\|")
