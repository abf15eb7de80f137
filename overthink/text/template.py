"""Texts with places such as `{question}`."""

from __future__ import annotations

import re
from collections.abc import Mapping


def fill(template: str, texts: Mapping[str, str]) -> str:
    """Put each text into its place, in one pass: braces in a text, and other places, are only characters."""
    return re.sub(rf"\{{({'|'.join(map(re.escape, texts))})\}}", lambda place: texts[place[1]], template)
