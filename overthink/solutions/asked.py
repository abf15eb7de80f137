"""What a question asks for: the words and the symbol of its last request, in English or with the cues in English."""

from __future__ import annotations

import re

from overthink.solutions.english import HAN, HANGUL, KATAKANA, LETTERS, in_english
from overthink.text.markup import plain_text

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


def asked_words(question: str) -> frozenset[str]:
    """The words of the last request of the question that tell what is asked for."""
    text = in_english(plain_text(question).lower())
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    requests = [sentence for sentence in sentences if _ASKS.search(sentence)] or sentences
    symbols = set(_SYMBOL.findall(in_english(question.lower()))[-1:])
    return (frozenset(WORD.findall(requests[-1])) - _COMMON) | symbols if requests else frozenset()
