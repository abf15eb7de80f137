"""Answers compared with SymPy. Runs in worker processes only: nothing here is bounded in time or memory."""

from __future__ import annotations

import logging
from fractions import Fraction

import sympy
from math_verify.grader import verify
from sympy.core.evalf import PrecisionExhausted
from sympy.core.relational import Relational

from overthink.answers.compare import Outcome, compare, unit_ratio
from overthink.answers.grammar import TooLargeError, UnreadableAnswerError, expression
from overthink.answers.parse import shape_of
from overthink.answers.shapes import Equation, List, Relation, Several, Shape, Tuple, Union, Value, Words
from overthink.records import Way

# It says once a process that its own time-outs are off. They are, on purpose.
logging.getLogger("math_verify").setLevel(logging.ERROR)

# Values for the unknowns, to tell two expressions apart: first positive, then of both signs.
_POINTS = tuple(
    tuple(sympy.Rational(numerator, 97) for numerator in row)
    for row in (
        (131, 223, 61, 167, 307, 83, 109),
        (41, 151, 263, 71, 193, 127, 59),
        (-101, 173, -67, 211, -43, 89, -157),
    )
)
_UNEVALUATED = (sympy.Sum, sympy.Integral, sympy.Limit, sympy.Product, sympy.Derivative)


def compare_symbolically(gold: str, answer: str) -> Outcome:
    """The verdict on `answer`: member by member, SymPy for the values that are written differently.

    `undetermined` (way `gold_unparsable`, `unparsable`, or `timeout` for what could only use up the time) if
    one of them cannot be read. Raises MemoryError and whatever SymPy raises; the caller bounds time and memory.
    """
    return compare(shape_of(gold), shape_of(answer), _compare_values) or ("undetermined", "unparsable")


def gold_problem(gold: str) -> str | None:
    """Why a gold answer cannot be compared with anything but itself, or None if all is well."""
    if not gold.strip():
        return "it is empty"
    try:
        _read_members(shape_of(gold))
    except UnreadableAnswerError as error:
        return f"the LaTeX grammar does not read it: {error}"
    except TooLargeError:
        return "it is too large to be evaluated"
    return None


def _read_members(shape: Shape) -> None:
    match shape:
        case Several(items=(_, *_)):
            for item in shape.items:
                _read_members(item)
        case Relation(interval=Shape() as interval):
            _read_members(interval)
        case Words() | Value(number=Fraction()):
            pass
        case _:
            expression(shape.text)


def _compare_values(gold: Shape, answer: Shape) -> Outcome | None:
    """Compare two values that are written differently, in the unit of the answer."""
    unreadable: Way = "gold_unparsable"
    try:
        gold_value = _sympy_of(gold, answer)
        unreadable = "unparsable"
        answer_value = _sympy_of(answer, gold)
    except UnreadableAnswerError:
        return "undetermined", unreadable
    except TooLargeError:
        return "undetermined", "timeout"
    if (ratio := unit_ratio(gold, answer)) not in (None, 1):
        gold_value = gold_value * sympy.Rational(ratio)
    return "correct" if _are_equal(gold_value, answer_value) else "wrong", "symbolic"


def _sympy_of(shape: Shape, other: Shape) -> sympy.Basic:
    if isinstance(shape, Union) or (isinstance(shape, (Tuple, List)) and type(shape) is not type(other)):
        return _as_set(shape)
    # `y = 2x + 3` is an equation when it is compared with one.
    return expression(shape.whole if isinstance(other, Equation) and shape.name else shape.text)


def _as_set(shape: Shape) -> sympy.Basic:
    match shape:
        case Union():
            return sympy.Union(*(_as_set(item) for item in shape.items))
        case Tuple(items=(low, high)):
            return _as_interval(expression(low.text), expression(high.text), shape.brackets)
        case List():
            return sympy.FiniteSet(*(expression(item.text) for item in shape.items))
        case _:
            return expression(shape.text)


def _as_interval(low: sympy.Basic, high: sympy.Basic, brackets: str) -> sympy.Basic:
    try:
        return sympy.Interval(low, high, brackets[0] == "(", brackets[1] == ")")
    except (TypeError, ValueError) as error:
        raise UnreadableAnswerError(str(error)) from error


def _are_equal(gold: sympy.Basic, answer: sympy.Basic) -> bool:
    """Whether two values are equal: as relations, by their values at points, as sets, else as math-verify says."""
    if gold == answer:
        return True
    if isinstance(gold, Relational) and isinstance(answer, Relational):
        same = _are_same_relation(gold, answer)
        if same is not None:
            return same
        gold, answer = _as_real_set(gold), _as_real_set(answer)
    elif {isinstance(gold, Relational), isinstance(answer, Relational)} == {True, False} and (
        isinstance(gold, sympy.Expr) or isinstance(answer, sympy.Expr)
    ):
        return False
    elif isinstance(gold, sympy.Expr) and isinstance(answer, sympy.Expr):
        same = _are_same_values(gold, answer)
        if same is not None:
            return same
    if isinstance(gold, sympy.Set) != isinstance(answer, sympy.Set):
        gold, answer = _as_real_set(gold), _as_real_set(answer)
    return bool(verify(gold, answer, float_rounding=6, timeout_seconds=None, allow_set_relation_comp=True))


def _are_same_relation(gold: Relational, answer: Relational) -> bool | None:
    """Whether two equations or inequalities say the same. None if neither way can tell.

    The differences of both sides have a constant ratio, positive for inequalities that point the same way; or both
    have the same solutions.
    """
    one, other = _difference(gold), _difference(answer)
    if one is None or other is None or one.free_symbols != other.free_symbols:
        return False
    if _strictness(gold) == _strictness(answer):
        ratio = one / other
        symbols = sorted(one.free_symbols, key=str)
        values = [_at(ratio, symbols, point) for point in _POINTS]
        rounded = ratio.has(sympy.Float)
        signed = isinstance(gold, (sympy.Eq, sympy.Ne)) or all(
            value is not None and value.is_positive for value in values
        )
        if signed and all(value and values[0] and _is_same_number(value, values[0], rounded) for value in values):
            return True
    return False if isinstance(gold, sympy.Eq) and isinstance(answer, sympy.Eq) else None


def _difference(relation: Relational) -> sympy.Expr | None:
    """An expression that is zero, or positive, if and only if the relation holds; None if there is none."""
    low, high = relation.lhs, relation.rhs
    if isinstance(relation, (sympy.StrictGreaterThan, sympy.GreaterThan)):
        low, high = high, low
    difference = high - low if isinstance(low, sympy.Expr) and isinstance(high, sympy.Expr) else None
    return difference if isinstance(difference, sympy.Expr) else None


def _strictness(relation: Relational) -> str:
    if isinstance(relation, (sympy.StrictGreaterThan, sympy.StrictLessThan)):
        return "strict"
    return "weak" if isinstance(relation, (sympy.GreaterThan, sympy.LessThan)) else type(relation).__name__


def _as_real_set(value: sympy.Basic) -> sympy.Basic:
    """A relation in one real unknown as the set of its solutions; anything else as it is."""
    if not isinstance(value, Relational) or isinstance(value, sympy.Eq) or len(value.free_symbols) != 1:
        return value
    real = {symbol: sympy.Symbol(symbol.name, real=True) for symbol in value.free_symbols}
    try:
        return value.xreplace(real).as_set()
    except NotImplementedError:
        return value


def _are_same_values(gold: sympy.Expr, answer: sympy.Expr) -> bool | None:
    """Whether two expressions agree wherever they are put; None if numbers cannot tell.

    Agreement at several points that have no relation to one another to some hundred digits is equality in practice;
    a difference at one of them is a proof.
    """
    gold, answer = (value.doit() if value.has(*_UNEVALUATED) else value for value in (gold, answer))
    symbols = sorted(gold.free_symbols | answer.free_symbols, key=str)
    if len(symbols) > len(_POINTS[0]):
        return None
    agreed: list[bool | None] = []
    for point in _POINTS[: 1 if not symbols else None]:
        agreed.append(_agree(gold, answer, symbols, point))
        if agreed[-1] is False:
            # Roots and logarithms of negative numbers have several values: no proof.
            return False if all(value > 0 for value in point[: len(symbols)]) else None
    return True if all(agreed) else None


def _agree(
    gold: sympy.Expr, answer: sympy.Expr, symbols: list[sympy.Symbol], point: tuple[sympy.Rational, ...]
) -> bool | None:
    one, other = _at(gold, symbols, point), _at(answer, symbols, point)
    if one is None or other is None:
        return None
    return _is_same_number(one, other, gold.has(sympy.Float) or answer.has(sympy.Float))


def _at(value: sympy.Expr, symbols: list[sympy.Symbol], point: tuple[sympy.Rational, ...]) -> sympy.Expr | None:
    put = value.xreplace(dict(zip(symbols, point, strict=False)))
    approximate = put.evalf(15)
    return (
        put if approximate.is_number and approximate.is_finite and not approximate.has(sympy.nan, sympy.zoo) else None
    )


def _is_same_number(one: sympy.Expr, other: sympy.Expr, rounded: bool) -> bool | None:
    """Whether two numbers agree: to 400 digits, or to six decimal places if one is `rounded`. None if that fails."""
    try:
        if rounded:
            distance = abs((one - other).evalf(15))
            return bool(distance <= min(5e-7, abs(one.evalf(15)) * 1e-5))
        return bool((one - other).evalf(3, maxn=400, strict=True) == 0)
    except PrecisionExhausted:
        return True
    except (NotImplementedError, ValueError, TypeError):
        return None
