"""Preference pairs from sampled runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from overthink.commands.options import FormatOption, Mirror, Processes, Resamples, Runs, Seed
from overthink.commands.output import format_of, options_given, say
from overthink.config import described


class Kind(StrEnum):
    """Which part of a sample is chosen."""

    shortest = "shortest"
    fcs = "fcs"
    fcs_reflection = "fcs-reflection"
    gds = "gds"


class Close(StrEnum):
    """How a cut sample is closed."""

    own = "own"
    boxed = "boxed"


class Rejected(StrEnum):
    """Of which samples the longest is rejected."""

    longest = "longest"
    correct = "correct"


class PairRows(StrEnum):
    """The form of the rows."""

    preference = "preference"
    sft = "sft"


class PromptFormat(StrEnum):
    """How prompts are rendered."""

    chat = "chat"
    plain = "plain"


def _help(key: str) -> str:
    return described("pairs", key)


def pairs(
    runs: Runs = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file of pairs. Without it only the statistics.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help=_help("kind"))] = None,
    rejected: Annotated[Rejected | None, typer.Option(help=_help("rejected"))] = None,
    close: Annotated[Close | None, typer.Option(help=_help("close"))] = None,
    rows: Annotated[PairRows | None, typer.Option(help=_help("rows"))] = None,
    tokenizer: Annotated[str | None, typer.Option(help=_help("tokenizer"))] = None,
    prompt_format: Annotated[PromptFormat | None, typer.Option(help=_help("prompt_format"))] = None,
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
    resamples: Resamples = None,
    seed: Seed = None,
    processes: Processes = None,
) -> None:
    """Make preference pairs that teach a model to stop.

    From a run with several samples a problem. Prints the paper's table of all ways to choose.
    """
    from overthink import pairing, pipeline
    from overthink.terminal.pairs import print_pairs
    from overthink.terminal.progress import Bars

    options = {
        "kind": kind, "rejected": rejected, "close": close, "rows": rows, "tokenizer": tokenizer,
        "prompt_format": prompt_format,
    }  # fmt: skip
    given = options_given({"pairs": options, "report": {"resamples": resamples, "seed": seed}})
    work = pipeline.Pipeline(given, Bars(), processes=processes)
    report = pairing.make_pairs(
        work, runs or [], out, pool=pool, prompt=prompt, allow_test_split=allow_test_split, mirror=hub_mirror, say=say
    )
    print_pairs(report, format_of(format), out, say)
