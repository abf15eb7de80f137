from __future__ import annotations

import pytest

from overthink.problems.benchmark import LoadedDataset
from overthink.problems.index import PREFIX, BenchmarkIndex
from overthink.records import Problem

LONG = "A train leaves the town at noon and covers 60 km in an hour. How far is it at two?"
OTHER = "A boat leaves the port at dawn and covers 20 km in an hour. How far is it at noon?"
LONGER = LONG + " And how far at three o'clock?"
QUESTIONS = {"d/1": "What is 2 + 3?", "d/2": LONG, "d/3": OTHER, "d/4": LONGER, "d/5": "What is 2 + 3?"}


@pytest.fixture
def index() -> BenchmarkIndex:
    problems = [Problem(id=key, dataset="d", question=text, answer=None) for key, text in QUESTIONS.items()]
    return BenchmarkIndex(LoadedDataset("d", "test", "r", lambda: iter(problems)))


@pytest.mark.parametrize(
    ("row_id", "text", "expected"),
    [
        ("d/2", None, "d/2"),
        ("2", None, "d/2"),
        ("9", None, None),
        (None, None, None),
        (None, "What is\n 2 + 3? ", "d/1"),
        ("d/5", "What is 2 + 3?", "d/5"),
        ("d/2", OTHER, "d/3"),
        ("d/2", "Something else.", None),
        ("d/1", "Solve: What is 2 + 3? Put it in a box.", "d/1"),
        (None, "Solve: What is 2 + 3? Put it in a box.", None),
        (None, f"Solve step by step.\n\n{LONG}\n\nPut the answer in a box.", "d/2"),
        (None, f"Q: {OTHER}\nA: 120\n\nQ: {LONG}\nA:", "d/2"),
        (None, f"Q: {LONG}\nA: 120\n\nQ: {OTHER}\nA:", "d/3"),
        (None, f"Solve: {LONGER}", "d/4"),
        (None, f"Solve: {LONG[:PREFIX]} something else", None),
        (None, f"Solve:{LONG}", "d/2"),
        (None, f"x{LONG}", None),
    ],
)
def test_a_row_is_found_by_its_id_or_its_text(
    index: BenchmarkIndex, row_id: str | None, text: str | None, expected: str | None
) -> None:
    found = index.find(row_id, text)
    assert (found.id if found else None) == expected
