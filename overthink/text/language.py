"""The language of a response, as far as it matters to rules with English and Chinese cues."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_WORD = re.compile(r"[^\W\d_]{2,}")
_MATHS = re.compile(r"\\[a-z]+|\$[^$]{0,200}\$")
_SAMPLE = 2_000  # characters: a language shows itself early
_FEWEST_WORDS = 20
_FEWEST_DIFFERENT = 2
"""One function word alone may be a unit (`per`) or a name."""
_MANY_WORDS = 40
"""So many words of English are hardly without any of its function words."""
_KANA, _HAN, _ASCII = re.compile("[\u3041-\u30ff]"), re.compile("[\u4e00-\u9fff]"), re.compile("[a-z]")
_FEWEST_KANA = 20
# Words that few sentences of a language do without, and that the others do not have.
_FUNCTION_WORDS = {
    "en": "the is of and that this to so we be it are which for let",
    "de": "der die das und ist nicht wir ein eine mit also auf dann den wenn",
    "fr": "le les des est une pour que donc dans nous qui avec sur pas alors",
    "es": "el los las que una por para con es entonces como del este esta si",
    "it": "il di che per una con sono della gli quindi non questo allora poi nel",
    "pt": "os uma que para com não isso então são por mais seu dos pela ser",
    "nl": "het een van dat niet zijn voor ook dus maar dan wordt",
    "pl": "nie jest się że więc jak ale czyli mamy przez oraz",
    "sv": "och är att det som inte blir på ett vi så",
    "tr": "bir ve bu için ile olarak eder olur değil",
    "vi": "là của và các được một trong cho ta nên",
    "id": "yang dan adalah untuk dengan maka ini dari kita",
}
_CODES = {word: [code for code, text in _FUNCTION_WORDS.items() if word in text.split()]
          for text in _FUNCTION_WORDS.values() for word in text.split()}  # fmt: skip
_CUES_MADE_FOR = frozenset({"en", "CJK"})


def other_language(text: str) -> str | None:
    """The ISO 639-1 code or the script of a text that is mostly in neither English nor Chinese; None for these two.

    None as well if the text has too few words to tell. `Latin` for a language of that script that has no code here.
    """
    sample = _MATHS.sub(" ", text[:_SAMPLE].lower())
    if _is_japanese(sample):
        return "ja"
    words = _WORD.findall(sample)
    if len(words) < _FEWEST_WORDS:
        return None
    scripts = Counter("LATIN" if word.isascii() else _script(word[0]) for word in words)
    script, count = scripts.most_common(1)[0]
    if script != "LATIN":
        return None if script in _CUES_MADE_FOR or 2 * count < len(words) else script.title()
    codes = Counter(code for word in words for code in _CODES.get(word, ()))
    if not codes:
        return "Latin" if len(words) >= _MANY_WORDS else None
    code = codes.most_common(1)[0][0]
    different = {word for word in words if code in _CODES.get(word, ())}
    told = codes[code] > codes["en"] and len(different) >= _FEWEST_DIFFERENT
    return code if told and code not in _CUES_MADE_FOR else None


def _is_japanese(sample: str) -> bool:
    """Kana among the Chinese characters, and more of both than of Latin letters."""
    kana, han = (len(signs.findall(sample)) for signs in (_KANA, _HAN))
    return kana >= _FEWEST_KANA and 10 * kana > han and kana + han > len(_ASCII.findall(sample))


def _script(sign: str) -> str:
    """The first word of the name of a letter in Unicode, e.g. LATIN, CYRILLIC, CJK."""
    return unicodedata.name(sign, "UNKNOWN").split()[0].split("-")[0]
