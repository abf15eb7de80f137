"""Runs of MathArena: outputs/COMPETITION/MODEL/PROBLEM.json.zst, or the rows of its data sets on the hub.

{"idx": 1, "problem": "What is 2 + 3?", "gold_answer": "5", "N": 2, "messages": [[{"role": "user", "content": "…"},
 {"role": "assistant", "type": "cot", "content": "…"}, {"role": "assistant", "type": "response", "content": "5"}], …],
 "detailed_costs": [{"cost": 0.1, "input_tokens": 7, "output_tokens": 9}, …]}

A row of the hub is one run: problem, model_name, idx_answer, all_messages as JSON; its `answer` is the response.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.imports.log import Log, fields, found_in, objects, other
from overthink.problems.files import FileRow, Where, is_json, read_json, read_rows
from overthink.text.thinking import Tags

_RUNS = ("problem", "gold_answer", "messages")
_ROW = ("problem_idx", "model_config", "idx_answer", "user_message", "answer")


def recognises(head: Any, _path: Path) -> bool:
    """Is it all runs of one problem, or a row of its data sets?"""
    return isinstance(head, dict) and (_is_runs(head) or all(key in head for key in _ROW))


class Reader(Log):
    """Files of runs, or folders with some."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], _tags: Tags | None = None) -> None:
        super().__init__(
            found_in(paths, "*.json.zst", "*.json", "*.parquet", what="runs of MathArena", known=recognises)
        )

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a run."""
        for where, raw in ((Where(path, 1, "row"), read_json(path)),) if is_json(path) else read_rows(path):
            if not recognises(raw, path):
                raise other(where, raw, "runs of MathArena", "Give files of its outputs folder.")
            yield from ((where, row) for row in (_runs(raw, path) if _is_runs(raw) else [_row(raw)]))


def _is_runs(raw: Mapping[str, Any]) -> bool:
    return all(key in raw for key in _RUNS) and isinstance(raw["messages"], list) and not _is_turn(raw["messages"])


def _is_turn(messages: list[Any]) -> bool:
    return bool(messages) and not isinstance(messages[0], list)


def _runs(raw: Mapping[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    """All runs of a problem in the keys of `imports.rows`: outputs/aime/aime_2025/openai/o3/1.json.zst."""
    folders = path.resolve().parts[:-1]
    known = "outputs" in folders[:-3]
    costs = raw.get("detailed_costs")
    for number, turns in enumerate(raw["messages"]):
        cost = fields(costs[number]) if isinstance(costs, list) and number < len(costs) else {}
        yield {
            "model": "/".join(folders[-2:]) if known else None,
            "dataset": folders[-3] if known else None,
            "id": raw.get("idx"),
            "question": raw["problem"] or _asked(turns),
            "answer": raw["gold_answer"],
            "response": _said(turns),
            "usage": {key: cost.get(key) for key in ("input_tokens", "output_tokens")},
        }


def _row(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the hub in the keys of `imports.rows`."""
    turns = raw.get("all_messages")
    try:
        turns = json.loads(turns) if isinstance(turns, str) else turns
    except ValueError:
        turns = None
    return {
        "model": raw.get("model_name") or raw["model_config"],
        "id": raw["problem_idx"],
        "question": raw.get("problem") or raw["user_message"],
        "answer": raw.get("gold_answer"),
        "response": _said(turns) if isinstance(turns, list) and turns else raw["answer"],
        "usage": {key: raw.get(key) for key in ("input_tokens", "output_tokens")},
    }


def _asked(turns: Any) -> Any:
    return next((turn.get("content") for turn in objects(turns) if turn.get("role") == "user"), None)


def _said(turns: Any) -> Any:
    """A chat in the keys of the chat APIs; null if the model says nothing in it."""
    said = [_turn(turn) for turn in objects(turns)]
    return {"messages": said} if any(turn.get("role") == "assistant" for turn in said) else None


def _turn(turn: Mapping[str, Any]) -> Mapping[str, Any]:
    """A cot is a thought; a call of a tool is no words of the model."""
    if turn.get("type") == "cot":
        return {"role": "assistant", "content": [{"type": "thinking", "thinking": turn.get("content")}]}
    if turn.get("role") == "assistant" and turn.get("type") == "response":
        return {"role": "assistant", "content": turn.get("content")}
    return {**turn, "role": "tool"} if "tool_call" in str(turn.get("type")) else turn
