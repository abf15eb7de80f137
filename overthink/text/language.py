"""The language of a response, as far as it matters to rules with English and Chinese cues."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_WORD = re.compile(r"[^\W\d_]{2,}")
_MATHS = re.compile(r"\\[a-z]+|\$[^$]{0,200}\$")
_SAMPLE = 2_000  # characters: a language shows itself early
_FEWEST_WORDS = 20
# Words that few sentences of a language do without, and that the others do not have.
_FUNCTION_WORDS = {
    "en": "the is of and that this to so we be it are which for let",
    "de": "der die das und ist nicht wir ein eine mit also auf dann den wenn",
    "fr": "le les des est une pour que donc dans nous qui avec sur pas alors",
    "es": "el los las que una por para con es entonces como del este esta si",
    "it": "il di che per una con sono della gli quindi non questo allora poi nel",
    "pt": "os uma que para com não isso então são por mais seu dos pela ser",
}
_CODES = {word: [code for code, text in _FUNCTION_WORDS.items() if word in text.split()]
          for text in _FUNCTION_WORDS.values() for word in text.split()}  # fmt: skip
_CUES_MADE_FOR = frozenset({"en", "CJK"})


def other_language(text: str) -> str | None:
    """The ISO 639-1 code or the script of a text that is mostly in neither English nor Chinese; None for these two.

    None as well if the text has too few words to tell.
    """
    words = _WORD.findall(_MATHS.sub(" ", text[:_SAMPLE].lower()))
    if len(words) < _FEWEST_WORDS:
        return None
    scripts = Counter("LATIN" if word.isascii() else _script(word[0]) for word in words)
    script, count = scripts.most_common(1)[0]
    if script != "LATIN":
        return None if script in _CUES_MADE_FOR or 2 * count < len(words) else script.title()
    codes = Counter(code for word in words for code in _CODES.get(word, ()))
    if not codes:
        return None
    code = codes.most_common(1)[0][0]
    return None if code in _CUES_MADE_FOR or codes[code] <= codes["en"] else code


def _script(sign: str) -> str:
    """The first word of the name of a letter in Unicode, e.g. LATIN, CYRILLIC, CJK."""
    return unicodedata.name(sign, "UNKNOWN").split()[0].split("-")[0]
