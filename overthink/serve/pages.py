"""The server's own pages: the list of runs, and words if something is wrong. Every name is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from overthink.render.cells import (
    COLUMNS,
    caveat_words,
    footnotes,
    marks,
    number,
    printable,
    responses_of,
)
from overthink.render.page import rendered, security_policy
from overthink.render.palette import SEVERITIES
from overthink.serve.runs import Listed

POLICY = security_policy([], form="'self'")
"""No script; the form that chooses two runs goes back to this server."""


def run_list(listed: Sequence[Listed]) -> str:
    """All runs, a line for each of their datasets."""
    rows = [
        {
            "id": one.id,
            "link": "/report?" + urlencode({"run": one.id}),
            "model": printable(one.model),
            "created": one.created[:16].replace("T", " "),
            "problem": one.problem and printable(one.problem),
            "caveats": _caveats(one),
            "marks": "".join(map(marks, one.report.runs)) if one.report else "",
            "datasets": _lines(one),
        }
        for one in listed
    ]
    headings = [_heading(column.heading) for column in COLUMNS]
    notes = dict.fromkeys(note for one in listed if one.report for note in footnotes(one.report))
    return _render(rows=rows, columns=headings, notes=list(notes))


def _caveats(one: Listed) -> dict[str, Any] | None:
    """The mark of a run with caveats: how bad the worst is, how many there are, and all of them in words."""
    found = [caveat for part in one.report.runs for caveat in part.caveats] if one.report else []
    if not found:
        return None
    look = SEVERITIES[found[0].severity]
    many = f"{len(found)} caveat{'s' * (len(found) > 1)}"
    words = "\n".join(caveat_words(caveat) for caveat in found)
    return {"severity": found[0].severity, "sign": look.sign, "many": many, "words": words}


def message(words: str, hint: str, anyway: str | None) -> str:
    """What is wrong and what to do."""
    return _render(words=printable(words), hint=printable(hint), anyway=anyway)


def overview(one: Listed) -> dict[str, dict[str, Any]]:
    """The first metrics of each dataset, by name."""
    if one.report is None:
        return {}
    return {
        dataset: {column.metric: block.overall[column.metric].model_dump(mode="json") for column in COLUMNS}
        for part in one.report.runs
        for dataset, block in part.metrics.items()
    }


def _lines(one: Listed) -> list[dict[str, Any]]:
    if one.report is None:
        return []
    return [
        {
            "name": printable(dataset),
            "n": responses_of(block.overall),
            "cells": [_cell(block.overall[column.metric].model_dump()) for column in COLUMNS],
        }
        for part in one.report.runs
        for dataset, block in part.metrics.items()
    ]


def _cell(metric: dict[str, Any]) -> dict[str, str]:
    low, high, unit = metric["ci_low"], metric["ci_high"], metric["unit"]
    interval = "" if low is None else f"{number(low, unit)} to {number(high, unit)}"
    return {"value": number(metric["value"], unit), "interval": interval}


def _heading(words: str) -> str:
    return " ".join(words.split())


def _render(**values: Any) -> str:
    return rendered("overthink.serve", "page.html", title="overthink", policy=POLICY, **values)
