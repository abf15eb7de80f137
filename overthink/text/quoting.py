"""Whether a text quotes a mark, and does not use it.

is_quoted("Close it with `</think>`.", 15, 23)      # True
"""

from __future__ import annotations

import re

WINDOW = 300
"""Characters of a line, before and behind a tag, by which it is told whether the text speaks of it."""
_QUOTATION_MARKS = dict(zip("\"'“‘«「『([{`", "\"'”’»」』)]}`", strict=True))
_SPACED = dict(zip("«“(（", "»”)）", strict=True))
_BOLD = (re.compile(r"(?:\A|\s)(?:\*\*|__)\Z"), re.compile(r"(?:\*\*|__)(?:[\s.,;:!?)]|\Z)"))
_TAG = r"(?:标签|標籤|标记|標記|タグ|태그|\b[Tt]ags?\b|\b[Bb]alises?\b|\b[Ee]tiquetas?\b|\b[Тт]ег\w?)"
_NAMED = (re.compile(rf"{_TAG}\s?\Z"), re.compile(rf"-?\s?{_TAG}"))
_SHORT_QUOTE = 80
_CLOSING_QUOTE = re.compile(r'(?:[^"]*[^\s"])?"')
_ENDS_OF_QUOTE = ('"', '."', ',"')


def end_of_line(text: str, at: int) -> int:
    """Where the line of a place ends, or what of it matters."""
    end = text.find("\n", at, at + WINDOW)
    return end if end >= 0 else min(at + WINDOW, len(text))


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What is before and behind a tag on its line, as far as it matters."""
    before = text[max(0, start - WINDOW) : start]
    return before.rpartition("\n")[2].lstrip("\ufeff"), text[end : end_of_line(text, end)]


def is_quoted(text: str, start: int, end: int) -> bool:
    """Whether a mark is between quotation marks."""
    return quotes(*around(text, start, end))


def quotes(before: str, behind: str) -> bool:
    """Whether a tag is between quotation marks, right at it or on its line, or called a tag."""
    at_it = _QUOTATION_MARKS.get(before[-1:], "\n") in behind[:2]
    emphasized = _BOLD[0].search(before) is not None and _BOLD[1].match(behind) is not None
    curly = before.rfind("“") > before.rfind("”") and "”" in behind
    named = _NAMED[0].search(before) is not None or _NAMED[1].match(behind) is not None
    at_it |= _SPACED.get(before.rstrip()[-1:], "\n") == behind.lstrip()[:1]
    return at_it or emphasized or curly or named or _is_in_code(before, behind) or _is_in_quotes(before, behind)


def _is_in_code(before: str, behind: str) -> bool:
    """Whether a tag is between backticks; one right at it is enough if its partner is not on the line."""
    if before.count("`") % 2:
        return "`" in behind or before.endswith("`")
    return behind.startswith("`") and behind.count("`") % 2 == 1


def _is_in_quotes(before: str, behind: str) -> bool:
    """Whether a tag is between straight quotation marks: next to one of them, or not far behind the first."""
    if before.count('"') % 2 == 0 or not _CLOSING_QUOTE.match(behind):
        return False
    return before.endswith('"') or behind.startswith(_ENDS_OF_QUOTE) or len(before) - before.rfind('"') < _SHORT_QUOTE
