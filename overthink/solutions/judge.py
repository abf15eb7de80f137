"""The judge that asks a model where solutions end: once a response, or once a window of a long one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

from overthink.errors import UnreadableReply
from overthink.judge.dialogue import ask_twice, tokens_left
from overthink.judge.fence import fenced, markers
from overthink.judge.interface import Conversation
from overthink.judge.prompt import Texts, load_prompt
from overthink.judge.reply import Answered, read_reply
from overthink.judge.windows import windows
from overthink.records import Solution, Span
from overthink.solutions.rules import Found, Thought
from overthink.text.paragraphs import paragraphs
from overthink.text.quotes import LONGEST, find_quote
from overthink.text.thinking import name_with_tags

BREAK = "\n\n"
_LONG_GAP = re.compile(" {30,}")


class FoundSolution(Answered):
    """`end_paragraph` counts from 1. `kind`: the solution states its answer; it only says that an earlier one holds; it
    is no solution, but moves the end of the one before it."""

    end_paragraph: int
    answer_quote: str
    kind: Literal["states", "confirms", "restates"]


class SegmentReply(Answered):
    """The solutions that end in the paragraphs shown, in order."""

    solutions: list[FoundSolution]


@dataclass(frozen=True)
class SegmentTexts(Texts):
    """What fills the places of the last turn."""

    problem: str
    text: str
    first: str
    last: str
    before: str


class ModelSegmenter:
    """`count` counts tokens, `context_tokens` are those of the judge, of which `reply` at most are for a reply."""

    name = name_with_tags("model-3")

    def __init__(self, count: Callable[[str], int], context_tokens: int, reply: int | None = None) -> None:
        self.prompt = load_prompt(
            "solutions/prompts/segment.md",
            SegmentReply,
            SegmentTexts,
            {"read before, no answer": {"first"}, "read before": {"first", "end", "answer"}},
        )
        self._count = count
        self._tokens_left = partial(tokens_left, self.prompt, count, context_tokens, reply=reply)
        self.prompts = {"segment": self.prompt.digest}

    def ask(self, thought: Thought) -> Conversation[Found]:
        """Find the solutions of one response.

        UnreadableReply if a reply stays unreadable, or a paragraph does not fit the context.
        """
        numbered = Numbered(thought.response, paragraphs(thought.response, *thought.thinking.span))
        found: list[Solution] = []
        for shown in self._windows(thought.question, numbered):
            texts = self._texts(thought.question, numbered, shown, found)
            read = partial(read_solutions, numbered=numbered, shown=shown, before=found)
            found = yield from ask_twice(self.prompt, texts, read)
        last = found[-1].end if found else 0
        return Found(found, tail=bool(numbered.paragraphs) and last < numbered.end(len(numbered.paragraphs)))

    def stand_in(self, _thought: Thought) -> str:
        """Return a readable reply for an estimate of what is asked: no solution."""
        return SegmentReply(solutions=[]).model_dump_json()

    def _windows(self, question: str, numbered: Numbered) -> list[range]:
        """The numbers of the paragraphs that each question shows."""
        numbers = range(1, len(numbered.paragraphs) + 1)
        sizes = [self._count(numbered.shown(number) + BREAK) for number in numbers]
        left = self._tokens_left(question)
        return [range(one.start + 1, one.stop + 1) for one in windows(sizes, left, "paragraph")]

    def _texts(self, question: str, numbered: Numbered, shown: range, found: Sequence[Solution]) -> SegmentTexts:
        first = numbered.marks[shown.start - 1]
        return SegmentTexts(
            problem=fenced("problem", question),
            text=fenced("text", BREAK.join(map(numbered.shown, shown))),
            first=first,
            last=numbered.marks[shown.stop - 2],
            before=self._before(numbered, first, found) if shown.start > 1 else "",
        )

    def _before(self, numbered: Numbered, first: str, found: Sequence[Solution]) -> str:
        if not found:
            return self.prompt.piece("read before, no answer", first=first)
        last = [end for _, end in numbered.paragraphs].index(found[-1].end)
        answer = fenced("answer", found[-1].answer)
        return self.prompt.piece("read before", first=first, end=numbered.marks[last], answer=answer)


@dataclass(frozen=True)
class Numbered:
    """A response whose paragraphs are numbered from 1."""

    text: str
    paragraphs: Sequence[Span]

    @cached_property
    def marks(self) -> list[str]:
        """The mark that is put before each paragraph when it is shown."""
        return markers(self.text, 1, len(self.paragraphs))

    def shown(self, number: int) -> str:
        """A paragraph as it is shown: where a loop was, there is a gap."""
        return f"{self.marks[number - 1]} {_LONG_GAP.sub(' ', self.text[slice(*self.paragraphs[number - 1])])}"

    @property
    def start(self) -> int:
        """The start of its first paragraph."""
        return self.paragraphs[0][0]

    def end(self, number: int) -> int:
        """The end of a paragraph."""
        return self.paragraphs[number - 1][1]


def read_solutions(reply: str, numbered: Numbered, shown: range, before: Sequence[Solution]) -> list[Solution]:
    """Read all solutions up to here: those `before` the paragraphs `shown` (numbers), and those of the reply in these.

    UnreadableReply, naming the entry, if ends do not rise within `shown`, or a quotation is not found in its place.
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
    """Add a solution that ends in paragraph `end`, or move the end of the last one there.

    The answer of a solution is the last place of the quotation in it; for one that only confirms, the last place up to
    its end. UnreadableReply if there is no such place.
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
    """Return what to tell a judge whose quotation is not found."""
    if not quote.strip():
        return "its answer_quote is empty"
    if len(quote) > LONGEST:
        return f"its answer_quote is longer than {LONGEST} characters: quote the answer alone"
    where = "in that solution" if kind == "states" else "in the text up to there"
    return f"its answer_quote does not stand {where}, letter for letter, uncut, in one paragraph"


def _number(value: int) -> str:
    """A number that a model wrote, which may have thousands of digits."""
    return str(value) if abs(value) < 10**9 else "(a huge number)"
