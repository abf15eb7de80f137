"""The metrics of one response: its tokens, its solutions, their strategies and verdicts become a Score.

Formulas: "Do NOT Think That Much for 2+3=?" (arXiv 2412.21187) for the two efficiencies; "Thoughts Are All Over the
Place" (arXiv 2501.18585) for underthinking; "OptimalThinkingBench" (arXiv 2508.13141) for AUC_OAA.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from overthink.config import Scope
from overthink.errors import UnreadableReply
from overthink.records import Clusters, Kind, Score, Segments, Span, Verdict, Verdicts
from overthink.text.tokens import counts

METRIC_VERSION = "1"
"""Raised whenever a formula or an edge of one changes: reports of unlike versions must not be subtracted."""


def score(
    starts: NDArray[np.int64],
    segments: Segments,
    clusters: Clusters,
    verdicts: Verdicts,
    *,
    after: Span,
    scope: Scope,
    t_max: int,
    source: str,
    hidden: bool = False,
    server_tokens: int | None = None,
) -> Score:
    """Every metric of one response.

    `starts`, shape `(tokens,)`: the character offset of the first character of each token of the whole response,
    in any order (composed characters can change it).
    `after`: the span of the text after the thinking tag (empty if there is no tag); scope "response" counts its
    tokens to T, in the tail. `t_max`, tokens: from there on AUC_OAA, which counts the thinking alone, is 0.
    `hidden`: the server showed nothing of the thinking; then `server_tokens` is its count of it, None if it told none.
    Raises UnreadableReply if the rows do not fit each other, or the tokens do not add up.
    """
    _check_rows(segments, clusters, verdicts)
    thinking_tokens, solution_tokens, tail_tokens = _split_tokens(starts, segments)
    tokens = thinking_tokens
    if scope == "response":
        answer_tokens = _count(starts, after)
        tokens, tail_tokens = tokens + answer_tokens, tail_tokens + answer_tokens
    _check_sum(segments.id, tokens, solution_tokens, tail_tokens)

    found = [solution.verdict for solution in verdicts.solutions]
    no_gold = verdicts.final.way == "no_gold"
    known = None if no_gold or hidden else first_correct([CORRECT[verdict] for verdict in found])
    thought = server_tokens if hidden else thinking_tokens
    to_answer = sum(solution_tokens[:known]) if known else None
    correct = None if no_gold else CORRECT[verdicts.final.verdict]
    return Score(
        id=segments.id,
        source=source,
        tokens=tokens,
        response_tokens=len(starts),
        solution_tokens=solution_tokens,
        tail_tokens=tail_tokens,
        kinds=kinds(found, clusters.strategies),
        correct=correct,
        first_correct=found.index("correct") + 1 if "correct" in found else None,
        tokens_to_answer=to_answer,
        outcome_efficiency=outcome_efficiency(solution_tokens, known, tokens),
        outcome_efficiency_first_solution=None
        if known is None
        else _ratio(solution_tokens[known - 1] if known else 0, tokens),
        process_efficiency=process_efficiency(solution_tokens, new_strategies(clusters.strategies), tokens),
        tokens_after_answer=None if to_answer is None else tokens - to_answer,
        underthinking=_underthinking(to_answer, tokens) if known is not None and correct is False else None,
        auc_oaa=None if correct is None or thought is None else correct * max(0, t_max - thought) / t_max,
        hidden=hidden,
        server_tokens=server_tokens if hidden else None,
    )


CORRECT: dict[Verdict, bool | None] = {"correct": True, "wrong": False, "undetermined": None}
"""What a verdict says of an answer; None: nothing."""


def first_correct(correct: Sequence[bool | None]) -> int | None:
    """The number, from 1, of the first correct solution; 0 if none is correct.

    `correct`: of each solution, None if it is undetermined. None if one of these could be the first: if it comes before
    the first correct one, or none is correct.
    """
    for number, known in enumerate(correct, start=1):
        if known is None:
            return None
        if known:
            return number
    return 0


def outcome_efficiency(lengths: Sequence[int], first: int | None, total: int) -> float | None:
    """ξ_O = T̂/T of one response (arXiv 2412.21187): what it took to the end of the first correct solution, of all.

    `lengths`: of each solution; `total`: of all that counts, T; both in the same unit. `first`: see `first_correct`.
    0 if no solution is correct. None if the first correct one is not known, or there is nothing to count.
    """
    return None if first is None else _ratio(sum(lengths[:first]), total)


def process_efficiency(lengths: Sequence[int], new: Sequence[bool], total: int) -> float | None:
    """ξ_P = D/T of one response (arXiv 2412.21187): the solutions that bring a new strategy, of all.

    `lengths`, `total`: see `outcome_efficiency`; `new`: see `new_strategies`. None without a solution, or if there is
    nothing to count.
    """
    distinct = sum(length for length, is_new in zip(lengths, new, strict=True) if is_new)
    return _ratio(distinct, total) if lengths else None


def new_strategies(strategies: Sequence[int]) -> list[bool]:
    """τ of each solution: does its strategy occur in none of the solutions before it? (arXiv 2412.21187)."""
    seen: set[int] = set()
    result = []
    for strategy in strategies:
        result.append(strategy not in seen)
        seen.add(strategy)
    return result


def kinds(found: Sequence[Verdict], strategies: Sequence[int]) -> list[Kind]:
    """What each solution was good for: exactly one kind each."""
    result: list[Kind] = []
    answered = False
    for verdict, new in zip(found, new_strategies(strategies), strict=True):
        if verdict != "correct":
            result.append(verdict)
        elif not answered:
            result.append("first_correct")
            answered = True
        else:
            result.append("new_strategy" if new else "recheck")
    return result


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _underthinking(to_answer: int | None, tokens: int) -> float | None:
    """1 − T̂/T of a response whose final answer is wrong; T̂ = T if no solution is correct."""
    return _ratio(0 if to_answer is None else tokens - to_answer, tokens)


def _count(starts: NDArray[np.int64], span: Span) -> int:
    return int(np.count_nonzero((starts >= span[0]) & (starts < span[1])))


def _split_tokens(starts: NDArray[np.int64], segments: Segments) -> tuple[int, list[int], int]:
    """Tokens of the thinking, of each solution and of the tail: a token belongs to the piece of its first character.

    What is between the blocks of a thinking belongs to none. The thinking is counted apart from its pieces, so that
    their sum can be held against it.
    """
    if segments.blocks:
        starts = np.concatenate([starts[(starts >= start) & (starts < end)] for start, end in segments.blocks])
    bounds = [segments.thinking[0], *(solution.end for solution in segments.solutions), segments.thinking[1]]
    pieces = counts(starts, bounds).tolist()
    return _count(starts, segments.thinking), pieces[:-1], pieces[-1]


def _check_rows(segments: Segments, clusters: Clusters, verdicts: Verdicts) -> None:
    solutions = len(segments.solutions)
    if not segments.id == clusters.id == verdicts.id:
        raise UnreadableReply("rows", f"rows of {segments.id}, {clusters.id} and {verdicts.id} were brought together")
    if not solutions == len(clusters.strategies) == len(verdicts.solutions):
        raise UnreadableReply(
            "rows",
            f"{segments.id}: {solutions} solutions, {len(clusters.strategies)} strategies, "
            f"{len(verdicts.solutions)} verdicts",
        )


def _check_sum(row_id: str, tokens: int, solution_tokens: list[int], tail_tokens: int) -> None:
    if min([*solution_tokens, tail_tokens]) < 0 or sum(solution_tokens) + tail_tokens != tokens:
        raise UnreadableReply(
            "tokens", f"{row_id}: solutions {solution_tokens} and tail {tail_tokens} do not add up to {tokens} tokens"
        )
