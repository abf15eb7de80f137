"""AIME 2024: the 30 problems of both papers. The hub calls its only split `train`; they are a test all the same.

A row, shortened; `id` is a number on the hub:

    {"id": "aime24/60", "problem": "Find the number of ...", "answer": "073"}

A gold answer is a whole number from 0 to 999, with leading zeros, which are left out.
"""

from __future__ import annotations

from overthink.problems.benchmark import Benchmark, DatasetInfo, RawRow, Source
from overthink.problems.sources import reader_of
from overthink.records import Problem

SOURCE = Source(
    repository="HuggingFaceH4/aime_2024",
    config=None,
    split="train",
    revision="2fe88a2f1091d5048c0f36abc874fb997b3dd99a",
    files=("train.jsonl", "data/train-00000-of-00001.parquet"),
)


def problem(raw: RawRow, index: int) -> Problem:
    """The Problem of a row."""
    return Problem(
        id=f"aime24/{str(raw['id']).removeprefix('aime24/')}",
        dataset="aime24",
        question=raw["problem"],
        answer=str(int(raw["answer"])),
    )


BENCHMARK = Benchmark(
    DatasetInfo(
        name="aime24",
        aliases=("AIME24", "AIME-24", "AIME2024", "AIME_2024", SOURCE.repository),
        problems=30,
        levels=(),
        split="test",
        repository=SOURCE.repository,
        licence="problems © MAA; the card names none",
    ),
    reader_of(SOURCE),
    problem,
)
