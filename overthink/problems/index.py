"""Finds the problem of a benchmark that a recorded row is about: by its id or by its text."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator

from overthink.problems.benchmark import LoadedDataset
from overthink.problems.spelling import Word, figures, repaired, words
from overthink.records import Problem

STARTS = (8, 3)
"""So many first words, numbers and signs of a problem are looked up in a longer text; shorter ones are not found."""

LONG = 40
"""So many must a problem have to be found although some words of letters differ, if the gold answer is the same."""
MOST_CHANGED = 2
"""So many of them may differ."""
MOST_PLACES = 100
"""So many places of problems in a text are looked at, from the last one back: each takes a look at the whole text."""

_NEAR = 300
"""So many characters before and behind a problem tell whether they belong to it."""
_ASKS = re.compile(
    r"please|step by step|step-by-step|\bsteps?\b|box|answer|solution|\bsolve|reason|think|respond|reply|output|"
    r"explain|final|format|assistant|\buser\b|human|\bsystem\b|\binst\b|\b(?:put|give|write|express|use|show)\b|"
    r"<\||</?\w|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]",
    re.IGNORECASE,
)
"""What tells the model how to answer, and asks nothing else."""
_LABEL = re.compile(
    r"[:>\])】]\W*$|^\W{0,9}(?:Q|Question|Problem|Exercise|Task|Example)?[ \t]*\d{0,4}\W{0,9}$|"
    r"(?:this|the following|following|next|given) (?:math(?:s|ematics|ematical)? )?(?:problem|question|exercise)\W*$",
    re.IGNORECASE,
)
_ROLE = re.compile(r"mathemat|expert|tutor|helpful|below|question|problem", re.IGNORECASE)
"""What a line of its own before a problem may speak of, too."""
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_FEW = 3
"""A line of so many words is a label."""
_NEXT = re.compile(r"^\W{0,9}(?:Q|Question|Problem)\b[ \t]*\d{0,4}\W{0,2}[.:]", re.MULTILINE)


def fold(text: str) -> str:
    """The text with every run of whitespace as one space."""
    return " ".join(text.split())


class BenchmarkIndex:
    """The problems of one dataset by id and by text. Of two with the same text the first is found by it.

    Of those that differ only in their figure, none is found by a text without it.
    """

    def __init__(self, dataset: LoadedDataset) -> None:
        self.name = dataset.name
        self.split = dataset.split
        self.revision = dataset.revision
        self._by_id: dict[str, Problem] = {}
        self._by_words: dict[str, list[Problem]] = {}
        self._by_start: dict[str, list[list[str]]] = {}
        self._by_numbers: dict[str, list[list[str]]] = {}
        for problem in dataset:
            self._add(problem)

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, row_id: str | None, text: str | None, answer: str | None = None) -> Problem | None:
        """The problem with this id, if the text does not speak against it; else the one with this text.

        A text may hold more than the problem (a chat template, instructions, examples before it), but nothing that
        asks something else: the problem that ends last in it is meant. A long text with the same gold `answer` and the
        same numbers and signs may have MOST_CHANGED other words: a misprint that somebody mended.
        """
        named = self._by_id.get(row_id) or self._by_id.get(f"{self.name}/{row_id}") if row_id else None
        if text is None:
            return named
        whole = repaired(text)
        found = words(whole)
        own = [word.text for word in found]
        if named and f" {_key(_words(named))} " in f" {_key(own)} " and _has_figure(text, named):
            return named
        sought = own if _key(own) in self._by_words else self._inside(whole, found, own) or self._misprint(own, answer)
        return _one_of(self._by_words[_key(sought)], text) if sought else None

    def _add(self, problem: Problem) -> None:
        own = _words(problem)
        self._by_id[problem.id] = problem
        self._by_words.setdefault(_key(own), []).append(problem)
        if start := _start_of(own):
            self._by_start.setdefault(start, []).append(own)
        if len(own) >= LONG:
            self._by_numbers.setdefault(_numbers(own), []).append(own)

    def _inside(self, whole: str, found: list[Word], own: list[str]) -> list[str] | None:
        """The words of the problem that ends last in the text, and of those the longest."""
        places = {
            (start + len(sought), len(sought))
            for start, sought in self._starting(own)
            if own[start : start + len(sought)] == sought
        }
        for end, length in heapq.nlargest(MOST_PLACES, places):
            if _is_alone(whole, found, end - length, end):
                return own[end - length : end]
        return None

    def _starting(self, own: list[str]) -> Iterator[tuple[int, list[str]]]:
        """The places at which a problem may start, each with the words of that problem."""
        for length in STARTS:
            for start in range(len(own) - length + 1):
                for sought in self._by_start.get(_key(own[start : start + length]), ()):
                    yield start, sought

    def _misprint(self, own: list[str], answer: str | None) -> list[str] | None:
        """The words of the one problem with the same answer, numbers and signs from which the text hardly differs."""
        near = [
            words
            for words in self._by_numbers.get(_numbers(own), ())
            if len(words) == len(own)
            and sum(a != b for a, b in zip(words, own, strict=True)) <= MOST_CHANGED
            and any(answer is not None and answer == problem.answer for problem in self._by_words[_key(words)])
        ]
        return near[0] if len(near) == 1 else None


def _words(problem: Problem) -> list[str]:
    return [word.text for word in words(repaired(problem.question))]


def _key(own: list[str]) -> str:
    return " ".join(own)


def _start_of(own: list[str]) -> str | None:
    length = next((length for length in STARTS if len(own) >= length), None)
    return _key(own[:length]) if length else None


def _numbers(own: list[str]) -> str:
    """All but the words of letters."""
    return _key([word for word in own if not word.isalpha()])


def _one_of(problems: list[Problem], text: str) -> Problem | None:
    """The problem with this text; of several, the one that is in it to the letter; none if their figures decide."""
    problems = [problem for problem in problems if _has_figure(text, problem)]
    folded = fold(text)
    same = [problem for problem in problems if fold(problem.question) in folded]
    if not same and len({figures(problem.question) for problem in problems}) > 1:
        return None
    return next(iter(same or problems), None)


def _has_figure(text: str, problem: Problem) -> bool:
    """Has the text the problem's figure, or has one of them no figure?"""
    drawn, known = figures(text), figures(problem.question)
    return not drawn or not known or known in drawn


def _is_alone(whole: str, found: list[Word], start: int, end: int) -> bool:
    """Is what is round these words of the text no part of the problem?"""
    return _is_prelude(whole[: found[start].start], found[start - 1].end if start else 0) and (
        end == len(found) or _is_sequel(whole[found[end - 1].end : found[end].start], whole[found[end].start :])
    )


def _is_prelude(before: str, said: int) -> bool:
    """Is a text that ends in its last word at `said` only a label, an instruction, or a paragraph of its own?"""
    if not before[:said].strip() or _BLANK_LINE.search(before[said:]):
        return True
    line = (
        before[-_NEAR:].rstrip("\n ").rpartition("\n")[2]
        if "\n" in before[said:]
        else before[-_NEAR:].rpartition("\n")[2]
    )
    apart = "\n" in before[said:] and (len(line.split()) <= _FEW or bool(_ROLE.search(line)))
    return apart or bool(_LABEL.search(line) or _ASKS.search(line))


def _is_sequel(between: str, rest: str) -> bool:
    """Is a text after a problem, which is parted from it by `between`, only instructions, or a text of its own?"""
    sentence = re.split(r"(?<=[.?!])\s|\n", rest[:_NEAR], maxsplit=1)[0].strip()
    if _NEXT.search(rest) or sentence.endswith("?"):
        return False
    if _BLANK_LINE.search(between):
        return "?" not in rest.partition("\n\n")[0]
    apart = "\n" in between and (len(sentence.split()) <= _FEW or sentence.endswith(":"))
    return apart or bool(_ASKS.search(sentence))
