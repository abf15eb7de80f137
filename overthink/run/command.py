"""status: what is done, owed and failed."""

from __future__ import annotations

from typing import Any

from overthink.options import Format, FormatOption, Runs
from overthink.render.output import print_rows


def status(runs: Runs = None, format: FormatOption = None) -> None:
    """What is done, what is owed, and what failed."""
    from overthink.run.find import find_runs

    print_status(find_runs(runs or []), format)


def print_status(runs: list[Any], format: Format | None) -> None:
    """What is done, owed and failed, a row a run."""
    from overthink.run.status import status_of

    rows = [status_of(run) for run in runs]
    print_rows(rows, format, brief=("run", "responses", "failed", "segment", "cluster", "verify", "score"))
