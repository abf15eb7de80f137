"""Whether a text breaks off: in the middle of a sentence, of a formula, or of a bracket.

breaks_off("So we take 30 ×")            # True
breaks_off("**Answer:** 30 apples")      # False

In doubt it does not: lists, tables, headings and answers often end without a full stop.
"""

from __future__ import annotations

import re

_TAIL = 2000
"""Characters at the end of a text by which it is told."""
_FORMULA = re.compile(r"(?<!\\)\\[\[\]()]|```|\\(?:begin|end)\s?\{")
_BRACE = re.compile(r"\\.|[{}]")
_DOLLAR = re.compile(r"\\.|\$\$?")
_OPENS_FORMULA = re.compile(r"\s?(?!\d[\d,.]*+(?:[^\\^_\d]|\Z))(?:[^\n]*[\\^_=]|[a-zA-Z]?\Z)")
_ENDS = tuple(".!?。！？…|")
_GOES_ON = re.compile(
    r"(?:[\ufffd:：,;(\[{=+\-−–×·*/<>≤≥≈^_&\\]|\b(?:an?|[Tt]he|this|that|of|to|in|on|at|by|for|from|with|as|is|are|was|be|and|or|"
    r"but|so|if|because|since|then|than|when|where|which|[Ww]e|it|they|can|will|has|have|not|per|each|[Ll]et|thus|hence|"
    r"therefore|into|between|only|also|using|its|their|these|times|plus|minus|equals?))\Z"
)
_ITEM = re.compile(r"[^\S\n]*(?:[-+•–]|\*(?!\*)|\d{1,3}[.)]\s|[(\[]?[A-Za-z\d][)\].:](?:\s|\Z))")
_TAG = re.compile(r"</?\w[^<>]*>\Z")
_HEADING = re.compile(r"[^\S\n]*(?:#|\||<|\*\*[^*\n]*\*\*:?\s*\Z)")
_STATES_ANSWER = re.compile(
    r"\\f?boxed|\b(?:answer|result|solution|option|choice|conclusion|total|verdict)\b|####|^[^\n:]{1,40}:",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE_END = re.compile(r"(?<=[a-z\d)$%][.!?])\s+(?=[A-Z])")
_FUNCTION_WORD = re.compile(
    r"(?:^\s*(?:So|Thus|Therefore|Since|First|Next|Now|Then|To|If|Hence|This|That|Both|Let)\b"
    r"|\b(?:is|are|we|that|which|to|of|the|has|have|each|can|must|we|will|by)\b)"
)
_SENTENCE = 3
"""A last line of so many words, a function word among them, is a sentence."""
_FEW_OF_ALL = 14
"""A text of one line with no more words than these is whole without a full stop."""
_ANSWER_WORDS = 8
"""So many words, at most, behind what announces an answer are one."""


def breaks_off(text: str) -> bool:
    """Whether a text ends in the middle of something. Linear in its last characters, however long it is."""
    tail = text[-_TAIL:].rstrip()
    paragraph = tail.rpartition("\n\n")[2]
    code = text.count("```", 0, max(0, len(text) - _TAIL)) % 2 == 1
    if _is_open(tail, "```" if code else "") or _has_open_brace(paragraph) or _has_open_dollar(paragraph):
        return True
    before, _, line = tail.rpartition("\n")
    bare = line.rstrip("*_ \t")
    if not bare or bare.endswith(_ENDS) or line.endswith(("$", "```", "|")):
        return False
    if line.count("**") % 2 or _brackets(line) > 0 or (_GOES_ON.search(bare) and not _TAG.search(bare)):
        return True
    return bare[-1].isalnum() and not _HEADING.match(line) and _is_begun_sentence(before, line)


def _is_begun_sentence(before: str, line: str) -> bool:
    """Whether a last line without a full stop is a sentence, and no answer, item of a list, or line of its own."""
    words = len(_WORD.findall(line))
    if stated := _STATES_ANSWER.search(line):
        return len(_WORD.findall(line, stated.end())) > _ANSWER_WORDS
    *_, last = _SENTENCE_END.split(line)
    if len(last) < len(line) and len(_WORD.findall(last)) > 1:
        return True
    if _ITEM.match(line):
        above = before.rstrip().rpartition("\n")[2]
        return words > _SENTENCE and _ITEM.match(above) is not None and above.rstrip("* ").endswith(_ENDS)
    if not before.strip():
        return words > _FEW_OF_ALL
    return words >= _SENTENCE and _FUNCTION_WORD.search(line) is not None


def _brackets(line: str) -> int:
    """How many brackets more are opened than closed; `(0, 5]` is closed."""
    return sum(line.count(sign) for sign in "([") - sum(line.count(sign) for sign in ")]")


def _is_open(tail: str, opened: str) -> bool:
    """Whether the last formula, environment or block of code stays open, as `opened` was before the tail."""
    for sign in _FORMULA.findall(tail):
        if sign == "```":
            opened = "" if opened == sign else opened or sign
        elif opened != "```":
            opened = sign if sign.startswith(("\\[", "\\(", "\\begin")) else ""
    return bool(opened)


def _has_open_brace(paragraph: str) -> bool:
    """Whether more braces are opened than closed from some place on; `\\{` is none."""
    depth = 0
    for sign in _BRACE.findall(paragraph):
        depth = max(0, depth + (sign == "{") - (sign == "}"))
    return depth > 0


def _has_open_dollar(paragraph: str) -> bool:
    """Whether the last dollar opens a formula on its line; before a mere number it is money."""
    signs = [sign for sign in _DOLLAR.finditer(paragraph) if sign[0].startswith("$")]
    if len(signs) % 2 == 0:
        return False
    return signs[-1][0] == "$$" or _OPENS_FORMULA.match(paragraph, signs[-1].end()) is not None
