"""Finds the problem of a benchmark that a recorded row is about: by its id or by its text."""

from __future__ import annotations

import re

from overthink.problems.benchmark import LoadedDataset
from overthink.records import Problem

PREFIX = 40
"""So many characters must two problems share before one could be mistaken for the other inside a prompt."""

_WORD = re.compile(r"(?<![A-Za-z0-9])\S")


def fold(text: str) -> str:
    """The text with every run of whitespace as one space."""
    return " ".join(text.split())


class BenchmarkIndex:
    """The problems of one dataset by id and by text. Of two with the same text the first is found by it."""

    def __init__(self, dataset: LoadedDataset) -> None:
        self.name = dataset.name
        self.split = dataset.split
        self.revision = dataset.revision
        self._by_id: dict[str, Problem] = {}
        self._by_text: dict[str, Problem] = {}
        self._by_prefix: dict[str, list[tuple[str, Problem]]] = {}
        for problem in dataset:
            self._add(problem, fold(problem.question))

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, row_id: str | None, text: str | None) -> Problem | None:
        """The problem with this id, if the text does not speak against it; else the one with this text.

        A text may hold more than the problem (a prompt with instructions, examples before it): the problem that
        ends last in it is meant. One shorter than PREFIX is found only by its id or its whole text.
        """
        named = self._by_id.get(row_id) or self._by_id.get(f"{self.name}/{row_id}") if row_id else None
        if text is None:
            return named
        folded = fold(text)
        if named and fold(named.question) in folded:
            return named
        return self._by_text.get(folded) or self._inside(folded)

    def _add(self, problem: Problem, folded: str) -> None:
        self._by_id[problem.id] = problem
        self._by_text.setdefault(folded, problem)
        if len(folded) >= PREFIX:
            self._by_prefix.setdefault(folded[:PREFIX], []).append((folded, problem))

    def _inside(self, folded: str) -> Problem | None:
        best: tuple[int, int, Problem] | None = None
        for word in _WORD.finditer(folded):
            start = word.start()
            for text, problem in self._by_prefix.get(folded[start : start + PREFIX], ()):
                end = start + len(text)
                if folded.startswith(text, start) and (best is None or (end, len(text)) > best[:2]):
                    best = end, len(text), problem
        return best[2] if best else None
