"""What an answer may name before "=" or in an inequality."""

from __future__ import annotations

import re

from overthink.answers.rewrite import FUNCTIONS
from overthink.answers.rules import Form, any_form

NAMES = (
    Form(
        "a letter or a function of one, with marks and an index",
        r"\\?[A-Za-z]+'*(?:_(?:\w|\{[^{}]{1,12}\}))?(?:\^(?:\w|\{[^{}]{1,6}\}))?'*(?:\([^()=]{1,12}\))?",
        examples=("x", "x_1", r"\theta_{12}", "f'(x)", "f^{-1}(2)", "x^2"),
        not_examples=("2x", "x+1", "x_", "f(g(x)+1)"),
    ),
    Form(
        "a length or a number of members between bars",
        r"\|[A-Za-z]{1,3}(?:\s?\\(?:cup|cap|setminus)\s?[A-Z]){0,4}\|",
        examples=("|AB|", r"|A \cup B|"),
        not_examples=("|A-B|", "||"),
    ),
    Form("a letter with a digit", r"[A-Za-z]\d{1,2}", examples=("a1", "S10"), not_examples=("1a", "ab1")),
    Form("an area in square brackets", r"\[[A-Z]{3,6}\]", examples=("[ABC]",), not_examples=("[A]", "[ABC)")),
    Form(
        "a function of a function",
        r"[A-Za-z](?:\([A-Za-z]){1,3}\([^()=]{1,12}\){2,4}",
        examples=("f(g(2))", "f(f(f(x)))"),
        not_examples=("f(2(g))",),
    ),
    Form(
        "a mean, a variance, a probability",
        r"(?:\\mathbb\{?[A-Z]\}?|[EPV]|Var|Pr)\s?(?:\[[^\[\]=]{1,20}\]|\([^()=]{13,40}\))",
        examples=(r"\mathbb{E}[X]", "E [X+Y]", r"P(A \cap B | C \cup D)"),
        not_examples=("E[]", "[X]"),
    ),
    Form(
        "an angle, a triangle, a side or a vector",
        r"\\(?:angle|triangle|overline|measuredangle|vec|hat|bar)\s?\{?[A-Za-z ]{1,4}\}?",
        examples=(r"\overline{AB}", r"\triangle P Q", r"\vec{v}"),
        not_examples=(r"\overline{3}", r"\angle 4"),
    ),
    Form("the measure of an angle", r"m?\s?\\angle\s?[A-Z]{1,3}", examples=(r"m\angle ABC", r"m \angle B")),
    Form(
        "several letters in brackets",
        r"\([a-zA-Z](?:_\w)?(?:\s?,\s?(?:[a-zA-Z](?:_\w)?|\\[a-z]{2,7})){1,4}\)",
        examples=("(x, y)", "(a_1,a_2,b)", r"(r, \theta)"),
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


def is_name(text: str) -> bool:
    """Whether a text is such a name."""
    found = _NAME.fullmatch(text)
    return found is not None and not any(text.startswith("\\" + name) for name in FUNCTIONS)
