"""What a question tells of its answer: its numbers and words, the unit or the choices that it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from overthink.answers.options import options_of
from overthink.answers.values import CUES, VALUE

_ASKING = re.compile(r"(?:[^.?!。？\n]|\.(?=\d)){1,400}+(?:[?？]|[.。]?\Z)")
_WORDS = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W\d_\u3040-\u30ff\u4e00-\u9fff]{3,}")
_NO_WORDS = (
    "the and are for how many much what which who whom when where was were will would does did has have had his her"
    " its their they that this with from all each can she him you there must should about find compute calculate"
    " determine evaluate answer total value"
)
"""Words that tell nothing of what is asked."""
_NO_DIGIT = re.compile(r"[^\d./]|\.0+$")
_ALTERNATIVES = re.compile(r"((?:[^\s,;:?()]+,\s){0,6}[^\s,;:?()]+),?\s(?:or|oder|ou|или)\s([^\s,;:?().]+)")
_TRUTH = re.compile(r"\btrue or false", re.IGNORECASE)
_LETTERED_PARTS = re.compile(
    r"(?<![\w)(])\(?a\)\s[^\n]{3,600}?\s\(?b\)\s|^[ \t]*\(?a\)\s[^\n]{3,600}\n+[ \t]*\(?b\)\s", re.MULTILINE
)
_NAMED_PARTS = re.compile(r"\bPart (?:I|A|1)\b.{3,600}?\bPart (?:II|B|2)\b", re.DOTALL)
_WHO = re.compile(r"\b(?:whom?|whose|wer|wen|qui|quién|quem|chi|кто)\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|except|false|incorrect|wrong|untrue|least)\b|n't\b", re.IGNORECASE)
_VERB = re.compile(r"\s*(?:do|does|did|is|was|will|would|can|could|should|has|have|had)\b", re.IGNORECASE)
_STEM = 5  # letters by which two words count as one: "pays" and "pay" do, "cost" and "costume" do not


def _stem(word: str) -> str:
    return word.lower().removesuffix("s")[:_STEM]


_NOT_ASKED = frozenset(map(_stem, _NO_WORDS.split()))
_BEFORE_COUNTED = frozenset(map(_stem, ("are", "were", "them", "these", "those", "the")))
_JOINING = frozenset(("and", "the", "all"))


@dataclass(frozen=True)
class Asked:
    """What a question tells of its answer.

    Attributes:
        given: The digits of the numbers that it holds.
        words: The beginnings of the words with which it asks.
        units: The beginnings of the words of what is to be counted: "how many red hens".
        choices: What the answer is one of: "north, south or east", the options of a list, the days of a week.
        counts: Whether it asks how many.
        chooses: Whether it asks who or which, and for no number.
        of_persons: Whether it asks who.
        negates: Whether it asks for what is not so.
        is_polar: Whether it is answered by yes or no.
        is_when: Whether it asks for a time.
        supposes: Whether it speaks of what would be.
        in_parts: Whether it asks for several things: "(a) … (b) …".
    """

    given: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    choices: tuple[str, ...] = ()
    counts: bool = False
    chooses: bool = False
    of_persons: bool = False
    negates: bool = False
    is_polar: bool = False
    is_when: bool = False
    supposes: bool = False
    in_parts: bool = False


NOTHING = Asked()
"""Of a question that nobody knows."""


def asked_by(question: str) -> Asked:
    """What this question tells of its answer."""
    clauses = _ASKING.findall(question[-4000:].strip())
    asking = next(
        (one for one in reversed(clauses) if one.rstrip().endswith(("?", "？"))), clauses[-1] if clauses else ""
    )
    quantity = CUES.quantity.search(asking)
    chooses = quantity is None and CUES.choosing.search(asking) is not None
    return Asked(
        frozenset(digits(value[0]) for value in VALUE.finditer(question[:20000])),
        words_of(asking),
        _units(asking[quantity.end() :]) if quantity else frozenset(),
        _choices(question, asking, chooses=chooses),
        quantity is not None,
        chooses,
        chooses and _WHO.search(asking) is not None,
        _NEGATION.search(asking) is not None,
        quantity is None and any(CUES.polar.match(clause.strip(" \n¿")) for clause in (asking, *clauses[-1:])),
        CUES.when.search(asking) is not None,
        CUES.supposing.search(asking) is not None,
        _LETTERED_PARTS.search(question[:20000]) is not None or _NAMED_PARTS.search(question[:20000]) is not None,
    )


def _units(counted: str) -> frozenset[str]:
    """The beginnings of the words behind "how many", up to the verb; at most four."""
    if _VERB.match(counted):
        return frozenset()
    found: list[str] = []
    for word in map(_stem, _WORDS.findall(counted[:80])):
        if not found and word in _BEFORE_COUNTED:
            continue
        if word in _NOT_ASKED and word not in _JOINING:
            break
        found.append(word)
    return frozenset(found[:4]) - _NOT_ASKED


def _choices(question: str, asking: str, *, chooses: bool) -> tuple[str, ...]:
    if options := options_of(question):
        return tuple(value for value in options.values() if not VALUE.search(value))
    if CUES.weekday.search(asking) and not CUES.quantity.search(asking):
        return CUES.weekdays
    alternatives = _ALTERNATIVES.search(asking)
    if alternatives is None:
        return ()
    choices = tuple(one for one in (*alternatives[1].split(", "), alternatives[2]) if one != "it")
    is_label = len(choices) > 2 and ":" in asking
    return choices if chooses or is_label or _TRUTH.search(alternatives[0]) else ()


def digits(value: str) -> str:
    """The digits of a number, by which "$1,200.00" and "1200" are the same."""
    return _NO_DIGIT.sub("", value)


def words_of(text: str) -> frozenset[str]:
    """The beginnings of the words of a text, without those that every question has."""
    return frozenset(_stem(word) for word in _WORDS.findall(text)) - _NOT_ASKED
