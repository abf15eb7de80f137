"""What lighteval writes with --save-details: details/ORG/MODEL/TIME/details_TASK_TIME.parquet.

{"doc": {"query": "What is 2 + 3?", "choices": ["5"], "gold_index": 0, "id": "0", "task_name": "sums|0"},
 "model_response": {"text": ["<think>…</think>5"], "reasonings": [], "text_post_processed": ["5"]}, "metric": {…}}

Before version 0.10 a row was flat, and its file alone names the task:

{"example": "What is 2 + 3?", "full_prompt": "…", "gold": ["5"], "specifics": {…}, "predictions": ["<think>…</think>5"]}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.imports.log import Log, doc_fields, found_in
from overthink.problems.files import FileRow, read_rows
from overthink.text.thinking import Tags

_NAME = re.compile(r"details_(?P<task>.+)_\d{4}-\d\d-\d\dT[\d.:-]+\.parquet")
_OLD = ("predictions", "full_prompt")


def recognises(head: Any, _path: Path) -> bool:
    """Has the row a document and what the model answered to it?"""
    return isinstance(head, dict) and (_is_new(head) or all(key in head for key in _OLD))


class Reader(Log):
    """Details files, or folders with some. They lack nothing: lighteval keeps the text as the model wrote it."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], _tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "details_*.parquet", what="details of lighteval"))

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a document."""
        model = _model(path)
        name = _NAME.fullmatch(path.name)
        for where, raw in read_rows(path):
            if not recognises(raw, path):
                raise OverthinkError(
                    f"{where}: not a detail of lighteval, or of an unknown version (it has {', '.join(raw)})",
                    "Give the details_….parquet that lighteval writes with --save-details.",
                )
            row = _row(raw["doc"], raw["model_response"]) if _is_new(raw) else _old_row(raw, name and name["task"])
            if not row["response"]:
                raise OverthinkError(
                    f"{where}: the detail holds no text",
                    "Only tasks that generate can be read, not those of likelihoods.",
                )
            yield where, {**({"model": model} if model else {}), **row}


def _is_new(raw: Mapping[str, Any]) -> bool:
    doc, reply = raw.get("doc"), raw.get("model_response")
    return isinstance(doc, dict) and isinstance(reply, dict) and {"text", "input"} <= set(reply)


def _row(doc: Mapping[str, Any], reply: Mapping[str, Any]) -> dict[str, Any]:
    """A document in the keys of `imports.rows`."""
    texts, thoughts = reply["text"] or [], reply.get("reasonings") or []
    thoughts = thoughts if len(thoughts) == len(texts) else [None] * len(texts)
    return {
        **_said(doc.get("specific")),
        **_gold(_chosen(doc)),
        "question": doc.get("original_query") or doc["query"],
        "id": doc.get("id"),
        "dataset": _task(doc.get("task_name")),
        "response": [{"content": text, "reasoning": thought} for text, thought in zip(texts, thoughts, strict=True)],
    }


def _old_row(raw: Mapping[str, Any], task: str | None) -> dict[str, Any]:
    """A flat row in the same keys."""
    texts, golds = raw["predictions"], raw.get("gold")
    return {
        **_said(raw.get("specifics")),
        **_gold(golds[0] if isinstance(golds, list) and len(golds) == 1 else golds),
        "question": raw.get("example") or raw["full_prompt"],
        "dataset": _task(task),
        "response": [texts] if isinstance(texts, str) else _only_texts(texts),
    }


def _only_texts(predictions: Any) -> list[str | None]:
    """The texts of a list; none if it holds likelihoods."""
    found = [text for part in predictions or [] for text in (part if isinstance(part, list) else [part])]
    return found if all(text is None or isinstance(text, str) for text in found) else []


def _said(specific: Any) -> dict[str, Any]:
    return doc_fields(specific, "level", "subject") if isinstance(specific, dict) else {}


def _task(name: Any) -> str | None:
    """The task's own name; it was SUITE|TASK|SHOTS in older versions."""
    parts = str(name or "").split("|")
    return parts[1] if len(parts) > 2 else parts[0] or None


def _chosen(doc: Mapping[str, Any]) -> Any:
    index, choices = doc.get("gold_index"), doc.get("choices") or []
    index = index[0] if isinstance(index, list) and len(index) == 1 else index
    return choices[index] if isinstance(index, int) and index < len(choices) else None


def _gold(text: Any) -> dict[str, Any]:
    """The gold answer, which for some tasks is in the box of a whole solution."""
    return {"solution" if isinstance(text, str) and "\\boxed" in text else "answer": text}


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
