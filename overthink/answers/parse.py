"""What an answer is made of: a value, a tuple or interval, a list, a union, a matrix, an inequality, an equation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from overthink.answers.find import quoted_answer
from overthink.answers.numbers import is_decimal, number_of
from overthink.answers.rewrite import FUNCTIONS, LONGEST, closing_brackets, tidy
from overthink.answers.units import split_unit

Kind = Literal["value", "tuple", "list", "union", "matrix", "relation", "equation", "words"]


@dataclass(frozen=True, slots=True)
class Shape:
    """One answer, read. `text` is tidy LaTeX without name and unit, `key` the same without spaces, for comparing.

    `items`: members of a tuple, list, union or matrix (row by row, `columns` wide); the interval of an inequality.
    `brackets`: those of a tuple of two, which is perhaps an interval. `name`: what stands before "=" or "\\in".
    `whole`: tidy LaTeX with name and unit. `value`: the number, per cent not yet divided by 100.
    """

    kind: Kind
    text: str
    key: str
    whole: str
    items: tuple[Shape, ...] = ()
    brackets: str = ""
    columns: int = 0
    name: str = ""
    unit: str = ""
    percent: bool = False
    value: Fraction | None = None
    decimal: bool = False


_DEEPEST = 12
_PLAIN_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?")
_SEPARATOR = re.compile(r"\s*[,;]?\s*(?<![A-Za-z\\])(?:and|or)(?![a-z])\s*|\s*[和或](?=[\s\d\\($-])\s*|\s*[,;]\s*")
_RELATION = re.compile(r"\\(?:le|ge|ne)(?![A-Za-z])|[<>]")
_EQUALS = re.compile(r"=")
_APPROX = re.compile(r"\\approx(?![A-Za-z])")
_UNION = re.compile(r"\\cup(?![A-Za-z])")
_IN = re.compile(r"^(.{1,40}?)\s*\\in(?![A-Za-z])\s*(.+)$", re.DOTALL)
_NAME = re.compile(
    r"(?:\\?[A-Za-z]+'*(?:_(?:\w|\{[^{}]{1,12}\}))?(?:\^(?:\w|\{[^{}]{1,6}\}))?'*(?:\([^()=]{1,12}\))?"
    r"|\|[A-Za-z]{1,3}\||\\(?:angle|triangle|overline|measuredangle)\s?\{?[A-Za-z ]{1,4}\}?|m?\s?\\angle\s?[A-Z]{1,3}"
    r"|\([a-zA-Z](?:_\w)?(?:\s?,\s?[a-zA-Z](?:_\w)?){1,4}\)"
    r"|\\frac\{[A-Z]{1,3}\}\{[A-Z]{1,3}\}|\\frac\{d\s?[a-z]\}\{d\s?[a-z]\}|[A-Z](?:_\{?\w{1,6}\}?)?\s?:\s?[A-Z](?:_\{?\w{1,6}\}?)?(?:\s?:\s?[A-Z])?"
    r"|[A-Za-z]{2,20}(?: [A-Za-z]{1,20}){0,5})"
)
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
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[a-z]+\}")
_WORD_RUN = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{4,}")
_SET_BUILDER = re.compile(r"\\\{\s*(.{1,20}?)\s*(?:\||:)\s*(.+)\\\}", re.DOTALL)
_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
)
# Answers in words that have a notation, or that say the same.
_SAME_WORDS = {
    **{word.rstrip("s"): str(value) for value, word in enumerate(_NUMBER_WORDS.split())},
    **dict.fromkeys(("allrealnumber", "allreal", r"\mathbb{r}", "realnumber"), r"(-\infty,\infty)"),
    **dict.fromkeys(
        (r"\emptyset", r"\{\}", "emptyset", "nosolution", "norealsolution", "therearenosolution"), "no solution"
    ),
    **dict.fromkeys(("dne", "doesnotexist", "undefined"), "undefined"),
}
_PLUS_MINUS = re.compile(r"\\(pm|mp)(?![A-Za-z])")
_CHOICE = re.compile(r"\(?\s*([A-J])\s*\)(?:\s*[:.]?\s.{0,80})?|([A-J])[.:]\s.{0,80}", re.DOTALL)
_NEEDLESS_SPACE = re.compile(r"(?<!\d) | (?!\d)")  # not that of "1 1/2"
_LABEL = re.compile(r"^\{?\s?[A-Z][A-Za-z]{2,20}\s?:\s?\}?\s*(?=[-\d\\([{A-Z])")
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
    if _PLAIN_NUMBER.fullmatch(answer):
        return Shape("value", answer, answer, answer, value=number_of(answer), decimal="." in answer)
    if len(answer) > LONGEST and "box" not in answer:
        stated = quoted_answer(answer)
        answer = stated if len(stated) <= LONGEST else answer
    elif not answer.isascii() or " " in answer.strip() or "\\" in answer:
        answer = quoted_answer(answer) or answer
    return _read(_without_dollars(tidy(answer)))


def _without_dollars(text: str) -> str:
    """Without the dollars of TeX; a single one, or one before a sum, is money."""
    if "$" not in text:
        return text
    if text.count("$") == 1:
        return text
    return text.replace("$", " ").strip()


def _read(text: str, depth: int = 0) -> Shape:  # noqa: PLR0911, PLR0912  one case a return
    text = _strip_punctuation(text)
    if len(text) > LONGEST:
        return Shape("words", text, text, text)
    if depth > _DEEPEST:
        return _leaf(text)
    if text.count("\\begin") == 1 and (matrix := _MATRIX.fullmatch(text)):
        return _matrix(text, matrix[1], depth)
    if same := _SAME_WORDS.get(_key(text).casefold().rstrip("s.")):
        return _read(same, depth + 1) if same != text else Shape("words", text, text, text)
    if builder := _SET_BUILDER.fullmatch(text):
        inner = _read(builder[2], depth + 1)
        if inner.kind == "relation":
            return inner
    if (number := number_of(text)) is not None:
        return Shape("value", text, _key(text), text, value=number, decimal=is_decimal(text))
    if _SUM.match(text) and (leaf := _leaf(text)).value is not None:
        return leaf
    if text[:1] == "\\" and (enclosed := _enclosed(text, depth)):
        return enclosed
    parts = _split(text, _SEPARATOR)
    if len(parts) > 1 and not _is_sentence(text):
        return _list(text, parts, depth)
    if contains := _IN.match(text):
        return replace(_read(contains[2], depth + 1), name=_key(contains[1]), whole=text)
    if len(parts := _split(text, _UNION)) > 1:
        return _group("union", text, parts, depth)
    if relation := _relation(text, depth):
        return relation
    if "=" in text or "\\approx" in text:
        return _equated(text, depth)
    return _bracketed(text, depth) or _leaf(text)


def _equated(text: str, depth: int) -> Shape:
    r"""`x = 5`, `a = b = 5`, `\sqrt{4} = 2` have the value that they name; others are equations."""
    exact, *_ = approximated = _split(text, _APPROX)
    if len(approximated) > 1:
        if not _is_name(exact):
            return _read(exact, depth + 1)
        text = exact + " = " + approximated[1]
    parts = _split(text, _EQUALS)
    if len(parts) < 2 or not all(parts):
        return _bracketed(text, depth) or _leaf(text)
    left, right = parts[0], parts[-1]
    if len(parts) == 2 and not (_is_name(left) or _is_closed(left)):
        return Shape("equation", text, _key(text), text)
    named = _read(right, depth + 1)
    return replace(named, name=_key(left) if _is_name(left) else "", whole=text)


def _is_name(text: str) -> bool:
    found = _NAME.fullmatch(text)
    return found is not None and not any("\\" + name in text for name in FUNCTIONS)


def _is_closed(text: str) -> bool:
    """Whether no unknown stands in it, or only a bound one: `\\sqrt{4}`, `e^{i\\pi}`, `\\lim_{x \\to 0} …`."""
    return bool(_OPERATOR_START.match(text)) or all(name in _CONSTANTS for name in _LETTER.findall(text))


def _relation(text: str, depth: int) -> Shape | None:
    """An inequality; one for a plain name has its interval as `items`."""
    parts = _split(text, _RELATION)
    if len(parts) not in (2, 3) or not all(parts):
        return None
    signs = [sign[0].lstrip("\\") for sign in _top_level(text, _RELATION)]
    name, interval = _interval(parts, [{"le": "<=", "ge": ">="}.get(sign, sign) for sign in signs])
    items = (_read(interval, depth + 1),) if interval else ()
    return Shape("relation", text, _key(text), text, items, name=name)


def _interval(parts: list[str], signs: list[str]) -> tuple[str, str]:  # noqa: PLR0911  one case a return
    """The name that an inequality is about, and its interval; ("", "") where it is of another form."""
    if any(part.startswith("|") for part in parts):
        return "", ""
    if len(parts) == 3:
        if signs[0][0] != signs[1][0] or "n" in signs[0] or not _is_name(parts[1]):
            return "", ""
        low, name, high = parts if signs[0][0] == "<" else reversed(parts)
        first, last = signs if signs[0][0] == "<" else (signs[1], signs[0])
        return _key(name), f"{'[' if '=' in first else '('}{low},{high}{']' if '=' in last else ')'}"
    if _is_name(parts[0]):
        name, bound, sign = parts[0], parts[1], signs[0]
    elif _is_name(parts[1]):
        name, bound, sign = parts[1], parts[0], {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(signs[0], signs[0])
    else:
        return "", ""
    if sign == "ne":
        return _key(name), rf"(-\infty,{bound})\cup({bound},\infty)"
    closed = "=" in sign
    if sign[0] == "<":
        return _key(name), rf"(-\infty,{bound}{']' if closed else ')'}"
    return _key(name), rf"{'[' if closed else '('}{bound},\infty)"


def _list(text: str, parts: list[str], depth: int) -> Shape:
    # `p=5,q=2;p=7,q=2`: the semicolons part the solutions, the commas what belongs to one.
    if (
        ";" in text
        and len(outer := _split(text, re.compile(";"))) > 1
        and any(len(_split(part, re.compile(","))) > 1 for part in outer)
    ):
        return _group("list", text, [f"({part})" for part in outer], depth)
    group = _group("list", text, [part for part in parts if part], depth)
    # "2,74" is a list, and perhaps a decimal as most of Europe writes it.
    head, _ = split_unit(text)
    return replace(group, value=Fraction(head.replace(",", "."))) if _DECIMAL_COMMA.fullmatch(head) else group


def _group(kind: Kind, text: str, parts: list[str], depth: int) -> Shape:
    items = tuple(_read(part, depth + 1) for part in parts)
    if kind == "list":
        items = tuple(item for one in items for item in (one.items if one.kind == "list" else (one,)))
    return Shape(kind, text, _key(text), text, items)


def _matrix(text: str, body: str, depth: int) -> Shape:
    rows = [row for row in re.split(r"\\\\(?:\[[^\]]*\])?|\\(?=[-\d])", body.replace(r"\hline", " ")) if row.strip()]
    cells = [row.split("&") for row in rows]
    columns = len(cells[0]) if cells else 0
    if not columns or any(len(row) != columns for row in cells):
        return _leaf(text)
    items = tuple(_read(cell, depth + 1) for row in cells for cell in row)
    return Shape("matrix", text, _key(text), text, items, columns=columns)


def _bracketed(text: str, depth: int) -> Shape | None:
    """A tuple or interval; what stands in brackets round a single value."""
    if not text or text[0] not in "([{" or closing_brackets(text).get(0) != len(text) - 1:
        return _signed(text, depth)
    inside = text[1:-1].strip()
    if text[0] != "{" and len(_split(inside, _SEPARATOR)) > 1:
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
            return _group("list", text, [part for part in _split(inside, _SEPARATOR) if part], depth)
    return None


def _tuple(text: str, inside: str, brackets: str, depth: int) -> Shape:
    separator = re.compile(";") if len(_split(inside, re.compile(";"))) > 1 else _SEPARATOR
    items = tuple(_read(part, depth + 1) for part in _split(inside, separator))
    return Shape("tuple", text, _key(text), text, items, brackets)


def _signed(text: str, depth: int) -> Shape | None:
    r"""`a \pm b` is the list of both."""
    signs = _PLUS_MINUS.findall(text)
    if len(signs) != 1:
        return None
    both = [_PLUS_MINUS.sub(sign, text).lstrip("+ ") for sign in "+-"]
    return _group("list", text, both, depth)


def _leaf(text: str) -> Shape:
    whole = text
    if choice := _CHOICE.fullmatch(text):
        letter = choice[1] or choice[2]
        return Shape("words", letter, letter, whole)
    prefix = _PREFIX.match(text)
    if prefix:
        text = prefix["sign"] + text[prefix.end() :]
    head, unit = split_unit(text)
    text = head or text
    currency = prefix["currency"] if prefix else None
    percent = _PERCENT.search(text)
    if percent:
        text = text[: percent.start()]
    elif _PERCENT.match(unit):
        percent, unit = _PERCENT.match(unit), ""
    text = _strip_punctuation(text)
    value = number_of(text)
    return Shape(
        "words" if value is None and _is_words(text) else "value",
        text,
        _key(text),
        whole,
        unit=currency or ("$" if "$" in unit else unit),
        percent=bool(percent),
        value=value,
        decimal=value is not None and is_decimal(text),
    )


def _is_words(text: str) -> bool:
    runs = [run for run in _WORD_RUN.findall(_ENVIRONMENT.sub(" ", text)) if not run.isupper()]
    return bool(runs)


def _is_sentence(text: str) -> bool:
    return len(_WORD_RUN.findall(text)) > 5


def _key(text: str) -> str:
    return _NEEDLESS_SPACE.sub("", text)


def _strip_punctuation(text: str) -> str:
    text = text.strip().rstrip(_TRAILING).lstrip("'\"`:,; ")
    text = _LABEL.sub("", text)
    return text[:-1].rstrip() if text.endswith("\\") and not text.endswith("\\\\") else text


def _top_level(text: str, separator: re.Pattern[str]) -> list[re.Match[str]]:
    """The separators that stand in no bracket and in no environment."""
    found = list(separator.finditer(text))
    if not found:
        return []
    closing = closing_brackets(text)
    covered: list[tuple[int, int]] = list(closing.items())
    if "\\begin" in text:
        covered.append((text.index("\\begin"), text.rindex("\\end") if "\\end" in text else len(text)))
    inside = [False] * (len(text) + 1)
    reach = -1
    for start, end in sorted(covered):
        if end > reach:
            for at in range(max(start, reach), end):
                inside[at] = True
            reach = end
    return [match for match in found if not inside[match.start()] and match.end() > match.start()]


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    parts: list[str] = []
    at = 0
    for match in _top_level(text, separator):
        parts.append(text[at : match.start()].strip())
        at = match.end()
    return [*parts, text[at:].strip()]
