"""The replies of one recorded row: texts, chat messages, choices of an OpenAI-compatible server, or lists of them.

    {"choices": [{"message": {"reasoning": "2 and 3 make 5.", "content": "5"}, "finish_reason": "stop"}]}

Lone surrogates, which no UTF-8 file can hold, become U+FFFD here; every other character is data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from overthink.errors import OverthinkError, UnreadableReply
from overthink.models.interface import clean
from overthink.problems.values import EDGES, Raw, content_of, is_chat, last_assistant_turn, text_of
from overthink.records import FinishReason
from overthink.text.finish import finish_reason
from overthink.text.thinking import Tags, join_thinking


@dataclass(frozen=True)
class RawReply:
    """One response as it was recorded; `text` is null if the model's server gave none."""

    text: str | None
    finish_reason: FinishReason
    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    def written(self) -> str:
        """The text. UnreadableReply if there is none: an empty text is data, no text is a failure."""
        if self.text is None:
            raise UnreadableReply("no_text", "the row holds no text of a response (null)")
        return self.text


def replies(raw: Raw, value: Any, finish: Any, tags: Tags | None = None) -> Iterator[RawReply]:
    """The replies that `value` holds, whose reasoning and token counts are in the row `raw` beside it.

    `finish` is a reason, or a list of one for each reply; a thought that was recorded apart is put between `tags`, by
    default the most usual ones. OverthinkError for an object that is no reply.
    """
    if value is None or isinstance(value, str):
        value = _joined(_reasoning(raw), value and clean(value), finish_reason(finish), tags)
    values = list(_flat(value))
    usage = raw.get("usage") if len(values) == 1 else None
    for reply, reason in zip(values, _finishes(finish, len(values)), strict=True):
        yield _counted(_reply(reply, reason, tags), usage)


def _flat(value: Any) -> Iterator[Any]:
    """The replies of a value that is one of them, a list, or (as harnesses log them) a list of lists."""
    if is_chat(value):
        yield last_assistant_turn(value)
    elif isinstance(value, list):
        for part in value:
            yield from part if isinstance(part, list) else (part,)
    elif isinstance(value, Mapping) and isinstance(value.get("choices"), list):
        yield from value["choices"]
    else:
        yield value


def _reply(value: Any, finish: FinishReason, tags: Tags | None) -> RawReply:
    if value is None:
        return RawReply(None, finish)
    if not isinstance(value, Mapping):
        return RawReply(text_of(value, "response"), finish)
    finish = finish_reason(value.get("finish_reason")) if value.get("finish_reason") else finish
    message = value["message"] if isinstance(value.get("message"), Mapping) else value
    if not {"content", "text", "reasoning", "reasoning_content"} & set(message):
        raise OverthinkError(
            f"a response is an object with the keys {', '.join(map(str, message)) or 'none'}",
            "A response is a text, or a chat message with content. Name the right column: --map response=COLUMN.",
        )
    return RawReply(_joined(_reasoning(message), content_of(message), finish, tags), finish)


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


def _reasoning(message: Raw) -> str:
    """The thought that a server took out of the content: `reasoning`, or `reasoning_content` in older ones."""
    found = next((message[key] for key in ("reasoning_content", "reasoning") if isinstance(message.get(key), str)), "")
    return clean(found).strip(EDGES)


def _joined(reasoning: str, content: str | None, finish: FinishReason, tags: Tags | None) -> str | None:
    """One text with tags. Without content the response was cut off inside the thought, so the tag stays open."""
    if not reasoning or (content and reasoning in content):
        return content
    if not content and finish != "stop":
        return join_thinking(reasoning, "", tags)
    return join_thinking(f"\n{reasoning}\n", f"\n\n{content or ''}", tags)


def _finishes(value: Any, count: int) -> list[FinishReason]:
    if isinstance(value, list) and len(value) == count:
        return [finish_reason(reason) for reason in value]
    return [finish_reason(value)] * count
