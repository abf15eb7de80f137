"""What leaves for other tools: a report in their formats, a run through their libraries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.exports import tools
from overthink.exports.responses import Evaluator
from overthink.metrics.report import report_of
from overthink.run.find import scored_runs
from overthink.session import Session


def export(
    session: Session,
    folders: Sequence[Path],
    to: str,
    out: str,
    *,
    organization: str | None,
    relationship: str,
) -> list[dict[str, Any]]:
    """Give the scored runs to another tool; a row for each thing written. The user is told what was left out."""
    tool = tools.named(to)
    if tool.NEEDS_ORGANIZATION and organization is None:
        raise OverthinkError(f"{to} wants to know who evaluated the model", "Name yourself with --organization NAME.")
    if not tool.TAKES_URI and "://" in out:
        raise OverthinkError(f"{out}: --to {to} writes files", "Give a folder.")
    who = Evaluator(organization or "", relationship)
    rows = []
    left_out: Counter[str] = Counter()
    for run in scored_runs(folders):
        report = report_of(run, session.options.report)
        written, missing = tool.write(run, report, out, who)
        left_out += missing
        rows += [{"run": run.name, "written": place} for place in written]
    for what, count in left_out.items():
        session.say(f"left out: {count} {what}")
    return rows
