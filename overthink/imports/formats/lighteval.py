"""What lighteval writes with --save-details: details/ORG/MODEL/TIME/details_TASK_TIME.parquet.

{"doc": {"query": "What is 2 + 3?", "choices": ["5"], "gold_index": 0, "id": "0", "task_name": "sums|0"},
 "model_response": {"text": ["<think>…</think>5"], "reasonings": [], "text_post_processed": ["5"]}, "metric": {…}}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.imports.log import Log, doc_fields, found_in
from overthink.problems.files import FileRow, Where, read_rows
from overthink.text.thinking import Tags


def recognises(head: Any, _path: Path) -> bool:
    """Has the row a document and what the model answered to it?"""
    return isinstance(head, dict) and isinstance(head.get("doc"), dict) and isinstance(head.get("model_response"), dict)


class Reader(Log):
    """Details files, or folders with some. They lack nothing: lighteval keeps the text as the model wrote it."""

    def __init__(self, paths: Sequence[Path], _tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "details_*.parquet", what="details of lighteval"))

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a document."""
        model = _model(path)
        for where, raw in read_rows(path):
            doc, reply = raw.get("doc"), raw.get("model_response")
            if not isinstance(doc, dict) or not isinstance(reply, dict) or not {"text", "input"} <= set(reply):
                raise OverthinkError(
                    f"{where}: not a detail of lighteval, or of an unknown version (it has {', '.join(raw)})",
                    "Give the details_….parquet that lighteval 0.10 or newer writes with --save-details.",
                )
            yield where, {**({"model": model} if model else {}), **_row(doc, reply, where)}


def _row(doc: Mapping[str, Any], reply: Mapping[str, Any], where: Where) -> dict[str, Any]:
    """A document in the keys of `imports.rows`. OverthinkError if it holds no text."""
    own = doc.get("specific") if isinstance(doc.get("specific"), dict) else {}
    texts, thoughts = reply["text"] or [], reply.get("reasonings") or []
    if not texts:
        raise OverthinkError(
            f"{where}: the detail holds no text", "Only tasks that generate can be read, not those of likelihoods."
        )
    parts = str(doc.get("task_name") or "").split("|")
    return {
        **doc_fields(own or {}, "level", "subject"),
        "question": doc.get("original_query") or doc["query"],
        "answer": _gold(doc),
        "id": doc.get("id"),
        "dataset": parts[1] if len(parts) > 2 else parts[0] or None,  # SUITE|TASK|SHOTS in older versions
        "response": [
            {"content": text, "reasoning": thought}
            for text, thought in zip(
                texts, thoughts if len(thoughts) == len(texts) else [None] * len(texts), strict=True
            )
        ],
    }


def _gold(doc: Mapping[str, Any]) -> str | None:
    index, choices = doc.get("gold_index"), doc.get("choices") or []
    index = index[0] if isinstance(index, list) and len(index) == 1 else index
    return choices[index] if isinstance(index, int) and index < len(choices) else None


def _model(path: Path) -> str | None:
    """The model that the results beside the details name, else the folders between `details` and the time."""
    parts = path.resolve().parts
    if "details" not in parts:
        return None
    at = len(parts) - 1 - parts[::-1].index("details")
    named = parts[at + 1 : -2]
    results = Path(*parts[:at], "results", *named, f"results_{parts[-2]}.json")
    try:
        general = json.loads(results.read_text(encoding="utf-8"))["config_general"]
        return str(general.get("model_config", general)["model_name"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "/".join(named) or None
