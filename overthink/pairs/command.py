"""Preference pairs from sampled runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overthink.config import Sections
from overthink.options import FormatOption, Mirror, Processes, Runs, options
from overthink.render.output import format_of, print_result, say
from overthink.session import open_session


@options("pairs", "report")
def pairs(
    runs: Runs = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file of pairs. Without it only the statistics.")
    ] = None,
    *,
    given: Sections,
    prompt: Annotated[
        Path | None, typer.Option(help="The words around the question, as the responses were generated with.")
    ] = None,
    pool: Annotated[
        bool, typer.Option("--pool", help="Runs of several models are samples of the same problems.")
    ] = False,
    allow_test_split: Annotated[
        bool, typer.Option("--allow-test-split", help="Take problems of a benchmark's test split, too.")
    ] = False,
    format: FormatOption = None,
    hub_mirror: Mirror = None,
    processes: Processes = None,
) -> None:
    """Make preference pairs that teach a model to stop.

    From a run with several samples a problem. Prints the paper's table of all ways to choose.
    """
    from overthink.pairs.file import make_pairs
    from overthink.pairs.tables import lines, shown

    report = make_pairs(
        open_session(given, processes=processes), runs or [], out,
        pool=pool, prompt=prompt, allow_test_split=allow_test_split, mirror=hub_mirror,
    )  # fmt: skip
    form = format_of(format)
    print_result(shown(report, out), form)
    for line in lines(report, out) if form not in ("table", "json") else ():
        say(line)
