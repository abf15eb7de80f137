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
_COMMON = frozenset(
    ["the", "a", "an", "of", "to", "in", "is", "it", "that", "so", "and", "i", "let", "me", "be", "this", "for", "if", "as", "then", "but", "on", "at", "by", "or", "we", "was", "are", "not", "with", "have", "has", "from", "just", "which", "what", "would", "they", "there", "s", "t", "ll", "m", "re", "ve", "d", "do", "does", "did", "will", "my", "you", "your", "he", "she", "his", "her", "their", "them", "its"]
)

FAMILIES = {
    "alternative": "alternativ another different instead",
    "method": "way method approach perspective angle",
    "using": "using use apply consider via by think",
    "substitute": "plug substitut satisf condition original match hold work fit",
    "again": "again recheck recalculat recomput recap retrace redo once",
    "steps": "step each go calculation arithmetic mistake error",
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
    "if": "if",
    "hypothetical": "could might maybe perhaps unless possib",
    "others": "other only unique any",
    "general": "general pattern property theorem rule definition",
    "earlier": "earlier before already previous did",
    "same": "same consistent both either",
    "doubt": "wait hold hmm hang",
    "seems": "seem straightforward solid",
}
"""Cues: a token belongs to the first family one of whose stems it begins with."""

_TECHNIQUES = (
    "coordinat vector matri derivativ calculus integral shoelace heron trig sin cos tan similar ratio proportion percent "
    "fraction decimal modul mod lcm gcd factor quadratic vertex discriminant vieta symmetr graph polar complex eliminat "
    "substitut system algebra equation formula list enumerat binomial combination permutation probab expect average unit "
    "area volume pythag distance midpoint slope log expon power sequence series geometric recurs induct contradict "
    "inequal inclusion complement remainder divis prime total difference per rate revers backward pattern cross dot "
    "magnitude angle rotat triangle circle square rectang table tree venn half third quarter double"
)


def _stems(words: str) -> str:
    return "|".join(re.escape(word) for word in words.split())


_FAMILY = re.compile("|".join(f"(?P<{name}>{_stems(words)})" for name, words in FAMILIES.items()))
_TECHNIQUE = re.compile(_stems(_TECHNIQUES))


@lru_cache(maxsize=1 << 16)
def family_of(token: str) -> str | None:
    """The family of cues that a token belongs to."""
    found = _FAMILY.match(token) if len(token) <= _LONGEST_WORD else None
    return found.lastgroup if found else None


@lru_cache(maxsize=1 << 16)
def technique_of(token: str) -> str | None:
    """The stem of the technique of mathematics that a token names."""
    found = _TECHNIQUE.match(token) if len(token) <= _LONGEST_WORD else None
    return found.group() if found else None


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


@lru_cache(maxsize=1 << 16)
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

    def cosine(self, other: Bag) -> float:
        """Between 0 (nothing in common) and 1."""
        few, many = sorted((self.weights, other.weights), key=len)
        dot = sum(weight * many[key] for key, weight in few.items() if key in many)
        return dot / (self.norm * other.norm) if dot else 0.0


def _bag(counts: Iterable[tuple[str, int]]) -> Bag:
    weights = {key: 1.0 + log(count) for key, count in counts}
    return Bag(weights, sqrt(sum(weight * weight for weight in weights.values())))


@dataclass(frozen=True)
class Described:
    """One solution as counts and sets of its tokens.

    `families`: cues of each family for a hundred tokens. `opening`: families near its start, and near the end of the
    solution before it, where a doubt is often spoken. `inner`: its numbers that
    stand neither in the question nor in the answer. `answer_at`: where the answer first stands, as a share of its
    length (1 where it does not).
    """

    length: int
    tokens: int
    words: Bag
    numbers: Bag
    inner: frozenset[str]
    trigrams: frozenset[Trigram]
    equations: frozenset[Trigram]
    number_pairs: frozenset[tuple[str, str]]
    techniques: frozenset[str]
    families: dict[str, float]
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


def _describe(
    text: str,
    tokens: list[str],
    before: list[str],
    answer_tokens: list[str],
    answer: str,
    given: frozenset[str],
    asked_trigrams: frozenset[Trigram],
) -> Described:
    counts = Counter(tokens)
    numbers = [(token, count) for token, count in counts.items() if token[0].isdigit()]
    words = [(token, count) for token, count in counts.items() if token[0] in _LETTERS and token not in _COMMON]
    families: Counter[str] = Counter()
    for token, count in counts.items():
        if family := family_of(token):
            families[family] += count
    size = max(len(tokens), 1)
    trigrams = frozenset(zip(tokens, tokens[1:], tokens[2:], strict=False))
    equations = frozenset(
        _ordered(t) for t in trigrams if t[1] in _OPERATORS and t[0][0].isdigit() and t[2][0].isdigit()
    )
    stated = frozenset(token for token in answer_tokens if token[0].isdigit())
    inputs = {number for equation in equations for number in (equation[0], equation[2])}
    outputs = {t[1] for t in trigrams if t[0] in _RESULTS and t[1][0].isdigit()}
    at = text.find(answer) if answer else -1
    return Described(
        length=len(text),
        tokens=len(tokens),
        words=_bag(words),
        numbers=_bag(numbers),
        inner=frozenset(number for number, _ in numbers) - given - stated,
        trigrams=trigrams,
        equations=equations,
        number_pairs=frozenset(pairwise(token for token in tokens if token[0].isdigit())),
        techniques=frozenset(stem for token in counts if (stem := technique_of(token))),
        families={family: 100 * count / max(len(tokens), 30) for family, count in families.items()},
        opening=_families_in(before) | _families_in(tokens[:_OPENING]),
        operators=sum(counts[operator] for operator in _SYMBOLS) / size,
        digits=sum(count for _, count in numbers) / size,
        answer_at=at / len(text) if at >= 0 else 1.0,
        answer_in=_share(inputs, stated),
        answer_out=_share(outputs, stated),
        given_out=_share(outputs, given),
        from_question=_share(trigrams, asked_trigrams),
        quotes=text.count('"') + text.count("“"),
        questions=text.count("?"),
    )


def _ordered(equation: Trigram) -> Trigram:
    """3 + 2 and 2 + 3 are one."""
    first, operator, second = equation
    return (second, operator, first) if operator in "+*" and second < first else equation


_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz\\")
_SYMBOLS = ("=", "+", "-", "*", "/", "^", "√", "≈", "\\frac")


def _families_in(tokens: Sequence[str]) -> frozenset[str]:
    return frozenset(family for token in tokens if (family := family_of(token)))


def _share(part: Set[object], whole: Set[object]) -> float:
    """How much of `part` stands in `whole`; 0 where it is empty."""
    return len(part & whole) / len(part) if part else 0.0
