"""Answers in several clauses of words: `Ann is a knight, and Ben is a knave`, right or wrong and joined in any way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from overthink.answers.clauses import ARTICLE, IS, JOINING, MOST_CLAUSES, said_in

_JOINING = re.compile(JOINING)
_CHOICE = re.compile(r"\b([A-Z][a-z]+) is an? ([a-z]+)/([a-z]+)")
_WIDEST_JOINING = 16


@dataclass(frozen=True)
class Clauses:
    """What an answer says something of, what it may say, and what the own answer says: its key, "" if unknown."""

    subjects: tuple[str, ...]
    clause: re.Pattern[str]
    own: str = ""

    def stated(self, text: str) -> Iterator[tuple[int, int, str]]:
        """`(start, end, key)` of the places of a plain text in lower case that say it of each subject. Linear."""
        run: list[re.Match[str]] = []
        for found in self.clause.finditer(text):
            joining = text[run[-1].end() : found.start()][: _WIDEST_JOINING + 1] if run else ""
            goes_on = bool(run) and "\n\n" not in joining and _JOINING.fullmatch(joining) is not None
            run = [*run, found] if goes_on and found[1] not in {one[1] for one in run} else [found]
            if len(run) == len(self.subjects):
                yield run[0].start(), run[-1].end(), self.key({one[1]: one[2] for one in run})
                run = []

    def key(self, said: dict[str, str]) -> str:
        """The same for the same clauses in any order."""
        return "; ".join(f"{subject}: {said[subject]}" for subject in self.subjects)


def clauses_of(question: str, own: str | None) -> Clauses | None:
    """The clauses of the own answer, or those that the question wants if it is unknown; None if there are none."""
    choices = _CHOICE.findall(question)
    said = said_in(own) if own else {name.lower(): "" for name, *_ in choices}
    if not 1 < len(said) <= MOST_CLAUSES:
        return None
    subjects = tuple(sorted(said))
    kinds = sorted({kind for _, *pair in choices for kind in pair} | set(said.values()) - {""})
    clause = re.compile(rf"\b({_any(subjects)})(?: ?[:=]| {IS})? {ARTICLE}({_any(kinds)})\b")
    known = Clauses(subjects, clause)
    return Clauses(subjects, clause, known.key(said)) if own else known


def _any(words: tuple[str, ...] | list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
