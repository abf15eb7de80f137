"""Which part of a response counts as its answer."""

from __future__ import annotations

import pytest

from overthink.follow.answers import split
from overthink.records import FinishReason, Response


@pytest.mark.parametrize(
    ("text", "finish", "always", "thinking", "answer"),
    [
        ("An answer.", "stop", False, None, "An answer."),
        ("  An answer.\n", "stop", False, None, "An answer."),
        ("<think>\nHm.\n</think>\n\nAn answer.\n", "stop", False, "Hm.", "An answer."),
        ("Hm.\n</think>\n\nAn answer.", "stop", True, "Hm.", "An answer."),
        ("<think>\n\n</think>\n\nAn answer.", "stop", False, "", "An answer."),
        ("<think>\nHm.\n</think>\n\nAn ans", "length", False, "Hm.", "An ans"),
        ("<think>\nHm, and so", "length", False, "Hm, and so", None),
        ("<think>\nHm, and so", "stop", False, "Hm, and so", None),
        ("Hm, and so", "length", True, "Hm, and so", None),  # its prompt had opened the thinking
        ("An answer that is c", "length", False, None, "An answer that is c"),
        ("An answer.", "stop", True, None, "An answer."),
        ("<think>\nHm.\n</think>", "stop", False, "Hm.", ""),
    ],
)
def test_the_answer_is_what_stands_after_the_thinking(
    text: str, finish: FinishReason, always: bool, thinking: str | None, answer: str | None
) -> None:
    row = Response(id="p#1", problem_id="p", sample=1, model="m", response=text, finish_reason=finish)
    spans = split(row, None, always_thinks=always)
    assert tuple(None if span is None else text[slice(*span)] for span in spans) == (thinking, answer)
