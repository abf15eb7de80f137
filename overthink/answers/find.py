"""Finds the answer that a text states: in boxes, by cues, at its end. Always a verbatim quotation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from overthink.answers.asked import Asked, asked_by, digits
from overthink.answers.passage import asides, is_heading, is_placeholder, is_within, passage
from overthink.answers.phrases import is_whole
from overthink.answers.prose import bare_answer, last_value, value_before_break
from overthink.answers.values import (
    BOLD,
    CUES,
    MOST_CUES,
    OPTION,
    SAME_STATEMENT,
    TAIL,
    VALUE,
    end_of_sentence,
    is_bare,
    last_first,
    last_value_of,
    sentences,
    start_of_sentence,
    strip_punctuation,
    value_after,
    value_equated,
    words_after,
)
from overthink.records import Span
from overthink.text.paragraphs import stripped
from overthink.text.tex import Box, whole_boxes
from overthink.text.thinking import Thinking, find_thinking
from overthink.text.turns import own_turn

_CLAUSE = re.compile(r"[,;(:]|\bbut\b")
_LONGEST_CLAUSE = 120
_DIRECTLY = re.compile(r"[\s*_`$({\\\[\"'“‘~≈]*(?:[Oo]ption|[Cc]hoice|[Aa]bout|[Aa]pproximately)?[\s*_`$({\\\[]*")
_LABEL_BEFORE = re.compile(r"\s*(?:\\(?:text|textbf|mathrm|textrm)\{)?\s*(?:[Tt]he\s)?(?:final\s|correct\s)?")
_CLOSING_BRACE = re.compile(r"\s*\}\s*")
_STOP = re.compile(r"[.!?](?!\d)")
_LONE_LETTER = re.compile(r"(?:\A|\n)[ \t*_(]{0,6}(?P<letter>[A-J])[ \t*_).]{0,6}\Z")
_ENDED = re.compile(r"[.!?。\n]")
_MOST_PARTS = 26
_PART = re.compile(r"^[ \t#*_]{0,8}(?:\(?[a-h]\)|Part (?:[A-H]|[IVX]{1,4}|\d)\b)", re.MULTILINE)
_REST = re.compile(r"[\s.,;:!?。，*_`~$)\\\]\"'”’✅✓]*")


class FinalAnswer(NamedTuple):
    """The characters of a response that state its final answer.

    `announced`: a box, a tag or words say that this is the answer, or nothing else is said; if not, it is
    the likeliest value of the text.
    """

    span: Span
    announced: bool


_Found = Iterator[tuple[bool, Span | None]]


def final_answer(response: str, thinking: Thinking, cut_off: bool = False, question: str = "") -> FinalAnswer | None:
    """The characters of the response that state its final answer, or None if it states none.

    In the text after the thinking tag: the last complete box, else the answer that a cue announces, else the words that
    the thinking states as its answer, else the last value. If there is no such text, the last answer of the thinking.
    In a response that was `cut_off`, a mere last value is no answer: the text just ends there. What it concludes or
    prints in bold before the break is one, else what its closed thinking comes to. The `question` tells which of the
    sentences with a value answers it.
    """
    tagged = thinking.marked
    after = passage(response, *thinking.after)
    thought = own_turn(response, *thinking.span) if tagged else passage(response, *thinking.span)
    asked = asked_by(question)
    if cut_off:
        found = _in_broken(response, after, thought, asked, closed=thinking.closed)
    else:
        found = _in_whole(response, after, thought, asked, tagged=tagged)
    return next((FinalAnswer(span, announced) for announced, span in found if span), None)


def _in_whole(text: str, after: Span, thought: Span, asked: Asked, *, tagged: bool) -> _Found:
    """The answers of a response that is whole, the surest first; whether each is announced."""
    yield True, stated_answer(text, *after, in_parts=asked.in_parts, given=asked.given)
    stated = stated_answer(text, *thought, in_parts=asked.in_parts and not tagged, given=asked.given)
    yield True, stated and _last_repetition(text, stated, after)
    yield True, _announced_words(text, *after)
    yield True, bare_answer(text, *after, asked)
    yield False, last_value(text, *after, in_words=not tagged, asked=asked)
    yield True, stated
    if not tagged:
        yield True, bare_answer(text, *thought, asked)
        yield False, last_value(text, *thought, asked=asked)


def _in_broken(text: str, after: Span, thought: Span, asked: Asked, *, closed: bool) -> _Found:
    """The answers of a response that breaks off; one that ends with it may not be whole."""
    last = stated_answer(text, *after, given=asked.given)
    yield True, last if last and last[1] < len(text) else None
    stated = stated_answer(text, *thought, given=asked.given)
    yield True, stated
    yield True, last
    yield False, value_before_break(text, *after, asked)
    if closed:
        yield True, bare_answer(text, *thought, asked)
        yield False, last_value(text, *thought, asked=asked)


def _last_repetition(text: str, quotation: Span, where: Span) -> Span | None:
    """The last place in `where` of the quoted words, as words of their own."""
    words = text[slice(*quotation)]
    at = text.rfind(words, *where)
    while at >= 0 and _is_inside_word(text, at, at + len(words)):
        at = text.rfind(words, where[0], at + len(words) - 1)
    return (at, at + len(words)) if at >= 0 else None


def _is_inside_word(text: str, start: int, end: int) -> bool:
    before, behind = text[start - 1 : start], text[end : end + 1]
    return (before.isalnum() and text[start].isalnum()) or (behind.isalnum() and text[end - 1].isalnum())


def quoted_answer(text: str) -> str:
    """The answer that a text states, the text itself if it is nothing but an answer, "" if there is none."""
    if is_whole(text):
        return text.strip()
    found = final_answer(text, find_thinking(text))
    return "" if found is None else text[slice(*found.span)]


def stated_answer(
    text: str, start: int, end: int, *, in_parts: bool = False, given: frozenset[str] = frozenset()
) -> Span | None:
    """The last answer that `text[start:end]` announces, by a box or by words, else None.

    `in_parts`: the question has parts, so that the boxes of all parts are one answer. `given`: the digits of the
    numbers that the question holds.
    """
    if in_parts and (whole := _boxes_of_parts(text, start, end)):
        return whole
    if letter := _closing_letter(text, start, end):
        return letter
    skipped = asides(text, start, end)
    return _stated(text, start, end, skipped, given) or (_stated(text, start, end, (), given) if skipped else None)


def _closing_letter(text: str, start: int, end: int) -> Span | None:
    """The letter of an option that is alone on the last line."""
    end = stripped(text, start, end)[1]
    line = max(text.rfind("\n", start, end), start)
    letter = _LONE_LETTER.match(text, line, end)
    return letter.span("letter") if letter and line > start else None


def _stated(text: str, start: int, end: int, skipped: Sequence[Span], given: frozenset[str]) -> Span | None:
    """The last answer that is announced outside of what is `skipped`."""
    if box := _last_box(text, start, end, skipped):
        return _announced_later(text, box.whole[1], end, skipped, given) or _inside_box(text, *box.inside)
    for forward in (False, True):
        for cue in _cues(text, start, end, skipped, forward=forward):
            if span := _announced(text, cue, end, skipped, given):
                return span
    for cue in last_first(CUES.backward.finditer(text, start, end)):
        if span := last_value_of(text, start_of_sentence(text, start, cue.start()), cue.start()):
            return span
    return None


def _cues(text: str, start: int, end: int, skipped: Sequence[Span], *, forward: bool) -> Iterator[re.Match[str]]:
    """The cues from the last one back: those that say "final", or the others; none of what is only supposed."""
    patterns = (CUES.forward, *CUES.letters) if forward else (CUES.final, CUES.mark)
    found = [cue for pattern in patterns for cue in last_first(pattern.finditer(text, start, end))]
    for cue in sorted(found, key=lambda one: one.end(), reverse=True)[:MOST_CUES]:
        before = text[max(start, cue.start() - _LONGEST_CLAUSE) : cue.start()]
        if not is_within(skipped, cue.start()) and not CUES.supposed.search(before):
            yield cue


def _announced(text: str, cue: re.Match[str], end: int, skipped: Sequence[Span], given: frozenset[str]) -> Span | None:
    """What a cue announces; nothing if a sentence just ends with its words."""
    if "letter" in cue.re.groupindex:
        return cue.span("letter")
    if _STOP.match(text, cue.end(), end):
        return None
    if cue.re is CUES.mark:
        return _behind_mark(text, cue.span(), end)
    concluded = _concluded(text, cue.end(), end, skipped, given) if _is_label(cue) else None
    span = concluded or value_after(text, cue.end(), end)
    return None if span and _is_taken_back(text, span[1], end) else span


def _is_taken_back(text: str, start: int, end: int) -> bool:
    """Whether the next sentence says that this is wrong."""
    following = end_of_sentence(text, min(start + 2, end), end)
    behind = text[following : min(end, following + _LONGEST_CLAUSE)].lstrip(" .*\n")
    return CUES.correcting.match(behind) is not None and CUES.rejected_behind.search(behind) is not None


def _is_label(cue: re.Match[str]) -> bool:
    return cue[0].rstrip(" *_").endswith((":", "："))


def _announced_words(text: str, start: int, end: int) -> Span | None:
    """The words that a label announces if there is no value among them, and no more is said."""
    skipped = asides(text, start, end)
    for forward in (False, True):
        for cue in _cues(text, start, end, skipped, forward=forward):
            span = words_after(text, cue.end(), end) if cue.re is CUES.final or _is_label(cue) else None
            if span and all(is_within(skipped, one[0]) for one in sentences(text, span[1], min(end, span[1] + TAIL))):
                return span
    return None


def _behind_mark(text: str, mark: Span, end: int) -> Span | None:
    """The answer behind "####", which begins headings, too."""
    return None if is_heading(text, text.index("#", *mark), end) else value_after(text, mark[1], end)


def _concluded(text: str, start: int, end: int, skipped: Sequence[Span], given: frozenset[str]) -> Span | None:
    """If a whole explanation follows a label, what the last sentence that draws a conclusion comes to.

    A conclusion within a sentence ("…, so each is 9 m long") is one if the explanation begins with what is `given`.
    """
    found = list(sentences(text, start, min(end, start + TAIL)))
    if not found or is_bare(text[slice(*found[0])]):
        return None
    only_given = all(digits(value[0]) in given for value in VALUE.finditer(text, *found[0]))
    for span in reversed(found[1:]):
        if is_within(skipped, span[0]) or not (value := last_value_of(text, *span)):
            continue
        within = only_given and CUES.so_clause.search(text, span[0], value[0])
        if within or CUES.conclusion.match(text, *span) or BOLD.search(text, *span):
            return value
    return None


def _announced_later(text: str, start: int, end: int, skipped: Sequence[Span], given: frozenset[str]) -> Span | None:
    """An answer that is announced after a box, alone in its sentence."""
    for forward in (False, True):
        for cue in _cues(text, start, end, skipped, forward=forward):
            opening = start_of_sentence(text, start, cue.start())
            if not _opens(text, opening, cue.start()):
                continue
            span = _announced(text, cue, end, (), given)
            if span and _overrules(text, cue, span, end) and not CUES.supposing.search(cue[0]):
                return span
    return None


def _opens(text: str, start: int, at: int) -> bool:
    """Whether only words of conclusion and markup are before a cue in its sentence."""
    if conclusion := CUES.conclusion.match(text, start, at):
        start = conclusion.end()
    rest = text[start:at].strip(" ,*_#>`\n\t").lower()
    return rest in ("", "the", "our", "my", "the correct", "the final", "correct", "the best", "your")


def _overrules(text: str, cue: re.Match[str], span: Span, end: int) -> bool:
    if not (VALUE.search(text, *span) or OPTION.fullmatch(text, *span) or text[span[0]] in "$\\(["):
        return False
    rest = _REST.match(text, span[1], end)
    alone = rest is not None and (rest.end() == end or _ENDED.search(rest[0]) is not None)
    if "letter" in cue.re.groupindex or (alone and _DIRECTLY.fullmatch(text, cue.end(), span[0])):
        return True
    return cue.re is CUES.final and value_equated(text, cue.end(), end) is not None


def _inside_box(text: str, start: int, end: int) -> Span:
    r"""The contents of a box without words that announce them: `\text{Answer: } 5`."""
    for pattern in (CUES.final, CUES.forward):
        cue = pattern.search(text, start, min(end, start + _LONGEST_CLAUSE))
        if cue and _LABEL_BEFORE.fullmatch(text, start, cue.start()):
            value = strip_punctuation(text, cue.end(), end)
            opened = _CLOSING_BRACE.match(text, *value)
            value = strip_punctuation(text, opened.end(), end) if opened else value
            if value[0] < value[1]:
                return value
    return start, end


def _last_box(text: str, start: int, end: int, skipped: Sequence[Span]) -> Box | None:
    """The last box that states an answer; from the first to the last of several that together state one."""
    every = [box for box in whole_boxes(text, start, end) if not is_placeholder(text[slice(*box.inside)])]
    if not every:
        return None
    latest = range(len(every) - 1, max(-1, len(every) - 1 - MOST_CUES), -1)
    last = next((at for at in latest if not _is_no_answer(text, start, end, every, at, skipped)), -1)
    found = every[: last + 1] or every
    first = len(found) - 1
    while first > 0 and _is_same_statement(text, found[first - 1], found[first]):
        first -= 1
    if len({text[slice(*box.inside)] for box in found[first:]}) == 1:
        return found[-1]
    whole = (found[first].whole[0], found[-1].whole[1])
    return Box(whole, whole)


def _boxes_of_parts(text: str, start: int, end: int) -> Span | None:
    """From the first to the last box if each is in a part of its own: "(a) … (b) …"."""
    found = whole_boxes(text, start, end)
    labels = list(_PART.finditer(text, start, end))
    if len(labels) > _MOST_PARTS:
        return None
    borders = [*(label.start() for label in labels), end][1:]
    parts = [
        [box for box in found if label.end() <= box.whole[0] and box.whole[1] <= border]
        for label, border in zip(labels, borders, strict=True)
    ]
    if len(parts) < 2 or not all(parts):
        return None
    return parts[0][-1].whole[0], parts[-1][-1].whole[1]


def _is_no_answer(text: str, start: int, end: int, every: Sequence[Box], at: int, skipped: Sequence[Span]) -> bool:
    """Whether a box is in a check, or its part of the sentence says that it is wrong."""
    opening, closing = every[at].whole
    before = max(start_of_sentence(text, start, opening), every[at - 1].whole[1] if at else start)
    if CUES.rejected_opening.match(text, before, opening):
        return True
    clause = max((found.end() for found in _CLAUSE.finditer(text, before, opening)), default=before)
    behind = min(end, closing + _LONGEST_CLAUSE, every[at + 1].whole[0] if at + 1 < len(every) else end)
    behind = end_of_sentence(text, closing + text.startswith("$", closing), behind)
    if text.count("(", closing, behind) > text.count(")", closing, behind):  # the next box is in brackets
        behind = text.rindex("(", closing, behind)
    return (
        is_within(skipped, opening)
        or CUES.rejected_before.search(text, clause, opening) is not None
        or CUES.rejected_behind.search(text, closing, behind) is not None
    )


def _is_same_statement(text: str, box: Box, following: Box) -> bool:
    between = (box.whole[1], following.whole[0])
    return not text[slice(*between)].strip() or SAME_STATEMENT.fullmatch(text, *between) is not None
