"""Finds whatever in a text may be a stated answer, right or wrong: every value in the place of a result.

The own answer of the response is one of them wherever its final text gives one; the gold answer is never looked at.
Whether a candidate is an answer, and whether it ends a solution, is decided later (`rules`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from overthink.answers.options import letter_of, options_of
from overthink.records import Span
from overthink.solutions.english import number_words
from overthink.solutions.mentions import (
    NUMBER,
    Target,
    is_division,
    mentions,
    minus_before,
    stands_alone,
    target_of,
    value_of,
)
from overthink.text.markup import Plain, compact_text, plain_text
from overthink.text.tex import boxes


class Form(IntEnum):
    """What a candidate looks like."""

    WHOLE = 0
    FRACTION = 1
    SIGNS = 2
    LETTER = 3
    WORDS = 4


@dataclass(frozen=True)
class Candidate:
    """`start`, `end`: offsets into the plain text. `key`: the same for candidates of the same value.

    `own`: it is the response's own final answer. `spelled`: a number written as a word.
    """

    start: int
    end: int
    key: str
    form: Form
    own: bool = False
    spelled: bool = False


@dataclass(frozen=True)
class Wanted:
    """What to look for: the own answer in each of its forms, its parts if it has several, the options of the question
    by letter, and the words that may be an answer."""

    own: tuple[Target, ...]
    parts: tuple[Target, ...]
    options: Mapping[str, Target]
    words: tuple[str, ...]


NOTHING = Wanted((), (), {}, ())

_OPERATORS, _OPERATORS_BEFORE = frozenset("-+*/^=√(<≤≥>!±²³π"), frozenset("-+*/^√<≤≥>±")
_OPERATOR_BEFORE = re.compile(r"\b(?:times|plus|minus|by) ?$")
_OPERATOR_AFTER = re.compile(r" ?(?:times|plus|minus|divided|multiplied)\b")
_ARGUMENT = re.compile(r"[a-zπ√]\([^()\n]{0,16}$")
_ITEM = re.compile(r"(?:^|\n)[ \t*#-]{0,4}$")
_LETTERS = "à-öø-ÿа-яё\u0100-\u017f\u3000-\u9fff\uac00-\ud7af\uff01-\uff60"  # of words, not of formulas
_WORD = r"(?:[a-z]{3,}|is|so|or|if|to|in|as|we|it)\b"
_RIGHT_SIDE = re.compile(
    rf"[=≈] ?((?:(?!\s{_WORD})[^=≈⇒;:?!\n\"“”.{_LETTERS}]|\.(?=\d)){{1,60}}?)"
    rf"(?= ?(?:[=≈⇒;:?!\n\"”{_LETTERS}]|\.(?!\d)|,\s)|\s{_WORD}|$)"
)
_AFTER_VERB = re.compile(
    r"\b(?:is|be|are|was|equals?|gets?|gives?|yields?|obtain|have|answer|becomes?|to|with) {1,3}"
    r"(?=\S*[√π^²/()+*|-]|\S+ [≤<≥>])(?![a-z]{3,})"
    rf"((?:[^\s;:?!\"“”.,{_LETTERS}]|\.(?=\d)|,(?=\S))"
    rf"(?:(?:[^;:?!\n\"“”.\s{_LETTERS}]|\.(?=\d)| (?![a-z]{{2,}}))){{0,48}})"
)
_TUPLE = re.compile(r"(?<![a-z\d_^])[(\[] ?[^()\[\]\n,;=]{1,24}, ?[^()\[\]\n=;]{1,40}[)\]]")
_ANSWER_IS = re.compile(
    r"\banswer(?: is| should be| would be| must be|:) (?:also |still |indeed |just |then |actually )?([^\n.!?,;]{1,40})"
)
_ANNOUNCED = re.compile(
    r"(?<!if the )(?<!whether the )(?<!maybe the )(?<!perhaps the )(?<!doubt the )(?<!doubt that the )"
    r"\banswer(?:\sis|\sshould be|\smust be|:)\s(?!not\b)"
    r"(?:also |still |indeed |just |then |actually |option )?([^\n!?]{1,40}?)"
    r"(?=[.,](?!\d)|[;\n!]|\s(?:because|since|but|and|so|as|if|when|for)\b)",
    re.IGNORECASE,
)
_MOST_ANNOUNCED = 200
_HAS_FORM = re.compile(r"[√π^²³/()\[\]]|[a-z]|\d")
_PROSE = re.compile(r"[a-z]{4,}")
_FUNCTION = re.compile(r"arc|sin|cos|tan|log|sqrt|infinity")
_MOST_SIGNS = 30
_LETTER = re.compile(r"(?<![\w\\'’])([A-J])(?![\w'’]| ?=|\.[a-z])")
_ARTICLE = re.compile(r" (?!is\b|and\b|or\b|because\b|as\b|since\b|seems\b|would\b|could\b|but\b|if\b|has\b)[a-z]")
_BETWEEN_PARTS = re.compile(r"\s*(?:[,;]|\band\b|\bor\b|\\[a-z]*quad)\s*")
_MOST_PARTS = 8
_TOGETHER = 160
"""Characters in which all parts of an answer are, where it is stated."""
_COMMON = frozenset(["and", "the", "for", "are", "was", "has", "have", "with", "that", "this"])
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_FAMILIES = ((_DAYS, "day"), (_MONTHS, "month"))
_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][a-z]{2,}\b")
_MOST_NAMES = 12


def wanted(question: str, own: str | None) -> Wanted:
    """What to look for in the thinking of a response whose own final answer is `own`; None if it is not known."""
    listed = options_of(question) if question else {}
    options = {letter: target_of(text) for letter, text in listed.items()}
    targets: list[Target] = []
    parts: tuple[Target, ...] = ()
    if own:
        letter = letter_of(own, listed) if listed else None
        targets = [Target(letter=letter), options[letter]] if letter else [target_of(own)]
        parts = () if letter else _parts(own, targets[0])
        if targets[0].letter and not options and (word := _short_for(question, targets[0].letter)):
            targets.append(Target(prose=word))
    return Wanted(tuple(targets), parts, options, tuple(_words(question, targets)))


def announced(response: str, start: int, end: int) -> Span | None:
    """The first value that a text puts in a box or calls its answer; None if it announces none that could be one."""
    boxed = boxes(response, start, end)[:1]
    stop = boxed[0][0] if boxed else end
    for found in islice(_ANNOUNCED.finditer(response, start, stop), _MOST_ANNOUNCED):
        target = target_of(found[1])
        if target.number is not None or target.letter or 0 < len(target.signs) <= _MOST_SIGNS:
            return found.span(1)
    return boxed[0] if boxed else None


def _short_for(question: str, letter: str) -> str | None:
    """The word of the question that a letter is short for: `east` for E where a direction is asked for."""
    found = re.search(rf"\b{letter}[a-z]{{2,}}", plain_text(question)[-300:], re.IGNORECASE)
    return found[0].lower() if found else None


def _parts(own: str, target: Target) -> tuple[Target, ...]:
    """The parts of an answer that has several: its numbers, or the words that count if it is a sentence."""
    text = plain_text(own).lower()
    numbers = [target_of(part) for part in _BETWEEN_PARTS.split(text) if part.strip()]
    if 1 < len(numbers) <= _MOST_PARTS and all(part.number is not None or part.letter for part in numbers):
        return tuple(numbers)
    words = [word for word in re.findall(r"[a-z]{3,}", text) if word not in _COMMON] if target.prose else []
    return tuple(Target(prose=word) for word in words) if 2 < len(words) <= _MOST_PARTS else ()


def _words(question: str, own: list[Target]) -> list[str]:
    """The words that can be the answer: those of the own answer's family, else of the one that is asked for."""
    text = plain_text(question)
    lower = text.lower()
    for family, name in _FAMILIES:
        if any(target.prose in family for target in own) or re.search(rf"\b(?:what|which) {name}\b", lower):
            return list(family)
    names = list(dict.fromkeys(name.lower() for name in _NAME.findall(text)))[:_MOST_NAMES]
    if any(target.prose in names for target in own) or re.search(r"\b(?:who|whose|which of)\b", lower):
        return names
    return []


def candidates(look_for: Wanted, view: Plain) -> list[Candidate]:
    """The candidates of a plain text in its order, none of which overlap. Linear in the text."""
    found = sorted(_all(look_for, view), key=lambda c: (c.start, -c.own, -c.end))
    owned = [c for c in found if c.own]
    kept: list[Candidate] = []
    taken = 0
    at = 0
    for one in found:
        while at < len(owned) and owned[at].end <= one.start:
            at += 1
        hidden = not one.own and at < len(owned) and owned[at].start < one.end and owned[at].end > one.start
        if one.start >= taken and not hidden:
            kept.append(one)
            taken = one.end
    return kept


def _all(look_for: Wanted, view: Plain) -> Iterator[Candidate]:
    for target in look_for.own:
        yield from (Candidate(m.start, m.end, "own", _form(target), True, m.spelled) for m in mentions(target, view))
    if look_for.parts:
        yield from (Candidate(start, end, "own", Form.SIGNS, True) for start, end in _together(look_for.parts, view))
    for start, end, value in number_words(view.text):
        own = any(target.number == value for target in look_for.own)
        yield Candidate(start, end, "own" if own else f"{value:.15g}", Form.WHOLE, own, spelled=True)
    values = {option.number: letter for letter, option in look_for.options.items() if option.number is not None}
    yield from _numbers(view.text, values)
    yield from _expressions(view.text)
    if look_for.options:
        yield from _choices(look_for.options, view)
    if look_for.words:
        for word in re.finditer(rf"\b(?:{'|'.join(look_for.words)})\b", view.text):
            yield Candidate(*word.span(), word[0], Form.WORDS)


def _together(parts: tuple[Target, ...], view: Plain) -> Iterator[Span]:
    """The stretches that hold all parts of an answer in their order, none of which overlap."""
    places = sorted((mention.start, mention.end, k) for k, part in enumerate(parts) for mention in mentions(part, view))
    begun: dict[int, int] = {}  # by part: where the latest stretch that has come as far as this part begins
    for start, end, k in places:
        first = start if k == 0 else begun.pop(k - 1, None)
        if first is None or end - first > _TOGETHER:
            continue
        begun[k] = first
        if k == len(parts) - 1:
            yield first, end
            begun.clear()


def _form(target: Target) -> Form:
    if target.number is not None:
        return Form.WHOLE if target.number.is_integer() else Form.FRACTION
    return Form.LETTER if target.letter else Form.WORDS if target.prose else Form.SIGNS


def _numbers(text: str, options: Mapping[float, str]) -> Iterator[Candidate]:
    """The numbers that no operation takes further: `10` of `6 + 4 = 10`, not `6` and `4`."""
    for found in NUMBER.finditer(text):
        start, end = found.span()
        if _goes_on(text, end) or not stands_alone(text, start, end) or is_division(found):
            continue
        value = value_of(found)
        minus = minus_before(text, start)
        start = minus if minus >= 0 else start
        if value is None or _is_operand(text, start, end):
            continue
        value = -value if minus >= 0 else value
        whole = value.is_integer() and not found[3]
        yield Candidate(start, end, options.get(value) or f"{value:.15g}", Form.WHOLE if whole else Form.FRACTION)


def _goes_on(text: str, end: int) -> bool:
    """Whether an operation takes up the number that ends there."""
    after = text[end : end + 2].lstrip(" ")[:1]
    return bool(after) and (after in _OPERATORS or (after in "tpmd" and bool(_OPERATOR_AFTER.match(text, end))))


def _is_operand(text: str, start: int, end: int) -> bool:
    """Whether an operation or a function before takes the number, or it is the label of an item."""
    before = text[max(0, start - 2) : start].rstrip(" ")[-1:]
    if before in _OPERATORS_BEFORE:
        return True
    if before.isalpha() and _OPERATOR_BEFORE.search(text, max(0, start - 7), start):
        return True
    if text.find("(", max(0, start - 17), start) >= 0 and _ARGUMENT.search(text, max(0, start - 20), start):
        return True
    return text[end : end + 1] in (".", ")") and bool(_ITEM.search(text, max(0, start - 6), start))


def _expressions(text: str) -> Iterator[Candidate]:
    """What equations come to, and what is said to be the answer."""
    for pattern in (_RIGHT_SIDE, _AFTER_VERB, _ANSWER_IS):
        for found in pattern.finditer(text):
            start, end = found.span(1)
            while end > start and (text[end - 1].isspace() or text[end - 1] in ",.*"):
                end -= 1
            if (one := _expression(text, start, end)) is not None:
                yield one
    for found in _TUPLE.finditer(text):
        if (one := _expression(text, *found.span())) is not None:
            yield one


def _expression(text: str, start: int, end: int) -> Candidate | None:
    signs = compact_text(text[start:end])
    if not 0 < len(signs) <= _MOST_SIGNS or _PROSE.search(_FUNCTION.sub("", signs)) or not _HAS_FORM.search(signs):
        return None
    number = NUMBER.fullmatch(signs)
    if number is None:
        return Candidate(start, end, signs, Form.SIGNS) if not NUMBER.fullmatch(signs.lstrip("-")) else None
    if not is_division(number) or (value := value_of(number)) is None:
        return None  # one of `_numbers`
    return Candidate(start, end, f"{value:.15g}", Form.FRACTION)


def _choices(options: Mapping[str, Target], view: Plain) -> Iterator[Candidate]:
    """The letters of the options, and what is written behind them."""
    for found in _LETTER.finditer(view.cased):
        if found[1] in options and not (found[1] in "AI" and _ARTICLE.match(view.cased, found.end())):
            yield Candidate(*found.span(), found[1], Form.LETTER)
    for letter, target in options.items():
        if target.prose or target.signs:
            yield from (Candidate(m.start, m.end, letter, Form.WORDS) for m in mentions(target, view))
