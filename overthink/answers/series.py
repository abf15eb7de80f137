r"""Sums and products with dots: `1+2+\ldots+n`, `2\cdot4\ldots20`, `1+\frac{1}{2}+\frac{1}{4}+\ldots`.

Runs in worker processes only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import sympy

from overthink.answers.brackets import braced_arguments, split, top_level

_DOTS = "\\ldots"
_SIGN = re.compile(r"[+-]")
_TIMES = re.compile(r"\\cdot(?![A-Za-z])")
_NUMERAL = re.compile(r"(\d+)")
_PLACE = sympy.Symbol("kappa")
_MOST_TERMS = 1_000
_FIRST = range(-1, 5)

Read = Callable[[str], sympy.Basic]
Terms = Sequence[str]
General = tuple[sympy.Expr, sympy.Expr, sympy.Expr]
"""A term of `_PLACE`, and the first and the last place."""


def series(text: str, read: Read) -> sympy.Expr | None:
    """The sum or product that tidy LaTeX with dots stands for; None if its terms do not tell one beyond doubt."""
    ends, total = _summands(text), sympy.Sum
    if ends is None:
        ends, total = _factors(text), sympy.Product
    if ends is None or not ends[0]:
        return None
    before, behind = ends
    if behind:
        found = [*_to_unknown(before, behind, read), *_to_unknown(behind[::-1], before[::-1], read)]
        found = found or [*_by_steps(before, behind, read), *_by_factors(before, behind, read)]
        return total(found[0][0], (_PLACE, *found[0][1:])) if len(found) == 1 else None
    return _endless([read(term) for term in before]) if total is sympy.Sum else None


def _summands(text: str) -> tuple[Terms, Terms] | None:
    """The terms before and behind the dots, with their signs."""
    signs = [sign.start() for sign in top_level(text, _SIGN) if sign.start()]
    terms = [text[start:end] for start, end in zip([0, *signs], [*signs, len(text)], strict=True)]
    terms = [term.strip().removeprefix("+").strip() for term in terms]
    terms = [_DOTS if term.lstrip("- ") == _DOTS else term for term in terms]
    at = terms.index(_DOTS) if terms.count(_DOTS) == 1 else 0
    return (terms[:at], terms[at + 1 :]) if at else None


def _factors(text: str) -> tuple[Terms, Terms] | None:
    ends = text.split(_DOTS)
    if len(ends) != 2 or top_level(text, _SIGN):
        return None
    before, behind = ([part for part in split(end.replace("(", r"\cdot("), _TIMES) if part] for end in ends)
    return (before, behind) if behind else None


def _to_unknown(before: Terms, behind: Terms, read: Read) -> Iterator[General]:
    """All terms are what the last one is, for other values of one of its unknowns."""
    first, then = ([read(term) for term in terms] for terms in (before, behind))
    for unknown in sorted(then[-1].free_symbols, key=str):
        for start in _FIRST:
            places = [*range(start, start + len(first)), *(unknown - back for back in reversed(range(len(then))))]
            terms = zip((*first, *then), places, strict=True)
            if all(sympy.expand(term - then[-1].subs(unknown, place)) == 0 for term, place in terms):
                yield then[-1].subs(unknown, _PLACE), sympy.Integer(start), unknown
                break


def _by_steps(before: Terms, behind: Terms, read: Read) -> Iterator[General]:
    """The numbers in the terms change by equal steps."""
    terms = [_NUMERAL.split(term) for term in (*before, *behind)]
    if len({tuple(term[::2]) for term in terms}) > 1:
        return
    columns = [*zip(*(map(int, term[1::2]) for term in terms), strict=True)]
    steps = [column[1] - column[0] if len(before) > 1 else int(column[0] != column[-1]) for column in columns]
    lengths = {Fraction(column[-1] - column[0], step) for column, step in zip(columns, steps, strict=True) if step}
    last = lengths.pop() if len(lengths) == 1 else Fraction(0)
    places = [*range(len(before)), *(last - back for back in reversed(range(len(behind))))]
    if not 0 < last <= _MOST_TERMS or last.denominator > 1:
        return
    for column, step in zip(columns, steps, strict=True):
        if any(value != column[0] + place * step for value, place in zip(column, places, strict=True)):
            return
    numerals = [
        rf"({column[0]}{step:+d}\kappa)" if step else str(column[0])
        for column, step in zip(columns, steps, strict=True)
    ]
    text = "".join(piece + numeral for piece, numeral in zip(terms[0][::2], [*numerals, ""], strict=True))
    yield read(braced_arguments(text)), sympy.Integer(0), sympy.Integer(int(last))


def _by_factors(before: Terms, behind: Terms, read: Read) -> Iterator[General]:
    """Each term is as many times the one before it."""
    first, then = ([read(term) for term in terms] for terms in (before, behind))
    ratio = first[1] / first[0] if len(first) > 1 else sympy.Integer(1)
    if not ratio.is_Rational or abs(ratio) == 1 or not all(term.is_Rational for term in (*first, *then)):
        return
    terms = [first[0] * ratio**place for place in range(_MOST_TERMS)]
    last = terms.index(then[-1]) if then[-1] in terms else 0
    if last and terms[: len(first)] == first and terms[: last + 1][-len(then) :] == then:
        yield first[0] * ratio**_PLACE, sympy.Integer(0), sympy.Integer(last)


def _endless(terms: Sequence[sympy.Expr]) -> sympy.Expr | None:
    """The sum of a geometric series."""
    ratios = {sympy.simplify(other / one) for one, other in pairwise(terms)}
    ratio = ratios.pop() if len(terms) > 2 and len(ratios) == 1 else sympy.Integer(1)
    return terms[0] / (1 - ratio) if ratio.free_symbols or abs(ratio) < 1 else None
