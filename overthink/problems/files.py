"""Rows of files that others wrote: JSON Lines (plain or gzipped), JSON, Parquet. One row at a time.

A JSON file is held in memory whole; the others are read as they are needed.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from overthink.errors import OverthinkError, first_line

BOM = b"\xef\xbb\xbf"


class Where(NamedTuple):
    """The place of a row, counted from 1."""

    path: Path
    number: int
    unit: str

    def __str__(self) -> str:
        return f"{self.path}, {self.unit} {self.number}"


FileRow = tuple[Where, dict[str, Any]]


def read_rows(path: Path) -> Iterator[FileRow]:
    """Every row of the file with its place.

    OverthinkError naming file and line: missing, unreadable or empty file, unknown suffix, a line that is not a JSON
    object in UTF-8.
    """
    check_file(path)
    reader = _reader_of(path)
    empty = True
    try:
        for row in reader(path):
            empty = False
            yield row
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise OverthinkError(
            f"{path}: not a whole gzip file ({error})", "Get the file once more, or unpack it."
        ) from None
    except OSError as error:
        raise OverthinkError(
            f"{path}: {error.strerror or error}", "Check that it is a file that you may read."
        ) from None
    if empty:
        raise OverthinkError(f"{path}: the file holds no rows", "Give a file with at least one row.")


def check_file(path: Path) -> None:
    """OverthinkError if `read_rows` could not begin with this file."""
    if path.is_dir():
        raise OverthinkError(
            f"{path}: is a folder, not a file", "Name the files in it, or with --format the tool that wrote the folder."
        )
    if not path.is_file():
        raise OverthinkError(f"{path}: there is no such file", "Check the path.")
    _reader_of(path)


@contextmanager
def placed(where: Where) -> Iterator[None]:
    """Put the place in front of an OverthinkError's message."""
    try:
        yield
    except OverthinkError as error:
        raise OverthinkError(f"{where}: {error.message}", error.hint) from None


def suffix_of(path: Path) -> str | None:
    """The suffix that tells how the file is read, None for an unknown one."""
    return next((suffix for suffix in READERS if path.name.lower().endswith(suffix)), None)


def stem_of(path: Path) -> str:
    """The file's name without that suffix."""
    return path.name.removesuffix(path.name[-len(suffix) :]) if (suffix := suffix_of(path)) else path.stem


def _reader_of(path: Path) -> Callable[[Path], Iterator[FileRow]]:
    suffix = suffix_of(path)
    if suffix is None:
        raise OverthinkError(f"{path}: unknown kind of file", f"Files with rows end in {', '.join(READERS)}.")
    return READERS[suffix]


def _jsonl(path: Path) -> Iterator[FileRow]:
    with path.open("rb") as lines:
        yield from _json_lines(path, lines)


def _jsonl_gz(path: Path) -> Iterator[FileRow]:
    with gzip.open(path, "rb") as lines:
        yield from _json_lines(path, lines)


def _json_lines(path: Path, lines: Any) -> Iterator[FileRow]:
    # A file opened in binary mode is split at b"\n" alone.
    for number, line in enumerate(lines, start=1):
        where = Where(path, number, "line")
        text = _decoded(line.removeprefix(BOM) if number == 1 else line, str(where))
        if not text.isspace() and text:
            yield where, _object(_parsed(text, str(where)), where)


def _json(path: Path) -> Iterator[FileRow]:
    raw = path.read_bytes()
    if not raw.strip():
        return
    value = _parsed(_decoded(raw.removeprefix(BOM), str(path)), str(path))
    for number, row in enumerate(_list_in(value, path), start=1):
        where = Where(path, number, "row")
        yield where, _object(row, where)


def _list_in(value: Any, path: Path) -> list[Any]:
    if isinstance(value, dict):
        lists = [part for part in value.values() if isinstance(part, list) and part and isinstance(part[0], dict)]
        value = lists[0] if len(lists) == 1 else None
    if not isinstance(value, list):
        raise OverthinkError(
            f"{path}: neither a list of rows nor an object with one such list",
            "Write the rows as one JSON list, or one a line in a .jsonl file.",
        )
    return value


def _parquet(path: Path) -> Iterator[FileRow]:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=256):
                for row in batch.to_pylist():
                    number += 1
                    yield Where(path, number, "row"), row
    except pyarrow.ArrowException as error:
        raise OverthinkError(f"{path}: not a Parquet file ({first_line(error)})", "Get the file once more.") from None


def _decoded(raw: bytes, place: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise OverthinkError(f"{place}: not UTF-8 at byte {error.start + 1}", "Save the file as UTF-8.") from None


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        column = f"line {error.lineno}, column {error.colno}" if "\n" in text.rstrip() else f"column {error.colno}"
        hint = "One JSON object a line belongs in a .jsonl file." if error.msg == "Extra data" else "Mend or remove it."
        raise OverthinkError(f"{place}, {column}: not JSON ({error.msg})", hint) from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists a thousand deep
        raise OverthinkError(f"{place}: not readable as JSON ({error})", "Mend or remove it.") from None


def _object(value: Any, where: Where) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise OverthinkError(
        f"{where}: a row is a JSON object, and this is {_KINDS.get(type(value), 'not one')}", "Mend or remove the row."
    )


_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false", type(None): "null"}

READERS: dict[str, Callable[[Path], Iterator[FileRow]]] = {
    ".jsonl": _jsonl,
    ".jsonl.gz": _jsonl_gz,
    ".json": _json,
    ".parquet": _parquet,
}
"""How a file is read, by the end of its name."""
