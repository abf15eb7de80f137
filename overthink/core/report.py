"""Several reports in one, and the schema that other programs may rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

from overthink.core.aggregate import SCHEMA_VERSION
from overthink.errors import OverthinkError
from overthink.records import Report


def join(reports: Sequence[Report]) -> Report:
    """One report of all their runs, in this order. OverthinkError where two runs have the same name."""
    runs = list(chain.from_iterable(report.runs for report in reports))
    for name, count in Counter(part.run for part in runs).items():
        if count > 1:
            raise OverthinkError(
                f"{count} runs are called {name}: their rows could not be told apart", "Rename one of the folders."
            )
    return Report(
        schema_version=SCHEMA_VERSION, runs=runs, rows=list(chain.from_iterable(report.rows for report in reports))
    )


def named(report: Report, name: str) -> Report:
    """The report of one run under another name, for instance a path where two folders have the same name."""
    return Report(
        schema_version=SCHEMA_VERSION,
        runs=[part.model_copy(update={"run": name}) for part in report.runs],
        rows=[row.model_copy(update={"run": name}) for row in report.rows],
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of report.json (draft 2020-12); schemas/report.v1.json holds it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema(mode="serialization")}
