"""Which of the values of a sentence it states: the one that has the most for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from overthink.answers.asked import Asked, digits, words_of
from overthink.answers.numbers import spelled_number
from overthink.answers.values import (
    BOLD,
    CUES,
    MATH,
    RUN,
    VALUE,
    is_bare,
    is_given,
    last_value_of,
    stated_part,
    strip_punctuation,
    value_equated,
    whole_value,
)
from overthink.records import Span

EQUATION = re.compile(
    r"=[^=,;]{1,60}[,;](?:\s(?:and|so|then|thus))?\s(?=[^=,;]{3,60}=)"
    r"|\d\s?(?P<unknown>[a-z])\b[^=,;]{0,40}=[^=,;]{1,60}[,;]\s(?=(?P=unknown)\s?=)"
)
"""One equation before another in a sentence: "2^10 = 1024, and 1 + 0 + 2 + 4 = 7"."""
_CLAUSE = re.compile(r"(?<!\\)[,;:(]|\b(?:and|but)\b")
_DIGIT = re.compile(r"\d")
_LOWER_WORDS = re.compile(r"(?:[a-z]+\s){1,4}\Z")
_OTHER_FORM = re.compile(r",\sor\s(?=[-−]?[\d$])")
_OTHER_THING = re.compile(r"(?<=\d),?\s(?:and|while|whereas)\s(?:[^\W\d_]+\s){1,4}(?=[$€£]?\d)")
_LINKED = re.compile(
    r"(?:[=≈]|\b(?:is|are|gives|makes|equals|leaves))\s?(?:(?:about|roughly|exactly|only|just)\s)?\\?[$€£]?\Z"
)
_ALONE = re.compile(r"(?:\A|[,;:.]\s)[Oo]nly\s\Z")
_WORD_OR_EQUALS = re.compile(r"[^\W\d_]{2}|[=|]")
_DENIED = re.compile(r"\b(?:not|n't)\s\Z")
_LABEL = re.compile(r"\W*[^\W\d_]+\W{0,2}\d+\W*")
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_LETTERS = re.compile(r"(?<![^\W_])[A-Za-z]+")
_OF_SO_MANY = re.compile(r"\sof (?:(?:the|these|those|his|her|their|all) )?\d{1,9}\b")
_COMPARED = re.compile(r"(?:\s[^\W\d_]+)?\s(?:longer|shorter|higher|lower|older|younger|earlier|later|taller)\b")
_OF_A_WHOLE = re.compile(r"\sof\s[$€£]?\d")
_NEAR = 30  # characters behind a value that may tell its unit
_LONGEST = 2000  # characters of a sentence that are weighed
_MOST_VALUES = 40
_LARGE = 10  # a larger number in words is hardly said of anything but the answer
_LEAST = -1.0  # what is against a value counts no more than that for its sentence
_ONLY = 1.0  # for a sentence with one new value, with maths, or that says that there is none


class _Place(NamedTuple):
    """A value in its sentence, and the question."""

    text: str
    value: Span
    span: Span
    asked: Asked

    @property
    def before(self) -> str:
        return self.text[self.span[0] : self.value[0]]

    @property
    def behind(self) -> str:
        """The words behind the value, up to the next clause or number."""
        start = self.value[1]
        whole = _OF_SO_MANY.match(self.text, start)
        if whole and not words_of(self.text[whole.end() : whole.end() + _NEAR]) & self.asked.units:
            start = whole.end()
        end = start + _NEAR
        behind = self.text[start:end]
        if end < len(self.text):
            behind = behind.rpartition(" ")[0]
        borders = [border.start() for pattern in (_CLAUSE, _DIGIT) if (border := pattern.search(behind))]
        return behind[: min(borders, default=len(behind))]

    @property
    def clause(self) -> str:
        """The words before the value, from the last comma or so on."""
        before = self.before
        return before[max((border.end() for border in _CLAUSE.finditer(before)), default=0) :]


def _is_of_what_is_asked(place: _Place) -> bool:
    return bool(words_of(place.behind) & place.asked.units)


def _is_the_only_one(place: _Place) -> bool:
    """Whether a sentence says it of this value only; not of how many of them: "only 3 of the 28"."""
    is_part = _OF_SO_MANY.match(place.text, place.value[1]) is not None
    return not is_part and _ALONE.search(place.before) is not None


def _is_whole(place: _Place) -> bool:
    """Whether a value is what another one is a part of: 40 in "12 of the 40"."""
    before = place.text[max(place.span[0], place.value[0] - _NEAR) : place.value[1]]
    return not _is_of_what_is_asked(place) and any(
        whole.end() == len(before) and before[: whole.start()][-1:].isdigit() for whole in _OF_SO_MANY.finditer(before)
    )


def _is_compared(place: _Place) -> bool:
    """Whether a value only tells a difference that is not asked for: "2 days longer"."""
    compared = _COMPARED.match(place.text, place.value[1], place.span[1])
    return compared is not None and not words_of(compared[0]) & place.asked.words


def _is_share(place: _Place) -> bool:
    """Whether a value in words is a share of a sum: "one sixth of $40"."""
    return not place.text[place.value[0]].isdigit() and _OF_A_WHOLE.match(place.text, place.value[1]) is not None


def _is_time(place: _Place) -> bool:
    return place.asked.is_when and _CLOCK.match(place.text, place.value[0], place.span[1]) is not None


def _only_belongs(place: _Place) -> bool:
    """Whether a value is behind "after" or the like, or in brackets."""
    in_brackets = place.before.count(" (") > place.before.count(")")
    return not _is_time(place) and (in_brackets or is_given(place.text, place.span[0], place.value[0]))


def _is_in_first_clause(place: _Place) -> bool:
    """Whether a value is in a clause that is before the one that states: "Since 4 of them left, …"."""
    return CUES.subordinate.match(place.before) is not None and "," not in place.before


def _is_part(place: _Place) -> bool:
    """Whether a value only splits up the one before a colon: "48 in all: 30 and 18"."""
    whole, colon, part = place.before.rpartition(":")
    return bool(colon) and "=" not in part and VALUE.search(whole) is not None and not _LABEL.fullmatch(whole)


EVIDENCE: tuple[tuple[float, Callable[[_Place], object]], ...] = (
    (6, _is_time),
    (3, _is_of_what_is_asked),
    (1, lambda place: CUES.so_clause.search(place.before)),
    (1, lambda place: CUES.altogether.search(place.behind)),
    (1, lambda place: _LINKED.search(place.before)),
    (2, _is_the_only_one),
    (1, lambda place: words_of(place.clause) & place.asked.words),
    (0.5, lambda place: words_of(place.behind) & place.asked.words),
    (-2, _is_compared),
    (-2, _is_share),
    (-3, _is_whole),
    (0.5, lambda place: CUES.amount.search(place.before)),
    (-2, lambda place: digits(place.text[slice(*place.value)]) in place.asked.given),
    (-2, _is_part),
    (-3, _only_belongs),
    (-4, _is_in_first_clause),
    (-4, lambda place: _DENIED.search(place.before)),
    (-4, lambda place: CUES.rejected_behind.search(place.behind)),
)
"""What is for a value, and against it."""


def evidence(text: str, value: Span, span: Span, asked: Asked) -> float:
    """How likely the value is the one that its sentence `span` states."""
    place = _Place(text, value, span, asked)
    return sum(weight for weight, holds in EVIDENCE if holds(place))


def most_evidence(text: str, span: Span, asked: Asked) -> float | None:
    """The most that is for a value of this sentence; None if it states none."""
    values = _candidates(text, span, asked)
    if not values:
        return _ONLY if MATH.search(text, *span) or CUES.nothing.search(text, *span) else None
    most = max(evidence(text, value, span, asked) for value in values)
    is_new = len(values) == 1 and digits(text[slice(*values[0])]) not in asked.given
    return max(most, _ONLY if is_new else _LEAST)


def value_of(text: str, span: Span, asked: Asked) -> Span | None:
    """What a sentence states: by its bold print or maths, if it has any, else the value that has the most for it."""
    for equation in EQUATION.finditer(text, *span):
        span = equation.end(), span[1]
    if BOLD.search(text, *span) or MATH.search(text, *span):
        value = last_value_of(text, *span)
        return value and _from_value(text, value)
    span = stated_part(text, *span)
    values = _candidates(text, span, asked)
    if not values:
        return None
    whole = strip_punctuation(text, *span)
    if is_bare(text[slice(*whole)]) and (len(values) == 1 or not _WORD_OR_EQUALS.search(text, *whole)):
        return _from_value(text, whole)
    if (run := RUN.search(text, *span)) and not VALUE.search(text, run.end(), span[1]):
        return run.span(run.lastgroup or 0)
    best = max(values, key=lambda value: (evidence(text, value, span, asked), value[0]))
    equated = value_equated(text, *span)
    if equated and (first := VALUE.search(text, *equated)) and first.start() == best[0]:
        return _from_value(text, equated)
    return whole_value(text, best, *span)


def _candidates(text: str, span: Span, asked: Asked) -> list[Span]:
    """The numbers of a sentence, and those in words that are large, no whole ones, or of what is asked."""
    values = [value.span() for value in VALUE.finditer(text, *span)][-_MOST_VALUES:]
    read = span[0]
    for word in _LETTERS.finditer(text, span[0], min(span[1], span[0] + _LONGEST)):
        spelled = spelled_number(text[word.start() : word.start() + 2 * _NEAR]) if word.start() >= read else None
        if spelled is None or spelled[0] == 1:
            continue
        number, length = spelled
        value = word.start(), min(word.start() + length, span[1])
        read = value[1]
        if number > _LARGE or number.denominator > 1 or _is_of_what_is_asked(_Place(text, value, span, asked)):
            values.append(value)
    return values


def _from_value(text: str, span: Span) -> Span:
    """Without small words before a value and its other form: "currently 20 years old", "7/6, or 1 1/6"."""
    if form := _OTHER_FORM.search(text, span[0] + 1, span[1]):
        span = span[0], form.start()
    if other := _OTHER_THING.search(text, *span):
        span = span[0], other.start()
    value = VALUE.search(text, *span)
    if value and _LOWER_WORDS.fullmatch(text, span[0], value.start()):
        return value.start(), span[1]
    return span
