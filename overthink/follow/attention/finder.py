"""The judge that finds the words of a prompt that state its constraints: one call a prompt, every quotation checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from overthink.errors import UnreadableReply
from overthink.judge.dialogue import ask_twice, tokens_left
from overthink.judge.fence import fenced
from overthink.judge.interface import Conversation
from overthink.judge.prompt import Texts, load_prompt
from overthink.judge.reply import Answered, read_reply
from overthink.records import Span


class Found(Answered):
    """One constraint."""

    quote: str


class ConstraintsReply(Answered):
    """The judge's reply."""

    constraints: list[Found]


@dataclass(frozen=True)
class FinderTexts(Texts):
    """What fills the place of the last turn."""

    instruction: str


class ConstraintFinder:
    """`count` counts tokens, `context_tokens` are those of the judge."""

    name = "constraints-1"

    def __init__(self, count: Callable[[str], int], context_tokens: int) -> None:
        self.prompt = load_prompt("follow/prompts/constraints.md", ConstraintsReply, FinderTexts)
        self._count = count
        self._tokens_left = partial(tokens_left, self.prompt, count, context_tokens)
        self.prompts = {"constraints": self.prompt.digest}

    def ask(self, question: str) -> Conversation[list[Span]]:
        """Find the characters of the question that state its constraints: rising, apart. UnreadableReply if none do."""
        texts = FinderTexts(instruction=fenced("instruction", question))
        if self._count(texts.instruction) > self._tokens_left():
            raise UnreadableReply("too_long", "the instruction does not fit the judge's context")
        return (yield from ask_twice(self.prompt, texts, partial(_read, question)))


def _read(question: str, reply: str) -> list[Span]:
    spans = [_place(question, found.quote) for found in read_reply(reply, ConstraintsReply).constraints]
    if not spans:
        raise UnreadableReply("no_constraint", "no constraint is quoted")
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _place(question: str, quote: str) -> Span:
    """Find the quotation, letter for letter."""
    at = question.find(quote.strip())
    if at < 0 or not quote.strip():
        raise UnreadableReply("quote_not_found", f"the quotation {quote[:80]!r} does not stand in the instruction")
    return at, at + len(quote.strip())
