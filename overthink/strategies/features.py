"""Features of the text of a solution that concern its way of reasoning, as numbers.

A solution is read once, into counts of its tokens. It is then compared with those before it: does it use other words,
numbers and operations, and which cues does it open with? Every function is linear in the length of the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, log, sqrt

from overthink.strategies.cues import FAMILIES, kind_of, tokens_of

Trigram = tuple[str, str, str]
Sum = tuple[str, str, str, str]
"""A worked operation: 3, +, 2, 5."""
Term = str | tuple[str, str]
"""A word, or two words in a row; every number is the word `0`."""

_OPERATORS = frozenset("+-*/^%")
_RESULTS = frozenset(["=", "≈", "is", "gives", "get", "makes"])
_SIGNS = _OPERATORS | _RESULTS


@dataclass(frozen=True)
class Bag:
    """Counts damped by 1 + log (Salton & Buckley 1988), and the length of the vector that they make."""

    weights: dict[str, float]
    norm: float
    keys: frozenset[str]

    def cosine(self, other: Bag, common: Set[str]) -> float:
        """Between 0 (nothing in common) and 1. `common`: the keys that both have."""
        # Sets have no fixed order: fsum gives the same bits in any.
        dot = fsum([self.weights[key] * other.weights[key] for key in common])
        return dot / (self.norm * other.norm) if dot else 0.0


def _bag(counts: dict[str, int]) -> Bag:
    weights = {key: _DAMPED[count] if count < len(_DAMPED) else 1.0 + log(count) for key, count in counts.items()}
    return Bag(weights, sqrt(sum(weight * weight for weight in weights.values())), frozenset(weights))


_DAMPED = [0.0, *(1.0 + log(count) for count in range(1, 64))]


@dataclass(frozen=True)
class Described:
    """One solution as counts and sets of its tokens.

    `families`: cues of each of `FAMILIES` for a hundred tokens. `opening`: families near its start, and near the
    end of the solution before it, which often voices a doubt. `techniques`: stems of the techniques that it
    names, each with the word. `formulas`: neighbours among numbers, letters and signs, without the words between.
    `sums`: operations with what they give; `turned`: the same turned round, as a check may have them; `results`: what
    they give. `inner`: numbers that are neither in the question nor in the answer; `values`: in the order in which
    they come. `wording`, `opening_words`: words and pairs of words, of all and of what `opening` covers. `answer_at`:
    the first place of the answer, as a share of the length (1 if it has none). `answer_in`, `answer_out`: the
    shares of the answer among the numbers that operations take and give; `given_out`: that of the question's
    numbers among those that they give.
    """

    length: int
    words: Bag
    numbers: Bag
    inner: frozenset[str]
    trigrams: frozenset[Trigram]
    formulas: frozenset[Trigram]
    equations: frozenset[Trigram]
    sums: frozenset[Sum]
    turned: frozenset[Sum]
    results: frozenset[str]
    values: tuple[str, ...]
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
    wording: frozenset[Term]
    opening_words: frozenset[Term]


def describe(question: str, solutions: Sequence[str], answers: Sequence[str]) -> list[Described]:
    """Read every solution of one response; `answers` are their stated answers, verbatim."""
    asked = tokens_of(question)
    given = frozenset(token for token in asked if token[0].isdigit())
    asked_trigrams = _threes(asked)
    found: list[Described] = []
    before: list[str] = []
    for text, answer in zip(solutions, answers, strict=True):
        tokens = tokens_of(text)
        found.append(_describe(text, tokens, before, tokens_of(answer), answer, given, asked_trigrams))
        before = tokens[-_LEAD:]
    return found


_LEAD = 25
_OPENING = 60
_BORDER = "|"
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
    """Count the tokens of one solution; `before` are the last tokens of the solution before it."""
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
    sums = frozenset(_sums(tokens, numbers.keys()))
    stated = frozenset(token for token in answer_tokens if token[0].isdigit())
    trigrams = _threes(tokens)
    size = max(len(tokens), 1)
    number_bag = _bag(numbers)
    inner = number_bag.keys - given - stated
    mathematics = {token for token in counts if _is_mathematics(token)}
    plain = ["0" if token in numbers else token for token in tokens]
    lead = ["0" if token[0].isdigit() else token for token in before]
    at = text.find(answer) if answer else -1
    return Described(
        length=len(text),
        words=_bag(words),
        numbers=number_bag,
        inner=inner,
        trigrams=trigrams,
        formulas=_threes([token for token in tokens if token in mathematics]),
        equations=equations,
        sums=sums,
        turned=frozenset([turned for each in sums for turned in _turned(each)]),
        results=frozenset([result for *_, result in sums]),
        values=tuple([number for number in numbers if number in inner]),
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
        wording=_terms(plain),
        opening_words=_terms([*lead, _BORDER, *plain[:_OPENING]]),
    )


def _threes(tokens: Sequence[str]) -> frozenset[Trigram]:
    return frozenset(zip(tokens, tokens[1:], tokens[2:], strict=False))


def _terms(tokens: Sequence[str]) -> frozenset[Term]:
    return frozenset(tokens).union(pairwise(tokens))


_LETTERS_OF_WORDS = frozenset("aistmd")
"""Letters that stand alone as words or as what an apostrophe leaves."""


def _is_mathematics(token: str) -> bool:
    return token[0].isdigit() or token[0] == "\\" or (len(token) == 1 and token not in _LETTERS_OF_WORDS)


def _sums(tokens: Sequence[str], numbers: Set[str]) -> Iterator[Sum]:
    """The operations that are followed by what they give; 3 + 2 and 2 + 3 are one."""
    for at in [at for at, token in enumerate(tokens[:-3]) if token in _OPERATORS and at]:
        first, sign, second, equals, result = tokens[at - 1 : at + 4]
        if equals in _RESULTS and first in numbers and second in numbers and result in numbers:
            yield _sum(first, sign, second, result)


def _sum(first: str, sign: str, second: str, result: str) -> Sum:
    swap = sign in "+*" and second < first
    return (second, sign, first, result) if swap else (first, sign, second, result)


_TURNED = {"+": "-", "-": "+", "*": "/", "/": "*"}


def _turned(one: Sum) -> list[Sum]:
    """The other ways round: 3 + 2 = 5 is 5 - 3 = 2 and 5 - 2 = 3, and 5 - 3 = 2 is 2 + 3 = 5 and 5 - 2 = 3."""
    first, sign, second, result = one
    if sign not in _TURNED:
        return []
    if sign in "+*":
        return [(result, _TURNED[sign], first, second), (result, _TURNED[sign], second, first)]
    return [_sum(result, _TURNED[sign], second, first), (first, sign, result, second)]


def _operations(tokens: Sequence[str], numbers: Set[str]) -> tuple[set[str], set[str], frozenset[Trigram]]:
    """The numbers that operations take, those that they give, and the operations (3 + 2 and 2 + 3 are one)."""
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
    """How much of `part` is in `whole`; 0 if it is empty."""
    return len(part & whole) / len(part) if part else 0.0
