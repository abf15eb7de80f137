"""status: what of a run is done, what is owed, and what failed."""

from __future__ import annotations

from typing import Any

from overthink.run import STAGES, Run
from overthink.run.caveats import caveats_of
from overthink.run.owed import count_owed


def status_of(run: Run) -> dict[str, Any]:
    """The run, its model, its rows, for each stage what is made, owed or failed, and its caveats."""
    failed = run.failed()
    return {
        "run": str(run.folder),
        "model": run.manifest.model,
        "problems": len(run.table("problems")),
        "responses": len(run.table("generate")),
        "failed": sum(failed.values()),
        **{stage: _state(run, stage, failed.get(stage, 0)) for stage in STAGES},
        "created": run.manifest.created,
        "caveats": caveats_of(run),
    }


def _state(run: Run, stage: str, failed: int) -> str:
    """`done`, `not started`, or how many of the rows that can be made now are owed; failed ones are owed, too."""
    if stage not in run.manifest.stages:
        return "not started"
    owed = count_owed(run, stage)
    if failed:
        return f"{failed} failed" if owed == failed else f"{owed} owed, {failed} failed"
    return f"{owed} owed" if owed or not run.finished(stage) else "done"
