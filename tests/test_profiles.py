"""profile(): one response or many, in process."""

from __future__ import annotations

from pathlib import Path

import pytest

from overthink import profile
from overthink.errors import OverthinkError

RESPONSE = (
    "<think>\nFirst, 2 + 3 = 5, so the answer is 5.\n\nWait, let me check: 5 - 3 = 2. Yes, 5.\n</think>\n\n\\boxed{5}"
)


def test_one_response_gives_one_typed_record() -> None:
    row = profile("What is 2 + 3?", RESPONSE, "5")
    assert [RESPONSE[slice(*s.answer_span)] for s in row.solutions] == [s.answer for s in row.solutions]
    assert {s.verdict for s in row.solutions} == {"correct"}
    assert row.final.verdict == "correct"
    assert sum(s.tokens for s in row.solutions) + row.score.tail_tokens == row.score.tokens
    assert row.score.outcome_efficiency == pytest.approx(row.solutions[0].tokens / row.score.tokens)


def test_a_list_gives_a_list_in_order_and_the_same_records() -> None:
    answers = ["5" if number % 2 else "6" for number in range(40)]
    rows = profile(["What is 2 + 3?"] * 40, [RESPONSE] * 40, answers)
    assert [row.final.verdict for row in rows] == ["correct" if answer == "5" else "wrong" for answer in answers]
    assert rows[1].solutions == profile("What is 2 + 3?", RESPONSE, "5").solutions


def test_without_a_gold_answer_what_needs_none_is_known() -> None:
    row = profile("What is 2 + 3?", RESPONSE)
    assert (row.final.way, row.score.outcome_efficiency) == ("no_gold", None)
    assert row.score.process_efficiency is not None


def test_a_response_that_was_cut_off_says_so() -> None:
    row = profile("What is 2 + 3?", "<think>\nHm, 2 and", "5", cut_off=True)
    assert (row.truncated, row.final.way) == (True, "truncated")


@pytest.mark.parametrize("text", ["", "\ud800", "\x00", "<think>"])
def test_odd_texts_are_profiled(text: str) -> None:
    assert profile("?", text, "5").final.verdict == "wrong"


def test_lists_of_unlike_length_are_refused() -> None:
    with pytest.raises(OverthinkError, match="unlike length"):
        profile(["a", "b"], ["c"], ["1", "2"])


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(OverthinkError, match="NoneType, not a text"):
        profile("a", None, "1")  # type: ignore[call-overload]


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    profile("What is 2 + 3?", RESPONSE, "5")
    assert list(tmp_path.iterdir()) == []
