r"""One row of a file of recorded responses, whatever its keys, as a problem and its replies.

    {"problem": "What is 2 + 3?", "answer": 5, "level": "Level 1", "model": "m", "response": ["It is 5.", "\\boxed{5}"]}

Lone surrogates, which no UTF-8 file can hold, become U+FFFD here; every other character is data.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from overthink.core.answers import boxes
from overthink.errors import OverthinkError, UnreadableReply
from overthink.records import FinishReason

Raw = Mapping[str, Any]

KEYS: Mapping[str, tuple[str, ...]] = {
    "question": ("problem", "question", "prompt"),
    "response": (
        *("response", "output", "completion", "generation", "text"),
        *("responses", "outputs", "completions", "generations", "content"),
    ),
    "answer": ("answer", "expected_answer", "gold", "ground_truth", "target", "solution"),
    "model": ("model", "model_name"),
    "dataset": ("dataset", "benchmark"),
    "id": ("problem_id", "unique_id", "id"),
    "level": ("level",),
    "subject": ("subject",),
    "sample": ("sample",),
    "finish_reason": ("finish_reason", "stop_reason"),
}
"""Our words, and the keys under which files have them; the first that is there and not null counts."""

FINISH_REASONS: Mapping[str, FinishReason] = {
    **dict.fromkeys(("stop", "eos", "eos_token", "end_turn", "stop_sequence"), "stop"),
    **dict.fromkeys(("length", "max_tokens", "max_length", "max_new_tokens", "model_length"), "length"),
}

_SURROGATE = re.compile("[\ud800-\udfff]")
_LEVEL = re.compile(r"(?:level\s*)?(\d{1,3})(?:\.0)?", re.IGNORECASE)
_GSM8K_GOLD = re.compile(r"^####[ \t]*(.+)", re.MULTILINE)
_EDGES = " \t\r\n"


@dataclass(frozen=True)
class RawProblem:
    """What a row says of its problem; null where it says nothing."""

    question: str | None
    answer: str | None
    dataset: str | None
    id: str | None
    level: int | None
    subject: str | None


@dataclass(frozen=True)
class RawReply:
    """One response as it was recorded; `text` is null where the model's server gave none."""

    text: str | None
    finish_reason: FinishReason
    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    def written(self) -> str:
        """The text. UnreadableReply where there is none: an empty text is data, no text is a failure."""
        if self.text is None:
            raise UnreadableReply("no_text", "the row holds no text of a response (null)")
        return self.text


@dataclass(frozen=True)
class RawRecord:
    """One row: a problem, and the replies of one model to it. `sample` is as the file counts it."""

    problem: RawProblem
    model: str | None
    sample: int | None
    replies: tuple[RawReply, ...]


def column_map(options: Sequence[str]) -> dict[str, str]:
    """`["response=model_output"]` as `{"response": "model_output"}`. OverthinkError for a name that is none of KEYS."""
    columns = {}
    for option in options:
        name, equals, column = option.partition("=")
        if not equals or not column or name not in KEYS:
            raise OverthinkError(
                f"--map {option}: not of the form NAME=COLUMN",
                f"NAME is one of {', '.join(KEYS)}; COLUMN a key of the file.",
            )
        columns[name] = column
    return columns


def read_row(raw: Raw, columns: Mapping[str, str]) -> RawRecord:
    """Read one row; `columns` names the file's own keys for ours, `a.b` reaching into an object.

    OverthinkError where a key is missing or holds what it cannot hold; the message says nothing of file and line.
    """
    row = _Row(raw, columns)
    replies = tuple(_replies(row))
    if not replies:
        raise OverthinkError("the row holds an empty list of responses", "Remove the row, or give it its responses.")
    sample = _sample(row.get("sample"))
    if sample is not None and len(replies) > 1:
        raise OverthinkError(
            f"the row holds {len(replies)} responses and one sample number ({sample})",
            "Give each response a row of its own, or leave the sample number out.",
        )
    problem = _problem(row, _last_user_turn(row))
    if problem.question is None and problem.id is None:
        raise row.lacks("question")
    return RawRecord(problem, row.text("model"), sample, replies)


def sample_number(raw: Raw, columns: Mapping[str, str]) -> int | None:
    """The sample number alone, as the file counts it."""
    return _sample(_Row(raw, columns).get("sample"))


def read_problem(raw: Raw, columns: Mapping[str, str]) -> RawProblem:
    """Read a row that holds a problem and no responses. OverthinkError where it has no question."""
    row = _Row(raw, columns)
    problem = _problem(row, None)
    if problem.question is None:
        raise row.lacks("question")
    return problem


def problem_id(own: str | None, dataset: str, question: str) -> str:
    """The row's own id; a bare number is one within its dataset only; a digest of the question where there is none."""
    if own is None:
        return f"{dataset}/{hashlib.sha256(question.encode()).hexdigest()[:12]}"
    return f"{dataset}/{own}" if own.isdigit() else own


def clean(text: str) -> str:
    """The text without lone surrogates."""
    return _SURROGATE.sub("\ufffd", text)


def level_of(value: object) -> int | None:
    """`5`, `"5"` and `"Level 5"` are 5; what names no number (`"Level ?"`) is null."""
    if isinstance(value, bool):
        return None
    found = _LEVEL.fullmatch(str(value).strip())
    return int(found[1]) if found else None


def last_box(text: str) -> str | None:
    """The content of the last complete box."""
    found = boxes(text, 0, len(text))
    return text[slice(*found[-1])] if found else None


def gold_after_hashes(text: str) -> str | None:
    """What GSM8K writes behind `####`, thousands separators removed."""
    found = _GSM8K_GOLD.findall(text)
    return found[-1].strip().replace(",", "") if found else None


class _Row:
    """A row read by our words."""

    def __init__(self, raw: Raw, columns: Mapping[str, str]) -> None:
        self.raw = raw
        self.columns = columns

    def get(self, name: str) -> Any:
        """The value under the first of the name's keys that is not null."""
        return self.found(name)[1]

    def found(self, name: str) -> tuple[str | None, Any]:
        """The key under which the value was found (null where none is there), and the value."""
        keys = [key for key in self._keys(name) if _has(self.raw, key)]
        for key in keys:
            value = _at(self.raw, key)
            if value is not None and not (isinstance(value, float) and math.isnan(value)):
                return key, value
        return (keys[0] if keys else None), None

    def text(self, name: str) -> str | None:
        """The value as text, surrounding whitespace removed; null where it is empty."""
        key, value = self.found(name)
        return (_text(value, key or name).strip(_EDGES) or None) if value is not None else None

    def lacks(self, name: str) -> OverthinkError:
        sought = f"column {self.columns[name]!r}" if name in self.columns else name
        return OverthinkError(
            f"the row has no {sought}; its keys are {', '.join(map(str, self.raw)) or 'none'}",
            f"Name the column that holds it: --map {name}=COLUMN.",
        )

    def _keys(self, name: str) -> tuple[str, ...]:
        return (self.columns[name],) if name in self.columns else KEYS[name]


def _has(raw: Raw, key: str) -> bool:
    return key in raw or _inside(raw, key) is not None


def _at(raw: Raw, key: str) -> Any:
    return raw[key] if key in raw else _inside(raw, key)


def _inside(raw: Raw, path: str) -> Any:
    value: Any = raw
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _problem(row: _Row, turn: str | None) -> RawProblem:
    question = turn if turn is not None else row.text("question")
    return RawProblem(
        question=question,
        answer=_gold(row),
        dataset=row.text("dataset"),
        id=row.text("id"),
        level=level_of(row.get("level")),
        subject=row.text("subject"),
    )


def _gold(row: _Row) -> str | None:
    key, value = row.found("answer")
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None:
        return None
    text = _text(value, key or "answer").strip(_EDGES)
    worked_out = last_box(text) if key == "solution" else None
    return gold_after_hashes(text) or worked_out or text or None


def _last_user_turn(row: _Row) -> str | None:
    """The user's last words before the reply, where the question is a list of chat messages."""
    turns = row.get("question")
    if turns is None and "question" not in row.columns:
        turns = row.raw.get("messages")
    if not _is_chat(turns):
        return None
    asked = [turn for turn in turns if turn.get("role") == "user"]
    return (_content(asked[-1]) or "").strip(_EDGES) or None if asked else None


def _replies(row: _Row) -> Iterator[RawReply]:
    key, value = row.found("response")
    if value is None and "response" not in row.columns:
        value = row.raw.get("choices")
    if value is None and key is None:
        value = _last_assistant_turn(row.raw.get("messages"))
        if value is None:
            raise row.lacks("response")
    if value is None or isinstance(value, str):
        value = _join_thinking(_reasoning(row.raw), value and clean(value), _finish(row.get("finish_reason")))
    values = list(_flat(value))
    usage = row.raw.get("usage") if len(values) == 1 else None
    for reply, finish in zip(values, _finishes(row.get("finish_reason"), len(values)), strict=True):
        yield _counted(_reply(reply, finish), usage)


def _flat(value: Any) -> Iterator[Any]:
    """The replies of a value that is one of them, a list, or (as harnesses log them) a list of lists."""
    if _is_chat(value):
        yield _last_assistant_turn(value)
    elif isinstance(value, list):
        for part in value:
            yield from _flat(part) if isinstance(part, list) else (part,)
    elif isinstance(value, Mapping) and isinstance(value.get("choices"), list):
        yield from value["choices"]
    else:
        yield value


def _reply(value: Any, finish: FinishReason) -> RawReply:
    if value is None:
        return RawReply(None, finish)
    if not isinstance(value, Mapping):
        return RawReply(_text(value, "response"), finish)
    finish = _finish(value.get("finish_reason")) if value.get("finish_reason") else finish
    message = value["message"] if isinstance(value.get("message"), Mapping) else value
    if not {"content", "text", "reasoning", "reasoning_content"} & set(message):
        raise OverthinkError(
            f"a response is an object with the keys {', '.join(map(str, message)) or 'none'}",
            "A response is a text, or a chat message with content. Name the right column: --map response=COLUMN.",
        )
    return RawReply(_join_thinking(_reasoning(message), _content(message), finish), finish)


def _counted(reply: RawReply, usage: Any) -> RawReply:
    """The reply with the token counts that its server reported."""
    if not isinstance(usage, Mapping):
        return reply
    return replace(
        reply,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def _count(value: Any) -> int | None:
    return value if type(value) is int else None


def _is_chat(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(t, Mapping) and "role" in t for t in value)


def _last_assistant_turn(turns: Any) -> Any:
    if not _is_chat(turns):
        return None
    return next((turn for turn in reversed(turns) if turn["role"] == "assistant"), None)


def _content(message: Raw) -> str | None:
    """The content of a message: a text, or the texts of its parts in a row."""
    content = message.get("content", message.get("text"))
    if isinstance(content, list):
        parts = [part.get("text") if isinstance(part, Mapping) else part for part in content]
        content = "".join(part for part in parts if isinstance(part, str))
    return None if content is None else _text(content, "content")


def _reasoning(message: Raw) -> str:
    """The thought that a server took out of the content: `reasoning`, or `reasoning_content` in older ones."""
    found = next((message[key] for key in ("reasoning_content", "reasoning") if isinstance(message.get(key), str)), "")
    return clean(found).strip(_EDGES)


def _join_thinking(reasoning: str, content: str | None, finish: FinishReason) -> str | None:
    """One text with tags. Without content the response was cut off inside the thought, so the tag stays open."""
    if not reasoning or (content and reasoning in content):
        return content
    if content is None or (not content and finish == "length"):
        return f"<think>\n{reasoning}"
    return f"<think>\n{reasoning}\n</think>\n\n{content}"


def _finishes(value: Any, count: int) -> list[FinishReason]:
    if isinstance(value, list) and len(value) == count:
        return [_finish(reason) for reason in value]
    return [_finish(value)] * count


def _finish(value: Any) -> FinishReason:
    return FINISH_REASONS.get(value.lower(), "unknown") if isinstance(value, str) else "unknown"


def _sample(value: Any) -> int | None:
    if value is None:
        return None
    number = str(value).strip().removesuffix(".0")
    if isinstance(value, bool) or not (number.isascii() and number.isdigit()):
        raise OverthinkError(f"sample is {value!r}", "A sample number is a whole number, from 0 or from 1.")
    return int(number)


def _text(value: Any, key: str) -> str:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    kind = "a list" if isinstance(value, list) else "an object" if isinstance(value, Mapping) else type(value).__name__
    raise OverthinkError(f"{key} is {kind}, not a text", "Name the column that holds it: --map NAME=COLUMN.")
