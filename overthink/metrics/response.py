"""The metrics of one response: its tokens, its solutions, their strategies and verdicts become a Score.

Formulas: "Do NOT Think That Much for 2+3=?" (arXiv 2412.21187) for the two efficiencies; "Thoughts Are All Over the
Place" (arXiv 2501.18585) for underthinking; "OptimalThinkingBench" (arXiv 2508.13141) for AUC_OAA.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overthink.config import Scope
from overthink.errors import UnreadableReply
from overthink.records import Clusters, Kind, Score, Segments, Span, Verdict, Verdicts
from overthink.text.tokens import counts

METRIC_VERSION = "2"
"""Raised whenever a formula or an edge of one changes: reports of unlike versions must not be subtracted."""


def score(
    starts: NDArray[np.int64],
    segments: Segments,
    clusters: Clusters,
    verdicts: Verdicts,
    *,
    after: Span,
    loops: Sequence[Span] | None = None,
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
    tokens to T, in the tail. `loops`: the spans of `segments.loops`, if they are to begin with the white space before
    them, as a solution does. `t_max`, tokens: from there on AUC_OAA, which counts the thinking alone, is 0.
    `hidden`: the server showed nothing of the thinking; then `server_tokens` is its count of it, None if it told none.
    Raises UnreadableReply if the rows do not fit each other, or the tokens do not add up.
    """
    _check_rows(segments, clusters, verdicts)
    split = _split_tokens(starts, segments, loops or [(loop.start, loop.end) for loop in segments.loops])
    answer_tokens = _count(starts, after) if scope == "response" else 0
    tokens, tail_tokens = split.thinking + answer_tokens, split.tail + answer_tokens
    _check_sum(segments.id, tokens, [*split.solutions, sum(split.loops), tail_tokens])

    found = [solution.verdict for solution in verdicts.solutions]
    no_gold = verdicts.final.way == "no_gold"
    known = None if no_gold or hidden else first_correct([CORRECT[verdict] for verdict in found])
    thought = server_tokens if hidden else split.thinking
    to_answer = split.ends[known - 1] if known else None
    correct = None if no_gold else CORRECT[verdicts.final.verdict]
    return Score(
        id=segments.id,
        source=source,
        tokens=tokens,
        response_tokens=len(starts),
        solution_tokens=split.solutions,
        loop_tokens=sum(split.loops),
        loops_before=split.loops_before if sum(split.loops) else [],
        tail_tokens=tail_tokens,
        kinds=kinds(found, clusters.strategies),
        correct=correct,
        first_correct=found.index("correct") + 1 if "correct" in found else None,
        tokens_to_answer=to_answer,
        outcome_efficiency=outcome_efficiency(split.ends, known, tokens),
        outcome_efficiency_first_solution=None
        if known is None
        else _ratio(split.solutions[known - 1] if known else 0, tokens),
        process_efficiency=process_efficiency(split.solutions, new_strategies(clusters.strategies), tokens),
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


def outcome_efficiency(ends: Sequence[int], first: int | None, total: int) -> float | None:
    """ξ_O = T̂/T of one response (arXiv 2412.21187): what it took to the end of the first correct solution, of all.

    `ends`: what it took to the end of each solution; `total`: all that counts, T; both in the same unit. `first`: see
    `first_correct`. 0 if no solution is correct. None if the first correct one is not known, or there is nothing to
    count.
    """
    return None if first is None else _ratio(ends[first - 1] if first else 0, total)


def process_efficiency(lengths: Sequence[int], new: Sequence[bool], total: int) -> float | None:
    """ξ_P = D/T of one response (arXiv 2412.21187): the solutions that bring a new strategy, of all.

    `lengths`: of each solution, without loops; `total`: see `outcome_efficiency`; `new`: see `new_strategies`. None
    without a solution, or if there is nothing to count.
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


class _Split(NamedTuple):
    """Tokens of the thinking and of its pieces: of each solution, of the tail, and of the loops around each of these.

    `loops`: the tokens of loops within the stretch of each solution, and of the tail: without them it has as many as
    `solutions` and `tail` tell.
    """

    thinking: int
    solutions: list[int]
    tail: int
    loops: list[int]

    @property
    def loops_before(self) -> list[int]:
        """The tokens of loops before the end of each solution."""
        return list(accumulate(self.loops[:-1]))

    @property
    def ends(self) -> list[int]:
        """The tokens before the end of each solution."""
        return list(accumulate(map(sum, zip(self.solutions, self.loops, strict=False))))


def _split_tokens(starts: NDArray[np.int64], segments: Segments, loops: Sequence[Span]) -> _Split:
    """Tokens of the thinking and its pieces: a token belongs to the piece of its first character.

    What is between the blocks of a thinking belongs to none. The thinking is counted apart from its pieces, so that
    their sum can be held against it.
    """
    if segments.blocks:
        starts = np.concatenate([starts[(starts >= start) & (starts < end)] for start, end in segments.blocks])
    bounds = [segments.thinking[0], *(solution.end for solution in segments.solutions), segments.thinking[1]]
    looped = np.searchsorted(list(chain.from_iterable(loops)), starts, side="right") % 2 == 1
    *solutions, tail = counts(starts[~looped], bounds).tolist()
    return _Split(_count(starts, segments.thinking), solutions, tail, counts(starts[looped], bounds).tolist())


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


def _check_sum(row_id: str, tokens: int, pieces: Sequence[int]) -> None:
    """`pieces`: the tokens of the solutions, then those of the loops and of the tail."""
    if min(pieces) < 0 or sum(pieces) != tokens:
        *solutions, loops, tail = pieces
        raise UnreadableReply(
            "tokens",
            f"{row_id}: solutions {solutions}, loops {loops} and tail {tail} do not add up to {tokens} tokens",
        )
