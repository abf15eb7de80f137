"""attention: how much attention the constraints get while a response is generated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from overthink.errors import UnreadableReply
from overthink.follow.attention.reading import Attention, Floats, StepAttention
from overthink.records import Attended, Problem, Response, Span
from overthink.run.owed import Item

STAGE = "attention"
DIGITS = 7
"""Significant digits that are kept: those of float32."""

Split = Callable[[Response], tuple[Span | None, Span | None]]
"""The characters of a response that are its thinking and its answer; None if it has no such part."""


@dataclass(frozen=True)
class Prompted:
    """The text that the model saw before it wrote. `question` are the characters of it that are the problem's.

    `trimmed`: characters of white space at the problem's start that lie outside of `question`.
    `opened`: what of the assistant's turn is at its end, so that the recorded response begins with it, too.
    """

    text: str
    question: Span
    trimmed: int
    opened: str

    def places(self, spans: Sequence[Span]) -> list[Span]:
        """Where spans of the problem's question are in the text."""
        start, end = self.question
        shift = start - self.trimmed
        return [(max(low + shift, start), min(high + shift, end)) for low, high in spans]


def prompted_with(text: str, question: str, opened: str) -> Prompted | None:
    """The prompt with this question in it, as templates keep it or trim it; None if it is not there."""
    kept = question.strip()
    at = text.find(kept)
    if at < 0:
        return None
    return Prompted(text, (at, at + len(kept)), len(question) - len(question.lstrip()), opened)


@dataclass(frozen=True)
class AttentionReader:
    """Makes the rows. `prompted` gives the prompt of a problem as the model saw it."""

    attention: Attention
    prompted: Callable[[Problem], Prompted]
    split: Split

    def __call__(self, item: Item) -> Attended:
        """One row. UnreadableReply if the response is empty, too long, or not what its prompt began."""
        response = item.response
        prompted = self.prompted(item.problem)
        if not response.response.startswith(prompted.opened):
            raise UnreadableReply("not_its_prompt", f"the response does not begin with {prompted.opened!r}")
        shift = len(prompted.opened)
        prompt, prompt_places = self.attention.tokens(prompted.text)
        generated, places = self.attention.tokens(response.response[shift:])
        if not generated:
            raise UnreadableReply("empty", "nothing was generated")
        longest = self.attention.longest
        if longest is not None and len(prompt) + len(generated) > longest:
            raise UnreadableReply("too_long", f"{len(prompt) + len(generated)} tokens, and the model takes {longest}")
        spans = prompted.places(item.marked.spans)
        constraint = [k for k, place in enumerate(prompt_places) if any(_overlap(place, span) for span in spans)]
        reading = self.attention.read(prompt, generated, constraint)
        thinking, answer = (_range(places, span, shift) for span in self.split(response))
        return _row(item, reading, len(prompt), len(constraint), thinking, answer)


def _row(
    item: Item, reading: StepAttention, prompt: int, constraint: int, thinking: Span | None, answer: Span | None
) -> Attended:
    ratio = reading.alpha * reading.context
    return Attended(
        id=item.id,
        source=item.source,
        prompt_tokens=prompt,
        constraint_tokens=constraint,
        thinking=thinking,
        answer=answer,
        trace=_rounded(reading.alpha.mean(axis=0)),
        trace_ratio=_rounded(ratio.mean(axis=0)),
        beta=_mean(reading.alpha, answer),
        beta_ratio=_mean(ratio, answer),
    )


def _mean(alpha: Floats, answer: Span | None) -> list[float] | None:
    """β by layer: the mean over the answer's tokens."""
    return None if answer is None else _rounded(alpha[:, slice(*answer)].mean(axis=1))


def _rounded(values: Floats) -> list[float]:
    return [float(np.format_float_positional(value, DIGITS, fractional=False)) for value in values]


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _range(places: Sequence[Span], span: Span | None, shift: int) -> Span | None:
    """The tokens whose first character lies in the span of the response; None if there are none."""
    if span is None:
        return None
    inside = [k for k, (low, _) in enumerate(places) if span[0] <= low + shift < span[1]]
    return (inside[0], inside[-1] + 1) if inside else None
