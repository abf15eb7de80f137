"""One thinking and one answer as each family of models writes them."""

from __future__ import annotations

from collections.abc import Callable

from overthink.text.marks import TAGS

Written = Callable[[str, str], str]


def _tags(opening: str, closing: str, answer: tuple[str, str] = ("", "")) -> Written:
    return lambda thinking, text: f"{opening}{thinking}{closing}{answer[0]}{text}{answer[1]}"


_END, _ASSISTANT = "<|end|>", "<|start|>assistant"
_TOOL = (
    f"{_ASSISTANT}<|channel|>commentary to=functions.add <|constrain|>json<|message|>{{}}<|call|>"
    "<|start|>functions.add to=assistant<|channel|>commentary<|message|>7<|end|>"
)

FAMILIES: dict[str, Written] = {
    "qwen": _tags("<think>\n", "\n</think>\n\n"),
    "deepseek": _tags("", "\n</think>\n\n"),
    "qwen-turn": _tags("<|im_start|>assistant\n", "\n</think>\n\n", ("", "<|im_end|>\n<|endoftext|>")),
    "deepseek-header": _tags("<｜Assistant｜><think>\n", "\n</think>\n\n", ("", "<｜end▁of▁sentence｜>")),
    "deepseek-turn": _tags("<think>\n", "\n</think>\n\n", ("", "<｜end▁of▁sentence｜>")),
    "glued": _tags("<think>", "</think>"),
    "upper": _tags("<THINK>\n", "\n</THINK>\n"),
    "attributes": _tags('<think signature="a+b/c==" budget=7>\n', "\n</think>\n"),
    "hunyuan": _tags("<think>\n", "\n</think>\n", ("<answer>\n", "\n</answer>")),
    "glm-z1": _tags("<think>\n", "</think>\n", ("<answer>", "</answer><|user|>")),
    "hunyuan-suffix": _tags("<think:6124c78e>", "</think:6124c78e>"),
    "ernie": _tags("", "\n</think>\n\n", ("<response>\n", "\n</response>\n")),
    "thinking": _tags("<thinking>\n", "\n</thinking>\n"),
    "exaone": _tags("<thought>\n", "\n</thought>\n\n"),
    "marco": _tags("<Thought>\n", "\n</Thought>\n", ("<Output>\n", "\n</Output>")),
    "grpo": _tags("<reasoning>\n", "\n</reasoning>\n", ("<answer>\n", "\n</answer>\n")),
    "grpo-box": _tags("<think>\n\n</think>\n\n<reasoning>\n", "\n</reasoning>\n", ("<answer>", "</answer>")),
    "prompted": _tags("<thinking>\n", "\n</thinking>\n", ("<final_answer>", "</final_answer>")),
    "magistral": _tags("[THINK]", "[/THINK]"),
    "seed": _tags("<seed:think>\n", "\n</seed:think>\n", ("", "<seed:eos>")),
    "minimax-m3": _tags("<mm:think>", "</mm:think>"),
    "k2-horizon": _tags("<ifm|think>\n", "\n</ifm|think>\n"),
    "k2-horizon-medium": _tags("<ifm|think_fast>\n", "\n</ifm|think_fast>\n"),
    "k2-horizon-low": _tags("", "\n</ifm|think_faster>\n"),
    "kimi-vl": _tags("◁think▷", "◁/think▷"),
    "kimi-k3": _tags(
        "<|open|>think<|sep|>",
        "<|close|>think<|sep|>",
        ("<|open|>response<|sep|>", "<|close|>response<|sep|><|close|>message<|sep|>"),
    ),
    "kimi-k3-message": _tags(
        "<|open|>think<|sep|>", "<|close|>think<|sep|>", ("", "<|close|>message<|sep|><|end_of_msg|>")
    ),
    "kimi-k3-tools": _tags(
        "<|open|>think<|sep|>",
        "<|close|>think<|sep|>",
        ("<|open|>response<|sep|>", "<|close|>response<|sep|><|open|>tools<|sep|>{}<|close|>tools<|sep|>"),
    ),
    "kimi-k3-spaced": _tags("", "<|close|> think <|sep|>", ("<|open|> response <|sep|>", "<|close|> response <|sep|>")),
    "cohere": _tags(
        "<|START_THINKING|>", "<|END_THINKING|>", ("<|START_RESPONSE|>", "<|END_RESPONSE|><|END_OF_TURN_TOKEN|>")
    ),
    "cohere-text": _tags("<|START_THINKING|>", "<|END_THINKING|>", ("<|START_TEXT|>", "<|END_TEXT|>")),
    "gemma": _tags("<|channel>thought\n", "\n<channel|>", ("", "<turn|>")),
    "gemma-prompted": _tags("", "\n<channel|>"),
    "gemma-word": _tags("thought\n", "\n<channel|>"),
    "skythought": _tags(
        "<|begin_of_thought|>\n\n",
        "\n\n<|end_of_thought|>\n\n",
        ("<|begin_of_solution|>\n\n", "\n\n<|end_of_solution|>"),
    ),
    "skythought-unclosed": _tags("<|begin_of_thought|>\n\n", "\n\n", ("<|begin_of_solution|>\n\n", "")),
    "apertus": _tags("<|inner_prefix|>", "<|inner_suffix|>", ("", "<|assistant_end|>")),
    "plamo": _tags("<|plamo:begin_think:plamo|>\n", "\n<|plamo:end_think:plamo|>\n"),
    "solar-2": _tags("", "<|think:end|>"),
    "solar": _tags("<|think|>", "<|end|><|begin|>assistant", ("<|content|>", "<|flush|>")),
    "pangu": _tags("[unused16]\n", "\n[unused17]\n", ("", "[unused10]")),
    "hyperclova": _tags("/think\n", "<|im_end|>\n<|im_start|>assistant\n", ("", "<|im_end|>")),
    "hyperclova-words": _tags("/think\n", "\nassistant\n"),
    "open-webui": _tags(
        '<details type="reasoning" done="true" duration="5">\n<summary>Thought for 5 seconds</summary>\n',
        "\n</details>\n",
    ),
    "s1": _tags("think\n", "\nanswer\n"),
    "s1-tokens": _tags("<|im_start|>think\n", "\n<|im_start|>answer\n", ("", "<|im_end|>")),
    "s1-prompted": _tags("", "\n<|im_start|>answer\n"),
    "ollama": _tags("Thinking...\n", "\n...done thinking.\n\n"),
    "granite": _tags("Here is my thought process:\n\n", "\n\nHere is my response:\n\n"),
    "granite-headings": _tags("### Here is my thought process:\n\n", "\n\n### Here is my response:\n\n"),
    "granite-quantized": _tags("Here's my thought process: ", "\nHere's my response: "),
    "gpt-oss": _tags(
        "<|channel|>analysis<|message|>", f"{_END}{_ASSISTANT}", ("<|channel|>final<|message|>", "<|return|>")
    ),
    "gpt-oss-json": _tags(
        "<|channel|>analysis<|message|>",
        f"{_END}{_ASSISTANT}",
        ("<|channel|>final <|constrain|>json<|message|>", "<|return|>"),
    ),
    "gpt-oss-prompted": _tags("", f"{_END}{_ASSISTANT}", ("<|channel|>final<|message|>", "")),
    "gpt-oss-tool": _tags("<|channel|>analysis<|message|>", f"{_END}{_TOOL}{_ASSISTANT}<|channel|>final<|message|>"),
    "gpt-oss-broken": _tags(
        f"<|channel|>commentary?{_END}{_ASSISTANT}<|channel|>analysis<|message|>",
        f"{_END}{_ASSISTANT}<|channel|>final<|message|>",
    ),
    "gpt-oss-no-channel": _tags("<|channel|>analysis<|message|>", f"{_END}{_ASSISTANT}<|message|>", ("", "<|return|>")),
    "gpt-oss-words": _tags("analysis", "assistantfinal"),
    "gpt-oss-words-prompted": _tags("", "assistantfinal"),
    "gpt-oss-words-tool": _tags("analysis", 'assistantcommentary to=functions.add json{"a": 7}assistantfinal'),
    "inkling": _tags(
        "<|message_model|><|content_thinking|>",
        "<|end_message|><|message_model|>",
        ("<|content_text|>", "<|end_message|>"),
    ),
    "muse": _tags("to=self<|message|>", "<|eom|><|start|>assistant ", ("to=user<|message|>", "<|eot|>")),
    **{tag.opening.strip(): _tags(tag.opening, tag.closing) for tag in TAGS},
}
"""By family, or by one of its forms: `(thinking, answer)` as a response. The thinking begins with a capital letter."""
