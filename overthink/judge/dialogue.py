"""What all model judges do: ask, check the reply, ask once more with the fault named, then give up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from overthink.errors import UnreadableReply
from overthink.judge.interface import Conversation, Question
from overthink.judge.prompt import Prompt, Texts
from overthink.models.interface import Turn

Read = TypeVar("Read")

_TURN_TOKENS = 16
"""What a chat template may put around a turn."""
_BESIDE_TOKENS = 400
"""Fences, the last answer of the window before, the fault of a first reply."""
_SLACK = 0.97
"""The judge may count tokens a little otherwise than the tokenizer at hand."""


def ask_twice(prompt: Prompt, texts: Texts, read: Callable[[str], Read]) -> Conversation[Read]:
    """Ask, and return what `read` makes of the reply, or of the reply to a second try.

    UnreadableReply with both faults if neither can be read.
    """
    turns = prompt.filled(texts)
    try:
        return read((yield Question(turns, prompt.schema)))
    except UnreadableReply as error:
        first = error
    retry = prompt.piece("retry", fault=first.message)
    again = (*turns[:-1], Turn("user", f"{turns[-1].content}\n\n{retry}"))
    try:
        return read((yield Question(again, prompt.schema)))
    except UnreadableReply as second:
        message = f"{second.message} (at the first try: {first.message})"
        raise UnreadableReply(second.kind, message) from None


def tokens_left(
    prompt: Prompt, count: Callable[[str], int], context_tokens: int, *beside: str, reply: int | None = None
) -> int:
    """Count the tokens of the context that prompt, reply and the texts `beside` leave for the text.

    `reply` are the tokens that a reply may have, if they are limited otherwise than by `reply_tokens`.
    """
    said = count(prompt.words) + sum(map(count, (*prompt.pieces.values(), *beside)))
    kept = said + _TURN_TOKENS * len(prompt.turns) + _BESIDE_TOKENS + (reply or reply_tokens(context_tokens))
    return int(context_tokens * _SLACK) - kept


def reply_tokens(context_tokens: int) -> int:
    """Tokens that are kept free for a reply: an eighth of the context, and no more than 4,096."""
    return min(4096, context_tokens // 8)
