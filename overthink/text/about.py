"""What the objects that a server answered say about a reply: why it ended, what failed, which model it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from overthink.text.chats import Raw
from overthink.text.finish import failure
from overthink.text.keys import ABOUT, FINISH_KEYS, MODEL_KEYS
from overthink.text.parts import is_list_of_objects, plain


def end_of(value: Raw) -> Any:
    """Why a response ended, as an object says itself, in the word of its API; null if it does not say."""
    details = value.get("incomplete_details")
    if isinstance(details, Mapping) and details.get("reason"):
        return details["reason"]
    for place in _about(value):
        said = next((place[key] for key in FINISH_KEYS if place.get(key)), None)
        if said is not None:
            return said
    is_response = value.get("object") == "response" or is_list_of_objects(value.get("output"))
    return value.get("status") if is_response else None


def _about(value: Raw, depth: int = 3) -> Iterator[Raw]:
    """The object, and those inside of it that say something about it."""
    yield value
    for key in ABOUT if depth else ():
        if isinstance(value.get(key), Mapping):
            yield from _about(value[key], depth - 1)


def error_of(chain: Sequence[Raw]) -> str | None:
    """What a server says instead of a reply."""
    for value in chain:
        if said := value.get("error"):
            return (said if isinstance(said, str) else plain(said, ("message", "error", "code", "type"))) or "an error"
        blocked = value.get("promptFeedback")
        if isinstance(blocked, Mapping) and blocked.get("blockReason"):
            return f"the prompt was blocked ({blocked['blockReason']})"
        if value.get("type") in ("errored", "expired", "canceled") or failure(value.get("status")):
            return str(value.get("type") or value.get("status"))
    return None


def model_of(chain: Sequence[Raw]) -> str | None:
    """The name of the model, as the first of these objects says it."""
    said = (next((value[key] for key in MODEL_KEYS if key in value), None) for value in chain)
    return next((name for name in said if isinstance(name, str)), None)
