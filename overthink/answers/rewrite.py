"""One LaTeX notation for an answer, however it was written: Unicode, TeX spacing, plain text or SymPy's own form.

Nothing here changes the value of an answer. What cannot be read stays as it is.
"""

from __future__ import annotations

import re
import unicodedata

from overthink.answers.find import boxes

LONGEST = 4000
"""Characters. A longer text is no answer: it is compared as it stands."""

_FUNCTION_NAMES = (
    "arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth asin acos atan sin cos tan cot sec csc log ln exp"
    " sqrt lim max min gcd lcm det"
)
FUNCTIONS = tuple(_FUNCTION_NAMES.split())
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau"
    " upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", "0123456789+-()ni")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙ", "0123456789+-()n")
_SUPERSCRIPT_RUN = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ]+")
_SUBSCRIPT_RUN = re.compile(r"[₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙ]+")
_UNICODE = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "﹣": "-", "×": r"\cdot ", "·": r"\cdot ",
    "⋅": r"\cdot ", "∙": r"\cdot ", "∗": r"\cdot ", "÷": "/", "∕": "/", "⁄": "/", "√": r"\sqrt ", "∛": r"\sqrt[3]",
    "π": r"\pi ", "∞": r"\infty ", "≤": r"\le ", "≥": r"\ge ", "⩽": r"\le ", "⩾": r"\ge ", "≠": r"\ne ",
    "≈": r"\approx ", "≅": r"\approx ", "±": r"\pm ", "∓": r"\mp ", "°": r"^\circ ", "º": r"^\circ ", "′": "'",
    "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∅": r"\emptyset ", "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}",
    "θ": r"\theta ", "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "λ": r"\lambda ", "φ": r"\phi ", "ω": r"\omega ",
    "“": '"', "”": '"', "‘": "'", "’": "'", "…": r"\ldots ", "：": ":", "，": ",", "。": ".", "；": ";", "（": "(",
    "）": ")", "、": ",", "₁": "_1", "→": r"\to ", "⟨": r"\langle ", "⟩": r"\rangle ", "∖": r"\setminus ",
}  # fmt: skip
_UNICODE_TABLE = {ord(key): value for key, value in _UNICODE.items()}
_FRACTION_CHARACTER = re.compile(r"(\d?)([¼½¾⅐-⅞])")

# Commands whose backslash was taken for an escape on the way here: a tab and "ext{13}".
_ESCAPES = {"\t": "t", "\f": "f", "\b": "b", "\r": "r"}
_SWALLOWED = re.compile(
    "\t(?=ext|imes|heta|an[^a-z]|frac)|\f(?=rac)|\b(?=oxed|inom|ar[^a-z])|\r(?=ight|angle|ho[^a-z])"
)

_TEXT_COMMAND = re.compile(
    r"\\(?:text(?:bf|it|rm|sf|tt|normal|up)?|math(?:rm|bf|it|sf|tt|cal)|mbox|hbox|emph|operatorname\*?|boldsymbol|bm)"
    r"\s*\{([^{}]*)\}"
)
_FONT_SWITCH = re.compile(
    r"\b(?:bf|rm|it)(?=\s?\{)|\\(?:bf|rm|it|sf|displaystyle|textstyle|limits|nolimits|noindent|normalsize|large)(?![A-Za-z])"
)
_SIZE = re.compile(r"\\m?(?:left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*\.?")
_BRACED_COMMA = re.compile(r"\s?\{\s?,\s?\}\s?")
_THIN_SPACE = re.compile(r"\\!\s*")
_SPACE = re.compile(r"(?<!\\)\\(?:[,;:> ]|q?quad|thinspace(?![A-Za-z])|enspace(?![A-Za-z])|phantom\{[^{}]*\})|~|&nbsp;")
_MATH_BRACKET = re.compile(r"(?<!\\)\\[()\[\]]")
_DOUBLED = re.compile(r"\\\\(?=[A-Za-z({\[)}\]])")
_UNCLOSED_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
_COMMANDS = {
    r"\asin": r"\arcsin", r"\acos": r"\arccos", r"\atan": r"\arctan", r"\tg": r"\tan", r"\ctg": r"\cot",
    r"\lg": r"\log",
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\cfrac": r"\frac", r"\geq": r"\ge", r"\geqslant": r"\ge",
    r"\leq": r"\le", r"\leqslant": r"\le", r"\neq": r"\ne", r"\lt": "<", r"\gt": ">", r"\times": r"\cdot",
    r"\ast": r"\cdot", r"\div": "/", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\lvert": "|", r"\rvert": "|",
    r"\vert": "|", r"\lbrack": "[", r"\rbrack": "]", r"\dots": r"\ldots", r"\cdots": r"\ldots", r"\dotsc": r"\ldots",
    r"\colon": ":", r"\simeq": r"\approx", r"\degree": r"^\circ", r"\degrees": r"^\circ", r"\imath": "i",
    r"\varnothing": r"\emptyset", r"\dbinom": r"\binom", r"\tbinom": r"\binom", r"\euro": "€", r"\pounds": "£",
    r"\percent": "%", r"\lparen": "(", r"\rparen": ")", r"\land": r"\wedge", r"\mid": "|", r"\iff": r"\Leftrightarrow",
}  # fmt: skip
_COMMAND = re.compile(r"\\[A-Za-z]+")
_RELATION_SIGN = (("<=", r"\le "), (">=", r"\ge "), ("!=", r"\ne "), ("==", "="), ("=<", r"\le "), ("~=", r"\approx "))
_CIRCLE = re.compile(r"\^\s*\{\s*\\circ\s*\}|\^\s*\\circ|\\circ(?=\s*$)")
_PLAIN_FUNCTION = re.compile(r"(?<![A-Za-z\\])(" + "|".join(FUNCTIONS) + r")(?![a-zA-Z])")
_SYMPY_FUNCTIONS = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
_PLAIN_GREEK = re.compile(r"(?<![A-Za-z\\])(" + "|".join(_GREEK_NAMES.split()) + r")(?![a-zA-Z])")
_INFINITY = re.compile(r"(?<![A-Za-z\\])(?:infinity|Infinity|inf|oo)(?![A-Za-z])")
_SYMPY_INTERVAL = re.compile(r"Interval(?:\.(open|Lopen|Ropen))?\(([^(),]*),([^(),]*)\)")
_SYMPY_UNION = re.compile(r"Union\((.*)\)")
_BRACED_POWER = re.compile(r"\^\s*\{\s*(\w)\s*\}")
_INDEX = re.compile(r"_\s*(?:\{\s*(\w+)\s*\}|(\w))")
_DOUBLE_SIGN = re.compile(r"\+\s*-|-\s*\+")
_SPACES = re.compile(r"\s+")
_BOLD = re.compile(r"\*\*([^*]+)\*\*(?![\w(])")
_SCIENTIFIC = re.compile(r"(?<![\w.\\])(\d+(?:\.\d*)?|\.\d+)[eE]([+-]?\d{1,4})(?![\w.])")


def tidy(answer: str) -> str:
    r"""The answer in one LaTeX notation: `\frac{a}{b}`, `\sqrt{a}`, `\cdot`, `\le`, no sizes, fonts or math brackets.

    Words of `\text{…}` stand bare, thousands separators are gone, one space stands where any stood. A text longer
    than LONGEST is only stripped.
    """
    if len(answer) > LONGEST:
        return answer.strip()
    text = _from_unicode(answer) if not answer.isascii() else answer
    text = _SWALLOWED.sub(lambda found: "\\" + _ESCAPES[found[0][0]] + found[0][1:], text)
    text = _without_boxes(text)
    text = _without_layout(text)
    text = _from_plain_text(text)
    text = _braced_arguments(text)
    text = _CIRCLE.sub(r"^\\circ ", text)
    text = _INDEX.sub(r"_{\1\2}", _BRACED_POWER.sub(r"^\1", text))
    return _SPACES.sub(" ", text).strip()


def _from_unicode(text: str) -> str:
    text = _FRACTION_CHARACTER.sub(_vulgar_fraction, text)
    text = _SUPERSCRIPT_RUN.sub(lambda run: "^{" + run[0].translate(_SUPERSCRIPTS) + "}", text)
    text = _SUBSCRIPT_RUN.sub(lambda run: "_{" + run[0].translate(_SUBSCRIPTS) + "}", text)
    return "".join(_plain_character(letter) for letter in text.translate(_UNICODE_TABLE))


def _plain_character(letter: str) -> str:
    if letter.isascii():
        return letter
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(letter)
    if category in ("Cf", "Mn", "Me", "Cs", "Co", "Cc"):  # invisible: marks, joiners, surrogates
        return ""
    if category == "Zs":
        return " "
    return (
        unicodedata.normalize("NFKC", letter)
        if "\uff01" <= letter <= "\uff5e" or "\U0001d400" <= letter <= "\U0001d7ff"
        else letter
    )


def _vulgar_fraction(found: re.Match[str]) -> str:
    numerator, _, denominator = unicodedata.normalize("NFKC", found[2]).partition("⁄")
    return rf"{found[1]}\frac{{{numerator}}}{{{denominator}}}"


def _without_boxes(text: str) -> str:
    if "box" not in text:
        return text
    pieces: list[str] = []
    at = 0
    for start, end in boxes(text, 0, len(text)):
        command = text.rindex("\\", at, start)
        closing = text.find("}", end) if text.find("{", command, start) >= 0 else end - 1
        pieces += text[at:command], text[start:end]
        at = closing + 1
    return _UNCLOSED_BOX.sub("", "".join(pieces) + text[at:])


def _without_layout(text: str) -> str:
    text = text.replace("\\$", "$").replace("\\%", "%").replace("\\#", "#").replace("\\_", "_").replace("\0", "")
    if r"\\begin" in text:
        text = text.replace("\\\\", "\\")
    elif "\\begin" not in text:
        while _DOUBLED.search(text):
            text = _DOUBLED.sub(r"\\", text)
    text = _MATH_BRACKET.sub(" ", text)
    text = _THIN_SPACE.sub("", _BRACED_COMMA.sub(",", text))
    text = _SIZE.sub("", text)
    text = _SPACE.sub(" ", text)
    for _ in range(2):
        text = _TEXT_COMMAND.sub(r" \1 ", text)
    text = _FONT_SWITCH.sub(" ", text)
    return _COMMAND.sub(lambda command: _COMMANDS.get(command[0], command[0]), text)


def _from_plain_text(text: str) -> str:
    for sign, command in _RELATION_SIGN:
        if sign in text:
            text = text.replace(sign, command)
    text = _BOLD.sub(r"\1", text).replace("**", "^").replace("*", r"\cdot ")
    if "Interval" in text:
        text = _SYMPY_INTERVAL.sub(_interval, text)
        text = _SYMPY_UNION.sub(lambda union: union[1].replace("),(", r")\cup(").replace("],[", r"]\cup["), text)
    text = _INFINITY.sub(r"\\infty ", text)
    text = _PLAIN_FUNCTION.sub(lambda name: "\\" + _SYMPY_FUNCTIONS.get(name[1], name[1]), text)
    text = _PLAIN_GREEK.sub(r"\\\1 ", text)
    text = _SCIENTIFIC.sub(r"\1\\cdot 10^{\2}", text)
    return _DOUBLE_SIGN.sub("-", text)


def _interval(found: re.Match[str]) -> str:
    left = "(" if found[1] in ("open", "Lopen") or "oo" in found[2] else "["
    right = ")" if found[1] in ("open", "Ropen") or "oo" in found[3] else "]"
    return f"{left}{found[2]},{found[3]}{right}"


_ARGUMENTS = re.compile(r"\\(frac|binom|sqrt)(?![A-Za-z])\s*|\^\s*(?=\()")


def _braced_arguments(text: str) -> str:
    r"""Braces around what `\frac`, `\binom`, `\sqrt` and `^(…)` apply to: `\frac12`, `\sqrt3`, `sqrt(3)`, `x^(1/2)`."""
    if not _ARGUMENTS.search(text):
        return text
    closing = closing_brackets(text)
    before: dict[int, str] = {}
    instead: dict[int, str] = {}
    for command in _ARGUMENTS.finditer(text):
        at = command.end()
        name = command[1]
        if name == "sqrt" and text.startswith("[", at) and at in closing:
            at = closing[at] + 1
        for _ in range(2 if name in ("frac", "binom") else 1):
            while at < len(text) and text[at] == " ":
                at += 1
            if at >= len(text) or (text[at] in "{([" and at not in closing) or text[at] in "})]":
                break
            if text[at] == "{":
                at = closing[at] + 1
            elif text[at] == "(" and name in (None, "sqrt"):
                end = closing[at]
                if text[end] != ")":
                    break
                instead[at], instead[end] = "{", "}"
                at = end + 1
            else:
                end = _end_of_token(text, at, longest=name == "sqrt")
                before[at] = before.get(at, "") + "{"
                before[end] = "}" + before.get(end, "")
                at = end
    if not before and not instead:
        return text
    letters = [before.get(at, "") + instead.get(at, letter) for at, letter in enumerate(text)]
    return "".join(letters) + before.get(len(text), "")


def _end_of_token(text: str, at: int, longest: bool) -> int:
    r"""The end of what TeX takes as one argument at `at`; a whole number where `longest` (`\sqrt 10` in plain text)."""
    if text[at] == "\\":
        command = _COMMAND.match(text, at)
        return command.end() if command else min(at + 2, len(text))
    if longest and text[at].isdigit() and text[at - 1] == " ":
        while at < len(text) and text[at].isdigit():
            at += 1
        return at
    return at + 1


def closing_brackets(text: str) -> dict[int, int]:
    """Where the bracket that opens at a position closes. `(` and `[` may close each other: `[0, 1)` is an interval."""
    opened: list[int] = []
    closed: dict[int, int] = {}
    for at, letter in enumerate(text):
        if letter in "([{":
            opened.append(at)
        elif letter in ")]}":
            while opened and (text[opened[-1]] == "{") != (letter == "}"):
                opened.pop()
            if opened:
                closed[opened.pop()] = at
    return closed
