"""One LaTeX notation for an answer, however it was written: Unicode, TeX spacing, plain text or SymPy's own form.

Nothing here changes the value of an answer. What cannot be read stays as it is.
"""

from __future__ import annotations

import re

from overthink.answers.brackets import braced_arguments, split
from overthink.answers.characters import from_unicode
from overthink.answers.layout import spaced, unprinted
from overthink.answers.rules import Rule, rewritten
from overthink.text.tex import whole_boxes

LONGEST = 4000
"""Characters. A longer text is no answer: it is compared as it is."""

_COMMON_NAMES = "sin cos tan cot sec csc log ln exp sqrt lim max min gcd lcm det"
_OTHER_NAMES = "arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth asin acos atan"
COMMON_FUNCTIONS = tuple(_COMMON_NAMES.split())
FUNCTIONS = (*_OTHER_NAMES.split(), *COMMON_FUNCTIONS)
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau"
    " upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)

_SYMPY_FUNCTIONS = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
_OF_SYMPY = re.compile(r"Interval|FiniteSet|Union\(")
_COMMA = re.compile(",")
_PART_LABEL = re.compile(r"(?:\A|(?<=[\s,;]))\(([a-h])\)\s")
_NEXT_PART = re.compile(r"\n[ \t#*_]{0,8}(?:\(?[b-h]\)|Part\s)")
_LINES = re.compile(
    r"\\(?:begin|end)\s?\{(?:aligned|align\*?|alignat\*?|gathered|gather\*?|equation\*?|split|eqnarray\*?|multline\*?|cases)\}"
)
_ROW_END = re.compile(r"\\\\(?:\[[^\]]{0,9}\])?")
# A command whose backslash was taken for an escape on the way here: a tab and "ext{13}".
_ESCAPES = {"\t": "t", "\f": "f", "\b": "b", "\r": "r"}


def _interval(found: re.Match[str]) -> str:
    left = "(" if found[1] in ("open", "Lopen") or "oo" in found[2] else "["
    right = ")" if found[1] in ("open", "Ropen") or "oo" in found[3] else "]"
    return f"{left}{found[2]},{found[3]}{right}"


def _union(found: re.Match[str]) -> str:
    parts = split(found[1], _COMMA)
    sets = [rf"\{{{part[1:-1]}\}}" if part.startswith("{") and part.endswith("}") else part for part in parts]
    return r"\cup ".join(sets)


ESCAPES = (
    Rule(
        "a swallowed backslash",
        re.compile("\t(?=ext|imes|heta|an[^a-z]|frac)|\f(?=rac)|\b(?=oxed|inom|ar[^a-z])|\r(?=ight|angle|ho[^a-z])"),
        lambda found: "\\" + _ESCAPES[found[0]],
        examples=(
            ("\frac{1}{3}", r"\frac{1}{3}"),
            ("4\times 5", r"4\cdot 5"),
            ("\binom{4}{2}", r"\binom{4}{2}"),
            ("(4\right)", "(4)"),
        ),
        not_examples=("7\t8", "7\rho"),
    ),
)
UNCLOSED_BOX = (
    Rule(
        "a box that is never closed",
        re.compile(r"\\{1,4}(?:boxed|fbox)\s*\{"),
        "",
        examples=((r"\boxed{17", "17"), (r"\boxed{2}+\fbox{3", "2+3"), (r"\\boxed{17", "17")),
        not_examples=(r"\boxedness",),
    ),
)
DOUBLED = (
    Rule(
        "a doubled backslash",
        re.compile(r"\\{2,}(?=[A-Za-z({\[)}\]])"),
        r"\\",
        examples=((r"\\frac{1}{3}", r"\frac{1}{3}"), (r"\\\\frac{3}{7}", r"\frac{3}{7}"), (r"\\{4\\}", r"\{4\}")),
        not_examples=(r"1 \\ 2", r"\frac{1}{3}"),
    ),
)
PLAIN_TEXT = (
    Rule("<=", re.compile("<="), r"\\le ", examples=(("x<=7", r"x\le 7"),), not_examples=("x< =7",)),
    Rule(">=", re.compile(">="), r"\\ge ", examples=(("x>=7", r"x\ge 7"),), not_examples=("x> =7",)),
    Rule(
        "!=",
        re.compile(r"(?<![\d)}])!="),
        r"\\ne ",
        examples=(("x!=7", r"x\ne 7"),),
        not_examples=("3! = 6", "3!=6", "(x+1)!=6"),
    ),
    Rule("==", re.compile("=="), "=", examples=(("x==7", "x=7"),), not_examples=("x= =7",)),
    Rule(
        "bold type of Markdown",
        re.compile(r"\*\*([^*]+)\*\*(?![\w(])"),
        r"\1",
        examples=(("**21**", "21"), ("**(1, 2)**", "(1, 2)")),
        not_examples=("2**3 + 3**2", "2**x**(3)"),
    ),
    Rule(
        "dots", re.compile(r"\.{3,}"), r"\\ldots ", examples=(("1, 2, ...", r"1, 2, \ldots"),), not_examples=("1..2",)
    ),
    Rule(
        "feet and inches",
        re.compile(r"^\s*(\d{1,4})\s?'\s?(\d{1,2}(?:\.\d{1,4})?)\s?(?:\"|'')?\s*$"),
        r"\1 ft \2 in",
        examples=(("6'2\"", "6 ft 2 in"), ("6' 2.5''", "6 ft 2.5 in"), ("6′ 2″", "6 ft 2 in")),
        not_examples=("f'2", "6''"),
    ),
    Rule(
        "italics of Markdown",
        re.compile(r"^\s{0,4}([*_])([^*_]+)\1\s{0,4}$"),
        r"\2",
        examples=(("*21*", "21"), ("_21_", "21")),
        not_examples=("2*x*3", "a_1"),
    ),
    Rule("a power of Python", re.compile(r"\*\*"), "^", examples=(("x**5", "x^5"),), not_examples=("x*5",)),
    Rule("a product of Python", re.compile(r"\*"), r"\\cdot ", examples=(("2*x", r"2\cdot x"),)),
)
SYMPY = (
    Rule(
        "an interval of SymPy",
        re.compile(r"Interval(?:\.(open|Lopen|Ropen))?\(([^(),]*),([^(),]*)\)"),
        _interval,
        examples=(
            ("Interval(2, 5)", "[2, 5]"),
            ("Interval.Ropen(-oo, 4)", r"(-\infty , 4)"),
            ("Interval(0, oo)", r"[0, \infty )"),
        ),
        not_examples=("Interval of 5", "Interval(f(2), 5)"),
    ),
    Rule(
        "a set of SymPy",
        re.compile(r"FiniteSet\(([^()]*)\)"),
        r"\\{\1\\}",
        examples=(("FiniteSet(3, 4)", r"\{3, 4\}"),),
        not_examples=("FiniteSet",),
    ),
    Rule(
        "a union of SymPy",
        re.compile(r"Union\((.*)\)"),
        _union,
        examples=(
            ("Union(Interval(0,1),Interval(2,3))", r"[0,1]\cup [2,3]"),
            ("Union(Interval.open(0,1), FiniteSet(2, 3))", r"(0,1)\cup \{2, 3\}"),
            ("Union({4}, {5})", r"\{4\}\cup \{5\}"),
        ),
        not_examples=("the Union (of states)",),
    ),
)
NAMES = (
    Rule(
        "infinity in words",
        re.compile(
            r"(?<![A-Za-z\\])(?:(?:(negative|minus)|positive|plus)\s)?(?:infinity|Infinity|inf|oo|\\infty)(?![A-Za-z])",
        ),
        lambda found: ("-" if found[1] else "") + r"\infty ",
        examples=(("-oo", r"-\infty"), ("infinity", r"\infty"), (r"minus \infty", r"-\infty")),
        not_examples=("moon", "inflation", r"\inf", "surplus infinite"),
    ),
    Rule(
        "a function without its backslash",
        re.compile(r"(?<![A-Za-z\\])(" + "|".join(FUNCTIONS) + r")(?![a-zA-Z])"),
        lambda name: "\\" + _SYMPY_FUNCTIONS.get(name[1], name[1]),
        examples=(("sin(4)", r"\sin(4)"), ("2 atan x", r"2 \arctan x"), ("sqrt(7)", r"\sqrt{7}")),
        not_examples=("using", "logs", r"\sin"),
    ),
    Rule(
        "minutes and seconds",
        re.compile(r"(?<=\d)\s{0,4}\\(min|sec)(?=\s*(?:\.?\s*$|\d|,|and(?![a-z])))"),
        r" \1",
        examples=(
            ("8 min", "8 min"),
            ("8 min 30 sec", "8 min 30 sec"),
            (r"8\text{ min}", "8 min"),
            ("8 min.", "8 min."),
        ),
        not_examples=(r"\min (8)", r"8 \sec x"),
    ),
    Rule(
        "a Greek letter without its backslash",
        re.compile(r"(?<![A-Za-z\\])(" + "|".join(_GREEK_NAMES.split()) + r")(?![a-zA-Z])"),
        r"\\\1 ",
        examples=(("7pi", r"7\pi"), ("alpha+1", r"\alpha +1")),
        not_examples=("pie", "spin", r"\pi"),
    ),
    Rule(
        "scientific notation",
        re.compile(r"(?<![\w.\\])(\d+(?:\.\d*)?|\.\d+)[eE]([+-]?\d{1,4})(?![\w.])"),
        r"\1\\cdot 10^{\2}",
        examples=(("4e7", r"4\cdot 10^7"), ("1.5E-12", r"1.5\cdot 10^{-12}")),
        not_examples=("4e", "x4e7", "4e7x"),
    ),
    Rule(
        "two signs in a row",
        re.compile(r"\+\s*-|-\s*\+"),
        "-",
        examples=(("8+-3", "8-3"), ("8 - + 3", "8 - 3")),
        not_examples=("8--3", "8+3"),
    ),
)
ENDING = (
    Rule(
        "a product of units",
        re.compile(
            r"(?<=\d)\s{0,3}((?:[kM]?[NJWVA]|kg|[km]?m)(?:\^\d)?)\s{0,3}\\cdot\s{0,3}(?=(?:[cm]?m|s|h|K|kg)(?:\^\d)?(?:/[a-z]{1,2})?(?:\^\d)?\s*\.?\s*$)"
        ),
        r" \1 ",
        examples=((r"8\text{ N}\cdot\text{m}", "8 N m"), ("8 kg·m/s", "8 kg m/s")),
        not_examples=(r"8x\cdot m", r"N\cdot m", r"8 N\cdot 5"),
    ),
    Rule(
        "ohms",
        re.compile(r"(?<=\d)\s*([kM]?)\s?\\Omega(?=\s*\.?\s*$)"),
        r" \1ohm",
        examples=((r"8\,\text{k}\Omega", "8 kohm"), ("8Ω", "8 ohm")),
        not_examples=(r"x\Omega", r"8\Omega + 3", r"\Omega", r"8\Omegas"),
    ),
    Rule(
        "degrees",
        re.compile(r"\^\s*\{\s*\\circ\s*\}|\^\s*\\circ|\\circ(?=\s*$)"),
        r"^\\circ ",
        examples=(("30^{\\circ}", r"30^\circ"), (r"30\circ", r"30^\circ"), (r"30^ \circ C", r"30^\circ C")),
        not_examples=(r"f\circ g",),
    ),
    Rule(
        "a power of one sign in braces",
        re.compile(r"\^\s*\{\s*(\w)\s*\}"),
        r"^\1",
        examples=(("x^{5}", "x^5"), ("x^ { n }", "x^n")),
        not_examples=("x^{12}", "x_{5}"),
    ),
    Rule(
        "an index without braces",
        re.compile(r"_\s*(?:\{\s*(\w+)\s*\}|(\w))"),
        r"_{\1\2}",
        examples=(("a_1", "a_{1}"), ("312_ { 5 }", "312_{5}")),
        not_examples=("a_{n+1}",),
    ),
    Rule(
        "the digits of a numeral in brackets",
        re.compile(r"(?<![\w)])\(\s?([\dA-F]{1,40})\s?\)(?=_\{\d{1,2}\})"),
        r"\1",
        examples=((r"(1101)_2", "1101_{2}"), (r"( 2F )_{16}", "2F_{16}")),
        not_examples=("f(1101)_{2}", "(x)_{2}"),
    ),
    Rule(
        "a space between two arguments",
        re.compile(r"(?<!\\)\}\s+(?=\{)"),
        "}",
        examples=(("\\frac{3}\n{8}", r"\frac{3}{8}"),),
        not_examples=(r"\{3\} \{8\}",),
    ),
    Rule("spaces", re.compile(r"\s+"), " ", examples=(("4  \n m", "4 m"),), not_examples=("4 m",)),
)


def tidy(answer: str) -> str:
    r"""The answer in one LaTeX notation: `\frac{a}{b}`, `\sqrt{a}`, `\cdot`, `\le`, no sizes, fonts or math brackets.

    Words of `\text{…}` are bare, thousands separators are plain commas, spaces are single. A text longer than
    LONGEST is only stripped.
    """
    if len(answer) > LONGEST:
        return answer.strip()
    text = _without_boxes(rewritten(_without_labels(from_unicode(answer)), ESCAPES))
    text = _with_single_backslashes(unprinted(text))
    if "\\begin" in text or "\\\\" in text:
        text = _without_lines(text)
    text = spaced(text)
    text = rewritten(text, PLAIN_TEXT)
    if _OF_SYMPY.search(text):
        text = rewritten(text, SYMPY)
    text = braced_arguments(rewritten(text, NAMES))
    return rewritten(text, ENDING).strip()


def _without_lines(text: str) -> str:
    r"""Equations on lines of their own (`aligned`, `cases` without conditions) as a chain or a list."""
    inside = _LINES.sub(" ", text)
    if "\\begin" in inside or ("&" in inside and inside == text):
        return text
    rows = [row.replace("&", " ").strip() for row in _ROW_END.split(inside)]
    rows = [row for row in rows if row]
    if "\\begin{cases}" in text and ("&" in text or not all("=" in row for row in rows)):
        return text
    return "".join(row if not at or row[0] == "=" else f", {row}" for at, row in enumerate(rows))


def _without_labels(text: str) -> str:
    """The answers of several parts without their letters: "(a) 2, (b) 3"."""
    pieces = _PART_LABEL.split(text.strip())
    labels = pieces[1::2]
    if len(labels) < 2 or pieces[0] or labels != [chr(ord("a") + at) for at in range(len(labels))]:
        return text
    return ", ".join(piece.strip(" ,;") for piece in pieces[2::2])


def is_in_parts(text: str) -> bool:
    """Whether a text holds the boxes of several parts of an answer: "\\boxed{2} … (b) … \\boxed{3}"."""
    found = whole_boxes(text, 0, len(text)) if "box" in text else []
    return len(found) > 1 and _NEXT_PART.search(text, found[0].whole[1], found[-1].whole[0]) is not None


def _without_boxes(text: str) -> str:
    """The contents of boxes in their place; of the boxes of several parts of an answer, these alone."""
    if "box" not in text:
        return text
    pieces: list[str] = []
    at = 0
    found = whole_boxes(text, 0, len(text))
    if is_in_parts(text):
        return ", ".join(text[slice(*box.inside)] for box in found)
    for (start, end), (opening, closing) in found:
        between = text[at:opening]
        pieces += between if between.strip() or not at else ", ", text[start:end]
        at = closing
    return rewritten("".join(pieces) + text[at:], UNCLOSED_BOX)


def _with_single_backslashes(text: str) -> str:
    """Commands with one backslash; in a matrix two of them end a row."""
    if r"\\begin" in text:
        return text.replace("\\\\", "\\")
    return text if "\\begin" in text else rewritten(text, DOUBLED)
