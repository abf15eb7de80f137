"""What the tests of remedies share: answers, and few draws."""

from __future__ import annotations

from overthink.follow.measures import Answer
from overthink.stats.bootstrap import Draws

DRAWS = Draws(resamples=300, permutations=200, seed=0)


def answer(met: bool, tokens: int = 10, constraints: int = 1) -> Answer:
    verdicts = (met,) * constraints
    return Answer((("a",),) * constraints, verdicts, verdicts, True, True, tokens, 0)
