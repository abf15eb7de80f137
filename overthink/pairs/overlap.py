"""Is this problem one of a benchmark's? Texts of one problem differ in blanks, dollars and ways of writing TeX."""

from __future__ import annotations

import re
from unicodedata import normalize

_SPACING = re.compile(r"\\(?:left|right|displaystyle|quad|qquad|text|mathrm|[,!;: ])(?![a-z])")
_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_OTHER = re.compile(r"[^\w+\-*/^=<>()\[\]|%.]")


def problem_key(text: str) -> str:
    """The text without case, blanks, punctuation and TeX's spacing; letters, digits and operators stay."""
    folded = _SPACING.sub("", normalize("NFKC", text).casefold())
    folded = folded.replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    return _OTHER.sub("", _POINT.sub("", folded))
