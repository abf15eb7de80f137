"""Whether a text breaks off: in the middle of a sentence, of a formula, or of a bracket."""

from __future__ import annotations

import re

_LAST_WORDS = 300
_ENDINGS = (".", "!", "?", "。", "}", "]", ")", "$", "*", '"', "”", "`", "|>")
_FINAL = re.compile(r"\\boxed|final answer|answer:|#### ", re.IGNORECASE)


def breaks_off(text: str) -> bool:
    """Whether it does."""
    end = text.rstrip()[-_LAST_WORDS:]
    return bool(end) and not (end.endswith(_ENDINGS) or _FINAL.search(end))
