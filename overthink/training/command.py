"""Train a model on preference pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overthink.config import Sections
from overthink.options import options
from overthink.session import open_session


@options("train")
def train(
    model: Annotated[str, typer.Option("--model", "-m", help="Hub name or folder.")],
    pairs: Annotated[Path, typer.Option(help="The file of `overthink pairs`.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="An empty or new folder for the trained model.")],
    *,
    given: Sections,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in --out.")] = False,
) -> None:
    """Train a model on preference pairs, with TRL.

    On several GPUs: accelerate launch -m overthink train …
    """
    import json

    from overthink.training import train as training

    result = training.train(open_session(given), model=model, pairs=pairs, out=out, resume=resume)
    if result:
        typer.echo(json.dumps({key: value for key, value in result.items() if key != "log"}, indent=2))
