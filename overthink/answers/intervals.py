"""Inequalities as intervals, as texts."""

from __future__ import annotations

import re

from overthink.answers.brackets import split, top_level
from overthink.answers.names import is_name
from overthink.answers.shapes import key_of

_RELATION = re.compile(r"\\(?:le|ge|ne)(?![A-Za-z])|[<>]")


def interval(text: str) -> tuple[str, str] | None:
    """The name that an inequality is about, and its interval; ("", "") if it is of another form, None if it is none."""
    parts = split(text, _RELATION)
    if len(parts) not in (2, 3) or not all(parts):
        return None
    signs = [
        {"le": "<=", "ge": ">="}.get(sign, sign) for sign in (at[0].lstrip("\\") for at in top_level(text, _RELATION))
    ]
    if any(part.startswith("|") for part in parts):
        return "", ""
    return _between(parts, signs) if len(parts) == 3 else _beyond(parts, signs[0])


def _is_bounded(name: str) -> bool:
    """Whether an interval for what is named so is one for an unknown; one for its square is not."""
    return is_name(name) and "^" not in name


def _between(parts: list[str], signs: list[str]) -> tuple[str, str]:
    r"""The interval of `1 < x \le 2`."""
    (low, name, high), (first, last) = parts, signs
    if first[0] != last[0] or "n" in first or not _is_bounded(name):
        return "", ""
    if first[0] == ">":
        low, first, last, high = high, last, first, low
    return key_of(name), f"{'[' if '=' in first else '('}{low},{high}{']' if '=' in last else ')'}"


def _beyond(parts: list[str], sign: str) -> tuple[str, str]:
    r"""The interval of `x > 1`, `1 \ge x`, `x \ne 1`."""
    name, bound = parts
    if not _is_bounded(name):
        name, bound, sign = bound, name, {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(sign, sign)
    if not _is_bounded(name):
        return "", ""
    if sign == "ne":
        interval = rf"(-\infty,{bound})\cup({bound},\infty)"
    elif sign[0] == "<":
        interval = rf"(-\infty,{bound}{']' if '=' in sign else ')'}"
    else:
        interval = rf"{'[' if '=' in sign else '('}{bound},\infty)"
    return key_of(name), interval
