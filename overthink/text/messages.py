"""One message of a chat API, whatever its shape: its thinking, its text, and what of it was not read.

message = read_message({"reasoning": "2 and 3 make 5.", "content": "5"})
message.reasoning, message.content      # "2 and 3 make 5.", "5"
message.written()                       # "<think>\\n2 and 3 make 5.\\n</think>\\n\\n5"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from overthink.text.about import end_of, error_of, model_of
from overthink.text.chats import ASSISTANT, USER, Raw
from overthink.text.finish import finish_reason
from overthink.text.keys import CONTENT_KEYS, INNER, LISTS, MORE, SUMMARY_KEYS, TEXT_KEYS, THINKING_KEYS
from overthink.text.marks import USUAL, Tags
from overthink.text.parts import (
    Piece,
    Reading,
    is_part,
    is_setting,
    looks_like_thinking,
    plain,
    squeezed,
    unread_keys,
)
from overthink.text.thinking import find_thinking
from overthink.text.thoughts import EDGES, bare, whole_parts, with_thoughts
from overthink.text.usage import Counts, counts_of, sum_of


@dataclass(frozen=True)
class Message:
    """What one reply holds.

    `pieces`: thoughts and texts, in order; none if the reply has no text (null). `unread_parts`, `unread_keys`: names
    of what looks like thinking or text and was not read. `redacted`: the server sent thinking encrypted, as a summary,
    or not at all. `finish`: why it ended, in the API's own word. `error`: what the server says instead of a reply.
    `model`: the name of the model, if it is given.
    """

    pieces: tuple[Piece, ...] = ()
    unread_parts: tuple[str, ...] = ()
    unread_keys: tuple[str, ...] = ()
    redacted: bool = False
    finish: Any = None
    counts: Counts = field(default_factory=Counts)
    error: str | None = None
    model: str | None = None

    @property
    def reasoning(self) -> str:
        """All thoughts, a blank line between them."""
        return "\n\n".join(thought for piece in self.pieces if piece.kind == "thought" and (thought := piece.text))

    @property
    def content(self) -> str | None:
        """The final text: that after the last thought; null if there is no text at all."""
        if not any(piece.kind == "text" for piece in self.pieces):
            return None
        last = max((k for k, piece in enumerate(self.pieces) if piece.kind == "thought"), default=-1)
        return "\n\n".join(piece.text for piece in self.pieces[last + 1 :] if piece.kind == "text")

    @property
    def unread(self) -> tuple[str, ...]:
        """Names of all that looks like thinking or text and was not read."""
        return self.unread_parts + self.unread_keys

    def thinks(self, tags: Tags | None = None) -> bool:
        """Whether it shows thinking, apart or between tags in its text."""
        found = find_thinking(self.content or "", tags)
        return bool(self.reasoning) or found.marked or found.unknown is not None

    def hides(self, tags: Tags | None = None) -> bool:
        """Whether the server thought and showed nothing of it."""
        thought = self.redacted if self.counts.reasoning is None else self.counts.reasoning > 0
        return thought and not self.thinks(tags)

    def written(self, tags: Tags | None = None, *, ended: bool = True) -> str | None:
        """One text: thoughts between tags, texts as they are; null if there is neither.

        If nothing comes after the last thought and the model did not end the response itself (`ended`), the thought
        never ended either, and its tag stays open.
        """
        if not self.pieces:
            return None
        opening, closing = tags or USUAL
        pieces = [piece for piece in self.pieces if piece.text]
        blocks = [
            piece.text if piece.kind == "text" else f"{opening}\n{piece.text.strip(EDGES)}\n{closing}"
            for piece in pieces
        ]
        if pieces and pieces[-1].kind == "thought":
            blocks[-1:] = [blocks[-1], ""] if ended else [blocks[-1].removesuffix(f"\n{closing}")]
        return "\n\n".join(blocks)

    def beside(self, thinking: Any, tags: Tags | None = None) -> Message:
        """This message with the thinking that was recorded beside it; the same thinking counts once."""
        if is_setting(thinking):
            return self
        found = _thoughts(thinking, tags)
        pieces = with_thoughts(found.pieces, list(self.pieces), tags)
        shown = [piece for piece in pieces if piece.kind == "text" or _is_shown(piece)]
        unread = tuple(dict.fromkeys((*self.unread_parts, *found.unread)))
        return replace(self, pieces=tuple(_merged(shown)), unread_parts=unread, redacted=self.redacted or found.hidden)


def read_message(message: Any, around: Sequence[Raw] = (), tags: Tags | None = None) -> Message:
    """One message: a text, a list of parts, or an object with content; `around`: the objects it is in, inmost first."""
    return _finished([message], around, tags)


def read_turns(turns: Sequence[Any], around: Sequence[Raw] = (), tags: Tags | None = None) -> Message:
    """The turns of a model between which it called tools, as one message: the thinking of each is a block."""
    return _finished(turns, around, tags)


def _finished(turns: Sequence[Any], around: Sequence[Raw], tags: Tags | None) -> Message:
    """The message of these turns, with what it, and the objects it is in, say of its end and its tokens."""
    reading = Reading()
    for number, turn in enumerate(turns):
        if number and reading.pieces:
            reading.pieces.append(Piece("gap"))
        _read_turn(turn, reading, tags)
    for place in around:
        if not any(piece.kind in ("thought", "summary") for piece in reading.pieces):
            _read_beside(place, reading, reading.pieces, tags)
    objects = [turn for turn in turns if isinstance(turn, Mapping)]
    chain = (*objects[-1:], *around)
    counts = sum_of([counts_of(turn) for turn in objects]).or_else(counts_of(*around))
    pieces, redacted = _without_summaries(reading, counts)
    seen = squeezed("".join(piece.text for piece in reading.pieces))
    shown = any(piece.kind == "thought" for piece in pieces)
    parts = [*reading.unread, *(reading.redacted if shown else [])]
    keys = dict.fromkeys(key for value in (*turns, *map(_own, around)) for key in unread_keys(value, seen))
    end = next((end for value in chain if (end := end_of(value))), None)
    merged = _merged([piece for piece in pieces if piece.kind in ("text", "gap") or _is_shown(piece)])
    return Message(
        tuple(_thinking_first(merged) if finish_reason(end) == "stop" else merged),
        tuple(dict.fromkeys(parts)),
        tuple(keys),
        redacted,
        end,
        counts,
        error_of(chain) if not any(piece.kind == "text" and piece.text.strip() for piece in pieces) else None,
        model_of(chain),
    )


def _own(value: Raw) -> Raw:
    """What an object says itself; the replies inside it are looked into for themselves."""
    return {key: inner for key, inner in value.items() if key not in (*LISTS, *INNER, "messages")}


def _read_turn(turn: Any, reading: Reading, tags: Tags | None) -> None:
    """One message, or one item of the Responses API, into the reading."""
    if not isinstance(turn, Mapping) or _is_item(turn) or (is_part(turn) and not turn.get("role")):
        own = Reading()
        own.read_parts(turn)
        own.pieces = [bare(piece, tags) for piece in own.pieces]
        reading.add(own)
        return
    turn = _opened(turn)
    own = Reading()
    thinks = turn.get("channel") == "analysis" or looks_like_thinking(str(turn.get("role")))
    own.read_parts(content_of(turn), thinks=thinks)
    own.pieces = [bare(piece, tags) for piece in own.pieces]
    if not any(piece.kind == "text" for piece in own.pieces) and isinstance(turn.get("refusal"), str):
        own.read_parts(turn["refusal"])
    _read_beside(turn, own, own.pieces, tags)
    if not any(piece.kind == "text" for piece in own.pieces):
        own.unread += _unread_texts(turn, own)
    reading.add(own)
    if turn.get("tool_calls") or turn.get("function_call"):
        reading.pieces.append(Piece("gap"))


def _opened(turn: Raw) -> Raw:
    """The message of a turn that a library keeps inside of an object of its own."""
    inner = next((turn[key] for key in ("message", "data") if isinstance(turn.get(key), Mapping)), None)
    return turn if inner is None or turn.get("content") is not None else inner


def _read_beside(place: Raw, reading: Reading, pieces: list[Piece], tags: Tags | None) -> None:
    """The thinking under the keys of an object, before these pieces, which are all that was read of it so far."""
    beside = Reading()
    for value in _thinking(place):
        if not is_setting(value):
            found = _thoughts(value, tags)
            found.pieces = with_thoughts(beside.pieces, found.pieces, tags) if beside.pieces else found.pieces
            beside.pieces = []
            beside.add(found)
    reading.pieces = []
    beside.pieces = with_thoughts(beside.pieces, pieces, tags)
    reading.add(beside)


def _thoughts(value: Any, tags: Tags | None) -> Reading:
    """What is under a key of thinking."""
    reading = Reading()
    reading.read_parts(whole_parts(value), thinks=True)
    reading.pieces = [bare(piece, tags) for piece in reading.pieces]
    return reading


def _unread_texts(turn: Raw, reading: Reading) -> list[str]:
    """Keys of texts in an object without content: one of them may be the answer."""
    seen = squeezed("".join(piece.text for piece in reading.pieces))
    texts = {key: value for key, value in turn.items() if isinstance(value, str) and len(value.split()) > 2}
    return [key for key, value in texts.items() if squeezed(value) not in seen]


def content_of(turn: Raw) -> Any:
    """What is under the key of the content. An object is one part, or holds parts."""
    value = next((turn[key] for key in CONTENT_KEYS if turn.get(key) is not None), None)
    if isinstance(value, Mapping) and isinstance(value.get("parts"), list):
        return value["parts"]
    return value


def _thinking(turn: Raw) -> Iterator[Any]:
    for place in (turn, *(turn.get(key) for key in MORE)):
        if isinstance(place, Mapping):
            for key in THINKING_KEYS:
                if place.get(key) is not None and not (key == "thought" and place[key] is True):
                    yield place[key]
            yield from (summary_of(place[key]) for key in SUMMARY_KEYS if not is_setting(place.get(key)))


def summary_of(value: Any) -> Raw:
    """What is under a key of summaries, as a part that says what it is."""
    return {"type": "summary", "text": plain(value, TEXT_KEYS)}


def _without_summaries(reading: Reading, counts: Counts) -> tuple[list[Piece], bool]:
    """Summaries are no thinking, unless the server counts 0 tokens of it: then the thinking is in their place."""
    thoughts = any(piece.kind == "thought" for piece in reading.pieces)
    if counts.reasoning != 0 or thoughts:
        return reading.pieces, reading.hidden
    shown = [Piece("thought", piece.text) if piece.kind == "summary" else piece for piece in reading.pieces]
    return shown, reading.hidden


def _is_shown(piece: Piece) -> bool:
    return piece.kind == "thought" and not piece.text.isspace()


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring pieces of one kind as one, unless there is a gap between them."""
    merged: list[Piece] = []
    gap = False
    for piece in pieces:
        if piece.kind == "gap":
            gap = True
            continue
        last = merged[-1] if merged else None
        if last is not None and last.kind == piece.kind and not gap:
            between = "\n\n" if piece.kind == "thought" else ""
            merged[-1] = Piece(piece.kind, last.text + between + piece.text)
        else:
            merged.append(piece)
        gap = False
    return merged


def _thinking_first(pieces: list[Piece]) -> list[Piece]:
    """Of a whole reply: it does not end with a thought, but AWS Bedrock puts that of some models behind the text."""
    return pieces[::-1] if [piece.kind for piece in pieces] == ["text", "thought"] else pieces


def _is_item(value: Raw) -> bool:
    """Is it a part, or an item of the Responses API, and no message?"""
    kind = value.get("type")
    return isinstance(kind, str) and not value.get("role") and kind.lower() not in (*ASSISTANT, *USER)
