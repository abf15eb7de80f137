"""The tags of a text: those that part its thinking from its answer, without those that it quotes or speaks of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from overthink.text.marks import TAGS, Tags
from overthink.text.quoting import WINDOW, around, end_of_line, is_quoted, quotes


class Mark(NamedTuple):
    """A tag in a text. `firm`: whether it is where a template would write one; else it may be one.

    `family`: its place in the table.
    """

    start: int
    end: int
    family: int
    opening: bool
    firm: bool


_SPOKEN_BEHIND = re.compile(
    r"[,;:?)!]|\.(?=\s|\Z)"
    r"|\s(?:tags?|tokens?|markers?|delimiters?|blocks?|sections?|elements?|is|are|was|and|or|must|should|means|marks|then|"
    r"ends|starts|begins|opens|closes)\b"
)
_SPOKEN_BEFORE = re.compile(
    r"(?:\A|[\s(\"'“])(?:an?|the|this|that|these|those|my|your|its|with|without|into|inside|within|using|uses?d?|like|"
    r"writ(?:e|es|ing|ten)|outputs?|emits?|prints?|puts?|places?|adds?|inserts?|clos(?:e|es|ing|ed)|opens?|opening|"
    r"starts?|starting|ends?|ending|begins?|finish(?:es)?|includ(?:e|es|ing)|tags?|tokens?|markers?|called|sees?|"
    r"produces?|generates?|types?|says?|said|forgets?|forgot|needs?|requires?|wrap(?:ped)?|enclosed|surrounded|"
    r"string|literal|element|format|template|sends?|returns?|expects?|appends?|missing)\Z"
    r"|\b(?:format|structure|template|layout|syntax|example|e\.g\.|such as|like this|as follows)\b[^\n:]{0,40}:\Z",
    re.IGNORECASE,
)
_PREPOSITION_BEFORE = re.compile(
    r"(?:\A|\s)(?:in|by|to|from|of|not|as|is|are|until|before|after|between|and|or|via|than)\Z", re.IGNORECASE
)
_ENDS_SENTENCE = tuple('.!?。！？:;"”*>…')
_ENDS_STATEMENT = (*_ENDS_SENTENCE, *")]}$’'")
_ENDS_MARK = (*_ENDS_SENTENCE, *"]}▷")  # an opening tag right behind another mark, or behind the call of a tool
_RUNS_ON = re.compile(r"[^\S\n]*\n?[^\S\n]*(?:[a-z….]|I\b(?! =))")
_DOTS = re.compile(r"\s{0,3}(?:\.{2,}|…)\s{0,3}")
_LIST_MARK = re.compile(r"[^\S\n]*(?:[-*•]|\d{1,3}[.)])\Z")
_TOGETHER = re.compile(
    r"[`'\"”’)]?[^\S\n]{0,3}(?:\(?[.\[\\][^\n<>]{0,20}[*+]\??\)?|\.{2,}|…|and|or|to|,|/|[a-z ]{0,40}(?:\.{3}|…)?|"
    r"\n[^\S\n]{0,8}(?:[-*•]|\d{1,3}[.)]))[^\S\n]{0,3}[`'\"“‘(]?"
)
_FENCE = re.compile(r"^[^\S\n]{0,3}(?:```+|~~~+)(?P<language>[^\n`]{0,80})$", re.MULTILINE)


def tags_of(text: str, tags: Tags | None = None) -> list[Mark]:
    """The tags of a text that are not quoted or spoken of, in order; with `tags` these alone. Linear in the text."""
    if tags is not None:
        return [mark for mark in _named_tags(text, *tags) if not is_quoted(text, mark.start, mark.end)]
    found: list[Mark] = []
    before: Mark | None = None  # the opening tag before, if it may be spoken of
    for mark in _all_tags(text):
        firm = is_firm(text, mark)
        partner = before if before and not mark.opening and _are_partners(text, before, mark) else None
        if partner and (firm is None or _is_spoken(text, partner, mark)):
            found = found[:-1] if found[-1:] == [partner] else found  # so the text speaks of both
        elif firm is not None:
            found.append(mark._replace(firm=firm))
        before = mark._replace(firm=bool(firm)) if mark.opening else None
    return _without_examples(text, found) if "```" in text or "~~~" in text else found


def _named_tags(text: str, opening: str, closing: str) -> Iterator[Mark]:
    """Tags that a user names. If they are words, and no brackets, the first closing one ends the thinking."""
    words = not re.search(r"[<\[|◁{]", closing)
    inside = False
    for tag in re.finditer(f"{re.escape(opening)}|{re.escape(closing)}", text):
        inside = tag[0] == opening and not (inside and opening == closing)
        yield Mark(*tag.span(), 0, inside, firm=True)
        if words and not inside:
            return


@lru_cache(maxsize=1)
def any_tag() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The characters with which tags begin, and the tags: groups 1, 2 are those of the first family, and so on."""
    patterns = [f"({pattern})" for tag in TAGS for pattern in tag.patterns]
    return re.compile(r"[<◁]|\[(?=/?[TtUu])"), re.compile("|".join(patterns))


def _all_tags(text: str) -> Iterator[Mark]:
    beginning, tag = any_tag()
    for at in beginning.finditer(text):
        if found := tag.match(text, at.start()):
            number = (found.lastindex or 1) - 1
            yield Mark(*found.span(), number // 2, number % 2 == 0, firm=True)


def _are_partners(text: str, opening: Mark, closing: Mark) -> bool:
    """Whether two tags, if the text speaks of one, are spoken of together: `<think> and </think>`."""
    start, end = opening.end, closing.start
    return end - start <= WINDOW and _TOGETHER.fullmatch(text, start, end) is not None


def _is_spoken(text: str, opening: Mark, closing: Mark) -> bool:
    """Whether the text speaks of the first of two partners, or there are but dots between them, as in an example."""
    dots = _DOTS.fullmatch(text, opening.end, closing.start) is not None
    return not opening.firm or (dots and text[max(0, opening.start - WINDOW) : opening.start].strip() != "")


def is_firm(text: str, mark: Mark) -> bool | None:
    """Whether a tag is where a template would write one; None if the text quotes it or speaks of it."""
    before, behind = around(text, mark.start, mark.end)
    head, follows = before.rstrip(), behind.strip()
    glued = bool(head) and head == before
    if quotes(before, behind) or head.strip() == ">" or (not glued and _SPOKEN_BEHIND.match(behind)):
        return None
    ends = head[-1:] in (_ENDS_SENTENCE if mark.opening else _ENDS_STATEMENT)
    if glued:
        return not mark.opening or head[-1:] in _ENDS_MARK or not follows
    if not head or _LIST_MARK.fullmatch(head):
        return not head
    runs_on = _RUNS_ON.match(text, mark.end) is not None
    if spoken := _SPOKEN_BEFORE.search(head) or _PREPOSITION_BEFORE.search(head):
        return None if runs_on or (follows and spoken.re is _SPOKEN_BEFORE) else False
    return ends or not (follows and (runs_on or mark.opening))


def _fences(text: str) -> list[tuple[int, int]]:
    """Blocks of code that are closed, unless the whole text is one."""
    found: list[tuple[int, int]] = []
    opened = -1
    for fence in _FENCE.finditer(text):
        if opened < 0:
            opened = fence.start()
        elif not fence["language"].strip():
            found.append((opened, fence.end()))
            opened = -1
    whole = len(found) == 1 and not (text[: found[0][0]] + text[found[0][1] :]).strip()
    return [] if whole else found


def _without_examples(text: str, marks: list[Mark]) -> list[Mark]:
    """The tags without those that show in a block of code how a whole thinking looks; others in there may be tags."""
    fences = _fences(text)
    starts = [start for start, _ in fences]
    inside: dict[int, list[Mark]] = {}
    for mark in marks:
        number = bisect_right(starts, mark.start) - 1
        if number >= 0 and mark.start < fences[number][1]:
            inside.setdefault(number, []).append(mark)
    doubtful = {mark for group in inside.values() for mark in group}
    examples = {mark for group in inside.values() if group[0].opening and not group[-1].opening for mark in group}
    return [mark._replace(firm=mark.firm and mark not in doubtful) for mark in marks if mark not in examples]


def without_asides(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The tags of one family without pairs inside a line of a thinking: these tell what a response is to look like."""
    kept: list[Mark] = []
    place = 0
    while place < len(marks):
        pair, following = marks[place : place + 2], marks[place + 2 : place + 3]
        thinking = bool(kept and kept[-1].opening) or any(not mark.opening for mark in following)
        if thinking and [mark.opening for mark in pair] == [True, False] and _is_aside(text, *pair):
            place += 2
        else:
            kept.append(marks[place])
            place += 1
    return kept


def _is_aside(text: str, opening: Mark, closing: Mark) -> bool:
    """Whether both tags are inside one line."""
    before, _ = around(text, opening.start, opening.end)
    return bool(before.strip()) and closing.start < end_of_line(text, opening.end)
