"""profile(): the way from segment to score in process, for notebooks and reward functions. No files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from overthink.answers.stage import verify_rows
from overthink.answers.workers import SympyVerifier
from overthink.config import DEFAULTS
from overthink.errors import OverthinkError
from overthink.metrics.stage import score_row
from overthink.records import (
    Caveat,
    Failure,
    FinalVerdict,
    Kind,
    Loop,
    Problem,
    Response,
    Row,
    Score,
    Span,
    Verdict,
    Way,
)
from overthink.run.caveats import caveats_in
from overthink.run.owed import Item, Work
from overthink.run.workers import Workers, one_by_one
from overthink.solutions.stage import segment_row
from overthink.strategies.stage import cluster_row
from overthink.text.tokenizers import load_tokenizer


class ProfiledSolution(Row):
    """One solution: `response[start:end]` but for loops, its answer, and what is known of it."""

    start: int
    end: int
    answer: str
    answer_span: Span
    verdict: Verdict
    way: Way
    kind: Kind
    strategy: int
    strategy_name: str
    tokens: int
    confidence: float | None


class Profile(Row):
    """What `overthink.profile` knows of one response; `score` holds its metrics, `caveats` what they rest on."""

    thinking: Span
    loops: list[Loop] = []
    solutions: list[ProfiledSolution]
    tail: bool
    truncated: bool
    final: FinalVerdict
    score: Score
    caveats: list[Caveat] = []


def profile_many(
    questions: Sequence[str],
    responses: Sequence[str],
    answers: Sequence[str | None],
    tokenizer: str,
    cut_off: bool | Sequence[bool],
) -> list[Profile]:
    """See `overthink.profile`. OverthinkError if the lists are of unlike length, or a row cannot be made."""
    flags = [cut_off] * len(questions) if isinstance(cut_off, bool) else list(cut_off)
    for text in (*questions, *responses):
        if not isinstance(text, str):
            raise OverthinkError(
                f"a question or response is {type(text).__name__}, not a text", "Give texts, or lists of them."
            )
    lengths = {len(questions), len(responses), len(answers), len(flags)}
    if len(lengths) > 1:
        raise OverthinkError(f"lists of unlike length: {sorted(lengths)}", "Give one response and answer a question.")
    problems = [
        Problem(id=str(k), dataset="profile", question=question, answer=answer)
        for k, (question, answer) in enumerate(zip(questions, answers, strict=True))
    ]
    rows = [
        Response(
            id=f"{k}#1",
            problem_id=str(k),
            sample=1,
            model=tokenizer,
            response=response.encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
            finish_reason="length" if flag else "unknown",
        )
        for k, (response, flag) in enumerate(zip(responses, flags, strict=True))
    ]
    items = [
        Item(row.id, "", {"problems": problem, "generate": row}) for problem, row in zip(problems, rows, strict=True)
    ]
    count = load_tokenizer("", tokenizer).tokenizer
    with Workers() as workers, SympyVerifier() as verifier:
        items = _joined(items, "segment", workers.each("segment", segment_row))
        items = _joined(items, "cluster", workers.each("cluster", cluster_row))
        items = _joined(items, "verify", partial(verify_rows, verifier))
        scores = DEFAULTS.score
        items = _joined(items, "score", one_by_one("score", partial(score_row, count, scores.scope, scores.t_max)))
    return [_profile(item) for item in items]


def _joined(items: list[Item], stage: str, work: Work) -> list[Item]:
    """Each item with the row that this stage makes of it."""
    rows: dict[str, Row] = {}
    for row in work(iter(items)):
        if isinstance(row, Failure):
            raise OverthinkError(
                f"response {row.id}: {row.stage}: {row.kind}: {row.message}", "Leave this response out."
            )
        rows[row.id] = row  # type: ignore[attr-defined]
    return [item.having(stage, rows[item.id]) for item in items]


def _profile(item: Item) -> Profile:
    """The rows of one response as one record."""
    segments, clusters, verdicts, score = item.segments, item.clusters, item.verdicts, item.score
    starts = [segments.thinking[0], *(solution.end for solution in segments.solutions)]
    return Profile(
        thinking=segments.thinking,
        loops=segments.loops,
        solutions=[
            ProfiledSolution(
                start=start,
                end=solution.end,
                answer=solution.answer,
                answer_span=solution.answer_span,
                verdict=verdict.verdict,
                way=verdict.way,
                kind=kind,
                strategy=strategy,
                strategy_name=clusters.names[strategy - 1],
                tokens=tokens,
                confidence=solution.confidence,
            )
            for start, solution, verdict, kind, strategy, tokens in zip(
                starts,
                segments.solutions,
                verdicts.solutions,
                score.kinds,
                clusters.strategies,
                score.solution_tokens,
                strict=False,
            )
        ],
        tail=segments.tail,
        truncated=segments.truncated,
        final=verdicts.final,
        score=score,
        caveats=caveats_in(item.response, item.thinking, gold=item.gold, segments=segments, final=verdicts.final),
    )
