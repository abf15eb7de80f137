"""What stopping earlier would have kept and saved."""

from __future__ import annotations

from overthink.config import Sections
from overthink.options import FormatOption, Runs, options
from overthink.render.output import print_result
from overthink.session import open_session


@options("exit", "report")
def exit(runs: Runs = None, format: FormatOption = None, *, given: Sections) -> None:
    """Print what an earlier stop would have kept and saved.

    After the 1st, 2nd, ... solution, where an answer comes twice in a row, under token budgets. An upper bound.
    """
    from overthink.exits.stage import exits
    from overthink.exits.tables import shown

    print_result(shown(exits(open_session(given), runs or [])), format)
