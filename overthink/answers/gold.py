"""Faults of gold answers, to report them before anything is spent on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from overthink.answers.workers import SympyVerifier
from overthink.run import Run


def gold_notes(runs: Sequence[Run]) -> Iterator[str]:
    """Yield one note for each gold answer with which no verdict can be reached."""
    problems = {problem.id: problem.answer for run in runs for problem in run.table("problems").rows()}
    with SympyVerifier() as verifier:
        faults = verifier.gold_problems(answer for answer in problems.values() if answer is not None)
    for problem_id, answer in problems.items():
        if answer in faults:
            why = faults[answer]
            yield f"{problem_id}: the gold answer {answer!r} cannot be parsed, so it equals nothing but itself: {why}"
