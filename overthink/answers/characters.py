"""Unicode in the notation of LaTeX."""

from __future__ import annotations

import re
import unicodedata

from overthink.answers.rules import Rule, rewritten

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", "0123456789+-()ni")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙ", "0123456789+-()n")
# Wide forms of ASCII characters and letters of mathematical alphabets need no entry: `_plain_character`.
_UNICODE = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "﹣": "-", "×": r"\cdot ", "·": r"\cdot ",
    "⋅": r"\cdot ", "∙": r"\cdot ", "∗": r"\cdot ", "÷": "/", "∕": "/", "⁄": "/", "√": r"\sqrt ", "∛": r"\sqrt[3]",
    "π": r"\pi ", "∞": r"\infty ", "≤": r"\le ", "≥": r"\ge ", "⩽": r"\le ", "⩾": r"\ge ", "≠": r"\ne ",
    "≈": r"\approx ", "≅": r"\approx ", "±": r"\pm ", "∓": r"\mp ", "°": r"^\circ ", "º": r"^\circ ", "′": "'",
    "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∅": r"\emptyset ", "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}",
    "θ": r"\theta ", "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "λ": r"\lambda ", "φ": r"\phi ", "ω": r"\omega ",
    "“": '"', "”": '"', "‘": "'", "’": "'", "…": r"\ldots ", "。": ".", "、": ",", "→": r"\to ", "⟨": r"\langle ",
    "⟩": r"\rangle ", "∖": r"\setminus ", "≡": r"\equiv ", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ",
    "⌉": r"\rceil ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "∣": "|", "△": r"\triangle ", "∠": r"\angle ",
    "δ": r"\delta ", "ε": r"\epsilon ", "μ": r"\mu ", "µ": r"\mu ", "ρ": r"\rho ", "σ": r"\sigma ", "τ": r"\tau ",
    "Δ": r"\Delta ", "Ω": r"\Omega ", "✓": " ", "✔": " ", "✅": " ", "″": '"',
}  # fmt: skip
_UNICODE_TABLE = {ord(key): value for key, value in _UNICODE.items()}


def _vulgar_fraction(found: re.Match[str]) -> str:
    numerator, _, denominator = unicodedata.normalize("NFKC", found[2]).partition("⁄")
    return rf"{found[1]}\frac{{{numerator}}}{{{denominator}}}"


# The steps of `tidy`, in this order. Examples are texts before and after `tidy`.
UNICODE = (
    Rule(
        "a fraction in one character",
        re.compile(r"(\d?)([¼½¾⅐-⅞])"),
        _vulgar_fraction,
        examples=(("½", r"\frac{1}{2}"), ("2¾", r"2\frac{3}{4}"), ("⅔x", r"\frac{2}{3}x")),
        not_examples=("1/2",),
    ),
    Rule(
        "superscripts",
        re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ]+"),
        lambda run: "^{" + run[0].translate(_SUPERSCRIPTS) + "}",
        examples=(("x⁻¹²", "x^{-12}"), ("e⁽ⁿ⁾", "e^{(n)}")),
        not_examples=("x^2", "x°"),
    ),
    Rule(
        "subscripts",
        re.compile(r"[₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙ]+"),
        lambda run: "_{" + run[0].translate(_SUBSCRIPTS) + "}",
        examples=(("a₁₂", "a_{12}"), ("aₙ₊₁", "a_{n+1}")),
        not_examples=("a_1",),
    ),
)


def from_unicode(text: str) -> str:
    """The text in ASCII, as far as its characters have a notation in LaTeX."""
    if text.isascii():
        return text
    text = rewritten(text, UNICODE)
    return "".join(_plain_character(letter) for letter in text.translate(_UNICODE_TABLE))


def _plain_character(letter: str) -> str:
    """The ASCII digit, space or wide form of a character, "" if it is invisible, else the character itself."""
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
