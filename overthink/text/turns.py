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
        "the end of a message of Kimi K3",
        r"<\|close\|>\s{0,2}\w{1,20}\s{0,2}<\|sep\|>",
        examples=("<|close|>response<|sep|>", "<|close|> message <|sep|>"),
        not_examples=("<|open|>response<|sep|>",),
    ),
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
    Mark(
        "one with a prefix",
        r"<\|[a-z]{2,8}\|[a-z_]{3,20}\|>",
        examples=("<|ifm|im_end|>",),
        not_examples=("<|a|b|>",),
    ),
    Mark("of Gemma", r"<(?:start|end)_of_turn>|<\|?turn\|?>", examples=("<end_of_turn>", "<turn|>", "<|turn>")),
    Mark(
        "the end of a text",
        r"</s>|<eos>|<seed:[be]os>|\[e~\[",
        examples=("</s>", "<eos>", "<seed:eos>", "<seed:bos>", "[e~["),
        not_examples=("<s>",),
    ),
    Mark("of Mistral and Llama 2", r"\[/?INST\]", examples=("[INST]", "[/INST]"), not_examples=("[inst]",)),
    Mark(
        "of others",
        r"</?role>|</assistant>|<extra_id_\d{1,3}>|<SPECIAL_\d{1,3}>|<reserved_\d{1,3}>|<_(?:user|end|bot)>|\]~b\]"
        r"|\[unused(?:9|10)\]",
        examples=(
            "<role>",
            "</assistant>",
            "<extra_id_1>",
            "<SPECIAL_12>",
            "<reserved_106>",
            "<_user>",
            "]~b]",
            "[unused10]",
        ),
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
    ("<|message_user|><|content_text|>", ("<|end_message|>",)),  # Inkling
    ("<|begin|>user<|content|>", ("<|end|>",)),  # Solar Open
    ("[INST]", ("[/INST]",)),  # Mistral, Llama 2
)
"""What a template writes before the user's words, and after them."""

NEXT_USER_TURN = re.compile(
    "|".join(
        re.escape(re.sub(r"(?<=>)user.*", "", mark.strip())) + r"\s?user" * (">user" in mark) for mark, _ in USER_TURNS
    )
    + r"|\n(?:User|Human):(?=(?s:.{1,2000}?)\n(?:Assistant|AI):\s{0,4}[<\[◁][^\s\w]{0,2}(?i:think|thought|reason))"
)
"""Where a turn of the user begins; how its header ends is not looked at. In words if marks follow in the model's."""
_MARK = "|".join(mark.pattern for mark in MARKS)
_ANY_MARK = re.compile(_MARK)
_NO_ENDS = r"<[|｜](?:start|START|begin|open|channel|message|think|content_t|inner|tool|action|END_ACTION)"
"""How marks begin that begin something, or belong to the call of a tool."""
_TURN_ENDS = re.compile(rf"(?:(?!{_NO_ENDS})(?:{_MARK})\s*+)++(?:<s>\s*+)?\Z")
"""What ends a turn: no part of a thinking that is never closed, nor of an answer."""
TURN_STARTS = re.compile(
    rf"(?:\s*+(?:{_MARK})\s*+(?:assistant|ASSISTANT|model|bot|ai)\b\s*+(?:{_MARK})?"
    r"|\s*+<\|(?:[aA]ssistant|START_OF_TURN_TOKEN|CHATBOT_TOKEN|START_RESPONSE|START_TEXT|begin_of_text)\|>"
    r"|\s*+<｜(?:Assistant|begin▁of▁sentence)｜>|\s*+\[\|assistant\|\]|\s*+<(?:s|bos|assistant)>)++\s*+"
)
"""The header of the model's own turn."""
_TOOL_REPLY = re.compile(r"\s*+<tool_response>")
"""What Qwen's template writes in a turn of the user that is none of theirs."""
_TAIL = 120
"""Characters at the end of a text in which its turn ends."""


def next_user_turn(text: str, start: int) -> int:
    """Where the user's next turn begins behind `start`, the end of the text if there is none.

    A quoted one is none, nor is the reply of a tool.
    """
    turns = (turn for turn in NEXT_USER_TURN.finditer(text, start) if not _TOOL_REPLY.match(text, turn.end()))
    return next((turn.start() for turn in turns if not is_quoted(text, *turn.span())), len(text))


def is_over(text: str, start: int) -> bool:
    """Whether a mark ends the turn, or begins the user's next one behind `start`."""
    return _end(text, 0, len(text)) < len(text) or next_user_turn(text, start) < len(text)


def own_turn(text: str, start: int, end: int) -> Span:
    """`[start, end)` without the header of the turn and without what follows its end."""
    if header := TURN_STARTS.match(text, start, end):
        start = header.end()
    marks = _ANY_MARK.finditer(text, start, end)
    return start, next((mark.start() for mark in marks if not is_quoted(text, *mark.span())), end)


def header_end(text: str) -> int:
    """Where the header ends with which a turn of the model begins; 0 without one."""
    header = TURN_STARTS.match(text)
    return header.end() if header else 0


def without_ends(text: str, start: int, end: int | None = None) -> Span:
    """`[start, end)` without the tokens that end a turn; empty if there is nothing else but white space."""
    end = _end(text, start, len(text) if end is None else end)
    return (start, end) if text[start:end].strip() else (start, start)


def _end(text: str, start: int, end: int) -> int:
    """Where the marks begin that end a turn."""
    found = _TURN_ENDS.search(text, max(start, end - _TAIL), end)
    return found.start() if found else end
