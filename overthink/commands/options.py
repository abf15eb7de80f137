"""Options and arguments that several commands share, as the command line shows them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from overthink.config import described


class Format(StrEnum):
    """How a result is printed. A table on a terminal and JSON when piped, unless one is named."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    markdown = "markdown"


class Judge(StrEnum):
    """Who finds solutions and strategies."""

    rules = "rules"
    model = "model"
    hybrid = "hybrid"
    replay = "replay"


class Scope(StrEnum):
    """Which tokens count."""

    thinking = "thinking"
    response = "response"


Runs = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[RUN]...", help="Run folders, or a folder of them. Default: the newest import."),
]
FormatOption = Annotated[
    Format | None, typer.Option("--format", "-f", help="Default: a table on a terminal, JSON when piped.")
]
Redo = Annotated[list[str] | None, typer.Option(metavar="STAGE", help="Make the rows of this stage anew.")]
Processes = Annotated[int | None, typer.Option("--processes", "-j", min=1, help="Default: one for each core.")]
SegmentJudge = Annotated[Judge | None, typer.Option("--judge", help=described("segment", "judge"))]
ClusterJudge = Annotated[Judge | None, typer.Option("--judge", help=described("cluster", "judge"))]
ThinkTags = Annotated[
    tuple[str, str] | None,
    typer.Option(metavar="OPEN CLOSE", help="The tags around the thinking, if not one of the known kinds."),
]
CpuSeconds = Annotated[float | None, typer.Option(help=described("verify", "cpu_seconds"))]
ScopeOption = Annotated[Scope | None, typer.Option(help=described("score", "scope"))]
Tokenizer = Annotated[str | None, typer.Option(help=described("score", "tokenizer"))]
TMax = Annotated[int | None, typer.Option(help=described("score", "t_max"))]
Resamples = Annotated[int | None, typer.Option(help=described("report", "resamples"))]
Seed = Annotated[int | None, typer.Option(help=described("report", "seed"))]
Dataset = Annotated[str | None, typer.Option("--dataset", "-d", help="Only this benchmark.")]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="NAME=COLUMN",
        help="The file's COLUMN holds what we call NAME: problem, response, answer, model, dataset, id, level, "
        "subject, sample, finish_reason.",
    ),
]
Mirror = Annotated[
    Path | None,
    typer.Option(envvar="OVERTHINK_HUB_MIRROR", help="A folder that stands in for the hub: ORG/NAME/FILE."),
]
