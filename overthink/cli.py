"""The command line: options in, one call, one result out. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from overthink import __version__
from overthink.commands import compare, early_exit, export, follow, pairs, report, responses, runs, serve, stages, train
from overthink.errors import OverthinkError

app = typer.Typer(
    name="overthink",
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


app.command("import")(responses.import_)
app.command()(responses.generate)
app.command()(stages.segment)
app.command()(stages.cluster)
app.command()(stages.verify)
app.command()(stages.score)
app.command()(responses.run)
app.command()(report.report)
app.command()(pairs.pairs)
app.command()(train.train)
app.command()(compare.compare)
app.command()(early_exit.exit)
app.add_typer(follow.app, name="follow")
app.command()(export.export)
app.command()(serve.serve)
app.command()(runs.status)
app.command()(runs.show)
app.command()(runs.datasets)
app.command()(runs.agree)


def main() -> None:
    """Run the command line. A user's mistake gives two lines and exit code 2, Ctrl-C gives 130."""
    try:
        app()
        sys.stdout.flush()
    except OverthinkError as error:
        _stop(f"{error.message}\n{error.hint}", error.exit_code)
    except BrokenPipeError:
        # The reader has gone; Python would complain again when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        _stop(
            f"{error.filename or 'output'}: {error.strerror or error}\nCheck the path, its permissions and the disk.", 2
        )


def _stop(words: str, code: int) -> NoReturn:
    typer.echo(words, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
