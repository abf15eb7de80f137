"""The kind of a single token: its spelling, whether it is a number or a word, and which cue or technique it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[a-z]+|\\[a-z]+|\d+(?:[.,]\d+)*|[-=+*/^×÷·√≈%<>]")
_LONGEST_WORD = 30
"""Longer runs of letters are no words of English; they are not looked up among the cues."""

_COMMON_WORDS = (
    "the a an of to in is it that so and i let me be this for if as then but on at by or we was are not with have has "
    "from just which what would they there s t ll m re ve d do does did will my you your he she his her their them "
    "its"
)
_COMMON = frozenset(_COMMON_WORDS.split())

FAMILIES = {
    "alternative": "alternativ another different instead",
    "method": "way! ways! method approach perspective angle",
    "using": "using use apply consider via! by! think",
    "substitute": "plug substitut satisf condition original match hold work fit",
    "again": "again recheck recalculat recomput recap retrace redo once",
    "steps": "step each go! going! calculation arithmetic mistake error",
    "check": "check verif confirm sure double",
    "question": "problem question statement",
    "telling": "say state ask mention specif intend",
    "reading": "read reread misread interpret word phras ambigu misunder trick assum clarif mean refer",
    "plausible": "sense reasonabl sanity plausib intuit",
    "example": "example suppose test try trial random concrete case",
    "decimal": "decimal approx calculator percent estimat round",
    "picture": "graph visual diagram draw picture plot sketch imagine asymptote code",
    "reverse": "backward reverse back inverse",
    "listing": "list enumerat count table",
    "algebra": "algebra equation variable denote unknown formula express",
    "simplify": "simplif reduc lowest common gcd fraction",
    "units": "unit dimension",
    "if": "if!",
    "hypothetical": "could might maybe perhaps unless possib",
    "others": "other only! unique any",
    "general": "general pattern property theorem rule definition",
    "earlier": "earlier before already previous did!",
    "same": "same consistent both either",
    "doubt": "wait hold hmm hang",
    "seems": "seem straightforward solid",
}
"""Cues: a token belongs to the first family one of whose stems it begins with."""

_TECHNIQUES = (
    "coordinat vector matri derivativ calculus integral shoelace heron trig sin! sine! cos! cosine! tan! tangent "
    "similar! ratio! ratios! proportion percent fraction decimal modul mod! lcm! gcd! factor quadratic vertex "
    "discriminant vieta symmetr graph polar complex eliminat substitut system algebra equation formula list "
    "enumerat binomial combination permutation probabilit expect average unit area volume pythag distance "
    "midpoint slope log! logarithm expon power sequence series geometric recurs induct contradict inequal "
    "inclusion complement remainder divis prime total difference per! rate! rates! revers backward pattern cross "
    "dot! magnitude angle rotat triangle circle square rectang table tree venn half third quarter double"
)


def _stems(words: str) -> str:
    """Stems as alternatives of a regular expression; one that ends in `!` is a whole word."""
    return "|".join(re.escape(word.rstrip("!")) + ("(?![a-z])" if word.endswith("!") else "") for word in words.split())


_FAMILY = re.compile("|".join(f"(?P<{name}>{_stems(words)})" for name, words in FAMILIES.items()))
_TECHNIQUE = re.compile(rf"\\?({_stems(_TECHNIQUES)})")


@dataclass(frozen=True, slots=True)
class TokenKind:
    """What a token is by itself: a number, a word that is no common one, a cue of a family, the name of a technique."""

    number: bool
    word: bool
    family: str | None
    technique: str | None


@lru_cache(maxsize=1 << 14)
def kind_of(token: str) -> TokenKind:
    """The kind of one token as `tokens_of` gives it."""
    short = len(token) <= _LONGEST_WORD
    family = _FAMILY.match(token) if short else None
    technique = _TECHNIQUE.match(token) if short else None
    return TokenKind(
        number=token[0].isdigit(),
        word=(token[0].isalpha() or token[0] == "\\") and token not in _COMMON,
        family=family.lastgroup if family else None,
        technique=technique[1] if technique else None,
    )


def tokens_of(text: str) -> list[str]:
    """Words, numbers, LaTeX commands and operators in lower case, in order; one spelling for what means the same."""
    return [_canonical(token) for token in _TOKEN.findall(_OPERATION_WORDS.sub(_operator, text.lower()))]


_OPERATION_WORDS = re.compile(r"divided by|multiplied by|\\frac\{(\w{1,9})\}")


def _operator(match: re.Match[str]) -> str:
    if match[1]:
        return f"{match[1]} / "
    return "/" if match[0][0] == "d" else "*"


_SPELLING = {
    "×": "*", "·": "*", "times": "*", "\\times": "*", "\\cdot": "*", "÷": "/", "\\div": "/", "plus": "+", "minus": "-",
    "equals": "=", "\\approx": "≈", "\\dfrac": "\\frac",
}  # fmt: skip


@lru_cache(maxsize=1 << 14)
def _canonical(token: str) -> str:
    if not token[0].isdigit():
        return _SPELLING.get(token, token)
    number = token.replace(",", "")
    return number.rstrip("0").rstrip(".") if number.count(".") == 1 else number
