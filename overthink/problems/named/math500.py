r"""MATH-500: 500 competition problems of MATH's test split, levels 1 to 5, chosen for PRM800K (arXiv 2305.20050).

A row, shortened:

    {"problem": "What is $2^3$?", "solution": "... $\boxed{8}$", "answer": "8",
     "subject": "Prealgebra", "level": 1, "unique_id": "test/prealgebra/1.json"}
"""

from __future__ import annotations

from overthink.problems.benchmark import Benchmark, DatasetInfo, RawRow, Source
from overthink.problems.sources import reader_of
from overthink.records import Problem

SOURCE = Source(
    repository="HuggingFaceH4/MATH-500",
    config=None,
    split="test",
    revision="6e4ed1a2a79af7d8630a6b768ec859cb5af4d3be",
    files=("test.jsonl",),
)


def problem(raw: RawRow, index: int) -> Problem:
    """The Problem of a row."""
    return Problem(
        id=raw["unique_id"],
        dataset="math500",
        question=raw["problem"],
        answer=raw["answer"].strip(),
        level=raw["level"],
        subject=raw["subject"],
    )


BENCHMARK = Benchmark(
    DatasetInfo(
        name="math500",
        aliases=("MATH-500", "MATH500-test", "hendrycks_math500", SOURCE.repository, "HuggingFaceH4/MATH-500-test"),
        problems=500,
        levels=(1, 2, 3, 4, 5),
        split="test",
        repository=SOURCE.repository,
        licence="MIT",
    ),
    reader_of(SOURCE),
    problem,
)
