"""verify: is the answer of each solution, and the final answer of the response, equal to the gold answer?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from overthink.core.answers import final_answer
from overthink.core.thinking import find_thinking
from overthink.ports import Verifier
from overthink.records import FinalVerdict, Problem, Response, Segments, SolutionVerdict, Span, Verdict, Verdicts, Way
from overthink.run import Item

BATCH = 64
"""Responses whose pairs go to the verifier in one call: enough to keep its processes busy."""


def verify_rows(verifier: Verifier, tags: tuple[str, str] | None, items: Iterator[Item]) -> Iterator[Verdicts]:
    """The stage at work; `tags` are the thinking tags where they are not among those known."""
    while batch := list(islice(items, BATCH)):
        yield from verify_batch(batch, verifier, tags)


def verify_batch(items: Sequence[Item], verifier: Verifier, tags: tuple[str, str] | None = None) -> list[Verdicts]:
    """The verdicts on several responses, in order, with one call of the verifier. Rows: problem, response, segments."""
    finals = [_final_span(item, tags) for item in items]
    pairs = [pair for item, final in zip(items, finals, strict=True) for pair in _pairs(item, final)]
    outcomes = iter(verifier.compare(pairs))
    rows: list[Verdicts] = []
    for item, final in zip(items, finals, strict=True):
        problem, response, segments = _rows(item)
        if problem.answer is None:
            solutions = [SolutionVerdict(verdict="undetermined", way="no_gold") for _ in segments.solutions]
            verdict = _final(response, final, "undetermined", "no_gold")
        else:
            solutions = [_solution(*next(outcomes)) for _ in segments.solutions]
            verdict = _final(response, final, *next(outcomes)) if final else _missing(segments)
        rows.append(Verdicts(id=item.id, source=item.source, final=verdict, solutions=solutions))
    return rows


def _pairs(item: Item, final: Span | None) -> list[tuple[str, str]]:
    problem, response, segments = _rows(item)
    gold = problem.answer
    if gold is None:
        return []
    answers = [solution.answer for solution in segments.solutions]
    if final is not None:
        answers.append(response.response[slice(*final)])
    return [(gold, answer) for answer in answers]


def _final_span(item: Item, tags: tuple[str, str] | None) -> Span | None:
    """Where the final answer stands; where the response states none, the last answer of its thinking."""
    _, response, segments = _rows(item)
    text = response.response
    span = final_answer(text, find_thinking(text, tags), cut_off=segments.truncated)
    if span is None and segments.solutions:
        return segments.solutions[-1].answer_span
    return span


def _rows(item: Item) -> tuple[Problem, Response, Segments]:
    problem, response, segments = item.rows
    return problem, response, segments


def _solution(verdict: Verdict, way: Way) -> SolutionVerdict:
    return SolutionVerdict(verdict=verdict, way=way)


def _final(response: Response, span: Span | None, verdict: Verdict, way: Way) -> FinalVerdict:
    answer = response.response[slice(*span)] if span else None
    return FinalVerdict(answer=answer, answer_span=span, verdict=verdict, way=way)


def _missing(segments: Segments) -> FinalVerdict:
    way: Way = "truncated" if segments.truncated else "missing"
    return FinalVerdict(answer=None, answer_span=None, verdict="wrong", way=way)
