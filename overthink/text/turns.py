"""The tokens of chat templates around turns: all of them, those of the user's turns, and what ends the model's."""

from __future__ import annotations

import re
from typing import NamedTuple

from overthink.records import Span
from overthink.text.quoting import is_quoted


class Mark(NamedTuple):
    """What templates write between the turns: the pattern of a kind of token, and texts that are of it, or not."""

    name: str
    pattern: str
    examples: tuple[str, ...]
    not_examples: tuple[str, ...] = ()


MARKS: tuple[Mark, ...] = (
    Mark(
        "a special token",
        r"<\|(?!begin_of_(?:box|solution|answer)\||end_of_box\|)[A-Za-z_]{3,40}\d?\|>",
        examples=("<|im_end|>", "<|eot_id|>", "<|END_OF_TURN_TOKEN|>", "<|user|>", "<|endoftext|>"),
        not_examples=("<|begin_of_box|>", "<|x|>", "<|a b|>"),
    ),
    Mark(
        "one between wide bars",
        "<｜[^｜<>\n]{1,40}｜>",
        examples=("<｜end▁of▁sentence｜>", "<｜User｜>"),
        not_examples=("<｜>",),
    ),
    Mark(
        "one between bars in square brackets",
        r"\[\|[a-z]{3,20}\|\]",
        examples=("[|endofturn|]", "[|user|]"),
        not_examples=("[|x|]", "[|a+b|]"),
    ),
    Mark("of Gemma", r"<(?:start|end)_of_turn>|<\|?turn\|?>", examples=("<end_of_turn>", "<turn|>", "<|turn>")),
    Mark(
        "the end of a text",
        r"</s>|<eos>|<seed:eos>|\[e~\[",
        examples=("</s>", "<eos>", "<seed:eos>", "[e~["),
        not_examples=("<s>",),
    ),
    Mark("of Mistral and Llama 2", r"\[/?INST\]", examples=("[INST]", "[/INST]"), not_examples=("[inst]",)),
    Mark(
        "of others",
        r"<role>|<extra_id_\d{1,3}>|<SPECIAL_\d{1,3}>|<reserved_\d{1,3}>|<_(?:user|end|bot)>|\]~b\]|\[unused(?:9|10)\]",
        examples=("<role>", "<extra_id_1>", "<SPECIAL_12>", "<reserved_106>", "<_user>", "]~b]", "[unused10]"),
        not_examples=("[unused]", "[used10]"),
    ),
)
"""What chat templates write between the turns, wherever it occurs in a text."""

USER_TURNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("<|im_start|>user\n", ("<|im_end|>", "<|im_start|>")),  # Qwen, and all that write ChatML
    ("<|im_user|>user<|im_middle|>", ("<|im_end|>",)),  # Kimi
    ("<|start_header_id|>user<|end_header_id|>", ("<|eot_id|>", "<|start_header_id|>")),  # Llama 3
    ("<|header_start|>user<|header_end|>", ("<|eot|>", "<|header_start|>")),  # Llama 4
    ("<｜User｜>", ("<｜Assistant｜>", "<｜end▁of▁sentence｜>")),  # DeepSeek
    ("<start_of_turn>user\n", ("<end_of_turn>", "<start_of_turn>")),  # Gemma 2 and 3
    ("<|turn>user\n", ("<turn|>", "<|turn>")),  # Gemma 4
    ("<|start|>user<|message|>", ("<|end|>", "<|start|>")),  # gpt-oss
    ("<|start_of_role|>user<|end_of_role|>", ("<|end_of_text|>", "<|start_of_role|>")),  # Granite
    ("<|USER_TOKEN|>", ("<|END_OF_TURN_TOKEN|>", "<|START_OF_TURN_TOKEN|>")),  # Cohere
    ("[|user|]", ("[|endofturn|]", "[|assistant|]")),  # EXAONE
    ("<|user|>", ("<|end|>", "<|assistant|>", "<|endoftext|>", "</s>")),  # Phi, GLM, OLMo, Tulu
    ("<|User|>", ("<|Assistant|>", "<|end_of_sentence|>")),
    ("[INST]", ("[/INST]",)),  # Mistral, Llama 2
)
"""What a template writes before the user's words, and after them."""

NEXT_USER_TURN = re.compile(
    "|".join(
        re.escape(re.sub(r"(?<=>)user.*", "", mark.strip())) + r"\s?user" * (">user" in mark) for mark, _ in USER_TURNS
    )
)
"""Where a turn of the user begins; how its header ends is not looked at."""
TURN_ENDS = re.compile(
    r"(?:<\|(?:im_end|endoftext|end|return|eot_id|EOT|eot|eom|end_of_text|END_OF_TURN_TOKEN|assistant_end|end_message|"
    r"content_model_end_sampling|user|observation)\|>"
    r"|<｜(?:end▁of▁sentence|User)｜>|\[\|endofturn\|\]|<turn\|>|<end_of_turn>|</s>|<eos>|<seed:eos>|\[e~\[|\[unused10\])\s*\Z"
)
"""What ends a turn: no part of a thinking that is never closed, nor of an answer."""
TURN_STARTS = re.compile(r"\s*+(?:(?:<s>|<bos>|<\|im_start\|>assistant\s|<｜Assistant｜>|<\|assistant\|>)\s*+)+")
_STRIPPED_WHOLE = 3  # ends of a turn, one behind the other
_TAIL = 120


def next_user_turn(text: str, start: int) -> re.Match[str] | None:
    """Where the user's next turn begins; what the text quotes is none."""
    turns = NEXT_USER_TURN.finditer(text, start)
    return next((turn for turn in turns if not is_quoted(text, *turn.span())), None)


def without_ends(text: str, start: int, end: int | None = None) -> Span:
    """`[start, end)` without the tokens that end a turn; empty if there is nothing else but white space."""
    end = len(text) if end is None else end
    for _ in range(_STRIPPED_WHOLE):
        if found := TURN_ENDS.search(text, max(start, end - _TAIL), end):
            end = found.start()
    return (start, end) if text[start:end].strip() else (start, start)
