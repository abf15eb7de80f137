"""Values in the rows of files that others wrote: texts, and messages of a chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overthink.errors import OverthinkError
from overthink.models.interface import clean

Raw = Mapping[str, Any]


EDGES = " \t\r\n"
"""What is not part of a text at its edges; other whitespace may be."""


def text_of(value: Any, key: str) -> str:
    """A text, or a number as one (`5.0` is `5`). OverthinkError, naming the key, for a list or an object."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    kind = "a list" if isinstance(value, list) else "an object" if isinstance(value, Mapping) else type(value).__name__
    raise OverthinkError(f"{key} is {kind}, not a text", "Name the column that holds it: --map NAME=COLUMN.")


def is_chat(value: Any) -> bool:
    """Is it a list of messages with roles?"""
    return isinstance(value, list) and bool(value) and all(isinstance(t, Mapping) and "role" in t for t in value)


def last_assistant_turn(turns: Any) -> Any:
    """The model's last message of a chat, None if it has none or is no chat."""
    if not is_chat(turns):
        return None
    return next((turn for turn in reversed(turns) if turn["role"] == "assistant"), None)


def content_of(message: Raw) -> str | None:
    """The content of a message: a text, or the texts of its parts in a row."""
    content = message.get("content", message.get("text"))
    if isinstance(content, list):
        parts = [part.get("text") if isinstance(part, Mapping) else part for part in content]
        content = "".join(part for part in parts if isinstance(part, str))
    return None if content is None else text_of(content, "content")
