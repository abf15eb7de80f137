"""What every format gives: the files that hold responses, their rows, and notes on what they lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.imports.counts import ImportCounts
from overthink.problems.files import FileRow, check_file, read_rows
from overthink.problems.rows import KEYS


class Log:
    """Files of rows that need no translation. The log of a tool is a subclass, which reads its files otherwise.

    `files` are those that hold responses; of a batch, once they were checked. What must be known of a row that is read
    is noted in `tally`.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = list(files)
        self.tally = ImportCounts()

    def check(self) -> None:
        """OverthinkError if a file cannot be read."""
        for file in self.files:
            check_file(file)

    def read(self, path: Path) -> Iterator[FileRow]:
        """The rows of one of the files, each with its place, in the keys of `imports.rows`."""
        return read_rows(path)

    def notes(self) -> list[str]:
        """What the user must know of the rows that were read, a line each."""
        return []


def found_in(paths: Sequence[Path], *patterns: str, what: str) -> list[Path]:
    """The files themselves, and those inside folders that match. OverthinkError for a folder without any."""
    files: list[Path] = []
    for path in paths:
        inside = sorted({file for pattern in patterns for file in path.rglob(pattern)}) if path.is_dir() else [path]
        if not inside:
            raise OverthinkError(
                f"{path}: no {what} in this folder ({' or '.join(patterns)})", "Name the folder that the tool wrote to."
            )
        files += inside
    return files


def doc_fields(doc: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What a benchmark's row says under our words: for each name the first key that is there and not null."""
    found = {}
    for name in names:
        key = next((key for key in KEYS[name] if doc.get(key) is not None), None)
        if key is not None:
            found[key if name == "answer" else name] = doc[key]
    return found


def stripped(reason: str) -> str:
    """The note on a log that lacks the thinking."""
    return f"WARNING: THE REASONING IS NOT IN THIS LOG: {reason}. What is measured here is the text after it."
