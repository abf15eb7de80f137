"""What every format gives: the files that hold responses, their rows, and notes on what they lack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.imports.counts import ImportCounts
from overthink.problems import canonical_name
from overthink.problems.files import FileRow, Where, check_file, head_of, read_rows
from overthink.problems.rows import KEYS

Recogniser = Callable[[Any, Path], bool]
"""Whether a file is of a format, by what it begins with (see `head`) and by its path."""

MISSING_REPLY = "missing_reply"
"""The kind of the failure of a request to which nobody replied."""


class Log:
    """Files of rows that need no translation. The log of a tool is a subclass, which reads its files otherwise.

    `files` are those that hold responses; of a batch, once they were checked. What must be known of a row that is read
    is noted in `tally`. `names_tasks`: rows name the tool's task or folder, and the problems may be a benchmark's.
    """

    names_tasks = False

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

    def named_after(self, path: Path) -> Path:
        """The file whose name is that of the dataset, if rows of this one name none."""
        return path

    def notes(self) -> list[str]:
        """What the user must know of the rows that were read, a line each."""
        return []


def head(path: Path) -> Any:
    """What a file begins with: the first row, or all that a JSON file holds; null if it cannot be read."""
    try:
        return head_of(path)
    except OverthinkError:
        return None


def found_in(paths: Sequence[Path], *patterns: str, what: str, known: Recogniser | None = None) -> list[Path]:
    """The files themselves, and those inside folders that match, and that are `known`.

    OverthinkError for a folder without any.
    """
    files: list[Path] = []
    for path in paths:
        inside = sorted({file for pattern in patterns for file in path.rglob(pattern)}) if path.is_dir() else [path]
        if known and path.is_dir():
            inside = [file for file in inside if known(head(file), file)]
        if not inside:
            raise OverthinkError(
                f"{path}: no {what} in this folder ({' or '.join(patterns)})", "Name the folder that the tool wrote to."
            )
        files += inside
    return files


def other(where: Where, raw: Any, what: str, hint: str) -> OverthinkError:
    """The error to raise for a row that is not what its format has."""
    keys = f"its keys are {', '.join(map(str, raw)) or 'none'}" if isinstance(raw, Mapping) else "it is no object"
    return OverthinkError(f"{where}: not {what}, or of an unknown version ({keys})", hint)


def benchmark_in(name: str) -> str:
    """The benchmark with whose name this one begins (`gsm8k_main` is gsm8k's), else the whole name."""
    ends = [at for at, mark in enumerate(name) if mark in "_-. "]
    found = (canonical_name(name[:end]) for end in (len(name), *reversed(ends)))
    return next((benchmark for benchmark in found if benchmark), name)


def fields(value: Any) -> Mapping[str, Any]:
    """An object, or one without anything if it is none."""
    return value if isinstance(value, Mapping) else {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects in a list; none if it is no list."""
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


def doc_fields(doc: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What a benchmark's row says under our words: for each name the first key that is there and not null."""
    found = {}
    for name in names:
        key = next((key for key in KEYS[name] if doc.get(key) is not None), None)
        if key is not None:
            found[key if name == "answer" else name] = doc[key]
    return found


def one_gold(value: Any) -> Any:
    """The gold answer; null for several of them, and for what a verifier of code or instructions is given."""
    if isinstance(value, Mapping):
        value = value.get("target", value.get("answer"))
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    return value if isinstance(value, (str, int, float)) else None
