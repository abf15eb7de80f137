"""What leaves for other tools: a report in their formats, a run through their libraries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from overthink.config import ExportTarget
from overthink.errors import OverthinkError
from overthink.metrics.report import report_of
from overthink.records import Report
from overthink.run import Run
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
    """Give the scored runs to another tool; a row for each thing written. The user hears what was left out."""
    if to == "every-eval-ever" and organization is None:
        raise OverthinkError(
            "every-eval-ever wants to know who evaluated the model", "Name yourself with --organization NAME."
        )
    if to != "mlflow" and "://" in out:
        raise OverthinkError(f"{out}: --to {to} writes files", "Give a folder.")
    who = Evaluator(organization or "", relationship)
    rows = []
    left_out: Counter[str] = Counter()
    for run in scored_runs(folders):
        written, missing = WRITERS[to](run, report_of(run, session.options.report), out, who)
        left_out += missing
        rows += [{"run": run.name, "written": place} for place in written]
    for what, count in left_out.items():
        session.say(f"left out: {count} {what}")
    return rows


class Evaluator(NamedTuple):
    """Who evaluated the model, and what they are to its maker, in the words of Every Eval Ever."""

    organization: str
    relationship: str


Written = tuple[list[str], Counter[str]]
"""Where a run was written, and how many things of it were left out, by what they are."""


def _to_mlflow(_run: Run, report: Report, out: str, _who: Evaluator) -> Written:
    from overthink.exports.mlflow import to_mlflow

    written, undefined = to_mlflow(report, out)
    return [written], Counter({"metrics without a value": undefined})


def _to_every_eval_ever(run: Run, report: Report, out: str, who: Evaluator) -> Written:
    from overthink.exports.every_eval_ever import to_every_eval_ever

    paths, left_out = to_every_eval_ever(run, report, Path(out), **who._asdict())
    return [str(path) for path in paths], left_out


def _to_inspect(run: Run, report: Report, out: str, _who: Evaluator) -> Written:
    from overthink.exports.inspect import to_inspect

    return [str(path) for path in to_inspect(run, report.runs[0], Path(out))], Counter()


WRITERS: dict[ExportTarget, Callable[[Run, Report, str, Evaluator], Written]] = {
    "mlflow": _to_mlflow,
    "every-eval-ever": _to_every_eval_ever,
    "inspect": _to_inspect,
}
"""How a run is written for each tool, by the tool's name."""
