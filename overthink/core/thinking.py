"""Where the thinking of a response stands: between the tags of its model; all of it where there are none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from overthink.records import Response, Span

TAGS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("[THINK]", "[/THINK]"),
)
# s1.1 writes bare words on lines of their own, so they are tags only in a response that starts with one.
_S1 = ("think", "\nanswer\n")
# gpt-oss: several analysis messages may stand before the final one; all of them are the thinking.
_CHANNEL_OPEN = "<|channel|>analysis<|message|>"
_CHANNEL_FINAL = "<|channel|>final<|message|>"
_MESSAGE_BORDERS = ("<|return|>", "<|start|>assistant", "<|end|>")

_LAST_WORDS = 300
_ENDINGS = (".", "!", "?", "。", "}", "]", ")", "$", "*", '"', "”", "`", "|>")
_FINAL = re.compile(r"\\boxed|final answer|answer:|#### ", re.IGNORECASE)


@dataclass(frozen=True)
class Thinking:
    """`span`: what stands between the tags, surrounding whitespace left out; `(p, p)` for an empty box.

    `opened`, `closed`: whether the tags stand there. `after`: the text after the closing tag, `(n, n)` with n the
    length of the response where there is none.
    """

    span: Span
    opened: bool
    closed: bool
    after: Span


def find_thinking(response: str, tags: tuple[str, str] | None = None) -> Thinking:
    """The thinking of a response. With `tags` (opening, closing) only these are looked for.

    A missing opening tag (models whose prompt ends with it) and a missing closing tag (a response that was cut off)
    are allowed for; a response without any tag is thinking as a whole.
    """
    if tags is not None:
        return _between(response, *tags)
    if response.startswith("think\n"):
        return _between(response, *_S1)
    if _CHANNEL_OPEN in response:
        return _between_channels(response)
    return _between(response, *_tags_of(response))


def is_truncated(response: Response, thinking: Thinking) -> bool:
    """Whether the response was cut off: as the engine says, else where it opens its thinking and never closes it.

    A response without tags, or one whose prompt held the opening tag, counts as cut off where it stops in the
    middle of a sentence and is not just giving its final answer.
    """
    if response.finish_reason != "unknown":
        return response.finish_reason == "length"
    if thinking.closed:
        return False
    end = response.response.rstrip()[-_LAST_WORDS:]
    return thinking.opened or not (end.endswith(_ENDINGS) or _FINAL.search(end))


def _tags_of(response: str) -> tuple[str, str]:
    """The known tags of which one stands first in the response."""

    def first(pair: tuple[str, str]) -> int:
        found = [at for at in map(response.find, pair) if at >= 0]
        return min(found, default=len(response))

    return min(TAGS, key=first)


def _between(response: str, opening: str, closing: str) -> Thinking:
    end_of_text = len(response)
    opened_at = response.find(opening)
    closed_at = response.find(closing, opened_at + len(opening) if opened_at >= 0 else 0)
    # An opening tag that stands after the first closing one belongs to something else.
    early = response.find(closing, 0, opened_at) if opened_at >= 0 else -1
    if early >= 0:
        opened_at, closed_at = -1, early
    start = opened_at + len(opening) if opened_at >= 0 else 0
    if closed_at < 0:
        return Thinking(_strip(response, start, end_of_text), opened_at >= 0, False, (end_of_text, end_of_text))
    span = _strip(response, start, closed_at)
    return Thinking(span, opened_at >= 0, True, (closed_at + len(closing), end_of_text))


def _between_channels(response: str) -> Thinking:
    start = response.index(_CHANNEL_OPEN) + len(_CHANNEL_OPEN)
    final = response.find(_CHANNEL_FINAL, start)
    end_of_text = len(response)
    if final < 0:
        return Thinking(_message(response, start, end_of_text), True, False, (end_of_text, end_of_text))
    after = final + len(_CHANNEL_FINAL)
    return Thinking(_message(response, start, final), True, True, (after, _message(response, after, end_of_text)[1]))


def _message(text: str, start: int, end: int) -> Span:
    """`[start, end)` without whitespace and message borders at its edges."""
    for border in _MESSAGE_BORDERS:
        start, end = _strip(text, start, end)
        if text.endswith(border, start, end):
            end -= len(border)
    return _strip(text, start, end)


def _strip(text: str, start: int, end: int) -> Span:
    """`[start, end)` without the whitespace at its edges; `(start, start)` where nothing else stands there."""
    while end > start and text[end - 1].isspace():
        end -= 1
    if end == start:
        return start, start
    while text[start].isspace():
        start += 1
    return start, end
