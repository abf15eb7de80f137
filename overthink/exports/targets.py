"""What leaves for other tools: a report in their formats, a run through their libraries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from overthink.config import ExportTarget
from overthink.errors import OverthinkError
from overthink.exports.every_eval_ever import to_every_eval_ever
from overthink.exports.inspect import to_inspect
from overthink.exports.mlflow import to_mlflow
from overthink.exports.responses import Export, Written
from overthink.metrics.report import report_of
from overthink.run.find import scored_runs
from overthink.session import Session


def export(
    session: Session,
    folders: Sequence[Path],
    to: ExportTarget,
    out: str,
    *,
    organization: str | None,
    relationship: str,
) -> list[dict[str, Any]]:
    """Give the scored runs to another tool; a row for each thing written. The user is told what was left out."""
    if to == "every-eval-ever" and organization is None:
        raise OverthinkError(
            "every-eval-ever wants to know who evaluated the model", "Name yourself with --organization NAME."
        )
    if to != "mlflow" and "://" in out:
        raise OverthinkError(f"{out}: --to {to} writes files", "Give a folder.")
    rows = []
    left_out: Counter[str] = Counter()
    for run in scored_runs(folders):
        report = report_of(run, session.options.report)
        written, missing = WRITERS[to](Export(run, report, out, organization or "", relationship))
        left_out += missing
        rows += [{"run": run.name, "written": place} for place in written]
    for what, count in left_out.items():
        session.say(f"left out: {count} {what}")
    return rows


WRITERS: dict[ExportTarget, Callable[[Export], Written]] = {
    "mlflow": to_mlflow,
    "every-eval-ever": to_every_eval_ever,
    "inspect": to_inspect,
}
"""How a run is written for each tool, by the tool's name."""
