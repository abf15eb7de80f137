"""status: what is done, owed and failed, and what the numbers of a run must not be read without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from overthink.options import Format, FormatOption, Runs
from overthink.render.output import print_result, say

if TYPE_CHECKING:
    from overthink.render.tables import Line


def status(runs: Runs = None, format: FormatOption = None) -> None:
    """What is done, what is owed, and what failed; every caveat of the runs."""
    from overthink.run.find import find_runs

    print_status(find_runs(runs or []), format, caveats=True)


def print_status(runs: list[Any], format: Format | None, *, caveats: bool = False) -> None:
    """What is done, owed and failed, a row a run; in a table every caveat of each, too, if they are wanted."""
    from overthink.render.formats import Shown
    from overthink.render.tables import Listing
    from overthink.run.status import status_of

    rows = [status_of(run) for run in runs]
    flat = [{**row, "caveats": [one.code for one in row["caveats"]]} for row in rows]
    whole = [{**row, "caveats": [one.model_dump(mode="json") for one in row["caveats"]]} for row in rows]
    brief = ("run", "responses", "failed", "segment", "cluster", "verify", "score")
    listing = Listing([{key: value for key, value in row.items() if key != "caveats"} for row in flat], brief)
    told = [line for row in rows for line in _caveat_lines(row)] if caveats else []
    print_result(Shown([listing, *told], rows=flat, whole=whole), format)


def _caveat_lines(row: dict[str, Any]) -> Iterator[Line]:
    from overthink.render.cells import caveat_words, printable
    from overthink.render.tables import Line, caveat_line

    if row["caveats"]:
        yield Line(printable(row["run"]), "title")
    for one in row["caveats"]:
        yield caveat_line(one, f"{caveat_words(one)}. {one.hint}")


def tell_caveats(runs: list[Any]) -> None:
    """Every caveat of these runs on stderr, a line each, with what to do."""
    from overthink.render.cells import caveat_words
    from overthink.run.caveats import caveats_of

    for run in runs:
        for one in caveats_of(run):
            say(f"{run.name}: {caveat_words(one)}. {one.hint}")
