"""What a judge and a model exchange: questions, and the text of the replies."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from overthink.models.interface import Turn


@dataclass(frozen=True, slots=True)
class Question:
    """What a judge says to a model, and the JSON Schema of the reply that it waits for."""

    turns: tuple[Turn, ...]
    schema: Mapping[str, Any]


Result = TypeVar("Result")
Conversation = Generator[Question, str, Result]
"""A judge at work on one item, without a model: it yields a question, is sent the text of the reply, and so on.

It returns what it judged; UnreadableReply if it gives up.
"""
