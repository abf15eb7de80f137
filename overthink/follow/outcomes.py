"""WIN, LOSE, TIE: thinking against answering at once, prompt by prompt and by the kind of constraint."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from overthink.follow.measures import HEADLINE, Answer, Answers, share_of
from overthink.records import Change, Row
from overthink.stats.bootstrap import Draws
from overthink.stats.ratios import Ratios, Term, changes

Outcome = Literal["win", "lose", "tie"]


class Outcomes(Row):
    """How often thinking meets more than answering at once (win), less (lose), as much (tie); `undecided`: not known.

    Over `prompts`, or over the constraints of one kind. `change`: the share that is met, thinking less at once.
    """

    kind: str | None
    win: int
    lose: int
    tie: int
    undecided: int
    change: Change


def outcome(base: Answer, cot: Answer) -> Outcome | None:
    """Of one prompt, by the share of constraints met loosely; None if a constraint is undecided in one of them."""
    if None in base.loose or None in cot.loose:
        return None
    return _of(base.met or 0.0, cot.met or 0.0)


def by_prompt(base: Answers, cot: Answers, draws: Draws) -> Outcomes:
    """All prompts that both answered."""
    shared = sorted(base.keys() & cot.keys())
    found = Counter(outcome(base[problem], cot[problem]) for problem in shared)
    return _outcomes(None, found, base, cot, shared, draws)


def by_kind(base: Answers, cot: Answers, draws: Draws) -> list[Outcomes]:
    """For each kind of constraint, by name."""
    shared = sorted(base.keys() & cot.keys())
    kinds = sorted({kind for problem in shared for parts in base[problem].kinds for kind in parts})
    return [_of_kind(kind, base, cot, shared, draws) for kind in kinds]


def _of_kind(kind: str, base: Answers, cot: Answers, shared: list[str], draws: Draws) -> Outcomes:
    here = [problem for problem in shared if any(kind in parts for parts in base[problem].kinds)]
    found: Counter[Outcome | None] = Counter()
    for problem in here:
        for parts, before, after in zip(base[problem].kinds, base[problem].loose, cot[problem].loose, strict=True):
            if kind in parts:
                found[None if before is None or after is None else _of(before, after)] += 1
    return _outcomes(kind, found, base, cot, here, draws)


def _table(answers: Answers, problems: list[str], kind: str | None) -> Ratios:
    """What each problem adds to the one measure."""
    table = Ratios([HEADLINE])
    for problem in problems:
        table.add(problem, _met(answers[problem], kind))
    return table


def _outcomes(
    kind: str | None, found: Counter[Outcome | None], base: Answers, cot: Answers, problems: list[str], draws: Draws
) -> Outcomes:
    pairs = _table(cot, problems, kind).paired_with(_table(base, problems, kind), problems)
    (change,) = changes(pairs, [HEADLINE], draws)
    return Outcomes(
        kind=kind, win=found["win"], lose=found["lose"], tie=found["tie"], undecided=found[None], change=change
    )


def _met(answer: Answer, kind: str | None) -> Term:
    """How many constraints of this kind (of any) are met loosely, and of how many; nothing if one is undecided."""
    verdicts = [met for parts, met in zip(answer.kinds, answer.loose, strict=True) if kind is None or kind in parts]
    return share_of([] if None in verdicts else [bool(met) for met in verdicts])


def _of(before: float, after: float) -> Outcome:
    return "win" if after > before else "lose" if after < before else "tie"
