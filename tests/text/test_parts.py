from __future__ import annotations

import pytest

from overthink.text.parts import looks_like_thinking


@pytest.mark.parametrize(
    "name",
    [
        *("cot", "model_cot", "chain_of_thought", "chainOfThought", "scratchpad", "scratch_pad", "rationale"),
        *("my_thoughts", "thinkingText", "reasoning_steps", "raw_reasoning", "think", "internal_reasoning_text"),
        *("reason",),
    ],
)
def test_names_of_thinking_look_like_it(name: str) -> None:
    assert looks_like_thinking(name)


@pytest.mark.parametrize(
    "name",
    [
        *("finish_reason", "stop_reason", "finishReason", "stop_reasons", "done_reason", "end_reason"),
        *("failure_reason", "reasoning_effort", "thinking_budget", "reasoning_tokens", "thinkingConfig"),
        *("enable_thinking", "has_reasoning", "thought_signature", "thoughtSignature", "reasoning_type"),
        *("think_time", "reasoning_model", "num_thoughts", "scotland", "cotton", "text", "content", "answer"),
        *("incomplete_reason", "reasoning_parser", "think_tags"),
    ],
)
def test_names_of_ends_settings_and_counts_do_not(name: str) -> None:
    assert not looks_like_thinking(name)
