"""What a question asks for: the words, symbols and expressions of its last request, with all cues in English."""

from __future__ import annotations

import re
import unicodedata

from overthink.solutions.english import HAN, HANGUL, KATAKANA, LETTERS, in_english
from overthink.text.markup import compact_text, plain_text

WORD = re.compile(rf"[{LETTERS}']{{3,}}|[{HANGUL}]{{2,}}|[{KATAKANA}]{{2,}}|[{HAN}]")
_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")
_ASKS = re.compile(r"\?|\b(?:find|compute|determine|what|evaluate|calculate|how)\b")
_SYMBOL = re.compile(r"(?:find|compute|determine|value of|is)\s+\$\s*([a-z])\s*[.,?]?\s*\$")
_COMMON_WORDS = (
    "the and are was were what how many much does did for with that this find each has had have been will would can "
    "not one two which than when all any value following express your answer compute determine calculate they his "
    "her their from she him you there into out its 的 个 個 在 中 上 里 一 了 们 們"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_MATHEMATICS = re.compile(
    r"\$+([^$]+)\$+|\\\((.+?)\\\)|\\\[(.+?)\\\]|([\w().]+(?: ?[-+*/^×÷·−] ?[\w().]+)+)", re.DOTALL
)
_CONDITION = re.compile(r"\b(?:such that|if|where|given|when|for which|satisf\w+|that)\b")
_GREEK = {name: unicodedata.lookup(f"GREEK SMALL LETTER {name}") for name in (
    "alpha", "beta", "gamma", "delta", "epsilon", "theta", "mu", "rho", "sigma", "tau", "phi", "omega",
)}  # fmt: skip
_COMMAND = re.compile(r"\\(?!(?:sin|cos|tan|sec|csc|cot|log|ln)\b)([a-z]+)|\\")
_HAS_LETTER_OR_SIGN = re.compile(r"[^\W\d_]|\d[-+*/^√!]")
_LONGEST, _MOST_FORMS, _LONGEST_REQUEST = 40, 8, 2_000
_WRITTEN = {"²": r"(?:\^2|²)", "√": r"\*?√"} | {letter: rf"(?:{letter}|\\{name})" for name, letter in _GREEK.items()}
_SPACE = r"[ ()\[\]|\\]{0,2}"
_CHAIN = r"(?:=|≈|≡|is|equals|becomes|must be) ?((?:[^\n;.?!,]|[.,](?=\d)){1,160}+)"


def asked_words(question: str) -> frozenset[str]:
    """The words of the last request of the question that tell what is asked for."""
    symbols = set(_SYMBOL.findall(in_english(question.lower()))[-1:])
    return (frozenset(WORD.findall(_request(in_english(plain_text(question).lower())))) - _COMMON) | symbols


def asked_chains(question: str) -> re.Pattern[str] | None:
    """What finds the chains of equations that begin with an expression that is asked for (`a + b = 3 + 4 = 7`).

    Group 1 is what follows the first sign of equality. It reads a plain text; None if no expression is asked for.
    """
    request = _request(in_english(question))[-_LONGEST_REQUEST:]
    before = request[: found.start()] if (found := _CONDITION.search(request)) else request
    forms = _expressions(before) or _expressions(request)
    if not forms:
        return None
    longest = sorted(forms, key=lambda form: (-len(form), form))[:_MOST_FORMS]
    written = "|".join(_SPACE.join(map(_sign, form)) for form in longest)
    return re.compile(rf"(?<![\w+*/^√-])(?<![+*/^-] )(?<!\w\()(?:{written}){_SPACE}{_CHAIN}")


def _request(text: str) -> str:
    """The last sentence that asks for something; "" of an empty text."""
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    return ([sentence for sentence in sentences if _ASKS.search(sentence.lower())] or sentences or [""])[-1]


def _expressions(request: str) -> set[str]:
    """The expressions of a request without blanks and brackets; no equations and no numbers."""
    found = ("".join(match.groups("")) for match in _MATHEMATICS.finditer(request))
    plain = (_COMMAND.sub(lambda name: _GREEK.get(name[1], ""), plain_text(one)) for one in found)
    forms = {compact_text(one).strip(".,?") for one in plain}
    return {form for form in forms if len(form) <= _LONGEST and "=" not in form and _HAS_LETTER_OR_SIGN.search(form)}


def _sign(sign: str) -> str:
    return _WRITTEN.get(sign) or re.escape(sign)
