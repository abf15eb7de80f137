"""The assistant's whole turn as one text, whichever way it came: what its prompt opened, what a server split off.

A response with its tags tells thinking from answer by itself. Some chat templates write the opening tag (or a whole
empty box) into the prompt, and some servers take the thought out of the text: both are put back where they stood.
"""

from __future__ import annotations

import re

from overthink.core.thinking import TAGS

Tags = tuple[str, str]


def opened_by(prompt: str, tags: Tags | None = None) -> str:
    """What of the assistant's turn stands at the end of the prompt: an opening tag, an empty box, or nothing."""
    for opening, closing in (tags,) if tags else TAGS:
        found = re.search(rf"{re.escape(opening)}\s*(?:{re.escape(closing)}\s*)?\Z", prompt[-200:])
        if found:
            return found[0]
    return ""


def joined(reasoning: str, content: str, tags: Tags | None = None) -> str:
    """The text of a turn that a reasoning parser split; without content its thinking never ended."""
    opening, closing = tags or TAGS[0]
    if not reasoning:
        return content
    start = opening if reasoning.startswith("\n") else f"{opening}\n"
    return f"{start}{reasoning}{closing}{content}" if content else f"{start}{reasoning}"


def whole(text: str, *, thinking: bool | None, tags: Tags | None = None) -> str:
    """The text of a turn whose beginning stood in a prompt that was never seen: the tag that must have opened it."""
    pairs = (tags,) if tags else TAGS
    for opening, closing in pairs:
        if closing in text:
            return text if opening in text else f"{opening}\n{text}"
    if thinking is False and not any(opening in text for opening, _ in pairs):
        opening, closing = pairs[0]
        return f"{opening}\n\n{closing}\n\n{text}"
    return text
