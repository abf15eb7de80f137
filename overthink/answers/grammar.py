"""The LaTeX of an answer as a SymPy expression, read by math-verify's grammar.

Runs in worker processes only: nothing here is bounded in time or memory, except that what could only use them up is
refused. Text of a model is parsed by a grammar and never evaluated as code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, reduce

import sympy
from latex2sympy2_extended.latex2sympy2 import ConversionConfig, latex2sympy

from overthink.answers.brackets import closing_brackets, split
from overthink.answers.rules import Rule, rewritten
from overthink.answers.series import series
from overthink.answers.units import TRIGONOMETRY

_CONVERSION = ConversionConfig(lowercase_symbols=False)
_DEEPEST = 40  # nested brackets
_LARGEST_EXPONENT = 20_000
_LARGEST_FACTORIAL = 5_000
_LARGEST_RANGE = 100_000
_LARGEST_DETERMINANT = 30  # column marks
_LARGE_BINOMIAL = re.compile(r"\\binom\{[^{}]*(?:\d{6}|\^)")
_LARGE_DETERMINANT = re.compile(r"\\det(?![A-Za-z])|\{vmatrix\}")
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
            r"(?:(?<![\^_\d.])\d[\d.]*|\)|\\binom\{[^{}]{1,40}\}\{[^{}]{1,40}\})\s*(?=[(\[]|\\frac|\\binom)"
            r"|(?:\)|\\binom\{[^{}]{1,40}\}\{[^{}]{1,40}\})\s*(?=\d)|(?<![\^_\d.])(?:\d[\d.]*)\s+(?=\d)"
        ),
        lambda found: found[0].strip() + r"\cdot ",
        examples=(
            ("4(x+5)", r"4\cdot (x+5)"),
            ("(x+5)4", r"(x+5)\cdot 4"),
            ("4 5", r"4\cdot 5"),
            (r"\binom{4}{2}\binom{5}{3}", r"\binom{4}{2}\cdot \binom{5}{3}"),
            (r"\binom{4}{2}5", r"\binom{4}{2}\cdot 5"),
            (r"(4)\frac{1}{5}", r"(4)\cdot \frac{1}{5}"),
        ),
        not_examples=("x^2(y)", "f(x)", "45"),
    ),
    Rule(
        "the numbers of a function in braces",
        re.compile(r"(?<=\\(?:max|min|gcd|lcm))\s?\\\{([^{}\\]{1,200})\\\}"),
        r"(\1)",
        examples=((r"\max\{x,5\}", r"\max(x,5)"), (r"\gcd\{x,5\}", r"\gcd(x,5)")),
        not_examples=(r"\{x,5\}", r"\max(x,5)"),
    ),
    Rule("plus infinity", re.compile(r"\+\\infty"), r"\\infty", examples=((r"+\infty", r"\infty"),)),
)


class _OfIntegers(sympy.Function):  # type: ignore[misc]  # SymPy has no types
    """A function of whole numbers that waits for them: SymPy's own answer at once, as for polynomials."""

    @classmethod
    def eval(cls, *args: sympy.Expr) -> sympy.Expr | None:
        """The value if all arguments are whole numbers; else the same, with the arguments in one order."""
        if all(one.is_Integer for one in args):
            return sympy.Integer(reduce(cls.of_two, map(int, args)))
        ordered = sorted(args, key=sympy.default_sort_key)
        return cls(*ordered) if ordered != list(args) else None

    @staticmethod
    def of_two(one: int, other: int) -> int:
        """The value for two whole numbers."""
        raise NotImplementedError


class GreatestDivisor(_OfIntegers):
    """The greatest common divisor."""

    @staticmethod
    def of_two(one: int, other: int) -> int:
        """The divisor of two whole numbers."""
        return math.gcd(one, other)


class LeastMultiple(_OfIntegers):
    """The least common multiple."""

    @staticmethod
    def of_two(one: int, other: int) -> int:
        """The multiple of two whole numbers."""
        return math.lcm(one, other)


_CALL = re.compile(
    r"(?:\\(gcd|lcm)|(?<![A-Za-z\\])(?:(sgn)|([CP])(?=\s*\(\s?[\da-z+ -]{1,9},\s?[\da-z]{1,4}\s?\))))\s*(?=\()"
)
_CALLED: Mapping[str, Callable[..., sympy.Expr]] = {
    "gcd": GreatestDivisor,
    "lcm": LeastMultiple,
    "sgn": sympy.sign,
    "C": sympy.binomial,
    "P": sympy.ff,
}
"""Functions that the grammar does not know, or evaluates at once as something else."""
_COMMA = re.compile(",")


class UnreadableAnswerError(ValueError):
    """A text that the LaTeX grammar does not read."""


class TooLargeError(ValueError):
    """An answer whose evaluation can only use up time or memory."""


@lru_cache(maxsize=512)
def expression(text: str) -> sympy.Basic:
    """Read tidy LaTeX without units. UnreadableAnswerError, or TooLargeError if its value must not be evaluated."""
    latex = _for_grammar(text)
    if not latex or not _READABLE.fullmatch(latex) or _depth(latex) > _DEEPEST:
        raise UnreadableAnswerError("characters or nesting that no answer has")
    if _LARGE_BINOMIAL.search(latex) or (_LARGE_DETERMINANT.search(latex) and latex.count("&") > _LARGEST_DETERMINANT):
        raise TooLargeError  # the grammar evaluates these while it reads
    if (remainder := _remainder(latex)) is not None:
        return remainder
    if "\\ldots" in latex:
        if (total := series(latex, expression)) is None:
            raise UnreadableAnswerError("dots for what is not certain")
        return total
    latex, calls = _without_calls(latex)
    try:
        parsed = latex2sympy(latex, is_real=None, normalization_config=None, conversion_config=_CONVERSION)
    except MemoryError:
        raise
    except Exception as error:  # the grammar raises bare Exceptions
        raise UnreadableAnswerError(str(error).split("\n", 1)[0]) from error
    if not isinstance(parsed, (sympy.Basic, sympy.MatrixBase)):
        raise UnreadableAnswerError("nothing that can be compared")
    if _is_too_large(parsed):
        raise TooLargeError
    return _with_constants(parsed.xreplace(calls))


def _without_calls(latex: str) -> tuple[str, dict[sympy.Symbol, sympy.Expr]]:
    """The text with a symbol of its own for each call of a function that the grammar does not know."""
    calls: dict[sympy.Symbol, sympy.Expr] = {}
    pieces: list[str] = []
    at = 0
    closing = closing_brackets(latex) if _CALL.search(latex) else {}
    for call in _CALL.finditer(latex):
        end = closing.get(call.end())
        if end is None or call.start() < at:
            continue
        arguments = [expression(part) for part in split(latex[call.end() + 1 : end], _COMMA)]
        if len(calls) > 9:
            raise UnreadableAnswerError("calls of more functions than an answer has")
        name = rf"\Upsilon_{len(calls)}"
        calls[sympy.Symbol(name[1:])] = _CALLED[call[1] or call[2] or call[3]](*arguments)
        pieces += latex[at : call.start()], name + " "
        at = end + 1
    return "".join(pieces) + latex[at:], calls


def _with_constants(parsed: sympy.Basic) -> sympy.Basic:
    """`i` is the imaginary unit, `e` Euler's number, what is below a line is conjugated."""
    free = parsed.free_symbols
    known = {sympy.Symbol("i"): sympy.I, sympy.Symbol("e"): sympy.E}
    below = {one: one.name.partition("{")[2][:-1] for one in free if one.name.startswith("bar")}
    known |= {one: sympy.conjugate(expression(text)) for one, text in below.items() if "}" not in text}
    return parsed.xreplace({symbol: value for symbol, value in known.items() if symbol in free})


def _remainder(text: str) -> sympy.Basic | None:
    dividend, sign, divisor = text.partition(r"\bmod")
    return sympy.Mod(expression(dividend), expression(divisor)) if sign else None


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


def _is_too_large(value: sympy.Basic) -> bool:
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
        return _size_of_power(*sizes, is_negative=value.exp.could_extract_minus_sign())
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
