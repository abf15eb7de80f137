"""Proofs that two functions made of pieces are equal. Runs in worker processes only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product

import sympy

from overthink.answers.points import FOLDS, STEPS, Point, domain, is_in, is_same_number, is_whole, value_at

_MOST_RESIDUES = 720
_MOST_CELLS = 12
_LARGEST_PROOF = 60  # operations in what is simplified


def is_proved(gold: sympy.Expr, answer: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> bool:
    """Whether functions made of pieces are equal for sure: simplified, by residues, or piece by piece."""
    return any(proof(gold, answer, symbols) for proof in (_by_residues, _by_cells, _by_simplification))


def _by_simplification(gold: sympy.Expr, answer: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> bool:
    values = (gold, answer)
    if sum(value.count_ops() for value in values) > _LARGEST_PROOF:
        return False
    known = {
        symbol: sympy.Symbol(symbol.name, integer=True)
        if is_whole(values, symbol)
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
    if difference.has(*FOLDS) or not all(is_whole(values, symbol) for symbol in symbols):
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
    for node in value.atoms(*STEPS):
        numbers += [part.q for argument in node.args for part in sympy.expand(argument).atoms(sympy.Rational)]
        if not isinstance(node, (sympy.floor, sympy.ceiling, sympy.frac)):
            numbers += [abs(int(argument)) or 1 for argument in node.args if argument.is_Integer]
    return reduce(math.lcm, map(int, numbers))


def _vanishes(value: sympy.Expr, at: dict[sympy.Symbol, sympy.Expr]) -> bool:
    return bool(sympy.expand(_expanded(value.xreplace(at))) == 0)


def _expanded(value: sympy.Expr) -> sympy.Expr:
    """With the arguments of steps multiplied out, so that SymPy takes their whole parts out."""
    if not value.args or not value.has(*STEPS):
        return value
    arguments = [_expanded(argument) for argument in value.args]
    return value.func(*(map(sympy.expand, arguments) if isinstance(value, STEPS) else arguments))


def _by_cells(gold: sympy.Expr, answer: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> bool:
    """Absolute values, maxima and signs of polynomials in one unknown: between their roots all is smooth."""
    difference = gold - answer
    if len(symbols) > 1 or difference.has(*STEPS, sympy.Piecewise):
        return False
    breaks = _breaks(difference, symbols[0])
    if breaks is None or len(breaks) > _MOST_CELLS:
        return False
    edges = [breaks[0] - 1000, *breaks, breaks[-1] + 1000] if breaks else [sympy.Integer(-1000), sympy.Integer(1000)]
    inner = (low + (high - low) * sympy.Rational(part, 97) for low, high in pairwise(edges) for part in (7, 31, 53, 89))
    return all(_is_zero_at(difference, {symbols[0]: value}) for value in (*breaks, *inner))


def _is_zero_at(value: sympy.Expr, point: Point) -> bool:
    if not is_in(domain(value), point):
        return True
    put = value_at(value, point, is_complex=False)
    return put is None or is_same_number(put, sympy.Integer(0)) is True


def _breaks(value: sympy.Expr, symbol: sympy.Symbol) -> list[sympy.Expr] | None:
    """Where the folds of an expression are, in order; None if one of them is of no polynomial."""
    found: set[sympy.Expr] = set()
    for node in value.atoms(*FOLDS):
        inside = (
            node.args
            if len(node.args) == 1
            else [one - other for one in node.args for other in node.args if one != other]
        )
        for argument in inside:
            if argument.has(*FOLDS) or not argument.is_polynomial(symbol):
                return None
            polynomial = sympy.Poly(argument, symbol)
            if polynomial.degree() > 4 or not all(part.is_Rational for part in polynomial.all_coeffs()):
                return None
            found.update(polynomial.real_roots())
    return sorted(found, key=lambda root: Fraction(str(root.evalf(20))))
