"""ASDiv: 2,305 elementary word problems (ACL 2020), all of them for evaluation. The level is the school grade, 1 to 6.

A row; the hub's copy lacks `id` and `grade`:

    {"id": "nluds-0001", "grade": 1, "body": "Two red pens and three blue pens lie here.",
     "question": "How many pens lie here?", "solution_type": "Addition", "answer": "5 (pens)", "formula": "2+3=5"}

Gold answers are numbers with a note on what they count, `5 (pens)`; several of them, `6 (cm); 15 (cm)`; and words,
ratios and times, `Yes`, `2:5`, `3:30 p.m.`. Notes are left out, several answers are separated by commas: `6, 15`.
"""

from __future__ import annotations

import re

from overthink.problems.benchmark import Benchmark, DatasetInfo, RawRow, Source
from overthink.problems.sources import reader_of
from overthink.records import Problem

SOURCE = Source(
    repository="EleutherAI/asdiv",
    config="asdiv",
    split="validation",
    revision="8f95807222d87b4c688c3c22a6ba2801e1fa03e2",
    files=("validation.jsonl", "asdiv/validation-00000-of-00001.parquet"),
)

_NOTE = re.compile(r"\s+\([^()]*\)\s*$")


def problem(raw: RawRow, index: int) -> Problem:
    """The Problem of a row. The hub's rows are in the order of the ids, `nluds-0001` first."""
    return Problem(
        id=raw.get("id") or f"nluds-{index + 1:04d}",
        dataset="asdiv",
        question=f"{raw['body'].strip()} {raw['question'].strip()}",
        answer=gold(raw["answer"]),
        level=raw.get("grade"),
        subject=raw["solution_type"],
    )


def gold(answer: str) -> str:
    """The answer without its notes: `5 (pens)` is `5`, `6 (cm); 15 (cm)` is `6, 15`, `-(1/3)` stays."""
    return ", ".join(_NOTE.sub("", part).strip() for part in answer.split(";"))


BENCHMARK = Benchmark(
    DatasetInfo(
        name="asdiv",
        aliases=("ASDiv", "ASDiv-V1.0", "nlu-asdiv-dataset", SOURCE.repository),
        problems=2305,
        levels=(1, 2, 3, 4, 5, 6),
        split="test",
        repository=SOURCE.repository,
        licence="CC BY-NC 4.0",
    ),
    reader_of(SOURCE),
    problem,
)
