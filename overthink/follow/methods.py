"""The remedies: each method becomes a run of its own or a choice between base and cot, and a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from overthink.config import GenerateConfig, Thinks
from overthink.errors import OverthinkError
from overthink.follow.advice import Advice, advise
from overthink.follow.answers import split
from overthink.follow.backbone import Backbone
from overthink.follow.classifier import ClassifierReport, Learn, learn_words, train
from overthink.follow.measures import Answers, answers_of
from overthink.follow.modes import mode_of, prompt
from overthink.follow.remedies import (
    KEEP,
    Choice,
    RemediesReport,
    Review,
    read_decision,
    remedy_report,
    reviewed,
    selected,
)
from overthink.follow.runs import answer, check, draws_of, place_of, pool_of, runs_of
from overthink.generate.words import Words
from overthink.problems import LoadedDataset
from overthink.run import Run
from overthink.run.manifest import MANIFEST
from overthink.run.processes import Pool
from overthink.run.table import write_text
from overthink.session import Session
from overthink.stats.bootstrap import Draws

REPORT = "remedies.json"


@dataclass(frozen=True)
class Pair:
    """Base and cot of one model, checked, and the folder beside them in which the methods get their runs."""

    session: Session
    pool: Pool
    base_run: Run
    cot_run: Run
    folder: Path
    base: Answers
    cot: Answers
    draws: Draws

    @property
    def dataset(self) -> str:
        """The name of the dataset."""
        return next(iter(self.cot_run.manifest.datasets))

    @property
    def thinks(self) -> Thinks:
        """How the model of cot comes to think."""
        return self.cot_run.manifest.thinks or "prompt"


@contextmanager
def open_pair(session: Session, folders: Sequence[Path]) -> Iterator[Pair]:
    """OverthinkError if a run in the mode base or cot is missing."""
    found = runs_of(folders)
    by_mode = {run.manifest.mode: run for run in found}
    missing = [mode for mode in ("base", "cot") if mode not in by_mode]
    if missing:
        raise OverthinkError(
            f"no run in the mode {missing[0]}", "Name the folder that `overthink follow generate` made, or both runs."
        )
    base, cot = by_mode["base"], by_mode["cot"]
    with pool_of(session, [base, cot]) as pool:
        for run in (base, cot):
            check(session, run, pool)
        place, answers = place_of([base, cot]), (answers_of(base), answers_of(cot))
        yield Pair(session, pool, base, cot, place, *answers, draws_of(session, cot))


def remedy(pair: Pair, methods: Sequence[str]) -> RemediesReport:
    """Carry out these methods, and all that were carried out before. remedies.json is written beside the runs."""
    unknown = [method for method in methods if method not in METHODS]
    if unknown:
        raise OverthinkError(f"--method {unknown[0]}: no such method", f"The methods are {', '.join(METHODS)}, or all.")
    shared = pair.base.keys() & pair.cot.keys()
    base, cot = ({p: answers[p] for p in sorted(shared)} for answers in (pair.base, pair.cot))
    lines = [
        remedy_report("original", base, base, cot, pair.draws),
        remedy_report("cot", cot, base, cot, pair.draws),
    ]
    classifier = None
    for method, tried in _carried_out(pair, methods):
        classifier = tried.classifier or classifier
        lines.append(
            remedy_report(
                method, tried.answers, pair.base, pair.cot, pair.draws,
                decisions=tried.decisions, lost=tried.lost, note=tried.classifier.reason if tried.classifier else None,
            )
        )  # fmt: skip
    report = RemediesReport(
        dataset=pair.dataset, model=pair.cot_run.manifest.model, methods=lines, classifier=classifier
    )
    write_text(pair.folder / REPORT, report.model_dump_json(indent=2) + "\n")
    return report


def advice(pair: Pair, methods: Sequence[str]) -> list[Advice]:
    """What the figures say for each group of instructions; methods as in `remedy`."""
    tried = {method: found.answers for method, found in _carried_out(pair, methods)}
    categories = {problem.id: problem.subject for problem in pair.cot_run.table("problems").rows()}
    return advise({"original": pair.base, "cot": pair.cot, **tried}, categories, pair.draws)


def _carried_out(pair: Pair, methods: Sequence[str]) -> Iterator[tuple[str, Tried]]:
    """These methods, and those that have a run from before, in the order of the table."""
    for method, carry_out in METHODS.items():
        if method in methods or (pair.folder / method / MANIFEST).exists():
            yield method, carry_out(pair)


class Tried(NamedTuple):
    """What a method came to.

    `lost`: prompts without an answer, by reason; `decisions`: whether to reason, by problem, if the method decides it.
    """

    answers: Answers
    lost: Counter[str]
    decisions: dict[str, bool] | None = None
    classifier: ClassifierReport | None = None


def _few_shot(pair: Pair) -> Tried:
    """Examples are shown before the instruction."""
    mode = mode_of("few-shot", pair.thinks, f"follow_few_shot_{pair.dataset}")
    run = _made(pair, "few-shot", mode.words, mode.options)
    check(pair.session, run, pair.pool)
    answers = answers_of(run)
    return Tried(answers, Counter(missing=len(pair.cot) - len(answers)))


def _self_reflection(pair: Pair) -> Tried:
    """The model looks at its answer once more."""
    mode = mode_of("self-reflection", pair.thinks, "follow_reflect")
    tags = pair.cot_run.manifest.think_tags
    words = Review(mode.words, pair.cot_run.table("generate"), tags, pair.thinks != "prompt")
    run = _made(pair, "self-reflection", words, mode.options)
    check(pair.session, run, pair.pool)
    said = _said(run, always_thinks=pair.thinks != "prompt")
    kept = frozenset(problem for problem, text in said.items() if text.strip().strip('."*').upper() == KEEP)
    answers = reviewed(pair.cot, answers_of(run), kept)
    return Tried(answers, Counter(missing=len(pair.cot) - len(answers)))


def _self_selective(pair: Pair) -> Tried:
    """The model decides whether to reason; the tokens of the decision count."""
    options: dict[str, Any] = {"thinking": False} if pair.thinks == "switch" else {}
    run = _made(pair, "self-selective", Choice(prompt("follow_decide")), options)
    read = {p: read_decision(text) for p, text in _said(run, always_thinks=pair.thinks == "always").items()}
    decisions = {problem: said for problem, said in read.items() if said is not None}
    rows = run.table("generate")
    costs = {problem: rows.read(f"{problem}#1").completion_tokens or 0 for problem in decisions}
    lost = Counter(unreadable=len(read) - len(decisions), missing=len(pair.cot) - len(read))
    return Tried(selected(pair.base, pair.cot, decisions, costs), lost, decisions)


def _classifier(pair: Pair) -> Tried:
    """A classifier decides whether to reason, from the instruction alone."""
    config = pair.session.config(pair.cot_run).follow
    learn: Learn = learn_words
    name = "TF-IDF and logistic regression"
    if config.backbone is not None:
        name = config.backbone
        learn = Backbone(name, config.epochs, config.learning_rate, config.batch_size, config.split_seed)
    questions = {problem.id: problem.question for problem in pair.cot_run.table("problems").rows()}
    trained = train(
        learn, name, questions, pair.base, pair.cot,
        folds=config.folds, split_seed=config.split_seed, draws=pair.draws,
    )  # fmt: skip
    answers = selected(pair.base, pair.cot, trained.decisions, {})
    return Tried(answers, Counter(), trained.decisions, trained.report)


METHODS: dict[str, Callable[[Pair], Tried]] = {
    "few-shot": _few_shot,
    "self-reflection": _self_reflection,
    "self-selective": _self_selective,
    "classifier": _classifier,
}
"""In the order of the table."""


def _made(pair: Pair, method: str, words: Words, options: dict[str, Any]) -> Run:
    """The run of this method beside cot: same model, problems and way to run it."""
    cot = pair.cot_run
    name = pair.dataset
    problems = LoadedDataset(name, "test", cot.manifest.datasets[name], lambda: cot.table("problems").rows())
    ran = {key: value for key, value in cot.manifest.stages["generate"].config.items() if key in _KEPT}
    given = {**ran, **pair.session.given.get("generate", {})}
    run, outcome = answer(
        pair.session.with_given("generate", given),
        pair.folder / method, cot.manifest.model, problems, words, options, method, pair.thinks,
        think_tags=cot.manifest.think_tags,
    )  # fmt: skip
    if outcome.failed:
        pair.session.say(f"{method}: {outcome.failed} responses failed and are owed: see failures.jsonl.")
    return run


_KEPT = {option.name for option in fields(GenerateConfig)} - {"prompt", "thinking", "replies", "samples"}


def _said(run: Run, *, always_thinks: bool) -> dict[str, str]:
    """The answer of each response by problem, empty if it has none."""
    said = {}
    for row in run.table("generate").rows():
        _, answer_span = split(row, run.manifest.think_tags, always_thinks=always_thinks)
        said[row.problem_id] = row.response[slice(*answer_span)] if answer_span else ""
    return said
