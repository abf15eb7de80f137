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
) -> Score:
    """Every metric of one response.

    `starts`, shape `(tokens,)`: the character offset of the first character of each token of the whole response,
    in any order (composed characters can change it).
    `after`: the span of the text after the thinking tag (empty where there is no tag); scope "response" counts its
    tokens to T, in the tail. `t_max`, tokens: where AUC_OAA reaches 0; it looks at the thinking alone in either scope.
    Raises UnreadableReply where the rows do not fit each other, or the tokens do not add up.
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
    first = found.index("correct") + 1 if "correct" in found else None
    known = first_correct_is_known(found) and not no_gold
    to_answer = sum(solution_tokens[:first]) if first and known else None
    correct = None if no_gold else _CORRECT[verdicts.final.verdict]
    distinct = sum(t for t, new in zip(solution_tokens, new_strategies(clusters.strategies), strict=True) if new)
    return Score(
        id=segments.id,
        source=source,
        tokens=tokens,
        response_tokens=len(starts),
        solution_tokens=solution_tokens,
        tail_tokens=tail_tokens,
        kinds=kinds(found, clusters.strategies),
        correct=correct,
        first_correct=first,
        tokens_to_answer=to_answer,
        outcome_efficiency=_ratio(to_answer or 0, tokens) if known else None,
        outcome_efficiency_first_solution=_ratio(solution_tokens[first - 1] if first else 0, tokens) if known else None,
        process_efficiency=_ratio(distinct, tokens) if found else None,
        tokens_after_answer=None if to_answer is None else tokens - to_answer,
        underthinking=_underthinking(to_answer, tokens) if known and correct is False else None,
        auc_oaa=None if correct is None else correct * max(0, t_max - thinking_tokens) / t_max,
    )


def first_correct_is_known(found: Sequence[Verdict | Kind]) -> bool:
    """Whether the verdicts (or kinds) of the solutions tell which is the first correct one, or that none is.

    They do not where an undetermined solution stands before the first correct one, or where none is correct.
    """
    for verdict in found:
        if verdict in ("correct", "first_correct"):
            return True
        if verdict == "undetermined":
            return False
    return True


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


_CORRECT: dict[Verdict, bool | None] = {"correct": True, "wrong": False, "undetermined": None}


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _underthinking(to_answer: int | None, tokens: int) -> float | None:
    """1 − T̂/T of a response whose final answer is wrong; T̂ = T where no solution is correct."""
    return _ratio(0 if to_answer is None else tokens - to_answer, tokens)


def _count(starts: NDArray[np.int64], span: Span) -> int:
    return int(np.count_nonzero((starts >= span[0]) & (starts < span[1])))


def _split_tokens(starts: NDArray[np.int64], segments: Segments) -> tuple[int, list[int], int]:
    """Tokens of the thinking, of each solution and of the tail: a token lies where its first character lies.

    The thinking is counted apart from its pieces, so that their sum can be held against it.
    """
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
