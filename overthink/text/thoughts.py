"""One thinking that was recorded more than once: under several keys, in parts, and between tags in the text.

with_thoughts([Piece("thought", "I add them.")], [Piece("text", "<think>I add them.</think>5")])    # the text alone
"""

from __future__ import annotations

import re
from typing import Any

from overthink.text.parts import Piece, is_list_of_objects, squeezed
from overthink.text.thinking import Tags, find_thinking

EDGES = " \t\r\n"
"""What is not part of a text at its edges; other whitespace may be."""

_LABEL = re.compile(
    r"[\W_]*(?:thinking|thoughts?|reasoning|analysis|chain-?of-?thought)(?:process)?[\W_]*", re.IGNORECASE
)
_LONG = 40
"""From so many characters on a text that occurs in another one does so by no accident."""


def with_thoughts(thoughts: list[Piece], pieces: list[Piece], tags: Tags | None) -> list[Piece]:
    """Thoughts that were recorded beside a message, before its own pieces, unless they are among those already."""
    said = squeezed("".join(piece.text for piece in thoughts if piece.kind in ("thought", "summary")))
    if not said:
        return pieces if any(piece in pieces for piece in thoughts) else [*thoughts, *pieces]
    own = squeezed("".join(piece.text for piece in pieces if piece.kind in ("thought", "summary")))
    if own and (said in own or own in said):
        return _longer(thoughts, pieces, said, own)
    texts = [k for k, piece in enumerate(pieces) if piece.kind == "text"]
    text = _without_box("".join(pieces[k].text for k in texts), tags)
    if not own and texts and all(piece.kind in ("text", "gap") for piece in pieces):
        split = _split(said, text, tags)
        if split == 0:
            return pieces
        return [*thoughts, Piece("text", text[split:].lstrip(EDGES) if split else text)]
    return [*thoughts, *pieces]


def bare(piece: Piece, tags: Tags | None) -> Piece:
    """A thought without the tags that a server left at its ends."""
    if piece.kind != "thought":
        return piece
    found = find_thinking(piece.text, tags)
    start, end = found.span
    before, after = piece.text[:start].strip(), piece.text[slice(*found.after)].strip()
    tagged = found.marked and not after and len(before.split()) <= 1 and len(before) <= _LONG
    return Piece("thought", piece.text[start:end]) if tagged else piece


def whole_parts(value: Any) -> Any:
    """OpenRouter's details as they are collected from a stream: pieces with one index are one text."""
    if not is_list_of_objects(value) or len({str(part.get("index")) for part in value}) == len(value):
        return value
    joined: list[dict[str, Any]] = []
    for part in value:
        key = "text" if isinstance(part.get("text"), str) else "summary"
        last = joined[-1] if joined else {}
        same = part.get("index") is not None and (part["index"], part.get("type")) == (
            last.get("index"),
            last.get("type"),
        )
        if same and isinstance(part.get(key), str) and isinstance(last.get(key), str):
            joined[-1] = {**last, key: last[key] + part[key]}
        else:
            joined.append(dict(part))
    return joined


def _without_box(text: str, tags: Tags | None) -> str:
    """The text without the empty box, or the closing tag, that a template or a server left before it."""
    found = find_thinking(text, tags)
    empty = found.closed and not text[: found.after[0]][found.span[0] : found.span[1]].strip()
    return text[found.after[0] :].lstrip(EDGES) if empty and len(text[: found.after[0]]) <= _LONG else text


def _longer(thoughts: list[Piece], pieces: list[Piece], said: str, own: str) -> list[Piece]:
    """The same thinking twice: as a thought, if one recording is a summary; else the message's own, or the longer."""
    summary = any(piece.kind == "summary" for piece in (*thoughts, *pieces))
    if summary and said == own:
        rest = [piece for piece in pieces if piece.kind not in ("thought", "summary")]
        return [*(Piece("summary", piece.text) for piece in thoughts), *rest]
    if len(said) > len(own):
        return [*thoughts, *(piece for piece in pieces if piece.kind not in ("thought", "summary"))]
    return pieces


def _split(said: str, text: str, tags: Tags | None) -> int | None:
    """Where the thought `said` (squeezed) ends in a text that begins with it; 0 if the text is to be left as it is.

    Null if the text only happens to hold the same words.
    """
    found = find_thinking(text, tags)
    if found.marked:
        return 0 if said in squeezed(text[slice(*found.span)]) else None
    before, there, _ = squeezed(text).partition(said)
    if len(said) < _LONG or not there or (before and not _LABEL.fullmatch(before)):
        return None
    return _end_in(before + said, text)


def _end_in(said: str, text: str) -> int:
    """The index in `text` behind as many characters that are no whitespace as `said` has; 0 if nothing is left."""
    left = len(said)
    for at, character in enumerate(text):
        left -= not character.isspace()
        if left == 0:
            return at + 1 if text[at + 1 :].strip() else 0
    return 0
