"""GSM8K, test split: 1,319 grade-school word problems (arXiv 2110.14168). No levels.

A row; the gold answer is behind `####`, with thousands separators:

    {"question": "Mia has 2 apples and buys 3. How many has she?", "answer": "2 + 3 = <<2+3=5>>5\n#### 5"}

Rows have no id: `gsm8k/test/<index>` counts them from 0, in the order of the file.
"""

from __future__ import annotations

from overthink.problems.benchmark import Benchmark, DatasetInfo, RawRow, Source
from overthink.problems.rows import gold_after_hashes
from overthink.problems.sources import reader_of
from overthink.records import Problem

SOURCE = Source(
    repository="openai/gsm8k",
    config="main",
    split="test",
    revision="740312add88f781978c0658806c59bc2815b9866",
    files=("main/test.jsonl", "main/test-00000-of-00001.parquet"),
)


def problem(raw: RawRow, index: int) -> Problem:
    """The Problem of a row."""
    return Problem(
        id=f"gsm8k/test/{index}", dataset="gsm8k", question=raw["question"], answer=gold_after_hashes(raw["answer"])
    )


BENCHMARK = Benchmark(
    DatasetInfo(
        name="gsm8k",
        aliases=(
            "GSM8K",
            "GSM8K-test",
            "gsm8k-main",
            "gsm8k/main",
            "gsm8k_cot",
            SOURCE.repository,
            "openai/gsm8k-test",
        ),
        problems=1319,
        levels=(),
        split="test",
        repository=SOURCE.repository,
        licence="MIT",
    ),
    reader_of(SOURCE),
    problem,
)
