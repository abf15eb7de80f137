"""Reads the text of an answer into one of the classes of `shapes`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product

from overthink.answers.brackets import closing_brackets, split, top_level
from overthink.answers.find import quoted_answer
from overthink.answers.intervals import interval
from overthink.answers.leaves import is_sentence, leaf_of, strip_punctuation
from overthink.answers.names import is_name
from overthink.answers.notations import date, in_notation, quantities, spoken
from overthink.answers.numbers import number_of, step_of
from overthink.answers.phrases import without_words
from overthink.answers.rewrite import FUNCTIONS, LONGEST, is_in_parts, tidy
from overthink.answers.shapes import (
    Equation,
    List,
    Matrix,
    Relation,
    Residues,
    Sequence,
    Shape,
    Tuple,
    Union,
    Value,
    Words,
    key_of,
)
from overthink.answers.units import scale, split_unit
from overthink.answers.values import is_bare

_DEEPEST = 12
_SEPARATOR = re.compile(r"(?:[,;]\s?)?(?<![A-Za-z\\])(?:and|or)(?![a-z])|[和或](?=[\s\d\\($-])|[,;]")
_SEMICOLON, _COMMA, _EQUALS, _COLON = re.compile(";"), re.compile(","), re.compile("="), re.compile(":")
_APPROX = re.compile(r"\\approx(?![A-Za-z])")
_UNION = re.compile(r"\\cup(?![A-Za-z])")
_IN = re.compile(r"^(.{1,40}?)\s*\\in(?![A-Za-z])\s*(.+)$", re.DOTALL)
_OPERATOR_START = re.compile(
    r"\\(?:lim|sum|prod|int|det|begin|binom|lfloor|lceil|gcd|lcm|max|min|deg|dim)(?![A-Za-z])|\\frac\{d\}\{d\s?[a-z]\}|[|#]"
)
_UNKNOWN = re.compile(r"(?:\\[A-Za-z]+|[A-Za-z])(?:_\{\w+\}|\(\d{1,9}\))?")
_COORDINATES = frozenset(("x", "y", "z", "r", "\\theta", "\\rho", "\\phi"))
_CONGRUENT = re.compile(r"\\equiv(?![A-Za-z])")
_MODULUS = re.compile(
    r"\s?,?\s?(?:\(\s?\\?[bp]?mod\s?\{?\s?(\d{1,9})\s?\}?\s?\)|(\\?[bp]?)mod\s?\{?\s?(\d{1,9})\s?\}?)$"
)
_REST = re.compile(r"(\\pm\s?)?(-?\s?\d{1,9})")
_LEAST, _MOST = r"-\infty", r"\infty"
_DOTS = "\\ldots"
_TRANSPOSED = re.compile(r"\^\s?\{?\s?(?:T|\\top|\\intercal|\\mathsf T)\s?\}?$")
_CLOCK = re.compile(r"\d{1,2}:\d\d:\d\d(?:\s?[ap]\.?m)?", re.IGNORECASE)
_LETTER = re.compile(r"\\?[A-Za-z]+")
_CONSTANTS = frozenset(
    ("\\pi", "e", "i", "\\cdot", "\\frac", "\\circ", "\\bmod", "\\star", "\\pm", *("\\" + name for name in FUNCTIONS))
)
_GRID = r"\{(?:[pbBV]?matrix|smallmatrix|array)\}"
_CASES = re.compile(r"\\begin\{cases\}(.*?)\\end\{cases\}", re.DOTALL)
_IF = re.compile(r"^\s*,?\s*(?:if|for|when|where)\s")
_MATRIX = re.compile(
    rf"[\[(]?\s*\\begin{_GRID}(?:\s*\{{[clr| ]*\}})?(.*?)\\end{_GRID}\s*[\])]?",
    re.DOTALL,
)
_ROW_END = re.compile(r"\\\\(?:\[[^\]]*\])?|\\(?=[-\d])")
_SET_BUILDER = re.compile(r"\\?\{\s*(.{1,40}?)\s*(?:\||:)\s*(.+?)\\?\}", re.DOTALL)
_SIGNS = {"pm": "+-", "mp": "-+"}
_MOST_SIGNS = 3
_PLUS_OR_MINUS = re.compile(r"[+-]")
_COMPONENT = re.compile(
    r"([+-]?)\s?((?:(?>\\[A-Za-z]+)|[^\\ijk]){0,40}?)\s?(?:\\cdot)?\s?(?:\\(?:hat|vec)\s?\{?\s?([ijk])\s?\}?|([ijk]))"
)
_PLUS_MINUS = re.compile(r"\\(pm|mp)(?![A-Za-z])")
_SUM = re.compile(r"-?\s?[$€£¥₹]?\s?\d{1,3}(?:,\d{3})+(?![\d,])")
_GROUPED = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3}){1,6}(?![\d,])")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")


def shape_of(answer: str) -> Shape:
    """The shape of an answer; of a text that states one, the shape of that."""
    return _shape(answer) if len(answer) <= LONGEST else _shape.__wrapped__(answer)


@lru_cache(maxsize=8192)
def _shape(answer: str) -> Shape:
    if len(answer) > LONGEST and "box" not in answer:
        stated = quoted_answer(answer)
        answer = stated if len(stated) <= LONGEST else answer
    elif not _is_bare(answer):
        answer = quoted_answer(answer) or answer
    return _read(_without_dollars(tidy(answer)))


def _is_bare(answer: str) -> bool:
    """Whether a text is an answer, with words that go with it at most, and states none."""
    if (answer.isascii() and " " not in answer.strip() and "\\" not in answer) or is_in_parts(answer):
        return True
    text = without_words(_without_dollars(tidy(answer)))
    head, unit = split_unit(text)
    is_quantity = number_of(head) is not None and scale(unit) is not None  # "5 am"
    return "box" not in answer and "\n\n" not in answer and (is_quantity or spoken(text) != text or is_bare(text))


def _without_dollars(text: str) -> str:
    """Without the dollars of TeX; a single one is money."""
    return text if text.count("$") < 2 else " ".join(text.replace("$", " ").split())


def _read(text: str, depth: int = 0) -> Shape:
    text = strip_punctuation(without_words(text) if " " in text or not text[:1].isalnum() else text)
    if len(text) > LONGEST:
        return Words(text, text, text)
    if depth > _DEEPEST:
        return leaf_of(text)
    return next((shape for reader in _READERS if (shape := reader(text, depth))), None) or leaf_of(text)


def _other_notation(text: str, depth: int) -> Shape | None:
    """What is written in words or in a notation of its own."""
    if known := date(text) or quantities(text):
        return known
    other = in_notation(text)
    return None if other is None else replace(_read(other, depth + 1), whole=text)


def _congruence(text: str, _depth: int) -> Shape | None:
    found = _MODULUS.search(text)
    sides = split(text, _CONGRUENT)
    modulus = int(found[1] or found[3]) if found else 0
    if found is None or len(sides) > 2 or not modulus or (len(sides) == 1 and found[2] not in (None, "\\p")):
        return None
    name = key_of(sides[0]) if len(sides) == 2 else ""
    rests = [_REST.fullmatch(part) for part in split(_MODULUS.sub("", sides[-1]), _SEPARATOR) if part]
    if not rests or None in rests:
        return None
    numbers = {
        int(rest[2].replace(" ", "")) * sign for rest in rests if rest for sign in ((1, -1) if rest[1] else (1,))
    }
    least = frozenset(number % modulus for number in numbers)
    key = f"{sorted(least)} mod {modulus}"
    return Residues(key, key, text, name=name, rests=least, modulus=modulus)


def _transposed(text: str, depth: int) -> Shape | None:
    found = _TRANSPOSED.search(text)
    inside = _read(text[: found.start()], depth + 1) if found else None
    if isinstance(inside, Matrix):
        columns = inside.columns
        items = tuple(item for at in range(columns) for item in inside.items[at::columns])
        return Matrix.of(text, items=items, columns=len(items) // columns)
    return inside if isinstance(inside, Tuple) else None


def _ratio(text: str, depth: int) -> Shape | None:
    """A ratio of three or more, or one with dots."""
    parts = split(text, _COLON) if text.count(":") > 1 and "=" not in text else []
    if len(parts) < 3 or not all(parts) or _CLOCK.fullmatch(text):
        return None
    quotients = [rf"\frac{{{part}}}{{{parts[0]}}}" for part in parts[1:]]
    return _sequence(text, parts, depth) or Tuple.of(text, items=_read_all(quotients, depth), brackets=":")


def _sequence(text: str, parts: list[str], depth: int) -> Shape | None:
    return Sequence.of(text, items=_read_all(parts, depth)) if _DOTS in parts and len(parts) > 2 else None


def _set_builder(text: str, depth: int) -> Shape | None:
    """A set of all that an inequality allows."""
    found = _SET_BUILDER.fullmatch(text)
    inside = _read(found[2], depth + 1) if found else None
    return inside if isinstance(inside, Relation) else None


def _number(text: str, _depth: int) -> Shape | None:
    number = number_of(text)
    return None if number is None else Value.of(text, number=number, step=step_of(text))


def _sum(text: str, _depth: int) -> Shape | None:
    """A sum of money or a quantity whose commas part thousands."""
    leaf = leaf_of(text) if _SUM.match(text) else None
    return leaf if isinstance(leaf, Value) and leaf.number is not None else None


def _membership(text: str, depth: int) -> Shape | None:
    found = _IN.match(text)
    return replace(_read(found[2], depth + 1), name=key_of(found[1]), whole=text) if found else None


def _union(text: str, depth: int) -> Shape | None:
    parts = [] if "=" in text else split(text, _UNION)
    parts = [rf"\{{{part[1:-1]}\}}" if part[:1] + part[-1:] == "{}" else part for part in parts]
    return Union.of(text, items=_read_all(parts, depth)) if len(parts) > 1 else None


def _equated(text: str, depth: int) -> Shape | None:
    r"""`x = 5`, `a = b = 5`, `\sqrt{4} = 2` have the value that they name; others are equations."""
    if "=" not in text and "\\approx" not in text:
        return None
    exact, *approximated = split(text, _APPROX)
    if approximated:
        if exact and not is_name(exact):
            return _read(exact, depth + 1)
        text = f"{exact} = {approximated[0]}" if exact else approximated[0]
    parts = split(text, _EQUALS)
    if len(parts) < 2 or not all(parts):
        return _bracketed(text, depth) or leaf_of(text)
    left, right = parts[0], parts[-1]
    if len(parts) == 2 and _is_closed(left) and not (_is_closed(right) or _OPERATOR_START.match(left)):
        left, right = right, left
    if len(parts) == 2 and not (is_name(left) or _is_closed(left)):
        return _equation(text, left, right, depth)
    named = _read(right, depth + 1)
    return replace(named, name=key_of(left) if is_name(left) else "", whole=text)


def _equation(text: str, left: str, right: str, depth: int) -> Equation:
    unknowns = {name for name in _UNKNOWN.findall(left) if name not in _CONSTANTS}
    value = _read(right, depth + 1) if len(unknowns) > 1 and _is_closed(right) else None
    sides = () if _is_closed(right) else (_read(left, depth + 1), _read(right, depth + 1))
    return Equation.of(text, value=value, sides=sides, is_curve=unknowns <= _COORDINATES)


def _is_closed(text: str) -> bool:
    """Whether it has no unknown, or only a bound one: `\\sqrt{4}`, `e^{i\\pi}`, `\\lim_{x \\to 0} …`."""
    return bool(_OPERATOR_START.match(text)) or all(name in _CONSTANTS for name in _LETTER.findall(text))


def _relation(text: str, depth: int) -> Shape | None:
    found = interval(text)
    if found is None:
        return None
    name, allowed = found
    return Relation.of(text, name=name, interval=_read(allowed, depth + 1) if allowed else None)


def _list(text: str, depth: int) -> Shape | None:
    parts = split(text, _SEPARATOR)
    if len(parts) < 2 or is_sentence(text):
        return None
    if "=" in text and len(parts) == 1 + sum(number.count(",") for number in _GROUPED.findall(text)):
        return None  # 4 · 500 = 2,000
    # `p=5,q=2;p=7,q=2`: the semicolons part the solutions, the commas what belongs to one.
    outer = split(text, _SEMICOLON)
    if len(outer) > 1 and any(len(split(part, _COMMA)) > 1 for part in outer):
        return _list_of(text, [f"({part})" for part in outer], depth)
    head, _ = split_unit(text)
    members = _list_of(text, [part for part in parts if part], depth)
    if both := _both(members) if "or" not in text else None:
        return both
    if isinstance(members, List) and _DECIMAL_COMMA.fullmatch(head):
        return replace(members, number=Fraction(head.replace(",", ".")))
    return members


def _both(members: Shape) -> Relation | None:
    """`x > 1` and `x < 2` is `1 < x < 2`."""
    items = members.items if isinstance(members, List) else ()
    rays = [item.interval for item in items if isinstance(item, Relation) and isinstance(item.interval, Tuple)]
    names = {item.name for item in items}
    if not len(items) == len(rays) == 2 or len(names) != 1:
        return None
    low, high = sorted(rays, key=lambda ray: ray.items[0].key == _LEAST)
    least, most = (end.number if isinstance(end, Value) else None for end in (low.items[0], high.items[1]))
    if (low.items[1].key, high.items[0].key) != (_MOST, _LEAST) or least is None or most is None or least >= most:
        return None  # `x < 1, x > 2` are both
    within = Tuple.of(members.text, items=(low.items[0], high.items[1]), brackets=low.brackets[0] + high.brackets[1])
    return Relation.of(members.text, name=names.pop(), interval=within)


def _list_of(text: str, parts: list[str], depth: int) -> Shape:
    """The list of the parts, or the sequence; a part that is a list itself gives its members."""
    if sequence := _sequence(text, parts, depth):
        return sequence
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
        return leaf_of(text)
    return Matrix.of(text, items=_read_all([cell for row in cells for cell in row], depth), columns=columns)


def _cases(text: str, depth: int) -> Shape | None:
    """A function in pieces: the list of them, each with its condition."""
    found = _CASES.fullmatch(text)
    rows = [row.split("&") for row in _ROW_END.split(found[1]) if row.strip()] if found else []
    if not rows or any(len(row) != 2 for row in rows):
        return None
    pieces = [
        Tuple.of("&".join(row), items=_read_all([row[0], _IF.sub("", row[1])], depth), brackets="if") for row in rows
    ]
    if any(isinstance(piece.items[1], Value) for piece in pieces):
        return None
    return List.of(text, items=tuple(pieces))


def _bracketed(text: str, depth: int) -> Shape | None:
    """A tuple or interval; a single value in brackets."""
    if not text or text[0] not in "([{" or closing_brackets(text).get(0) != len(text) - 1:
        return _signed(text, depth)
    inside = text[1:-1].strip()
    if text[0] != "{" and len(split(inside, _SEPARATOR)) > 1:
        return _tuple(text, inside, text[0] + text[-1], depth)
    if not inside:
        return leaf_of(text)
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
    if sequence := _sequence(text, parts, depth):
        return sequence
    read = Tuple.of(text, items=_read_all(parts, depth), brackets=brackets)
    return _rows(read) or read


def _rows(read: Tuple) -> Matrix | None:
    """The matrix that `[[1, 2], [3, 4]]` is."""
    rows = [item for item in read.items if isinstance(item, Tuple) and item.brackets == read.brackets == "[]"]
    if len(rows) < len(read.items) or len({len(row.items) for row in rows}) != 1:
        return None
    return Matrix.of(read.text, items=tuple(cell for row in rows for cell in row.items), columns=len(rows[0].items))


def _components(text: str, depth: int) -> Shape | None:
    r"""A vector as the sum of its components: `3\hat{i}-2\hat{j}`."""
    signs = [0, *(sign.start() for sign in top_level(text, _PLUS_OR_MINUS) if sign.start())]
    terms = [_COMPONENT.fullmatch(text[start:end].strip()) for start, end in pairwise([*signs, len(text)])]
    found = {term[3] or term[4]: f"{term[1]}{term[2] or 1}".lstrip("+ ") for term in terms if term}
    has_hats = all(term and term[3] for term in terms)
    if not (has_hats or (len(terms) > 1 and "j" in found)) or len(found) < len(terms):
        return None
    names = "ijk" if "k" in found else "ij"
    return Tuple.of(text, items=_read_all([found.get(name, "0") for name in names], depth), brackets="()")


def _signed(text: str, depth: int) -> Shape | None:
    r"""`a \pm b` is the list of both; in `a \pm b \mp c` both signs change together, in `\pm a \pm b` each alone."""
    signs = _PLUS_MINUS.findall(text)
    if not 0 < len(signs) <= _MOST_SIGNS:
        return None
    pieces = _PLUS_MINUS.split(text)[::2]
    choices = (
        product("+-", repeat=len(signs))
        if len(set(signs)) == 1
        else zip(*(_SIGNS[sign] for sign in signs), strict=True)
    )
    chosen = ["".join(map("".join, zip(("", *choice), pieces, strict=True))).lstrip("+ ") for choice in choices]
    return _list_of(text, chosen, depth)


_READERS: tuple[Callable[[str, int], Shape | None], ...] = (
    _number,
    _matrix,
    _cases,
    _other_notation,
    _set_builder,
    _sum,
    _enclosed,
    _congruence,
    _ratio,
    _list,
    _membership,
    _union,
    _relation,
    _equated,
    _transposed,
    _components,
    _bracketed,
)
"""The first that can read a text does; what none can read is a leaf."""
