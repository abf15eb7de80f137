"""The cues of other languages in the English words that the segmenter knows; `languages/` has a file for each.

A sentence is read by what is in it and before it, never by what follows: a text that goes on is read as before.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from overthink.text.language import CUES_MADE_FOR, FEWEST_DIFFERENT, FOREIGN_WORDS, told_by

LETTERS, HANGUL, KATAKANA, HIRAGANA, HAN = "a-zß-öø-ÿā-ſа-яё", "가-힣", "ァ-ヺー", "ぁ-ゖ", "\u3400-\u9fff"
WORDS = rf"[{LETTERS}][{LETTERS}']*|[{HANGUL}]+|[{KATAKANA}]+|[{HIRAGANA}]+"
"""Words in lower case, as a regular expression. A Chinese character is a word by itself."""

_SCRIPTS = {
    "ja": re.compile(f"[{HIRAGANA}{KATAKANA}]"),
    "ko": re.compile(f"[{HANGUL}]"),
    "ru": re.compile("[а-яё]"),
    "zh": re.compile("[\u3000-\u303f\u3400-\u9fff\uff01-\uff5e]"),  # with the signs that go with them
}
_ANY_SCRIPT = re.compile("[\u0430-\u0451\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff5e]")
_SENTENCE_END = re.compile(r"(?<=[\n\x03。！？])|(?<=[.!?;:])(?=\s)")
_SIGNS = str.maketrans(
    {
        **dict(zip("，、：；？！（）＝＋", ",,:;?!()=+", strict=True)),
        **{"。": ". ", "¿": " ", "¡": " ", "\u3000": " "},
        **dict.fromkeys("“”„«»「」『』《》", '"'),
    }
)
_VALUE = r"(?<![a-z\d_=≈.,/])(?<![=≈] )(?P<value>[\x02\x05]|-?\d+(?:[.,/]\d+)*)"
_UNIT = {True: r"(?: (?!\d)\w{1,20})?", False: r" ?[^\x00-\x7f]{0,4}?"}
_NO_VARIABLE = r"(?!(?<=[a-z])\s?[=+*/^<>≤≥(),.;:-])"
_IS_IS = re.compile(r"\bis(?: +(?:is\b|=))+")

# Numbers of these: 1.234,5 and 1 234,5.
_WITH_COMMA = frozenset({"de", "es", "fr", "it", "pt", "ru"})
_ALONE_BEFORE, _ALONE_AFTER = r"(?<![\d.,/(^_])(?<![\d*+=-] )", r"(?![\d/)]|[.,]\d| \d)"
_WHOLE = r"[1-9]\d{0,2}(?:\.\d\d0|(?:\.\d{3}){2,}|(?: \d{3})+)"
_NUMBER = re.compile(
    rf"{_ALONE_BEFORE}(?:{_WHOLE}(?:,\d+)?|\d{{1,3}}(?:\.\d{{3}})+,\d+|\d+,(?:\d\d?|\d{{4,}})){_ALONE_AFTER}"
)
_SWAPPED = str.maketrans("., ", ",.,")


@dataclass(frozen=True)
class Language:
    """One file of `languages/`. `words`, `behind`: patterns, and what is said for each match in English.

    `behind` are said behind a value and in English before it. `numbers`: words for whole numbers.
    """

    words: re.Pattern[str]
    particles: re.Pattern[str]
    behind: re.Pattern[str]
    numbers: re.Pattern[str]
    english: Mapping[str, str]
    english_before: Mapping[str, str]
    values: Mapping[str, int]

    def translate(self, text: str) -> str:
        """A text in lower case with the cues in English. Linear."""
        text = text.translate(_SIGNS)
        text = self.behind.sub(lambda at: f" {self.english_before[at['cue']]} {at['value']}{at['unit']}", text)
        text = self.words.sub(lambda at: self.english[at[0]], text)
        return self.particles.sub(" ", _IS_IS.sub("is", text))


def language(data: Mapping[str, Any]) -> Language:
    """What a file of `languages/` says.

    `begins`, `ends`: whether a cue begins and ends where a word does. `kept`: words that hold a cue and are none.
    `particles`: what is dropped at the end of a word.
    """
    begins, ends = bool(data["begins"]), bool(data["ends"])
    english, before = ({cue: word for word, cues in data[key].items() for cue in cues} for key in ("words", "behind"))
    if not ends:
        english = {cue: f" {word} " for cue, word in english.items()}
    english |= {cue: f"{word} " for cue, word in english.items() if cue[-1] == "'"}  # l'aire
    english |= {word: word for word in data["kept"]}
    values = {word: value for value, words in enumerate(data["numbers"]) for word in words.split("|") if word}
    return Language(
        words=re.compile(_any(english, begins, ends)),
        particles=re.compile(rf"(?<=\w\w)(?:{'|'.join(data.get('particles', ())) or '(?!)'})(?!\w)"),
        behind=re.compile(rf"{_VALUE}(?P<unit>{_UNIT[ends]}) ?(?P<cue>{_any(before, False, ends)})"
                          + (r"(?=\s*(?:[.,;:!?\n\x03]|$))" if ends else "")),
        numbers=re.compile(_any(values, begins, begins)),
        english=english,
        english_before=before,
        values=values,
    )  # fmt: skip


def file_of(code: str) -> dict[str, Any]:
    """What the file of a language holds."""
    file = resources.files("overthink.solutions").joinpath("languages", f"{code}.toml")
    return tomllib.loads(file.read_text("utf-8"))


@cache
def _language(code: str) -> Language:
    return language(file_of(code))


def in_english(text: str) -> str:
    """A plain text in lower case with the cues of other languages in English; signs and numbers stay. Linear.

    Words of the Latin script are translated where function words near them, or before them, tell their language; those
    of other scripts wherever they are. A text in English stays as it is, but for what it says in other scripts.
    """
    return "".join(_translated(text[start:end], codes) for start, end, codes in _sentences(text))


def _translated(sentence: str, codes: tuple[str, ...]) -> str:
    for code in codes:
        sentence = _language(code).translate(sentence)
    return sentence


def with_decimal_points(text: str) -> str:
    """A plain text of the same length whose numbers are written as in English: `1.234,5` as `1,234.5`.

    Only in sentences of languages that write them so, and only what is hardly anything else: not `1.234` alone, no
    pair `(3,5)`.
    """
    return "".join(
        _NUMBER.sub(lambda at: at[0].translate(_SWAPPED), text[start:end])
        if _WITH_COMMA.intersection(codes)
        else text[start:end]
        for start, end, codes in _sentences(text)
    )


def number_words(text: str) -> Iterator[tuple[int, int, int]]:
    """`(start, end, value)` of the words of other languages for the numbers up to twenty, in a plain text, rising."""
    for start, end, codes in _sentences(text):
        for code in codes[:1]:
            found = _language(code)
            for at in found.numbers.finditer(text, start, end):
                yield *at.span(), found.values[at[0]]


def _sentences(text: str) -> Iterable[tuple[int, int, tuple[str, ...]]]:
    """The parts of a text and the languages to translate each from; together they are the text."""
    scripts = not text.isascii() and _ANY_SCRIPT.search(text) is not None
    # Splitting into words is what makes this cheap in an English text.
    latin = len(FOREIGN_WORDS.intersection(_split(text))) >= FEWEST_DIFFERENT
    return _told(text, scripts, latin) if scripts or latin else [(0, len(text), ())]


def _told(text: str, scripts: bool, latin: bool) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    start, told = 0, "en"
    ends = [at.end() for at in _SENTENCE_END.finditer(text)]
    for end in [*ends, len(text)]:
        sentence = text[start:end]
        codes = _codes_of_scripts(sentence) if scripts else ()
        if latin:
            told = told_by(_split(sentence), told) or told
            codes += (told,) if told in CUES_MADE_FOR and told != "en" else ()
        yield start, end, codes
        start = end


def _split(text: str) -> list[str]:
    return text.replace("\x03", " ").replace("¿", " ").split()


def _codes_of_scripts(sentence: str) -> tuple[str, ...]:
    codes = tuple(code for code, signs in _SCRIPTS.items() if signs.search(sentence))
    return codes if "ja" not in codes else tuple(code for code in codes if code != "zh")


def _any(cues: Iterable[str], begins: bool, ends: bool) -> str:
    """An alternation with the longest first, those of the same first letter together; it never matches if empty."""
    by_letter: dict[str, list[str]] = {}
    for cue in sorted(cues, key=len, reverse=True):
        end = r"\b" if ends and cue[-1].isalnum() else ""
        by_letter.setdefault(cue[0], []).append(re.escape(cue[1:]) + (end if len(cue) > 1 else end + _NO_VARIABLE))
    alternatives = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_letter.items())
    return (r"(?<!\w)" if begins else "") + f"(?:{alternatives or '(?!)'})"
