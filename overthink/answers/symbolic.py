"""Answers compared with SymPy, read by math-verify's LaTeX grammar. The one file that imports either.

Runs in worker processes only: nothing here is bounded in time or memory, and it must not be. Text of a model is parsed
by a grammar and never evaluated as code.
"""

from __future__ import annotations

import logging
import math
import re
from fractions import Fraction
from functools import lru_cache

import sympy
from latex2sympy2_extended.latex2sympy2 import ConversionConfig, latex2sympy
from math_verify.grader import verify
from sympy.core.evalf import PrecisionExhausted
from sympy.core.relational import Relational

from overthink.answers.compare import Outcome, compare, unit_ratio
from overthink.answers.parse import (
    Equation,
    List,
    Relation,
    Several,
    Shape,
    Tuple,
    Union,
    Value,
    Words,
    shape_of,
)
from overthink.answers.rules import Rule, rewritten
from overthink.answers.units import TRIGONOMETRY

# It says once a process that its own time-outs are off. They are, on purpose.
logging.getLogger("math_verify").setLevel(logging.ERROR)

_CONVERSION = ConversionConfig(lowercase_symbols=False)
_DEEPEST = 40  # nested brackets
_LARGEST_EXPONENT = 20_000
_LARGEST_FACTORIAL = 5_000
_LARGEST_RANGE = 100_000
_LARGEST_DETERMINANT = 30  # column marks
_LARGE_BINOMIAL = re.compile(r"\\binom\{[^{}]*(?:\d{6}|\^)")
_LARGE_DETERMINANT = re.compile(r"\\det(?![A-Za-z])|\{vmatrix\}")
# Where unknowns are put to tell two expressions apart: first positive, then of both signs.
_POINTS = tuple(
    tuple(sympy.Rational(numerator, 97) for numerator in row)
    for row in (
        (131, 223, 61, 167, 307, 83, 109),
        (41, 151, 263, 71, 193, 127, 59),
        (-101, 173, -67, 211, -43, 89, -157),
    )
)

_READABLE = re.compile(r"[\w\s\\{}()\[\]+\-*/^=<>|!.,:;'%&~]*")


def _mixed_number(found: re.Match[str]) -> str:
    """The grammar adds a whole number to any fraction behind it: right only if that is smaller than one."""
    whole, top, bottom = found[1], found[2] or found[4], found[3] or found[5]
    sign = "+" if int(top) < int(bottom) else r"\cdot "
    return rf"({whole}{sign}\frac{{{top}}}{{{bottom}}})"


def _repeating_decimal(found: re.Match[str]) -> str:
    whole, fixed, repeated = found.groups()
    denominator = 10 ** len(fixed) * (10 ** len(repeated) - 1)
    numerator = int(whole + fixed + repeated) - int(whole + fixed)
    return rf"\frac{{{numerator}}}{{{denominator}}}"


# The steps of `_for_grammar`. Examples are texts before and after it.
REPEATING = (
    Rule(
        "a repeating decimal",
        re.compile(r"(\d+)\.(\d*)\\(?:overline|bar|dot)\{?(\d+)\}?"),
        _repeating_decimal,
        examples=((r"0.\overline{6}", r"\frac{6}{9}"), (r"1.2\bar{5}", r"\frac{113}{90}")),
        not_examples=(r"\overline{AB}", "0.66"),
    ),
)
RADIANS = (
    Rule(
        "degrees in a trigonometric function",
        re.compile(r"(\d+(?:\.\d+)?|[A-Za-z]|\))\s*\^\\circ"),
        r"(\1\\cdot \\frac{\\pi}{180})",
        examples=((r"\sin 40^\circ", r"\sin (40\cdot \frac{\pi}{180})"),),
        not_examples=("40^2",),
    ),
)
GRAMMAR = (
    Rule("a degree sign", re.compile(r"\^\\circ"), "", examples=((r"40^\circ", "40"),), not_examples=(r"f\circ g",)),
    Rule(
        "a mixed number",
        re.compile(r"(?<![\d.}^_])(\d+)\s*(?:\\frac\{(\d+)\}\{(\d+)\}|(?<=\s)(\d+)\s?/\s?(\d+)(?!\d))"),
        _mixed_number,
        examples=(
            (r"4\frac{1}{5}", r"(4+\frac{1}{5})"),
            ("4 1/5", r"(4+\frac{1}{5})"),
            (r"4\frac{7}{5}", r"(4\cdot \frac{7}{5})"),
        ),
        not_examples=(r"x^4\frac{1}{5}", "41/5"),
    ),
    Rule(
        "a product without a sign",
        re.compile(
            r"(?<![\^_\d.])(\d[\d.]*|\))\s*(?=[(\[]|\\frac|\\binom)|(\))\s*(?=\d)|(?<![\^_\d.])(\d[\d.]*)\s+(?=\d)"
        ),
        lambda found: found[0].strip() + r"\cdot ",
        examples=(("4(x+5)", r"4\cdot (x+5)"), ("(x+5)4", r"(x+5)\cdot 4"), ("4 5", r"4\cdot 5")),
        not_examples=("x^2(y)", "f(x)", "45"),
    ),
    Rule("plus infinity", re.compile(r"\+\\infty"), r"\\infty", examples=((r"+\infty", r"\infty"),)),
    Rule("dots", re.compile(r"\\ldots"), "", examples=((r"4.5\ldots", "4.5"),)),
    Rule("a per cent sign", re.compile("%"), "", examples=(("45%", "45"),)),
)


class UnreadableAnswerError(ValueError):
    """A text that the LaTeX grammar does not read."""


class TooLargeError(ValueError):
    """An answer whose evaluation can only use up time or memory."""


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
            _expression(shape.text)


def _compare_values(gold: Shape, answer: Shape) -> Outcome | None:
    try:
        gold_value = _sympy_of(gold, answer)
    except UnreadableAnswerError:
        return "undetermined", "gold_unparsable"
    except TooLargeError:
        return "undetermined", "timeout"
    try:
        answer_value = _sympy_of(answer, gold)
    except UnreadableAnswerError:
        return "undetermined", "unparsable"
    except TooLargeError:
        return "undetermined", "timeout"
    if (ratio := unit_ratio(gold, answer)) not in (None, 1):
        gold_value = gold_value * sympy.Rational(ratio)
    return "correct" if _are_equal(gold_value, answer_value) else "wrong", "symbolic"


def _sympy_of(shape: Shape, other: Shape) -> sympy.Basic:
    if isinstance(shape, Union) or (isinstance(shape, (Tuple, List)) and type(shape) is not type(other)):
        return _as_set(shape)
    # `y = 2x + 3` is an equation when it is compared with one.
    return _expression(shape.whole if isinstance(other, Equation) and shape.name else shape.text)


def _as_set(shape: Shape) -> sympy.Basic:
    match shape:
        case Union():
            return sympy.Union(*(_as_set(item) for item in shape.items))
        case Tuple(items=(low, high)):
            return _as_interval(_expression(low.text), _expression(high.text), shape.brackets)
        case List():
            return sympy.FiniteSet(*(_expression(item.text) for item in shape.items))
        case _:
            return _expression(shape.text)


def _as_interval(low: sympy.Basic, high: sympy.Basic, brackets: str) -> sympy.Basic:
    try:
        return sympy.Interval(low, high, brackets[0] == "(", brackets[1] == ")")
    except (TypeError, ValueError) as error:
        raise UnreadableAnswerError(str(error)) from error


@lru_cache(maxsize=512)
def _expression(text: str) -> sympy.Basic:
    latex = _for_grammar(text)
    if not latex or not _READABLE.fullmatch(latex) or _depth(latex) > _DEEPEST:
        raise UnreadableAnswerError("characters or nesting that no answer has")
    if _LARGE_BINOMIAL.search(latex) or (_LARGE_DETERMINANT.search(latex) and latex.count("&") > _LARGEST_DETERMINANT):
        raise TooLargeError  # the grammar evaluates these while it reads
    if (remainder := _remainder(latex)) is not None:
        return remainder
    try:
        parsed = latex2sympy(latex, is_real=None, normalization_config=None, conversion_config=_CONVERSION)
    except MemoryError:
        raise
    except Exception as error:  # the grammar raises bare Exceptions
        raise UnreadableAnswerError(str(error).split("\n", 1)[0]) from error
    if not isinstance(parsed, (sympy.Basic, sympy.MatrixBase)):
        raise UnreadableAnswerError("nothing that can be compared")
    if _is_explosive(parsed):
        raise TooLargeError
    return _with_constants(parsed)


def _with_constants(parsed: sympy.Basic) -> sympy.Basic:
    """`i` is the imaginary unit, `e` Euler's number."""
    known = {sympy.Symbol("i"): sympy.I, sympy.Symbol("e"): sympy.E}
    free = parsed.free_symbols
    return parsed.xreplace({symbol: value for symbol, value in known.items() if symbol in free})


def _remainder(text: str) -> sympy.Basic | None:
    dividend, sign, divisor = text.partition(r"\bmod")
    return sympy.Mod(_expression(dividend), _expression(divisor)) if sign else None


def _for_grammar(text: str) -> str:
    text = rewritten(text, REPEATING)
    if "\\circ" in text and TRIGONOMETRY.search(text):
        text = rewritten(text, RADIANS)
    return rewritten(text, GRAMMAR).strip()


def _depth(text: str) -> int:
    deepest = depth = 0
    for letter in text:
        if letter in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in ")]}":
            depth -= 1
    return deepest


def _is_explosive(value: sympy.Basic) -> bool:
    """Whether evaluating it can only use up time or memory: towers, huge powers, factorials, sums."""
    for node in sympy.preorder_traversal(value):
        if isinstance(node, sympy.Pow) and node.base not in (0, 1, -1) and not node.base.free_symbols:
            too_large = _size(node.exp) > _LARGEST_EXPONENT
        elif isinstance(node, sympy.factorial):
            too_large = _size(node.args[0]) > _LARGEST_FACTORIAL
        elif isinstance(node, (sympy.Sum, sympy.Product)):
            too_large = any(_LARGEST_RANGE < _size(last) < float("inf") for *_, last in node.limits if last.is_number)
        else:
            too_large = False
        if too_large:
            return True
    return False


def _size(value: sympy.Basic) -> float:
    """An upper bound of the absolute value of a number, infinity if it is beyond a float."""
    if value.is_Number:
        return abs(float(value)) if value.is_finite else float("inf")
    sizes = [_size(part) for part in value.args]
    if isinstance(value, sympy.Add):
        return sum(sizes)
    if isinstance(value, sympy.Mul):
        return math.prod(sizes)
    if isinstance(value, sympy.Pow):
        return _size_of_power(*sizes, is_negative=_is_negative(value.exp))
    if isinstance(value, sympy.factorial):
        return float("inf") if sizes[0] > 170 else float(sympy.factorial(int(sizes[0]) + 1))
    return 10.0 * max(sizes, default=1.0)


def _size_of_power(base: float, exponent: float, *, is_negative: bool) -> float:
    if base <= 1 and exponent > 0:
        return float("inf") if is_negative and base < 1 else 1.0
    try:
        return 1.0 if is_negative else base**exponent
    except OverflowError:
        return float("inf")


def _is_negative(value: sympy.Basic) -> bool:
    return bool(value.could_extract_minus_sign())


def _are_equal(gold: sympy.Basic, answer: sympy.Basic) -> bool:
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
    """What is zero, or positive, where the relation holds."""
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
    """A relation in one real unknown as the set where it holds; anything else as it is."""
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
    if gold.has(sympy.Sum, sympy.Integral, sympy.Limit, sympy.Product, sympy.Derivative):
        gold = gold.doit()
    if answer.has(sympy.Sum, sympy.Integral, sympy.Limit, sympy.Product, sympy.Derivative):
        answer = answer.doit()
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
