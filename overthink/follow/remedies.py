"""Four remedies for thinking that harms: what each says to the model, and what it makes of the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from overthink.follow.answers import split
from overthink.follow.classifier import ClassifierReport
from overthink.follow.measures import Answer, Answers, changes, measured
from overthink.follow.outcomes import outcome
from overthink.generate.words import Template
from overthink.judge.fence import fenced
from overthink.records import Change, Metric, Problem, Response, Row
from overthink.run.table import Table
from overthink.stats.bootstrap import Draws
from overthink.stats.ratios import Measure, Ratios, mean
from overthink.text.digest import digest
from overthink.text.template import fill
from overthink.text.thinking import thinking_of

KEEP = "KEEP"
_DECIDED = (
    Measure("precision", "share", True, "no prompt for which it was decided to reason"),
    Measure("recall", "share", True, "no prompt where thinking wins"),
)
_DECISIONS = {"yes": True, "no": False}


class RemedyReport(Row):
    """One way to answer against thinking (cot) and against answering at once (base), on the same prompts.

    `original` and `cot` are themselves two of the ways. `reasoned`: for how many prompts the model reasons. Precision:
    of the prompts where it was decided to reason, those where thinking wins; recall: of those where thinking wins, the
    ones where it was decided to reason; null for methods that decide nothing. `lost`: prompts without an answer of this
    method, by the reason; they are in no number.
    """

    method: str
    prompts: int
    metrics: dict[str, Metric]
    to_cot: dict[str, Change] | None
    to_base: dict[str, Change] | None
    reasoned: int | None = None
    precision: Metric | None = None
    recall: Metric | None = None
    lost: dict[str, int] = {}
    note: str | None = None


class RemediesReport(Row):
    """remedies.json: the paper's table. `original` is base; every method is put against both on its own prompts."""

    dataset: str
    model: str
    methods: list[RemedyReport]
    classifier: ClassifierReport | None


@dataclass(frozen=True)
class Review:
    """What is said to a model that looks at its own answer once more (self-reflection)."""

    prompt: Template
    responses: Table[Response]
    tags: tuple[str, str] | None
    always_thinks: bool

    @property
    def digest(self) -> str:
        """Of the words, and of whose answers are reviewed."""
        return digest(self.prompt.digest, self.responses.path.parent.name)

    def of(self, problem: Problem) -> str:
        """The user's turn: instruction, thinking and answer, each between tags that it cannot close."""
        response = self.responses.read(f"{problem.id}#1")
        thinking, answer = split(response, self.tags, always_thinks=self.always_thinks)
        thought = thinking_of(response, self.tags).text(response.response) if thinking else "(none)"
        texts = {
            "instruction": fenced("instruction", problem.question),
            "thinking": fenced("thinking", thought),
            "answer": fenced("answer", response.response[slice(*answer)] if answer else "(none was reached)"),
        }
        return fill(self.prompt.text, texts)


@dataclass(frozen=True)
class Choice:
    """What is said to a model that decides from the instruction alone whether to reason (self-selective)."""

    prompt: Template

    @property
    def digest(self) -> str:
        """Of the words."""
        return self.prompt.digest

    def of(self, problem: Problem) -> str:
        """The user's turn."""
        return fill(self.prompt.text, {"instruction": fenced("instruction", problem.question)})


def read_decision(reply: str) -> bool | None:
    """Yes or no; None if it says neither, or both."""
    said = {word for word in re.findall(r"[a-z]+", reply.lower()) if word in _DECISIONS}
    return _DECISIONS[said.pop()] if len(said) == 1 else None


def reviewed(cot: Answers, review: Answers, kept: frozenset[str]) -> dict[str, Answer]:
    """The reviewed answers: those of cot if they were kept. The tokens of both passes count."""
    shared = cot.keys() & review.keys()
    return {
        problem: replace(
            cot[problem] if problem in kept else review[problem],
            tokens=cot[problem].tokens + review[problem].tokens,
        )
        for problem in shared
    }


def selected(base: Answers, cot: Answers, decisions: Mapping[str, bool], costs: Mapping[str, int]) -> dict[str, Answer]:
    """The answer of cot if it was decided to reason, else that of base, each with the tokens of its decision.

    Greedy answers are the same each time, so those that were recorded are what the model would write.
    """
    shared = sorted(decisions.keys() & base.keys() & cot.keys())
    chosen = {problem: (cot if decisions[problem] else base)[problem] for problem in shared}
    return {
        problem: replace(answer, tokens=answer.tokens + costs.get(problem, 0)) for problem, answer in chosen.items()
    }


def remedy_report(
    method: str,
    answers: Answers,
    base: Answers,
    cot: Answers,
    draws: Draws,
    *,
    decisions: Mapping[str, bool] | None = None,
    lost: Mapping[str, int] | None = None,
    note: str | None = None,
) -> RemedyReport:
    """A method's line of the table."""
    precision, recall = decided_well(base, cot, decisions, draws) if decisions is not None else (None, None)
    return RemedyReport(
        method=method,
        prompts=len(answers),
        metrics=measured(answers, draws),
        to_cot=changes(cot, answers, draws) if method != "cot" else None,
        to_base=changes(base, answers, draws) if method != "original" else None,
        reasoned=sum(decisions[problem] for problem in answers) if decisions is not None else None,
        precision=precision,
        recall=recall,
        lost={reason: count for reason, count in (lost or {}).items() if count},
        note=note,
    )


def decided_well(base: Answers, cot: Answers, decisions: Mapping[str, bool], draws: Draws) -> tuple[Metric, Metric]:
    """Precision and recall of the decision to reason: right if thinking wins."""
    outcomes = {p: outcome(base[p], cot[p]) for p in sorted(decisions.keys() & base.keys() & cot.keys())}
    known = [(decisions[problem], found == "win") for problem, found in outcomes.items() if found is not None]
    table = Ratios(_DECIDED)
    for problem, (yes, win) in enumerate(known):
        table.add(problem, [mean(win if yes else None), mean(yes if win else None)])
    precision, recall = table.metrics(draws)
    return precision, recall
