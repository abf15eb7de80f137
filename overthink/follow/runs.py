"""Modes become runs, and runs a report on how well instructions are followed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast, get_args

from overthink.config import JudgeConfig, Thinks, runs_folder
from overthink.errors import OverthinkError
from overthink.follow import ifeval
from overthink.follow.checks import STAGE, Checker, check_pool
from overthink.follow.judge import ConstraintJudge
from overthink.follow.modes import BASE, MODES, mode_of, thinks_of
from overthink.follow.report import REPORT, FollowReport, report_of
from overthink.generate.responses import generate as generate_run
from overthink.generate.stage import Selection
from overthink.generate.words import Words
from overthink.judge.judges import counter, judging_of
from overthink.models import SMALL_MODEL
from overthink.models.local import chat_template_of
from overthink.problems import LoadedDataset, load
from overthink.run import Run
from overthink.run.find import find_runs
from overthink.run.manifest import folder_name
from overthink.run.owed import StageOutcome, Work, advance, count_owed
from overthink.run.processes import Pool
from overthink.run.table import write_text
from overthink.session import Session
from overthink.stats.bootstrap import Draws
from overthink.text.chat_template import load_chat_template, tokenizer_folder
from overthink.text.tokenizers import load_tokenizer


def generate(
    session: Session,
    *,
    model: str | None,
    dataset: str,
    modes: Sequence[str],
    thinks: str | None,
    out: Path | None,
    selection: Selection,
    think_tags: tuple[str, str] | None = None,
    mirror: Path | None = None,
) -> list[tuple[Run, StageOutcome]]:
    """One run for each mode, in folders of their names: every prompt answered greedily, unless a temperature is given.

    `thinks` tells how the model comes to think, if its chat template does not.
    """
    unknown = [mode for mode in modes if mode not in MODES]
    if unknown:
        raise OverthinkError(f"--modes {unknown[0]}: no such mode", f"The modes are {', '.join(MODES)}.")
    backend = session.given.get("generate", {}).get("backend")
    model = model or (SMALL_MODEL if backend == "local" else None)
    if model is None:
        raise OverthinkError("no model is named", "Name it with --model.")
    loaded = load(dataset, mirror=mirror)
    if next(iter(loaded)).constraints is None:
        raise OverthinkError(
            f"{loaded.name}: its problems have no constraints", "Name ifeval, complexbench or a file of either."
        )
    way = _thinks(thinks, model, backend, think_tags, session.say)
    planned = {mode: mode_of(mode, way) for mode in modes}
    folder = out or runs_folder() / f"follow-{folder_name(model)}-{loaded.name}"
    return [
        answer(
            session, folder / name, model, loaded, mode.words, mode.options, name, way,
            selection=selection, think_tags=think_tags,
        )
        for name, mode in planned.items()
    ]  # fmt: skip


def answer(
    session: Session,
    folder: Path,
    model: str,
    problems: LoadedDataset,
    words: Words,
    options: dict[str, Any],
    mode: str,
    thinks: Thinks,
    *,
    selection: Selection | None = None,
    think_tags: tuple[str, str] | None = None,
) -> tuple[Run, StageOutcome]:
    """The run of one mode, greedy unless a temperature is given."""
    asked = {"temperature": 0.0, **session.toml.get("generate", {}), **session.given.get("generate", {}), **options}
    run, outcome = generate_run(
        session.with_given("generate", asked),
        model=model, datasets=[problems], out=folder, selection=selection or Selection(), think_tags=think_tags,
        words=words, mode=mode,
    )  # fmt: skip
    run.update(thinks=thinks)
    return run, outcome


def _thinks(
    given: str | None, model: str, backend: str | None, tags: tuple[str, str] | None, say: Callable[[str], None]
) -> Thinks:
    """As told, else as the chat template tells. OverthinkError if that cannot be had."""
    if given is not None:
        return cast(Thinks, given)
    try:
        template = chat_template_of(model) if backend == "local" else load_chat_template(tokenizer_folder(model)).text
    except OverthinkError as error:
        raise OverthinkError(
            f"how {model} comes to think is not known: {error.message}",
            f"Tell with --thinks {', '.join(get_args(Thinks))}: by its template's switch, on a prompt, or always.",
        ) from None
    way = thinks_of(template, tags)
    say(f"{model} thinks: {_WAYS[way]} (as its chat template tells; --thinks says otherwise)")
    return way


_WAYS: dict[Thinks, str] = {
    "switch": "where the switch of its chat template is on",
    "prompt": "where the prompt asks for it",
    "always": "always",
}


def score(session: Session, folders: Sequence[Path]) -> FollowReport:
    """Check what is owed, and put base against cot. follow.json is written beside the runs."""
    runs = runs_of(folders)
    with pool_of(session, runs) as pool:
        for run in runs:
            check(session, run, pool)
    report = report_of(_dataset_of(runs), runs, draws_of(session, runs[0]))
    write_text(place_of(runs) / REPORT, report.model_dump_json(indent=2) + "\n")
    return report


def runs_of(folders: Sequence[Path]) -> list[Run]:
    """One run for each mode, base and cot first."""
    runs = find_runs(folders)
    found = {run.manifest.mode: run for run in runs}
    for run in runs:
        if run.manifest.mode is None:
            raise OverthinkError(
                f"{run.folder}: not a run of `overthink follow`", "Make its responses with `overthink follow generate`."
            )
        if found[run.manifest.mode].folder != run.folder:
            raise OverthinkError(
                f"{run.folder}: a second run in the mode {run.manifest.mode}",
                "Name the runs of one base and one cot mode.",
            )
    return sorted(runs, key=lambda run: [*MODES, run.manifest.mode].index(run.manifest.mode))


def place_of(runs: Sequence[Run]) -> Path:
    """Where what is found about these runs is written: the folder that holds them, else the last run itself."""
    parents = {run.folder.resolve().parent for run in runs}
    return runs[-1].folder.parent if len(parents) == 1 else runs[-1].folder


def _dataset_of(runs: Sequence[Run]) -> str:
    names = sorted({name for run in runs for name in run.manifest.datasets})
    if len(names) != 1:
        raise OverthinkError(f"runs of several datasets: {', '.join(names)}", "Name the runs of one dataset.")
    return names[0]


def draws_of(session: Session, run: Run) -> Draws:
    """The options of the error bars."""
    config = session.config(run)
    return Draws(config.report.resamples, config.report.seed, config.compare.permutations)


def pool_of(session: Session, runs: Sequence[Run]) -> Pool:
    """The processes that check these runs. Loading the checkers takes seconds, a check milliseconds."""
    answers = sum(len(run.table("generate")) for run in runs)
    processes = 1 if answers < _MANY else session.processes or os.cpu_count() or 1
    return check_pool(processes, _dataset_of(runs))


_MANY = 400
"""Answers for which more than one process is worth its start."""


def check(session: Session, run: Run, pool: Pool) -> StageOutcome:
    """Bring the stage `follow` of a run up to date. A judge is asked if one is named, of ComplexBench."""
    if not run.finished("generate"):
        raise OverthinkError(
            f"{run.folder}: its responses are not complete", "Give the command that makes them once more."
        )
    with run.lock():
        if STAGE in session.redo:
            run.redo(STAGE)
        config = session.config(run)
        judge = config.judge if config.judge.model and "complexbench" in run.manifest.datasets else None
        if judge is None and _was_judged(run):
            return StageOutcome(0, 0)
        loaded = load_tokenizer(run.manifest.model, config.score.tokenizer)
        identity = {
            "tokenizer_name": loaded.name, "tokenizer_own": loaded.own,
            "libraries": _libraries(run), "thinks": run.manifest.thinks, "judge": judge.model if judge else None,
        }  # fmt: skip
        run.start(STAGE, {**asdict(config.follow), **identity}, free=asdict(config.follow))
        checker = Checker(loaded.tokenizer, run.manifest.think_tags, always_thinks(run), pool, config.follow.seconds)
        work = checker if judge is None else _judged(run, judge, checker)
        return advance(run, STAGE, work, session.progress)


def always_thinks(run: Run) -> bool:
    """Whether every response of this run begins with thinking, tagged or not."""
    return run.manifest.mode != BASE and run.manifest.thinks != "prompt"


def _libraries(run: Run) -> dict[str, str]:
    """The checkers of IFEval with their versions; OverthinkError if they are missing."""
    if "ifeval" not in run.manifest.datasets:
        return {}
    ifeval.require()
    return {name: version(name) for name in ifeval.LIBRARIES}


def _was_judged(run: Run) -> bool:
    """Is the stage done, with a judge? OverthinkError if it owes rows that only the judge can make."""
    record = run.manifest.stages.get(STAGE)
    if record is None or record.config.get("judge") is None:
        return False
    if count_owed(run, STAGE):
        raise OverthinkError(
            f"{run.folder}: {STAGE} owes rows, and asks {record.config['judge']}", "Give --judge-model again."
        )
    return True


def _judged(run: Run, config: JudgeConfig, checker: Checker) -> Work:
    count = counter(config.model or "")
    judge = ConstraintJudge(count, config.context)
    return judging_of(run, STAGE, config, partial(checker.talk, judge), count)
