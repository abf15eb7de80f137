"""The replies of one recorded row: what `text.messages` reads, and what the row says of them beside.

    {"choices": [{"message": {"reasoning": "2 and 3 make 5.", "content": "5"}, "finish_reason": "stop"}]}

Lone surrogates, which no UTF-8 file can hold, become U+FFFD here; every other character is data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from overthink.errors import OverthinkError, UnreadableReply
from overthink.models.interface import clean
from overthink.records import FinishReason
from overthink.text.about import error_of
from overthink.text.chats import Raw
from overthink.text.finish import failure, finish_reason
from overthink.text.messages import Message
from overthink.text.parts import is_list_of_objects
from overthink.text.replies import read_replies
from overthink.text.stream import Stream
from overthink.text.thinking import Tags
from overthink.text.usage import Counts, counts_of

_LONGEST_ERROR = 400
_ERROR = re.compile(
    r"\s*[<\[(*]{0,2}(?:api|http|request|openai|internal|server|client)?[ _]?(?:error|exception)"
    r"(?: code| after \d+ \w+)?\s*[:\])>-][^\n]*"
    r"\b(?:api|requests?|status|connection|server|time[ -]?d? ?out|timeout|rate limit\w*|quota|overloaded|unavailable"
    r"|failed to (?:get|generate|fetch|parse)|no response|[45]\d\d)\b[^\n]*\s*",
    re.IGNORECASE,
)
"""What scripts write in place of a response that they did not get."""


@dataclass(frozen=True)
class RawReply:
    """One response as it was recorded; `text` is null if the model's server gave none, and `failure` tells why.

    `hidden`: the server thought and showed nothing of it. `unread_parts`, `unread_keys`: names of what looks like
    thinking or text and was not read.
    """

    text: str | None
    finish_reason: FinishReason
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    hidden: bool = False
    model: str | None = None
    unread_parts: tuple[str, ...] = ()
    unread_keys: tuple[str, ...] = ()
    failure: tuple[str, str] = ("no_text", "the row holds no text of a response (null)")

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """What must be known of it: codes of caveats, and names of what they were found in."""
        looks_failed = self.text is not None and len(self.text) < _LONGEST_ERROR and _ERROR.fullmatch(self.text)
        return (
            *(("unread_parts", name) for name in self.unread_parts),
            *(("unread_keys", name) for name in self.unread_keys),
            *([("error_texts", "")] if looks_failed else []),
        )

    def written(self) -> str:
        """The text. UnreadableReply if there is none: an empty text is data, no text is a failure."""
        if self.text is None:
            raise UnreadableReply(*self.failure)
        return self.text


@dataclass(frozen=True)
class Beside:
    """What a row says of its replies outside of them: one value, or a list of one for each reply.

    `thinking` may be the thinking of several keys. `named`: the user named its column, so it belongs to the replies,
    whatever they hold themselves; `end_named`: the same of `finish`. `row`: where the token counts are.
    """

    finish: Any = None
    thinking: Sequence[tuple[str, Any]] = ()
    named: bool = False
    end_named: bool = False
    row: Raw = field(default_factory=dict)


def replies(value: Any, beside: Beside, tags: Tags | None = None) -> tuple[RawReply, ...]:
    """The replies that `value` holds; a thought that was recorded apart is put between `tags` (by default the usual).

    OverthinkError for an object that is no reply, or if `beside` has thinking for another number of replies.
    """
    messages = list(_streamed(value, tags) if _is_stream(value) else read_replies(value, tags=tags))
    error = error_of([beside.row])
    if error and all(not message.pieces for message in messages):
        messages = [replace(message, error=message.error or error) for message in messages]
    for key, thinking in beside.thinking:
        messages = _with_thinking(messages, key, thinking, beside.named, tags)
    ends = _each(beside.finish, len(messages))
    return tuple(
        _reply(
            message,
            end if beside.end_named else message.finish or end,
            _counts(beside.row, number, len(messages)),
            tags,
        )
        for number, (message, end) in enumerate(zip(messages, ends, strict=True))
    )


def _is_stream(value: Any) -> bool:
    """Is it a list of the pieces in which a server sent its replies?"""
    pieces = value if is_list_of_objects(value) else []
    choices = [piece["choices"] for piece in pieces if piece.get("choices")]
    return (
        bool(choices)
        and len(pieces) > 1
        and all(is_list_of_objects(each) and all(map(_is_delta, each)) for each in choices)
    )


def _is_delta(choice: Raw) -> bool:
    """Is it a choice with a piece of a message? The last one may hold null."""
    return "delta" in choice and (choice["delta"] is None or isinstance(choice["delta"], Mapping))


def _streamed(pieces: Sequence[Raw], tags: Tags | None) -> Iterator[Message]:
    """The replies that came in these pieces: those of one index are pieces of one reply."""
    replies: dict[str, list[Raw]] = {}
    for choice in (choice for piece in pieces for choice in piece.get("choices") or ()):
        replies.setdefault(str(choice.get("index") or 0), []).append(choice)
    usage = next((piece["usage"] for piece in reversed(pieces) if piece.get("usage")), None)
    model = next((name for piece in pieces if isinstance(name := piece.get("model"), str)), None)
    for choices in replies.values():
        stream = Stream()
        for choice in choices:
            stream.add(choice["delta"] or {})
        end = next((choice["finish_reason"] for choice in reversed(choices) if choice.get("finish_reason")), None)
        # Token counts of the whole belong to none of several replies.
        message = stream.message(usage if len(replies) == 1 else None, tags)
        yield replace(message, finish=end, model=model)


def _with_thinking(messages: list[Message], key: str, thinking: Any, named: bool, tags: Tags | None) -> list[Message]:
    """The messages with the thinking under one key of the row, one for each of them."""
    count = len(messages)
    if count == 1:
        thinking = [thinking]
    elif not isinstance(thinking, list) or len(thinking) != count:
        if not named:
            return messages
        held = f"{len(thinking)} values" if isinstance(thinking, list) else "one value"
        raise OverthinkError(
            f"{key} holds {held} for {count} responses", "The thinking of several responses is a list of as many."
        )
    return [
        message.beside(thought, tags) if named or not message.thinks(tags) else message
        for message, thought in zip(messages, thinking, strict=True)
    ]


def _each(value: Any, count: int) -> Sequence[Any]:
    """One value for each reply: those of a list of as many, else the value itself if it is no list."""
    if isinstance(value, list) and len(value) == count:
        return value
    return [None if isinstance(value, list) else value] * count


def _counts(row: Raw, number: int, count: int) -> Counts:
    """The token counts of one of so many replies: the row's if it is the only one, else those in lists of as many."""
    if count == 1:
        return counts_of(row)
    return counts_of({key: each[number] for key, each in row.items() if isinstance(each, list) and len(each) == count})


def _reply(message: Message, end: Any, beside: Counts, tags: Tags | None) -> RawReply:
    finish = finish_reason(end)
    counts = message.counts.or_else(beside)
    message = replace(message, counts=counts)
    hidden = message.hides(tags)
    text = message.written(tags, ended=finish in ("stop", "tool_calls"))
    reply = RawReply(
        text="" if text is None and hidden else text and clean(text),
        finish_reason=finish,
        prompt_tokens=counts.prompt,
        completion_tokens=counts.completion,
        reasoning_tokens=counts.reasoning,
        hidden=hidden,
        model=message.model,
        unread_parts=message.unread_parts,
        unread_keys=message.unread_keys,
    )
    failed = _failure(message, end, reply)
    return replace(reply, text=None, failure=failed) if failed else reply


def _failure(message: Message, end: Any, reply: RawReply) -> tuple[str, str] | None:
    """The kind of the failure, and what is said of it; null for a response."""
    word = end if isinstance(end, str) else "such an end"
    if kind := failure(end):
        return kind, f"the response ended with {word}, so it is none"
    if message.error is not None:
        return "error", f"the row holds an error instead of a response: {clean(message.error)[:300]}"
    if reply.text is None and reply.finish_reason != "unknown":
        held = "calls of tools" if reply.finish_reason == "tool_calls" else f"an end ({word})"
        return "no_text", f"the row holds {held} and no text of a response"
    return None


def is_reply(value: Any) -> bool:
    """Is it the list of choices or candidates that a chat API answers (and not the options of a question)?"""
    marks = {"message", "finish_reason", "delta", "stop_reason", "index", "content", "finishReason"}
    return isinstance(value, list) and bool(value) and all(isinstance(c, Mapping) and marks & set(c) for c in value)


__all__ = ["Beside", "Raw", "RawReply", "is_reply", "replies"]
