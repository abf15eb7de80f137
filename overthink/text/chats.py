"""Chats: whose turn is whose, which turns of the model are one reply, and what was asked before them.

assistant_turns([{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}])    # the last one
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overthink.text.parts import looks_like_thinking, snake

Raw = Mapping[str, Any]

ASSISTANT = ("assistant", "model", "gpt", "ai", "bot", "chatbot")
USER = ("user", "human")
_OTHERS = ("system", "developer", "tool", "function", "ipython", "tool_result")


def is_chat(value: Any) -> bool:
    """Is it a list of messages with roles?"""
    return (
        isinstance(value, list) and bool(value) and all(isinstance(turn, Mapping) and role_of(turn) for turn in value)
    )


def role_of(turn: Raw) -> str | None:
    """`assistant`, `user`, `other`, or null if the object names no role."""
    author = turn.get("author")
    named = turn.get("role") or (author.get("role") if isinstance(author, Mapping) else None)
    said = named or turn.get("from") or turn.get("type")
    role = said.lower() if isinstance(said, str) else ""
    if role in ASSISTANT or (named and looks_like_thinking(role)):
        return "assistant"
    if role in USER:
        return "other" if _are_results(turn.get("content")) else "user"
    return "other" if role in _OTHERS or named else None


def assistant_turns(turns: Any) -> list[Raw] | None:
    """The model's turns after the user's last words before them; null if it is no chat or the model is silent."""
    if not is_chat(turns):
        return None
    roles = [role_of(turn) for turn in turns]
    if "assistant" not in roles:
        return None
    last = len(roles) - 1 - roles[::-1].index("assistant")
    asked = max((k for k, role in enumerate(roles[:last]) if role == "user"), default=-1)
    return [
        turn
        for turn, role in zip(turns[asked + 1 : last + 1], roles[asked + 1 : last + 1], strict=True)
        if role == "assistant"
    ]


def user_turn(turns: Any) -> Raw | None:
    """What the user said before the model's last turn (at all, if the model is silent); null if it is no chat."""
    if not is_chat(turns):
        return None
    roles = [role_of(turn) for turn in turns]
    end = len(roles) - roles[::-1].index("assistant") if "assistant" in roles else len(roles)
    return next((turn for turn, role in zip(turns[:end][::-1], roles[:end][::-1], strict=True) if role == "user"), None)


def _are_results(content: Any) -> bool:
    """Is it what tools gave back, which some APIs send as the user's?"""
    return (
        isinstance(content, list)
        and bool(content)
        and all(
            isinstance(part, Mapping) and "tool" in snake(str(part.get("type") or next(iter(part), "")))
            for part in content
        )
    )
