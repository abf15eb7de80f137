"""Reads the text of an answer into one of the classes of `shapes`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from overthink.answers.brackets import closing_brackets, split, top_level
from overthink.answers.find import quoted_answer
from overthink.answers.numbers import NUMBER_WORDS, is_decimal, number_of
from overthink.answers.rewrite import FUNCTIONS, LONGEST, tidy
from overthink.answers.rules import Form, Rule, any_form, rewritten
from overthink.answers.shapes import (
    Equation,
    List,
    Matrix,
    Relation,
    Shape,
    Tuple,
    Union,
    Value,
    Words,
    key_of,
)
from overthink.answers.units import split_unit

_DEEPEST = 12
_SEPARATOR = re.compile(r"\s*[,;]?\s*(?<![A-Za-z\\])(?:and|or)(?![a-z])\s*|\s*[和或](?=[\s\d\\($-])\s*|\s*[,;]\s*")
_RELATION = re.compile(r"\\(?:le|ge|ne)(?![A-Za-z])|[<>]")
_SEMICOLON, _COMMA, _EQUALS = re.compile(";"), re.compile(","), re.compile("=")
_APPROX = re.compile(r"\\approx(?![A-Za-z])")
_UNION = re.compile(r"\\cup(?![A-Za-z])")
_IN = re.compile(r"^(.{1,40}?)\s*\\in(?![A-Za-z])\s*(.+)$", re.DOTALL)
NAMES = (
    Form(
        "a letter or a function of one, with marks and an index",
        r"\\?[A-Za-z]+'*(?:_(?:\w|\{[^{}]{1,12}\}))?(?:\^(?:\w|\{[^{}]{1,6}\}))?'*(?:\([^()=]{1,12}\))?",
        examples=("x", "x_1", r"\theta_{12}", "f'(x)", "f^{-1}(2)", "x^2"),
        not_examples=("2x", "x+1", "x_", "f(g(x))"),
    ),
    Form("a length between bars", r"\|[A-Za-z]{1,3}\|", examples=("|AB|",), not_examples=("|A-B|", "||")),
    Form(
        "an angle, a triangle or a side",
        r"\\(?:angle|triangle|overline|measuredangle)\s?\{?[A-Za-z ]{1,4}\}?",
        examples=(r"\overline{AB}", r"\triangle P Q"),
        not_examples=(r"\overline{3}", r"\angle 4"),
    ),
    Form("the measure of an angle", r"m?\s?\\angle\s?[A-Z]{1,3}", examples=(r"m\angle ABC", r"m \angle B")),
    Form(
        "several letters in brackets",
        r"\([a-zA-Z](?:_\w)?(?:\s?,\s?[a-zA-Z](?:_\w)?){1,4}\)",
        examples=("(x, y)", "(a_1,a_2,b)"),
        not_examples=("(x)", "(x, 2)"),
    ),
    Form(
        "a ratio of lengths",
        r"\\frac\{[A-Z]{1,3}\}\{[A-Z]{1,3}\}",
        examples=(r"\frac{AB}{CD}",),
        not_examples=(r"\frac{A}{2}",),
    ),
    Form("a derivative", r"\\frac\{d\s?[a-z]\}\{d\s?[a-z]\}", examples=(r"\frac{dy}{dx}", r"\frac{d y}{d x}")),
    Form(
        "a proportion",
        r"[A-Z](?:_\{?\w{1,6}\}?)?\s?:\s?[A-Z](?:_\{?\w{1,6}\}?)?(?:\s?:\s?[A-Z])?",
        examples=("A:B", "V_{1} : V_{2}", "A:B:C"),
        not_examples=("a:b", "A:2"),
    ),
    Form(
        "words",
        r"[A-Za-z]{2,20}(?: [A-Za-z]{1,20}){0,5}",
        examples=("the area", "Area of B"),
        not_examples=("the 2nd area",),
    ),
)
"""What may be named before "=" or in an inequality."""
_NAME = re.compile(any_form(NAMES))
_OPERATOR_START = re.compile(r"\\(?:lim|sum|prod|int|det|begin|binom)(?![A-Za-z])|\|")
_LETTER = re.compile(r"\\?[A-Za-z]+")
_CONSTANTS = frozenset(
    ("\\pi", "e", "i", "\\cdot", "\\frac", "\\circ", "\\bmod", "\\star", "\\pm", *("\\" + name for name in FUNCTIONS))
)
_GRID = r"\{(?:[pbvBV]?matrix|smallmatrix|array)\}"
_MATRIX = re.compile(
    rf"[\[(]?\s*\\begin{_GRID}(?:\s*\{{[clr| ]*\}})?(.*?)\\end{_GRID}\s*[\])]?",
    re.DOTALL,
)
_ROW_END = re.compile(r"\\\\(?:\[[^\]]*\])?|\\(?=[-\d])")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[a-z]+\}")
_WORD_RUN = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{4,}")
_SET_BUILDER = re.compile(r"\\\{\s*(.{1,20}?)\s*(?:\||:)\s*(.+)\\\}", re.DOTALL)
# Answers in words that have a notation, or that say the same.
_SAME_WORDS = {
    **{word.rstrip("s"): str(value) for value, word in enumerate(NUMBER_WORDS)},
    **dict.fromkeys(("allrealnumber", "allreal", r"\mathbb{r}", "realnumber"), r"(-\infty,\infty)"),
    **dict.fromkeys(
        (r"\emptyset", r"\{\}", "emptyset", "nosolution", "norealsolution", "therearenosolution"), "no solution"
    ),
    **dict.fromkeys(("dne", "doesnotexist", "undefined"), "undefined"),
}
_PLUS_MINUS = re.compile(r"\\(pm|mp)(?![A-Za-z])")
_CHOICE = re.compile(r"\(?\s*([A-J])\s*\)(?:\s*[:.]?\s.{0,80})?|([A-J])[.:]\s.{0,80}", re.DOTALL)
LABELS = (
    Rule(
        "a label before the answer",
        re.compile(r"^\{?\s?[A-Z][A-Za-z]{2,20}\s?:\s?\}?\s*(?=[-\d\\([{A-Z])"),
        "",
        examples=(("Total: 7", "7"), ("{Answer: } (2, 3)", "(2, 3)")),
        not_examples=("A: 7", "total: 7", "Total: x"),
    ),
)
"""Examples are texts before and after `_strip_punctuation`."""
_SUM = re.compile(r"-?\s?[$€£¥₹]?\s?\d{1,3}(?:,\d{3})+(?![\d,])")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_TRAILING = ' .,;:?。="`'
_PREFIX = re.compile(
    r"(?:(?:about|approximately|exactly|roughly|around|rs\.?|usd|us)\s+|\\approx\s*)?"
    r"(?P<sign>-?)\s?(?:(?P<currency>[$€£¥₹])\s?|(?<=\s))(?=[-\d.\\])",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s*(?:%|percentage|percent|pct)(?:\s(?:points?|of)\b.*)?$", re.IGNORECASE)


def shape_of(answer: str) -> Shape:
    """The shape of an answer; of a text that states one, the shape of that."""
    return _shape(answer) if len(answer) <= LONGEST else _shape.__wrapped__(answer)


@lru_cache(maxsize=8192)
def _shape(answer: str) -> Shape:
    if len(answer) > LONGEST and "box" not in answer:
        stated = quoted_answer(answer)
        answer = stated if len(stated) <= LONGEST else answer
    elif not answer.isascii() or " " in answer.strip() or "\\" in answer:
        answer = quoted_answer(answer) or answer
    return _read(_without_dollars(tidy(answer)))


def _without_dollars(text: str) -> str:
    """Without the dollars of TeX; a single one is money."""
    return text if text.count("$") < 2 else text.replace("$", " ").strip()


def _read(text: str, depth: int = 0) -> Shape:
    text = _strip_punctuation(text)
    if len(text) > LONGEST:
        return Words(text, text, text)
    if depth > _DEEPEST:
        return _leaf(text)
    return next((shape for reader in _READERS if (shape := reader(text, depth))), None) or _leaf(text)


def _same_words(text: str, depth: int) -> Shape | None:
    """Words that have a notation, or that say the same as others."""
    same = _SAME_WORDS.get(key_of(text).casefold().rstrip("s."))
    if same is None:
        return None
    return _read(same, depth + 1) if same != text else Words(text, text, text)


def _set_builder(text: str, depth: int) -> Shape | None:
    """A set of all that an inequality allows."""
    found = _SET_BUILDER.fullmatch(text)
    inside = _read(found[2], depth + 1) if found else None
    return inside if isinstance(inside, Relation) else None


def _number(text: str, _depth: int) -> Shape | None:
    number = number_of(text)
    return None if number is None else Value.of(text, number=number, decimal=is_decimal(text))


def _sum(text: str, _depth: int) -> Shape | None:
    """A sum of money or a quantity whose commas part thousands."""
    leaf = _leaf(text) if _SUM.match(text) else None
    return leaf if isinstance(leaf, Value) and leaf.number is not None else None


def _membership(text: str, depth: int) -> Shape | None:
    found = _IN.match(text)
    return replace(_read(found[2], depth + 1), name=key_of(found[1]), whole=text) if found else None


def _union(text: str, depth: int) -> Shape | None:
    parts = split(text, _UNION)
    return Union.of(text, items=_read_all(parts, depth)) if len(parts) > 1 else None


def _equated(text: str, depth: int) -> Shape | None:
    r"""`x = 5`, `a = b = 5`, `\sqrt{4} = 2` have the value that they name; others are equations."""
    if "=" not in text and "\\approx" not in text:
        return None
    exact, *_ = approximated = split(text, _APPROX)
    if len(approximated) > 1:
        if not _is_name(exact):
            return _read(exact, depth + 1)
        text = exact + " = " + approximated[1]
    parts = split(text, _EQUALS)
    if len(parts) < 2 or not all(parts):
        return _bracketed(text, depth) or _leaf(text)
    left, right = parts[0], parts[-1]
    if len(parts) == 2 and not (_is_name(left) or _is_closed(left)):
        return Equation.of(text)
    named = _read(right, depth + 1)
    return replace(named, name=key_of(left) if _is_name(left) else "", whole=text)


def _is_name(text: str) -> bool:
    found = _NAME.fullmatch(text)
    return found is not None and not any("\\" + name in text for name in FUNCTIONS)


def _is_closed(text: str) -> bool:
    """Whether it has no unknown, or only a bound one: `\\sqrt{4}`, `e^{i\\pi}`, `\\lim_{x \\to 0} …`."""
    return bool(_OPERATOR_START.match(text)) or all(name in _CONSTANTS for name in _LETTER.findall(text))


def _relation(text: str, depth: int) -> Shape | None:
    parts = split(text, _RELATION)
    if len(parts) not in (2, 3) or not all(parts):
        return None
    signs = [sign[0].lstrip("\\") for sign in top_level(text, _RELATION)]
    name, interval = _interval(parts, [{"le": "<=", "ge": ">="}.get(sign, sign) for sign in signs])
    return Relation.of(text, name=name, interval=_read(interval, depth + 1) if interval else None)


def _interval(parts: list[str], signs: list[str]) -> tuple[str, str]:
    """The name that an inequality is about, and its interval; ("", "") if it is of another form."""
    if any(part.startswith("|") for part in parts):
        return "", ""
    return _between(parts, signs) if len(parts) == 3 else _beyond(parts, signs[0])


def _between(parts: list[str], signs: list[str]) -> tuple[str, str]:
    r"""The interval of `1 < x \le 2`."""
    (low, name, high), (first, last) = parts, signs
    if first[0] != last[0] or "n" in first or not _is_name(name):
        return "", ""
    if first[0] == ">":
        low, first, last, high = high, last, first, low
    return key_of(name), f"{'[' if '=' in first else '('}{low},{high}{']' if '=' in last else ')'}"


def _beyond(parts: list[str], sign: str) -> tuple[str, str]:
    r"""The interval of `x > 1`, `1 \ge x`, `x \ne 1`."""
    name, bound = parts
    if not _is_name(name):
        name, bound, sign = bound, name, {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(sign, sign)
    if not _is_name(name):
        return "", ""
    if sign == "ne":
        interval = rf"(-\infty,{bound})\cup({bound},\infty)"
    elif sign[0] == "<":
        interval = rf"(-\infty,{bound}{']' if '=' in sign else ')'}"
    else:
        interval = rf"{'[' if '=' in sign else '('}{bound},\infty)"
    return key_of(name), interval


def _list(text: str, depth: int) -> Shape | None:
    parts = split(text, _SEPARATOR)
    if len(parts) < 2 or _is_sentence(text):
        return None
    # `p=5,q=2;p=7,q=2`: the semicolons part the solutions, the commas what belongs to one.
    outer = split(text, _SEMICOLON)
    if len(outer) > 1 and any(len(split(part, _COMMA)) > 1 for part in outer):
        return _list_of(text, [f"({part})" for part in outer], depth)
    head, _ = split_unit(text)
    number = Fraction(head.replace(",", ".")) if _DECIMAL_COMMA.fullmatch(head) else None
    return replace(_list_of(text, [part for part in parts if part], depth), number=number)


def _list_of(text: str, parts: list[str], depth: int) -> List:
    """The list of the parts; a part that is a list itself gives its members."""
    read = _read_all(parts, depth)
    return List.of(text, items=tuple(item for one in read for item in (one.items if isinstance(one, List) else (one,))))


def _read_all(parts: list[str], depth: int) -> tuple[Shape, ...]:
    return tuple(_read(part, depth + 1) for part in parts)


def _matrix(text: str, depth: int) -> Shape | None:
    found = _MATRIX.fullmatch(text) if text.count("\\begin") == 1 else None
    if found is None:
        return None
    rows = [row for row in _ROW_END.split(found[1].replace(r"\hline", " ")) if row.strip()]
    cells = [row.split("&") for row in rows]
    columns = len(cells[0]) if cells else 0
    if not columns or any(len(row) != columns for row in cells):
        return _leaf(text)
    return Matrix.of(text, items=_read_all([cell for row in cells for cell in row], depth), columns=columns)


def _bracketed(text: str, depth: int) -> Shape | None:
    """A tuple or interval; a single value in brackets."""
    if not text or text[0] not in "([{" or closing_brackets(text).get(0) != len(text) - 1:
        return _signed(text, depth)
    inside = text[1:-1].strip()
    if text[0] != "{" and len(split(inside, _SEPARATOR)) > 1:
        return _tuple(text, inside, text[0] + text[-1], depth)
    if not inside:
        return _leaf(text)
    if text[0] + text[-1] in ("()", "[]", "{}"):
        return replace(_read(inside, depth + 1), whole=text)
    return None


def _enclosed(text: str, depth: int) -> Shape | None:
    """A set or a vector in TeX's own brackets."""
    for opening, closing in ((r"\{", r"\}"), (r"\langle", r"\rangle")):
        if text.startswith(opening) and text.endswith(closing) and text.count(opening) == 1:
            inside = text[len(opening) : -len(closing)]
            if opening == r"\langle":
                return _tuple(text, inside, "()", depth)
            return _list_of(text, [part for part in split(inside, _SEPARATOR) if part], depth)
    return None


def _tuple(text: str, inside: str, brackets: str, depth: int) -> Shape:
    outer = split(inside, _SEMICOLON)
    parts = outer if len(outer) > 1 else split(inside, _SEPARATOR)
    return Tuple.of(text, items=_read_all(parts, depth), brackets=brackets)


def _signed(text: str, depth: int) -> Shape | None:
    r"""`a \pm b` is the list of both."""
    signs = _PLUS_MINUS.findall(text)
    if len(signs) != 1:
        return None
    return _list_of(text, [_PLUS_MINUS.sub(sign, text).lstrip("+ ") for sign in "+-"], depth)


_READERS: tuple[Callable[[str, int], Shape | None], ...] = (
    _number,
    _matrix,
    _same_words,
    _set_builder,
    _sum,
    _enclosed,
    _list,
    _membership,
    _union,
    _relation,
    _equated,
    _bracketed,
)
"""The first that can read a text does; what none can read is a leaf."""


def _leaf(text: str) -> Shape:
    """Read what has no members: an option letter, or a value or words without prefix, unit and per cent sign."""
    whole = text
    if choice := _CHOICE.fullmatch(text):
        letter = choice[1] or choice[2]
        return Words(letter, letter, whole)
    prefix = _PREFIX.match(text)
    if prefix:
        text = prefix["sign"] + text[prefix.end() :]
    head, unit = split_unit(text)
    text = head or text
    percent = _PERCENT.search(text)
    if percent:
        text = text[: percent.start()]
    elif percent := _PERCENT.match(unit):
        unit = ""
    text = _strip_punctuation(text)
    unit = (prefix and prefix["currency"]) or ("$" if "$" in unit else unit)
    leaf = Value(text, key_of(text), whole, unit=unit, percent=bool(percent), number=number_of(text))
    if leaf.number is not None:
        return replace(leaf, decimal=is_decimal(text))
    return Words(text, leaf.key, whole, unit=unit, percent=leaf.percent) if _is_words(text) else leaf


def _is_words(text: str) -> bool:
    return any(not run.isupper() for run in _WORD_RUN.findall(_ENVIRONMENT.sub(" ", text)))


def _is_sentence(text: str) -> bool:
    return len(_WORD_RUN.findall(text)) > 5


def _strip_punctuation(text: str) -> str:
    text = text.strip().rstrip(_TRAILING).lstrip("'\"`:,; ")
    text = rewritten(text, LABELS)
    return text[:-1].rstrip() if text.endswith("\\") and not text.endswith("\\\\") else text
