"""Fences: text of others inside a prompt, between tags that it can neither close nor imitate."""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import count

from overthink.text.marks import TAGS
from overthink.text.turns import MARKS

_DIGITS = 8
_LOOKS_NUMBERED = re.compile(r"^[^\S\n]*\[\d+\]", re.MULTILINE)
_TURN_MARKS = re.compile(
    r"<[|｜][^<>\s]{1,60}[|｜]>|</?(?:s|bos)>|<</?SYS>>|\[/?SYSTEM_PROMPT\]|"
    + "|".join([*(mark.pattern for mark in MARKS), *(re.escape(mark.strip()) for tag in TAGS for mark in tag.pair)])
)
"""What begins or ends a turn or a thinking: many servers take it for that wherever it occurs."""


def fenced(name: str, text: str) -> str:
    """Put the text between `<name-…>` and `</name-…>`. The digits come from its digest and do not occur in it.

    Marks that end a turn, such as `<|im_end|>`, get a blank in them; all else is left as it is.
    """
    text = _TURN_MARKS.sub(lambda mark: f"{mark[0][0]} {mark[0][1:]}", text)
    tag = f"{name}-{_unused(text)}"
    return f"<{tag}>\n{text}\n</{tag}>"


def markers(text: str, first: int, last: int) -> list[str]:
    """Return the marks of the pieces `first` to `last` of a text: `[7]`, or `[3f9a1c2b:7]` if it numbers itself."""
    prefix = f"{_unused(text)}:" if _LOOKS_NUMBERED.search(text) else ""
    return [f"[{prefix}{number}]" for number in range(first, last + 1)]


def _unused(text: str) -> str:
    """Return eight hex digits that follow from the text and do not occur in it."""
    data = text.encode("utf-8", "surrogatepass")
    digests = (sha256(b"%d " % salt + data).hexdigest()[:_DIGITS] for salt in count())
    return next(digits for digits in digests if digits not in text.lower())
