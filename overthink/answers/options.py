r"""The options of a multiple-choice question, as its text lists them: a letter and its value are the same answer.

options = options_of("What is 2 + 3?\nA. 5\nB. 6")   # {"A": "5", "B": "6"}
same_kind("A", "5", options)                          # ("5", "5"): what is to be compared
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from overthink.answers.rules import Form

Options = Mapping[str, str]
"""What each letter means; empty if the question lists no options beyond doubt."""

LABELS = (
    Form(
        "in brackets, in bold or roman type of TeX",
        r"\\(?:textbf|textrm|text|mathbf|mathrm|bf)\s?\{\s?\(?([A-J])(?:\)|\.)(?:\\\s|[\s~])*\}(?:\\\s|[\s~:.])*",
        examples=(r"\textbf{(A)}\ ", r"\text{(B) }", r"\mathrm{(C)}~"),
        not_examples=(r"\textbf{A point}", r"\textit{(A)}"),
    ),
    Form(
        "at the start of a line",
        r"(?m:^)[ \t>]{0,8}(?:[-*•+][ \t]+)?(?:\*\*|__)?\(?([A-J])(?:\s?[.):：]|\*\*[.):])(?:\*\*|__)?[ \t]+",
        examples=("A. ", "- B) ", "**C.** ", "E: ", " * F. "),
        not_examples=("A ", "AB. ", "K. "),
    ),
    Form(
        "in brackets, inside a line",
        r"(?<![\w)}])\(([A-J])\)[ \t:.]*",
        examples=("(A)", "(B)"),
        not_examples=("f(A)", "(AB)", "(a)"),
    ),
    Form(
        "before a bracket, inside a line",
        r"(?<![\w(\\^])([A-J])\)[ \t]*",
        examples=("B)",),
        not_examples=("f(A)", "AB)"),
    ),
)
"""How the letter of an option is written before it. A question uses one way for all of its options."""
_STYLES = tuple(re.compile(form.pattern) for form in LABELS)
_EDGES = re.compile(
    r"^(?:\\(?:q?quad|[ ,;:!])|[\s~,;*_'\"\[\]])+|(?:\\(?:q?quad|\\|[ ,;:!])|[\s~,;*_'\"\[\]]|\\end\{[a-z]+\})+$"
)
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:Answer|Please|Choose|Respond|Provide|Give|Think|Select)\b)")
_ONLY_LETTER = re.compile(r"\(?[A-J]\)?")
_ANSWER_LETTER = re.compile(
    r"[\s$*_{(\\\"'“]*(?:(?:text|textbf|mathrm|mathbf|textrm)\{)?[\s*(]*(?:(?:option|choice|answer)\s*:?\s*\(?)?(?P<letter>[A-J])[\s*)}$.,:;!\]\"'”’]*",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"[\s$*_{\\]*(?:(?:text|textbf|mathrm)\{)?\s*(?:[Oo]ption\s+)?\(?(?P<letter>[A-J]|[a-j](?=\s?\)))(?:\s?\)|\s?[.:](?=\s|\\))[\s}\\]*\S"
)
_MOST = 10
_LONGEST = 400


@lru_cache(maxsize=1024)
def options_of(question: str) -> Options:
    """The options that a question lists: two or more letters in order from A, each with something of its own."""
    for style in _STYLES:
        if found := _listed(question, style):
            return MappingProxyType(found)
    return MappingProxyType({})


def same_kind(gold: str, answer: str, options: Options) -> tuple[str, str]:
    """What is to be compared: two letters, or two values if only one of both is a letter."""
    if not options:
        named = _named(answer) if _ONLY_LETTER.fullmatch(gold) else None
        return (gold, named) if named else (gold, answer)
    wanted, stated = letter_of(gold, options), letter_of(answer, options)
    if wanted and stated:
        return wanted, stated
    return (options[wanted] if wanted else gold), (options[stated] if stated else answer)


def letter_of(answer: str, options: Options) -> str | None:
    """The letter of the option that an answer names; a letter counts before the value behind it."""
    letter = None if answer.strip() in options.values() else _named(answer)
    return letter if letter in options else None


def _named(answer: str) -> str | None:
    found = _ANSWER_LETTER.fullmatch(answer) or _LABELLED.match(answer)
    return found["letter"].upper() if found else None


def _listed(question: str, style: re.Pattern[str]) -> dict[str, str]:
    """The options of one style; none if the letters are out of order, or a value is missing or comes twice."""
    labels = list(style.finditer(question))
    starts = [at for at, label in enumerate(labels) if label[1] == "A"]
    if not starts:
        return {}
    run = labels[starts[-1] :][:_MOST]
    if len(run) < 2 or [label[1] for label in run] != [chr(ord("A") + at) for at in range(len(run))]:
        return {}
    values = [_tidy(value) for value in _values(question, run)]
    if not all(values) or len(set(values)) < len(values) or any(map(_is_doubtful, values)):
        return {}
    return dict(zip((label[1] for label in run), values, strict=True))


def _is_doubtful(value: str) -> bool:
    """Whether a value looks like the letter of an option, or was torn out of its braces."""
    return _ONLY_LETTER.fullmatch(value) is not None or value.count("{") != value.count("}")


def _values(question: str, run: list[re.Match[str]]) -> Iterator[str]:
    for label, following in pairwise(run):
        yield question[label.end() : following.start()][:_LONGEST]
    last = question[run[-1].end() :][:_LONGEST]
    yield _PARAGRAPH_END.split(last, maxsplit=1)[0]


def _tidy(value: str) -> str:
    value = _EDGES.sub("", _EDGES.sub("", value))
    return value if value.count("$") % 2 == 0 else value.replace("$", "").strip()
