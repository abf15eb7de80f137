"""The answer of a text that announces none: the sentence that has the most for it, and what that states.

What counts is small evidence: words of the question, a conclusion, the place. Nothing of it knows the gold answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from overthink.answers.asked import NOTHING, Asked, digits, words_of
from overthink.answers.evidence import EQUATION, most_evidence, value_of
from overthink.answers.passage import asides, is_heading, is_within
from overthink.answers.values import (
    BOLD,
    CUES,
    OPTION,
    TAIL,
    VALUE,
    WORD,
    is_bare,
    is_step,
    sentences,
    strip_punctuation,
    without_reason,
)
from overthink.records import Span
from overthink.text.paragraphs import stripped

_SAYS = re.compile(r"\w")
_QUOTED = re.compile(r"[ \t]{0,3}(?:>|\[\^\w{1,8}\]:)")
_TABLE_ROW = re.compile(r"[ \t]{0,3}\|")
_LIST_LABEL = re.compile(r"[ \t#*>]{0,8}(?:\d{1,2}|[a-z])\Z")
_RESULT = re.compile(rf"[=≈:]\s{{0,3}}(?:\\\$)?({VALUE.pattern})")
_IS = re.compile(
    r"(?:\b(?:is|are|was|were|be|called|named|for|by|as)|[=:→])\s{1,3}(?:(?:the|an?|your|my|his|her|its|their)\s)?\Z"
)
_TICKED = re.compile(
    r"^[ \t>*_(•-]{0,6}(?P<letter>[A-J])[*_]{0,2}[.):][^\n]{1,300}?"
    r"(?:[✓✔✅]|(?<![A-Za-z])(?<!not )[Cc]orrect[.!]?)[ \t*_)]*$",
    re.MULTILINE,
)
_NAME = r"(?P<subject>(?:[A-Z][\w'’.-]{0,20}\s?){1,4}(?<![\s.]))"
_BY = re.compile(
    rf"\b(?:was|were|been)\b.{{0,60}}?\bby (?:(?:the |an? )?(?:[A-Z]?[a-z]+ ){{1,4}}(?=[A-Z]\w+ [A-Z]))?{_NAME}"
)
_IS_NAMED = re.compile(rf"\b(?:is|was|are|were)\s(?:the\s)?{_NAME}")
_LONGEST = 2000  # characters of a sentence that are weighed
_MOST_SHARED = 3
_SHARED = 0.7  # for each word of the question
_RECENCY = 2.0  # for the last sentence more than for the first
_LAST = 3.0  # for the last one that is no remark
_LAST_AND_BARE = 2.0
_TAKEN_BACK = -4.0
_WITHOUT_VALUE = -2.0
_ONLY_WORDS = 1.0
_REMARK = -2.0  # what weighs no more is a remark
_FAR_REMARK = -4.0


class _Said(NamedTuple):
    """A sentence, and what it is worth as the one that answers."""

    weight: float
    at: int
    span: Span


def bare_answer(text: str, start: int, end: int, asked: Asked = NOTHING) -> Span | None:
    """The whole of `text[start:end]` if it is nothing but an answer, without the reason for it."""
    start, end = stripped(text, start, end)
    inner = strip_punctuation(text, start, end)
    if text.startswith("**", start) and is_bare(text[slice(*inner)]):
        start, end = inner
    if not is_bare(text[start:end]) or _says_more(text, start, end):
        return None
    if asked.is_polar and (answer := _yes_or_no(text, (start, end), asked)):
        return answer
    bare = strip_punctuation(text, start, end)
    head = without_reason(text, *bare)
    return (start, end) if head == (start, bare[1]) else head


def last_value(text: str, start: int, end: int, *, in_words: bool = True, asked: Asked = NOTHING) -> Span | None:
    """What the sentence of `text[start:end]` that answers states.

    `in_words`: one sentence without any value is an answer, too. `asked`: what the question tells of its answer.
    """
    start, end = stripped(text, max(start, end - TAIL), end)
    found = list(sentences(text, start, end))
    if _is_refused(text, found):
        return None
    if answer := _ticked_option(text, start, end, asked) or _opening_answer(text, found, asked):
        return answer
    if answer := _stated(text, list(_statements(text, start, end, found)) or found, asked):
        return answer
    for span in reversed(found):
        if _in_table(text, span) and BOLD.search(text, *span) and (value := value_of(text, span, asked)):
            return value
    is_answer = in_words and len(found) == 1 and len(WORD.findall(text, start, end)) <= 12
    return found[0] if is_answer else None


def _says_more(text: str, start: int, end: int) -> bool:
    """Whether what looks like a mere answer is several equations, or has a word of its own before it: "Sure! 3"."""
    said = text[start:end]
    first = next(sentences(text, start, end), (start, end))
    is_greeting = first[1] < end and not VALUE.search(text, *first) and VALUE.search(text, first[1], end)
    return bool(EQUATION.search(said) or ("\n" in said and "=" in said) or is_greeting)


def value_before_break(text: str, start: int, end: int, asked: Asked) -> Span | None:
    """What a text that breaks off concludes, or prints in bold, in the last whole sentence that does either."""
    found = list(sentences(text, max(start, end - TAIL), end))[:-1]
    for span in reversed(list(_statements(text, start, end, found))):
        is_stated = CUES.conclusion.match(text, *span) or any(
            VALUE.search(bold[0]) for bold in BOLD.finditer(text, *span)
        )
        if is_stated and (value := value_of(text, span, asked)):
            return value
    return None


def _stated(text: str, statements: Sequence[Span], asked: Asked) -> Span | None:
    """The option, the words or the value of the sentence that has the most for it."""
    if statements and OPTION.fullmatch(text, *statements[-1]):
        return statements[-1]
    asked = replace(asked, given=asked.given - _computed(text, statements))
    said = _weighed(text, statements, asked)
    values = (value_of(text, one.span, asked) for one in said)
    return _in_words(text, said, asked) or next((value for value in values if value), None)


def _is_refused(text: str, statements: Sequence[Span]) -> bool:
    """Whether a text only says that it gives no answer."""
    refused = next((at for at, one in enumerate(statements) if CUES.refusal.match(text, *one)), None)
    if refused is None or any(VALUE.search(text, *one) for one in statements[:refused]):
        return False
    return not any(CUES.conclusion.match(text, *one) for one in statements)


def _corrections(text: str, found: Sequence[Span]) -> int:
    """How many sentences are before the last one that takes back what was said."""
    return max((at for at, span in enumerate(found) if CUES.correcting.match(text, *span)), default=0)


def _statements(text: str, start: int, end: int, found: Sequence[Span]) -> Iterator[Span]:
    """The sentences without offers, notes, checks, headings, questions, labels; rows of tables if all are."""
    skipped = asides(text, start, end)
    in_table = [_in_table(text, one) for one in found]
    for span, row in zip(found, in_table, strict=True):
        is_title = is_heading(text, span[0], end) or is_step(text, *span) or _is_label(text, span)
        is_question = text[span[1] : span[1] + 1] in ("?", "？") and len(found) > 1
        is_aside = is_within(skipped, span[0]) or (row and not all(in_table))
        if _SAYS.search(text, *span) and not (is_title or is_question or is_aside):
            yield span


def _ticked_option(text: str, start: int, end: int, asked: Asked) -> Span | None:
    """The letter of the only option of a list that is marked as right; if a false one is asked for, ticks tell none."""
    if asked.negates:
        return None
    ticked = list(_TICKED.finditer(text, start, end))
    return ticked[0].span("letter") if len(ticked) == 1 else None


def _in_table(text: str, span: Span) -> bool:
    return _TABLE_ROW.match(text, text.rfind("\n", 0, span[0]) + 1) is not None


def _is_label(text: str, span: Span) -> bool:
    """Whether these are the number or letter of a list's item."""
    line = text.rfind("\n", 0, span[0]) + 1
    return _LIST_LABEL.match(text, line, span[1]) is not None and text[span[1] : span[1] + 2] in (". ", ") ")


def _opening_answer(text: str, found: Sequence[Span], asked: Asked) -> Span | None:
    """The option or the value with which a text opens, alone, in bold print or on its line, if the rest explains it."""
    concludes = any(CUES.conclusion.match(text, *span) for span in found[1:])
    if len(found) < 2 or concludes or asked.is_polar or _corrections(text, found):
        return None
    start, end = found[0]
    if OPTION.fullmatch(text, start, end):
        return start, end
    if "=" in text[start:end] or not (VALUE.match(text, start, end) and is_bare(text[start:end])):
        return None
    if text.startswith("**\n\n", end):
        return None if any("**" in text[slice(*span)] for span in found[1:]) else (start, end)
    rest = [text[slice(*span)] for span in found[1:]]
    explains = "\n" not in text[end : found[-1][1]] and not any("=" in one or is_bare(one) for one in rest)
    return (start, end) if explains else None


def _weighed(text: str, statements: Sequence[Span], asked: Asked) -> list[_Said]:
    """The sentences from the likeliest answer down; the later one of two alike."""
    weights = [_weight(text, span, asked) for span in statements]
    plain = [at for at, weight in enumerate(weights) if weight > _REMARK]
    last = plain[-1] if plain else len(statements) - 1
    taken_back = _corrections(text, statements)
    said = []
    for at, span in enumerate(statements):
        most = most_evidence(text, span, asked)
        if most is None and _answers_in_bold(text, span, asked):
            most = _ONLY_WORDS
        place = _RECENCY * at / max(len(statements) - 1, 1)
        if at == last:
            place += _LAST + (_LAST_AND_BARE if is_bare(text[slice(*span)]) else 0)
        if at < taken_back:
            place += _TAKEN_BACK
        said.append(_Said(weights[at] + (_WITHOUT_VALUE if most is None else most) + place, at, span))
    return sorted(said, key=lambda one: (one.weight, one.at), reverse=True)


def _computed(text: str, statements: Sequence[Span]) -> frozenset[str]:
    """The digits of the results in these sentences: the values behind "="."""
    return frozenset(digits(found[1]) for span in statements for found in _RESULT.finditer(text, *span))


def _is_aside(text: str, span: Span, said: str) -> bool:
    """Whether words are quoted or in brackets."""
    line = text.rfind("\n", 0, span[0]) + 1
    return WORD.search(said) is not None and (
        _QUOTED.match(text, line) is not None or _is_in_brackets(text, line, span)
    )


def _weight(text: str, span: Span, asked: Asked) -> float:
    """How likely a sentence is the one that answers, whatever it holds."""
    said = text[span[0] : min(span[1], span[0] + _LONGEST)]
    signs = (
        (2, CUES.conclusion.match(said)),
        (2, any(VALUE.search(bold["bold"]) for bold in BOLD.finditer(said)) or _answers_in_bold(text, span, asked)),
        (-3, CUES.explaining.match(said)),
        (-3, not asked.supposes and CUES.supposing.search(said.partition(", which")[0])),
        (-4, _is_rejected(said)),
        (-6, _is_aside(text, span, said)),
    )
    shared = len(words_of(said) & asked.words)
    return sum(weight for weight, holds in signs if holds) + min(shared, _MOST_SHARED) * _SHARED


def _is_rejected(said: str) -> bool:
    """Whether a sentence ends with words that its value is wrong: "9 is too small", but not "…, so it is 10"."""
    rejection = CUES.rejected_behind.search(said)
    return rejection is not None and VALUE.search(said, rejection.end()) is None


def _is_in_brackets(text: str, line: int, span: Span) -> bool:
    before = text[max(line, span[0] - 200) : span[0]]
    return before.count("(") > before.count(")") or text.startswith("(", span[0])


def _in_words(text: str, said: Sequence[_Said], asked: Asked) -> Span | None:
    """The answer in words: yes or no, one of the question's choices, who or which, that there is none."""
    in_order = sorted(said, key=lambda one: one.at)
    concluding = [one for one in reversed(in_order) if CUES.conclusion.match(text, *one.span)]
    tried: list[tuple[Callable[[str, Span, Asked], Span | None], Sequence[_Said]]] = []
    if asked.is_polar:
        tried.append((_yes_or_no, (*concluding, *in_order[:1], *said[:3])))
    if asked.choices:
        tried.append((_choice, (*concluding, *(one for one in said if one.weight > _FAR_REMARK))))
    tried.append((_answers_in_bold, said[:1]))
    if asked.chooses and not asked.choices:
        tried.append((_subject, (*said[:1], *in_order[:1])))
    tried.append((_nothing, said[:1]))
    answers = (read(text, one.span, asked) for read, places in tried for one in places)
    return next((answer for answer in answers if answer), None)


def _nothing(text: str, span: Span, _asked: Asked) -> Span | None:
    """That there is no answer, or any."""
    found = CUES.nothing.search(text, *span)
    return found.span() if found and not VALUE.search(text, found.end(), span[1]) else None


def _yes_or_no(text: str, span: Span, _asked: Asked) -> Span | None:
    found = CUES.yes_no.match(text, *span) or CUES.yes_no_inside.search(text, *span)
    return found.span("answer") if found else None


def _choice(text: str, span: Span, asked: Asked) -> Span | None:
    """The choice in bold print, or the only or the first one of a sentence that concludes."""
    sentence = text[slice(*span)]
    held = [
        (found.start(), found.end())
        for choice in asked.choices
        for found in re.finditer(rf"(?<!\w){re.escape(choice)}(?![\w'’])", sentence, re.IGNORECASE)
    ]
    if not held:
        return None
    bold = [one for one in held if sentence.startswith("**", one[1])]
    concluded = [one for one in held if CUES.so_clause.search(sentence, 0, one[0])]
    start, end = min(bold or concluded or held)
    return span[0] + start, span[0] + end


def _answers_in_bold(text: str, span: Span, asked: Asked) -> Span | None:
    """The bold print without a value that a sentence comes to or says that something is, if no number is asked for."""
    if asked.counts or asked.is_when:
        return None
    words = [bold for bold in BOLD.finditer(text, *span) if not bold["bold"].endswith((":", "："))]
    if any(VALUE.search(bold[0]) for bold in words):
        return None
    said = [bold for bold in words if _IS.search(text, span[0], bold.start()) or span[1] - bold.end() < 2]
    return said[-1].span("bold") if said else None


def _subject(text: str, span: Span, asked: Asked) -> Span | None:
    """Who or what does what the question asks: "Hence Alice finishes first", "it was found by Alice"."""
    lead = CUES.conclusion.match(text, *span)
    found = CUES.subject.match(text, lead.end() if lead else span[0], span[1])
    agent = _BY.search(text, *span) if asked.of_persons else None
    said = agent or found or _IS_NAMED.search(text, *span)
    if said is None or not words_of(text[slice(*span)].replace(said["subject"], "")) & asked.words:
        return None
    return said.span("subject")
