"""The beginning of a turn that a prompt holds: an opening tag, or a whole empty box.

opened_by("<|assistant|><think>\\n")     # "<think>\\n"

Recordings often lack it: it is put back where it was.
"""

from __future__ import annotations

import re

from overthink.text.marks import TAGS, USUAL, Tags
from overthink.text.thinking import find_thinking

_PROMPTED = (
    ("<|channel|>analysis<|message|>", "<|end|>"),
    ("<|channel|>final<|message|>", "<|end|>"),
    ("<|im_start|>think\n", "<|im_start|>answer\n"),
)
"""What else may be at the end of a prompt."""
_TEMPLATES = ("<|channel|>analysis", "Here is my thought process:")
"""What else is in the chat templates of models that think."""


def looked_for(tags: Tags | None) -> tuple[Tags, ...]:
    """The pairs of tags to look for: those of the run if it names some, else all that are known."""
    return (tags,) if tags else tuple(tag.pair for tag in TAGS)


def empty_box(tags: Tags | None = None) -> str:
    """A thinking of no length, as templates write it before an answer that is given at once."""
    opening, closing = tags or USUAL
    return f"{opening}\n\n{closing}\n\n"


def opened_by(prompt: str, tags: Tags | None = None) -> str:
    """The part of the assistant's turn with which a prompt ends: an opening tag, an empty box, or nothing."""
    for opening, closing in looked_for(tags) if tags else (*looked_for(None), *_PROMPTED):
        first = re.escape(opening.rstrip())
        found = re.search(rf"{first}\s*(?:{re.escape(closing)}\s*)?\Z", prompt[-200:])
        if found:
            return found[0]
    return ""


def with_opening(turn: str, tags: Tags | None = None) -> str:
    """The turn with the opening tag that a recording often lacks, since its prompt held it."""
    found = find_thinking(turn, tags)
    if found.opened or not found.closed or found.tags is None:
        return turn
    return f"{found.tags[0].rstrip()}\n{turn}"


def whole_turn(text: str, *, thinking: bool | None, tags: Tags | None = None) -> str:
    """The turn whose beginning was in a prompt that nobody saw, with the tags that must have been there."""
    found = find_thinking(text, tags)
    if thinking is False and not found.marked:
        return empty_box(tags) + text
    return with_opening(text, tags)


def in_template(template: str, tags: Tags | None = None) -> bool:
    """Whether a chat template writes or reads any of the tags: its model was trained to think."""
    marks = [tag.rstrip() for pair in looked_for(tags) for tag in pair]
    return any(mark in template for mark in (marks if tags else (*marks, *_TEMPLATES)))
