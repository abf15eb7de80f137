"""A report in each format that `overthink score` knows, to a file or to stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from overthink.errors import OverthinkError
from overthink.metrics.parquet import to_parquet
from overthink.metrics.prometheus import to_prometheus
from overthink.metrics.tables import shown
from overthink.records import Report
from overthink.render import output
from overthink.run.table import write_bytes

BINARY = "parquet"
WRITERS: dict[str, Callable[[Report], bytes]] = {
    "parquet": to_parquet,
    "prometheus": lambda report: to_prometheus(report).encode(),
}
"""What only `score` knows, beside the formats of every command."""


def rendered(report: Report, form: str, *, width: int, colour: bool) -> bytes:
    """The report in any format that `overthink score` knows."""
    writer = WRITERS.get(form)
    return writer(report) if writer else output.rendered(shown(report), form, width=width, colour=colour).encode()


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
