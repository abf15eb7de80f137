"""Train a model on preference pairs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from overthink.commands.output import options_given, say
from overthink.config import described


class Method(StrEnum):
    """Ways to train."""

    sft = "sft"
    dpo = "dpo"
    rpo = "rpo"
    simpo = "simpo"


class Precision(StrEnum):
    """Numbers that the model computes with."""

    auto = "auto"
    bf16 = "bf16"
    fp32 = "fp32"


def _help(key: str) -> str:
    return described("train", key)


def train(
    model: Annotated[str, typer.Option("--model", "-m", help="Hub name or folder.")],
    pairs: Annotated[Path, typer.Option(help="The file of `overthink pairs`.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="An empty or new folder for the trained model.")],
    method: Annotated[Method | None, typer.Option(help=_help("method"))] = None,
    beta: Annotated[float | None, typer.Option(help=_help("beta"))] = None,
    gamma: Annotated[float | None, typer.Option(help=_help("gamma"))] = None,
    alpha: Annotated[float | None, typer.Option(help=_help("alpha"))] = None,
    learning_rate: Annotated[float | None, typer.Option("--learning-rate", "--lr", help=_help("learning_rate"))] = None,
    epochs: Annotated[float | None, typer.Option(help=_help("epochs"))] = None,
    max_steps: Annotated[int | None, typer.Option(help=_help("max_steps"))] = None,
    batch_size: Annotated[int | None, typer.Option(help=_help("batch_size"))] = None,
    accumulation: Annotated[int | None, typer.Option(help=_help("accumulation"))] = None,
    warmup: Annotated[float | None, typer.Option(help=_help("warmup"))] = None,
    schedule: Annotated[str | None, typer.Option(help=_help("schedule"))] = None,
    max_length: Annotated[int | None, typer.Option(metavar="TOKENS", help=_help("max_length"))] = None,
    lora: Annotated[bool | None, typer.Option("--lora/--full", help=_help("lora"))] = None,
    lora_rank: Annotated[int | None, typer.Option(help=_help("lora_rank"))] = None,
    lora_alpha: Annotated[int | None, typer.Option(help=_help("lora_alpha"))] = None,
    merge: Annotated[bool | None, typer.Option("--merge/--no-merge", help=_help("merge"))] = None,
    precision: Annotated[Precision | None, typer.Option(help=_help("precision"))] = None,
    checkpointing: Annotated[
        bool | None, typer.Option("--checkpointing/--no-checkpointing", help=_help("checkpointing"))
    ] = None,
    seed: Annotated[int | None, typer.Option(help=_help("seed"))] = None,
    log_steps: Annotated[int | None, typer.Option(help=_help("log_steps"))] = None,
    save_steps: Annotated[int | None, typer.Option(help=_help("save_steps"))] = None,
    report_to: Annotated[list[str] | None, typer.Option(metavar="NAME", help=_help("report_to"))] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in --out.")] = False,
) -> None:
    """Train a model on preference pairs, with TRL.

    On several GPUs: accelerate launch -m overthink train …
    """
    import json

    from overthink import train as training

    options = {
        "method": method, "beta": beta, "gamma": gamma, "alpha": alpha, "learning_rate": learning_rate,
        "epochs": epochs, "max_steps": max_steps, "batch_size": batch_size, "accumulation": accumulation,
        "warmup": warmup, "schedule": schedule, "max_length": max_length, "lora": lora, "lora_rank": lora_rank,
        "lora_alpha": lora_alpha, "merge": merge, "precision": precision, "checkpointing": checkpointing, "seed": seed,
        "log_steps": log_steps, "save_steps": save_steps, "report_to": report_to or None,
    }  # fmt: skip
    given = options_given({"train": options})
    result = training.train(given, model=model, pairs=pairs, out=out, resume=resume, say=say)
    if result:
        typer.echo(json.dumps({key: value for key, value in result.items() if key != "log"}, indent=2))
