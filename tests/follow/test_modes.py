"""How a model comes to think, and what each mode says to it."""

from __future__ import annotations

import pytest

from overthink.errors import OverthinkError
from overthink.follow.modes import mode_of, prompt, thinks_of


@pytest.mark.parametrize(
    ("template", "thinks"),
    [
        ("{% if enable_thinking is false %}<think>\n\n</think>{% endif %}", "switch"),
        ("{{ content.split('</think>')[-1] }}", "always"),
        ("<|im_start|>assistant\n<think>\n", "always"),
        ("<|start|>assistant<|channel|>analysis", "always"),
        ("<|im_start|>assistant\n<thinking>\n", "always"),
        ("<|im_start|>assistant\n<thought>\n", "always"),
        ("[THINK]", "always"),
        ("<|im_start|>assistant\n", "prompt"),
        ("A helpful assistant that is thinking about each thought.", "prompt"),
    ],
)
def test_the_chat_template_tells_how_a_model_thinks(template: str, thinks: str) -> None:
    assert thinks_of(template) == thinks


def test_each_mode_says_and_switches_what_it_needs() -> None:
    assert (mode_of("base", "prompt").words.fill("{do} it"), mode_of("base", "prompt").options) == ("{do} it", {})
    assert "<think>" in mode_of("cot", "prompt").words.fill("it")
    assert mode_of("base", "switch").options == {"thinking": False}
    assert (mode_of("cot", "switch").words.fill("it"), mode_of("cot", "switch").options) == ("it", {"thinking": True})
    assert (mode_of("cot", "always").words.fill("it"), mode_of("cot", "always").options) == ("it", {})
    with pytest.raises(OverthinkError, match="no base mode"):
        mode_of("base", "always")


@pytest.mark.parametrize(("name", "examples"), [("ifeval", 4), ("complexbench", 3)])
def test_the_few_shot_prompts_have_as_many_examples_as_the_paper(name: str, examples: int) -> None:
    text = prompt(f"follow_few_shot_{name}").text
    assert text.count("\nAnswer:\n") == examples
    assert text.count("{question}") == 1
    assert text.endswith("{question}")
