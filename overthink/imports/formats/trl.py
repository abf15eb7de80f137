"""Completions of TRL: completions_STEP.parquet of a trainer, each step as a checkpoint of the model.

step, prompt (a text or chat messages), completion (the same), one column for each reward, advantage, and what else of
the data set was logged, such as the solution. The file names no model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.imports.log import Log, doc_fields, found_in, one_gold, other
from overthink.imports.prompts import last_asked, read_prompt
from overthink.problems.files import FileRow, read_rows, stem_of
from overthink.text.thinking import Tags


def recognises(head: Any, path: Path) -> bool:
    """Has the row a step, a prompt, a completion, and an advantage or the file the name of TRL's tables?"""
    return (
        isinstance(head, dict)
        and all(key in head for key in ("step", "prompt", "completion"))
        and ("advantage" in head or path.name.startswith("completions_"))
    )


class Reader(Log):
    """Tables of completions, or folders with some."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "completions_*.parquet", what="completions of TRL", known=recognises))
        self._tags = tags

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a completion; the completions of one prompt are its samples."""
        for where, raw in read_rows(path):
            if not recognises(raw, path):
                raise other(
                    where, raw, "a completion of TRL", "Give the completions_STEP.parquet that log_completions writes."
                )
            yield where, {"dataset": _folder(path), **self._row(raw)}

    def _row(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """A completion in the keys of `imports.rows`."""
        prompt, completion = raw["prompt"], raw["completion"]
        if isinstance(prompt, str):
            read = read_prompt(prompt, self._tags)
            prompt = read.question
            completion = read.with_turn(completion) if isinstance(completion, str) else completion
        else:
            prompt = last_asked(prompt)
        return {
            **doc_fields(raw, "level", "subject", "dataset", "id", "model", "finish_reason"),
            **{key: one_gold(gold) for key, gold in doc_fields(raw, "answer").items()},
            "question": prompt,
            "training_step": raw["step"],
            "response": {"messages": completion} if completion and isinstance(completion, list) else completion,
        }


def _folder(path: Path) -> str:
    """The trainer's output_dir, whose folder `completions` (and `train` or `eval` in it) holds the tables."""
    folders = [part for part in path.resolve().parts[:-1] if part not in ("completions", "train", "eval")]
    return folders[-1] if len(folders) > 1 else stem_of(path)
