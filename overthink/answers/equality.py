"""Whether two expressions of SymPy are equal wherever both are real: by a counterexample, by many points, by a proof.

Runs in worker processes only: nothing here is bounded in time or memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product
from random import Random

import sympy
from sympy.core.evalf import PrecisionExhausted
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from overthink.answers.grammar import GreatestDivisor, LeastMultiple
from overthink.answers.numbers import rounded_from

Point = dict[sympy.Symbol, sympy.Rational]

_IN_PIECES = (
    *(sympy.floor, sympy.ceiling, sympy.frac, sympy.Mod, GreatestDivisor, LeastMultiple),
    *(sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Piecewise),
)
"""Functions that can agree with another one at many points and be another one elsewhere."""
_STEPS = (sympy.floor, sympy.ceiling, sympy.frac, sympy.Mod, GreatestDivisor, LeastMultiple)
_FOLDS = (sympy.Abs, sympy.Max, sympy.Min, sympy.sign)
_OF_NATURALS = (sympy.factorial, sympy.binomial, sympy.factorial2, sympy.RisingFactorial, sympy.FallingFactorial)
_OF_INTEGERS = (sympy.Mod, GreatestDivisor, LeastMultiple)
_UNEVALUATED = (sympy.Integral, sympy.Limit, sympy.Derivative, sympy.Sum, sympy.Product)
_REAL_NAMES = frozenset(("x", "y", "z", "t", "u", "v", "w"))  # other letters under a floor are whole numbers
_WHOLE_NAMES = frozenset("nkmNKMjl")

_FRACTIONS = [(numerator, 97) for numerator in (131, 223, 61, 167, 307, 83, 109, 41, 151, 263, 997, 1)]
_EXPONENTS = [(1, 1), (2, 1), (3, 1), (5, 1), (8, 1), (1, 2), (3, 2), (1, 3), (5, 3), (7, 4), (2, 5), (13, 1)]
"""Numerators and denominators of values that no formula is made for."""

_MOST_UNKNOWNS = 10
_POINTS = 40  # with several unknowns
_FEWEST = 4  # points where both are real, for agreement to mean something
_EXACT_POINTS = 3  # where agreement is looked at to 400 digits, not 30
_MOST_RESIDUES = 720
_MOST_CELLS = 12
_LARGEST_PROOF = 60  # operations in what is simplified


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
    if not agreed or not (one.has(*_IN_PIECES) or other.has(*_IN_PIECES)):
        return agreed
    return True if not decimals and _is_proved(one, other, symbols) else None


def points(values: Sequence[sympy.Expr], symbols: Sequence[sympy.Symbol]) -> Iterator[Point]:
    """Values for the unknowns, the same ones each time."""
    if len(symbols) == 1:
        yield from ({symbols[0]: value} for value in _candidates(values, symbols[0]))
        return
    random = Random(97)
    candidates = [_candidates(values, symbol) for symbol in symbols]
    for _ in range(_POINTS):
        yield {symbol: of[int(random.random() * len(of))] for symbol, of in zip(symbols, candidates, strict=True)}


def value_at(value: sympy.Expr, point: Point, *, is_complex: bool) -> sympy.Expr | None:
    """The finite number that it is at a point; None if it is none there. Odd roots of negative numbers are real."""
    put = value.xreplace(point)
    if put.has(*_UNEVALUATED):
        put = put.doit()
    if not is_complex:
        put = _with_real_roots(put)
    return put if _is_finite(put) else None


def is_same_number(one: sympy.Expr, other: sympy.Expr, digits: int = 400) -> bool | None:
    """Whether two numbers agree to so many digits. None if that fails."""
    try:
        difference = one - other
        return bool((difference if difference.is_Rational else difference.evalf(3, maxn=digits, strict=True)) == 0)
    except PrecisionExhausted:
        return True
    except (NotImplementedError, ValueError, TypeError):
        return None


def _evaluated(value: sympy.Expr) -> sympy.Expr:
    """Without integrals, limits and the like; sums up to an unknown are left for the points."""
    if not value.has(*_UNEVALUATED):
        return value
    unknown = [
        one for one in value.atoms(sympy.Sum, sympy.Product) if any(bound.free_symbols for bound in _bounds(one))
    ]
    return value if unknown else value.doit()


def _bounds(value: sympy.Expr) -> list[sympy.Expr]:
    return [bound for _, *ends in value.limits for bound in ends]


def _are_same_numbers(gold: sympy.Expr, answer: sympy.Expr, decimals: Sequence[_Decimal]) -> bool | None:
    exact = {decimal.symbol: decimal.value for decimal in decimals}
    is_complex = gold.has(sympy.I) or answer.has(sympy.I)
    one, other = (value_at(value, exact, is_complex=is_complex) for value in (gold, answer))
    if one is None or other is None:
        return None if one is other else False
    same = is_same_number(one, other)
    return True if same is False and _is_rounding(gold, answer, one - other, exact, decimals) else same


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
    domains = [] if is_complex else [_domain(gold), _domain(answer)]
    for point in points((gold, answer), symbols):
        one, other = (value_at(value, {**point, **exact}, is_complex=is_complex) for value in (gold, answer))
        if one is None or other is None:
            continue
        real = {_is_in(domain, {**point, **exact}) for domain in domains}
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


def _domain(value: sympy.Expr) -> list[sympy.Expr]:
    """What must not be negative for a value to be real: under even roots and logarithms, the base of any power."""
    bases = [power.base for power in value.atoms(sympy.Pow) if not power.exp.is_integer and _is_even_root(power.exp)]
    return [part for part in (*bases, *(node.args[0] for node in value.atoms(sympy.log))) if part.free_symbols]


def _is_even_root(exponent: sympy.Expr) -> bool:
    return not exponent.is_Rational or exponent.q % 2 == 0


def _is_in(domain: Sequence[sympy.Expr], point: Point) -> bool:
    values = [value_at(part, point, is_complex=False) for part in domain]
    return all(value is not None and _is_real(value) and not value.is_negative for value in values)


def _is_real(value: sympy.Expr) -> bool:
    if value.is_real is not None:
        return bool(value.is_real)
    real, imaginary = value.evalf(15).as_real_imag()
    return bool(abs(imaginary) <= 1e-12 * max(1, abs(real)))


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


# --- the unknowns and their values


def _candidates(values: Sequence[sympy.Expr], symbol: sympy.Symbol) -> list[sympy.Rational]:
    """Values for one unknown, of its kind: small and large, of both signs, round about the numbers that occur."""
    if _is_under(values, symbol, _OF_NATURALS) or _is_bound(values, symbol):
        return [sympy.Integer(value) for value in (*range(1, 14), 17, 20, 23, 30)]
    in_exponent = any(symbol in power.exp.free_symbols for power in _powers(values))
    near = _breakpoints(values)
    if _is_whole(values, symbol):
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
    if any(value.has(*_IN_PIECES) for value in values):
        sizes += [sympy.Integer(size) for size in (1, 2, 6)]
    if not (in_exponent or base):
        largest = 5 if any(value.has(TrigonometricFunction) for value in values) else 8  # SymPy's are vague beyond
        sizes += [sympy.Rational(10**power * 97 + 31, 97) for power in (1, 2, 3, 5, 8) if power <= largest]
        sizes += [number + step for number in near for step in (sympy.Rational(-31, 97), 0, sympy.Rational(31, 97))]
    return [sign * size for size in dict.fromkeys(sizes) for sign in ((1,) if base else (1, -1))]


def _breakpoints(values: Sequence[sympy.Expr]) -> list[sympy.Rational]:
    """The sizes of the numbers in expressions that may change their form there."""
    if not any(value.has(*_IN_PIECES) or _domain(value) for value in values):
        return []
    return sorted({abs(number) for value in values for number in value.atoms(sympy.Rational)} - {0, 1})[:_MOST_CELLS]


def _powers(values: Sequence[sympy.Expr]) -> Iterator[sympy.Pow]:
    for value in values:
        yield from value.atoms(sympy.Pow, sympy.exp)


def _is_under(values: Sequence[sympy.Expr], symbol: sympy.Symbol, functions: tuple[type, ...]) -> bool:
    return any(symbol in node.free_symbols for value in values for node in value.atoms(*functions))


def _is_bound(values: Sequence[sympy.Expr], symbol: sympy.Symbol) -> bool:
    """Whether it is an end of a sum or product."""
    sums = (node for value in values for node in value.atoms(sympy.Sum, sympy.Product))
    return any(symbol in bound.free_symbols for node in sums for bound in _bounds(node))


def _is_whole(values: Sequence[sympy.Expr], symbol: sympy.Symbol) -> bool:
    """Whether an unknown is a whole number: under a remainder, a floor, in $(-1)^n$, in $\\cos(n\\pi)$."""
    if _is_under(values, symbol, _OF_INTEGERS):
        return True
    if _is_under(values, symbol, (sympy.floor, sympy.ceiling)) and symbol.name not in _REAL_NAMES:
        return True
    if any(symbol in power.exp.free_symbols and power.base.is_negative for power in _powers(values)):
        return True
    waves = [node for value in values for node in value.atoms(sympy.sin, sympy.cos, sympy.tan)]
    return symbol.name in _WHOLE_NAMES and any(symbol in node.free_symbols and node.has(sympy.pi) for node in waves)


# --- proofs


def _is_proved(gold: sympy.Expr, answer: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> bool:
    """Whether functions made of pieces are equal for sure: simplified, by residues, or piece by piece."""
    return any(proof(gold, answer, symbols) for proof in (_by_residues, _by_cells, _by_simplification))


def _by_simplification(gold: sympy.Expr, answer: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> bool:
    values = (gold, answer)
    if sum(value.count_ops() for value in values) > _LARGEST_PROOF:
        return False
    known = {
        symbol: sympy.Symbol(symbol.name, integer=True)
        if _is_whole(values, symbol)
        else sympy.Symbol(symbol.name, real=True)
        for symbol in symbols
    }
    difference = gold.xreplace(known) - answer.xreplace(known)
    if difference.has(sympy.Max, sympy.Min):
        difference = difference.rewrite(sympy.Abs)
    return bool(sympy.expand(difference) == 0 or sympy.simplify(difference) == 0)


def _by_residues(gold: sympy.Expr, answer: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> bool:
    """Floors and remainders of polynomials in whole numbers repeat: with n = period q + r nothing but q is left."""
    values = (gold, answer)
    difference = gold - answer
    if difference.has(*_FOLDS) or not all(_is_whole(values, symbol) for symbol in symbols):
        return False
    period = _period(difference)
    if period is None or period ** len(symbols) > _MOST_RESIDUES:
        return False
    quotients = {symbol: sympy.Dummy(integer=True) for symbol in symbols}
    return all(
        _vanishes(
            difference, {symbol: period * quotients[symbol] + rest for symbol, rest in zip(symbols, rests, strict=True)}
        )
        for rests in product(range(period), repeat=len(symbols))
    )


def _period(value: sympy.Expr) -> int | None:
    """A multiple of every denominator and divisor under a step, even; None if one is not a number."""
    numbers = [2]
    for node in value.atoms(*_STEPS):
        numbers += [part.q for argument in node.args for part in sympy.expand(argument).atoms(sympy.Rational)]
        if not isinstance(node, (sympy.floor, sympy.ceiling, sympy.frac)):
            numbers += [abs(int(argument)) or 1 for argument in node.args if argument.is_Integer]
    return reduce(math.lcm, map(int, numbers))


def _vanishes(value: sympy.Expr, at: dict[sympy.Symbol, sympy.Expr]) -> bool:
    return bool(sympy.expand(_expanded(value.xreplace(at))) == 0)


def _expanded(value: sympy.Expr) -> sympy.Expr:
    """With the arguments of steps multiplied out, so that SymPy takes their whole parts out."""
    if not value.args or not value.has(*_STEPS):
        return value
    arguments = [_expanded(argument) for argument in value.args]
    return value.func(*(map(sympy.expand, arguments) if isinstance(value, _STEPS) else arguments))


def _by_cells(gold: sympy.Expr, answer: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> bool:
    """Absolute values, maxima and signs of polynomials in one unknown: between their roots all is smooth."""
    difference = gold - answer
    if len(symbols) > 1 or difference.has(*_STEPS, sympy.Piecewise):
        return False
    breaks = _breaks(difference, symbols[0])
    if breaks is None or len(breaks) > _MOST_CELLS:
        return False
    edges = [breaks[0] - 1000, *breaks, breaks[-1] + 1000] if breaks else [sympy.Integer(-1000), sympy.Integer(1000)]
    inner = (low + (high - low) * sympy.Rational(part, 97) for low, high in pairwise(edges) for part in (7, 31, 53, 89))
    return all(_is_zero_at(difference, {symbols[0]: value}) for value in (*breaks, *inner))


def _is_zero_at(value: sympy.Expr, point: Point) -> bool:
    if not _is_in(_domain(value), point):
        return True
    put = value_at(value, point, is_complex=False)
    return put is None or is_same_number(put, sympy.Integer(0)) is True


def _breaks(value: sympy.Expr, symbol: sympy.Symbol) -> list[sympy.Expr] | None:
    """Where the folds of an expression are, in order; None if one of them is of no polynomial."""
    found: set[sympy.Expr] = set()
    for node in value.atoms(*_FOLDS):
        inside = (
            node.args
            if len(node.args) == 1
            else [one - other for one in node.args for other in node.args if one != other]
        )
        for argument in inside:
            if argument.has(*_FOLDS) or not argument.is_polynomial(symbol):
                return None
            polynomial = sympy.Poly(argument, symbol)
            if polynomial.degree() > 4 or not all(part.is_Rational for part in polynomial.all_coeffs()):
                return None
            found.update(polynomial.real_roots())
    return sorted(found, key=lambda root: Fraction(str(root.evalf(20))))
