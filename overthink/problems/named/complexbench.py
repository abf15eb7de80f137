r"""ComplexBench: 1,150 instructions whose constraints are composed by And, Chain, Selection and nesting (2407.03978).

It is not on the hub: `data/data_final.json` of github.com/thu-coai/ComplexBench, in a mirror at
`thu-coai/ComplexBench/data_final.json`. An entry of the list, shortened; `dep` holds the `point_id` of other questions:

    {"main_id": 7, "instruction": "...", "instruction_en": "If the text is in English, title it; else sum it up. ...",
     "category": "Selection_1", "composition_types": ["Selection"], "scoring_questions": [
      {"point_id": 0, "question_en": "Does the answer find that the text is in English?", "rule": null,
       "constraint_dimensions": ["Factuality"], "composition_types": ["Selection"], "dep": []},
      {"point_id": 1, "question_en": "Is the title at most 40 characters long?", "rule": "length:[1,40]",
       "constraint_dimensions": ["Length"], "composition_types": [], "dep": [0]}]}

The English text is taken if there is one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.problems.benchmark import Benchmark, DatasetInfo, RawRow, Rows, Source
from overthink.problems.sources import mirror_rows
from overthink.records import Constraint, Problem

SOURCE = Source(
    repository="thu-coai/ComplexBench",
    config=None,
    split="test",
    revision=None,
    files=("data_final.json", "data/data_final.json", "data_release.json", "data/data_release.json"),
)


def read(mirror: Path | None) -> Rows:
    """The rows of the published file, from a mirror."""
    if mirror is None:
        raise OverthinkError(
            "complexbench is not on the hub",
            "Get data/data_final.json of github.com/thu-coai/ComplexBench: name that file with --dataset, or put it "
            f"into a mirror (--hub-mirror) as {SOURCE.repository}/data_final.json.",
        )
    return mirror_rows(SOURCE, mirror)


def problem(raw: RawRow, index: int) -> Problem:
    """The Problem of an entry: its scoring questions are its constraints; `subject` is its category."""
    questions = raw["scoring_questions"]
    place = {question["point_id"]: number for number, question in enumerate(questions)}
    return Problem(
        id=f"complexbench/{raw['main_id']}",
        dataset="complexbench",
        question=raw.get("instruction_en") or raw["instruction"],
        answer=None,
        subject=raw["category"],
        constraints=[_constraint(question, place) for question in questions],
    )


def _constraint(question: dict[str, Any], place: dict[int, int]) -> Constraint:
    return Constraint(
        kinds=_listed(question["constraint_dimensions"]),
        question=question.get("question_en") or question["question"],
        rule=question["rule"] or None,
        compositions=_listed(question["composition_types"]),
        needs=[place[point] for point in question["dep"]],
    )


def _listed(value: str | list[str]) -> list[str]:
    """The published file has lists, its description speaks of strings, too."""
    return [value] if isinstance(value, str) else list(value)


BENCHMARK = Benchmark(
    DatasetInfo(
        name="complexbench",
        aliases=("ComplexBench", SOURCE.repository),
        problems=1150,
        levels=(),
        split="test",
        repository="github.com/thu-coai/ComplexBench",
        licence="CC BY 4.0",
    ),
    read,
    problem,
    row_key="scoring_questions",
)
