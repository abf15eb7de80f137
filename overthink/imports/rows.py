r"""One row of a file of recorded responses, whatever its keys, as a problem and its replies.

{"problem": "What is 2 + 3?", "answer": 5, "level": "Level 1", "model": "m", "response": ["It is 5.", "\\boxed{5}"]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from overthink.errors import OverthinkError
from overthink.imports.responses import Beside, RawReply, is_reply, replies
from overthink.problems.rows import KEYS, ForeignRow, RawProblem, last_user_turn, problem_of
from overthink.problems.values import MISSING, Raw, at
from overthink.text.about import end_of
from overthink.text.chats import assistant_turns
from overthink.text.keys import SUMMARY_KEYS, THINKING_KEYS
from overthink.text.messages import summary_of
from overthink.text.parts import is_setting, squeezed, unread_keys
from overthink.text.replies import decoded
from overthink.text.thinking import Tags, find_thinking

_PLACES = ("choices", "candidates", "message", "messages", "body", "result")
"""Keys of what a chat API answers, in a row that has no response under a key of ours."""
_QWEN_MATH = frozenset(("code", "pred", "gt"))
"""The keys by which a row of Qwen2.5-Math's evaluation is known: its `code` holds the responses."""


_OF_QUESTION = (
    *KEYS["question"],
    *("doc", "metadata", "meta", "extra_info", "example", "question_metadata", "problem_metadata", "sample_metadata"),
    *("specific", "specifics", "raw_input", "reward_model", "options", "choices"),
)
"""Keys of the question, and of objects with what its benchmark says of it."""
_MODELS = re.compile(r"model|response|assistant|output|message|generat|completion|llm", re.IGNORECASE)

_MOST_DIGITS = 18
"""Of a number that every reader of a row's file can hold."""


class NoResponse(OverthinkError):  # noqa: N818 - of a row among others that have one it is no error
    """The row has no response. One that is null, or empty, is there."""


@dataclass(frozen=True)
class RawRecord:
    """One row: a problem, and the replies of one model to it. `sample` is as the file counts it.

    `step`: that of the training at which the model was, if the row tells. `columns`: for our words the keys that were
    read; `rivals`: what may be meant instead of one of them, and says something else.
    """

    problem: RawProblem
    model: str | None
    step: str | None
    sample: int | None
    replies: tuple[RawReply, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rivals: tuple[str, ...] = ()


def read_row(raw: Raw, columns: Mapping[str, str], tags: Tags | None = None) -> RawRecord:
    """Read one row; `columns` names the file's own keys for ours, `a.b` and `a.0.b` reaching inside.

    `tags` are the thinking tags of the run, None for the usual ones.

    OverthinkError if a key is missing or holds what it cannot hold, NoResponse for that of the response; the message
    says nothing of file and line.
    """
    row = ForeignRow(raw, columns)
    found, key, thoughts = _replies(row, tags)
    if not found:
        raise NoResponse("the row holds an empty list of responses", "Remove the row, or give it its responses.")
    sample = _sample(row.get("sample"))
    if sample is not None and len(found) > 1:
        raise OverthinkError(
            f"the row holds {len(found)} responses and one sample number ({sample})",
            "Give each response a row of its own, or leave the sample number out.",
        )
    problem = asked(raw, columns)
    if problem.question is None and problem.id is None:
        raise row.lacks("question")
    named = next((reply.model for reply in found if reply.model), None)
    gold = None if problem.answer is None else row.found("answer")[0]
    read = {"question": row.found("question")[0], "answer": gold, "response": key}
    names = {name: (own,) for name, own in read.items() if own is not None} | {"reasoning": thoughts}
    rivals = tuple(
        f"{other} beside {own}"
        for name, own in read.items()
        for other in (row.rivals(name, own) if own else ())
        if name != "response" or str(raw[other]).strip() not in (problem.question or "")
    )
    return RawRecord(problem, row.text("model") or named, row.text("step"), sample, found, names, rivals)


def asked(raw: Raw, columns: Mapping[str, str]) -> RawProblem:
    """The problem alone."""
    row = ForeignRow(raw, columns)
    return problem_of(row, last_user_turn(row))


def sample_number(raw: Raw, columns: Mapping[str, str]) -> int | None:
    """The sample number alone, as the file counts it."""
    return _sample(ForeignRow(raw, columns).get("sample"))


def _replies(row: ForeignRow, tags: Tags | None) -> tuple[tuple[RawReply, ...], str | None, tuple[str, ...]]:
    """The replies, the key that they were under, and those of the thinking that is in them."""
    failed = row.raw.get("failure")
    if isinstance(failed, tuple):  # of a reader, since no file holds one: (kind, message) of each reply that is missing
        return tuple(RawReply(None, "unknown", failure=one) for one in failed), None, ()
    key, value = _response(row)
    if value == {}:  # Vertex AI's batches: the row's status tells what went wrong
        raise NoResponse("the response is an empty object", "Remove the row, or give it its response.")
    column = row.columns.get("reasoning")
    names = (column,) if column else KEYS["reasoning"]
    summaries = [] if column else [(name, at(row.raw, name)) for name in SUMMARY_KEYS if name in row.raw]
    beside = Beside(
        finish=row.get("finish_reason") or ("finish_reason" not in row.columns and end_of(row.raw)),
        thinking=[
            *((name, thinking) for name in names if (thinking := at(row.raw, name)) not in (MISSING, None)),
            *((name, summary_of(summary)) for name, summary in summaries if not is_setting(summary)),
        ],
        named=column is not None,
        end_named="finish_reason" in row.columns,
        row=row.raw,
    )
    found = replies(value, beside, tags)
    apart = {key, *row.columns.values(), *_PLACES, *_OF_QUESTION, *SUMMARY_KEYS}
    rest = {name: inner for name, inner in row.raw.items() if name not in apart}
    unread = tuple(dict.fromkeys(unread_keys(rest, squeezed("".join(reply.text or "" for reply in found)))))
    if unread and all(find_thinking(reply.text or "", tags).marked for reply in found):
        unread = tuple(name for name in unread if _is_of_response(name))
    thoughts = tuple(
        name for name, thinking in beside.thinking if name in names and name not in unread and not is_setting(thinking)
    )
    return tuple(replace(reply, unread_keys=reply.unread_keys + unread) for reply in found), key, thoughts


def _is_of_response(name: str) -> bool:
    """Is thinking under this name, beside another one in the text, the model's? A trace may be the benchmark's own."""
    return (name in THINKING_KEYS and "trace" not in name) or _MODELS.search(name) is not None


def _response(row: ForeignRow) -> tuple[str | None, Any]:
    """The key of the response and its value. NoResponse if there is none."""
    key, value = row.found("response")
    if "response" in row.columns:
        if key is None:
            raise _lacking(row)
        return key, value
    full = row.raw.get(f"_full_{key}")  # NeMo Skills keeps the whole there if it cuts the thinking away
    if isinstance(full, str) and full:
        return key, full
    if value is None:
        inner = next((name for name in _PLACES if _holds_reply(name, decoded(row.raw.get(name)))), None)
        if inner is not None:
            return inner, {inner: decoded(row.raw[inner])}
        if key is None and _QWEN_MATH.issubset(row.raw):
            return "code", row.raw["code"]
        if key is None:
            raise _lacking(row)
    return key, value


def _lacking(row: ForeignRow) -> NoResponse:
    error = row.lacks("response")
    return NoResponse(error.message, error.hint)


def _holds_reply(name: str, value: Any) -> bool:
    if name in ("choices", "candidates"):
        return is_reply(value)
    return assistant_turns(value) is not None if name == "messages" else isinstance(value, Mapping)


def _sample(value: Any) -> int | None:
    if value is None or isinstance(value, (Mapping, list)):  # an object of that name is the row's question, or so
        return None
    number = str(value).strip().removesuffix(".0")
    if isinstance(value, bool) or not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        raise OverthinkError(f"sample is {number[:80]!r}", "A sample number is a whole number, from 0 or from 1.")
    return int(number)
