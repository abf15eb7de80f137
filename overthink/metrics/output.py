"""A report in each format that `overthink score` knows, to a file or to stdout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.metrics import tables
from overthink.records import Report
from overthink.run.table import write_bytes

BINARY = "parquet"


def rendered(report: Report, form: str, *, width: int, colour: bool) -> bytes:
    """The report in any format that `overthink score` knows."""
    if form == "parquet":
        from overthink.metrics.parquet import to_parquet

        return to_parquet(report)
    if form == "prometheus":
        from overthink.metrics.prometheus import to_prometheus

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
