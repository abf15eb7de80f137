"""The one JSON object in a judge's reply, whatever is around it. Nothing is guessed: two objects are none.

A reply may think first, wrap its JSON in a fence or in prose, and forget to double a backslash. Linear in its length.
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from overthink.errors import UnreadableReply
from overthink.models.interface import clean
from overthink.text.thinking import find_thinking


class Answered(BaseModel):
    """The base of what judges are to reply: no key more, none less, no number in a string."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Shape = TypeVar("Shape", bound=Answered)

_CANDIDATES = 4
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\')
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def read_reply(reply: str, shape: type[Shape]) -> Shape:
    """Find the object of this shape in the reply. The shape has one key at the top, by which it is found.

    UnreadableReply, naming the fault and nothing of the reply's words, if there is none or there are several.
    """
    (key,) = shape.model_fields
    text = _after_thinking(clean(reply))
    if not text.strip():
        raise UnreadableReply("empty_reply", "the reply is empty")
    found = [_shaped(value, shape) for value in _objects(text, key)]
    if not found:
        raise UnreadableReply("no_json", f'the reply holds no JSON object {{"{key}": ...}}')
    if any(other != found[0] for other in found[1:]):
        raise UnreadableReply("several_replies", f'the reply holds several unlike objects {{"{key}": ...}}')
    return found[0]


def one_line(text: str, longest: int) -> str:
    """A judge's own words as they are stored: no control characters, no line breaks, not too long."""
    words = " ".join(_UNPRINTABLE.sub(" ", clean(text)).split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def _after_thinking(reply: str) -> str:
    if reply.lstrip().startswith(("{", "```")):
        return reply  # what looks like a tag in there is a quotation
    thinking = find_thinking(reply)
    if thinking.closed:
        return reply[slice(*thinking.after)]
    if thinking.opened:
        raise UnreadableReply("cut_off", "the reply ends before its thinking does")
    return reply


def _objects(text: str, key: str) -> list[Any]:
    """Find every whole object that opens with this key. UnreadableReply if one breaks off, or there are too many."""
    found: list[Any] = []
    opening = re.compile(rf'\{{\s*"{re.escape(key)}"\s*:')
    match = opening.search(text)
    while match:
        if len(found) == _CANDIDATES:
            raise UnreadableReply("several_replies", f'the reply holds many objects {{"{key}": ...}}')
        value, end = _object_at(text, match.start())
        found.append(value)
        match = opening.search(text, end)
    return found


def _shaped(value: Any, shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part)[:40] for part in first["loc"] if isinstance(part, int) or part.isidentifier())
        raise UnreadableReply("wrong_shape", f"{place}: {first['msg'][:200]}") from None


def _object_at(text: str, start: int) -> tuple[Any, int]:
    """Return the object that starts here, and its end. Lone backslashes are doubled if it is no JSON otherwise."""
    try:
        return _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        pass
    doubled = _ESCAPE.sub(lambda escape: r"\\" if escape[0] == "\\" else escape[0], text[start:])
    try:
        value, length = _DECODER.raw_decode(doubled)
    except RecursionError:
        raise UnreadableReply("invalid_json", "the JSON is nested too deeply") from None
    except ValueError as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else "a number is too long, or a key stands twice"
        raise UnreadableReply("invalid_json", f"the JSON breaks off or is not valid: {what}") from None
    return value, start + _undoubled(text[start:], length)


def _undoubled(text: str, length: int) -> int:
    """How many characters of the text became so many with its lone backslashes doubled."""
    added = 0
    for escape in _ESCAPE.finditer(text):
        if escape.start() + added >= length:
            break
        added += escape[0] == "\\"
    return length - added


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs. ValueError if a key occurs twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_once)
