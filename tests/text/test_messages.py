"""One reply, in the shape of every API, reads the same; what cannot be read is named."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.errors import OverthinkError
from overthink.text.chats import assistant_turns, user_turn
from overthink.text.finish import finish_reason
from overthink.text.keys import TEXT_KEYS, THINKING_KEYS, THOUGHT_KEYS
from overthink.text.messages import Message, read_message
from overthink.text.replies import read_replies
from overthink.text.thinking import find_thinking
from overthink.text.usage import Counts
from tests.shapes import MESSAGES

T = "First 2 + 3 is 5.\n\nLet me check that: 5 - 3 is 2. Right."
A = "The sum is $\\boxed{5}$."

USAGES: dict[str, Any] = {
    "openai": {
        "usage": {"prompt_tokens": 7, "completion_tokens": 40, "completion_tokens_details": {"reasoning_tokens": 30}}
    },
    "responses": {"usage": {"input_tokens": 7, "output_tokens": 40, "output_tokens_details": {"reasoning_tokens": 30}}},
    "anthropic": {
        "usage": {"input_tokens": 5, "cache_read_input_tokens": 2, "output_tokens": 40, "thinking_tokens": 30}
    },
    "gemini": {"usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 10, "thoughtsTokenCount": 30}},
    "bedrock": {"usage": {"inputTokens": 7, "outputTokens": 40, "reasoningTokens": 30}},
    "cohere": {
        "usage": {
            "billed_units": {"input_tokens": 3, "output_tokens": 40},
            "tokens": {"input_tokens": 7, "output_tokens": 40, "reasoning_tokens": 30},
        }
    },
    "ollama": {"prompt_eval_count": 7, "eval_count": 40, "reasoning_tokens": 30},
    "xai": {
        "usage": {
            "prompt_tokens": 7,
            "completion_tokens": 10,
            "total_tokens": 47,
            "completion_tokens_details": {"reasoning_tokens": 30},
        }
    },
    "gemini for openai's clients": {"usage": {"prompt_tokens": 7, "completion_tokens": 10, "total_tokens": 47}},
    "sglang": {"meta_info": {"prompt_tokens": 7, "completion_tokens": 40, "reasoning_tokens": 30}},
}
ENDS: dict[str, tuple[Any, str]] = {
    "openai": ({"finish_reason": "length", "stop_reason": None}, "length"),
    "anthropic": ({"stop_reason": "max_tokens", "stop_sequence": None}, "length"),
    "gemini": ({"finishReason": "MAX_TOKENS"}, "length"),
    "bedrock": ({"stopReason": "max_tokens"}, "length"),
    "ollama": ({"done": True, "done_reason": "length"}, "length"),
    "responses": (
        {"object": "response", "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
        "length",
    ),
    "responses completed": ({"object": "response", "status": "completed", "incomplete_details": None}, "stop"),
    "sglang": ({"meta_info": {"finish_reason": {"type": "stop", "matched": 2}}}, "stop"),
}
WHOLES: dict[str, Callable[[Any], Any]] = {
    "itself": lambda m: m,
    "choices": lambda m: {"choices": [{"index": 0, "message": m}]},
    "candidates": lambda m: {"candidates": [{"content": m, "index": 0}]},
    "message": lambda m: {"message": m},
    "bedrock": lambda m: {"output": {"message": m}},
    "batch": lambda m: {"response": {"status_code": 200, "body": {"choices": [{"message": m}]}}, "error": None},
    "anthropic batch": lambda m: {"result": {"type": "succeeded", "message": m}},
    "list": lambda m: [m] if isinstance(m, dict) else m,
    "list of lists": lambda m: [[m]] if isinstance(m, dict) else [m],
}


def one(value: Any) -> Message:
    (message,) = read_replies(value)
    return message


@pytest.mark.parametrize("whole", WHOLES)
@pytest.mark.parametrize("shape", MESSAGES)
def test_one_reply_reads_the_same_in_the_shape_of_every_api(shape: str, whole: str) -> None:
    message = MESSAGES[shape](T, A)
    if isinstance(message, list) and whole not in ("itself", "list", "list of lists"):
        message = {"output": message}
    read = one(WHOLES[whole](message))
    assert (read.reasoning, read.content, read.unread) == (T, A, ())
    assert not read.hides()
    assert read.written() == f"<think>\n{T}\n</think>\n\n{A}"


@pytest.mark.parametrize("usage", USAGES)
@pytest.mark.parametrize("end", ENDS)
def test_the_end_and_the_counts_are_read_beside_a_message_and_around_it(end: str, usage: str) -> None:
    told, expected = ENDS[end]
    beside = {**told, **USAGES[usage]}
    if {"meta_info"} <= set(told) & set(USAGES[usage]):
        beside["meta_info"] = {**told["meta_info"], **USAGES[usage]["meta_info"]}
    for message in (MESSAGES[shape](T, A) for shape in ("reasoning", "anthropic", "gemini", "bedrock")):
        around = {"message": message, **beside}, {"choices": [{"message": message}], **beside}
        for value in ({**message, **beside}, *around):
            read = one(value)
            assert finish_reason(read.finish) == expected
            assert read.counts == Counts(7, 40, 30)
            assert (read.reasoning, read.content) == (T, A)


@pytest.mark.parametrize("end", ["stop", "length"])
@pytest.mark.parametrize("content", [None, "", []])
@pytest.mark.parametrize("shape", ["reasoning", "thinking", "details", "litellm"])
def test_null_is_no_text_and_a_thought_that_was_cut_off_stays_open(shape: str, content: Any, end: str) -> None:
    read = one({**MESSAGES[shape](T, A), "content": content})
    assert not read.content
    assert read.written(ended=end == "stop") == (f"<think>\n{T}\n</think>\n\n" if end == "stop" else f"<think>\n{T}")


@pytest.mark.parametrize("key", ["reasoning", "thinking", "reasoning_content"])
@pytest.mark.parametrize(
    "setting",
    [
        *("high", "Medium", " low ", "none", "auto", "xhigh", "on", "enabled", "max", "medium-high", "effort: high"),
        *("high; budget 2048", "extended thinking", "few-shot CoT", "chain-of-thought", "no_think", "budget 16000"),
        *("budget_tokens=1024", "4096", "16k", "", True, False, 1024, 0.5, None, [], {}),
        {"effort": "high"},
        {"effort": "medium", "summary": "auto"},
        {"type": "enabled", "budget_tokens": 1024},
        {"enabled": True, "max_tokens": 2000, "exclude": False},
        {"summary": "concise"},
    ],
    ids=str,
)
def test_a_setting_is_no_thinking_and_nothing_that_was_not_read(key: str, setting: Any) -> None:
    read = one({"content": A, key: setting})
    assert (read.reasoning, read.content, read.unread, read.hides()) == ("", A, (), False)


@pytest.mark.parametrize(
    "thought",
    [
        "ok",
        "thinking",
        "thought",
        "So high a number is 5.",
        "high school has 5 classes",
        "Let me think: 5",
        "5 = 5",
        "思考",
        "No, it is 5",
    ],
)
def test_a_short_thought_is_no_setting(thought: str) -> None:
    assert one({"content": A, "reasoning": thought}).reasoning == thought


@pytest.mark.parametrize(
    "parts",
    [
        [{"type": "redacted_thinking", "data": "EmwK"}, {"type": "text", "text": A}],
        [{"type": "thinking", "thinking": "", "signature": "EmwK"}, {"type": "text", "text": A}],
        [{"reasoningContent": {"redactedContent": "EmwK"}}, {"text": A}],
        [{"type": "reasoning", "reasoning": "gAAAA", "redacted": True}, {"type": "text", "text": A}],
        [{"type": "reasoning", "summary": [], "encrypted_content": "gAAAA"}, {"type": "output_text", "text": A}],
        [
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "**Adding** I add."}], "content": None},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": A}]},
        ],
    ],
    ids=str,
)
def test_thinking_that_the_server_redacts_encrypts_or_sums_up_is_hidden(parts: list[Any]) -> None:
    read = one(parts)
    assert (read.reasoning, read.content, read.hides()) == ("", A, True)


@pytest.mark.parametrize(
    "details",
    [
        [{"type": "reasoning.summary", "summary": "I add the numbers."}, {"type": "reasoning.encrypted", "data": "gA"}],
        [{"type": "reasoning.encrypted", "data": "gA"}],
    ],
)
def test_a_summary_under_two_keys_is_a_summary(details: list[Any]) -> None:
    summary = details[0].get("summary")
    read = one({"content": A, "reasoning": summary, "reasoning_details": details})
    assert (read.reasoning, read.content, read.hides()) == ("", A, True)


def test_a_summary_of_a_server_that_counts_no_reasoning_is_the_thinking() -> None:
    item = {"type": "reasoning", "summary": [{"type": "summary_text", "text": T}], "content": None}
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": A}]}
    usage = {"output_tokens": 40, "output_tokens_details": {"reasoning_tokens": 0}}
    read = one({"object": "response", "output": [item, said], "usage": usage})
    assert (read.reasoning, read.content, read.hides()) == (T, A, False)


@pytest.mark.parametrize(
    ("message", "hides"),
    [
        ({"content": A, "usage": {"completion_tokens": 40, "reasoning_tokens": 30}}, True),
        ({"content": A, "usage": {"completion_tokens": 40, "reasoning_tokens": 0}}, False),
        ({"content": A, "usage": {"completion_tokens": 40}}, False),
        ({"content": A, "reasoning": T, "usage": {"reasoning_tokens": 30}}, False),
        ({"content": f"<think>{T}</think>{A}", "usage": {"reasoning_tokens": 30}}, False),
        ({"content": f"{T}</think>{A}", "usage": {"reasoning_tokens": 30}}, False),
        ({"content": "", "finish_reason": "length", "usage": {"reasoning_tokens": 30}}, True),
    ],
    ids=str,
)
def test_reasoning_that_is_counted_and_not_shown_is_hidden(message: dict[str, Any], hides: bool) -> None:
    assert one(message).hides() == hides


def test_a_redacted_part_beside_a_thought_is_named() -> None:
    parts = [
        {"type": "thinking", "thinking": T},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": A},
    ]
    read = one(parts)
    assert (read.reasoning, read.content, read.hides(), read.unread) == (T, A, False, ("redacted_thinking",))


@pytest.mark.parametrize(
    ("value", "unread"),
    [
        ({"content": A, "cot": T}, ("cot",)),
        ({"content": A, "scratchpad": T}, ("scratchpad",)),
        ({"content": A, "model_thoughts": [T]}, ("model_thoughts",)),
        ({"content": A, "extra": {"chainOfThought": {"steps": [T]}}}, ("chainOfThought",)),
        ({"choices": [{"message": {"content": A}, "rationale": T}]}, ("rationale",)),
        ({"choices": [{"message": {"content": A}}], "hidden_reasoning_text": T}, ("hidden_reasoning_text",)),
        ([{"type": "monologue", "monologue": T, "lines": T}, {"type": "text", "text": A}], ("monologue",)),
        ([{"type": "deliberation", "body": T}, {"type": "text", "text": A}], ("deliberation",)),
        # what is no thinking, and what was read
        ({"content": A, "finish_reason": "stop", "stop_reason": "the end of the turn was reached"}, ()),
        ({"content": A, "reasoning_effort": "high", "thinking_budget": 1024, "enable_thinking": True}, ()),
        ({"content": A, "reasoning_type": "arithmetic", "thinking_tokens": 12, "think_time": "3 s"}, ()),
        ({"content": A, "thought_signature": "EmwKAggBEAEYAipA7dTqZ0dV8mZ", "reasoning": {"effort": "low"}}, ()),
        ({"content": A, "stop_reason_text": "the model ended its turn"}, ()),
        ({"content": A, "gt_cot": T, "reference_reasoning": T, "gold_rationale": T}, ()),
        ({"content": f"<think>{T}</think>{A}", "cot": T}, ()),
        ({"content": A, "reasoning": T, "cot": f"{T}\n"}, ()),
        ([{"type": "tool_use", "input": {"text": T}}, {"type": "text", "text": A}], ()),
        ([{"type": "image_url", "image_url": {"url": "https://x/y"}}, {"type": "text", "text": A}], ()),
        ([{"type": "text", "text": A, "annotations": [], "logprobs": []}], ()),
    ],
    ids=str,
)
def test_what_looks_like_thinking_or_text_and_was_not_read_is_named(value: Any, unread: tuple[str, ...]) -> None:
    read = one(value)
    assert read.unread == unread
    assert read.content is not None
    assert read.content.endswith(A)


def test_the_same_thought_in_the_content_counts_once() -> None:
    tagged = one({"content": f"<think>\n{T}\n</think>\n\n{A}", "reasoning_content": T})
    assert tagged.written() == f"<think>\n{T}\n</think>\n\n{A}"
    plain = one({"content": f"{T}\n\n{A}", "reasoning": T})
    assert (plain.reasoning, plain.content) == (T, A)
    labelled = one({"content": f"**Reasoning:** {T}\n\n{A}", "reasoning": T})
    assert (labelled.reasoning, labelled.content) == (T, A)
    assert one({"content": T, "reasoning": T}).written() == T


def test_a_thought_that_is_in_the_content_by_accident_is_kept() -> None:
    assert one({"content": "It is 5.", "reasoning": "5"}).written() == "<think>\n5\n</think>\n\nIt is 5."
    said = one({"content": f"So, in short: {T}", "reasoning": T})
    assert (said.reasoning, said.content) == (T, f"So, in short: {T}")
    other = one({"content": f"<think>{T}</think>{A}", "reasoning": "Another thought, sent apart."})
    assert other.reasoning == "Another thought, sent apart."
    assert T in (other.content or "")


def test_the_turns_of_one_reply_are_blocks_with_the_text_between_them() -> None:
    turns = [
        {"role": "user", "content": "Old?"},
        {"role": "assistant", "content": "Old.", "reasoning_content": "Old thought."},
        {"role": "user", "content": "What is 2 + 3?"},
        {"role": "assistant", "content": "I ask the tool.", "reasoning_content": T, "tool_calls": [{"id": "1"}]},
        {"role": "tool", "content": "5"},
        {"role": "assistant", "content": None, "reasoning_content": "The tool says 5.", "tool_calls": [{"id": "2"}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "2", "content": "5"}]},
        {"role": "assistant", "content": A, "reasoning_content": "Fine."},
    ]
    read = one(turns)
    assert [piece.text for piece in read.pieces if piece.kind == "thought"] == [T, "The tool says 5.", "Fine."]
    assert read.content == A
    assert read.written() == (
        f"<think>\n{T}\n</think>\n\nI ask the tool.\n\n<think>\nThe tool says 5.\n</think>\n\n"
        f"<think>\nFine.\n</think>\n\n{A}"
    )
    assert (user_turn(turns) or {})["content"] == "What is 2 + 3?"


def test_interleaved_parts_and_items_stay_in_order() -> None:
    parts = [
        {"type": "thinking", "thinking": "one"},
        {"type": "thinking", "thinking": "two"},
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": "t", "name": "f", "input": {}},
        {"type": "thinking", "thinking": "three"},
        {"type": "text", "text": A},
    ]
    expected = f"<think>\none\n\ntwo\n</think>\n\nI look.\n\n<think>\nthree\n</think>\n\n{A}"
    assert one({"role": "assistant", "content": parts}).written() == expected
    items = [
        {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "one\n\ntwo"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "I look."}]},
        {"type": "function_call", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "output": "5"},
        {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "three"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": A}]},
    ]
    assert one({"object": "response", "output": items}).written() == expected


def test_a_chat_that_ends_with_the_user_is_the_reply_before() -> None:
    turns = [
        {"role": "user", "content": "Q"},
        {"role": "assistant", "content": A},
        {"role": "user", "content": "Thanks"},
    ]
    assert [turn["content"] for turn in assistant_turns(turns) or ()] == [A]
    assert (user_turn(turns) or {})["content"] == "Q"
    assert assistant_turns([{"role": "user", "content": "Q"}]) is None
    assert assistant_turns(["Q"]) is None


def test_a_chat_in_which_the_model_is_silent_is_no_reply() -> None:
    read = one([{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}])
    assert (read.written(), read.content) == (None, None)


def test_messages_of_the_model_alone_are_samples() -> None:
    samples = [{"role": "assistant", "content": "a", "reasoning": "x"}, {"role": "assistant", "content": "b"}]
    assert [read.written() for read in read_replies(samples)] == ["<think>\nx\n</think>\n\na", "b"]


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({"error": {"message": "rate limit", "code": 429}}, "rate limit"),
        ({"response": {"status_code": 500, "body": {"error": {"message": "oops"}}}}, "oops"),
        ({"result": {"type": "errored", "error": {"type": "error", "error": {"message": "busy"}}}}, "busy"),
        ({"result": {"type": "expired"}}, "expired"),
        (
            {"object": "response", "output": [], "status": "failed", "error": {"message": "server_error"}},
            "server_error",
        ),
        ({"content": A, "error": None}, None),
    ],
    ids=str,
)
def test_an_error_instead_of_a_reply_is_kept(value: Any, error: str | None) -> None:
    assert one(value).error == error


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": 1}, "an object with the keys a"),
        ({}, "an object with the keys none"),
        (
            {"object": "embedding", "embedding": [0.1]},
            "an object of the type 'embedding' with the keys object, embedding",
        ),
        ([[["a"]]], "a list, not a text"),
    ],
)
def test_an_object_that_is_no_reply_is_told_by_what_it_is(value: Any, words: str) -> None:
    with pytest.raises(OverthinkError, match=words):
        list(read_replies(value))


NAMES = (
    "role content text type thinking reasoning parts message choices output usage summary finish_reason error "
    "reasoning_details thought reasoningContent index x"
)
WORDS = ["assistant", "user", "text", "thinking", "reasoning", "message", "redacted_thinking"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("abc \n", max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES.split()), inner | st.sampled_from(WORDS), max_size=4)
    ),
    max_leaves=20,
)


@given(json_values)
def test_no_value_breaks_the_reading_or_puts_words_into_it(value: Any) -> None:
    with suppress(OverthinkError):
        for message in read_replies(value):
            assert "None" not in (message.written() or "")
            assert message.hides() in (True, False)


@given(
    st.text(min_size=1, alphabet="abc. \n5"),
    st.text(min_size=1, alphabet="xyz. \n5"),
    st.sampled_from(sorted(MESSAGES)),
)
def test_any_thought_and_answer_read_the_same_in_every_shape(thought: str, answer: str, shape: str) -> None:
    thought, answer = f"I add {thought} up.", f"Sum: {answer}!"
    read = one(MESSAGES[shape](thought, answer))
    assert (read.reasoning, read.content) == (thought, answer)
    found = find_thinking(read.written() or "")
    assert (read.written() or "")[slice(*found.span)] == thought


def test_a_message_alone_can_be_read() -> None:
    assert read_message({"role": "user", "content": [{"type": "text", "text": "Q"}, {"type": "image"}]}).content == "Q"


@pytest.mark.parametrize(
    "thought", [f"<think>\n{T}\n</think>", f"<think>{T}", f"{T}\n</think>", f"<think>\n{T}\n</think>\n\n"]
)
@pytest.mark.parametrize("content", [A, f"</think>\n\n{A}", f"<think>\n\n</think>\n\n{A}", f"<think></think>{A}"])
def test_tags_that_a_server_left_beside_the_thinking_are_no_part_of_it(thought: str, content: str) -> None:
    for read in (
        one({"content": content, "reasoning": thought}),
        one([{"type": "thinking", "thinking": thought}, {"type": "text", "text": A}]),
    ):
        assert (read.reasoning, read.content) == (T, A)


def test_a_tag_that_a_thought_only_tells_of_stays() -> None:
    thought = "I must write <think> and </think> round it.\n\nThen 5."
    assert one({"content": A, "reasoning": thought}).reasoning == thought


@pytest.mark.parametrize(
    "value",
    [
        {"choices": [{"message": {"content": A}, "reasoning_content": T}]},
        {"choices": [{"message": {"content": A}}], "reasoning": T},
        {"message": {"content": A}, "thinking": T},
        {"message": A, "thinking": T},
        {"reasoning": T, "answer": A},
        {"thought": T, "final_answer": A},
        {"type": "ai", "data": {"content": A, "additional_kwargs": {"reasoning_content": T}}},
        [{"type": "human", "data": {"content": "Q"}}, {"type": "ai", "data": {"content": A, "reasoning": T}}],
        {"role": "assistant", "blocks": [{"block_type": "thinking", "content": T}, {"block_type": "text", "text": A}]},
        {
            "role": "assistant",
            "parts": [{"type": "step-start"}, {"type": "reasoning", "text": T}, {"type": "text", "text": A}],
        },
        {"text": A, "reasoning": [{"type": "reasoning", "text": T}], "finishReason": "stop"},
        {"text": A, "reasoningText": T, "reasoningDetails": [{"type": "text", "text": T}]},
        {"output": {"choices": [{"message": {"reasoning_content": T, "content": A}}]}},
        [{"role": "user", "content": "Q"}, {"role": "reasoning", "content": T}, {"role": "assistant", "content": A}],
        [
            {"type": "user", "message": {"content": "Q"}},
            {"type": "assistant", "message": {"content": A, "reasoning": T}},
        ],
        [{"from": "human", "value": "Q"}, {"from": "gpt", "value": A, "reasoning": T}],
        [
            {"type": "thinking", "thinking": T, "text": None},
            {"type": "text", "text": A, "thinking": None, "thought": None},
        ],
        [
            {"reasoningContent": {"reasoningText": {"text": T}}, "text": None, "toolUse": None},
            {"text": A, "toolUse": None},
        ],
        f'{{"choices": [{{"message": {{"content": "It is 5.", "reasoning": "{"x" * 50}"}}}}]}}',
        '[{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "It is 5."}]',
        '{"role": "assistant", "content": "It is 5.", "thinking": "Hm."}',
    ],
    ids=lambda value: str(value)[:60],
)
def test_more_shapes_are_read(value: Any) -> None:
    read = one(value)
    if isinstance(value, str):
        assert (read.reasoning in ("x" * 50, "Hm."), read.content) == (True, "It is 5.")
    else:
        assert (read.reasoning, read.content, read.unread) == (T, A, ())


@pytest.mark.parametrize(
    "text",
    ['{"answer": 5}', "[1, 2, 3]", '{"choices": ["a", "b"]}', '{"content": "x"}', "[", '{"a": ', '[{"a": 1}]', "{}"],
)
def test_json_that_a_model_wrote_is_its_text(text: str) -> None:
    assert one(text).written() == text


@pytest.mark.parametrize(
    "samples",
    [
        [{"type": "sample", "text": "a"}, {"type": "sample", "text": "b"}],
        [{"text": "a", "thought": None}, {"text": "b", "thought": None}],
        [{"content": "a"}, {"content": "b"}],
        ["a", "b"],
        [["a"], ["b"]],
        [[{"type": "text", "text": "a"}], [{"type": "text", "text": "b"}]],
        [[{"role": "user", "content": "Q"}, {"role": "assistant", "content": x}] for x in "ab"],
        {"outputs": [{"text": "a", "token_ids": [1]}, {"text": "b", "token_ids": [2]}]},
    ],
    ids=str,
)
def test_samples_are_not_parts_of_one_message(samples: Any) -> None:
    assert [read.written() for read in read_replies(samples)] == ["a", "b"]


def test_thoughts_of_two_samples_stay_with_them() -> None:
    samples = [{"text": "a", "thought": "x is it"}, {"text": "b", "thought": "y is it"}]
    assert [(read.reasoning, read.content) for read in read_replies(samples)] == [("x is it", "a"), ("y is it", "b")]


def test_thinking_of_the_whole_belongs_to_none_of_several_choices() -> None:
    body = {"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}], "reasoning": T}
    assert [read.written() for read in read_replies(body)] == ["a", "b"]


def test_the_model_of_the_whole_is_that_of_each_choice() -> None:
    body = {"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}], "model": "m"}
    assert [read.model for read in read_replies(body)] == ["m", "m"]


@pytest.mark.parametrize(("text", "error"), [("", "Error code: 500"), (" ", "Error code: 500"), ("5", None)])
def test_an_error_counts_if_there_is_no_text_beside_it(text: str, error: str | None) -> None:
    assert one({"choices": [], "completion": text, "error": "Error code: 500"}).error == error


def test_a_text_beside_a_thought_without_content_is_named() -> None:
    assert one({"reasoning": T, "conclusion": "So the sum is 5."}).unread == ("conclusion",)
    assert one({"reasoning": T, "content": None, "id": "chatcmpl-0123456789abcdef0123456789"}).unread == ()


def test_the_counts_of_several_turns_are_added() -> None:
    turns = [
        {"role": "assistant", "content": "", "tool_calls": [1], "usage": {"input_tokens": 5, "output_tokens": 7}},
        {"role": "tool", "content": "5"},
        {"role": "assistant", "content": A, "usage": {"input_tokens": 15, "output_tokens": 3}},
    ]
    assert one(turns).counts == Counts(5, 10, None)


@pytest.mark.parametrize("key", THINKING_KEYS)
@pytest.mark.parametrize("value", [T, [{"type": "text", "text": T}]], ids=["text", "parts"])
def test_the_thinking_is_read_under_every_key(key: str, value: Any) -> None:
    (message,) = read_replies({"role": "assistant", "content": A, key: value})
    assert (message.reasoning, message.content, message.unread) == (T, A, ())


@pytest.mark.parametrize(
    ("thought", "text"), [*((key, "text") for key in THOUGHT_KEYS), *(("thinking", key) for key in TEXT_KEYS)]
)
def test_a_part_is_read_under_every_key(thought: str, text: str) -> None:
    (message,) = read_replies({"content": [{"type": "thinking", thought: T}, {"type": "text", text: A}]})
    assert (message.reasoning, message.content, message.unread) == (T, A, ())


@pytest.mark.parametrize(
    "part",
    [
        {"thinking": T, "text": A},
        {"type": "text", "thinking": T, "text": A},
        {"reasoning_text": [{"type": "text", "text": T}], "answer": A},
        {"role": "assistant", "reasoning_content": T, "content": A},
    ],
)
def test_a_part_that_holds_thinking_and_text_is_both(part: Any) -> None:
    for content in ([part], part):
        (message,) = read_replies({"role": "assistant", "content": content})
        assert (message.reasoning, message.content, message.unread) == (T, A, ())


@pytest.mark.parametrize(
    "part",
    [{"thinking": "high", "text": A}, {"thinking": T, "text": ""}, {"type": "thinking", "thinking": T, "text": T}],
)
def test_a_part_without_both_is_one_of_them(part: Any) -> None:
    (message,) = read_replies({"role": "assistant", "content": [part]})
    assert len(message.pieces) == 1


def test_the_channels_of_a_chat_with_authors_are_one_reply() -> None:
    said = (("analysis", T), ("final", A))
    turns = [{"author": {"role": "assistant"}, "channel": channel, "content": text} for channel, text in said]
    (message,) = read_replies([{"author": {"role": "user"}, "content": "What is 2 + 3?"}, *turns])
    assert (message.reasoning, message.content) == (T, A)


@pytest.mark.parametrize(
    "reply", [{"results": [{"generated_text": A}]}, {"lc": 1, "type": "constructor", "kwargs": {"content": A}}]
)
def test_a_reply_that_a_library_wraps_is_found(reply: Any) -> None:
    assert one(reply).content == A
