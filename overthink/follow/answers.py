"""Which part of a response is its answer: what comes after the thinking, and nothing if that never ended."""

from __future__ import annotations

from overthink.records import CUT_OFF, Response, Span
from overthink.text.thinking import thinking_of


def split(response: Response, tags: tuple[str, str] | None, *, always_thinks: bool) -> tuple[Span | None, Span | None]:
    """The spans of the thinking and of the answer; None if the response has no such part.

    A response without any tag is an answer as a whole, unless the model always thinks and was cut off: then it never
    came out of a thinking that its prompt had opened.
    """
    text = response.response
    found = thinking_of(response, tags)
    if found.closed:
        return found.span, _stripped(text, *found.after)
    if found.opened or (always_thinks and response.finish_reason in CUT_OFF):
        return found.span, None
    return None, _stripped(text, 0, len(text))


def _stripped(text: str, start: int, end: int) -> Span:
    """Without the line ends around it: those after a closing tag are the model's form, and no part of its answer."""
    answer = text[start:end]
    return start + len(answer) - len(answer.lstrip()), end - (len(answer) - len(answer.rstrip()))
