"""What stopping earlier would have kept and saved."""

from __future__ import annotations

import sys

from overthink.config import Sections
from overthink.options import FormatOption, Runs, options
from overthink.render.output import format_of
from overthink.session import open_session


@options("exit", "report")
def exit(runs: Runs = None, format: FormatOption = None, *, given: Sections) -> None:
    """Print what an earlier stop would have kept and saved.

    After the 1st, 2nd, ... solution, where an answer comes twice in a row, under token budgets. An upper bound.
    """
    from rich.console import Console

    from overthink.exits import tables as exit_tables
    from overthink.exits.stage import exits as exits_of

    exits = exits_of(open_session(given), runs or [])
    terminal = Console()
    sys.stdout.write(exit_tables.render(exits, format_of(format), width=terminal.width, colour=terminal.is_terminal))
