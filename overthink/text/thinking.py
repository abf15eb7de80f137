"""The thinking of a response: what is between the marks of any family.

find_thinking("<think>2 + 3</think>5").span          # (7, 12)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from overthink.records import CUT_OFF, Response, Span
from overthink.text.endings import breaks_off
from overthink.text.marks import (
    ANSWER_END,
    ANSWER_START,
    BARE_HARMONY,
    CHANNELS,
    CUT_WORDS,
    LONE_WORD,
    TAGS,
    WORDS,
    Channels,
    Kind,
    is_bare_harmony,
)
from overthink.text.marks import Tags as Tags  # noqa: PLC0414 - named together with what is taken from here
from overthink.text.paragraphs import stripped
from overthink.text.quoting import is_quoted
from overthink.text.tags import Mark, tags_of, without_asides
from overthink.text.tools import without_tools
from overthink.text.turns import header_end, is_over, next_user_turn, without_ends
from overthink.text.unknown import UNKNOWN_OPENING, unknown_mark

_FIRST_LIST = "555364"
"""The digest of the list under which rows bear the name of a judge alone, and not that of another list as well."""

_FIRST_WORDS = 100
"""Characters before which an opening tag counts although it is not where a template would write one."""
_LAST_ANSWER = 200
"""Characters behind an answer at most, for what is before it to be the thinking although nothing closed that."""
_IMPLIED = re.compile(rf"(?:^|(?<=[.!?)}}\]$>]))[^\S\n]{{0,8}}({ANSWER_START.pattern})", re.MULTILINE)
_ANSWER_START = re.compile(rf"\s*(?:{ANSWER_START.pattern})")
_ANSWER_TOKENS = re.compile(r"<\|(?:begin_of_solution|START_RESPONSE|START_TEXT|open\|>\s?response\s?<\|sep)\|>")
_WAY_OF_READING = 2
"""Raised if other thinking is found with the same list of marks."""


@dataclass(frozen=True)
class Thinking:
    """`span`: from the first to the last character of thinking, outer white space left out; `(p, p)` for an empty box.

    `blocks`: its stretches of thinking, if there are several; what is between them (marks, tool calls, words to the
    user) is none. `opened`, `closed`: whether the response has the marks. `after`: the text after the closing one,
    without what a template puts around an answer; `(n, n)` with n the length of the response if there is none.
    `tags`: the tags of its family. `unknown`: what looks like a mark, if there are no known ones.
    """

    span: Span
    opened: bool
    closed: bool
    after: Span
    blocks: tuple[Span, ...]
    tags: Tags | None = None
    unknown: str | None = None

    @property
    def marked(self) -> bool:
        """Whether the response has marks of thinking at all."""
        return self.opened or self.closed

    def text(self, response: str) -> str:
        """The thinking alone, a blank line between its blocks."""
        return self.within(response, *self.span)

    def within(self, response: str, start: int, end: int) -> str:
        """What of `response[start:end]` is thinking, a blank line between blocks."""
        places = [(max(start, low), min(end, high)) for low, high in self.blocks]
        return "\n\n".join(response[low:high] for low, high in places if low <= high)

    def without_gaps(self, response: str) -> str:
        """The response with white space for what is between the blocks: every offset stays, paragraphs end there."""
        if len(self.blocks) < 2:
            return response
        parts, at = [response[: self.blocks[0][1]]], self.blocks[0][1]
        for start, end in self.blocks[1:]:
            parts += ["\n\n".ljust(start - at)[: start - at], response[start:end]]
            at = end
        return "".join([*parts, response[at:]])


def thinking_of(response: Response, tags: Tags | None = None) -> Thinking:
    """The thinking of a response, as every stage takes it: of one whose server hid it there is none."""
    text = response.response
    if response.hidden:
        return Thinking((0, 0), opened=False, closed=False, after=(0, len(text)), blocks=((0, 0),))
    return find_thinking(text, tags)


def find_thinking(response: str, tags: Tags | None = None) -> Thinking:
    """The thinking of a response. With `tags` (opening, closing) only these are looked for. Linear in the response.

    A missing opening mark (models whose prompt ends with it) and a missing closing one (a response that was cut off)
    are allowed for; several blocks are all of them thinking, and with several closing marks the last one ends it. What
    the text quotes or speaks of is no mark. A response without any mark is thinking as a whole.
    """
    if tags is not None:
        found = _between_tags(response, tags_of(response, tags), tags)
    else:
        found = (
            _between_words(response) or _between_marks(response) or _before_answer(response) or _behind_word(response)
        )
    if found is not None:
        return found
    end = len(response)
    span = stripped(response, *without_ends(response, header_end(response), next_user_turn(response, 0)))
    return Thinking(span, False, False, (end, end), (span,), unknown=None if tags else unknown_mark(response))


def is_truncated(response: Response, thinking: Thinking) -> bool:
    """Whether the response was cut off: as the engine says, else if it opens its thinking and never closes it.

    With its thinking closed, without marks, or if the prompt held the opening one: if its text breaks off, and no mark
    says that the turn is over.
    """
    if response.finish_reason != "unknown":
        return response.finish_reason in CUT_OFF
    start = thinking.after[0] if thinking.closed else 0
    if (thinking.closed or not thinking.opened) and is_over(response.response, start):
        return False
    if thinking.closed:
        return breaks_off(response.response[slice(*thinking.after)])
    return thinking.opened or breaks_off(response.response)


def name_with_tags(judge: str) -> str:
    """The name of a judge that looks for these marks: with another list its stored rows are owed again."""
    digest = hashlib.sha256(repr((TAGS, WORDS, CHANNELS, _WAY_OF_READING)).encode()).hexdigest()[:6]
    return judge if digest == _FIRST_LIST else f"{judge}+tags-{digest}"


# Tags


def _between_marks(text: str) -> Thinking | None:
    """The thinking between tags or in channels, whichever come first; None if there are none."""
    marks = _of_one_family(text, _without_box(text, tags_of(text)))
    first = marks[0].start if marks else len(text)
    for family in CHANNELS:
        if family.needed in text:
            messages = list(_messages(text, family))
            if messages and messages[0].start <= first:
                return _between_channels(text, family, messages)
    if marks:
        return _between_tags(text, marks, TAGS[marks[0].family].pair)
    return _between_channels(text, BARE_HARMONY, list(_messages(text, BARE_HARMONY))) if is_bare_harmony(text) else None


def _without_box(text: str, marks: list[Mark]) -> list[Mark]:
    """The tags without those of an empty box at the start, right behind which another family's thinking begins."""
    if [mark.opening for mark in marks[:3]] != [True, False, True] or not marks[2].firm:
        return marks
    ends = [0, *(mark.end for mark in marks[:2])]
    empty = not any(text[end : mark.start].strip() for end, mark in zip(ends, marks, strict=False))
    return marks[2:] if empty and marks[0].family == marks[1].family != marks[2].family else marks


def _of_one_family(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The tags that count, all of the family whose tag comes first; none without a firm one.

    Tags that are not firm count as closing ones if there are no others. One of another family may close it, too.
    """
    firm = [mark for mark in marks if mark.firm]
    if not firm:
        return []
    family = without_asides(text, [mark for mark in marks if mark.family == firm[0].family])
    if not family:
        return _of_one_family(text, [mark for mark in marks if mark.family != firm[0].family])
    own = [mark for mark in family if mark.firm]
    if any(not mark.opening for mark in own):
        early = family[0].start < _FIRST_WORDS and "\n" not in text[: family[0].start]
        return [family[0], *own] if early and family[0].opening and not own[0].opening else own
    if any(not mark.opening for mark in family):
        return [mark for mark in family if mark.firm or not mark.opening]
    openings = {mark.family for mark in firm if mark.opening}
    others = [mark for mark in firm if not mark.opening and mark.family not in openings]
    return [*(own if own and not text[: own[0].start].strip() else ()), *others] if others else own


def _between_tags(text: str, marks: Sequence[Mark], tags: Tags) -> Thinking | None:
    """The thinking between these tags.

    Behind a closing tag comes the answer; but if another closing one follows without an opening one between, the
    thinking went on up to there. Tags with nothing behind them but the end of the text are left over.
    """
    if not marks:
        return None
    marks, limit = _of_first_turn(text, marks)
    blocks: list[Span] = []
    at, state = 0, "before"
    last = stripped(text, *without_ends(text, 0, limit))[1]
    for mark in marks:
        if state == "after" and mark.end >= last:
            return _thinking(text, blocks, tags, opened=marks[0].opening, after=_answer(text, at, mark.start))
        if mark.opening and state == "after" and mark is marks[-1] and not _begins_line(text, mark.start):
            break  # it begins another turn, and belongs to no thinking
        if state == "thinking" or not mark.opening:
            blocks.append((at or _turn_start(text), mark.start))
        at, state = mark.end, "thinking" if mark.opening else "after"
    if state == "thinking" and len(blocks) == 0 and (implied := _implied(text, at)) is not None:
        blocks.append((at, implied))
        at, state = implied, "after"
    if state == "thinking":
        blocks.append(without_ends(text, at, limit))
        *_, rest = without_tools(text, *blocks[-1])
        state = "after" if rest[0] > at and not text[slice(*rest)].strip() else state  # a call of a tool ended it
        at = limit
    after = _answer(text, at, limit) if state == "after" else None
    return _thinking(text, blocks, tags, opened=marks[0].opening, after=after)


def _of_first_turn(text: str, marks: Sequence[Mark]) -> tuple[Sequence[Mark], int]:
    """The tags of the turn in which the thinking is closed, and its end: a model may write the user's next one."""
    closed = next((mark.end for mark in marks if not mark.opening), len(text))
    end = next_user_turn(text, closed)
    return [mark for mark in marks if mark.start < end], end


def _turn_start(text: str) -> int:
    """Where the turn begins behind the tokens of its header, and an opening tag that is not known."""
    start = header_end(text)
    unknown = UNKNOWN_OPENING.match(text, start)
    return unknown.end() if unknown else start


def _begins_line(text: str, at: int) -> bool:
    """Whether a tag is the first on its line, or right behind another."""
    before = text[max(0, at - 200) : at].rstrip(" \t")
    return not before or before.endswith(("\n", ">"))


def _implied(text: str, start: int) -> int | None:
    """Where the answer of a thinking begins that nothing closes: at the tag before it, the last one in the text."""
    at = None
    for found in _IMPLIED.finditer(text, start):
        at = found.start() if not is_quoted(text, *found.span(1)) else at
    if at is None:
        return None
    closed = ANSWER_END.search(text, at)
    if closed is None:
        return at
    behind = text[closed.end() : closed.end() + _LAST_ANSWER + 1]
    return at if len(behind) <= _LAST_ANSWER and not behind.startswith((".", ",")) else None


def _thinking(text: str, blocks: Sequence[Span], tags: Tags | None, *, opened: bool, after: Span | None) -> Thinking:
    """The thinking of these blocks, without tool calls and white space. Without `after` it was never closed."""
    pieces = [stripped(text, *piece) for block in blocks for piece in without_tools(text, *block)]
    whole = tuple(piece for piece in pieces if piece[0] < piece[1]) or (pieces[0] if pieces else (0, 0),)
    end = len(text)
    return Thinking((whole[0][0], whole[-1][1]), opened, after is not None, after or (end, end), whole, tags)


def _answer(text: str, start: int, end: int | None = None) -> Span:
    """What comes after the thinking, without the end of the turn and what a template puts around the whole answer."""
    start, end = without_ends(text, start, next_user_turn(text, start) if end is None else end)
    opening = _ANSWER_START.match(text, start, end)
    if opening is None:
        return start, end
    closing = ANSWER_END.search(text, opening.end(), end)
    if closing is None:
        return opening.end(), end
    whole = opening[0].endswith("|>") or not text[closing.end() : end].strip()
    return (opening.end(), closing.start()) if whole else (start, end)


def _before_answer(text: str) -> Thinking | None:
    """What is before an answer that special tokens begin, in a text without any other mark."""
    found = _ANSWER_TOKENS.search(text)
    if found is None or is_quoted(text, *found.span()):
        return None
    return _thinking(text, [(0, found.start())], None, opened=False, after=_answer(text, found.start()))


# Messages


class _Message(NamedTuple):
    """A message of a turn: the place of its header, what it is, and its text."""

    start: int
    kind: Kind
    text: Span


def _messages(text: str, family: Channels) -> Iterator[_Message]:
    headers = [header for header in family.header.finditer(text) if not is_quoted(text, *header.span())]
    starts = [*(header.start() for header in headers), len(text)]
    for header, end in zip(headers, starts[1:], strict=True):
        border = _border(text, family, header.end(), end)
        span = without_ends(text, header.end(), border.start() if border else end)
        yield _Message(header.start(), family.kind(header[0]), span)


def _border(text: str, family: Channels, start: int, end: int) -> re.Match[str] | None:
    """Where a message ends that begins at `start`: at the first border that is not quoted."""
    borders = family.border.finditer(text, start, end)
    return next((border for border in borders if not is_quoted(text, *border.span())), None)


def _between_channels(text: str, family: Channels, messages: Sequence[_Message]) -> Thinking | None:
    """The thinking in messages. What comes before the first header is of a message that the prompt began."""
    if not messages:
        return None
    answered = next((message.start for message in messages if message.kind == "answer"), len(text))
    limit = next_user_turn(text, answered)
    messages = [message for message in messages if message.start < limit]
    lead = _border(text, family, 0, len(text))
    before = (0, min(lead.start() if lead else len(text), messages[0].start))
    begun = messages[0].kind != "thinking" and text[slice(*before)].strip() != ""
    blocks = [before] if begun else []
    last = 0  # the number of messages up to the last one that is thinking
    for number, message in enumerate(messages, start=1):
        if message.kind == "thinking":
            blocks.append(message.text)
            last = number
    rest = messages[last:]
    spoken = [m.text for m in rest if m.kind == "answer"] or [m.text for m in rest if m.kind == "said"]
    after = without_ends(text, spoken[0][0], min(spoken[-1][1], limit)) if spoken else (len(text), len(text))
    return _thinking(text, blocks, None, opened=last > 0, after=after if rest else None)


# Words


def _between_words(text: str) -> Thinking | None:
    """The thinking between words that begin it and the answer."""
    for words in WORDS:
        opening = re.compile(rf"\s*+{words.opening}").match(text)
        closing = re.compile(words.closing).search(text, opening.end()) if opening else None
        if opening and closing:
            blocks = [(opening.end(), closing.start())]
            return _thinking(text, blocks, None, opened=words.opened, after=_answer(text, closing.end()))
    return None


def _behind_word(text: str) -> Thinking | None:
    """The thinking of a text that begins with a word which only a template writes so, or breaks off; it was cut off."""
    opening = LONE_WORD.match(text) or (CUT_WORDS.match(text) if breaks_off(text) else None)
    return _thinking(text, [without_ends(text, opening.end())], None, opened=True, after=None) if opening else None
