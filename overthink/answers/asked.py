"""What a question tells of its answer: which numbers it gives itself, and in which words it is likely to be answered.

A text that announces no answer still states one: mostly in a sentence that repeats what is asked, concludes or is in
bold print, and with a number that the question does not hold. Remarks (in brackets, quotes, of what would be) are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from overthink.answers.values import BOLD, CUES, VALUE, is_bare
from overthink.records import Span

_ASKING = re.compile(r"[^.?!。？\n]{1,400}[?？]|[^.?!。\n]{1,400}[.。]?\Z")
_WORDS = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W\d_\u3040-\u30ff\u4e00-\u9fff]{3,}")
_NO_WORDS = (
    "the and are for how many much what which who whom when where was were will would does did has have had his her"
    " its their they that this with from all each can find compute calculate determine evaluate answer total value"
)
"""Words that tell nothing of what is asked."""
_SUPPOSING = re.compile(r"\b(?:would|could|might|if|unless|wrong|mistake|instead)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[ \t]{0,3}(?:>|\[\^\w{1,8}\]:)")
_NO_DIGIT = re.compile(r"[^\d./]|\.0+$")
_RESULT = re.compile(rf"[=≈:]\s{{0,3}}(?:\\\$)?({VALUE.pattern})")
_STEM = 5  # letters by which two words count as one: "pays" and "pay" do, "cost" and "costume" do not


_NOT_ASKED = frozenset(word[:_STEM] for word in _NO_WORDS.split())


@dataclass(frozen=True)
class Asked:
    """The digits of the numbers that a question gives, and the beginnings of the words with which it asks."""

    given: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    supposes: bool = False


NOTHING = Asked()
"""Of a question that nobody knows."""


def asked_by(question: str) -> Asked:
    """What this question tells of its answer."""
    clauses = _ASKING.findall(question[-4000:].strip())
    asking = next(
        (one for one in reversed(clauses) if one.rstrip().endswith(("?", "？"))), clauses[-1] if clauses else ""
    )
    return Asked(
        frozenset(digits(value[0]) for value in VALUE.finditer(question[:20000])),
        _words(asking),
        _SUPPOSING.search(asking) is not None,
    )


def digits(value: str) -> str:
    """The digits of a number, by which "$1,200.00" and "1200" are the same."""
    return _NO_DIGIT.sub("", value)


def answering(text: str, sentences: Sequence[Span], asked: Asked) -> list[Span]:
    """The sentences that hold a value: those that may answer from the last one back, then the others in that order."""
    held = [one for one in reversed(sentences) if VALUE.search(text, *one)]
    given = asked.given - _computed(text, held)
    return sorted(held, key=lambda span: not _may_answer(text, span, asked, given))


def _computed(text: str, sentences: Sequence[Span]) -> frozenset[str]:
    """The digits of the results in these sentences: the values behind "="."""
    return frozenset(digits(found[1]) for span in sentences for found in _RESULT.finditer(text, *span))


def _may_answer(text: str, span: Span, asked: Asked, given: frozenset[str]) -> bool:
    """Whether a sentence is no remark: it concludes, or has a number of its own and is in words of the question."""
    if asked == NOTHING:
        return True
    said = text[slice(*span)]
    opening = text.rfind("\n", 0, span[0]) + 1
    if _QUOTED.match(text, opening) or _is_in_brackets(text, opening, span):
        return False
    if CUES.conclusion.match(said):
        return True
    if not asked.supposes and _SUPPOSING.search(said):
        return False
    if any(VALUE.search(bold["bold"]) for bold in BOLD.finditer(said)):
        return True
    has_own = any(digits(value[0]) not in given for value in VALUE.finditer(said))
    return has_own and (not asked.words or bool(_words(said) & asked.words) or is_bare(said))


def _is_in_brackets(text: str, line: int, span: Span) -> bool:
    before = text[max(line, span[0] - 200) : span[0]]
    return before.count("(") > before.count(")") or text.startswith("(", span[0])


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower()[:_STEM] for word in _WORDS.findall(text)) - _NOT_ASKED
