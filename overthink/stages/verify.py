"""Verdicts: is the answer of each solution, and the final answer of the response, equal to the gold answer?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from overthink.core.answers import final_answer
from overthink.core.thinking import find_thinking
from overthink.ports import Verifier
from overthink.records import (
    FinalVerdict,
    Problem,
    Response,
    Segments,
    SolutionVerdict,
    Span,
    Verdict,
    Verdicts,
    Way,
)


@dataclass(frozen=True)
class Item:
    """One response to verify. `source` is the digest of the rows it was made from."""

    problem: Problem
    response: Response
    segments: Segments
    source: str


def verify_response(
    problem: Problem,
    response: Response,
    segments: Segments,
    verifier: Verifier,
    source: str,
    tags: tuple[str, str] | None = None,
) -> Verdicts:
    """The verdicts on one response; `tags` are the thinking tags where they are not among those known."""
    return verify_batch([Item(problem, response, segments, source)], verifier, tags)[0]


def verify_batch(items: Sequence[Item], verifier: Verifier, tags: tuple[str, str] | None = None) -> list[Verdicts]:
    """The verdicts on several responses, in order, with one call of the verifier."""
    finals = [_final_span(item, tags) for item in items]
    pairs = [pair for item, final in zip(items, finals, strict=True) for pair in _pairs(item, final)]
    outcomes = iter(verifier.compare(pairs))
    rows: list[Verdicts] = []
    for item, final in zip(items, finals, strict=True):
        if item.problem.answer is None:
            solutions = [SolutionVerdict(verdict="undetermined", way="no_gold") for _ in item.segments.solutions]
            verdict = _without_gold(item, final)
        else:
            solutions = [_solution(*next(outcomes)) for _ in item.segments.solutions]
            verdict = _final(item, final, *next(outcomes)) if final else _missing(item)
        rows.append(Verdicts(id=item.response.id, source=item.source, final=verdict, solutions=solutions))
    return rows


def _pairs(item: Item, final: Span | None) -> list[tuple[str, str]]:
    gold = item.problem.answer
    if gold is None:
        return []
    answers = [solution.answer for solution in item.segments.solutions]
    if final is not None:
        answers.append(item.response.response[slice(*final)])
    return [(gold, answer) for answer in answers]


def _final_span(item: Item, tags: tuple[str, str] | None) -> Span | None:
    """Where the final answer stands; where the response states none, the last answer of its thinking."""
    text = item.response.response
    span = final_answer(text, find_thinking(text, tags), cut_off=item.segments.truncated)
    if span is None and item.segments.solutions:
        return item.segments.solutions[-1].answer_span
    return span


def _solution(verdict: Verdict, way: Way) -> SolutionVerdict:
    return SolutionVerdict(verdict=verdict, way=way)


def _final(item: Item, span: Span, verdict: Verdict, way: Way) -> FinalVerdict:
    return FinalVerdict(answer=item.response.response[slice(*span)], answer_span=span, verdict=verdict, way=way)


def _missing(item: Item) -> FinalVerdict:
    way: Way = "truncated" if item.segments.truncated else "missing"
    return FinalVerdict(answer=None, answer_span=None, verdict="wrong", way=way)


def _without_gold(item: Item, span: Span | None) -> FinalVerdict:
    if span is None:
        return _missing(item)
    return _final(item, span, "undetermined", "no_gold")
