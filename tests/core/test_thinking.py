from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.core.thinking import find_thinking

CHANNELS = "<|channel|>analysis<|message|>2 + 3<|end|><|start|>assistant<|channel|>final<|message|>5<|return|>"


def parts(response: str, tags: tuple[str, str] | None = None) -> tuple[str, str]:
    found = find_thinking(response, tags)
    return response[slice(*found.span)], response[slice(*found.after)]


@pytest.mark.parametrize(
    ("response", "thinking", "after"),
    [
        ("<think>\nso 5\n</think>\n\nFive.", "so 5", "\n\nFive."),
        ("<thinking>so 5</thinking>Five.", "so 5", "Five."),
        ("<thought>so 5</thought>Five.", "so 5", "Five."),
        ("[THINK]so 5[/THINK]Five.", "so 5", "Five."),
        ("think\nso 5\nanswer\nAnswer: five", "so 5", "Answer: five"),
        ("think\nanswer\nfive", "", "five"),
        (CHANNELS, "2 + 3", "5"),
        ("Sure.\n<think>so 5</think>Five.", "so 5", "Five."),
    ],
)
def test_thinking_stands_between_the_tags_of_each_known_model(response: str, thinking: str, after: str) -> None:
    assert parts(response) == (thinking, after)


def test_a_missing_opening_tag_lets_the_thinking_start_with_the_response() -> None:
    assert parts("Okay, 5.\n\n</think>\n\nFive.") == ("Okay, 5.", "\n\nFive.")
    assert not find_thinking("Okay, 5.</think>").opened


@pytest.mark.parametrize("opening", ["<think>", "[THINK]", "think\n", "<|channel|>analysis<|message|>"])
def test_a_missing_closing_tag_lets_the_thinking_run_to_the_end(opening: str) -> None:
    found = find_thinking(opening + "so 5\n")
    assert (found.opened, found.closed) == (True, False)
    assert parts(opening + "so 5\n") == ("so 5", "")
    assert found.after == (len(opening) + 5, len(opening) + 5)


@pytest.mark.parametrize("response", ["Okay, so 5.", "I think\nthe answer\n is 5", "thinking\nso\nanswer\n5"])
def test_a_response_without_tags_is_thinking_as_a_whole(response: str) -> None:
    found = find_thinking(response)
    assert found.span == (0, len(response))
    assert (found.opened, found.closed, found.after) == (False, False, (len(response), len(response)))


@pytest.mark.parametrize("response", ["<think>\n\n</think>5", "</think>5", "", " \n "])
def test_an_empty_box_is_an_empty_span(response: str) -> None:
    start, end = find_thinking(response).span
    assert start == end


def test_named_tags_are_the_only_ones_looked_for() -> None:
    assert parts("<r>so </think> 5</r>Five.", ("<r>", "</r>")) == ("so </think> 5", "Five.")
    assert parts("<think>so 5</think>Five.", ("<r>", "</r>")) == ("<think>so 5</think>Five.", "")


@given(st.text(alphabet="a \n<>/thinkw[]|", max_size=60))
def test_spans_are_in_order_and_free_of_outer_whitespace(response: str) -> None:
    found = find_thinking(response)
    start, end = found.span
    assert 0 <= start <= end <= found.after[0] <= found.after[1] <= len(response)
    assert response[start:end] == response[start:end].strip()


@pytest.mark.real_data
def test_the_thinking_of_the_labelled_responses_is_found_to_the_character(real_data: Path) -> None:
    rows = [
        json.loads(line)
        for path in sorted((real_data / "gold").glob("solutions-*.jsonl"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if line
    ]
    assert len(rows) >= 210
    for row in rows:
        assert list(find_thinking(row["response"]).span) == row["thinking"], row["gid"]
