"""Details of lighteval, old and new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from overthink.errors import OverthinkError
from overthink.imports.recording import Recorded, Recording
from overthink.problems import Catalogue
from overthink.records import Failure, Response

TEXT = "<think>\n2 and 3 make 5.\n</think>\n\n\\boxed{5}"


def details(folder: Path, *rows: dict[str, Any], task: str = "lighteval|sums|0") -> Path:
    path = folder / f"details/org/model/2025-02-01T10-00-00/details_{task}_2025-02-01T10-00-00.123456.parquet"
    path.parent.mkdir(parents=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path)
    return path


def read(path: Path, **options: Any) -> list[Recorded]:
    return list(Recording([path], Catalogue(None), **options))


def old(predictions: object = (TEXT,), gold: object = ("5",)) -> dict[str, Any]:
    return {
        "example": "What is 2 + 3?", "full_prompt": "<|user|>What is 2 + 3?", "predictions": predictions,
        "gold": gold, "specifics": {"level": "Level 2", "subject": "Sums"}, "metrics": {"extractive_match": 1.0},
    }  # fmt: skip


@pytest.mark.parametrize("format", ["lighteval", None])
def test_a_flat_row_of_an_old_version_is_read(tmp_path: Path, format: str | None) -> None:
    (item,) = read(details(tmp_path, old()), format=format)
    problem = item.problem
    assert (problem.question, problem.answer, problem.level, problem.subject, problem.dataset) == (
        "What is 2 + 3?", "5", 2, "Sums", "sums"
    )  # fmt: skip
    assert item.model == "org/model"
    assert isinstance(item.row, Response)
    assert item.row.response == TEXT


@pytest.mark.parametrize(("predictions", "count"), [(TEXT, 1), ([TEXT, TEXT], 2), ([[TEXT, TEXT]], 2)])
def test_every_prediction_is_a_sample(tmp_path: Path, predictions: object, count: int) -> None:
    assert [item.row.id[-2:] for item in read(details(tmp_path, old(predictions)))] == ["#1", "#2"][:count]


def test_a_prediction_that_is_not_there_is_a_failed_row(tmp_path: Path) -> None:
    assert [type(item.row) for item in read(details(tmp_path, old([TEXT, None])))] == [Response, Failure]


@pytest.mark.parametrize("gold", [["So it is $\\boxed{5}$."], "So it is $\\boxed{5}$.", ["5"], "5"])
def test_the_gold_answer_is_that_in_the_box_of_a_solution(tmp_path: Path, gold: object) -> None:
    (item,) = read(details(tmp_path, old(gold=gold)))
    assert item.problem.answer == "5"


def test_the_solution_of_a_new_version_is_read_alike(tmp_path: Path) -> None:
    doc = {"query": "Solve: What is 2 + 3?", "original_query": "", "choices": ["It is $\\boxed{5}$."], "gold_index": 0,
           "id": "7", "task_name": "math_sums|0", "specific": None}  # fmt: skip
    reply = {"input": "…", "text": [TEXT], "reasonings": [None]}
    (item,) = read(details(tmp_path, {"doc": doc, "model_response": reply, "metric": {"m": 1}}))
    assert (item.problem.id, item.problem.answer) == ("math_sums/7", "5")


def test_likelihoods_are_told(tmp_path: Path) -> None:
    with pytest.raises(OverthinkError, match="row 1: the detail holds no text"):
        read(details(tmp_path, old([-1.5, -2.5])), format="lighteval")
