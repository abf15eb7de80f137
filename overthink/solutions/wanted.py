"""What to look for in a thinking: the own answer in each of its forms, and whatever else may be an answer to the
question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from overthink.answers.brackets import split
from overthink.answers.numbers import NUMBER_WORDS
from overthink.answers.options import letter_of, options_of
from overthink.records import Span
from overthink.solutions.clauses import Clauses, clauses_of
from overthink.solutions.intervals import asks_interval, interval_of
from overthink.solutions.mentions import Target, target_of
from overthink.text.markup import plain_text
from overthink.text.tex import boxes

MOST_SIGNS = 30
_ANNOUNCED = re.compile(
    r"(?<!if the )(?<!whether the )(?<!maybe the )(?<!perhaps the )(?<!doubt the )(?<!doubt that the )"
    r"\banswer(?:\sis|\sshould be|\smust be|:)\s(?!not\b)"
    r"(?:also |still |indeed |just |then |actually |option )?((?:[^\n!?]|(?<=\w)!(?= ?[-+*/=·×)\\])){1,40}?)"
    r"(?=[.,](?!\d)|[;\n]|!(?! ?[-+*/=·×)\\])|\s(?:because|since|but|and|so|as|if|when|for)\b)",
    re.IGNORECASE,
)
_MOST_ANNOUNCED = 200
_BETWEEN_PARTS = re.compile(r"\s*(?:[,;]|\band\b|\bor\b|\\[a-z]*quad)\s*")
_MOST_PARTS = 8
_PROSE = re.compile(r"[a-z]{3,}")
_COMMON = frozenset(["and", "the", "for", "are", "was", "has", "have", "with", "that", "this"])
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DIRECTIONS = ("northeast", "northwest", "southeast", "southwest", "north", "south", "east", "west")
_FAMILIES = (
    (_DAYS, re.compile(r"\b(?:what|which) day\b(?! of the (?:month|year))|\bday of the week\b")),
    (_MONTHS, re.compile(r"\b(?:what|which) month\b")),
    (_DIRECTIONS, re.compile(r"\b(?:what|which) (?:compass )?direction\b")),
)
TIME = re.compile(r"(?<![\d:.])\d{1,2}:\d{2}(?![\d:])")
_ASKS_TIME = re.compile(r"\b(?:what|which) time\b|\bwhen (?:will|does|did|do|is)\b")
_COUNTS = re.compile(r"\bhow (?:many|much)\b")
_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][a-z]{2,}\b")
_MOST_NAMES = 12
_ENTER = re.compile(
    r"\b(?:enter|answer|write|respond)\b[^\n]{0,40}?((?:[\"“][a-z]{2,12}[,.]?[\"”],? ?(?:or |and )?){2,8})"
)
_COUNTED = re.compile(rf"({'|'.join(NUMBER_WORDS[:1] + NUMBER_WORDS[2:])}) (?!thirds|hundred|thousand|million)[a-z]+")
_PRODUCT = re.compile(r"-?\d+(?:\.\d+)?[a-z]")
_UNIT = re.compile(r"\\(?:text|mathrm|mbox)")
_QUOTED = re.compile(r"[\"“]([a-z]+)")


@dataclass(frozen=True)
class Wanted:
    """What to look for: the own answer in each of its forms, its parts if it has several, the options of the question
    by letter, and the words that may be an answer; if `in_words`, nothing but those may be one.

    `times`: a time of the day may be one. `clauses`: an answer says something of several. `intervals`: it is an
    interval; `own_interval`: the key of the own one.
    """

    own: tuple[Target, ...] = ()
    parts: tuple[Target, ...] = ()
    options: Mapping[str, Target] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    in_words: bool = False
    times: bool = False
    clauses: Clauses | None = None
    intervals: bool = False
    own_interval: str = ""


NOTHING = Wanted()


def wanted(question: str, own: str | None) -> Wanted:
    """What to look for in the thinking of a response whose own final answer is `own`; None if it is not known."""
    listed = options_of(question) if question else {}
    options = {letter: target_of(text) for letter, text in listed.items()}
    family = word_family(question)
    targets: list[Target] = []
    parts: tuple[Target, ...] = ()
    letter = letter_of(own, listed) if own and listed else None
    if own and family and not letter and target_of(own).number is not None:
        own = None  # 23 of `December 23 is a Saturday`
    if own:
        targets = [Target(letter=letter), options[letter]] if letter else [own_target(own)]
        parts = () if letter else _parts(own, targets[0])
        if targets[0].letter and not options and (word := _short_for(question, targets[0].letter)):
            targets.append(Target(prose=word))
    asked = asks_interval(question)
    interval = "" if letter or not own else interval_of(own, asked)
    clauses = None if listed else clauses_of(question, own)
    words, in_words = ((), False) if clauses else _words(question, targets, family)
    return Wanted(
        own=tuple(targets),
        parts=() if interval or clauses else parts,
        options=options,
        words=words,
        in_words=in_words and not options,
        times=not options and bool(_ASKS_TIME.search(question.lower())),
        clauses=clauses,
        intervals=bool(interval) or (asked and not own and not options),
        own_interval=interval,
    )


def announced(response: str, start: int, end: int) -> Span | None:
    """The first value that a text puts in a box or calls its answer; None if it announces none that could be one."""
    boxed = boxes(response, start, end)[:1]
    stop = boxed[0][0] if boxed else end
    for found in islice(_ANNOUNCED.finditer(response, start, stop), _MOST_ANNOUNCED):
        target = own_target(found[1])
        if target.number is not None or target.letter or 0 < len(target.signs) <= MOST_SIGNS:
            return found.span(1)
    return boxed[0] if boxed else None


@lru_cache(maxsize=64)
def word_family(question: str) -> tuple[str, ...]:
    """The words of which a question asks for one: the days of the week, the months, those that it lists itself."""
    lower = plain_text(question).lower()
    if _COUNTS.search(lower):
        return ()
    if listed := _ENTER.search(lower):
        return tuple(_QUOTED.findall(listed[1]))
    return next((family for family, asks in _FAMILIES if asks.search(lower)), ())


def family_word(family: tuple[str, ...], text: str) -> Span | None:
    """The last word of the family in a text."""
    found = list(re.finditer(rf"\b(?:{'|'.join(family)})\b", text, re.IGNORECASE))
    return found[-1].span() if found else None


def own_target(own: str) -> Target:
    """What an answer that is no option looks like: `three boxes` is 3, `n` a symbol, `2n` a product."""
    target = target_of(own)
    text = plain_text(own).strip(" .*")
    if (target.letter and len(text) == 1 and text.islower()) or (_PRODUCT.fullmatch(text) and not _UNIT.search(own)):
        return Target(signs=text)
    counted = _COUNTED.fullmatch(target.prose)
    return target_of(counted[1]) if counted else target


def _short_for(question: str, letter: str) -> str | None:
    """The word of the question that a letter is short for: `east` for E where a direction is asked for."""
    found = re.search(rf"\b{letter}[a-z]{{2,}}", plain_text(question)[-300:], re.IGNORECASE)
    return found[0].lower() if found else None


def _parts(own: str, target: Target) -> tuple[Target, ...]:
    """The parts of an answer that has several: its values, or the words that count if it is a sentence."""
    text = plain_text(own).lower()
    if target.signs.startswith("±") and (one := target_of(target.signs[1:])).number:
        return one, target_of(f"-{target.signs[1:]}")
    values = [target_of(part) for part in split(text, _BETWEEN_PARTS) if part]
    if 1 < len(values) <= _MOST_PARTS and all(_is_value(part) for part in values):
        return tuple(values)
    words = [word for word in _PROSE.findall(text) if word not in _COMMON] if target.prose else []
    return tuple(Target(prose=word) for word in words) if 2 < len(words) <= _MOST_PARTS else ()


def _is_value(part: Target) -> bool:
    return (
        part.number is not None
        or bool(part.letter)
        or (0 < len(part.signs) <= MOST_SIGNS and not _PROSE.search(part.signs) and any(map(str.isdigit, part.signs)))
    )


def _words(question: str, own: list[Target], family: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The words that can be the answer: those of the own answer's family, else of the one that is asked for.

    And whether nothing but them can be one.
    """
    if family:
        return family, True
    for days_or_months, _ in _FAMILIES:
        if any(target.prose in days_or_months for target in own):
            return days_or_months, True
    text = plain_text(question)
    names = tuple(dict.fromkeys(name.lower() for name in _NAME.findall(text)))[:_MOST_NAMES]
    mine = any(target.prose in names for target in own)
    if mine or re.search(r"\b(?:who|whose|which of)\b", text.lower()):
        return names, mine
    return (), False
