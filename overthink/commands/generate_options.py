"""The options of `overthink generate` as the command line shows them, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from overthink.config import GenerateConfig, described


class Backend(StrEnum):
    """Ways to run a model."""

    vllm = "vllm"
    http = "http"
    ray = "ray"
    local = "local"
    replay = "replay"


def section(given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a command's options, by name, that are keys of the config's section `generate`."""
    named = {**given, "base_urls": given["base_url"]}
    return {option.name: named[option.name] for option in fields(GenerateConfig) if option.name in named}


def _help(key: str) -> str:
    return described("generate", key)


Model = Annotated[
    str | None,
    typer.Option("--model", "-m", help="Hub name, folder, the server's name of it, or a GGUF file."),
]
Datasets = Annotated[
    str | None, typer.Option("--dataset", "-d", help="Benchmarks or files of problems, with commas between.")
]
Out = Annotated[Path | None, typer.Option(help="The run folder. Default: runs/MODEL.")]
BackendOption = Annotated[Backend | None, typer.Option("--backend", help=_help("backend"))]
BaseUrl = Annotated[list[str] | None, typer.Option("--base-url", metavar="URL", help=_help("base_urls"))]
Engine = Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help=_help("engine"))]
Replicas = Annotated[int | None, typer.Option(min=1, help=_help("replicas"))]
Replies = Annotated[Path | None, typer.Option(help=_help("replies"))]
Prompt = Annotated[Path | None, typer.Option(help=_help("prompt"))]
Samples = Annotated[int | None, typer.Option("--samples", "-n", min=1, help=_help("samples"))]
Temperature = Annotated[float | None, typer.Option(help=_help("temperature"))]
TopP = Annotated[float | None, typer.Option(help=_help("top_p"))]
TopK = Annotated[int | None, typer.Option(help=_help("top_k"))]
MinP = Annotated[float | None, typer.Option(help=_help("min_p"))]
RepetitionPenalty = Annotated[float | None, typer.Option(help=_help("repetition_penalty"))]
MaxTokens = Annotated[int | None, typer.Option(help=_help("max_tokens"))]
SamplingSeed = Annotated[int | None, typer.Option("--seed", help=_help("seed"))]
Thinking = Annotated[bool | None, typer.Option("--thinking/--no-thinking", help=_help("thinking"))]
ThinkingBudget = Annotated[int | None, typer.Option(metavar="TOKENS", help=_help("thinking_budget"))]
Prefill = Annotated[str | None, typer.Option(help=_help("prefill"))]
Concurrency = Annotated[int | None, typer.Option(help=_help("concurrency"))]
Retries = Annotated[int | None, typer.Option(help=_help("retries"))]
Timeout = Annotated[float | None, typer.Option(help=_help("timeout"))]
Limit = Annotated[int | None, typer.Option(min=1, help="The first problems of each dataset only.")]
Levels = Annotated[str | None, typer.Option(metavar="1,2", help="Problems of these levels only.")]
Ids = Annotated[str | None, typer.Option(metavar="ID,ID", help="These problems only.")]
