r"""Letters that stand for any number: a whole one in `2k\pi`, a constant in `y = Ce^x`, the parameter of a line.

Runs in worker processes only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import permutations

import sympy

from overthink.answers.grammar import TooLargeError, UnreadableAnswerError, expression
from overthink.answers.rewrite import tidy
from overthink.answers.shapes import Matrix, Several, Shape, Tuple, Value, Words

Renaming = Mapping[sympy.Symbol, sympy.Symbol]
_Side = tuple[str, Shape, Collection[sympy.Symbol]]

_WHOLE = re.compile(
    r"(?<![A-Za-z\\])(?:([A-Za-z])\s?(?:\\in\s?(?:\\mathbb\s?)?\{?\s?[ZN](?![A-Za-z])|(?:is )?(?:an? |any )?integer)"
    r"|([knm])\s?(?:\\cdot\s?)?\\pi(?![A-Za-z]))|\\pi\s?(?:\\cdot\s?)?([knm])(?![A-Za-z])"
)
_ANY_WHOLE = re.compile(
    r"(?<![A-Za-z\\])([A-Za-z])\s?(?:\\in\s?(?:\\mathbb\s?)?\{?\s?Z(?![A-Za-z])|(?:is )?(?:an? |any )integer)"
)
_FREE = re.compile(r"\b(?:constants?|parameters?|arbitrary)\b", re.IGNORECASE)
_CONSTANT = re.compile(r"[ABCcKa-d](?:_\{?\d\}?)?")
_PARAMETERS = frozenset(("t", "s", "r", "u", "lambda", "mu"))
_COORDINATES = frozenset(("x", "y", "z"))
_MOST = 2


def with_letter_of(gold: str, answer: str) -> str:
    r"""The answer with the gold answer's letter for any whole number: `2n\pi, n\in\mathbb{Z}` for `2k\pi`."""
    ours, theirs = ({"".join(found) for found in _WHOLE.findall(tidy(text))} for text in (gold, answer))
    if not len(ours) == len(theirs) == 1 or ours == theirs:
        return answer
    (our,), (their,) = ours, theirs
    if re.search(rf"(?<![A-Za-z\\]){our}(?![A-Za-z])", answer):
        return answer
    return re.sub(rf"(?<![A-Za-z\\]){their}(?![A-Za-z])", our, answer)


def renamings(gold: str, wanted: Shape, answer: str, stated: Shape) -> list[Renaming]:
    r"""How letters of the answer may stand for others of the gold answer; one empty way if none may.

    `Ae^x + Be^{-x}` for `C_1e^x + C_2e^{-x}`; `(1+s, 2s)` for `(1+t, 2t)`.
    """
    both = letters(wanted), letters(stated)
    ours, theirs = (sorted(one - other, key=str) for one, other in (both, both[::-1]))
    if not 0 < len(ours) == len(theirs) <= _MOST:
        return [{}]
    if not _are_free((gold, wanted, ours), (answer, stated, theirs)):
        return [{}]
    return [dict(zip(theirs, order, strict=True)) for order in permutations(ours)]


def letters(shape: Shape) -> frozenset[sympy.Symbol]:
    """The unknowns of an answer."""
    if isinstance(shape, Several):
        return frozenset().union(*map(letters, shape.items))
    if isinstance(shape, Words) or (isinstance(shape, Value) and shape.number is not None):
        return frozenset()
    try:
        return frozenset(expression(shape.text).free_symbols)
    except (UnreadableAnswerError, TooLargeError):
        return frozenset()


def whole_letters(*answers: tuple[str, Shape]) -> frozenset[str]:
    """The letters that stand for any whole number, each on its own: not in the coordinates of points."""
    if any(isinstance(one, (Tuple, Matrix)) for _, shape in answers for one in (shape, *getattr(shape, "items", ()))):
        return frozenset()
    return frozenset(letter for text, _ in answers for letter in _ANY_WHOLE.findall(tidy(text)))


def is_shifted(gold: sympy.Basic, answer: sympy.Basic, whole: Collection[str]) -> bool:
    r"""Whether two families for any whole number have the same members: `2k+1` and `2k-1`, `k\pi` and `\pi-k\pi`."""
    unknown = gold.free_symbols | answer.free_symbols
    if not (isinstance(gold, sympy.Expr) and isinstance(answer, sympy.Expr) and len(unknown) == 1):
        return False
    (letter,) = unknown
    step, other = (sympy.expand(value.diff(letter)) for value in (gold, answer))
    if letter.name not in whole or step.free_symbols or not step or other not in (step, -step):
        return False
    return bool(sympy.expand((gold - answer).subs(letter, 0) / step).is_integer)


def _are_free(*sides: _Side) -> bool:
    """Whether the letters of both are constants or parameters: called so, or named and placed as these are."""
    called = [_FREE.search(text) is not None for text, *_ in sides]
    if any(symbol.name in _COORDINATES for *_, names in sides for symbol in names):
        return False
    for (_, shape, names), is_called in zip(sides, called, strict=True):
        on_line = isinstance(shape, Tuple) and len(names) == 1 and all(one.name in _PARAMETERS for one in names)
        constant = (any(called) or _is_general(sides)) and all(_CONSTANT.fullmatch(one.name) for one in names)
        if not (is_called or on_line or constant):
            return False
    return True


def _is_general(sides: Collection[_Side]) -> bool:
    """Whether a capital C, alone or with an index, is among the letters, beside the unknown of a function."""
    return any(
        symbol.name[0] == "C" and shape.name
        for _, shape, names in sides
        for symbol in names
        if letters(shape) - set(names)
    )
