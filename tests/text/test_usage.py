from __future__ import annotations

from typing import Any

import pytest

from overthink.text.usage import Counts, counts_of, sum_of


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 7, "completion_tokens": 9}, Counts(7, 9)),
        ({"usage": {"prompt_tokens": 7.0, "completion_tokens": 9.0}}, Counts(7, 9)),
        ({"usage": {"input_tokens": 7, "output_tokens": 9}}, Counts(7, 9)),
        ({"input_tokens": 2, "cache_creation_input_tokens": 4, "cache_read_input_tokens": 1}, Counts(7)),
        ({"prompt_tokens": 7, "cache_read_input_tokens": 3}, Counts(7)),
        ({"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 5}}, Counts(None, 9, 5)),
        ({"output_tokens": 9, "output_token_details": {"reasoning": 5}}, Counts(None, 9, 5)),
        ({"promptTokenCount": 7, "candidatesTokenCount": 4, "thoughtsTokenCount": 5}, Counts(7, 9, 5)),
        ({"usage_metadata": {"prompt_token_count": 7, "candidates_token_count": 9}}, Counts(7, 9)),
        ({"prompt_eval_count": 7, "eval_count": 9}, Counts(7, 9)),
        ({"num_generated_tokens": 9}, Counts(None, 9)),
        ({"metadata": {"response_metadata": {"usage": {"inputTokens": 7, "outputTokens": 9}}}}, Counts(7, 9)),
        ({"usage": None, "completion_tokens": 9}, Counts(None, 9)),
        # what is no count
        ({"completion_tokens": "9", "prompt_tokens": True, "reasoning_tokens": None}, Counts()),
        ({"completion_tokens": -1, "prompt_tokens": 1.5, "reasoning_tokens": float("nan")}, Counts()),
        ({"reasoning": 1024, "tokens": [1, 2], "input_tokens": [1, 2], "usage": [3]}, Counts()),
        ({"total_tokens": 16}, Counts()),
        (None, Counts()),
        ("prompt_tokens", Counts()),
    ],
    ids=str,
)
def test_the_counts_of_every_api_are_read(usage: Any, expected: Counts) -> None:
    assert counts_of(usage) == expected


def test_the_first_object_that_knows_a_count_gives_it() -> None:
    assert counts_of({"completion_tokens": 3}, {"prompt_tokens": 7, "completion_tokens": 9}) == Counts(7, 3)


def test_turns_add_up_and_one_that_does_not_count_makes_the_sum_unknown() -> None:
    assert sum_of([Counts(5, 7, 2), Counts(), Counts(15, 3, 1)]) == Counts(5, 10, 3)
    assert sum_of([Counts(5, 7, 2), Counts(15, 3)]) == Counts(5, 10)
    assert sum_of([Counts(), Counts()]) == Counts()


@pytest.mark.parametrize(
    ("usage", "prompt"),
    [
        ({"input_tokens": 5, "output_tokens": 3, "input_tokens_cache_read": 2, "total_tokens": 10}, 7),  # Inspect
        ({"input_tokens": 5, "output_tokens": 3, "input_tokens_cache_read": 2, "total_tokens": 8}, 5),  # EvalScope
        ({"input_tokens": 5, "output_tokens": 3, "cache_read_input_tokens": 2}, 7),  # Anthropic
    ],
)
def test_cached_tokens_are_of_the_prompt_once(usage: dict[str, int], prompt: int) -> None:
    assert counts_of({"usage": usage}).prompt == prompt
