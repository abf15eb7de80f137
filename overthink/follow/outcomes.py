"""WIN, LOSE, TIE: thinking against answering at once, prompt by prompt and by the kind of constraint."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import numpy as np

from overthink.core.comparison import Change
from overthink.core.stats import Floats
from overthink.follow.measures import HEADLINE, Answer, Answers, Draws, paired
from overthink.records import Row

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
    """Of one prompt, by the share of constraints met loosely; None where a constraint is undecided in one of them."""
    if None in base.loose or None in cot.loose:
        return None
    return _of(base.met or 0.0, cot.met or 0.0)


def by_prompt(base: Answers, cot: Answers, draws: Draws) -> Outcomes:
    """All prompts that both answered."""
    shared = sorted(base.keys() & cot.keys())
    found = Counter(outcome(base[problem], cot[problem]) for problem in shared)
    return _outcomes(None, found, _terms(base, shared, None), _terms(cot, shared, None), draws)


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
    return _outcomes(kind, found, _terms(base, here, kind), _terms(cot, here, kind), draws)


def _terms(answers: Answers, problems: list[str], kind: str | None) -> Floats:
    """What each problem adds above and below the line of the one measure: `(problems, 1, 2)`."""
    return np.array([_met(answers[problem], kind) for problem in problems], dtype=np.float64).reshape(-1, 1, 2)


def _outcomes(kind: str | None, found: Counter[Outcome | None], base: Floats, cot: Floats, draws: Draws) -> Outcomes:
    (change,) = paired(base, cot, draws, [HEADLINE])
    return Outcomes(
        kind=kind, win=found["win"], lose=found["lose"], tie=found["tie"], undecided=found[None], change=change
    )


def _met(answer: Answer, kind: str | None) -> tuple[int, int]:
    """How many constraints of this kind (of any) are met loosely, and of how many; (0, 0) if one is undecided."""
    verdicts = [met for parts, met in zip(answer.kinds, answer.loose, strict=True) if kind is None or kind in parts]
    return (0, 0) if None in verdicts else (sum(map(bool, verdicts)), len(verdicts))


def _of(before: float, after: float) -> Outcome:
    return "win" if after > before else "lose" if after < before else "tie"
