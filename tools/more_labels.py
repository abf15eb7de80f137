"""The project's own labels of public responses: where solutions end, as offsets. The texts are not part of the project.

A row of labels/more_labels.jsonl: {"response": SHA-256 of its text, "solutions": [...]}, of each solution "end_char",
"answer_span", "correct", "strategy".
They train the rules and measure nothing: figures are those of the labels of other readers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from overthink.agree.labels import text_key
from overthink.text.paragraphs import paragraphs
from overthink.text.thinking import find_thinking

LABELS = Path(__file__).resolve().parents[1] / "labels" / "more_labels.jsonl"
SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "labels.jsonl"


def rows(responses: Path) -> Iterator[dict[str, Any]]:
    """One label row for each labelled response that is found in the files of this folder."""
    wanted = {row["response"]: row["solutions"] for row in _read(LABELS)}
    for path in sorted(responses.glob("*.jsonl")):
        for raw in _read(path):
            solutions = wanted.pop(text_key(raw["response"]), None)
            if solutions is not None:
                yield _row(raw, solutions)


def samples() -> Iterator[dict[str, Any]]:
    """The label rows of the samples: tails, corrected answers and other cases of which real labels hold few."""
    return (row for row in _read(SAMPLES) if row["paragraphs"])


def _row(raw: dict[str, Any], solutions: list[dict[str, Any]]) -> dict[str, Any]:
    text = raw["response"]
    span = find_thinking(text).span
    return {
        **raw,
        "thinking": span,
        "paragraphs": paragraphs(text, *span),
        "readers": [[{**solution, "answer": text[slice(*solution["answer_span"])]} for solution in solutions]],
    }


def _read(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text("utf-8").split("\n") if line)
