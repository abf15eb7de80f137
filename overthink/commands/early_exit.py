"""What stopping earlier would have kept and saved."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from overthink.commands.options import FormatOption, Resamples, Runs, Seed
from overthink.commands.output import format_of, options_given
from overthink.config import described

Solutions = Annotated[int | None, typer.Option(help=described("exit", "solutions"))]
Budgets = Annotated[list[int] | None, typer.Option("--budget", metavar="TOKENS", help=described("exit", "budgets"))]
Loss = Annotated[float | None, typer.Option(help=described("exit", "loss"))]
PriceOut = Annotated[float | None, typer.Option(help=described("exit", "price_out"))]
JoulesPerToken = Annotated[float | None, typer.Option(help=described("exit", "joules_per_token"))]


def exit(
    runs: Runs = None,
    format: FormatOption = None,
    solutions: Solutions = None,
    budget: Budgets = None,
    loss: Loss = None,
    price_out: PriceOut = None,
    joules_per_token: JoulesPerToken = None,
    resamples: Resamples = None,
    seed: Seed = None,
) -> None:
    """Print what an earlier stop would have kept and saved.

    After the 1st, 2nd, ... solution, where an answer comes twice in a row, under token budgets. An upper bound.
    """
    from rich.console import Console

    from overthink import scored
    from overthink.terminal import exits as exit_tables

    given = options_given(
        {
            "report": {"resamples": resamples, "seed": seed},
            "exit": {
                "solutions": solutions, "budgets": budget, "loss": loss, "price_out": price_out,
                "joules_per_token": joules_per_token,
            },
        }
    )  # fmt: skip
    exits = scored.exits(runs or [], given)
    terminal = Console()
    sys.stdout.write(exit_tables.render(exits, format_of(format), width=terminal.width, colour=terminal.is_terminal))
