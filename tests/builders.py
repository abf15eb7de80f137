"""What several test files make: rows and samples with what a test does not speak of filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from overthink.errors import UnreadableReply
from overthink.metrics.response import METRIC_VERSION, score
from overthink.records import (
    Clusters,
    FinalVerdict,
    Method,
    Problem,
    Segments,
    Solution,
    SolutionVerdict,
    Verdict,
    Verdicts,
)
from overthink.run.owed import Item

LETTERS: dict[str, Verdict] = {"c": "correct", "w": "wrong", "u": "undetermined"}


def method(**changes: Any) -> Method:
    """How the numbers of a test came about, but for these changes."""
    fields: dict[str, Any] = {
        "metric_version": METRIC_VERSION,
        "scope": "thinking",
        "segmenter": "rules 1",
        "clusterer": "rules 1",
        "verifier": "math-verify 0.9.0",
        "prompts": {},
        "tokenizer": "characters",
        "tokenizer_is_own": True,
        "dataset_revisions": {"math500": None},
        "t_max": 1000,
        "resamples": 100,
        "seed": 0,
    }
    return Method(**{**fields, **changes})


def rows(
    lengths: Sequence[int],
    found: str,
    strategies: Sequence[int] | None = None,
    *,
    row_id: str = "p#1",
    start: int = 0,
    tail: int = 0,
    final: str = "c",
    way: str = "exact",
    end: int | None = None,
    **segments: Any,
) -> tuple[Segments, Clusters, Verdicts]:
    """One response whose thinking begins at `start`: solutions of these lengths in characters, then a tail.

    `found` and `final` are verdicts by their first letter. `end`: of the thinking, if not behind the tail.
    """
    ends = (start + np.cumsum(lengths)).astype(int).tolist()
    solutions = [Solution(end=end, answer="5", answer_span=(end - 1, end)) for end in ends]
    thinking = (start, start + sum(lengths) + tail if end is None else end)
    shape: dict[str, Any] = {"tail": tail > 0, "truncated": False, "segmenter": "test", **segments}
    nothing = way in ("missing", "truncated")
    answer = {"answer": None if nothing else "5", "answer_span": None if nothing else (0, 1)}
    strategies = list(strategies or [1] * len(lengths))
    verdicts = Verdicts(
        id=row_id,
        source="s",
        final=FinalVerdict.model_validate({**answer, "verdict": LETTERS[final], "way": way}),
        solutions=[SolutionVerdict(verdict=LETTERS[x], way="timeout" if x == "u" else "exact") for x in found],
    )
    return (
        Segments(id=row_id, source="s", thinking=thinking, solutions=solutions, **shape),
        Clusters(id=row_id, source="s", strategies=strategies, names=[], clusterer="test"),
        verdicts,
    )


def sample(
    problem: str,
    lengths: Sequence[int],
    found: str,
    strategies: Sequence[int] | None = None,
    *,
    level: int | None = None,
    subject: str | None = None,
    dataset: str = "math500",
    gold: str | None = "5",
    k: int = 1,
    hidden: bool = False,
    server_tokens: int | None = None,
    **more: Any,
) -> Item:
    """A scored response of one-character tokens, with ten more after its thinking. `more`: as for `rows`."""
    row_id = f"{problem}#{k}"
    segments, clusters, verdicts = made = rows(lengths, found, strategies, row_id=row_id, **more)
    end = segments.thinking[1]
    starts = np.arange(end + 10, dtype=np.int64)
    seen = {"hidden": hidden, "server_tokens": server_tokens}
    row = score(starts, *made, after=(end, end), scope="thinking", t_max=1000, source="s", **seen)
    question = Problem(id=problem, dataset=dataset, question="?", answer=gold, level=level, subject=subject)
    of = {"problems": question, "segment": segments, "cluster": clusters, "verify": verdicts, "score": row}
    return Item(row_id, "s", of)


def made_or_fault(make: Callable[[], Any]) -> Any:
    """What is made of a reply, or the fault for which it is refused."""
    try:
        return make()
    except UnreadableReply as fault:
        return fault
