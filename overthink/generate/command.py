"""generate: a model is run over problems."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from overthink.config import Sections
from overthink.options import Ids, Limit, Mirror, Model, Redo, ThinkTags, options
from overthink.render.output import exit_if_failed
from overthink.run.command import print_status, tell_caveats
from overthink.session import open_session

Datasets = Annotated[
    str | None, typer.Option("--dataset", "-d", help="Benchmarks or files of problems, with commas between.")
]
Levels = Annotated[str | None, typer.Option(metavar="1,2", help="Problems of these levels only.")]


@options("generate")
def generate(
    model: Model = None,
    dataset: Datasets = None,
    out: Annotated[Path | None, typer.Option(help="The run folder. Default: runs/MODEL.")] = None,
    *,
    given: Sections,
    limit: Limit = None,
    levels: Levels = None,
    ids: Ids = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
    redo: Redo = None,
) -> None:
    """Run a model over problems.

    The same command goes on where an earlier one stopped; `-n 4` extends `-n 1`.
    """
    run, outcome = generated(
        given, redo, model=model, dataset=dataset, out=out, limit=limit, levels=levels, ids=ids,
        think_tags=think_tags, mirror=hub_mirror,
    )  # fmt: skip
    print_status([run], None)
    exit_if_failed(outcome.failed)


def generated(
    given: Sections,
    redo: list[str] | None,
    *,
    dataset: str | None,
    limit: int | None,
    levels: str | None,
    ids: str | None = None,
    **options_of_run: Any,
) -> tuple[Any, Any]:
    """The run of these options, and what became of it; its caveats are told."""
    from overthink.generate import responses

    selection = responses.selection(levels, ids, limit)
    run, outcome = responses.generate(
        open_session(given, redo), datasets=dataset.split(",") if dataset else (), selection=selection, **options_of_run
    )
    tell_caveats([run])
    return run, outcome
