"""What people see of a result, as plain data: a room says what it shows, and the terminal and Markdown show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from overthink.records import Caveat, Metric, Severity
from overthink.render.cells import FULLEST_FIRST, NOTHING, Text, caveat_words, number, worst_of

Tone = Literal["plain", "title", "dim", "note", "alarm"]
Cell = str | tuple[str, ...]
"""A text, or one for each of FULLEST_FIRST: a table takes the fullest that fit."""


class Line(NamedTuple):
    """Words above, between or below tables."""

    text: str
    tone: Tone = "plain"


class Table(NamedTuple):
    """The first column holds names, the others hold numbers.

    Attributes:
        headings: A newline breaks one on a terminal.
        rows: As many cells each as there are headings.
        rule: Whether a line is under the headings.
        bold: The index of the row that the others are parts of, or are held against.
        gap: Blanks between columns on a terminal.
        aligned: Whether Markdown aligns the numbers to the right.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    rule: bool = True
    bold: int | None = None
    gap: int = 2
    aligned: bool = False

    def texts(self, level: int) -> list[list[str]]:
        """The rows with the texts for one level of FULLEST_FIRST."""
        return [[cell if isinstance(cell, str) else cell[level] for cell in row] for row in self.rows]


class Bars(NamedTuple):
    """Shares by name, for a terminal to draw; `mark` is the share that they are held against."""

    rows: Sequence[tuple[str, float]]
    mark: float | None


class Listing(NamedTuple):
    """Plain values under their keys, which all rows have; columns that are empty everywhere are left out.

    `brief` are the keys that a narrow terminal has room for; empty: all of them.
    """

    rows: Sequence[Mapping[str, Any]]
    brief: Sequence[str] = ()


Part = Line | Table | Bars | Listing

_TONES: dict[Severity, Tone] = {"void": "alarm", "doubt": "note", "note": "dim"}


def caveat_line(caveat: Caveat, words: str) -> Line:
    """A line of these words in the tone of this caveat."""
    return Line(words, _TONES[caveat.severity])


def worst_lines(caveats: Sequence[Caveat], whose: str = "") -> list[Line]:
    """A line for each of `worst_of`, and how many more there are. `whose` comes before each."""
    told = worst_of(caveats)
    more = f" ({len(caveats) - len(told)} more: overthink status RUN)" if len(caveats) > len(told) else ""
    return [caveat_line(one, whose + caveat_words(one) + more * (one is told[-1])) for one in told]


def fitting(metric: Metric, text: Text = number) -> Cell:
    """The cell of a metric, as full as there is room for."""
    return tuple(cell(metric, text) for cell in FULLEST_FIRST)


def fitting_of(metrics: Mapping[str, Metric], name: str, text: Text = number) -> Cell:
    """The same of the metric of this name; a dash if these responses have none, such as distinctness@16."""
    return fitting(metrics[name], text) if name in metrics else NOTHING
