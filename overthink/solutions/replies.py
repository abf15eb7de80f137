"""What a judge says of the solutions in a text, and what follows from it for the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from overthink.errors import UnreadableReply
from overthink.judge.fence import markers
from overthink.judge.reply import Answered, read_reply
from overthink.records import Solution, Span
from overthink.text.quotes import LONGEST, find_quote


class FoundSolution(Answered):
    """`end_paragraph` counts from 1. `kind`: the answer stands in the solution; it only says that an earlier one holds;
    it is no solution, but moves the end of the one before it."""

    end_paragraph: int
    answer_quote: str
    kind: Literal["states", "confirms", "restates"]


class SegmentReply(Answered):
    """The solutions that end in the paragraphs shown, in order."""

    solutions: list[FoundSolution]


@dataclass(frozen=True)
class Numbered:
    """A response whose paragraphs are numbered from 1."""

    text: str
    paragraphs: Sequence[Span]

    @cached_property
    def marks(self) -> list[str]:
        """What stands before each paragraph when it is shown."""
        return markers(self.text, 1, len(self.paragraphs))

    def shown(self, number: int) -> str:
        """A paragraph as it is shown."""
        return f"{self.marks[number - 1]} {self.text[slice(*self.paragraphs[number - 1])]}"

    @property
    def start(self) -> int:
        """Where its first paragraph starts."""
        return self.paragraphs[0][0]

    def end(self, number: int) -> int:
        """Where a paragraph ends."""
        return self.paragraphs[number - 1][1]


def read_solutions(reply: str, numbered: Numbered, shown: range, before: Sequence[Solution]) -> list[Solution]:
    """All solutions up to here: those `before` the paragraphs `shown` (numbers), and those the reply finds in these.

    UnreadableReply, naming the entry, where ends do not rise within `shown`, or a quotation does not stand in
    its place.
    """
    found = list(before)
    last = shown.start - 1
    for place, entry in enumerate(read_reply(reply, SegmentReply).solutions, start=1):
        if not last < entry.end_paragraph < shown.stop:
            raise UnreadableReply(
                "ends_out_of_order",
                f"entry {place}: end_paragraph {_number(entry.end_paragraph)} is not in {last + 1}..{shown.stop - 1}",
            )
        last = entry.end_paragraph
        found = with_solution(found, numbered, last, entry.answer_quote, entry.kind, f"entry {place}")
    return found


def with_solution(
    before: Sequence[Solution], numbered: Numbered, end: int, quote: str, kind: str, entry: str
) -> list[Solution]:
    """The solutions, with one more that ends in paragraph `end`, or with the last of them moved there.

    The answer of a solution is the last place in it where the quotation stands; for one that only confirms, the last
    place up to its end. UnreadableReply where there is no such place.
    """
    if kind != "states" and not before:
        raise UnreadableReply("nothing_before", f"{entry}: it {kind} an answer, but no solution stands before it")
    start = before[-1].end if before and kind == "states" else numbered.start
    span = find_quote(numbered.text, quote, start, numbered.end(end))
    if span is None:
        raise UnreadableReply("quote_not_found", f"{entry}: {why_not_found(quote, kind)}")
    if kind == "restates":
        return [*before[:-1], before[-1].model_copy(update={"end": numbered.end(end)})]
    answer = numbered.text[slice(*span)]
    return [*before, Solution(end=numbered.end(end), answer=answer, answer_span=span)]


def why_not_found(quote: str, kind: str) -> str:
    """What to tell a judge whose quotation stands nowhere."""
    if not quote.strip():
        return "its answer_quote is empty"
    if len(quote) > LONGEST:
        return f"its answer_quote is longer than {LONGEST} characters: quote the answer alone"
    where = "in that solution" if kind == "states" else "in the text up to there"
    return f"its answer_quote does not stand {where}, letter for letter, uncut, in one paragraph"


def _number(value: int) -> str:
    """A number that a model wrote, which may have thousands of digits."""
    return str(value) if abs(value) < 10**9 else "(a huge number)"
