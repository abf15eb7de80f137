r"""PRM12K: the 12,000 problems of MATH, train and test, that are not in MATH-500. The pairs of the paper come from it.

A row of MATH as the hub has it, one configuration a subject, shortened:

    {"problem": "What is $3 - 1$?", "level": "Level 1", "type": "Prealgebra", "solution": "... $\boxed{2}$"}

A row of a mirror's `prm12k/train.jsonl`:

    {"id": "MATH/train/0", "problem": "What is $3 - 1$?", "solution": "... $\boxed{2}$", "answer": "2",
     "subject": "Prealgebra", "level": 1}

Ids count the rows of each split of MATH from 0 through the subjects in alphabetic order; those of MATH-500 leave gaps.
Two problems have no level, and two an empty box for a gold answer: both are null. MATH and MATH-500 are pinned.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from overthink.problems.benchmark import Benchmark, DatasetInfo, RawRow, Rows, Source
from overthink.problems.index import fold
from overthink.problems.named import math500
from overthink.problems.rows import last_box, level_of
from overthink.problems.sources import mirror_file, rows_of
from overthink.records import Problem

SUBJECTS = (
    *("algebra", "counting_and_probability", "geometry", "intermediate_algebra"),
    *("number_theory", "prealgebra", "precalculus"),
)
BUILT = Source(repository="prm12k", config=None, split="train", revision=None, files=("train.jsonl",))
"""The rows built already, which only a mirror can hold."""


def math_source(subject: str, split: str) -> Source:
    """One subject of one split of MATH."""
    return Source(
        repository="EleutherAI/hendrycks_math",
        config=subject,
        split=split,
        revision="21a5633873b6a120296cce3e2df9d5550074f4a3",
        files=(f"{subject}/{split}-00000-of-00001.parquet", f"{subject}/{split}.jsonl"),
    )


def read(mirror: Path | None) -> Rows:
    """The rows of the mirror's prm12k, else built from MATH and MATH-500 as the mirror or the hub has them."""
    if mirror is not None and mirror_file(BUILT, mirror):
        return rows_of(BUILT, mirror)
    test = rows_of(math500.SOURCE, mirror)
    splits = {
        split: [rows_of(math_source(subject, split), mirror) for subject in SUBJECTS] for split in ("train", "test")
    }
    held_out = {fold(raw["problem"]) for raw in test.rows}
    first = splits["train"][0].revision
    return Rows(_built(splits, held_out), f"{first} and its {len(SUBJECTS) * 2} files, less {test.revision}")


def _built(splits: dict[str, list[Rows]], held_out: set[str]) -> Iterator[RawRow]:
    for split, subjects in splits.items():
        rows = (raw for subject in subjects for raw in subject.rows)
        for index, raw in enumerate(rows):
            if fold(raw["problem"]) not in held_out:
                yield {
                    "id": f"MATH/{split}/{index}",
                    "problem": raw["problem"],
                    "answer": last_box(raw["solution"]),
                    "subject": raw["type"],
                    "level": level_of(raw["level"]),
                }


def problem(raw: RawRow, index: int) -> Problem:
    """The Problem of a row."""
    return Problem(
        id=raw["id"],
        dataset="prm12k",
        question=raw["problem"],
        answer=(raw["answer"] or "").strip() or None,
        level=raw["level"],
        subject=raw["subject"],
    )


BENCHMARK = Benchmark(
    DatasetInfo(
        name="prm12k",
        aliases=("PRM12K", "MATH-12K", "MATH-train"),
        problems=12_000,
        levels=(1, 2, 3, 4, 5),
        split="train",
        repository="EleutherAI/hendrycks_math",
        licence="MIT",
    ),
    read,
    problem,
)
