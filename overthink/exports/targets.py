"""What leaves for other tools: a report in their formats, a run through their libraries."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from overthink.config import ExportTarget
from overthink.errors import OverthinkError
from overthink.metrics.report import report_of
from overthink.records import Report
from overthink.run.table import write_bytes
from overthink.session import Session, scored_runs
from overthink.terminal import report as tables

BINARY = "parquet"


def rendered(report: Report, form: str, *, width: int, colour: bool) -> bytes:
    """The report in any format that `overthink score` knows."""
    if form == "parquet":
        from overthink.exports.parquet import to_parquet

        return to_parquet(report)
    if form == "prometheus":
        from overthink.exports.prometheus import to_prometheus

        return to_prometheus(report).encode()
    known: Any = form
    return tables.render(report, known, width=width, colour=colour).encode()


def put(content: bytes, form: str, out: Path | None) -> None:
    """Write a result to the file, or to stdout if none is named. OverthinkError for Parquet on a terminal."""
    if out is not None:
        write_bytes(out, content)
    elif form == BINARY and sys.stdout.isatty():
        raise OverthinkError("Parquet is no text for a terminal", "Name a file with -o, or pipe it into one.")
    elif form == BINARY:
        sys.stdout.buffer.write(content)
    else:
        sys.stdout.write(content.decode())


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
    config = session.options.report
    rows = []
    left_out: Counter[str] = Counter()
    for run in scored_runs(folders):
        report = report_of(run, config)
        if to == "mlflow":
            from overthink.exports.mlflow import to_mlflow

            written, undefined = to_mlflow(report, out)
            left_out["metrics without a value"] += undefined
            rows.append({"run": run.name, "written": written})
            continue
        if to == "inspect":
            from overthink.exports.inspect import to_inspect

            paths = to_inspect(run, report.runs[0], Path(out))
        else:
            from overthink.exports.every_eval_ever import to_every_eval_ever

            paths, missing = to_every_eval_ever(
                run, report, Path(out), organization=organization or "", relationship=relationship
            )
            left_out += missing
        rows += [{"run": run.name, "written": str(path)} for path in paths]
    for what, count in left_out.items():
        if count:
            session.say(f"left out: {count} {what}")
    return rows
