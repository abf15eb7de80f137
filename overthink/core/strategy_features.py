"""What the text of a solution tells about its way of reasoning, as numbers.

A solution is read once, into counts of its tokens. It is then compared with those before it: does it use other words,
numbers and operations, and which cues does it open with? Every function is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt

Trigram = tuple[str, str, str]

_TOKEN = re.compile(r"[a-z]+|\\[a-z]+|\d+(?:[.,]\d+)*|[-=+*/^×÷·√≈%<>]")
_LONGEST_WORD = 30
"""Longer runs of letters are no words of English; they are not looked up among the cues."""

_OPERATORS = frozenset("+-*/^%")
_RESULTS = frozenset(["=", "≈", "is", "gives", "get", "makes"])
_SIGNS = _OPERATORS | _RESULTS
_COMMON = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "in",
        "is",
        "it",
        "that",
        "so",
        "and",
        "i",
        "let",
        "me",
        "be",
        "this",
        "for",
        "if",
        "as",
        "then",
        "but",
        "on",
        "at",
        "by",
        "or",
        "we",
        "was",
        "are",
        "not",
        "with",
        "have",
        "has",
        "from",
        "just",
        "which",
        "what",
        "would",
        "they",
        "there",
        "s",
        "t",
        "ll",
        "m",
        "re",
        "ve",
        "d",
        "do",
        "does",
        "did",
        "will",
        "my",
        "you",
        "your",
        "he",
        "she",
        "his",
        "her",
        "their",
        "them",
        "its",
    ]
)

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
    "coordinat vector matri derivativ calculus integral shoelace heron trig sin! sine! cos! cosine! tan! tangent similar! "
    "ratio! ratios! proportion percent fraction decimal modul mod! lcm! gcd! factor quadratic vertex discriminant "
    "vieta symmetr graph polar complex eliminat substitut system algebra equation formula list enumerat binomial "
    "combination permutation probabilit expect average unit area volume pythag distance midpoint slope log! logarithm expon "
    "power sequence series geometric recurs induct contradict inequal inclusion complement remainder divis prime total "
    "difference per! rate! rates! revers backward pattern cross dot! magnitude angle rotat triangle circle square rectang "
    "table tree venn half third quarter double"
)


def _stems(words: str) -> str:
    """Stems as alternatives of a regular expression; one that ends in `!` is a whole word."""
    return "|".join(re.escape(word.rstrip("!")) + ("(?![a-z])" if word.endswith("!") else "") for word in words.split())


_FAMILY = re.compile("|".join(f"(?P<{name}>{_stems(words)})" for name, words in FAMILIES.items()))
_TECHNIQUE = re.compile(rf"\\?({_stems(_TECHNIQUES)})")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a token is by itself: a number, a word that tells something, a cue of a family, the name of a technique."""

    number: bool
    word: bool
    family: str | None
    technique: str | None


@lru_cache(maxsize=1 << 14)
def kind_of(token: str) -> Kind:
    """The kind of one token as `tokens_of` gives it."""
    short = len(token) <= _LONGEST_WORD
    family = _FAMILY.match(token) if short else None
    technique = _TECHNIQUE.match(token) if short else None
    return Kind(
        number=token[0].isdigit(),
        word=(token[0].isalpha() or token[0] == "\\") and token not in _COMMON,
        family=family.lastgroup if family else None,
        technique=technique[1] if technique else None,
    )


def tokens_of(text: str) -> list[str]:
    """Words, numbers, LaTeX commands and operators in lower case, in order; one spelling for what means the same."""
    return [_canonical(token) for token in _TOKEN.findall(_SPOKEN.sub(_spoken, text.lower()))]


_SPOKEN = re.compile(r"divided by|multiplied by|\\frac\{(\w{1,9})\}")


def _spoken(match: re.Match[str]) -> str:
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


@dataclass(frozen=True)
class Bag:
    """Counts damped by 1 + log (Salton & Buckley 1988), and the length of the vector that they make."""

    weights: dict[str, float]
    norm: float
    keys: frozenset[str]

    def cosine(self, other: Bag, common: Set[str]) -> float:
        """Between 0 (nothing in common) and 1. `common`: the keys that both have."""
        dot = sum(self.weights[key] * other.weights[key] for key in common)
        return dot / (self.norm * other.norm) if dot else 0.0


def _bag(counts: dict[str, int]) -> Bag:
    weights = {key: _DAMPED[count] if count < len(_DAMPED) else 1.0 + log(count) for key, count in counts.items()}
    return Bag(weights, sqrt(sum(weight * weight for weight in weights.values())), frozenset(weights))


_DAMPED = [0.0, *(1.0 + log(count) for count in range(1, 64))]


@dataclass(frozen=True)
class Described:
    """One solution as counts and sets of its tokens.

    `families`: cues of each of `FAMILIES` for a hundred tokens. `opening`: families near its start, and near the end of the
    solution before it, where a doubt is often spoken. `techniques`: stems of the techniques that it names, each with
    the word. `inner`: numbers that stand neither in the question nor in the answer. `answer_at`: where the answer first
    stands, as a share of the length (1 where it does not). `answer_in`, `answer_out`: the shares of the answer among the
    numbers that operations take and give; `given_out`: that of the question's numbers among those that they give.
    """

    length: int
    tokens: int
    words: Bag
    numbers: Bag
    inner: frozenset[str]
    trigrams: frozenset[Trigram]
    equations: frozenset[Trigram]
    number_pairs: frozenset[tuple[str, str]]
    techniques: dict[str, str]
    families: tuple[float, ...]
    opening: frozenset[str]
    operators: float
    digits: float
    answer_at: float
    answer_in: float
    answer_out: float
    given_out: float
    from_question: float
    quotes: int
    questions: int


def describe(question: str, solutions: Sequence[str], answers: Sequence[str]) -> list[Described]:
    """Read every solution of one response; `answers` are their stated answers, verbatim."""
    asked = tokens_of(question)
    given = frozenset(token for token in asked if token[0].isdigit())
    asked_trigrams = frozenset(zip(asked, asked[1:], asked[2:], strict=False))
    found: list[Described] = []
    before: list[str] = []
    for text, answer in zip(solutions, answers, strict=True):
        tokens = tokens_of(text)
        found.append(_describe(text, tokens, before, tokens_of(answer), answer, given, asked_trigrams))
        before = tokens[-_LEAD:]
    return found


_LEAD = 25
_OPENING = 60
_FEWEST = 30
"""Shorter solutions count as this many tokens: one cue in five words is no flood of cues."""


def _describe(
    text: str,
    tokens: list[str],
    before: list[str],
    answer_tokens: list[str],
    answer: str,
    given: frozenset[str],
    asked_trigrams: frozenset[Trigram],
) -> Described:
    numbers: dict[str, int] = {}
    words: dict[str, int] = {}
    families = dict.fromkeys(FAMILIES, 0.0)
    techniques: dict[str, str] = {}
    scale = 100 / max(len(tokens), _FEWEST)
    counts = Counter(tokens)
    for token, count in counts.items():
        kind = kind_of(token)
        if kind.number:
            numbers[token] = count
            continue
        if kind.word:
            words[token] = count
        if kind.family:
            families[kind.family] += count * scale
        if kind.technique:
            techniques[kind.technique] = token
    inputs, outputs, equations = _operations(tokens, numbers.keys())
    stated = frozenset(token for token in answer_tokens if token[0].isdigit())
    trigrams = frozenset(zip(tokens, tokens[1:], tokens[2:], strict=False))
    size = max(len(tokens), 1)
    number_bag = _bag(numbers)
    at = text.find(answer) if answer else -1
    return Described(
        length=len(text),
        tokens=len(tokens),
        words=_bag(words),
        numbers=number_bag,
        inner=number_bag.keys - given - stated,
        trigrams=trigrams,
        equations=equations,
        number_pairs=frozenset(pairwise([token for token in tokens if token in numbers])),
        techniques=techniques,
        families=tuple(families.values()),
        opening=_families_in(before) | _families_in(tokens[:_OPENING]),
        operators=sum(counts[operator] for operator in _SYMBOLS) / size,
        digits=sum(numbers.values()) / size,
        answer_at=at / len(text) if at >= 0 else 1.0,
        answer_in=_share(inputs, stated),
        answer_out=_share(outputs, stated),
        given_out=_share(outputs, given),
        from_question=_share(trigrams, asked_trigrams),
        quotes=text.count('"') + text.count("“"),
        questions=text.count("?"),
    )


def _operations(tokens: Sequence[str], numbers: Set[str]) -> tuple[set[str], set[str], frozenset[Trigram]]:
    """The numbers that operations take, those that they give, and the operations themselves (3 + 2 and 2 + 3 are one)."""
    inputs: set[str] = set()
    outputs: set[str] = set()
    equations: set[Trigram] = set()
    for at in [at for at, token in enumerate(tokens[:-1]) if token in _SIGNS]:
        sign, first, second = tokens[at], tokens[at - 1] if at else "", tokens[at + 1]
        if second not in numbers:
            continue
        if sign in _RESULTS:
            outputs.add(second)
        elif first in numbers:
            inputs |= {first, second}
            swap = sign in "+*" and second < first
            equations.add((second, sign, first) if swap else (first, sign, second))
    return inputs, outputs, frozenset(equations)


_SYMBOLS = ("=", "+", "-", "*", "/", "^", "√", "≈", "\\frac")


def _families_in(tokens: Sequence[str]) -> frozenset[str]:
    return frozenset([family for token in tokens if (family := kind_of(token).family)])


def _share(part: Set[object], whole: Set[object]) -> float:
    """How much of `part` stands in `whole`; 0 where it is empty."""
    return len(part & whole) / len(part) if part else 0.0
