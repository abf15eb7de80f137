from __future__ import annotations

import pytest

from overthink.text.marks import TAGS, Tags
from overthink.text.openings import empty_box, in_template, opened_by, whole_turn, with_opening
from overthink.text.thinking import find_thinking


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


@pytest.mark.parametrize("tags", [*(tag.pair for tag in TAGS), ("<r>", "</r>")])
def test_an_empty_box_is_found_as_thinking_of_no_length(tags: Tags) -> None:
    box = empty_box(tags) + "5"
    found = find_thinking(box, tags)
    assert (found.text(box), box[slice(*found.after)]) == ("", "\n\n5")
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


@pytest.mark.parametrize("tag", [mark.rstrip() for tag in TAGS for mark in tag.pair])
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
