"""Files of plain rows: nothing to translate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from overthink.problems.files import FileRow, check_file, read_rows


class PlainRows:
    """Rows that are read as they are."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files

    def check(self) -> None:
        """OverthinkError for a file that is not there, or of an unknown kind."""
        for file in self.files:
            check_file(file)

    def read(self, path: Path) -> Iterator[FileRow]:
        """The rows of the file."""
        return read_rows(path)

    def notes(self) -> list[str]:
        """None."""
        return []
