from __future__ import annotations

from pathlib import Path

import pytest

from overthink.errors import OverthinkError
from overthink.problems import load


def write(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_a_file_of_problems_is_a_dataset_named_after_it(tmp_path: Path) -> None:
    name = write(
        tmp_path / "times.jsonl",
        '{"question": "7 * 6?", "answer": 42, "id": 3, "level": "Level 2"}',
        '{"problem": "?"}',
    )
    loaded = load(name, mirror=None)
    first, second = loaded
    assert (first.id, first.dataset, first.answer, first.level) == ("times/3", "times", "42", 2)
    assert second.id.startswith("times/")
    assert second.answer is None
    assert (loaded.name, loaded.split) == ("times", "unknown")
    assert loaded.revision.startswith("times.jsonl, sha256 ")
    assert list(loaded) == [first, second]


def test_columns_can_be_named(tmp_path: Path) -> None:
    name = write(tmp_path / "q.jsonl", '{"text": "7 * 6?", "result": 42}')
    (problem,) = load(name, mirror=None, columns={"question": "text", "answer": "result"})
    assert (problem.question, problem.answer) == ("7 * 6?", "42")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (['{"id": "a", "question": "x"}', '{"id": "a", "question": "y"}'], "line 2: the problem 'a' stands at"),
        (['{"question": "x"}', '{"question": "x"}'], "line 2: the problem"),
        (['{"question": "x"}', '{"text": "x"}'], "line 2: the row has no question; its keys are text"),
        ([""], "holds no rows"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_with_its_line(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(OverthinkError) as caught:
        list(load(write(tmp_path / "f.jsonl", *lines), mirror=None))
    assert message in caught.value.message


def test_a_missing_file_shows_when_it_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(OverthinkError, match="no such file"):
        load(str(tmp_path / "absent.jsonl"), mirror=None)
