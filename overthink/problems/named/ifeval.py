r"""IFEval: 541 prompts with instructions of 25 types that a program can check (arXiv 2311.07911).

A row; on the hub every argument that is not the instruction's own is null there:

    {"key": 1, "prompt": "Describe a garden in at least 20 words. Do not use any commas.",
     "instruction_id_list": ["length_constraints:number_words", "punctuation:no_comma"],
     "kwargs": [{"relation": "at least", "num_words": 20}, {}]}
"""

from __future__ import annotations

from overthink.problems.benchmark import Benchmark, DatasetInfo, RawRow, Source
from overthink.problems.sources import reader_of
from overthink.records import Constraint, Problem

SOURCE = Source(
    repository="google/IFEval",
    config=None,
    split="train",
    revision="966cd89545d6b6acfd7638bc708b98261ca58e84",
    files=("ifeval_input_data.jsonl",),
)


def problem(raw: RawRow, index: int) -> Problem:
    """The Problem of a row: it has constraints and no gold answer."""
    pairs = zip(raw["instruction_id_list"], raw["kwargs"], strict=True)
    return Problem(
        id=f"ifeval/{raw['key']}",
        dataset="ifeval",
        question=raw["prompt"],
        answer=None,
        constraints=[
            Constraint(kinds=[kind], arguments={name: value for name, value in given.items() if value is not None})
            for kind, given in pairs
        ],
    )


BENCHMARK = Benchmark(
    DatasetInfo(
        name="ifeval",
        aliases=("IFEval", SOURCE.repository, "instruction_following_eval"),
        problems=541,
        levels=(),
        split="test",
        repository=SOURCE.repository,
        licence="Apache-2.0",
    ),
    reader_of(SOURCE),
    problem,
    row_key="instruction_id_list",
)
