r"""A problem's text without what differs between copies of it: white space, delimiters of formulas, spellings of TeX.

    words("Is $\dfrac12 > 0$?")  and  words(r"Is \( \frac{1}{2} > 0 \)?")      # Is \frac 1 2 > 0

What asks something else is kept: every number, sign and word. Also read are escapes that were broken on the way
(`\frac` whose `\f` became a form feed), and of copies made by hand a plural for a singular, `A=(0,1)` for `A(0,1)`,
and commas.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple


class Word(NamedTuple):
    """A word, number, command or sign, and where it is in the text."""

    text: str
    start: int
    end: int


_BROKEN = (
    (re.compile(r"\\?\f(?=[a-z])"), r"\\f"),
    (re.compile(r"\\?\x08(?=[a-z])"), r"\\b"),
    (re.compile(r"\\?\x07(?=[a-z])"), r"\\a"),
    (re.compile(r"\\?\v(?=[a-z])"), r"\\v"),
    (re.compile(r"\\?\t(?=(?:frac|ext(?:bf|it|rm)?|imes|heta|an|riangle|au|ilde|binom|herefore|o)\b)"), r"\\t"),
    (re.compile(r"\\?\n(?=(?:eq|abla|otin)\b)"), r"\\n"),
    (re.compile(r"\\?\r(?=(?:ight|angle|ceil|floor|ho)\b)"), r"\\r"),
    (
        re.compile(
            r"\\\\(?=(?:[dtc]?frac|sqrt|text|left|right|[lg]eq?|cdot|times|pi|angle|circ|sum|boxed|begin|end)\b)"
        ),
        r"\\",
    ),
)
"""Escapes of JSON and of Python that were read once too often, or written once too often."""

_ENTITIES = {"&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&quot;": '"', "&#39;": "'", "&amp;": "&"}
_LITERAL_BREAK = re.compile(
    r"\\n(?!u\b|e\b|eq|abla|ot|i\b|mid|onumber|ewline|[ew]arrow|leq|geq|exists|subset|supset|prec|succ|parallel|cong|sim)"
    r"(?=[^a-z]|[a-z]{2}|$)"
)
"""A line break that is written as a backslash and an n, and is no command of TeX."""

_DRAWN = ("[asy]", "[/asy]")
_IMAGE = re.compile(r"!\[[^\]\n]{0,100}\]\([^)\n]{0,300}\)")

_LETTERS = {
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\xad", ""),
    **dict.fromkeys("−–—‐‑", "-"), **dict.fromkeys("’′", "'"),
    "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "×": r"\times ", "·": r"\cdot ", "⋅": r"\cdot ", "÷": r"\div ",
    "π": r"\pi ", "∞": r"\infty ", "∠": r"\angle ", "√": r"\sqrt ", "±": r"\pm ", "∈": r"\in ", "→": r"\to ",
    "…": r"\dots ", "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "θ": r"\theta ", "λ": r"\lambda ",
    "μ": r"\mu ", "σ": r"\sigma ", "φ": r"\phi ", "ω": r"\omega ",
    **{power: f"^{digit}" for digit, power in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}  # fmt: skip

_WORD = re.compile(
    r"\\(?:begin|end)\s?\{(?:equation|align|aligned|displaymath|gather|math|center|eqnarray)\*?\}"
    r"|\\[A-Za-z]+|\\.|\*\*|\.\.\.|[^\W\d_]+|\d+(?:\.\d+)?|\.\d+|\S",
    re.DOTALL,
)

_SAME = {
    **dict.fromkeys((r"\dfrac", r"\tfrac", r"\cfrac"), r"\frac"),
    **dict.fromkeys((r"\dbinom", r"\tbinom"), r"\binom"),
    **dict.fromkeys((r"\leq", r"\leqslant"), r"\le"),
    **dict.fromkeys((r"\geq", r"\geqslant"), r"\ge"),
    **dict.fromkeys((r"\ldots", r"\cdots", r"\dotsc", r"\dotsb", "..."), r"\dots"),
    **dict.fromkeys((r"\lvert", r"\rvert", r"\vert", r"\mid"), "|"),
    **dict.fromkeys((r"\lVert", r"\rVert", r"\Vert"), r"\|"),
    r"\neq": r"\ne", r"\rightarrow": r"\to", r"\degree": "°", r"\lt": "<", r"\gt": ">", r"\lbrace": r"\{",
    r"\rbrace": r"\}", r"\%": "%", r"\colon": ":", r"\ast": "*", r"\varnothing": r"\emptyset",
}  # fmt: skip

_NOTHING = frozenset(
    (
        *("$", "~", '"', "“", "”", "‘", "`", ",", ".", ";", "?", "**", "&", "•", "\\"),
        *(r"\(", r"\)", r"\[", r"\]", r"\$", r"\!", r"\,", r"\;", r"\:", r"\>", r"\ ", "\\\n", "\\\\", r"\bullet"),
        *(r"\left", r"\right", r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr"),
        *(r"\displaystyle", r"\textstyle", r"\limits", r"\quad", r"\qquad", r"\thinspace", r"\par", r"\noindent"),
    )
)
_FONTS = frozenset(
    rf"\{name}"
    for name in (
        *("text", "textrm", "textbf", "textit", "textsf", "texttt", "textup", "emph", "mbox", "hbox", "operatorname"),
        *("mathrm", "mathbf", "mathit", "mathsf"),
    )
)


def repaired(text: str) -> str:
    """The text with broken escapes mended, letters of one meaning made one, and without figures."""
    text = "".join(_split(text)[0])
    for entity, letter in _ENTITIES.items():
        text = text.replace(entity, letter)
    text = _LITERAL_BREAK.sub("\n", text)
    for broken, whole in _BROKEN:
        text = broken.sub(whole, text)
    text = "".join(_LETTERS.get(letter, letter) for letter in text)
    return unicodedata.normalize("NFKC", text)


def figures(text: str) -> str:
    """The letters and digits of the code of all figures; empty if there is none."""
    return "".join(letter for figure in _split(text)[1] for letter in figure if letter.isalnum())


def _split(text: str) -> tuple[list[str], list[str]]:
    """The text between the figures, a space for each of them, and the code of the figures."""
    opening, closing = _DRAWN
    around, drawn, at = [], _IMAGE.findall(text), 0
    text = _IMAGE.sub(" ", text)
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start)) >= 0:
        around += [text[at:start], " "]
        drawn.append(text[start:end])
        at = end + len(closing)
    return [*around, text[at:]], drawn


def words(text: str) -> list[Word]:
    """What the (repaired) text asks, word by word, with the places."""
    return list(_without_definitions(_without_groups(_without_fonts(_with_fractions(_raw(text))))))


def _raw(text: str) -> list[Word]:
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        if word in _NOTHING or (word.startswith((r"\begin", r"\end")) and word[-1] == "}"):
            continue
        found.append(Word(_SAME.get(word) or _singular(word), *match.span()))
    return [word for word, after in pairwise([*found, Word("", 0, 0)]) if not _is_loose_colon(word, after)]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word[-1] == "s" and word[-2] != "s" and word.isalpha() else word


def _is_loose_colon(word: Word, after: Word) -> bool:
    """Is it a colon of a sentence, and of no ratio?"""
    return word.text == ":" and not after.text[:1].isdigit()


def _with_fractions(found: list[Word]) -> list[Word]:
    r"""`\frac12` as `\frac 1 2`."""
    parted: list[Word] = []
    owed = 0
    for word in found:
        if owed and len(word.text) > 1 and word.text.isalnum():
            cut = [Word(letter, word.start + k, word.start + k + 1) for k, letter in enumerate(word.text[:owed])]
            rest = word.text[owed:]
            parted += cut + ([Word(rest, word.start + owed, word.end)] if rest else [])
            owed -= len(cut)
            continue
        parted.append(word)
        owed = 2 if word.text in (r"\frac", r"\binom") else owed - 1 if owed and word.text != "{" else 0
    return parted


def _without_fonts(found: list[Word]) -> list[Word]:
    r"""Without `\text` and its like, and the braces round what they are put to."""
    kept: list[Word] = []
    open_: list[bool] = []
    font = False
    for word in found:
        if word.text in _FONTS:
            font = True
            continue
        if word.text == "{":
            open_.append(font)
        dropped = open_[-1] if word.text in ("{", "}") and open_ else False
        if word.text == "}" and open_:
            open_.pop()
        font = False
        if not dropped:
            kept.append(word)
    return kept


def _without_groups(found: list[Word]) -> list[Word]:
    r"""`{2}` as `2`, `{,}` (whose comma is gone) as nothing, and `^\circ` as `°`."""
    kept: list[Word] = []
    for word in found:
        kept.append(word)
        if [one.text for one in kept[-2:]] == ["{", "}"]:
            del kept[-2:]
        if [one.text for one in kept[-3:-1]][:1] == ["{"] and word.text == "}":
            kept[-3:] = [kept[-2]]
        if [one.text for one in kept[-2:]] == ["^", r"\circ"]:
            kept[-2:] = [Word("°", kept[-2].start, kept[-1].end)]
    return kept


def _without_definitions(found: list[Word]) -> Iterator[Word]:
    """`A = (0, 1)` as `A(0, 1)`."""
    for k, word in enumerate(found):
        name = found[k - 1].text if k else ""
        after = found[k + 1].text if k + 1 < len(found) else ""
        if not (word.text == "=" and after == "(" and len(name) == 1 and name.isupper()):
            yield word
