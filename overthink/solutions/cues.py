"""The words and signs that mark statements, steps, doubts and conclusions, by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LINE_END, PARAGRAPH_END = "\n", "\x03"

_GROUPS = {
    "doubt": "wait hmm hold alternatively maybe another double-check double verify check sure thorough again mistake "
    "misread recheck recap sanity wrong trick confusing confused",
    "confirm": "correct matches match consistent same confirms confirm right works solid perfect valid agrees "
    "yep confident straightforward sense verified fits exactly good",
    "concludes": "so therefore thus hence conclusion means confirms",
    "supposes": "if suppose maybe perhaps assume might unless could would example say",
    "plans": "need first next step let's i'll formula equation approach figure problem question",
    "be": "is be are was were",
    "gives": "get gives give gave makes make equals equal yields got totals becomes obtain to leaves find have has "
    "left",
    "inside": "of by from than plus minus times with and first each per divided multiplied add subtract or every after",
    "answers": "answer final boxed result",
    "waits": "wait hold",
    "others": "alternatively another also similarly or additionally moreover if suppose what",
    "checks": "let just checking double checking verify check to now first starting",
    "murmurs": "hmm okay ok alright well right oh",
    "concluding": "therefore so thus hence final yes yeah yep that and which i in both since as all",
    "counters": "but however though maybe perhaps is unless",
    "operator": "+ - * / √ ^ < > ≤ ≥ ±",
    "equals": "= ≈ ⇒",
    "stop": f". ? ! , ; {LINE_END} {PARAGRAPH_END}",
    "sentence_end": f". ? ! {LINE_END} {PARAGRAPH_END}",
    "question": "?",
    "quote": '"',
    "dash": "-",
}


@dataclass(frozen=True)
class Lexicon:
    """The number of each word, and for each group a table by number: does the word belong to it?"""

    words: Mapping[str, int]
    member: Mapping[str, NDArray[np.bool_]]


def lexicon(words: Iterable[str], fixed: Mapping[str, int], first: int) -> Lexicon:
    """Number the words (signs included) from `first`; `fixed` holds the numbers of signs that have one already."""
    numbers = {word: first + k for k, word in enumerate(dict.fromkeys(words))}
    known = {**numbers, **fixed}
    member = {}
    for name, text in _GROUPS.items():
        member[name] = np.zeros(first + len(numbers), dtype=bool)
        member[name][[known[word] for word in text.split(" ") if word in known]] = True
    return Lexicon(numbers, member)


def cue_words() -> list[str]:
    """All words and signs of the groups, the two ends apart."""
    words = [word for text in _GROUPS.values() for word in text.split(" ")]
    return [word for word in dict.fromkeys(words) if word not in (LINE_END, PARAGRAPH_END)]
