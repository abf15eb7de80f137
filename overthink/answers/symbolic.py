"""Answers compared with SymPy. Runs in worker processes only: nothing here is bounded in time or memory."""

from __future__ import annotations

import logging
from collections.abc import Collection
from fractions import Fraction
from functools import partial

import sympy
from math_verify.grader import verify
from sympy.core.relational import Relational

from overthink.answers.compare import compare
from overthink.answers.equality import are_equal
from overthink.answers.families import Renaming, is_shifted, renamings, whole_letters, with_letter_of
from overthink.answers.grammar import TooLargeError, UnreadableAnswerError, expression
from overthink.answers.parse import shape_of
from overthink.answers.points import points, value_at
from overthink.answers.shapes import Equation, List, Relation, Several, Shape, Tuple, Union, Value, Words
from overthink.answers.units import DEGREE, RADIAN, scale
from overthink.answers.wholes import Outcome, unit_ratio
from overthink.records import Way

# It says once a process that its own time-outs are off. They are, on purpose.
logging.getLogger("math_verify").setLevel(logging.ERROR)


_CONSTANTS = [sympy.Symbol(name) for name in ("C", "c", "K", "C_1", "c_1")]
"""Of integration, if added."""


def compare_symbolically(gold: str, answer: str) -> Outcome:
    """The verdict on `answer`: member by member, SymPy for the values that are written differently.

    `undetermined` (way `gold_unparsable`, `unparsable`, or `timeout` for what could only use up the time) if
    one of them cannot be read. Raises MemoryError and whatever SymPy raises; the caller bounds time and memory.
    """
    answer = with_letter_of(gold, answer)
    wanted, stated = shape_of(gold), shape_of(answer)
    whole = whole_letters((gold, wanted), (answer, stated))
    outcomes = [
        compare(wanted, stated, partial(_compare_values, renaming=renaming, whole=whole))
        or ("undetermined", "unparsable")
        for renaming in renamings(gold, wanted, answer, stated)
    ]
    return next((outcome for outcome in outcomes if outcome[0] == "correct"), outcomes[0])


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


def _compare_values(gold: Shape, answer: Shape, renaming: Renaming, whole: Collection[str]) -> Outcome | None:
    """Compare two values that are written differently, in the unit of the answer."""
    unreadable: Way = "gold_unparsable"
    try:
        gold_value = _sympy_of(gold, answer)
        unreadable = "unparsable"
        answer_value = _sympy_of(answer, gold).xreplace(renaming)
    except UnreadableAnswerError:
        return "undetermined", unreadable
    except TooLargeError:
        return "undetermined", "timeout"
    units = scale(gold.unit), scale(answer.unit)
    if DEGREE in units and units[0] != units[1]:
        gold_value, answer_value = (
            _in_degrees(units[0], gold_value, answer_value),
            _in_degrees(units[1], answer_value, gold_value),
        )
    elif (ratio := unit_ratio(gold, answer)) not in (None, 1):
        gold_value = gold_value * sympy.Rational(ratio)
    same = _are_equal(gold_value, answer_value)
    if not same and is_shifted(gold_value, answer_value, whole):
        same = True
    if not same and _are_both_named(gold, answer):
        same = _are_equal(expression(gold.whole), expression(answer.whole))  # x = 2y is y = x/2
    if same is None:
        return "undetermined", "unproved"
    return "correct" if same else "wrong", "symbolic"


def _in_degrees(unit: tuple[str, Fraction] | None, value: sympy.Basic, other: sympy.Basic) -> sympy.Basic:
    """An angle in radians, or a multiple of pi beside a number of degrees, as degrees."""
    is_multiple = isinstance(value, sympy.Expr) and value.has(sympy.pi) and not other.has(sympy.pi)
    return value * 180 / sympy.pi if unit == RADIAN or (is_multiple and unit != DEGREE) else value


def _are_both_named(gold: Shape, answer: Shape) -> bool:
    """Whether each names a value by an unknown or a power or product of some, not by the same."""
    names = (gold.name, answer.name)
    return all(name and "=" in shape.whole for name, shape in zip(names, (gold, answer), strict=True)) and (
        names[0] != names[1] and not any(sign in name for name in names for sign in "(_|[:")
    )


def _sympy_of(shape: Shape, other: Shape) -> sympy.Basic:
    if isinstance(shape, Union) or (isinstance(shape, (Tuple, List, Relation)) and _is_set_beside(shape, other)):
        return _as_set(shape)
    # `y = 2x + 3` is an equation when it is compared with one.
    return expression(shape.whole if isinstance(other, Equation) and shape.name else shape.text)


def _is_set_beside(shape: Shape, other: Shape) -> bool:
    """Whether a shape is compared as a set: with another kind of answer, or with an inequality that is no interval."""
    if isinstance(shape, Relation):
        return shape.interval is not None and (not isinstance(other, Relation) or other.interval is None)
    return type(shape) is not type(other)


def _as_set(shape: Shape) -> sympy.Basic:
    match shape:
        case Union():
            return sympy.Union(*(_as_set(item) for item in shape.items))
        case Tuple(items=(low, high), brackets=brackets) if len(brackets) == len("[]"):
            return _as_interval(expression(low.text), expression(high.text), shape.brackets)
        case Relation(interval=Shape() as interval):
            return _as_set(interval)
        case List(items=(Relation(), *_)):
            return sympy.Union(*(_as_set(item) for item in shape.items))
        case List():
            return sympy.FiniteSet(*(expression(item.text) for item in shape.items))
        case _:
            return expression(shape.text)


def _as_interval(low: sympy.Basic, high: sympy.Basic, brackets: str) -> sympy.Basic:
    try:
        return sympy.Interval(low, high, brackets[0] == "(", brackets[1] == ")")
    except (TypeError, ValueError) as error:
        raise UnreadableAnswerError(str(error)) from error


def _are_equal(gold: sympy.Basic, answer: sympy.Basic) -> bool | None:
    """Whether two values are equal: as expressions, as relations, as sets, else as math-verify says; None: unproved."""
    if gold == answer:
        return True
    if isinstance(gold, sympy.Expr) and isinstance(answer, sympy.Expr):
        return are_equal(gold, _with_constant_of(gold, answer))
    if isinstance(gold, Relational) and isinstance(answer, Relational):
        same = _are_same_relation(gold, answer)
        if same is not None:
            return same
        gold, answer = _as_real_set(gold), _as_real_set(answer)
    elif {isinstance(gold, Relational), isinstance(answer, Relational)} == {True, False} and (
        isinstance(gold, sympy.Expr) or isinstance(answer, sympy.Expr)
    ):
        return False
    if isinstance(gold, sympy.Set) != isinstance(answer, sympy.Set):
        gold, answer = _as_real_set(gold), _as_real_set(answer)
    return bool(verify(gold, answer, float_rounding=6, timeout_seconds=None, allow_set_relation_comp=True))


def _with_constant_of(gold: sympy.Expr, answer: sympy.Expr) -> sympy.Expr:
    """The answer with the gold answer's letter for the constant of an integral."""
    ours, theirs = (
        [symbol for symbol in _CONSTANTS if symbol in sympy.Add.make_args(value)] for value in (gold, answer)
    )
    is_other = len(ours) == len(theirs) == 1 and not gold.has(*theirs) and not answer.has(*ours)
    return answer.xreplace({theirs[0]: ours[0]}) if is_other else answer


def _are_same_relation(gold: Relational, answer: Relational) -> bool | None:
    """Whether two equations or inequalities say the same. None if neither way can tell.

    The differences of both sides, times their denominators for equations, have a constant ratio, positive for
    inequalities that point the same way; or both have the same solutions.
    """
    one, other = _difference(gold), _difference(answer)
    if one is None or other is None or one.free_symbols != other.free_symbols:
        return False
    are_equations = isinstance(gold, sympy.Eq) and isinstance(answer, sympy.Eq)
    if are_equations:
        one, other = (sympy.fraction(sympy.together(value))[0] for value in (one, other))
    if _strictness(gold) == _strictness(answer) and (ratio := _ratio(one, other)) is not None:
        proved = are_equal(one, other * ratio) if ratio != 0 else False
        if proved is not False and (ratio.is_positive or isinstance(gold, (sympy.Eq, sympy.Ne))):
            return proved
    return False if are_equations else None


def _ratio(one: sympy.Expr, other: sympy.Expr) -> sympy.Expr | None:
    """The ratio of two expressions at the first point where both are finite and not zero."""
    for point in points((one, other), sorted(one.free_symbols, key=str)):
        top, bottom = (value_at(value, point, is_complex=False) for value in (one, other))
        if top and bottom and top.is_real and bottom.is_real:
            return sympy.nsimplify(top / bottom) if (top / bottom).has(sympy.Float) else top / bottom
    return None


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
