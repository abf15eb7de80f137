"""Any file of problems: .jsonl, .json, .csv (also .gz and .zst) or .parquet.

A row; other names of the same keys are known too (`problem`, `expected_answer`, …), or told with --map:

    {"question": "What is 7 times 6?", "answer": "42", "id": "times/1", "level": 2, "subject": "Arithmetic"}

The dataset is named after the file. A row without an id gets a digest of its question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from overthink.errors import OverthinkError
from overthink.problems.benchmark import Columns, LoadedDataset
from overthink.problems.files import FileRow, placed, read_rows, stem_of
from overthink.problems.rows import read_problem
from overthink.problems.sources import file_digest
from overthink.records import Problem


def load(path: Path, columns: Columns) -> LoadedDataset:
    """The problems of the file. OverthinkError naming file and line if a row cannot be one."""
    name = stem_of(path)
    next(read_rows(path))  # a missing or unreadable file shows here, not in the middle of the work
    return LoadedDataset(
        name=name,
        split="unknown",
        revision=f"{path.name}, sha256 {file_digest(path)}",
        problems=lambda: problems(read_rows(path), name, columns),
    )


def problems(rows: Iterable[FileRow], dataset: str, columns: Columns) -> Iterator[Problem]:
    """The Problem of each row. OverthinkError naming both places if two rows have one id."""
    seen: dict[str, object] = {}
    for where, raw in rows:
        with placed(where):
            problem = read_problem(raw, columns, dataset)
        if problem.id in seen:
            raise OverthinkError(
                f"{where}: the problem {problem.id!r} stands at {seen[problem.id]} already",
                "Give each an id of its own.",
            )
        seen[problem.id] = where
        yield problem
