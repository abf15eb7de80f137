"""A model's name, a backend and datasets become a run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from overthink import __version__
from overthink.answers.gold import gold_notes
from overthink.config import GenerateConfig, as_json, free_options, runs_folder
from overthink.errors import OverthinkError
from overthink.generate.stage import STAGE, Generator, Selection, Unread, add_problems, planned
from overthink.generate.words import Template, Words
from overthink.models import MACHINE_OPTIONS, SMALL_MODEL, make, with_backend, with_model_defaults
from overthink.problems import LoadedDataset, load
from overthink.run import Run
from overthink.run.manifest import MANIFEST, Manifest, folder_name
from overthink.run.owed import StageOutcome, make_responses
from overthink.session import Session, now
from overthink.text.thinking import Tags


def generate(
    session: Session,
    *,
    model: str | None,
    datasets: Sequence[str | LoadedDataset],
    out: Path | None,
    selection: Selection,
    think_tags: Tags | None = None,
    mirror: Path | None = None,
    words: Words | None = None,
    mode: str | None = None,
) -> tuple[Run, StageOutcome]:
    """Make the responses that are planned and missing. Without datasets, the problems are those of the run.

    `words` take the place of the prompt of the config; `mode` is what run.json keeps of `overthink follow`.
    The user is told of gold answers that cannot be parsed, before anything is spent.
    """
    if model is None and session.given.get(STAGE, {}).get("backend") == "local":
        model = SMALL_MODEL
    run = _run(model, out, think_tags, mode)
    with run.lock():
        try:
            loaded = [load(name, mirror=mirror) if isinstance(name, str) else name for name in datasets]
            outcome = _generate(session, run, loaded, selection, words)
        except OverthinkError:
            run.forget()
            raise
    return run, outcome


def _run(model: str | None, out: Path | None, think_tags: Tags | None, mode: str | None) -> Run:
    """Open the run folder, or make it. OverthinkError if no model is known, or the responses were imported."""
    if out is not None and (out / MANIFEST).exists():
        there = Run(out).manifest
        model, think_tags = model or there.model, think_tags or there.think_tags
    if model is None:
        raise OverthinkError("no model is named", "Name it with --model, or an unfinished run with --out.")
    manifest = Manifest(
        created=now(), model=model, origin="generate", overthink=__version__, think_tags=think_tags, mode=mode
    )
    run = Run.create(out or runs_folder() / folder_name(model), manifest)
    if run.manifest.origin != "generate":
        raise OverthinkError(f"{run.folder}: its responses were imported", "Generate into another folder: --out DIR.")
    return run


def _generate(
    session: Session,
    run: Run,
    datasets: Sequence[LoadedDataset],
    selection: Selection,
    words: Words | None,
) -> StageOutcome:
    """Start or resume the stage with the options of the run, add the problems, and make what is missing."""
    config = with_backend(session.config(run).generate, session.typed_options(STAGE))
    if STAGE in session.redo:
        run.redo(STAGE)
    template = words or Template.load(config.prompt)
    model = run.manifest.model
    if STAGE not in run.manifest.stages:
        config = with_model_defaults(config, model)
    backend = make(config, model, run.manifest.think_tags)
    run.start(STAGE, _identity(config, template), free_options(STAGE))
    ids = add_problems(run, selection.of(datasets or [run.table("problems").rows()]))
    run.update(
        datasets={**run.manifest.datasets, **{dataset.name: dataset.revision for dataset in datasets}},
        splits={**run.manifest.splits, **{dataset.name: dataset.split for dataset in datasets}},
    )
    for note in gold_notes([run]):
        session.say(note)
    unread = Unread(run)
    work = Generator(backend, model, template, config.seed, not run.holds_responses(), session.progress, unread)
    try:
        outcome = make_responses(run, planned(ids, config.samples), work, session.progress)
    finally:
        unread.keep()
    run.update(libraries={**run.manifest.libraries, **_loaded_libraries()})
    return outcome


def _loaded_libraries() -> dict[str, str]:
    """The versions of what ran the model in this process."""
    engines = ("vllm", "ray", "torch", "transformers", "openai", "xllamacpp")
    return {name: str(getattr(sys.modules[name], "__version__", "unknown")) for name in engines if name in sys.modules}


def _identity(config: GenerateConfig, template: Words) -> dict[str, Any]:
    """What run.json keeps: every option, the digest of the prompt, and the engine options that decide the responses."""
    deciding = {name: value for name, value in config.engine.items() if name not in MACHINE_OPTIONS}
    return {**as_json(config), "prompt_digest": template.digest, "engine_deciding": deciding}


def selection(levels: str | None, ids: str | None, limit: int | None) -> Selection:
    """The problems that `--levels 1,2 --ids A,B --limit N` name."""
    try:
        numbers = frozenset(int(level) for level in (levels or "").split(",") if level.strip())
    except ValueError:
        raise OverthinkError(f"--levels {levels}: not numbers", "Write them with commas between: 1,2.") from None
    return Selection(numbers, frozenset(filter(None, (ids or "").split(","))), limit)
