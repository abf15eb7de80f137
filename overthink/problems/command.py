"""datasets: the benchmarks that have a name."""

from __future__ import annotations

from overthink.options import FormatOption
from overthink.render.output import print_rows


def datasets(format: FormatOption = None) -> None:
    """List the benchmarks that are known by name."""
    from dataclasses import asdict

    from overthink.problems import known

    print_rows([asdict(info) for info in known()], format, brief=("name", "problems", "levels", "split", "licence"))
