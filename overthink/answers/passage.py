"""The part of a text that states its answer: without the next turn, what wraps it, the next question, and asides."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

from overthink.answers.values import CUES, MOST_CUES, is_bare, sentences, strip_punctuation
from overthink.records import Span
from overthink.text.paragraphs import stripped
from overthink.text.tex import boxes
from overthink.text.turns import own_turn

_TAG = re.compile(
    r"<(?P<closing>/?)(?P<name>(?:final[-_ ]?)?answer|output|solution|result|response)(?:\s[^<>]{0,200})?>"
    r"|<\|begin_of_(?:solution|answer)\|>",
    re.IGNORECASE,
)
_LONGEST_UNCLOSED = 200
_PLACEHOLDER = re.compile(
    r"[\W_]*(?:(?:your|the|final|and|or|answer|response|result|solution|here|tags?)[\W_]*)*", re.IGNORECASE
)
_HEADING = re.compile(r"[ \t]*(?:#{1,6}[ \t]|\*\*[^*\n]{1,80}\*\*:?[ \t]*$)", re.MULTILINE)
_NUMBERED = re.compile(r"(?P<word>[^\W\d_]+\W{0,3})(?P<number>\d{1,4})")
_TITLE = re.compile(r"#{1,6}[ \t*_]*(?:\d{1,2}[.):][ \t]+\S|\d{1,2}[ \t]+[A-Z]|[^\W\d_]{2,})")
_TAIL = 8000
_NEARBY = 300  # characters before another question in which this one must have been answered


def passage(text: str, start: int, end: int) -> Span:
    """The part of `text[start:end]` that states its answer: what the answer's own tag holds, if there is one."""
    start, end = own_turn(text, start, end)
    start, end = _tagged(text, start, end) or (start, end)
    return start, _next_question(text, start, end)


def _tagged(text: str, start: int, end: int) -> Span | None:
    """What is in the last tag of an answer that holds anything."""
    tags = list(_TAG.finditer(text, start, end))
    following = [*tags[1:], None][: len(tags)]
    for tag, closing in reversed([*zip(tags, following, strict=True)][-MOST_CUES:]):
        inside = stripped(text, tag.end(), closing.start() if closing else end)
        if not tag["closing"] and _counts(text, (start, end), tag, inside, closed=closing is not None):
            return inside
    if tags and tags[0]["closing"]:  # the opening one went with the mark that ends the thinking
        inside = stripped(text, start, tags[0].start())
        return inside if _counts(text, (start, end), tags[0], inside, closed=True) else None
    return None


def _counts(text: str, whole: Span, tag: re.Match[str], inside: Span, *, closed: bool) -> bool:
    """Whether a tag holds the answer: it is not empty, and no answer is stated behind it or beside it."""
    short = inside[1] - inside[0] <= _LONGEST_UNCLOSED
    if is_placeholder(text[slice(*inside)]) or not (closed or short or tag["name"] is None):
        return False
    named = "answer" in (tag["name"] or "answer").lower()
    return not _is_stated_again(text, inside[1], whole[1]) and (named or not _has_box_outside(text, whole, inside))


def _is_stated_again(text: str, start: int, end: int) -> bool:
    """Whether a box or a final answer is behind a tag: it was only quoted, or was a draft."""
    finals = CUES.final.finditer(text, start, end)
    return any(final[0].rstrip(" *_").endswith(":") for final in finals) or bool(boxes(text, start, end))


def is_placeholder(text: str) -> bool:
    """Whether a box or tag holds nothing, or only words such as "your answer"."""
    return _PLACEHOLDER.fullmatch(text) is not None


def _has_box_outside(text: str, whole: Span, inside: Span) -> bool:
    return not boxes(text, *inside) and bool(boxes(text, *whole))


def _next_question(text: str, start: int, end: int) -> int:
    """Where a model goes on with another question after it has answered this one; else `end`."""
    for pattern in (CUES.turn, CUES.question):
        for heading in pattern.finditer(text, start, end):
            if not _is_part(heading, text[start : heading.start()]) and _is_answered(
                text, start, heading.start(), sure=pattern is CUES.turn
            ):
                end = heading.start()
                break
    return end


def _is_part(heading: re.Match[str], before: str) -> bool:
    """Whether a numbered heading goes on with a count that began before: the parts of one answer."""
    numbered = _NUMBERED.search(heading[0])
    return numbered is not None and f"{numbered['word']}{int(numbered['number']) - 1}" in before


def _is_answered(text: str, start: int, end: int, *, sure: bool) -> bool:
    """Whether the question is answered just before another one begins; of another speaker's words it is `sure`."""
    said = stripped(text, start, end)
    if said[0] == said[1]:
        return False
    line = strip_punctuation(text, max(said[0], text.rfind("\n", *said) + 1), said[1])
    near = max(start, end - _NEARBY)
    announced = any(pattern.search(text, near, end) for pattern in (CUES.final, CUES.mark, CUES.forward, CUES.backward))
    concludes = CUES.conclusion.match(text, *line) is not None or is_bare(text[slice(*line)])
    return sure or announced or concludes or bool(boxes(text, near, end))


def asides(text: str, start: int, end: int) -> list[Span]:
    """Sentences at the end of a text that state no answer: offers, notes, and checks up to what they conclude."""
    start = max(start, end - _TAIL)
    found: list[Span] = []
    checking = False
    offered = 0  # the end of a line with an offer or a note
    for span in sentences(text, start, end):
        if _begins_check(text, span):
            checking = True
        elif CUES.conclusion.match(text, *span) or _HEADING.match(text, text.rfind("\n", start, span[0]) + 1, end):
            checking = False
        noted = CUES.note.match(text, *span) is not None
        if noted or CUES.offer.match(text, *span):
            offered = text.find("\n", span[1], end) % (len(text) + 1)
        if checking or span[0] < offered or _is_ticked(text, span):
            found.append(span)
    return found


def _begins_check(text: str, span: Span) -> bool:
    is_title = CUES.note.match(text, *span) is not None and text.startswith(":\n", span[1])
    return is_title or CUES.check.match(text, *span) is not None


def _is_ticked(text: str, span: Span) -> bool:
    return CUES.conclusion.match(text, *span) is None and any(tick in text[slice(*span)] for tick in "✓✔")


def is_heading(text: str, start: int, end: int) -> bool:
    """Whether "#" at `start` begin a heading, and announce no value."""
    return _TITLE.match(text, start, end) is not None


def is_within(spans: Sequence[Span], at: int) -> bool:
    """Whether a place is inside one of these rising spans."""
    before = bisect_right(spans, at, key=itemgetter(0)) - 1
    return before >= 0 and at < spans[before][1]
