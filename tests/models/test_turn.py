"""turn: the assistant's whole turn, whichever way it came."""

from __future__ import annotations

import pytest

from overthink.models.turn import joined, opened_by, whole


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
def test_a_split_turn_is_joined(reasoning: str, content: str, text: str) -> None:
    assert joined(reasoning, content) == text


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
    assert whole(text, thinking=thinking) == result
