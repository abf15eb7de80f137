"""Rows of files that others wrote: JSON Lines, JSON, CSV (plain, .gz or .zst), Parquet. One row at a time.

A JSON file is held in memory whole; the others are read as they are needed.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

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
    object in UTF-8, a CSV row with too many or too few cells.
    """
    check_file(path)
    reader = _reader_of(path)
    empty = True
    with _whole(path):
        for row in reader(path):
            empty = False
            yield row
    if empty:
        raise OverthinkError(f"{path}: the file holds no rows", "Give a file with at least one row.")


def read_json(path: Path) -> Any:
    """The value that a JSON file holds. OverthinkError as of `read_rows`."""
    check_file(path)
    with _whole(path), _opened(path) as file:
        return _parsed(_decoded(file.read().removeprefix(BOM), str(path)), str(path))


def head_of(path: Path) -> Any:
    """What a file begins with, by which it may be known: its first row, or the object that a JSON file is.

    OverthinkError as of `read_rows`.
    """
    if not is_json(path):
        return next(read_rows(path))[1]
    value = read_json(path)
    return value[0] if isinstance(value, list) and value else value


def is_json(path: Path) -> bool:
    """Is it one JSON value, and not rows?"""
    return suffix_of(path) in {f".json{packed}" for packed in _OPENERS}


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """An error of the disk or of the packing is an OverthinkError."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise OverthinkError(
            f"{path}: not a whole gzip file ({error})", "Get the file once more, or unpack it."
        ) from None
    except OSError as error:
        raise OverthinkError(
            f"{path}: {error.strerror or first_line(error)}", "Check that it is a whole file that you may read."
        ) from None


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


def _zst(path: Path) -> BinaryIO:
    import pyarrow

    return cast(BinaryIO, io.BufferedReader(pyarrow.CompressedInputStream(pyarrow.OSFile(str(path)), "zstd")))


_OPENERS: dict[str, Callable[[Path], BinaryIO]] = {
    "": lambda path: path.open("rb"),
    ".gz": lambda path: cast(BinaryIO, gzip.GzipFile(path)),
    ".zst": _zst,
}
"""How a file is opened, by how it is packed."""


def _opened(path: Path) -> BinaryIO:
    return _OPENERS.get(path.suffix.lower(), _OPENERS[""])(path)


def _jsonl(path: Path) -> Iterator[FileRow]:
    with _opened(path) as lines:
        # A file opened in binary mode is split at b"\n" alone.
        for number, line in enumerate(lines, start=1):
            where = Where(path, number, "line")
            text = _decoded(line.removeprefix(BOM) if number == 1 else line, str(where))
            if not text.isspace() and text:
                yield where, _object(_parsed(text, str(where)), where)


def _json(path: Path) -> Iterator[FileRow]:
    with _opened(path) as file:
        raw = file.read().removeprefix(BOM)
    if not raw.strip():
        return
    value = _parsed(_decoded(raw, str(path)), str(path))
    for number, row in enumerate(_list_in(value, path), start=1):
        where = Where(path, number, "row")
        yield where, _object(row, where)


def _csv(path: Path) -> Iterator[FileRow]:
    """Rows under the names of the first line, cells as texts. An empty cell is null, since CSV has no other null."""
    csv.field_size_limit(sys.maxsize)  # a response is longer than the 128 KiB that the library allows
    with _opened(path) as file:
        lines = _text_lines(path, file)
        first = next(lines, "")
        reader = csv.reader(chain([first], lines), delimiter=_delimiter(first), strict=True)
        try:
            names = next(reader, [])
            if len(set(names)) < len(names):
                raise OverthinkError(f"{path}: two columns have the same name", "Give each a name of its own.")
            for number, cells in enumerate((cells for cells in reader if cells), start=1):
                where = Where(path, number, "row")
                if len(cells) != len(names):
                    raise OverthinkError(
                        f"{where} (line {reader.line_num}): {len(cells)} cells under {len(names)} names",
                        "Put cells with commas or line breaks into quotes.",
                    )
                yield where, {name: cell or None for name, cell in zip(names, cells, strict=True)}
        except csv.Error as error:
            raise OverthinkError(
                f"{path}, line {reader.line_num}: not CSV ({error})", "Mend the line; a quote in a cell is doubled."
            ) from None


def _text_lines(path: Path, file: BinaryIO) -> Iterator[str]:
    """The lines with their ends, at b"\n" alone: a carriage return within quotes is data."""
    for number, line in enumerate(file, start=1):
        yield _decoded(line.removeprefix(BOM) if number == 1 else line, str(Where(path, number, "line")))


def _delimiter(names: str) -> str:
    """What parts the names in the first line: commas, or without any semicolons or tabs."""
    return max(",;\t", key=lambda mark: (mark == "," and mark in names, names.count(mark)))


def _list_in(value: Any, path: Path) -> list[Any]:
    """The rows in a JSON file: a list, an object with one such list or of rows by id, or an object that is one row."""
    if isinstance(value, dict) and _are_alike(list(value.values())):
        return [{"id": own, **row} for own, row in value.items()]
    if isinstance(value, dict):
        lists = [part for part in value.values() if isinstance(part, list) and part and isinstance(part[0], dict)]
        value = [value] if not lists and value else lists[0] if len(lists) == 1 else None
    if not isinstance(value, list):
        raise OverthinkError(
            f"{path}: neither a list of rows nor an object with one such list",
            "Write the rows as one JSON list, or one a line in a .jsonl file.",
        )
    return value


def _are_alike(values: list[Any]) -> bool:
    """Are these objects rows, which share most of their keys?"""
    if len(values) < 2 or not all(isinstance(value, dict) and len(value) > 1 for value in values):
        return False
    shared = set(values[0]).intersection(*values[1:])
    return all(2 * len(shared) > len(value) for value in values)


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

_KINDS_OF_FILE: dict[str, Callable[[Path], Iterator[FileRow]]] = {".jsonl": _jsonl, ".json": _json, ".csv": _csv}

READERS: dict[str, Callable[[Path], Iterator[FileRow]]] = {
    **{kind + packed: reader for kind, reader in _KINDS_OF_FILE.items() for packed in _OPENERS},
    ".jsonl.out": _jsonl,  # batches of AWS Bedrock
    ".parquet": _parquet,
}
"""How a file is read, by the end of its name."""
