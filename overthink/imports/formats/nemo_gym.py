"""Rollouts of NeMo Gym: rollouts.jsonl with objects of the Responses API.

{"responses_create_params": {"input": [{"role": "user", "content": "…"}]}, "expected_answer": "5", "reward": 1.0,
 "response": {"object": "response", "model": "m", "output": [{"type": "reasoning", …}, {"type": "message", …}]}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.imports.log import Log, doc_fields, fields, found_in, one_gold, other
from overthink.imports.prompts import last_asked
from overthink.problems.files import FileRow, read_rows, stem_of
from overthink.text.thinking import Tags
from overthink.text.usage import counts_of


def recognises(head: Any, _path: Path) -> bool:
    """Has the row the parameters with which the Responses API was asked?"""
    return isinstance(head, dict) and isinstance(head.get("responses_create_params"), dict)


class Reader(Log):
    """Files of rollouts, or folders with some."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], _tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "*.jsonl", what="rollouts of NeMo Gym", known=_holds_responses))

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a rollout."""
        for where, raw in read_rows(path):
            if not recognises(raw, path):
                raise other(
                    where, raw, "a rollout of NeMo Gym", "Give the file of rollouts that ng_collect_rollouts writes."
                )
            if "response" not in raw:
                raise OverthinkError(
                    f"{where}: what NeMo Gym asks, without a response", "Give the file of rollouts that it collects."
                )
            yield where, {"dataset": _dataset(path), **_row(raw)}


def _holds_responses(head: Any, path: Path) -> bool:
    return recognises(head, path) and "response" in head


def _dataset(path: Path) -> str:
    """The name of the resources server, in whose data folder a file usually is."""
    parent = path.resolve().parent
    return parent.parent.name if parent.name == "data" else stem_of(path)


def _row(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A rollout in the keys of `imports.rows`."""
    asked = raw["responses_create_params"].get("input")
    said = doc_fields(raw, "question", "options", "level", "subject", "id")
    said |= {key: one_gold(gold) for key, gold in doc_fields(raw, "answer").items()}
    if not isinstance(said.get("question"), str):
        said["question"] = asked if isinstance(asked, str) else last_asked(asked)
    if raw.get("_ng_task_index") is not None:
        said.setdefault("id", raw["_ng_task_index"])
    response = raw["response"]
    model = response.get("model") if isinstance(response, dict) else None
    return {**said, **({"model": model} if model else {}), "response": _with_thinking(response)}


def _with_thinking(response: Any) -> Any:
    """The response with the thinking of an open model, which NeMo Gym writes as a summary, as what it is.

    A server that hides its thinking sends summaries, too; it counts the tokens of what it hides, or encrypts it.
    """
    output = response.get("output") if isinstance(response, dict) else None
    if not isinstance(output, list) or counts_of(response).reasoning:
        return response
    # It writes 0 tokens of reasoning if the engine counted none: that says nothing of what is hidden.
    usage = {key: count for key, count in fields(response.get("usage")).items() if key != "output_tokens_details"}
    return {**response, "usage": usage, "output": [_unsummarized(item) for item in output]}


def _unsummarized(item: Any) -> Any:
    if not isinstance(item, dict) or item.get("type") != "reasoning" or not item.get("summary"):
        return item
    return (
        item
        if item.get("content") or item.get("encrypted_content")
        else {**item, "content": item["summary"], "summary": []}
    )
