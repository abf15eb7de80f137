"""Results of SkyThought: results.json, and summary.json beside it.

{"0": {"problem": "What is 2 + 3?", "answer": "5", "prompt": "…", "input_conversation": […],
       "responses": [{"content": "…", "correctness": true, "reason": ""}],
       "token_usages": [{"completion_tokens": 9, "prompt_tokens": 7}]}, "1": …}

Older versions have one such list for each temperature ({"responses": {"0.7": [{"content": "…"}]}}), or objects
in the place of lists.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.imports.log import Log, doc_fields, found_in, other
from overthink.problems.files import FileRow, Where, read_json
from overthink.text.thinking import Tags


def recognises(head: Any, _path: Path) -> bool:
    """Are all values of the object problems with responses, each of which says whether it is correct?"""
    return (
        isinstance(head, dict)
        and bool(head)
        and all(isinstance(raw, dict) and "responses" in raw for raw in head.values())
        and any("correctness" in entry or "token_usages" in raw for raw in head.values() for _, entry in _entries(raw))
    )


class Reader(Log):
    """Files of results, or folders with some."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], _tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "*.json", what="results of SkyThought", known=recognises))

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a problem."""
        shared = _configured(path)
        results = read_json(path)
        for number, (key, raw) in enumerate(results.items() if isinstance(results, dict) else (), start=1):
            where = Where(path, number, "row")
            if not isinstance(raw, dict) or "responses" not in raw:
                raise other(where, raw, "a problem of SkyThought's results", "Give the results.json that it writes.")
            yield where, {**shared, **_row(key, raw)}
        if not isinstance(results, dict):
            raise other(Where(path, 1, "row"), None, "results of SkyThought", "Give the results.json that it writes.")


def _row(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """A problem in the keys of `imports.rows`."""
    said = doc_fields(raw, "question", "answer", "level", "subject", "id")
    return {"id": key, **said, "response": [entry for _, entry in _entries(raw)]}


def _entries(raw: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The responses of a problem with their places, each with its token counts."""
    counts = dict(_leaves(raw.get("token_usages"), "completion_tokens"))
    return [
        (place, {**entry, **({"usage": counts[place]} if place in counts else {})})
        for place, entry in _leaves(raw["responses"], "content")
    ]


def _leaves(value: Any, key: str, place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects with this key inside of lists and objects, of temperatures and of samples."""
    if isinstance(value, dict) and key in value:
        yield place, value
    elif isinstance(value, (dict, list)) and place.count("/") < 2:
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, key, f"{place}/{name}")


def _configured(path: Path) -> dict[str, str]:
    """The model and the task that summary.json beside the results names."""
    try:
        said = json.loads(path.with_name("summary.json").read_text(encoding="utf-8"))["configuration"]
        return {"model": said["model"]["name"], "dataset": said["task"]["name"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
