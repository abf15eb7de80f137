"""The flat rows of a report as a Parquet file, with the schema's types and the time as a timestamp."""

from __future__ import annotations

import io
from datetime import datetime

from overthink.records import Report, ReportRow


def to_parquet(report: Report) -> bytes:
    """The bytes of the file: one row a metric, in the order of `rows[]`."""
    import pyarrow
    import pyarrow.parquet

    text, number, count = pyarrow.string(), pyarrow.float64(), pyarrow.int64()
    types = {
        "run": text, "model": text, "dataset": text, "level": count, "subject": text, "metric": text,
        "value": number, "ci_low": number, "ci_high": number, "n": count, "n_excluded": count, "unit": text,
        "higher_is_better": pyarrow.bool_(), "time": pyarrow.timestamp("us", tz="UTC"), "void": pyarrow.list_(text),
    }  # fmt: skip
    schema = pyarrow.schema([(name, types[name]) for name in ReportRow.model_fields])
    rows = [{**row.model_dump(), "void": row.void, "time": datetime.fromisoformat(row.time)} for row in report.rows]
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=schema), out)
    return out.getvalue()
