from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from overthink.config import Scope
from overthink.errors import UnreadableReply
from overthink.metrics.response import CORRECT, METRIC_VERSION, first_correct, kinds, new_strategies, score
from overthink.records import Loop, Score, Solution
from tests.builders import LETTERS, rows

OPENING, CLOSING = 7, 8  # characters, and tokens, of the tags


def scored(
    lengths: list[int],
    found: str,
    strategies: list[int] | None = None,
    *,
    scope: Scope = "thinking",
    rest: int = 10,
    **more: Any,
) -> Score:
    segments, clusters, verdicts = rows(lengths, found, strategies, start=OPENING, **more)
    after = (segments.thinking[1] + CLOSING, segments.thinking[1] + CLOSING + rest)
    starts = np.arange(after[1], dtype=np.int64)
    return score(starts, segments, clusters, verdicts, after=after, scope=scope, t_max=1000, source="s")


# The paper's example: 13 solutions of 901 tokens to "2 + 3", each right, with 7 strategies.
PAPER_TOKENS = [39, 109, 39, 96, 96, 96, 29, 29, 19, 96, 97, 59, 97]
PAPER_STRATEGIES = [1, 2, 3, 1, 2, 3, 4, 5, 6, 1, 1, 7, 1]


def test_papers_example_has_an_outcome_efficiency_of_39_over_901() -> None:
    found = scored(PAPER_TOKENS, "c" * 13, PAPER_STRATEGIES)
    assert found.tokens == 901
    assert found.tokens_to_answer == 39
    assert found.outcome_efficiency == 39 / 901
    assert round(100 * 39 / 901, 1) == 4.3


def test_papers_example_has_a_process_efficiency_of_323_over_901() -> None:
    assert scored(PAPER_TOKENS, "c" * 13, PAPER_STRATEGIES).process_efficiency == 323 / 901


def test_an_undetermined_solution_before_the_first_correct_one_leaves_the_response_out_of_outcome_efficiency() -> None:
    found = scored([100, 100], "uc", [1, 1])
    assert (found.tokens, found.first_correct) == (200, 2)
    assert found.outcome_efficiency is None
    assert found.outcome_efficiency_first_solution is None
    assert found.tokens_to_answer is None
    assert found.tokens_after_answer is None
    assert found.process_efficiency == 100 / 200


@pytest.mark.parametrize(
    ("lengths", "found", "tail", "outcome", "first_solution", "first"),
    [
        ([40, 40], "cc", 20, 0.40, 0.40, 1),
        ([30, 50, 70], "wcc", 50, 0.40, 0.25, 2),  # wrong solutions before the answer count to T̂, not to T̂ of the first
        ([60], "w", 40, 0.0, 0.0, None),
        ([60, 40], "wu", 0, None, None, None),  # none known to be correct, but one might be
        ([60, 40], "uw", 0, None, None, None),
        ([50, 30], "cu", 20, 0.50, 0.50, 1),  # what comes after the first correct one does not matter
        ([], "", 80, 0.0, 0.0, None),  # no answer stated anywhere
        ([], "", 0, None, None, None),  # an empty thinking box
    ],
)
def test_outcome_efficiency_worked_by_hand(
    lengths: list[int], found: str, tail: int, outcome: float | None, first_solution: float | None, first: int | None
) -> None:
    result = scored(lengths, found, tail=tail)
    assert result.outcome_efficiency == outcome
    assert result.outcome_efficiency_first_solution == first_solution
    assert result.first_correct == first


@pytest.mark.parametrize(
    ("lengths", "strategies", "tail", "expected"),
    [
        ([100], [1], 0, 1.0),
        ([40, 60], [1, 1], 0, 0.4),
        ([40, 60], [1, 2], 0, 1.0),
        ([40, 40], [1, 2], 20, 0.8),  # the tail counts to T
        ([10, 20, 30, 40], [1, 2, 1, 3], 0, 0.7),
        ([], [], 50, None),
        ([], [], 0, None),
    ],
)
def test_process_efficiency_worked_by_hand(
    lengths: list[int], strategies: list[int], tail: int, expected: float | None
) -> None:
    assert scored(lengths, "w" * len(lengths), strategies, tail=tail).process_efficiency == expected


@pytest.mark.parametrize(
    ("lengths", "found", "tail", "final", "expected"),
    [
        ([20, 80], "cw", 0, "w", 0.8),  # the right answer was there at 20 of 100, and given up
        ([20, 60], "ww", 20, "w", 0.0),  # T̂ = T
        ([], "", 70, "w", 0.0),
        ([20, 80], "cw", 0, "c", None),  # speaks of wrong answers only
        ([20, 80], "cw", 0, "u", None),
        ([20, 80], "uw", 0, "w", None),
        ([], "", 0, "w", None),
    ],
)
def test_underthinking_worked_by_hand(
    lengths: list[int], found: str, tail: int, final: str, expected: float | None
) -> None:
    assert scored(lengths, found, tail=tail, final=final).underthinking == expected


@pytest.mark.parametrize(
    ("tokens", "final", "expected"),
    [(250, "c", 0.75), (250, "w", 0.0), (250, "u", None), (1000, "c", 0.0), (4000, "c", 0.0), (0, "c", 1.0)],
)
def test_auc_oaa_falls_from_one_without_thinking_to_zero_at_t_max(
    tokens: int, final: str, expected: float | None
) -> None:
    assert scored([], "", tail=tokens, final=final).auc_oaa == expected


@pytest.mark.parametrize(("final", "expected"), [("c", True), ("w", False), ("u", None)])
def test_an_undetermined_final_verdict_is_neither_right_nor_wrong(final: str, expected: bool | None) -> None:
    assert scored([10], "c", final=final).correct is expected


def test_a_response_without_a_correct_solution_has_no_tokens_after_the_answer() -> None:
    assert scored([10], "w").tokens_after_answer is None
    assert scored([10, 20], "cw", tail=5).tokens_after_answer == 25


def test_without_a_gold_answer_only_the_metrics_that_need_none_are_defined() -> None:
    result = scored([40, 60], "uu", [1, 1], final="u", way="no_gold")
    assert result.process_efficiency == 0.4
    assert result.correct is result.outcome_efficiency is result.underthinking is result.auc_oaa is None
    empty = scored([], "", tail=50, final="u", way="no_gold")  # no solution is correct, but who would know?
    assert empty.outcome_efficiency is None


@pytest.mark.parametrize(
    ("found", "strategies", "expected"),
    [
        ("c", [1], ["first_correct"]),
        ("wcc", [1, 2, 2], ["wrong", "first_correct", "recheck"]),
        ("wcc", [1, 2, 1], ["wrong", "first_correct", "recheck"]),  # seen before, though in a wrong solution
        ("ccc", [1, 2, 3], ["first_correct", "new_strategy", "new_strategy"]),
        ("cwc", [1, 2, 2], ["first_correct", "wrong", "recheck"]),
        ("cuw", [1, 2, 3], ["first_correct", "undetermined", "wrong"]),
        ("uc", [1, 2], ["undetermined", "first_correct"]),
        ("", [], []),
    ],
)
def test_every_solution_is_of_one_kind(found: str, strategies: list[int], expected: list[str]) -> None:
    assert kinds([LETTERS[letter] for letter in found], strategies) == expected


@pytest.mark.parametrize(
    ("found", "first"),
    [("", 0), ("c", 1), ("wwc", 3), ("wcu", 2), ("ccu", 1), ("ww", 0), ("uc", None), ("wu", None), ("wuc", None)],
)
def test_the_first_correct_solution_is_not_known_if_an_undetermined_one_could_be_it(
    found: str, first: int | None
) -> None:
    assert first_correct([CORRECT[LETTERS[letter]] for letter in found]) == first


# Tokens


def test_scope_response_counts_the_text_after_the_tag_to_the_tail_and_leaves_the_tags_out() -> None:
    thinking = scored([30], "c", tail=20, rest=50)
    response = scored([30], "c", tail=20, rest=50, scope="response")
    assert (thinking.tokens, thinking.tail_tokens) == (50, 20)
    assert (response.tokens, response.tail_tokens) == (100, 70)
    assert thinking.response_tokens == response.response_tokens == 50 + 50 + OPENING + CLOSING
    assert (thinking.outcome_efficiency, response.outcome_efficiency) == (0.6, 0.3)
    assert thinking.auc_oaa == response.auc_oaa == 0.95  # of the thinking in either scope


def of_starts(starts: list[int], thinking: tuple[int, int], ends: list[int]) -> Score:
    segments, clusters, verdicts = rows([1] * len(ends), "c" * len(ends))
    solutions = [Solution(end=end, answer="5", answer_span=(end - 1, end)) for end in ends]
    segments = segments.model_copy(update={"thinking": thinking, "solutions": solutions})
    edges = {"after": (thinking[1], thinking[1]), "scope": "thinking", "t_max": 1000, "source": "s"}
    return score(np.array(starts, dtype=np.int64), segments, clusters, verdicts, **edges)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("starts", "thinking", "ends", "solution_tokens", "tail_tokens"),
    [
        ([0, 3, 6, 9], (0, 12), [4, 8], [2, 1], 1),  # the token at 3..6 lies across the end at 4
        ([0, 3, 6, 9], (0, 12), [3, 12], [1, 3], 0),  # one that starts at the end belongs to the next
        ([0, 1, 1, 1, 2], (0, 3), [1, 2], [1, 3], 1),  # one character of three tokens
        ([0, 3, 6, 9], (4, 9), [9], [1], 0),  # the tag's token reaches into the thinking; the next tag starts at 9
        ([0, 9], (0, 12), [4, 8], [1, 0], 1),  # a solution inside another token has none of its own
        ([], (0, 0), [], [], 0),
        ([5, 0, 9, 2, 14, 3, 1], (1, 8), [4], [3], 1),  # in any order
    ],
)
def test_a_token_belongs_where_its_first_character_lies(
    starts: list[int], thinking: tuple[int, int], ends: list[int], solution_tokens: list[int], tail_tokens: int
) -> None:
    result = of_starts(starts, thinking, ends)
    assert (result.solution_tokens, result.tail_tokens) == (solution_tokens, tail_tokens)
    assert result.tokens == sum(solution_tokens) + tail_tokens
    assert result.response_tokens == len(starts)


@pytest.mark.parametrize(
    ("starts", "thinking", "ends"),
    [
        (list(range(20)), (0, 10), [12]),  # a solution behind the thinking
        (list(range(20)), (0, 10), [8, 4]),  # ends that fall
        (list(range(20)), (5, 10), [3]),  # a solution before the thinking
    ],
)
def test_tokens_that_do_not_add_up_are_a_failure_and_not_a_number(
    starts: list[int], thinking: tuple[int, int], ends: list[int]
) -> None:
    with pytest.raises(UnreadableReply, match="do not add up"):
        of_starts(starts, thinking, ends)


def test_rows_that_do_not_fit_each_other_are_a_failure() -> None:
    segments, clusters, verdicts = rows([1, 1], "cc")
    edges: dict[str, Any] = {"after": (20, 20), "scope": "thinking", "t_max": 1000, "source": "s"}
    starts = np.arange(20, dtype=np.int64)
    with pytest.raises(UnreadableReply, match="brought together"):
        score(starts, segments, clusters.model_copy(update={"id": "q#1"}), verdicts, **edges)
    with pytest.raises(UnreadableReply, match="2 solutions, 1 strategies, 2 verdicts"):
        score(starts, segments, clusters.model_copy(update={"strategies": [1]}), verdicts, **edges)


# Loops

LOOPS = [Loop(start=start, end=end, period=5, copies=4) for start, end in ((20, 30), (40, 60), (80, 90), (160, 177))]


def test_tokens_of_loops_are_in_no_solution_and_no_tail_and_a_place_counts_those_before_it() -> None:
    """Thinking 7 to 177; solutions end at 37, 87 and 157: 10 of their tokens are in a loop, 20 + 7, and 3."""
    found = scored([30, 50, 70], "wcc", [1, 2, 2], tail=20, loops=LOOPS)
    assert (found.tokens, found.solution_tokens) == (170, [20, 23, 67])
    assert (found.loop_tokens, found.tail_tokens) == (10 + 27 + 3 + 17, 3)
    assert sum(found.solution_tokens) + found.loop_tokens + found.tail_tokens == found.tokens
    assert (found.loops_before, found.solution_ends) == ([10, 37, 40], [30, 80, 150])
    assert (found.tokens_to_answer, found.tokens_after_answer) == (80, 90)
    assert (found.outcome_efficiency, found.outcome_efficiency_first_solution) == (80 / 170, 23 / 170)
    assert found.process_efficiency == (20 + 23) / 170


def test_without_loops_a_row_has_none_before_its_solutions() -> None:
    found = scored([30, 50], "wc")
    assert (found.loop_tokens, found.loops_before, found.solution_ends) == (0, [], [30, 80])
    assert "loops_before" not in found.model_dump()


def test_the_white_space_before_a_loop_may_be_counted_to_it() -> None:
    segments, clusters, verdicts = rows([10], "c", loops=[Loop(start=12, end=20, period=2, copies=5)], end=20)
    edges: dict[str, Any] = {"after": (20, 20), "scope": "thinking", "t_max": 1000, "source": "s"}
    starts = np.arange(20, dtype=np.int64)
    found = score(starts, segments, clusters, verdicts, **edges)
    assert (found.solution_tokens, found.loop_tokens, found.tail_tokens) == ([10], 8, 2)
    found = score(starts, segments, clusters, verdicts, loops=[(10, 20)], **edges)
    assert (found.solution_tokens, found.loop_tokens, found.tail_tokens) == ([10], 10, 0)


@given(
    st.lists(st.integers(1, 40), max_size=6),
    st.lists(st.integers(0, 120), max_size=8, unique=True).map(sorted),
    st.integers(0, 40),
)
def test_solutions_loops_and_tail_add_up_whatever_the_loops_are(
    lengths: list[int], edges: list[int], tail: int
) -> None:
    end = 7 + sum(lengths) + tail
    spans = [(7 + a, 7 + b) for a, b in zip(edges[::2], edges[1::2], strict=False) if 7 + b <= end]
    loops = [Loop(start=start, end=stop, period=1, copies=4) for start, stop in spans]
    with_loops = scored(lengths, "c" * len(lengths), tail=tail, loops=loops)
    without = scored(lengths, "c" * len(lengths), tail=tail)
    assert sum(with_loops.solution_tokens) + with_loops.loop_tokens + with_loops.tail_tokens == with_loops.tokens
    assert with_loops.loop_tokens == sum(stop - start for start, stop in spans)
    for name in ("tokens", "solution_ends", "tokens_to_answer", "tokens_after_answer", "outcome_efficiency"):
        assert getattr(with_loops, name) == getattr(without, name)


# The version of the formulas

SCORES = {"1": "ffedc37ed978", "2": "fcfb91d1338e"}
"""By METRIC_VERSION, what the formulas of that version make of the responses below. Add a line, change none."""


def test_a_changed_formula_has_a_new_version() -> None:
    responses = [
        scored(PAPER_TOKENS, "c" * 13, PAPER_STRATEGIES),
        scored([30, 50, 70, 50], "wccw", [1, 2, 3, 1], tail=20, final="w"),
        scored([100, 100], "uc", [1, 1], tail=20, scope="response"),
        scored([], "", tail=50, final="w"),
        of_starts([0, 3, 6, 9], (0, 12), [4, 8]),
        scored([30, 50, 70], "wcc", [1, 2, 2], tail=20, loops=LOOPS),
    ]
    lines = "\n".join(response.model_dump_json() for response in responses)
    assert hashlib.sha256(lines.encode()).hexdigest()[:12] == SCORES[METRIC_VERSION]


# Invariants

solutions_of_a_response = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from("cwu"), st.integers(1, 4)), min_size=0, max_size=12
)
tails = st.integers(0, 40)


def of_parts(parts: list[tuple[int, str, int]], tail: int, *, final: str = "c", scope: Scope = "thinking") -> Score:
    return scored(
        [p[0] for p in parts], "".join(p[1] for p in parts), [p[2] for p in parts], tail=tail, final=final, scope=scope
    )


@given(solutions_of_a_response, tails, st.sampled_from("cwu"), st.sampled_from(["thinking", "response"]))
def test_efficiencies_lie_between_zero_and_one_and_tokens_add_up(
    parts: list[tuple[int, str, int]], tail: int, final: str, scope: Scope
) -> None:
    result = of_parts(parts, tail, final=final, scope=scope)
    assert sum(result.solution_tokens) + result.tail_tokens == result.tokens
    for value in (
        result.outcome_efficiency,
        result.outcome_efficiency_first_solution,
        result.process_efficiency,
        result.underthinking,
        result.auc_oaa,
    ):
        assert value is None or 0 <= value <= 1
    if result.outcome_efficiency is not None and result.outcome_efficiency_first_solution is not None:
        assert result.outcome_efficiency_first_solution <= result.outcome_efficiency
    if result.tokens_after_answer is not None and result.tokens_to_answer is not None:
        assert result.tokens_to_answer + result.tokens_after_answer == result.tokens


@given(solutions_of_a_response, tails)
def test_metrics_agree_with_a_count_token_by_token(parts: list[tuple[int, str, int]], tail: int) -> None:
    """The definitions read aloud: each token asks whether it stands before the answer, and whether it brings news."""
    result = of_parts(parts, tail)
    total, to_answer, distinct = tail, 0, 0
    answered, seen = False, []
    for tokens, verdict, strategy in parts:
        total += tokens
        to_answer += 0 if answered else tokens
        distinct += tokens if strategy not in seen else 0
        answered = answered or verdict == "c"
        seen.append(strategy)
    before_answer = [verdict for _, verdict, _ in parts[: result.first_correct or len(parts)]]
    assume(total > 0)
    if "u" in before_answer:
        assert result.outcome_efficiency is None
    else:
        assert result.outcome_efficiency == (to_answer / total if answered else 0)
    assert result.process_efficiency == (distinct / total if parts else None)


@given(solutions_of_a_response, tails, st.permutations([1, 2, 3, 4]))
def test_renaming_the_strategies_changes_nothing(
    parts: list[tuple[int, str, int]], tail: int, names: list[int]
) -> None:
    renamed = [(tokens, verdict, names[strategy - 1]) for tokens, verdict, strategy in parts]
    assert of_parts(parts, tail) == of_parts(renamed, tail)


@given(solutions_of_a_response.filter(bool), tails)
def test_repeating_the_last_solution_never_raises_an_efficiency(parts: list[tuple[int, str, int]], tail: int) -> None:
    once, twice = of_parts(parts, tail), of_parts([*parts, parts[-1]], tail)
    assert (once.outcome_efficiency is None) == (twice.outcome_efficiency is None)
    if once.outcome_efficiency is not None and twice.outcome_efficiency is not None:
        assert twice.outcome_efficiency <= once.outcome_efficiency
    assert once.process_efficiency is not None
    assert twice.process_efficiency is not None
    assert twice.process_efficiency <= once.process_efficiency


@given(st.integers(1, 500), st.sampled_from("cw"))
def test_one_solution_without_a_tail_wastes_nothing(tokens: int, verdict: str) -> None:
    result = scored([tokens], verdict, final=verdict)
    assert result.process_efficiency == 1
    assert result.outcome_efficiency == (verdict == "c")


@given(st.lists(st.integers(1, 5), max_size=30))
def test_new_strategies_are_as_many_as_there_are_strategies(strategies: list[int]) -> None:
    assert sum(new_strategies(strategies)) == len(set(strategies))
