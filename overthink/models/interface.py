"""What every backend is asked, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from overthink.records import FinishReason

GIVE_UP = 16
"""Requests that get no reply, one after the other, before the whole is given up: the server is gone."""

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask a model: the turns so far, and the seed with which the next one is sampled.

    `schema` is a JSON Schema that the reply is to follow: enforced if the backend can, so the reply must be checked.
    """

    id: str
    turns: tuple[Turn, ...]
    seed: int
    schema: Mapping[str, Any] | None = None


def ask(id: str, prompt: str, seed: int) -> Request:
    """A request of one user turn."""
    return Request(id, (Turn("user", prompt),), seed)


@dataclass(frozen=True, slots=True)
class Reply:
    """The assistant's whole turn, from its first character, whether the model or its prompt wrote it.

    Token counts are the engine's own, null if it reports none; `cached_tokens` are those of the prompt that it had
    read before, `reasoning_tokens` those of the completion that it calls thinking. `hidden`: it thought and showed
    nothing of it. `unread_keys`, `unread_parts`: names of what may hold thinking or text and could not be read.
    `retries` are the tries that failed before this one.
    """

    id: str
    text: str
    finish_reason: FinishReason
    prompt_tokens: int | None
    completion_tokens: int | None
    cached_tokens: int | None = None
    retries: int = 0
    reasoning_tokens: int | None = None
    hidden: bool = False
    unread_keys: tuple[str, ...] = ()
    unread_parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoReply:
    """A request that got none, after every retry: what went wrong, and what the user can do about it.

    `own_fault`: another request may well get a reply.
    """

    id: str
    kind: str
    message: str
    hint: str
    own_fault: bool = False


class Backend(Protocol):
    """Runs a model. Which model, and how it samples, is decided when the backend is made."""

    def complete(self, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        """Answer every request, in the order in which they are done. Requests are taken only as they can be served.

        None among them: no more for now, ask again after the next reply. It comes only while one is awaited.
        Raises OverthinkError if no request can be answered: no such model, no server, a wrong key.
        """
        ...


def clean(text: str) -> str:
    """The text without lone surrogates."""
    return _SURROGATE.sub("\ufffd", text)
