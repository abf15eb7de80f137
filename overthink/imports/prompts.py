r"""Prompts as a chat template wrote them: the user's last words, and the beginning of the assistant's turn.

    read_prompt("<|im_start|>user\nWhat is 2 + 3?<|im_end|>\n<|im_start|>assistant\n<think>\n")
    # Prompt("What is 2 + 3?", "<think>\n")

Training frameworks decode prompts without their special tokens; what is left of a template is then bare words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from overthink.problems.values import EDGES
from overthink.text.openings import opened_by
from overthink.text.thinking import Tags
from overthink.text.turns import USER_TURNS

_BARE: tuple[tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]], ...] = (
    # Qwen: "system\nBe brief.\nuser\nWhat is 2 + 3?\nassistant\n"
    (re.compile(r"(?:system|user)\n"), re.compile(r"(?:\A|\n)user\n"), re.compile(r"\nassistant[ \t]*(?:\n|\Z)")),
    # Gemma: "user\nWhat is 2 + 3?\nmodel\n"
    (re.compile(r"user\n"), re.compile(r"(?:\A|\n)user\n"), re.compile(r"\nmodel[ \t]*(?:\n|\Z)")),
    # Llama 3: "system\n\nBe brief.user\n\nWhat is 2 + 3?assistant\n\n"
    (re.compile(r"(?:system|user)\n\n"), re.compile(r"user\n\n"), re.compile(r"assistant(?:[ \t]*\n\n|(?=\s*\Z))")),
    # R1-Zero's prompt of base models: "A conversation between … User: What is 2 + 3? Assistant: "
    (re.compile(r""), re.compile(r"(?:\A|\s)User:"), re.compile(r"\sAssistant:")),
)
"""How a decoded prompt begins, and what comes before the user's words in it and before the assistant's."""

_PREFILL = 200
"""So many characters may a template put into the assistant's mouth, in one line: "Let me solve this step by step."."""


class Prompt(NamedTuple):
    """`question`: the user's last words, or the whole prompt if no template is known that wrote it.

    `opening`: the tag (or empty box) of the thinking with which it ends; "" if there is none.
    """

    question: str
    opening: str

    def with_turn(self, output: str) -> str:
        """The assistant's whole turn: the output behind what the prompt began of it."""
        begun = self.opening.strip()
        return output if not begun or output.lstrip().startswith(begun) else self.opening + output


def read_prompt(text: str, tags: Tags | None = None) -> Prompt:
    """What was asked in a rendered prompt. `tags` are the thinking tags of the run, None for the usual ones."""
    opening = opened_by(text, tags)
    prompt = text[: len(text) - len(opening)]
    asked = next(_questions(prompt), prompt)
    return Prompt(asked.strip(EDGES), opening)


def last_asked(turns: Any) -> list[dict[str, Any]] | None:
    """The user's last message in a prompt that is a chat, as a chat of this one; null if there is none."""
    said = turns if isinstance(turns, list) else []
    return [turn for turn in said if isinstance(turn, dict) and turn.get("role") == "user"][-1:] or None


def _questions(prompt: str) -> Iterator[str]:
    for mark, ends in USER_TURNS:
        at = prompt.rfind(mark)
        if at >= 0:
            rest = prompt[at + len(mark) :]
            yield rest[: min((end for end in map(rest.find, ends) if end >= 0), default=len(rest))]
    for begin, asks, answers in _BARE:
        ended = _last(answers, prompt)
        if ended is None or not begin.match(prompt) or not _is_prefill(prompt[ended.end() :]):
            continue
        if asked := _last(asks, prompt[: ended.start()]):
            yield prompt[asked.end() : ended.start()]


def _is_prefill(text: str) -> bool:
    return len(text.strip()) <= _PREFILL and "\n" not in text.strip()


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=re.Match.start, default=None)
