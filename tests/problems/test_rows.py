"""One row of a file that others wrote: its problem, by whatever keys."""

from __future__ import annotations

import pytest

from overthink.errors import OverthinkError
from overthink.problems.rows import column_map, gold_after_hashes, last_box, level_of, problem_id


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (5, 5),
        ("5", 5),
        ("Level 5", 5),
        ("level 3", 3),
        (4.0, 4),
        ("Level ?", None),
        ("hard", None),
        ("Level 5 of 7", None),
        (True, None),
        (None, None),
        (float("nan"), None),
        ([5], None),
    ],
)
def test_a_level_is_a_number_or_null(raw: object, expected: int | None) -> None:
    assert level_of(raw) == expected


@pytest.mark.parametrize("option", ["question", "question=", "=q", "colour=q"])
def test_a_map_of_another_form_is_refused(option: str) -> None:
    with pytest.raises(OverthinkError, match="NAME=COLUMN"):
        column_map([option])


@pytest.mark.parametrize(("own", "expected"), [("test/1.json", "test/1.json"), ("7", "d/7"), ("7a", "7a")])
def test_an_id_is_the_rows_own_and_a_bare_number_one_within_its_dataset(own: str, expected: str) -> None:
    assert problem_id(own, "d", "Q") == expected


def test_a_row_without_an_id_has_a_stable_digest_of_its_question() -> None:
    assert problem_id(None, "d", "What is 2 + 3?") == "d/1ea26256ebae"
    assert problem_id(None, "d", "What is 2 + 4?") != problem_id(None, "d", "What is 2 + 3?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x\n#### 1,450,000", "1450000"),
        ("#### -10", "-10"),
        ("#### 2, 3", "2, 3"),
        ("#### 1,2", "1,2"),
        ("a #### 3", None),
        ("####", None),
        ("none", None),
    ],
)
def test_gold_behind_hashes(text: str, expected: str | None) -> None:
    assert gold_after_hashes(text) == expected


@pytest.mark.parametrize(("text", "expected"), [(r"\boxed{a}\boxed{b}", "b"), (r"\boxed{a", None), ("", None)])
def test_last_box(text: str, expected: str | None) -> None:
    assert last_box(text) == expected
