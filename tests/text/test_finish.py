from __future__ import annotations

import pytest

from overthink.records import FinishReason
from overthink.text.finish import FAILURES, FINISH_REASONS, failure, finish_reason


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("stop", "stop"),
        ("STOP", "stop"),
        ("eos_token", "stop"),
        ("end_turn", "stop"),
        ("endTurn", "stop"),
        ("stop_sequence", "stop"),
        ("COMPLETE", "stop"),
        ("completed", "stop"),
        ("FinishReason.STOP", "stop"),
        ("FINISH_REASON_STOP", "stop"),
        ({"type": "stop", "matched": 151645}, "stop"),
        ("length", "length"),
        ("max_tokens", "length"),
        ("MAX_TOKENS", "length"),
        ("max-tokens", "length"),
        ("FinishReason.MAX_TOKENS", "length"),
        ("max_output_tokens", "length"),
        ("model_length", "length"),
        ("model_context_window_exceeded", "length"),
        (["length"], "length"),
        ({"type": "length", "length": 512}, "length"),
        ("repetition", "repetition"),
        ("content_filter", "content_filter"),
        ("SAFETY", "content_filter"),
        ("RECITATION", "content_filter"),
        ("refusal", "content_filter"),
        ("guardrail_intervened", "content_filter"),
        ("tool_calls", "tool_calls"),
        ("tool_use", "tool_calls"),
        ("function_call", "tool_calls"),
        ("pause_turn", "tool_calls"),
        ("FINISH_REASON_UNSPECIFIED", "unknown"),
        ("OTHER", "unknown"),
        ("</answer>", "unknown"),
        ("the model stopped", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        (True, "unknown"),
        (3, "unknown"),
        (["stop", "length"], "unknown"),
        ("x" * 1000, "unknown"),
    ],
)
def test_the_words_of_every_api_are_known(said: object, expected: FinishReason) -> None:
    assert finish_reason(said) == expected
    assert failure(said) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("error", "error"),
        ("ERROR", "error"),
        ("failed", "error"),
        ("TIMEOUT", "error"),
        ("abort", "abort"),
        ("cancelled", "abort"),
        ("USER_CANCEL", "abort"),
        ({"type": "abort", "message": "gone"}, "abort"),
    ],
)
def test_what_is_no_response_is_a_failure_and_of_unknown_end(said: object, expected: str) -> None:
    assert failure(said) == expected
    assert finish_reason(said) == "unknown"


def test_no_word_is_both_an_end_and_a_failure() -> None:
    assert not set(FINISH_REASONS) & set(FAILURES)
