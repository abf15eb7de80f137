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


class ReportFormat(StrEnum):
    """How a report is printed: as any result, or for the tools that read its flat rows."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    markdown = "markdown"
    parquet = "parquet"
    prometheus = "prometheus"


class ImportFormat(StrEnum):
    """Tools whose logs can be read."""

    lm_eval = "lm-eval"
    lighteval = "lighteval"
    inspect = "inspect"
    openai_batch = "openai-batch"
    vllm_batch = "vllm-batch"


class Judge(StrEnum):
    """Who finds solutions and strategies."""

    rules = "rules"
    model = "model"
    hybrid = "hybrid"
    replay = "replay"


class VerifyJudge(StrEnum):
    """Who compares answers."""

    sympy = "sympy"
    model = "model"
    replay = "replay"


class JudgeBackend(StrEnum):
    """Ways to run a judge."""

    http = "http"
    vllm = "vllm"
    local = "local"


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
ReportFormatOption = Annotated[
    ReportFormat | None, typer.Option("--format", "-f", help="Default: a table on a terminal, JSON when piped.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write the report here instead of to stdout.")]
Redo = Annotated[list[str] | None, typer.Option(metavar="STAGE", help="Make the rows of this stage anew.")]
Processes = Annotated[int | None, typer.Option("--processes", "-j", min=1, help="Default: one for each core.")]
SegmentJudge = Annotated[Judge | None, typer.Option("--judge", help=described("segment", "judge"))]
ClusterJudge = Annotated[Judge | None, typer.Option("--judge", help=described("cluster", "judge"))]
VerifyJudgeOption = Annotated[VerifyJudge | None, typer.Option("--judge", help=described("verify", "judge"))]
JudgeModel = Annotated[str | None, typer.Option(help=described("judge", "model"))]
JudgeUrl = Annotated[list[str] | None, typer.Option(help=described("judge", "url"))]
JudgeBackendOption = Annotated[JudgeBackend | None, typer.Option("--judge-backend", help=described("judge", "backend"))]
JudgeSeed = Annotated[int | None, typer.Option(help=described("judge", "seed"))]
JudgeContext = Annotated[int | None, typer.Option(help=described("judge", "context"))]
PriceIn = Annotated[float | None, typer.Option(help=described("judge", "price_in"))]
PriceOut = Annotated[float | None, typer.Option(help=described("judge", "price_out"))]
MaxCalls = Annotated[int | None, typer.Option(help=described("judge", "max_calls"))]
MaxCost = Annotated[float | None, typer.Option(help=described("judge", "max_cost"))]
Estimate = Annotated[bool, typer.Option("--estimate", help="Ask nothing: print what the judge would be asked.")]
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
