"""What a question asks for: the words and the symbol of its last request."""

from __future__ import annotations

import re

from overthink.text.markup import plain_text

WORD = re.compile(r"[a-z']{3,}")
_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")
_ASKS = re.compile(r"\?|\b(?:find|compute|determine|what|evaluate|calculate|how)\b")
_SYMBOL = re.compile(r"(?:[Ff]ind|[Cc]ompute|[Dd]etermine|value of|is)\s+\$\s*([a-zA-Z])\s*[.,?]?\s*\$")
_COMMON_WORDS = (
    "the and are was were what how many much does did for with that this find each has had have been will would can "
    "not one two which than when all any value following express your answer compute determine calculate they his "
    "her their from she him you there into out its"
)
_COMMON = frozenset(_COMMON_WORDS.split())


def asked_words(question: str) -> frozenset[str]:
    """The words of the last request of the question that tell what is asked for."""
    sentences = [sentence for sentence in _SENTENCE.split(plain_text(question).lower()) if sentence.strip()]
    requests = [sentence for sentence in sentences if _ASKS.search(sentence)] or sentences
    symbols = {symbol.lower() for symbol in _SYMBOL.findall(question)[-1:]}
    return (frozenset(WORD.findall(requests[-1])) - _COMMON) | symbols if requests else frozenset()
