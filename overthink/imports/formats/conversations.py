"""Conversations of data sets: ShareGPT's (from, value) and OpenThoughts' (role, content).

{"system": "…", "conversations": [{"from": "human", "value": "What is 2 + 3?"}, {"from": "gpt", "value": "<think>…"}]}

The response is what the model said after the user's last words before it. The file names no model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.imports.log import Log, doc_fields, found_in, other
from overthink.problems.files import FileRow, read_rows
from overthink.problems.rows import KEYS
from overthink.text.thinking import Tags

_ROLES = {
    "human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "model": "assistant",
    "bot": "assistant", "chatgpt": "assistant", "bing": "assistant", "bard": "assistant", "system": "system",
}  # fmt: skip


def recognises(head: Any, _path: Path) -> bool:
    """Has the row turns that say whose they are, one of them the model's, and no response beside them?"""
    beside = (*KEYS["response"], "messages", "choices")
    return (
        isinstance(head, dict)
        and any(turn["role"] == "assistant" for turn in _turns(head))
        and all(head.get(key) is None for key in beside)
    )


class Reader(Log):
    """Files of conversations, or folders with some."""

    def __init__(self, paths: Sequence[Path], _tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "*.json", "*.jsonl", "*.parquet", what="conversations", known=recognises))

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a conversation."""
        for where, raw in read_rows(path):
            turns = _turns(raw)
            if not turns:
                raise other(
                    where, raw, "a conversation", "Its turns are objects with from and value, or role and content."
                )
            if all(turn["role"] != "assistant" for turn in turns):
                raise other(where, raw, "a conversation with a turn of the model", "Remove the row.")
            yield where, {**doc_fields(raw, "answer", "level", "subject", "dataset", "id", "model"), "messages": turns}


def _turns(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The turns in the keys of a chat; none if one of them does not say whose it is."""
    said = raw["conversations"] if isinstance(raw.get("conversations"), list) else []
    turns = [
        {**turn, "role": _ROLES.get(role, "tool"), "content": turn.get("value", turn.get("content"))}
        for turn in said
        if isinstance(turn, dict) and isinstance(role := turn.get("from", turn.get("role")), str)
    ]
    return turns if len(turns) == len(said) else []
