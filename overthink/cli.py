"""The command line: the commands in order, two lines for a mistake, exit codes. A command is imported when it runs."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
import typer.core
import typer.main

from overthink import __version__
from overthink.errors import OverthinkError

COMMANDS = {
    "import": ("imports", "import_", "Read responses that exist already into run folders."),
    "generate": ("generate", "generate", "Run a model over problems."),
    "segment": ("metrics", "segment", "Find the solutions of each response."),
    "cluster": ("metrics", "cluster", "Find which solutions of a response share a strategy."),
    "verify": ("metrics", "verify", "Compare the answers with the gold answer."),
    "score": ("metrics", "score", "Print every metric with its error bar."),
    "run": ("metrics", "run", "Go all the way, from nothing to a report."),
    "report": ("report", "report", "Write a page with the numbers, the figures and every response."),
    "pairs": ("pairs", "pairs", "Make preference pairs that teach a model to stop."),
    "train": ("training", "train", "Train a model on preference pairs, with TRL."),
    "compare": ("compare", "compare", "Compare runs with a base, problem by problem."),
    "exit": ("exits", "exit", "Print what an earlier stop would have kept and saved."),
    "export": ("exports", "export", "Write scored runs for another tool."),
    "serve": ("serve", "serve", "Show a folder of runs in the browser."),
    "status": ("run", "status", "What is done, what is owed, and what failed; every caveat of the runs."),
    "show": ("report", "show", "Print one response, coloured by solution."),
    "datasets": ("problems", "datasets", "List the benchmarks that are known by name."),
    "agree": ("agree", "agree", "Measure runs against labels or another run."),
    "follow": ("follow", "app", "Does thinking help to follow instructions? (arXiv 2505.11423)"),
}
"""Each command in the order of the help: its room, its name in there, and its first line of help."""


class Commands(typer.core.TyperGroup):
    """A command's module is loaded when the command is called: the list of all commands needs none of them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, (_, _, words) in COMMANDS.items():
            self.add_command(typer.core.TyperCommand(name, help=words))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, loaded; an error with the nearest names for one that is not there."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else command, rest


def load(name: str) -> Any:
    """The command of this name, with its options."""
    room, function, _ = COMMANDS[name]
    found = getattr(import_module(f"overthink.{room}.command"), function)
    if isinstance(found, typer.Typer):
        return typer.main.get_group(found)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name)(found)
    return typer.main.get_command(alone)


app = typer.Typer(
    name="overthink",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help is there in a third of the time
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A profiler for reasoning models: which of the thinking tokens were of use?",
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"overthink {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """A profiler for reasoning models: which of the thinking tokens were of use?"""


def main() -> None:
    """Run the command line. A user's mistake gives two lines and exit code 2, Ctrl-C gives 130."""
    try:
        try:
            app()
        finally:
            _flush()
    except OverthinkError as error:
        _stop(f"{error.message}\n{error.hint}", error.exit_code)
    except BrokenPipeError:  # the reader has gone
        sys.exit(141)
    except OSError as error:
        _stop(
            f"{error.filename or 'output'}: {error.strerror or error}\nCheck the path, its permissions and the disk.", 2
        )


def _flush() -> None:
    """Write what is buffered, here, where an error can still be told; what cannot be written is dropped.

    Python flushes again when it ends: it would fail again, and give an exit code of its own.
    """
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _stop(words: str, code: int) -> NoReturn:
    from overthink.render.output import say

    say(words)
    sys.exit(code)


if __name__ == "__main__":
    main()
