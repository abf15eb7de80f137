"""One JSONL file of rows: read by id, appended row by row, finished in order. The file format and nothing else.

`X.jsonl.part` is being written, `X.jsonl` is whole. A row is one line of UTF-8 JSON; lines end at `\\n` alone.
Only ids, offsets and digests are held in memory, never the texts.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Generic, TypeVar
from weakref import finalize

from pydantic import ValidationError
from pydantic_core import from_json

from overthink.errors import OverthinkError, first_fault
from overthink.records import Row
from overthink.text.digest import digest

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Entry:
    """The place of a row in its file (bytes), the digest of its line, and the `source` that it names."""

    offset: int
    length: int
    digest: str
    source: str | None


class Table(Generic[R]):
    """A finished file (or an unfinished one, up to its last whole line), read by id."""

    def __init__(self, path: Path, row_type: type[R], *, torn: bool = False) -> None:
        """Index the file; a missing one is an empty table. `torn`: a last line without its end is left out."""
        self.path = path
        self.row_type = row_type
        self.entries: dict[str, Entry] = {}
        self._file: IO[bytes] | None = None
        for number, offset, line in _lines(path, torn=torn):
            raw = self._decode(line, number)
            self.entries[raw["id"]] = Entry(offset, len(line), digest(line), raw.get("source"))

    def _decode(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            raw = from_json(line)
        except ValueError as error:
            raise _bad_line(self.path, number, f"is not JSON ({error})") from None
        if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
            raise _bad_line(self.path, number, 'is not an object with an "id"')
        return raw

    def __contains__(self, row_id: str) -> bool:
        return row_id in self.entries

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def line(self, row_id: str) -> bytes:
        """The line of this row as it is in the file, without its end."""
        entry = self.entries[row_id]
        if self._file is None:
            self._file = self.path.open("rb")
            finalize(self, self._file.close)
        self._file.seek(entry.offset)
        return self._file.read(entry.length)

    def read(self, row_id: str) -> R:
        """The row with this id. KeyError if there is none, OverthinkError if it is not valid."""
        try:
            return self.row_type.model_validate_json(self.line(row_id))
        except ValidationError as error:
            fault = first_fault(error)
            raise OverthinkError(
                f"{self.path}: row {row_id!r}: {fault.place or 'row'}: {fault.message}",
                "The file was changed by hand or by another version; mend the row, or remove the file and run again.",
            ) from None

    def rows(self) -> Iterator[R]:
        """All rows, in the order of the file."""
        return (self.read(row_id) for row_id in self.entries)


def _lines(path: Path, *, torn: bool) -> Iterator[tuple[int, int, bytes]]:
    """Line number, byte offset and content of each line that is not blank."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    offset = 0
    with file:
        for number, line in enumerate(file, start=1):
            if torn and not line.endswith(b"\n"):
                return
            content = line.rstrip(b"\r\n")
            if content:
                yield number, offset, content
            offset += len(line)


def _bad_line(path: Path, number: int, what: str) -> OverthinkError:
    return OverthinkError(
        f"{path}, line {number}: the row {what}",
        "Mend or remove this line; rows that are missing are made again.",
    )


class PartFile(Generic[R]):
    """The unfinished file of a stage. Opening it keeps the rows that are still good; `finish` makes it whole.

    What was written before a kill is kept up to the last whole line.
    """

    def __init__(self, path: Path, row_type: type[R]) -> None:
        """`path` is the finished file's; the part lies beside it."""
        self.path = path
        self.part = path.with_name(path.name + ".part")
        self.row_type = row_type
        self._file: IO[bytes] | None = None

    def rows_there(self) -> dict[str, Table[R]]:
        """The rows of an earlier try, finished or killed: their ids, and the file that holds each."""
        there: dict[str, Table[R]] = {}
        for path in (self.path, self.part):
            table = Table(path, self.row_type, torn=True)
            there.update(dict.fromkeys(table, table))
        return there

    def keep(self, good: Iterable[bytes]) -> None:
        """Start the part file with these lines (rows of an earlier try), all or nothing, and open it to append."""
        with disk_errors(self.part):
            _write_whole(self.part, (line + b"\n" for line in good))
            self._file = self.part.open("ab")

    def append(self, row: R) -> None:
        """Write one row; it survives a kill from here on."""
        assert self._file is not None, "keep() opens the file"
        with disk_errors(self.part):
            self._file.write(row.model_dump_json().encode() + b"\n")
            self._file.flush()

    def finish(self, order: Iterable[str]) -> None:
        """Write the finished file in this order of ids (those that have a row), and remove the part."""
        self.close()
        table = Table(self.part, self.row_type, torn=True)
        with disk_errors(self.path):
            _write_whole(self.path, (table.line(row_id) + b"\n" for row_id in order if row_id in table))
            self.part.unlink()

    def discard(self) -> None:
        """Drop the part file; the finished file stays as it was."""
        self.close()
        self.part.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop here; the rows stay in the part file."""
        if self._file is not None:
            self._file.close()
            self._file = None


class Additions(Generic[R]):
    """A file to which rows are only added: what is there stays, and a new row goes behind it."""

    def __init__(self, path: Path, row_type: type[R]) -> None:
        self._part: PartFile[R] = PartFile(path, row_type)
        self._there = Table(path, row_type)
        self._added: dict[str, str] = {}
        self._part.keep(self._there.line(row_id) for row_id in self._there)

    def __contains__(self, row_id: str) -> bool:
        return row_id in self._there or row_id in self._added

    def add(self, row: R) -> bool:
        """Write the row if it is new, and say whether it is. OverthinkError if its id is taken by another content."""
        line = row.model_dump_json().encode()
        row_id = from_json(line)["id"]
        known = self._there.entries[row_id].digest if row_id in self._there else self._added.get(row_id)
        if known is None:
            self._part.append(row)
            self._added[row_id] = digest(line)
        elif known != digest(line):
            raise OverthinkError(
                f"{self._part.path}: row {row_id!r} is there already, with another content",
                "Give another folder with --out; files with the same sample numbers are imported in one command.",
            )
        return known is None

    def finish(self) -> None:
        """Put the whole file in its place."""
        self._part.finish([*self._there, *self._added])

    def discard(self) -> None:
        """Leave the file as it was, if `finish` was not reached."""
        self._part.discard()


def _write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that is there whole or not at all, and the folders that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text file that is there whole or not at all."""
    write_lines(path, [text.encode().removesuffix(b"\n")])


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file, line by line as they come, that is there whole or not at all."""
    with disk_errors(path):
        _write_whole(path, (line + b"\n" for line in lines))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    with disk_errors(path):
        _write_whole(path, [content])


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn the disk's errors into an OverthinkError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OverthinkError(
                f"{path}: the disk is full",
                "Free some space and give the same command again; the rows written so far are kept.",
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise OverthinkError(
                f"{path}: cannot be written to",
                "Change its permissions, or copy the run folder to a place of your own.",
            ) from error
        raise OverthinkError(f"{path}: {error.strerror or error}", "Check the disk and the path.") from error
