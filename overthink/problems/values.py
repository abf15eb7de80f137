"""Values in the rows of files that others wrote: texts, and what a path of keys leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from overthink.errors import OverthinkError
from overthink.models.interface import clean
from overthink.text.chats import Raw
from overthink.text.thoughts import EDGES

__all__ = ["EDGES", "MISSING", "Raw", "at", "keys_at", "text_of"]

MISSING: Any = object()
"""What is at a path that leads nowhere; null may be at one that leads somewhere."""


def text_of(value: Any, key: str) -> str:
    """A text, or a number as one (`5.0` is `5`). OverthinkError, naming the key, for a list or an object."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    kind = "a list" if isinstance(value, list) else "an object" if isinstance(value, Mapping) else type(value).__name__
    raise OverthinkError(f"{key} is {kind}, not a text", "Name the column that holds it: --map NAME=COLUMN.")


def at(value: Any, path: str) -> Any:
    """What is under `path`: a key, or keys and indices of lists joined by dots (`responses.0.content`).

    A key after a list is that of each of its objects, so `samples.text` is a list. Keys may hold dots themselves.
    Null if a place on the way is null, MISSING if there is no such place.
    """
    return value[path] if isinstance(value, Mapping) and path in value else _at(value, path.split("."))


def keys_at(value: Any, path: str) -> str:
    """What there is as far as a path leads: the keys of an object, or the length of a list, in words."""
    parts = path.split(".")
    count = next(count for count in range(len(parts), -1, -1) if _at(value, parts[:count]) is not MISSING)
    place, there = ".".join(parts[:count]), _at(value, parts[:count])
    if isinstance(there, Mapping):
        return f"{f'the keys of {place}' if place else 'its keys'} are {', '.join(map(str, there)) or 'none'}"
    kind = "a text" if isinstance(there, str) else type(there).__name__
    return f"{place} is {f'a list of {len(there)}' if isinstance(there, list) else kind}"


def _at(value: Any, parts: Sequence[str]) -> Any:
    if not parts or value is None:
        return value
    if isinstance(value, Mapping):
        keys = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
        found = (_at(value[key], parts[key.count(".") + 1 :]) for key in keys if key in value)
        return next((inner for inner in found if inner is not MISSING), MISSING)
    if isinstance(value, list):
        if parts[0].removeprefix("-").isdecimal():
            index = int(parts[0])
            return _at(value[index], parts[1:]) if -len(value) <= index < len(value) else MISSING
        each = [_at(part, parts) for part in value if isinstance(part, Mapping)]
        if any(part is not MISSING for part in each):
            return [None if part is MISSING else part for part in each]
    return MISSING
