"""What was asked is found in prompts as templates write them, with and without their special tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.imports.prompts import Prompt, read_prompt

ASKED = "What is\n\n2 + 3?"


@pytest.mark.parametrize(
    "prompt",
    [
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n",
        "<|im_start|>user\nOther<|im_end|>\n<|im_start|>assistant\n6<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n"
        "<|im_start|>assistant\n",
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user"
        "<|end_header_id|>\n\n{}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        "<｜begin▁of▁sentence｜>Be brief.<｜User｜>{}<｜Assistant｜>",
        "<bos><start_of_turn>user\n{}<end_of_turn>\n<start_of_turn>model\n",
        "<|start|>system<|message|>You are ChatGPT<|end|><|start|>user<|message|>{}<|end|><|start|>assistant",
        "<|start_of_role|>user<|end_of_role|>{}<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>",
        "<|system|>\nBe brief.<|end|>\n<|user|>\n{}<|end|>\n<|assistant|>\n",
        "<|user|>\n{}\n<|assistant|>\n",
        "[|system|]Be brief.[|endofturn|]\n[|user|]{}\n[|assistant|]",
        "<s>[INST] {} [/INST]",
        "<|im_user|>user<|im_middle|>{}<|im_end|><|im_assistant|>assistant<|im_middle|>",
        "system\nBe brief.\nuser\n{}\nassistant\n",
        "user\n{}\nassistant\n",
        "user\nOther\nassistant\n6\nuser\n{}\nassistant\n",
        "system\n\nBe brief.user\n\n{}assistant\n\n",
        "user\n{}\nmodel\n",
        "A conversation between User and Assistant. The User asks. User: {} Assistant: ",
        "system\nBe brief.\nuser\n{}\nassistant\nLet me solve this step by step.\n",
        "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\nLet me solve this step by step.\n",
        "A conversation between User and Assistant.\nUser: {}\nAssistant: Let me solve this step by step.\n",
        "system\n\nBe brief.user\n\n{}assistant",
        "{}",
        " {}\n",
    ],
)
@pytest.mark.parametrize("opening", ["", "<think>\n", "<think>\n\n</think>\n\n", "[THINK]"])
def test_the_users_last_words_are_the_question(prompt: str, opening: str) -> None:
    assert read_prompt(prompt.format(ASKED) + opening) == Prompt(ASKED, opening)


@pytest.mark.parametrize(
    "prompt",
    [
        "Who is the user\nof this assistant",
        "What does <think> do?",
        "Explain: model",
        "The User: interface. And the Assistant",
        "user manual\nassistant",
        "system of equations: x = 1, y = 2. assistant",
        "User: hello\nAssistant: hi, here is\na story of two lines",
        "user\nWhat did she say?\nassistant\n" + "She said that." * 20,
    ],
)
def test_what_only_looks_like_a_template_is_left_whole(prompt: str) -> None:
    assert read_prompt(prompt) == Prompt(prompt, "")


@pytest.mark.parametrize(
    ("opening", "output", "turn"),
    [
        ("<think>\n", "2 and 3 make 5.\n</think>\n\n5", "<think>\n2 and 3 make 5.\n</think>\n\n5"),
        ("<think>\n", "<think>\n2 and 3 make 5.", "<think>\n2 and 3 make 5."),
        ("", "5", "5"),
        ("<think>\n\n</think>\n\n", "5", "<think>\n\n</think>\n\n5"),
    ],
)
def test_a_turn_begins_with_what_its_prompt_began_of_it(opening: str, output: str, turn: str) -> None:
    assert Prompt("Q", opening).with_turn(output) == turn


def test_only_the_tags_of_the_run_open_a_turn() -> None:
    assert read_prompt("Q<think>", ("<r>", "</r>")) == Prompt("Q<think>", "")
    assert read_prompt("Q<r>", ("<r>", "</r>")) == Prompt("Q", "<r>")


@given(st.text())
def test_every_text_is_a_prompt(text: str) -> None:
    question, opening = read_prompt(text)
    assert question in text
    assert text.endswith(opening)


@pytest.mark.parametrize(
    "piece",
    [
        "assistant\n\n",
        "user\n",
        "\nassistant ",
        " Assistant:",
        "[INST]",
        "<|user|>",
        "assistant" + " " * 99,
        "\nuser\n",
    ],
)
@pytest.mark.parametrize("end", ["", "assistant", "\nassistant\n", " Assistant:", " " * 9_999 + "x"])
def test_time_grows_with_the_length_of_a_prompt_alone(piece: str, end: str) -> None:
    prompt = "user\n" + piece * (200_000 // len(piece)) + end
    assert read_prompt(prompt).question in prompt  # a quadratic pattern would take minutes
