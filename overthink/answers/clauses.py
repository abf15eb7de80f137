"""Answers in several clauses of words: `Ann is a knight, and Ben is a knave`, in any order and joined in any way."""

from __future__ import annotations

import re

from overthink.answers.values import CUES
from overthink.text.markup import plain_text

MOST_CLAUSES = 8
IS = r"(?:is|are|was|were|must be|has to be|would be)(?: (?:also|indeed))?"
ARTICLE = r"(?:an? |the )?"
_AND = r"(?:and|while|but|whereas)\b"
JOINING = rf"\s*[,;.]?\s*(?:[-•*]\s)?(?:{_AND}\s*)?(?:that\s)?"
"""What may be between two clauses, also nothing."""

_BETWEEN = re.compile(rf"(?=\s*(?:[,;.\n]|[-•*]\s|\b{_AND})){JOINING}")
_CLAUSE = re.compile(
    r"(?:the )?([a-z][\w'-]*(?: [a-z][\w'-]*){0,2}?)"
    rf"(?: {IS} |: (?=[a-z]{{2}})|(?<=[a-z]{{2}}) ?= (?=[a-z]{{3}})){ARTICLE}"  # `x: a` and `x = ab` are maths
    r"([a-z][a-z'-]*(?: (?!(?:is|are|was|were)\b)[a-z][a-z'-]*){0,4})"
)
_INTRODUCING = re.compile(r"(?: is\b)?[,:]?\s*(?:that\s)?")
_LONGEST = 400  # characters


def said_in(answer: str) -> dict[str, str]:
    """What each clause says of its subject, in lower case; nothing if it is not made of several with different ones."""
    if len(answer) > _LONGEST:
        return {}
    text = plain_text(answer)
    if conclusion := CUES.conclusion.match(text):
        text = _INTRODUCING.sub("", text[conclusion.end() :], count=1)
    parts = _BETWEEN.split(text.lower().strip(" .*-•\n"), maxsplit=MOST_CLAUSES)
    found = [_CLAUSE.fullmatch(part) for part in parts]
    clauses = {one[1]: one[2] for one in found if one}
    return clauses if 1 < len(clauses) == len(found) else {}
