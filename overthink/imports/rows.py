r"""One row of a file of recorded responses, whatever its keys, as a problem and its replies.

{"problem": "What is 2 + 3?", "answer": 5, "level": "Level 1", "model": "m", "response": ["It is 5.", "\\boxed{5}"]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from overthink.errors import OverthinkError
from overthink.imports.responses import RawReply, replies
from overthink.problems.rows import ForeignRow, RawProblem, last_user_turn, problem_of
from overthink.problems.values import Raw, last_assistant_turn
from overthink.text.thinking import Tags


@dataclass(frozen=True)
class RawRecord:
    """One row: a problem, and the replies of one model to it. `sample` is as the file counts it."""

    problem: RawProblem
    model: str | None
    sample: int | None
    replies: tuple[RawReply, ...]


def read_row(raw: Raw, columns: Mapping[str, str], tags: Tags | None = None) -> RawRecord:
    """Read one row; `columns` names the file's own keys for ours, `a.b` reaching into an object.

    `tags` are the thinking tags of the run, None for the usual ones.

    OverthinkError if a key is missing or holds what it cannot hold; the message says nothing of file and line.
    """
    row = ForeignRow(raw, columns)
    found = tuple(_replies(row, tags))
    if not found:
        raise OverthinkError("the row holds an empty list of responses", "Remove the row, or give it its responses.")
    sample = _sample(row.get("sample"))
    if sample is not None and len(found) > 1:
        raise OverthinkError(
            f"the row holds {len(found)} responses and one sample number ({sample})",
            "Give each response a row of its own, or leave the sample number out.",
        )
    problem = problem_of(row, last_user_turn(row))
    if problem.question is None and problem.id is None:
        raise row.lacks("question")
    return RawRecord(problem, row.text("model"), sample, found)


def sample_number(raw: Raw, columns: Mapping[str, str]) -> int | None:
    """The sample number alone, as the file counts it."""
    return _sample(ForeignRow(raw, columns).get("sample"))


def _replies(row: ForeignRow, tags: Tags | None) -> Iterator[RawReply]:
    key, value = row.found("response")
    if value is None and "response" not in row.columns:
        value = row.raw.get("choices")
    if value is None and key is None:
        value = last_assistant_turn(row.raw.get("messages"))
        if value is None:
            raise row.lacks("response")
    yield from replies(row.raw, value, row.get("finish_reason"), tags)


def _sample(value: Any) -> int | None:
    if value is None:
        return None
    number = str(value).strip().removesuffix(".0")
    if isinstance(value, bool) or not (number.isascii() and number.isdigit()):
        raise OverthinkError(f"sample is {value!r}", "A sample number is a whole number, from 0 or from 1.")
    return int(number)
