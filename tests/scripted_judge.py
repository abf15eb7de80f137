"""A judge with a script: it answers for the samples what their labels say. Its replies were written for this project.

It reads only what a model would read, the turns and the schema, so that it also tests what is asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.loopback import Answer

Label = dict[str, Any]
_MARK = re.compile(r"^\[(?:[0-9a-f]{8}:)?(\d+)\] ", re.MULTILINE)


def kind_of(body: dict[str, Any]) -> str:
    """Which judge asks, by the fences of its question."""
    said = body["messages"][-1]["content"]
    return "cluster" if "<solutions-" in said else "verify" if "<reference-" in said else "segment"


class ScriptedJudge:
    """What the server does with a question: the labels' reply. `spoil` may put another answer in its place."""

    def __init__(self, labels: Path, spoil: Callable[[dict[str, Any], int], Answer | None] | None = None) -> None:
        self._labels = [json.loads(line) for line in labels.read_text("utf-8").split("\n") if line]
        self._spoil = spoil or (lambda _body, _number: None)

    def __call__(self, body: dict[str, Any], number: int) -> Answer:
        return self._spoil(body, number) or Answer(content=self.reply(body), cached=3)

    def reply(self, body: dict[str, Any]) -> str:
        """The reply as a model would write it."""
        said = body["messages"][-1]["content"]
        return json.dumps({"segment": self._segment, "cluster": self._cluster}[kind_of(body)](said))

    def _segment(self, said: str) -> dict[str, Any]:
        row = self._row(said, lambda row: [row["response"][slice(*span)] for span in row["paragraphs"]])
        assert row is not None, f"no sample is shown in: {said[:300]}"
        entries, start = [], row["thinking"][0]
        for solution in row["readers"][0]:
            stretch = row["response"][start : solution["end_char"]]
            states = re.search(rf"(?<![\w.]){re.escape(solution['answer'])}(?![\w.]*\d)", stretch)
            entries.append(
                {
                    "end_paragraph": solution["end_paragraph"] + 1,
                    "answer_quote": solution["answer"],
                    "kind": "states" if states else "confirms",
                }
            )
            start = solution["end_char"]
        return {"solutions": entries}

    def _cluster(self, said: str) -> dict[str, Any]:
        row = self._row(said, _solutions)
        if row is None:  # solutions that others found: all are one way
            ways = [(1, "a way") for _ in _MARK.findall(said)]
        else:
            ways = [(one["strategy"], one["strategy_name"] or "a way") for one in row["readers"][0]]
        return {
            "solutions": [
                {"solution": k, "reason": "as read", "strategy": strategy, "name": name}
                for k, (strategy, name) in enumerate(ways, start=1)
            ]
        }

    def _row(self, said: str, pieces: Callable[[Label], list[str]]) -> Label | None:
        """The row of which the question shows all pieces, and nothing else."""
        shown = len(_MARK.findall(said))
        for row in self._labels:
            texts = pieces(row)
            if 0 < len(texts) == shown and all(f"] {text}" in said for text in texts):
                return row
        return None


def _solutions(row: Label) -> list[str]:
    ends = [row["thinking"][0], *(solution["end_char"] for solution in row["readers"][0])]
    return [row["response"][start:end].strip() for start, end in pairwise(ends)]
