"""Where a text states an answer: the places at which a value, an expression, a word or an option letter stands.

What is looked for is the response's own final answer and whatever its thinking calls "the answer"; never the gold
answer. Values are compared as numbers (`0.75` = `3/4` = `\\frac{3}{4}`, `sixty` = 60), everything else by its signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from overthink.core.answers import boxes
from overthink.core.plain import compact, plain_text
from overthink.records import Span

_NUMBER = re.compile(r"(?:(\d+) (?=\d+/\d))?(\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(?: ?/ ?(\d+(?:\.\d+)?))?")
_ONLY_NUMBER = re.compile(rf"(-?) ?(?:{_NUMBER.pattern}) ?%?(?:[ -]?[a-z/]+[.,]?){{0,6}}(?:²|\^[23])?")
_NAMED = re.compile(r"[a-z](?:\([a-z]\))? ?[=:] ?|[a-z] ?∈ ?")
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " + (
    "seventeen eighteen nineteen twenty"
)
_WORDS = dict(enumerate(_UNITS.split())) | {
    30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety", 100: "hundred",
}  # fmt: skip
_PROSE = re.compile(r"[a-z][a-z' -]+")
_LETTER = re.compile(r"\(?([a-z])\)?")
_STATED = re.compile(
    r"answer\s(?:is|should be|would be|must be)\s(?:also |still |indeed |just |then |actually |option |equation )?"
    r"([^\n.!?]{1,40}?)(?=[.!?,;\n]|\s(?:because|since|but|and|so|as|if|when|for)\b)",
    re.IGNORECASE,
)
_MOST_TARGETS = 4
_MOST_STATEMENTS = 200  # of a response that does nothing but state answers, the first ones are enough


@dataclass(frozen=True)
class Target:
    """What to look for: a number, else a word or a letter, else the signs of an expression."""

    number: float | None = None
    signs: str = ""
    prose: str = ""
    letter: str = ""
    spelled: str = ""
    """The English word for `number`, or ""."""


@dataclass(frozen=True)
class Mention:
    """`start`, `end`: offsets into the plain text of a paragraph. `spelled`: the number stands there as a word."""

    start: int
    end: int
    spelled: bool = False


def target_of(answer: str) -> Target:
    """What an answer looks like wherever it stands."""
    text = plain_text(answer)
    letter = _LETTER.fullmatch(text.lower().strip(" .*"))
    text = _NAMED.sub("", text.lower().strip(" .*"), count=1)
    number = _ONLY_NUMBER.fullmatch(text)
    if number and (value := value_of(_NUMBER.search(text))) is not None:
        value = -value if number[1] else value
        return Target(number=value, spelled=_WORDS.get(int(value), "") if value == int(value) else "")
    if letter:
        return Target(letter=letter[1].upper())
    if _PROSE.fullmatch(text):
        return Target(prose=text.strip())
    return Target(signs=compact(text).text)


def targets(question: str, response: str, thinking: Span, final: Span | None) -> list[Target]:
    """What counts as an answer in this response: its final answer first, then whatever else it boxes or calls so."""
    found = [] if final is None else [target_of(response[slice(*final)])]
    if found and found[0].letter and (word := _word_of_choice(question, found[0].letter)):
        found.append(Target(prose=word))
    for start, end in _statements(response, thinking):
        target = target_of(response[start:end])
        if len(found) < _MOST_TARGETS and target not in found and _could_be_answer(target, question):
            found.append(target)
    return found


def mentions(target: Target, text: str, original: str) -> Iterator[Mention]:
    """The places in the plain `text` of one paragraph where `target` stands; `original` is its text as it is written."""
    if target.number is not None:
        yield from _numbers(target, text)
    elif target.letter:
        yield from _letters(target.letter, original)
    elif target.prose:
        for found in re.finditer(rf"(?<!\w){re.escape(target.prose)}(?!\w)", text):
            yield Mention(*found.span())
    elif target.signs:
        yield from _expressions(target.signs, text)


def value_of(number: re.Match[str] | None) -> float | None:
    """The value of a match of the number pattern; None where it has none."""
    if number is None:
        return None
    value = float(number[2].replace(",", ""))
    if number[3]:
        if (below := float(number[3])) == 0:
            return None
        value /= below
    return value + float(number[1] or 0)
