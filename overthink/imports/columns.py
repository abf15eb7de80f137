"""Which columns of the files were read as what, for the user and for run.json.

columns = ColumnsRead(own=())
columns.add(Path("a.jsonl"), {"question": ("problem",), "answer": ("gold",), "response": ("output",)})
columns.told()      # read: question from problem, gold answer from gold, response and thinking from output
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

_WORDS = {"question": "question", "answer": "gold answer", "response": "response", "reasoning": "thinking"}


class ColumnsRead:
    """The columns of each file by our words for what they hold; those that a format gives itself (`own`) left out."""

    def __init__(self, own: Collection[str]) -> None:
        self._own = own
        self._files: dict[Path, dict[str, list[str]]] = {}

    def add(self, file: Path, columns: Mapping[str, tuple[str, ...]]) -> None:
        """Add those of one row."""
        there = self._files.setdefault(file, {})
        for name, keys in columns.items():
            known = there.setdefault(name, [])
            known += [key for key in keys if key not in known and key not in self._own]

    def of(self, file: Path) -> dict[str, list[str]]:
        """Those of a file that was read."""
        return {name: keys for name, keys in self._files.get(file, {}).items() if keys}

    def told(self) -> str | None:
        """All of them in a line; null if there is nothing to tell."""
        found: dict[str, dict[str, None]] = {}
        for file in self._files:
            for name, keys in self.of(file).items():
                found.setdefault(name, {}).update(dict.fromkeys(keys))
        both = "response" in found and "reasoning" not in found
        words = _WORDS | ({"response": "response and thinking"} if both else {})
        told = [f"{word} from {' or '.join(found[name])}" for name, word in words.items() if name in found]
        return f"read: {', '.join(told)}" if told else None
