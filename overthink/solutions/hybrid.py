"""Rules decide what they are sure of, a model the rest: at most one call a response that fits the context.

What is not asked about stays as the rules have it; what is asked about is decided by the judge alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np

from overthink.errors import UnreadableReply
from overthink.judge.dialogue import ask_twice, tokens_left
from overthink.judge.fence import fenced
from overthink.judge.interface import Conversation
from overthink.judge.prompt import Texts, load_prompt
from overthink.judge.reply import Answered, read_reply
from overthink.judge.windows import too_long
from overthink.records import Solution, Span
from overthink.solutions.judge import BREAK, Numbered, why_not_found
from overthink.solutions.rules import Found, JudgedParagraphs, Thought, judge_paragraphs, solutions
from overthink.text.language import other_language
from overthink.text.quotes import find_quote
from overthink.text.thinking import name_with_tags

DOUBT = 0.07
"""A doubt that takes a judge without mistakes about as near to a reader as two readers are to each other: measured
on 423 real responses, one in nine paragraphs is asked about, and the F1 is .99 (tools/judge_doubts.py). In a wider one
a real judge errs as often as the rules."""
AROUND = 2
"""Paragraphs shown before and after one in doubt: whether a solution ends there depends on what follows."""


class DoubtfulParagraph(Answered):
    """`paragraph` counts from 1. `kind`: a solution ends there and states its answer, or only confirms an earlier one,
    or none ends there. Only with the first is there something to quote."""

    paragraph: int
    kind: Literal["states", "confirms", "none"]
    answer_quote: str


class DoubtReply(Answered):
    """One entry for each paragraph that was asked about, in order."""

    paragraphs: list[DoubtfulParagraph]


@dataclass(frozen=True)
class Decision:
    """Whether a solution ends in a paragraph, and where it states its answer: None if it only confirms one."""

    ends: bool
    answer: Span | None = None


Decisions = Mapping[int, Decision]
"""By the number of the paragraph."""


@dataclass(frozen=True)
class DoubtTexts(Texts):
    """What fills the places of the last turn."""

    problem: str
    text: str
    known: str
    asked: str


class HybridSegmenter:
    """`count` counts tokens, `context_tokens` are those of the judge, of which `reply` at most are for a reply.

    The model is asked about the boundaries to which the rules give a probability from `doubt` to 1 - `doubt`.
    """

    name = name_with_tags("hybrid-3")

    def __init__(
        self, count: Callable[[str], int], context_tokens: int, reply: int | None = None, doubt: float = DOUBT
    ) -> None:
        self.prompt = load_prompt("solutions/prompts/segment_doubts.md", DoubtReply, DoubtTexts)
        self._count = count
        self._tokens_left = partial(tokens_left, self.prompt, count, context_tokens, reply=reply)
        self._doubt = doubt
        self.prompts = {"segment_doubts": self.prompt.digest}

    def ask(self, thought: Thought) -> Conversation[Found]:
        """Find the solutions of one response; nothing is asked if nothing is in doubt.

        UnreadableReply if a reply stays unreadable, or a paragraph does not fit the context.
        """
        judged = judge_paragraphs(*thought)
        numbered = Numbered(thought.response, judged.reading.paragraphs)
        asked = in_doubt(judged, self._doubt)
        decisions: dict[int, Decision] = {}
        for part in self._parts(thought.question, numbered, asked):
            known = sorted({*sure_ends(judged, asked), *(k for k, decision in decisions.items() if decision.ends)})
            read = partial(read_decisions, numbered=numbered, asked=part, sure=known)
            texts = _texts(thought.question, numbered, part, known)
            decisions |= yield from ask_twice(self.prompt, texts, read)
        found, tail = decided_solutions(judged, decisions, thought.response, thought.unfinished)
        return Found(
            found,
            tail,
            language=other_language(thought.text),
            paragraphs=len(numbered.paragraphs),
            asked_paragraphs=len(asked),
        )

    def stand_in(self, thought: Thought) -> str:
        """Return a readable reply for an estimate of what is asked: no solution ends in the paragraphs in doubt."""
        asked = in_doubt(judge_paragraphs(*thought), self._doubt)
        entries = [DoubtfulParagraph(paragraph=number, kind="none", answer_quote="") for number in asked]
        return DoubtReply(paragraphs=entries).model_dump_json()

    def _parts(self, question: str, numbered: Numbered, asked: Sequence[int]) -> list[Sequence[int]]:
        """All that is asked in one part if that fits the context, else in halves of it."""
        left = self._tokens_left(question)
        if not asked:
            return []
        if (size := self._count(excerpt(numbered, asked))) <= left:
            return [asked]
        if len(asked) == 1:
            raise too_long(f"paragraph {asked[0]} and those around it have", size, left)
        half = len(asked) // 2
        return [*self._parts(question, numbered, asked[:half]), *self._parts(question, numbered, asked[half:])]


def _texts(question: str, numbered: Numbered, asked: Sequence[int], known: Sequence[int]) -> DoubtTexts:
    marks = numbered.marks
    return DoubtTexts(
        problem=fenced("problem", question),
        text=fenced("text", excerpt(numbered, asked)),
        known=", ".join(marks[number - 1] for number in known) or "none",
        asked=", ".join(marks[number - 1] for number in asked),
    )


def in_doubt(judged: JudgedParagraphs, doubt: float) -> list[int]:
    """Find the numbers of the paragraphs at which a solution ends with a probability from `doubt` to 1 - `doubt`.

    Not those before the first answer, and not the last one, which are no question of probability.
    """
    if (first := judged.first) is None:
        return []
    inner = judged.probabilities[:-1]
    unsure = np.flatnonzero((inner >= doubt) & (inner <= 1 - doubt)).tolist()
    return [k + 1 for k in unsure if k >= first]


def sure_ends(judged: JudgedParagraphs, asked: Sequence[int]) -> list[int]:
    """Find the numbers of the paragraphs that end a solution without a question. Something must be in doubt."""
    likely = np.flatnonzero(judged.probabilities[:-1] >= judged.threshold).tolist()
    return sorted({k + 1 for k in likely if k >= (judged.first or 0)} - set(asked))


def excerpt(numbered: Numbered, asked: Sequence[int]) -> str:
    """The paragraphs asked about, and some around each of them."""
    count = len(numbered.paragraphs)
    shown = sorted(
        {near for number in asked for near in range(number - AROUND, number + AROUND + 1) if 1 <= near <= count}
    )
    return BREAK.join(_with_gaps(numbered, shown))


def _with_gaps(numbered: Numbered, shown: Sequence[int]) -> Iterator[str]:
    for before, number in pairwise((0, *shown)):
        if number > before + 1:
            yield "(…)"
        yield numbered.shown(number)


def read_decisions(reply: str, numbered: Numbered, asked: Sequence[int], sure: Sequence[int]) -> Decisions:
    """Read what the reply says of the paragraphs asked about; `sure` are the ends that are known.

    UnreadableReply if one of them has not exactly one entry, or a quotation is not found in its solution.
    """
    entries = read_reply(reply, DoubtReply).paragraphs
    if [entry.paragraph for entry in entries] != list(asked):
        raise UnreadableReply(
            "not_as_asked", f"the entries must be for the paragraphs {', '.join(map(str, asked))}, in this order"
        )
    ends = sorted({*sure, *(entry.paragraph for entry in entries if entry.kind != "none")})
    starts = {end: numbered.end(before) if before else numbered.start for before, end in pairwise((0, *ends))}
    return {entry.paragraph: _decision(entry, numbered, starts, ends[0] if ends else 0) for entry in entries}


def _decision(entry: DoubtfulParagraph, numbered: Numbered, starts: Mapping[int, int], first: int) -> Decision:
    if entry.kind == "none":
        return Decision(ends=False)
    if entry.kind == "confirms":
        if entry.paragraph == first:
            raise UnreadableReply("nothing_before", f"paragraph {first} confirms, but no solution ends before it")
        return Decision(ends=True)
    span = find_quote(numbered.text, entry.answer_quote, starts[entry.paragraph], numbered.end(entry.paragraph))
    if span is None:
        raise UnreadableReply(
            "quote_not_found", f"paragraph {entry.paragraph}: {why_not_found(entry.answer_quote, entry.kind)}"
        )
    return Decision(ends=True, answer=span)


def decided_solutions(
    judged: JudgedParagraphs, decisions: Decisions, response: str, unfinished: bool
) -> tuple[list[Solution], bool]:
    """The solutions of a response with the judge's decisions in the place of the rules' probabilities; is there a tail?

    A solution that only confirms has the answer that the rules find for it. If the judge decided, none is given a
    probability.
    """
    probabilities = judged.probabilities.copy()
    for number, decision in decisions.items():
        probabilities[number - 1] = float(decision.ends)
    found, tail = solutions(replace(judged, probabilities=probabilities), response, unfinished)
    ends = {judged.reading.paragraphs[n - 1][1]: decision.answer for n, decision in decisions.items() if decision.ends}
    starts = [0, *(solution.end for solution in found)]
    return [_decided(solution, start, ends, response) for start, solution in zip(starts, found, strict=False)], tail


def _decided(solution: Solution, start: int, ends: Mapping[int, Span | None], response: str) -> Solution:
    """The solution with the judge's answer, if its end is the judge's (idle words may have moved it on)."""
    inside = [end for end in ends if start < end <= solution.end]
    if not inside:
        return solution
    span = ends[max(inside)] or solution.answer_span
    return solution.model_copy(update={"answer": response[slice(*span)], "answer_span": span, "confidence": None})
