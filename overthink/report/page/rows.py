"""What the page knows of each response: numbers and offsets; its text stands apart, in chunks.

Offsets are turned into UTF-16 code units, in which JavaScript counts. A row is an array, named by ROW_KEYS, and so is
a solution, named by SOLUTION_KEYS: the names stand in the page once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, get_args

from overthink.metrics.catalogue import SPECS, with_hidden
from overthink.records import Kind, Problem, Span
from overthink.run import Run
from overthink.run.scored import Join, Joined

KINDS = get_args(Kind)
ROW_KEYS = (
    "run", "problem", "sample", "chunk", "place", "tokens", "responseTokens", "saved", "correct", "firstCorrect",
    "outcome", "process", "loop", "tail", "truncated", "thinking", "loops", "after", "finalAnswer", "finalSpan",
    "finalVerdict", "finalWay", "hidden", "solutions", "strategies",
)  # fmt: skip
SOLUTION_KEYS = ("tokens", "loop", "kind", "strategy", "way", "end", "answer", "confidence")

CHUNK = 1_000_000
"""Characters of text after which a new chunk begins."""

_POOLED = next(spec for spec in SPECS if spec.name == "tokens_after_answer_share")


@dataclass
class Collected:
    """The rows of all runs, the problems they are about, and what is pooled over the responses of a dataset.

    `pooled[run][dataset]`: the tokens after the first correct answer, and all tokens, of the responses that have one.
    `chunks`: the responses whose texts stand together, in order: their join and id.
    """

    rows: list[list[Any]] = field(default_factory=list)
    problems: dict[tuple[str, str, str, str | None], int] = field(default_factory=dict)
    problem_rows: list[dict[str, Any]] = field(default_factory=list)
    strategies: dict[str, int] = field(default_factory=dict)
    pooled: list[dict[str, list[int]]] = field(default_factory=list)
    chunks: list[list[tuple[Join, str]]] = field(default_factory=list)
    _room: int = 0

    def add_run(self, run: Run, datasets: set[str]) -> None:
        """All scored responses of this run to these datasets."""
        number = len(self.pooled)
        self.pooled.append({})
        join = Join(run)
        for row in join.having("score"):
            problem = row.problem
            if problem.dataset not in datasets:
                continue
            sums = self.pooled[number].setdefault(problem.dataset, [0, 0])
            term = _POOLED.term(row)
            sums[0] += int(term.numerator)
            sums[1] += int(term.denominator)
            chunk, place = self._put_text(join, row)
            shown = _row(row) | {"run": number, "problem": self._problem(problem), "chunk": chunk, "place": place}
            names = row.clusters.names
            shown["strategies"] = [self.strategies.setdefault(name, len(self.strategies)) for name in names]
            self.rows.append([shown[key] for key in ROW_KEYS])

    def texts(self, chunk: int) -> list[str]:
        """The responses of one chunk, read anew, without what is between the blocks of their thinking."""
        return [join.of(row_id).text for join, row_id in self.chunks[chunk]]

    def _put_text(self, join: Join, row: Joined) -> tuple[int, int]:
        if self._room <= 0:
            self.chunks.append([])
            self._room = CHUNK
        self._room -= len(row.response.response)
        self.chunks[-1].append((join, row.id))
        return len(self.chunks) - 1, len(self.chunks[-1]) - 1

    def _problem(self, problem: Problem) -> int:
        key = (problem.dataset, problem.id, problem.question, problem.answer)
        if key not in self.problems:
            self.problems[key] = len(self.problem_rows)
            self.problem_rows.append(
                problem.model_dump(include={"id", "dataset", "question", "answer", "level", "subject"})
            )
        return self.problems[key]


def _row(row: Joined) -> dict[str, Any]:
    response, segments, verdicts, score = row.response, row.segments, row.verdicts, row.score
    units = Utf16(row.text)
    solutions = [
        [
            tokens,
            after - before - tokens,
            KINDS.index(kind),
            strategy,
            verdict.way,
            units.at(solution.end),
            units.span(solution.answer_span),
            solution.confidence,
        ]
        for tokens, (before, after), kind, strategy, verdict, solution in zip(
            score.solution_tokens,
            pairwise([0, *score.solution_ends]),
            score.kinds,
            row.clusters.strategies,
            row.verdicts.solutions,
            segments.solutions,
            strict=True,
        )
    ]
    final = verdicts.final
    return {
        "sample": response.sample,
        "tokens": with_hidden(score, score.tokens),
        "hidden": score.hidden,
        "responseTokens": with_hidden(score, score.response_tokens),
        "saved": score.tokens_after_answer,
        "correct": score.correct,
        "firstCorrect": score.first_correct,
        "outcome": _rounded(score.outcome_efficiency),
        "process": _rounded(score.process_efficiency),
        "loop": score.loop_tokens,
        "tail": score.tail_tokens,
        "truncated": segments.truncated,
        "thinking": units.span(segments.thinking),
        "loops": [units.span((loop.start, loop.end)) for loop in segments.loops],
        "after": units.span(row.thinking.after),
        "finalAnswer": final.answer,
        "finalSpan": None if final.answer_span is None else units.span(final.answer_span),
        "finalVerdict": final.verdict,
        "finalWay": final.way,
        "solutions": solutions,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


class Utf16:
    """Character offsets of a text as offsets in UTF-16 code units: each character above U+FFFF takes two."""

    def __init__(self, text: str) -> None:
        self._wide: Sequence[int] = () if text.isascii() else [i for i, c in enumerate(text) if c > "\uffff"]

    def at(self, offset: int) -> int:
        """The offset in code units."""
        return offset + bisect_left(self._wide, offset)

    def span(self, span: Span) -> Span:
        """Both ends of a span."""
        return self.at(span[0]), self.at(span[1])
