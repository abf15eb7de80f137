"""Deltas of every shape become one message: the same, however it is cut."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.text.marks import TAGS, Tags
from overthink.text.messages import Message
from overthink.text.stream import Stream, put_together
from overthink.text.thinking import find_thinking

THOUGHT = "2 and 3 make 5.\n\nWait, 5 - 3 = 2. Yes."
ANSWER = "It is \\boxed{5}."

Deltas = list[dict[str, Any]]


def read(deltas: Deltas, **usage: Any) -> Message:
    stream = Stream()
    for delta in deltas:
        stream.add(delta)
    return stream.message(usage)


def turn(deltas: Deltas, *, ended: bool = True, **usage: Any) -> str:
    return put_together(read(deltas, **usage), ended=ended)


SHAPES: dict[str, Any] = {
    "vLLM": lambda text: {"reasoning": text},
    "DeepSeek": lambda text: {"reasoning_content": text},
    "both": lambda text: {"reasoning": text, "reasoning_content": text},
    "Ollama": lambda text: {"thinking": text},
    "Mistral": lambda text: {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}]}]},
    "Mistral, closed": lambda text: {
        "content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}], "closed": True}]
    },
    "Anthropic": lambda text: {"content": [{"type": "thinking", "thinking": text, "signature": ""}]},
    "litellm": lambda text: {"reasoning_content": text, "thinking_blocks": [{"type": "thinking", "thinking": text}]},
    "OpenRouter": lambda text: {
        "content": "", "reasoning": text,
        "reasoning_details": [{"type": "reasoning.text", "text": text, "format": "unknown", "index": 0}],
    },
    "OpenRouter, details alone": lambda text: {
        "reasoning": None, "reasoning_details": [{"type": "reasoning.text", "text": text}],
    },
    "object": lambda text: {"reasoning": {"text": text}},
    "a channel": lambda text: {"channel": "analysis", "content": text},
    "a flag": lambda text: {"thought": True, "content": text},
}  # fmt: skip
"""How servers send a piece of a thought."""

TEXTS: dict[str, Any] = {
    "text": lambda text: {"content": text},
    "with nulls": lambda text: {"role": "assistant", "content": text, "reasoning": None, "tool_calls": None},
    "parts": lambda text: {"content": [{"type": "text", "text": text}]},
}
"""How servers send a piece of the answer."""


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    places = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[start:end] for start, end in pairwise(places)]


@pytest.mark.parametrize("answer", TEXTS)
@pytest.mark.parametrize("shape", SHAPES)
@given(cuts=st.lists(st.integers(0, 100), max_size=8), ends=st.sampled_from(["", "\n", "\n\n", " "]))
def test_a_reply_is_the_same_in_any_pieces_and_any_shape(shape: str, answer: str, cuts: list[int], ends: str) -> None:
    thoughts = [SHAPES[shape](piece) for piece in pieces_of(THOUGHT + ends, cuts)]
    texts = [TEXTS[answer](piece) for piece in pieces_of(ends + ANSWER, cuts)]
    made = turn([{"role": "assistant", "content": ""}, *thoughts, *texts, {}])
    assert made == f"<think>\n{THOUGHT}{ends}</think>{ends}{ANSWER}"
    assert made[slice(*find_thinking(made).span)] == THOUGHT


@pytest.mark.parametrize("tags", [*(tag.pair for tag in TAGS), ("<r>", "</r>")])
@pytest.mark.parametrize("answer", ["\n\n5", "5"])
def test_what_is_put_together_is_found_again(tags: Tags, answer: str) -> None:
    text = put_together(read([{"reasoning": "2 + 3"}, {"content": answer}]), tags)
    found = find_thinking(text, tags)
    assert (text[slice(*found.span)], text[slice(*found.after)]) == ("2 + 3", answer)
    assert not find_thinking(put_together(read([{"reasoning": "2 + 3"}]), tags, ended=False), tags).closed


@pytest.mark.parametrize(
    ("deltas", "text"),
    [
        ([], ""),
        ([{}, {"content": None}], ""),
        ([{"content": "5"}, {"content": None}], "5"),
        ([{"refusal": "I "}, {"refusal": "won't."}], "I won't."),
        ([{"content": "", "refusal": "No."}], "No."),
        ([{"reasoning": "high"}, {"content": "5"}], "<think>\nhigh</think>5"),
        ([{"reasoning_content": "2 "}, {"reasoning_content": "low"}, {"content": "5"}], "<think>\n2 low</think>5"),
        ([{"reasoning": "\na"}, {"content": "5"}], "<think>\na</think>5"),
        ([{"content": [{"type": "text", "text": "5"}]}, {"content": " is it"}], "5 is it"),
        ([{"content": "None"}], "None"),
        ([{"reasoning": "null"}, {"content": "None"}], "<think>\nnull</think>None"),
        ([{"content": "<think>a"}, {"content": "</think>5"}], "<think>a</think>5"),
        ([{"reasoning": "a"}, {"reasoning": "b", "content": "5"}], "<think>\nab</think>5"),
        (
            [{"reasoning": "a"}, {"content": "Look."}, {"reasoning": "b"}, {"content": "5"}],
            "<think>\na</think>Look.<think>\nb</think>5",
        ),
        (
            [
                {"content": [{"type": "thinking", "thinking": "a"}]},
                {"content": "Look."},
                {"content": [{"type": "thinking", "thinking": "b"}]},
                {"content": "5"},
            ],
            "<think>\na</think>Look.<think>\nb</think>5",
        ),
        ([{"reasoning": "a", "audio": {"x": [1, {"y": None}]}}, {"n": 3, "content": "5"}], "<think>\na</think>5"),
        ([{"role": "assistant", "content": "5"}, {"role": "assistant", "content": "6"}], "56"),
    ],
)  # fmt: skip
def test_odd_deltas(deltas: Deltas, text: str) -> None:
    assert turn(deltas) == text


GROWING = ["2 and 3", "2 and 3 make", "2 and 3 make 5.", "2 and 3 make 5. Yes, I am sure."]


def test_pieces_that_hold_all_the_text_so_far_are_one_text() -> None:
    thoughts = [{"reasoning_details": [{"type": "reasoning.text", "text": text}]} for text in [*GROWING, GROWING[-1]]]
    assert turn([*thoughts, {"content": "5"}]) == f"<think>\n{GROWING[-1]}</think>5"
    assert turn([{"content": text} for text in GROWING]) == GROWING[-1]


@pytest.mark.parametrize(
    "pieces",
    [
        ["ha"] * 30,
        ["a ", "a a ", "a a a ", "b"],
        ["Wait, ", "Wait, wait, I think again about it."],
        ["a", "ab", "abc", "abcd"],
    ],
)
def test_pieces_that_repeat_themselves_are_pieces(pieces: list[str]) -> None:
    assert turn([{"content": piece} for piece in pieces]) == "".join(pieces)


def test_thoughts_in_the_text_and_beside_it_count_once() -> None:
    mirrored = [
        {"content": f"{'<think>' * (k == 0)}{word}", "reasoning": word} for k, word in enumerate(["2 and", " 3"])
    ]
    apart = [{key: value} for delta in mirrored for key, value in delta.items()]
    for deltas in (mirrored, apart):
        assert turn([*deltas, {"content": "</think>5"}]) == "<think>2 and 3</think>5"


def test_a_last_thought_is_closed_only_if_the_model_ended_it() -> None:
    assert turn([{"reasoning": "a"}]) == "<think>\na</think>"
    assert turn([{"reasoning": "a"}], ended=False) == "<think>\na"
    assert turn([{"reasoning": "a"}, {"content": "5"}], ended=False) == "<think>\na</think>5"


REDACTED = {"reasoning_details": [{"type": "reasoning.encrypted", "data": "Zm9v"}]}
PLAN = "**Planning** the sum of two numbers"
SUMMARY = {"reasoning_details": [{"type": "reasoning.summary", "summary": PLAN}]}
COUNTED = {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 7}}
NO_THOUGHT = {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 0}}


@pytest.mark.parametrize(
    ("deltas", "usage", "hidden"),
    [
        ([{"content": "5"}], COUNTED, True),
        ([{"content": "5"}], NO_THOUGHT, False),
        ([{"content": "5"}], {}, False),
        ([{"content": "5"}], {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 30}, True),
        ([{"content": "5"}], {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}, False),
        ([{"content": "5"}], {"completion_tokens": 9, "reasoning_tokens": 3}, True),
        ([{"reasoning": "a b"}, {"content": "5"}], COUNTED, False),
        ([{"content": "<think>a</think>5"}], COUNTED, False),
        ([{"content": "a</think>5"}], COUNTED, False),
        ([REDACTED, {"content": "5"}], {}, True),
        ([{"content": "5"}, REDACTED], {}, True),
        ([{"content": [{"type": "redacted_thinking", "data": "x"}]}, {"content": "5"}], {}, True),
        ([{"reasoning": "a b"}, {"content": "5"}, REDACTED], COUNTED, False),
        ([{"reasoning": PLAN, **SUMMARY}, {"content": "5"}], COUNTED, True),
        ([{"reasoning": PLAN, **SUMMARY}, {"content": "5"}, REDACTED], COUNTED, True),
    ],
)  # fmt: skip
def test_a_server_that_thinks_and_shows_nothing_hides_it(deltas: Deltas, usage: dict[str, Any], hidden: bool) -> None:
    assert read(deltas, **usage).hides() == hidden


@pytest.mark.parametrize(
    ("deltas", "names"),
    [
        ([{"my_thoughts": "we ad"}, {"my_thoughts": "d two and three"}, {"content": "5"}], ("my_thoughts",)),
        ([{"content": [{"type": "mystery", "blob": "some words of it"}]}, {"content": "5"}], ("mystery",)),
        ([{"reasoning": "a b"}, {"content": "5", "reasoning_time": "3 seconds of it all"}], ()),
        ([{"content": "5", "logprobs": None, "function_call": None}], ()),
    ],
)
def test_what_looks_like_thinking_and_is_not_read_is_named(deltas: Deltas, names: tuple[str, ...]) -> None:
    assert read(deltas).unread == names


KEYS = st.sampled_from(["content", "reasoning", "thinking", "type", "text", "role", "index", "x"])
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(KEYS, JSON, max_size=4), max_size=5))
def test_no_delta_is_a_crash(deltas: Deltas) -> None:
    assert json.dumps(turn(deltas))


def test_nested_beyond_all_measure_is_no_crash() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    turn([{"content": deep}, {"reasoning": deep}])
