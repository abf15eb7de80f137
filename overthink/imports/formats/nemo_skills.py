"""Generations of NeMo-Skills: BENCHMARK/output-rs*.jsonl (each file a sample) or output.jsonl.

{"problem": "What is 2 + 3?", "expected_answer": "5", "generation": "\\boxed{5}", "num_generated_tokens": 9,
 "_full_generation": "<think>…</think>\\boxed{5}", "_generation_finished_thinking": true, "finish_reason": "stop"}

The benchmark is named by the folder alone, and the model nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.imports.log import Log, doc_fields, found_in, other
from overthink.problems.files import FileRow, read_rows
from overthink.text.thinking import Tags

_NAME = re.compile(r"output(-rs\d+|-greedy)?(_chunk_\d+)?\.jsonl")
_OWN = ("_full_generation", "_generation_finished_thinking", "num_generated_tokens", "generation_start_time")
_GRADED = ("predicted_answer", "symbolic_correct", "judgement")


def recognises(head: Any, path: Path) -> bool:
    """Has the row a generation, and what NeMo-Skills alone writes beside one or names its files?"""
    if not isinstance(head, dict) or "generation" not in head:
        return False
    named = _NAME.fullmatch(path.name)
    return any(key in head for key in (*_OWN, *(_GRADED if named else ()))) or bool(named and named[1])


class Reader(Log):
    """Outputs, or folders with some."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], _tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "output*.jsonl", what="outputs of NeMo-Skills", known=recognises))

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a generation."""
        dataset = path.resolve().parent.name if _NAME.fullmatch(path.name) else None
        for where, raw in read_rows(path):
            if "generation" not in raw:
                raise other(
                    where, raw, "a generation of NeMo-Skills", "Give the output*.jsonl that its generate writes."
                )
            yield where, {**({"dataset": dataset} if dataset else {}), **_row(raw)}


def _row(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A generation in the keys of `imports.rows`: the full one if its thinking was cut away."""
    full = raw.get("_full_generation")
    thought = raw.get("reasoning_content")
    if isinstance(thought, list):  # one of each turn, if the model called tools
        thought = "\n\n".join(part for part in thought if isinstance(part, str))
    return {
        **doc_fields(raw, "question", "answer", "level", "subject", "dataset", "id", "model"),
        "response": {"content": raw["generation"] if full is None else full, "reasoning_content": thought},
        "finish_reason": _last(raw.get("finish_reason")),
        "usage": {
            "completion_tokens": raw.get("num_generated_tokens"),
            "prompt_tokens": raw.get("num_input_tokens"),
            "reasoning_tokens": raw.get("num_reasoning_tokens"),
        },
    }


def _last(value: Any) -> Any:
    return value[-1] if isinstance(value, list) and value else value
