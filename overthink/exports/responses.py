"""The scored responses of a run, row by row, as the exports need them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from overthink.core.thinking import find_thinking
from overthink.records import FinalVerdict, Problem, Response, Score
from overthink.run import Run


class Exported(NamedTuple):
    """One scored response. `thinking` and `answer` are its text inside and after the tags.

    Without tags `thinking` is null and all is answer.
    """

    problem: Problem
    response: Response
    thinking: str | None
    answer: str
    final: FinalVerdict
    score: Score


def scored_responses(run: Run, dataset: str) -> Iterator[Exported]:
    """The responses to one dataset, in the order of the run."""
    tables = {name: run.table(name) for name in ("problems", "generate", "verify", "score")}
    for row_id in tables["score"]:
        problem: Problem = tables["problems"].read(row_id.rpartition("#")[0])
        if problem.dataset != dataset:
            continue
        response: Response = tables["generate"].read(row_id)
        found = find_thinking(response.response, run.manifest.think_tags)
        tagged = found.opened or found.closed
        yield Exported(
            problem=problem,
            response=response,
            thinking=response.response[slice(*found.span)] if tagged else None,
            answer=response.response[slice(*found.after)].strip() if tagged else response.response,
            final=tables["verify"].read(row_id).final,
            score=tables["score"].read(row_id),
        )


def portable(name: str) -> str:
    """The name as a file or folder may be called anywhere: `math500 (new)` gives `math500-new`."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "unnamed"
