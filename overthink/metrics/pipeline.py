"""From responses to scores: every stage that is owed, in order, by rules or by a judge."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from overthink.answers.stage import VERIFY
from overthink.config import OF_JUDGE, free_options
from overthink.errors import OverthinkError
from overthink.judge.judges import JudgedStage, Judges
from overthink.metrics.stage import SCORE
from overthink.render.cells import asked_words
from overthink.run import STAGES, Run
from overthink.run.owed import INPUTS, StageOutcome, Work, advance, count_owed, items_of
from overthink.session import JudgedBy, Processes, Session, Stage
from overthink.solutions.stage import SEGMENT
from overthink.strategies.stage import CLUSTER

ORDER = (SEGMENT, CLUSTER, VERIFY, SCORE)


def bring(session: Session, runs: Sequence[Run], last: str) -> StageOutcome:
    """Bring every run up to the stage `last`: what is owed before it is made first.

    OverthinkError if a stage to redo is none, if responses are not complete, or if a judge is not named again.
    """
    unknown = [stage for stage in session.redo if stage not in STAGES]
    if unknown:
        raise OverthinkError(f"--redo {unknown[0]}: no such stage", f"The stages are {', '.join(STAGES)}.")
    made = failed = 0
    with Processes(session.processes) as processes, Judges(lambda: session.options.judge) as judges:
        for run in runs:
            with run.lock():
                for stage in _up_to(last):
                    outcome = _make(session, run, stage, processes, judges)
                    made, failed = made + outcome.made, failed + outcome.failed
    return StageOutcome(made, failed)


def estimate(session: Session, runs: Sequence[Run], last: str) -> list[dict[str, Any]]:
    """What judges would be asked up to the stage `last`, and its price. Nothing is asked, nothing is written."""
    rows = []
    with Processes(session.processes) as processes, Judges(lambda: session.options.judge) as judges:
        for run in runs:
            for stage in _up_to(last):
                if stage.name not in session.asked:
                    continue
                by = session.judged_by(run, stage.name)
                judged = _judged(run, stage, by, judges)
                if judged is None:
                    continue
                before = [name for name in INPUTS[stage.name] if not run.finished(name) and name != "problems"]
                if before:
                    session.say(f"{run.folder}: {stage.name} can be estimated when {before[0]} is done")
                    continue
                items = items_of(run, stage.name, anew=stage.name in session.redo)
                rows.append(judged.estimate(stage.prepare(run, by.options, processes, items)))
    return rows


def _up_to(last: str) -> tuple[Stage, ...]:
    return ORDER[: STAGES.index(last) + 1]


def _make(session: Session, run: Run, stage: Stage, processes: Processes, judges: Judges) -> StageOutcome:
    """Make what one run owes of one stage, by rules or by a judge."""
    if not run.finished("generate"):
        raise OverthinkError(
            f"{run.folder}: its responses are not complete",
            "The import or generation was cut off: give its command once more.",
        )
    by = session.judged_by(run, stage.name)
    if _is_left_alone(session, run, stage.name, by):
        return StageOutcome(0, 0)
    judged = _judged(run, stage, by, judges)
    identity, work = stage.by_rules(run, by.options, processes)
    if stage.name in session.redo:
        run.redo(stage.name)
    if judged is None:
        run.start(stage.name, identity)
        return advance(run, stage.name, work, session.progress)
    run.start(stage.name, {**identity, **judged.identity}, free_options("judge", OF_JUDGE))
    prepare = partial(stage.prepare, run, by.options, processes)
    return _ask(session, judged, lambda items: judged.judging(prepare(items)))


def _judged(run: Run, stage: Stage, by: JudgedBy, judges: Judges) -> JudgedStage | None:
    """This stage as a model judges it; None if rules do."""
    if by.mode is None or by.judge is None or stage.judge is None:
        return None
    if by.mode not in stage.modes:
        raise OverthinkError(f"{stage.name}: there is no {by.mode} judge", "Give --judge model, or --judge rules.")
    return judges.stage(run, stage.name, stage.judge, by.mode, by.judge, replay=by.replays)


def _is_left_alone(session: Session, run: Run, stage: str, by: JudgedBy) -> bool:
    """A stage that was started with a judge asks it again only if the judge is named again."""
    if by.judge is None or by.named:
        return False
    judge = by.judge.model
    hint = "Give --judge and --judge-model again, or put them into overthink.toml: only then is it asked."
    if not run.finished(stage):
        raise OverthinkError(f"{run.folder}: {stage} is not complete, and it asks {judge}", hint)
    if owed := count_owed(run, stage):
        session.say(f"{run.folder}: {stage} owes {owed} rows, and it asks {judge}. {hint}")
    return True


def _ask(session: Session, judged: JudgedStage, work: Work) -> StageOutcome:
    """Advance the stage, and note what its judge was asked, however it ends."""
    outcome = None
    try:
        outcome = advance(judged.run, judged.stage, work, session.progress)
    finally:
        if outcome != StageOutcome(0, 0):
            use = judged.use()
            judged.run.record_judge(judged.stage, use)
            session.say(f"{judged.run.name}: {judged.stage}: {asked_words(use)}")
    return outcome
