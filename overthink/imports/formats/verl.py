"""Generations of verl: STEP.jsonl of its rollout or validation folder, each step as a checkpoint of the model.

{"input": "user\\nWhat is 2 + 3?\\nassistant\\n", "output": "<think>…", "gts": "5", "score": 1.0, "step": 100}

The prompt is decoded without its special tokens, and begins the assistant's turn. The file names no model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from overthink.imports.log import Log, doc_fields, found_in, one_gold, other
from overthink.imports.prompts import read_prompt
from overthink.problems.files import FileRow, read_rows
from overthink.text.thinking import Tags

_OWN = ("input", "output", "score", "step")


def recognises(head: Any, _path: Path) -> bool:
    """Has the row texts of a prompt and its output, a score and a step?"""
    return (
        isinstance(head, dict)
        and all(key in head for key in _OWN)
        and isinstance(head["input"], str)
        and isinstance(head["output"], str)
    )


class Reader(Log):
    """Dumps of generations, or folders with some, in the order of their steps."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], tags: Tags | None = None) -> None:
        found = found_in(paths, "*.jsonl", what="dumps of verl", known=recognises)
        super().__init__(sorted(found, key=lambda path: (path.parent, len(path.stem), path.stem)))
        self._tags = tags

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a rollout; the rollouts of one prompt are its samples."""
        dataset = path.resolve().parent.name if path.stem.isdigit() else path.stem
        for where, raw in read_rows(path):
            if not recognises(raw, path):
                raise other(where, raw, "a generation of verl", "Give the STEP.jsonl of its rollout_data_dir.")
            prompt = read_prompt(raw["input"], self._tags)
            yield (
                where,
                {
                    "dataset": raw.get("data_source") or dataset,
                    **doc_fields(raw, "dataset", "id", "finish_reason", "model"),
                    "question": prompt.question,
                    "answer": one_gold(raw.get("gts")),
                    "training_step": raw["step"],
                    "response": prompt.with_turn(raw["output"]),
                },
            )
