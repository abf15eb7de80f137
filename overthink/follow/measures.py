"""What the answers of one way to answer come to, and two ways against each other, problem by problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from overthink.records import Change, Followed, Metric, Problem
from overthink.run import Run
from overthink.run.table import Table
from overthink.stats import ratios
from overthink.stats.bootstrap import Draws
from overthink.stats.ratios import EXCLUDED, Measure, Ratios, Term, mean


@dataclass(frozen=True)
class Answer:
    """One problem answered: which constraints are met, and what was spent. `kinds` are those of each constraint.

    `tokens` are all that were written for it, with those of a second look or of a decision; `thinking_tokens` those of
    the thinking before this answer, 0 where there was none.
    """

    kinds: tuple[tuple[str, ...], ...]
    strict: tuple[bool | None, ...]
    loose: tuple[bool | None, ...]
    answered: bool
    thought: bool
    tokens: int
    thinking_tokens: int

    @property
    def met(self) -> float | None:
        """The share of constraints that are met loosely, of those decided; None if none is."""
        decided = [verdict for verdict in self.loose if verdict is not None]
        return sum(decided) / len(decided) if decided else None


Answers = Mapping[str, Answer]
"""By problem id."""


_EMPTY = "no problem enters"
MEASURES = (
    Measure("instruction_loose", "share", True, _EMPTY),
    Measure("instruction_strict", "share", True, _EMPTY),
    Measure("prompt_loose", "share", True, _EMPTY),
    Measure("prompt_strict", "share", True, _EMPTY),
    Measure("tokens", "tokens", False, _EMPTY),
    Measure("thinking_tokens", "tokens", None, _EMPTY),
)
HEADLINE = MEASURES[0]


def answers_of(run: Run) -> dict[str, Answer]:
    """The answers of a checked run, the first sample of each problem."""
    problems, rows = run.table("problems"), run.table("follow")
    return {row_id.removesuffix("#1"): _answer(problems, rows, row_id) for row_id in rows if row_id.endswith("#1")}


def _answer(problems: Table[Problem], rows: Table[Followed], row_id: str) -> Answer:
    problem, row = problems.read(row_id.removesuffix("#1")), rows.read(row_id)
    return Answer(
        kinds=tuple((*part.kinds, *part.compositions) for part in problem.constraints or ()),
        strict=tuple(row.strict),
        loose=tuple(row.loose),
        answered=row.answer is not None and row.answer[0] < row.answer[1],
        thought=row.thinking is not None and row.thinking_tokens > 0,
        tokens=row.tokens,
        thinking_tokens=row.thinking_tokens,
    )


def measured(answers: Answers, draws: Draws) -> dict[str, Metric]:
    """Every measure with its interval, by name."""
    metrics = _table(answers, answers, sorted(answers)).metrics(draws)
    return {measure.name: metric for measure, metric in zip(MEASURES, metrics, strict=True)}


def changes(base: Answers, new: Answers, draws: Draws) -> dict[str, Change]:
    """`new` less `base` over the problems that both answered, paired; by measure.

    A problem that one of the two leaves undecided is left out of that measure.
    """
    shared = sorted(base.keys() & new.keys())
    pairs = _table(new, base, shared).paired_with(_table(base, new, shared), shared)
    return {
        measure.name: change for measure, change in zip(MEASURES, ratios.changes(pairs, MEASURES, draws), strict=True)
    }


def _table(answers: Answers, beside: Answers, problems: Sequence[str]) -> Ratios:
    """A constraint that is undecided in the answers `beside` these is in no share here, either."""
    table = Ratios(MEASURES)
    for problem in problems:
        table.add(problem, _of_problem(answers[problem], beside[problem]))
    return table


def _of_problem(answer: Answer, beside: Answer) -> list[Term]:
    return [
        _share(answer.loose, beside.loose), _share(answer.strict, beside.strict),
        _all(answer.loose), _all(answer.strict), mean(answer.tokens), mean(answer.thinking_tokens),
    ]  # fmt: skip


def _share(verdicts: Sequence[bool | None], beside: Sequence[bool | None]) -> Term:
    pairs = zip(verdicts, beside, strict=True)
    return share_of([verdict for verdict, other in pairs if verdict is not None and other is not None])


def share_of(decided: Sequence[bool]) -> Term:
    """The share of constraints met, pooled over the problems; a problem without one is left out."""
    return Term(sum(decided), len(decided), 1, 0) if decided else EXCLUDED


def _all(verdicts: Sequence[bool | None]) -> Term:
    """A failed constraint decides the prompt, whatever is undecided beside it."""
    return mean(False if False in verdicts else None if None in verdicts else True)
