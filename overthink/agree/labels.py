"""The solutions of one response as a reader or a run has them, and what `agree` measures of them.

A label file holds one JSON object a response, with the solutions that each of its readers found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field, model_validator

from overthink.metrics import response as metrics
from overthink.records import Loop, Span
from overthink.run.rows import ResponseRows
from overthink.text.loops import pieces
from overthink.text.paragraphs import paragraphs


@dataclass(frozen=True)
class Labelled:
    """The solutions of one response as one source (a reader, or a run) has them; one entry a solution in each tuple.

    Offsets are characters of the response. `correct` is None if the verdict is undetermined. `loops`: what of the
    thinking is in no solution.
    """

    text_key: str
    problem_id: str
    dataset: str
    thinking: Span
    paragraphs: tuple[Span, ...]
    ends: tuple[int, ...]
    correct: tuple[bool | None, ...]
    strategies: tuple[int, ...]
    loops: tuple[Loop, ...] = ()

    def __post_init__(self) -> None:
        if not len(self.ends) == len(self.correct) == len(self.strategies):
            raise ValueError(
                f"{self.problem_id}: {len(self.ends)} ends, {len(self.correct)} verdicts, "
                f"{len(self.strategies)} strategies: one of each is needed for every solution"
            )


class LabelledSolution(BaseModel):
    """One solution as a reader marked it; `end_char` is an offset into the response."""

    model_config = ConfigDict(frozen=True)

    end_char: int
    answer: str
    correct: bool
    strategy: int = Field(ge=1)
    strategy_name: str = ""


class LabelRow(BaseModel):
    """One line of a label file. Other keys than these are let through.

    pydantic.ValidationError says which key is missing or wrong.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    dataset: str
    response: str
    thinking: Span
    paragraphs: tuple[Span, ...]
    readers: tuple[tuple[LabelledSolution, ...], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _offsets_fit(self) -> LabelRow:
        start, stop = self.thinking
        if not 0 <= start <= stop <= len(self.response):
            raise ValueError(f"thinking {self.thinking} does not lie in a response of {len(self.response)} characters")
        for span, after in zip(self.paragraphs, (*self.paragraphs[1:], (stop, stop)), strict=False):
            if not start <= span[0] < span[1] <= after[0]:
                raise ValueError(f"paragraph {span} is empty, or out of order, or not in the thinking {self.thinking}")
        for number, reader in enumerate(self.readers, start=1):
            ends = [start, *(solution.end_char for solution in reader), stop + 1]
            if any(end >= after for end, after in pairwise(ends)):
                raise ValueError(f"the ends of reader {number} do not rise within the thinking: {ends[1:-1]}")
        return self

    def labelled(self, reader: int = 0) -> Labelled:
        """The solutions as reader `reader` (from 0) has them. Raises IndexError if there is no such reader."""
        solutions = self.readers[reader]
        return Labelled(
            text_key=text_key(self.response),
            problem_id=self.id,
            dataset=self.dataset,
            thinking=self.thinking,
            paragraphs=self.paragraphs,
            ends=tuple(solution.end_char for solution in solutions),
            correct=tuple(solution.correct for solution in solutions),
            strategies=tuple(solution.strategy for solution in solutions),
        )


def labelled_from_run(rows: ResponseRows) -> Labelled:
    """The solutions of one response as a run has them, with its own verdicts."""
    text, segments = rows.text, rows.segments
    return Labelled(
        text_key=text_key(rows.response.response),
        problem_id=rows.problem.id,
        dataset=rows.problem.dataset,
        thinking=segments.thinking,
        paragraphs=tuple(paragraphs(text, *segments.thinking)),
        ends=tuple(solution.end for solution in segments.solutions),
        correct=tuple(metrics.CORRECT[solution.verdict] for solution in rows.verdicts.solutions),
        strategies=tuple(rows.clusters.strategies),
        loops=tuple(segments.loops),
    )


def text_key(response: str) -> str:
    """The digest by which rows of the same response find each other; lone surrogates are let through."""
    return sha256(response.encode("utf-8", "surrogatepass")).hexdigest()


def paragraph_of(end: int, paragraphs: Sequence[Span]) -> int:
    """The number, from 0, of the paragraph that an end offset lies in or closes: the last that starts before it."""
    return max(bisect_left(paragraphs, end, key=lambda span: span[0]) - 1, 0)


def boundaries(row: Labelled, paragraphs: Sequence[Span]) -> set[int]:
    """The numbers of the paragraphs at which solutions end, without the trivial last one."""
    return {paragraph_of(end, paragraphs) for end in row.ends} - {len(paragraphs) - 1}


def outcome_efficiency(row: Labelled) -> float | None:
    """ξ_O of one response, in characters."""
    ends = [end - row.thinking[0] for end in row.ends]
    return metrics.outcome_efficiency(ends, metrics.first_correct(row.correct), row.thinking[1] - row.thinking[0])


def process_efficiency(row: Labelled) -> float | None:
    """ξ_P of one response, in characters."""
    return metrics.process_efficiency(
        _lengths(row), metrics.new_strategies(row.strategies), row.thinking[1] - row.thinking[0]
    )


def _lengths(row: Labelled) -> list[int]:
    """The characters of each solution, without those of loops."""
    stretches = pairwise((row.thinking[0], *row.ends))
    return [sum(end - start for start, end in pieces(stretch, row.loops)) for stretch in stretches]


def paragraph_strategies(row: Labelled, paragraphs: Sequence[Span]) -> list[int]:
    """The strategy of each paragraph, 0 in the tail. A paragraph with several ends belongs to the first of them."""
    labels: list[int] = []
    for end, strategy in zip(row.ends, row.strategies, strict=True):
        labels += [strategy] * (paragraph_of(end, paragraphs) + 1 - len(labels))
    return labels + [0] * (len(paragraphs) - len(labels))
