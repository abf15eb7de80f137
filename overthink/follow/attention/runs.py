"""Two runs of `overthink follow` and the model behind them become a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from overthink.config import JudgeConfig
from overthink.errors import OverthinkError
from overthink.follow import runs as followed_runs
from overthink.follow.answers import split
from overthink.follow.attention import constraints, responses
from overthink.follow.attention.finder import ConstraintFinder
from overthink.follow.attention.reading import Attention
from overthink.follow.attention.report import REPORT, AttentionReport, report_of
from overthink.follow.attention.responses import AttentionReader, Prompted, prompted_with
from overthink.follow.measures import answers_of
from overthink.follow.modes import BASE, COT, mode_of
from overthink.follow.outcomes import outcome
from overthink.follow.report import FollowReport
from overthink.judge.judges import counter, judging_of
from overthink.records import Problem
from overthink.run import Run
from overthink.run.owed import Work, advance, count_owed
from overthink.run.table import write_text
from overthink.run.workers import one_by_one
from overthink.session import Session
from overthink.text.openings import opened_by


def attend(session: Session, folders: Sequence[Path], models: Sequence[str]) -> tuple[AttentionReport, FollowReport]:
    """Read the attention of a base and a cot run, as far as it is owed. attention.json is written beside the runs.

    `models` name the model if the runs do not, or of a pair of models those of base and cot.
    """
    runs = {run.manifest.mode: run for run in followed_runs.runs_of(folders)}
    if not {BASE, COT} <= runs.keys():
        raise OverthinkError("constraint attention compares base with cot", "Name the runs of both modes.")
    pair = {mode: runs[mode] for mode in (BASE, COT)}
    named = dict(zip(pair, models if len(models) == 2 else [*models, *models], strict=False))
    places = {mode: named.get(mode, run.manifest.model) for mode, run in pair.items()}
    followed = followed_runs.score(session, folders)
    for run in pair.values():
        _mark(session, run)
    loaded: dict[str, Attention] = {}
    for mode, run in pair.items():
        _read(session, run, places[mode], loaded)
    draws = followed_runs.draws_of(session, pair[BASE])
    base, cot = (answers_of(run) for run in pair.values())
    outcomes = {key: outcome(base[key], cot[key]) for key in base.keys() & cot.keys()}
    report = report_of(followed.dataset, pair[BASE], pair[COT], outcomes, places, draws)
    place = followed_runs.place_of(list(pair.values()))
    write_text(place / REPORT, report.model_dump_json(indent=2) + "\n")
    return report, followed


def found(session: Session, folders: Sequence[Path]) -> tuple[FollowReport, AttentionReport | None]:
    """What is known of these runs of `overthink follow`: checked as far as it is owed; attention if it was read."""
    followed = followed_runs.score(session, folders)
    place = followed_runs.place_of(followed_runs.runs_of(folders)) / REPORT
    if not place.exists():
        return followed, None
    try:
        return followed, AttentionReport.model_validate_json(place.read_text(encoding="utf-8"))
    except ValidationError:
        raise OverthinkError(
            f"{place}: not the report of this version", "Give `overthink follow attention` once more."
        ) from None


def _mark(session: Session, run: Run) -> None:
    """Find the constraints in the prompts: by the rules for IFEval, or by the judge that is named."""
    with run.lock():
        _redo(session, run, constraints.STAGE)
        config = session.config(run).judge
        work: Work
        if config.model:
            work, finder = _judged(run, config)
        elif "ifeval" in run.manifest.datasets:
            work, finder = one_by_one(constraints.STAGE, constraints.mark_row), constraints.RULES
        else:
            raise OverthinkError(
                f"{run.folder}: only a judge can find the constraints in these prompts", "Name one with --judge-model."
            )
        run.start(constraints.STAGE, {"finder": finder})
        advance(run, constraints.STAGE, work, session.progress)


def _judged(run: Run, config: JudgeConfig) -> tuple[Work, str]:
    count = counter(config.model or "")
    finder = ConstraintFinder(count, config.context)
    work = judging_of(run, constraints.STAGE, config, partial(constraints.talk, finder, config.model or ""), count)
    return work, f"{finder.name} ({config.model}) {finder.prompts}"


def _read(session: Session, run: Run, model: str, loaded: dict[str, Attention]) -> None:
    with run.lock():
        _redo(session, run, responses.STAGE)
        run.start(responses.STAGE, {"model": model, **_versions()})
        if not count_owed(run, responses.STAGE) and run.finished(responses.STAGE):
            return
        if model not in loaded:
            loaded.clear()  # one model at a time
            loaded[model] = Attention(model)
        work = AttentionReader(
            loaded[model],
            _prompting(run, loaded[model]),
            partial(split, tags=run.manifest.think_tags, always_thinks=followed_runs.always_thinks(run)),
        )
        advance(run, responses.STAGE, one_by_one(responses.STAGE, work), session.progress)


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError

    try:
        return {name: version(name) for name in ("torch", "transformers")}
    except PackageNotFoundError as error:
        raise OverthinkError(f"{error.name} is not installed", "Install overthink[attention].") from None


def _redo(session: Session, run: Run, stage: str) -> None:
    if stage in session.redo:
        run.redo(stage)


def _prompting(run: Run, attention: Attention) -> Callable[[Problem], Prompted]:
    """Gives the prompts of a run as its model saw them. OverthinkError if they cannot be made again."""
    config = run.manifest.stages["generate"].config
    thinks = run.manifest.thinks or "prompt"
    words = mode_of(run.manifest.mode or BASE, thinks).words
    if words.digest != config["prompt_digest"]:
        raise OverthinkError(
            f"{run.folder}: its prompt was another than that of this version",
            "Read its attention with the overthink that made it, or generate again.",
        )
    switch = {} if config.get("thinking") is None else {"enable_thinking": config["thinking"]}
    prefill = config.get("prefill") or ""

    def prompted(problem: Problem) -> Prompted:
        turn = [{"role": "user", "content": words.of(problem)}]
        text = attention.tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True, **switch)
        opened = opened_by(text, run.manifest.think_tags) + prefill
        prompt = prompted_with(text + prefill, problem.question, opened)
        if prompt is None:
            raise OverthinkError(
                f"{problem.id}: the model's chat template changes the question",
                "Its constraints cannot be found in it.",
            )
        return prompt

    return prompted
