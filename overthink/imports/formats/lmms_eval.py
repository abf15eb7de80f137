"""What lmms-eval writes with --log_samples: TIME_samples_TASK.jsonl, and TIME_results.json beside it.

{"doc_id": 0, "target": "5", "input": "What is 2 + 3?", "resps": ["<think>…</think>5"], "filtered_resps": "5",
 "token_counts": [{"output_tokens": 9}], "doc_hash": "…"}

Responses that no filter changed are under filtered_resps alone. A document is there once for each filter of its task,
with the same responses: it is read once. Targets are written as Python does, also None.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.imports.log import Log, benchmark_in, doc_fields, fields, found_in, other
from overthink.imports.prompts import read_prompt
from overthink.problems.files import FileRow, Where, read_rows
from overthink.text.thinking import Tags

_NAME = re.compile(r"(?P<time>.+)_samples_(?P<task>.+)\.jsonl")


def recognises(head: Any, _path: Path) -> bool:
    """Has the row what lm-eval's have, and its input in the place of their arguments?"""
    own = ("doc_id", "target", "filtered_resps", "input")
    return isinstance(head, dict) and all(key in head for key in own) and "arguments" not in head


class Reader(Log):
    """Samples files, or folders with some."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "*_samples_*.jsonl", what="samples of lmms-eval", known=recognises))
        self._tags = tags

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a document."""
        name = _NAME.fullmatch(path.name)
        shared = {"dataset": benchmark_in(name["task"]), **_model(path, name["time"])} if name else {}
        seen: set[bytes] = set()
        for where, raw in read_rows(path):
            if not recognises(raw, path):
                raise other(
                    where, raw, "a sample of lmms-eval", "Give the …_samples_….jsonl that --log_samples writes."
                )
            row = self._row(raw, where)
            known = hashlib.sha256(json.dumps([raw["doc_id"], row["response"]]).encode()).digest()
            if known not in seen:
                seen.add(known)
                yield where, {**shared, **row}

    def _row(self, raw: Mapping[str, Any], where: Where) -> dict[str, Any]:
        """A document in the keys of `imports.rows`. OverthinkError if it holds no text."""
        asked = raw["input"] if isinstance(raw["input"], str) else None
        prompt = read_prompt(asked, self._tags) if asked is not None else None
        texts = _texts(raw["resps"] if raw.get("resps") is not None else raw["filtered_resps"])
        if not texts:
            raise OverthinkError(
                f"{where}: the sample holds likelihoods, not texts",
                "Only tasks that generate (generate_until) can be read.",
            )
        counts = raw.get("token_counts")
        return {
            "id": raw["doc_id"],
            "question": prompt.question if prompt else None,
            "answer": None if raw["target"] == "None" else raw["target"],
            **doc_fields(fields(raw.get("doc")), "question", "level", "subject", "id"),
            "response": [prompt.with_turn(text) if prompt and text is not None else text for text in texts],
            "usage": counts[0] if isinstance(counts, list) and len(counts) == 1 else None,
        }


def _texts(value: Any) -> list[str | None]:
    """The responses inside of lists; none if one of them is a number or another thing."""
    flat = [text for part in value for text in _texts(part)] if isinstance(value, list) else [value]
    return flat if all(text is None or isinstance(text, str) for text in flat) else []


def _model(path: Path, time: str) -> dict[str, str]:
    """The model that the results beside the samples name, else their folder, if its name has __ for /."""
    folder = path.resolve().parent.name
    try:
        name = json.loads(path.with_name(f"{time}_results.json").read_text(encoding="utf-8"))["model_name"]
    except (OSError, ValueError, KeyError, TypeError):
        name = folder.replace("__", "/") if "__" in folder else None
    return {"model": str(name)} if name else {}
