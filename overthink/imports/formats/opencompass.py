"""Predictions of OpenCompass: predictions/MODEL/DATASET.json.

{"0": {"origin_prompt": [{"role": "HUMAN", "prompt": "…"}], "prediction": "…", "gold": "5"}, "1": …}

Large data sets are split into DATASET_0.json, DATASET_1.json, …; tmp_DATASET.jsonl holds those of a run that broke off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.imports.log import Log, benchmark_in, found_in, objects, one_gold, other
from overthink.imports.prompts import last_asked, read_prompt
from overthink.problems.files import FileRow, Where, is_json, read_json, read_rows, stem_of
from overthink.text.thinking import Tags

_ROLES = {"HUMAN": "user", "BOT": "assistant", "SYSTEM": "system"}
_PART = re.compile(r"_\d+")


def recognises(head: Any, _path: Path) -> bool:
    """Is it an object of numbered predictions, or one of them?"""
    first = next(iter(head.values()), None) if isinstance(head, dict) else None
    if _is_prediction(first):
        return all(str(key).isdigit() for key in head)
    return _is_prediction(head) and "idx" in head


class Reader(Log):
    """Files of predictions, or folders with some."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "*.json", what="predictions of OpenCompass", known=recognises))
        self._tags = tags

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a prediction."""
        stem = stem_of(path).removeprefix("tmp_")
        folders = path.resolve().parts[:-1]
        model = folders[-1] if folders[-2:-1] == ("predictions",) else None
        for where, key, raw in _numbered(path):
            if not _is_prediction(raw):
                raise other(where, raw, "a prediction of OpenCompass", "Give files of its predictions folder.")
            question, prediction = self._asked(raw["origin_prompt"], raw["prediction"])
            yield (
                where,
                {
                    **({"model": model} if model else {}),
                    "dataset": _dataset(path, stem),
                    "id": f"{stem}/{key}",
                    "question": question,
                    "answer": one_gold(raw.get("gold")),
                    "response": prediction,
                    "usage": {"completion_tokens": raw.get("res_length"), "prompt_tokens": raw.get("all_input_length")},
                },
            )

    def _asked(self, prompt: Any, prediction: Any) -> tuple[Any, Any]:
        """The question, and the prediction behind what the prompt began of it."""
        if not isinstance(prompt, str):
            return last_asked([_turn(turn) for turn in objects(prompt)]), prediction
        read = read_prompt(prompt, self._tags)
        return read.question, read.with_turn(prediction) if isinstance(prediction, str) else prediction


def _turn(turn: Mapping[str, Any]) -> dict[str, Any]:
    """A turn in the keys of a chat."""
    role = str(turn.get("role"))
    return {"role": _ROLES.get(role, role), "content": turn.get("prompt", turn.get("content"))}


def _is_prediction(raw: Any) -> bool:
    return isinstance(raw, dict) and "origin_prompt" in raw and "prediction" in raw


def _numbered(path: Path) -> Iterator[tuple[Where, str, Mapping[str, Any]]]:
    if not is_json(path):
        yield from ((where, str(raw.get("idx", where.number)), raw) for where, raw in read_rows(path))
        return
    value = read_json(path)
    if not isinstance(value, dict):
        raise other(Where(path, 1, "row"), None, "an object of predictions", "Give files of its predictions folder.")
    for number, (key, raw) in enumerate(value.items(), start=1):
        yield Where(path, number, "row"), key, raw


def _dataset(path: Path, stem: str) -> str:
    """The data set of a file: its name without the number of a part, if there is a first part beside it."""
    whole = stem[: found.start()] if (found := _PART.search(stem, len(stem.rpartition("_")[0]))) else stem
    parted = whole != stem and path.with_name(f"{whole}_0{path.suffix}").is_file()
    return benchmark_in(whole if parted else stem)
