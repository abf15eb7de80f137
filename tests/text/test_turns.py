"""What ends a turn."""

from __future__ import annotations

import pytest

from overthink.records import Response
from overthink.text.thinking import find_thinking, is_truncated


@pytest.mark.parametrize("end", ["<|im_end|>", "<|eot_id|>", "</s>", "<|im_end|>\n<|im_start|>user\nAnd 2 + 2?"])
def test_a_response_without_finish_reason_is_over_if_a_mark_says_so(end: str) -> None:
    def is_cut_off(text: str) -> bool:
        response = Response(id="1#1", problem_id="1", sample=1, model="m", response=text, finish_reason="unknown")
        return is_truncated(response, find_thinking(text))

    assert is_cut_off("<think>\nIt is 4.\n</think>\n\nAll of them make a total, and")
    assert not is_cut_off(f"<think>\nIt is 4.\n</think>\n\nAll of them make a total, and{end}")
    assert is_cut_off(f"<think>\nIt is 4, and{end}")


def test_a_user_turn_that_is_quoted_or_thought_of_ends_nothing() -> None:
    for quoted in ('A prompt begins with "<|im_start|>user", then', "Write `<|im_start|>user` first, and"):
        for text in (f"<think>\nIt is 4.\n</think>\n\n{quoted}", f"<think>\n{quoted}\n</think>\n\nThe total is, and"):
            response = Response(id="1#1", problem_id="1", sample=1, model="m", response=text, finish_reason="unknown")
            assert is_truncated(response, find_thinking(text))
