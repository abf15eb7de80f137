from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.records import Response
from overthink.text import thinking as thinking_module
from overthink.text.thinking import (
    TAGS,
    Tags,
    empty_box,
    find_thinking,
    in_template,
    join_thinking,
    name_with_tags,
    opened_by,
    thinking_of,
    whole_turn,
    with_opening,
)

# Written out, not taken from the module: rows that are stored bear the name of a judge under this very list.
FIRST_TAGS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("[THINK]", "[/THINK]"),
)

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
def test_thinking_is_between_the_tags_of_each_known_model(response: str, thinking: str, after: str) -> None:
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


def test_a_response_whose_server_hid_the_thinking_is_answer_as_a_whole() -> None:
    text = "So <think> is a tag. It is 5."
    hidden = Response(id="p#1", problem_id="p", sample=1, model="m", response=text, hidden=True)
    found = thinking_of(hidden)
    assert found.span == (0, 0)
    assert (found.opened, found.closed, found.after) == (False, False, (0, len(text)))
    assert thinking_of(hidden.model_copy(update={"hidden": False})) == find_thinking(text)


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


@pytest.mark.parametrize(
    ("prompt", "opened"),
    [
        ("<|user|>2+3?<|assistant|>", ""),
        ("<|user|>2+3?<|assistant|><think>\n", "<think>\n"),
        ("<|assistant|><think>\n\n</think>\n\n", "<think>\n\n</think>\n\n"),
        ("What does <think> mean?<|assistant|>", ""),
        ("What does <think>\n mean?<|assistant|><think>", "<think>"),
        ("<|assistant|>[THINK]", "[THINK]"),
    ],
)
def test_what_the_prompt_opened(prompt: str, opened: str) -> None:
    assert opened_by(prompt) == opened


def test_own_tags_are_found() -> None:
    assert opened_by("x<reason>\n", ("<reason>", "</reason>")) == "<reason>\n"


@pytest.mark.parametrize(
    ("reasoning", "content", "text"),
    [
        ("", "a", "a"),
        ("", "", ""),
        ("r", "a", "<think>\nr</think>a"),
        ("\nr\n", "\n\na", "<think>\nr\n</think>\n\na"),
        ("r", "", "<think>\nr"),
    ],
)
def test_a_split_turn_is_join_thinking(reasoning: str, content: str, text: str) -> None:
    assert join_thinking(reasoning, content) == text


@pytest.mark.parametrize(
    ("text", "thinking", "result"),
    [
        ("a", None, "a"),
        ("a", True, "a"),
        ("a", False, "<think>\n\n</think>\n\na"),
        ("r</think>a", None, "<think>\nr</think>a"),
        ("r</think>a", False, "<think>\nr</think>a"),
        ("<think>r</think>a", None, "<think>r</think>a"),
        ("<think>r", False, "<think>r"),
    ],
)
def test_the_beginning_that_stood_in_an_unseen_prompt_is_put_back(
    text: str, thinking: bool | None, result: str
) -> None:
    assert whole_turn(text, thinking=thinking) == result


@pytest.mark.parametrize("tags", [*TAGS, ("<r>", "</r>")])
@pytest.mark.parametrize("answer", ["\n\n5", "5"])
def test_what_is_joined_is_found_again(tags: Tags, answer: str) -> None:
    text = join_thinking("2 + 3", answer, tags)
    assert parts(text, tags) == ("2 + 3", answer)
    assert not find_thinking(join_thinking("2 + 3", "", tags), tags).closed


@pytest.mark.parametrize("tags", [*TAGS, ("<r>", "</r>")])
def test_an_empty_box_is_found_as_thinking_of_no_length(tags: Tags) -> None:
    assert parts(empty_box(tags) + "5", tags) == ("", "\n\n5")
    assert opened_by("x" + empty_box(tags), tags) == empty_box(tags)


@pytest.mark.parametrize(
    ("turn", "whole"),
    [
        ("r</think>a", "<think>\nr</think>a"),
        ("r[/THINK]a", "[THINK]\nr[/THINK]a"),
        ("r</think>a <think>", "<think>\nr</think>a <think>"),
        ("<think>r</think>a", "<think>r</think>a"),
        ("Sure. <think>r</think>a", "Sure. <think>r</think>a"),
        ("<think>r", "<think>r"),
        ("a", "a"),
        ("", ""),
    ],
)
def test_a_missing_opening_tag_is_put_before_the_turn_once(turn: str, whole: str) -> None:
    assert with_opening(turn) == whole


@pytest.mark.parametrize("tag", [tag for pair in TAGS for tag in pair])
def test_a_template_with_any_of_the_tags_thinks(tag: str) -> None:
    assert in_template(f"{{{{ bos }}}}assistant\n{tag}\n")


@pytest.mark.parametrize(
    ("template", "tags", "there"),
    [
        ("assistant<|channel|>analysis<|message|>", None, True),
        ("assistant<r>", ("<r>", "</r>"), True),
        ("assistant<think>", ("<r>", "</r>"), False),
        ("assistant<|channel|>analysis<|message|>", ("<r>", "</r>"), False),
        ("assistant<|channel|>final", None, False),
        ("You think step by step: thought, thinking, [think], <thinks>.", None, False),
        ("", None, False),
    ],
)
def test_a_template_without_the_tags_that_are_looked_for_does_not_think(
    template: str, tags: Tags | None, there: bool
) -> None:
    assert in_template(template, tags) is there


def test_another_list_of_tags_gives_the_judges_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinking_module, "TAGS", FIRST_TAGS)
    assert name_with_tags("rules-1") == "rules-1", "stored rows of this list bear the judge's name alone"
    monkeypatch.setattr(thinking_module, "TAGS", (*FIRST_TAGS, ("<ponder>", "</ponder>")))
    assert name_with_tags("rules-1").startswith("rules-1+tags-")
