"""The paper's probe (arXiv 2412.21187, figure 1): one question that any model answers at once. No file.

{"question": "What is the answer of 2 plus 3?", "answer": "5"}
"""

from __future__ import annotations

from pathlib import Path

from overthink.problems.benchmark import Benchmark, DatasetInfo, RawRow, Rows
from overthink.records import Problem

PROBE = "two-plus-three"
"""The dataset's name, and that of its problem. Reports show it apart: a measure of one question, not of a benchmark."""
ROW: RawRow = {"question": "What is the answer of 2 plus 3?", "answer": "5"}


def read(mirror: Path | None) -> Rows:
    """The one row."""
    return Rows(iter([ROW]), "arXiv 2412.21187")


def problem(raw: RawRow, index: int) -> Problem:
    """The Problem of the row."""
    return Problem(id=PROBE, dataset=PROBE, question=raw["question"], answer=raw["answer"])


BENCHMARK = Benchmark(
    DatasetInfo(
        name=PROBE,
        aliases=("2+3", "2 plus 3"),
        problems=1,
        levels=(),
        split="test",
        repository="none: in the package",
        licence="a question of five words",
    ),
    read,
    problem,
)
