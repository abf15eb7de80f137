"""A comparison as one page that opens from the disk, in the look of report.html. It holds no script at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from overthink.compare.rows import Against, Changes, Comparison, Settings, groups, headline
from overthink.compare.tables import (
    aes_line,
    care_line,
    caveats_to_tell,
    marks_line,
    method_line,
    metric_name,
    p_cell,
    pairing_line,
    sides,
    void_line,
    wins_line,
)
from overthink.records import Change
from overthink.render.cells import caveat_words, number, printable, signed, with_interval
from overthink.render.page import rendered

_PLOT = (130.0, 350.0)
"""From where to where the points of a figure stand, of 480."""
_ROW = 24


def to_html(comparison: Comparison) -> str:
    """The page. Names are data: the template escapes every one."""
    return rendered(
        "overthink.compare",
        "page.html",
        title="overthink compare",
        base=printable(comparison.base_model),
        base_run=printable(comparison.base_run),
        comparisons=[_against(comparison, against) for against in comparison.comparisons],
        method=method_line(comparison.settings),
    )


def side_of(change: Change) -> str:
    """`better` or `worse` where the interval leaves out 0, or `differs` for want of a good side; else `unclear`."""
    if change.ci_low is None or change.ci_high is None or change.ci_low <= 0 <= change.ci_high:
        return "unclear"
    if change.higher_is_better is None:
        return "differs"
    return "better" if (change.ci_low > 0) == change.higher_is_better else "worse"


def _against(comparison: Comparison, against: Against) -> dict[str, Any]:
    changes, settings = headline(against.overall), comparison.settings
    by_level = [(_place(dataset, level), part) for dataset, level, part in groups(against) if dataset is not None]
    return {
        "model": printable(against.model),
        "short": printable(against.model).rsplit("/", 1)[-1],
        "run": printable(against.run),
        "pairing": pairing_line(against),
        "wins": wins_line(against.overall).capitalize(),
        "unlike": printable("; ".join(against.unlike)),
        "void": void_line(against) if against.voided else "",
        "sides": sides(comparison, against),
        "marks": marks_line(comparison, against),
        "care": care_line(comparison, against).capitalize(),
        "notes": [printable(note) for note in against.notes],
        "caveats": [
            {"severity": one.severity, "words": f"{whose}: {caveat_words(one)}", "hint": one.hint}
            for whose, one in caveats_to_tell(comparison, against)
        ],
        "aes": aes_line(against.overall.aes, settings),
        "rows": [_row(name, change, settings) for name, change in changes.items()],
        "panels": [_panel(name, by_level) for name in changes],
        "levels": [_level(name, part) for name, part in by_level],
        "level_columns": [metric_name(name, change.unit) for name, change in changes.items()],
    }


def _place(dataset: str, level: int | None) -> str:
    return printable(dataset) if level is None else f"level {level}"


def _cell(change: Change) -> dict[str, str]:
    value, _, interval = with_interval(change, signed).partition(" ")
    return {"value": value, "interval": interval, "side": side_of(change)}


def _row(name: str, change: Change, settings: Settings) -> dict[str, str]:
    return {
        "name": metric_name(name, change.unit),
        "n": str(change.n),
        "base": number(change.base, change.unit),
        "new": number(change.new, change.unit),
        "p": p_cell(change.p_value, settings),
        **_cell(change),
    }


def _level(name: str, changes: Changes) -> dict[str, Any]:
    return {
        "name": name,
        "n": changes.problems,
        "cells": [_cell(change) for change in headline(changes).values()],
        "wins": f"{changes.won} / {changes.lost}",
    }


def _panel(metric: str, by_level: list[tuple[str, Changes]]) -> dict[str, Any]:
    """A metric's differences as points with intervals, one under the other."""
    changes = [(name, part.metrics[metric]) for name, part in by_level]
    ends = [0.0, *(end for _, change in changes for end in _ends(change))]
    low, high = min(ends), max(ends)

    def at(value: float | None) -> float | None:
        if value is None:
            return None
        share = (value - low) / (high - low) if high > low else 0.5
        return round(_PLOT[0] + share * (_PLOT[1] - _PLOT[0]), 1)

    rows = [
        {
            "name": name if len(name) <= 20 else f"{name[:19]}…",
            "y": _ROW * place + _ROW // 2,
            "x": at(change.value),
            "low": at(change.ci_low),
            "high": at(change.ci_high),
            "value": signed(change.value, change.unit),
            "side": side_of(change),
        }
        for place, (name, change) in enumerate(changes)
    ]
    unit = changes[0][1].unit if changes else ""
    return {"name": metric_name(metric, unit), "rows": rows, "height": _ROW * len(rows), "zero": at(0.0)}


def _ends(change: Change) -> Iterator[float]:
    yield from (end for end in (change.value, change.ci_low, change.ci_high) if end is not None)
