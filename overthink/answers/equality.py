"""Whether two expressions of SymPy are equal wherever both are real: by a counterexample, by many points, by a proof.

Runs in worker processes only: nothing here is bounded in time or memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy
from sympy.core.function import AppliedUndef

from overthink.answers.numbers import rounded_from
from overthink.answers.points import (
    IN_PIECES,
    UNEVALUATED,
    Point,
    bounds,
    domain,
    is_in,
    is_same_number,
    points,
    value_at,
)
from overthink.answers.proofs import is_proved

_MOST_UNKNOWNS = 10
_FEWEST = 4  # points where both are real, for agreement to mean something
_EXACT_POINTS = 3  # where agreement is looked at to 400 digits, not 30


@dataclass(frozen=True)
class _Decimal:
    """A decimal number in an expression that may be rounded: the middle of what it may be, and how far that reaches."""

    symbol: sympy.Dummy
    value: sympy.Rational
    error: sympy.Rational


def are_equal(gold: sympy.Expr, answer: sympy.Expr) -> bool | None:
    """Whether two expressions have the same value wherever both are real; None if neither is certain.

    One point where they differ decides that they do. Agreement at many points, small and large, of the kind that each
    unknown is (whole numbers under a binomial), is equality, except of functions made of pieces: these need a proof.
    """
    gold, answer = (_evaluated(value) for value in (gold, answer))
    if gold.has(AppliedUndef) or answer.has(AppliedUndef):
        return True if sympy.expand(gold - answer) == 0 else None
    symbols = sorted(gold.free_symbols | answer.free_symbols, key=str)
    if len(symbols) > _MOST_UNKNOWNS:
        return None
    one, other, decimals = _with_decimals(gold, answer)
    if not symbols:
        return _are_same_numbers(one, other, decimals)
    agreed = _agree_at_points(one, other, symbols, decimals)
    if not agreed or not (one.has(*IN_PIECES) or other.has(*IN_PIECES)):
        return agreed
    return True if not decimals and is_proved(one, other, symbols) else None


def _evaluated(value: sympy.Expr) -> sympy.Expr:
    """Without integrals, limits and the like; sums up to an unknown are left for the points."""
    if not value.has(*UNEVALUATED):
        return value
    unknown = [one for one in value.atoms(sympy.Sum, sympy.Product) if any(bound.free_symbols for bound in bounds(one))]
    return value if unknown else value.doit()


def _are_same_numbers(gold: sympy.Expr, answer: sympy.Expr, decimals: Sequence[_Decimal]) -> bool | None:
    exact = {decimal.symbol: decimal.value for decimal in decimals}
    is_complex = gold.has(sympy.I) or answer.has(sympy.I)
    one, other = (value_at(value, exact, is_complex=is_complex) for value in (gold, answer))
    if one is None or other is None:
        return None if one is other else False
    same = is_same_number(one, other)
    return True if same is False and _is_rounding(gold, answer, one - other, exact, decimals) else same


def _with_decimals(gold: sympy.Expr, answer: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr, list[_Decimal]]:
    """Both with exact numbers; decimals that may be rounded as symbols of their own."""
    exact: dict[sympy.Expr, sympy.Expr] = {}
    decimals: list[_Decimal] = []
    for number in gold.atoms(sympy.Float) | answer.atoms(sympy.Float):
        exact[number] = value = sympy.Rational(str(number))
        low, high = rounded_from(Fraction(int(value.p), int(value.q)), Fraction(1, 10 ** _places(value)))
        if low != high:
            middle, reach = (sympy.Rational(part) for part in ((low + high) / 2, (high - low) / 2))
            decimals.append(_Decimal(sympy.Dummy(), middle, reach))
            exact[number] = decimals[-1].symbol
    return gold.xreplace(exact), answer.xreplace(exact), decimals


def _places(value: sympy.Rational) -> int:
    """Decimal places of a number whose denominator divides a power of ten; at most 12, since more are mere noise."""
    return next((places for places in range(12) if 10**places % value.q == 0), 12)


def _agree_at_points(
    gold: sympy.Expr, answer: sympy.Expr, symbols: Sequence[sympy.Symbol], decimals: Sequence[_Decimal]
) -> bool | None:
    is_complex = gold.has(sympy.I, sympy.conjugate) or answer.has(sympy.I, sympy.conjugate)
    exact = {decimal.symbol: decimal.value for decimal in decimals}
    agreed, undefined, elsewhere = 0, 0, []
    domains = [] if is_complex else [domain(gold), domain(answer)]
    for point in points((gold, answer), symbols):
        one, other = (value_at(value, {**point, **exact}, is_complex=is_complex) for value in (gold, answer))
        if one is None or other is None:
            continue
        real = {is_in(domain, {**point, **exact}) for domain in domains}
        if False in real:
            undefined += len(real) > 1
            elsewhere.append((one, other))
            continue
        same = is_same_number(one, other, 400 if agreed < _EXACT_POINTS else 30)
        if same is False and not _is_rounding(gold, answer, one - other, {**point, **exact}, decimals):
            return False
        agreed += same is not None
    if agreed >= _FEWEST:
        return True
    if undefined:
        return None if agreed else False
    if len(elsewhere) < _FEWEST:
        return None
    return True if all(is_same_number(one, other, 30) for one, other in elsewhere) else None


def _is_rounding(
    gold: sympy.Expr, answer: sympy.Expr, difference: sympy.Expr, at: Point, decimals: Sequence[_Decimal]
) -> bool:
    """Whether the last places of the decimals explain the difference."""
    if not decimals:
        return False
    allowed = 0.0
    for decimal in decimals:
        moved = {**at, decimal.symbol: decimal.value + decimal.error}
        change = (gold.xreplace(moved) - answer.xreplace(moved)) - (gold.xreplace(at) - answer.xreplace(at))
        allowed += abs(complex(change.evalf(30)))
    return bool(abs(complex(difference.evalf(30))) <= allowed)
