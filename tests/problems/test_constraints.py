"""Benchmarks whose problems have constraints: IFEval as on the hub and as in its file, ComplexBench as published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from overthink.errors import OverthinkError
from overthink.problems import load
from overthink.problems.named import complexbench, ifeval
from overthink.records import Constraint, Problem
from tests.conftest import ROOT

ROW = {
    "key": 7,
    "prompt": "Use tea twice.",
    "instruction_id_list": ["keywords:frequency", "punctuation:no_comma"],
    "kwargs": [{"keyword": "tea", "frequency": 2, "relation": "at least", "num_words": None}, {"keyword": None}],
}


def test_the_arguments_of_other_instructions_are_left_out() -> None:
    assert ifeval.problem(ROW, 0).constraints == [
        Constraint(kinds=["keywords:frequency"], arguments={"keyword": "tea", "frequency": 2, "relation": "at least"}),
        Constraint(kinds=["punctuation:no_comma"]),
    ]


def test_a_row_whose_lists_differ_in_length_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text(json.dumps({**ROW, "kwargs": [{}]}) + "\n")
    with pytest.raises(OverthinkError, match="row 1"):
        list(load(str(file), mirror=None))


def test_a_file_in_the_form_of_a_benchmark_is_read_as_that_benchmark() -> None:
    instructions = load(str(ROOT / "samples" / "instructions.jsonl"), mirror=None)
    compound = load(str(ROOT / "samples" / "compound.json"), mirror=None)
    assert (instructions.name, compound.name) == ("ifeval", "complexbench")
    kinds = {kind for problem in instructions for part in problem.constraints or () for kind in part.kinds}
    assert len(kinds) == 25
    assert {name for problem in compound for part in problem.constraints or () for name in part.compositions} == {
        "And", "Chain", "Selection",
    }  # fmt: skip
    assert {problem.subject for problem in compound} == {"And_1", "Chain_1", "Selection_1", "Nested_1"}


QUESTION = {"question": "…?", "rule": None, "constraint_dimensions": "Length", "composition_types": ["And"]}


def test_prerequisites_are_found_by_their_point_id() -> None:
    raw = {
        "main_id": 3, "instruction": "Tu es.", "instruction_en": "Do it.", "category": "Chain_1",
        "scoring_questions": [
            {**QUESTION, "point_id": 5, "question_en": "First?", "dep": []},
            {**QUESTION, "point_id": 9, "dep": [5]},
        ],
    }  # fmt: skip
    problem = complexbench.problem(raw, 0)
    assert (problem.id, problem.question, problem.subject) == ("complexbench/3", "Do it.", "Chain_1")
    first, second = problem.constraints or []
    assert (first.question, first.kinds, first.needs) == ("First?", ["Length"], [])
    assert (second.question, second.needs) == ("…?", [0])


def test_complexbench_tells_where_its_file_is_to_be_had() -> None:
    with pytest.raises(OverthinkError, match="not on the hub") as caught:
        load("complexbench", mirror=None)
    assert "github.com/thu-coai/ComplexBench" in caught.value.hint


def test_a_published_file_in_a_mirror_is_found(tmp_path: Path) -> None:
    place = tmp_path / "thu-coai" / "ComplexBench" / "data_final.json"
    place.parent.mkdir(parents=True)
    place.write_bytes((ROOT / "samples" / "compound.json").read_bytes())
    assert len(list(load("ComplexBench", mirror=tmp_path))) == 6


def test_a_problem_without_constraints_is_written_as_before() -> None:
    assert "constraints" not in Problem(id="p", dataset="d", question="q", answer="1").model_dump_json()
