"""Points at which expressions are compared, and what these are there. Runs in worker processes only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import sympy
from sympy.core.evalf import PrecisionExhausted
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from overthink.answers.grammar import GreatestDivisor, LeastMultiple

Point = dict[sympy.Symbol, sympy.Rational]

STEPS = (sympy.floor, sympy.ceiling, sympy.frac, sympy.Mod, GreatestDivisor, LeastMultiple)
FOLDS = (sympy.Abs, sympy.Max, sympy.Min, sympy.sign)
IN_PIECES = (*STEPS, *FOLDS, sympy.Piecewise)
"""Functions that can agree with another one at many points and be another one elsewhere."""
_OF_NATURALS = (sympy.factorial, sympy.binomial, sympy.factorial2, sympy.RisingFactorial, sympy.FallingFactorial)
_OF_INTEGERS = (sympy.Mod, GreatestDivisor, LeastMultiple)
UNEVALUATED = (sympy.Integral, sympy.Limit, sympy.Derivative, sympy.Sum, sympy.Product)
"""What SymPy does not work out on its own."""
_REAL_NAMES = frozenset(("x", "y", "z", "t", "u", "v", "w"))  # other letters under a floor are whole numbers
_WHOLE_NAMES = frozenset("nkmNKMjl")
_FRACTIONS = [(numerator, 97) for numerator in (131, 223, 61, 167, 307, 83, 109, 41, 151, 263, 997, 1)]
_EXPONENTS = [(1, 1), (2, 1), (3, 1), (5, 1), (8, 1), (1, 2), (3, 2), (1, 3), (5, 3), (7, 4), (2, 5), (13, 1)]
"""Numerators and denominators of values that no formula is made for."""
_POINTS = 40  # with several unknowns
_MOST_BREAKPOINTS = 12


def points(values: Sequence[sympy.Expr], symbols: Sequence[sympy.Symbol]) -> Iterator[Point]:
    """Values for the unknowns, the same ones each time."""
    if len(symbols) == 1:
        yield from ({symbols[0]: value} for value in _candidates(values, symbols[0]))
        return
    random = Random(97)
    candidates = [_candidates(values, symbol) for symbol in symbols]
    for _ in range(_POINTS):
        yield {symbol: of[int(random.random() * len(of))] for symbol, of in zip(symbols, candidates, strict=True)}


def _candidates(values: Sequence[sympy.Expr], symbol: sympy.Symbol) -> list[sympy.Rational]:
    """Values for one unknown, of its kind: small and large, of both signs, round about the numbers that occur."""
    if _is_under(values, symbol, _OF_NATURALS) or _is_bound(values, symbol):
        return [sympy.Integer(value) for value in (*range(1, 14), 17, 20, 23, 30)]
    in_exponent = any(symbol in power.exp.free_symbols for power in _powers(values))
    near = _breakpoints(values)
    if is_whole(values, symbol):
        sizes = [*range(1, 25), 30, 31, 60, 97] if in_exponent else [*range(1, 31), 97, 840, 1001, 65_537, 1_000_003]
        sizes += [int(number) + step for number in near if number < 10**9 and not in_exponent for step in (0, 1)]
        signs = (1,) if _is_under(values, symbol, (GreatestDivisor, LeastMultiple)) else (1, -1)
        return [sympy.Integer(sign * size) for size in dict.fromkeys(sizes) for sign in signs]
    if _is_under(values, symbol, (sympy.conjugate,)):
        turned = zip(_FRACTIONS, reversed(_FRACTIONS), strict=True)
        return [
            sympy.Rational(*one) + sign * sympy.I * sympy.Rational(*other) for one, other in turned for sign in (1, -1)
        ]
    base = any(symbol in power.base.free_symbols and power.exp.free_symbols for power in _powers(values))
    sizes = [sympy.Rational(*pair) for pair in (_EXPONENTS if in_exponent else _FRACTIONS)]
    if any(value.has(*IN_PIECES) for value in values):
        sizes += [sympy.Integer(size) for size in (1, 2, 6)]
    if not (in_exponent or base):
        largest = 5 if any(value.has(TrigonometricFunction) for value in values) else 8  # SymPy's are vague beyond
        sizes += [sympy.Rational(10**power * 97 + 31, 97) for power in (1, 2, 3, 5, 8) if power <= largest]
        sizes += [number + step for number in near for step in (sympy.Rational(-31, 97), 0, sympy.Rational(31, 97))]
    return [sign * size for size in dict.fromkeys(sizes) for sign in ((1,) if base else (1, -1))]


def _breakpoints(values: Sequence[sympy.Expr]) -> list[sympy.Rational]:
    """The sizes of the numbers in expressions that may change their form there."""
    if not any(value.has(*IN_PIECES) or domain(value) for value in values):
        return []
    return sorted({abs(number) for value in values for number in value.atoms(sympy.Rational)} - {0, 1})[
        :_MOST_BREAKPOINTS
    ]


def _powers(values: Sequence[sympy.Expr]) -> Iterator[sympy.Pow]:
    for value in values:
        yield from value.atoms(sympy.Pow, sympy.exp)


def _is_under(values: Sequence[sympy.Expr], symbol: sympy.Symbol, functions: tuple[type, ...]) -> bool:
    return any(symbol in node.free_symbols for value in values for node in value.atoms(*functions))


def bounds(value: sympy.Expr) -> list[sympy.Expr]:
    """The ends of a sum or product."""
    return [bound for _, *ends in value.limits for bound in ends]


def _is_bound(values: Sequence[sympy.Expr], symbol: sympy.Symbol) -> bool:
    """Whether it is an end of a sum or product."""
    sums = (node for value in values for node in value.atoms(sympy.Sum, sympy.Product))
    return any(symbol in bound.free_symbols for node in sums for bound in bounds(node))


def is_whole(values: Sequence[sympy.Expr], symbol: sympy.Symbol) -> bool:
    """Whether an unknown is a whole number: under a remainder, a floor, in $(-1)^n$, in $\\cos(n\\pi)$."""
    if _is_under(values, symbol, _OF_INTEGERS):
        return True
    if _is_under(values, symbol, (sympy.floor, sympy.ceiling)) and symbol.name not in _REAL_NAMES:
        return True
    if any(symbol in power.exp.free_symbols and power.base.is_negative for power in _powers(values)):
        return True
    waves = [node for value in values for node in value.atoms(sympy.sin, sympy.cos, sympy.tan)]
    return symbol.name in _WHOLE_NAMES and any(symbol in node.free_symbols and node.has(sympy.pi) for node in waves)


def value_at(value: sympy.Expr, point: Point, *, is_complex: bool) -> sympy.Expr | None:
    """The finite number that it is at a point; None if it is none there. Odd roots of negative numbers are real."""
    put = value.xreplace(point)
    if put.has(*UNEVALUATED):
        put = put.doit()
    if not is_complex:
        put = _with_real_roots(put)
    return put if _is_finite(put) else None


def _is_finite(value: sympy.Basic) -> bool:
    approximate = value.evalf(15)
    return bool(
        approximate.is_number
        and approximate.is_finite
        and not approximate.has(sympy.nan, sympy.zoo, sympy.oo, sympy.Symbol)
    )


def _with_real_roots(value: sympy.Expr) -> sympy.Expr:
    """The number with the real odd roots of negative numbers: the cube root of -8 is -2."""
    roots = {power: _real_root(power) for power in value.atoms(sympy.Pow) if _is_odd_root(power)}
    return value.xreplace(roots) if roots else value


def _is_odd_root(power: sympy.Pow) -> bool:
    exponent = power.exp
    return bool(exponent.is_Rational and exponent.q % 2 == 1 and exponent.q > 1 and power.base.is_extended_negative)


def _real_root(power: sympy.Pow) -> sympy.Expr:
    return (-1) ** power.exp.p * (-power.base) ** power.exp


def is_same_number(one: sympy.Expr, other: sympy.Expr, digits: int = 400) -> bool | None:
    """Whether two numbers agree to so many digits. None if that fails."""
    try:
        difference = one - other
        return bool((difference if difference.is_Rational else difference.evalf(3, maxn=digits, strict=True)) == 0)
    except PrecisionExhausted:
        return True
    except (NotImplementedError, ValueError, TypeError):
        return None


def domain(value: sympy.Expr) -> list[sympy.Expr]:
    """What must not be negative for a value to be real: under even roots and logarithms, the base of any power."""
    bases = [power.base for power in value.atoms(sympy.Pow) if not power.exp.is_integer and _is_even_root(power.exp)]
    return [part for part in (*bases, *(node.args[0] for node in value.atoms(sympy.log))) if part.free_symbols]


def _is_even_root(exponent: sympy.Expr) -> bool:
    return not exponent.is_Rational or exponent.q % 2 == 0


def is_in(domain: Sequence[sympy.Expr], point: Point) -> bool:
    """Whether nothing of a domain is negative or complex at a point."""
    values = [value_at(part, point, is_complex=False) for part in domain]
    return all(value is not None and _is_real(value) and not value.is_negative for value in values)


def _is_real(value: sympy.Expr) -> bool:
    if value.is_real is not None:
        return bool(value.is_real)
    real, imaginary = value.evalf(15).as_real_imag()
    return bool(abs(imaginary) <= 1e-12 * max(1, abs(real)))
