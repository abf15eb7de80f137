"""Shares, differences, WIN/LOSE/TIE, correlations: held against figures made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr, spearmanr

from overthink.follow.correlation import correlations
from overthink.follow.measures import Answer, changes, measured
from overthink.follow.outcomes import by_kind, by_prompt, outcome
from overthink.stats.bootstrap import Draws

DRAWS = Draws(resamples=400, permutations=200, seed=1)


def answer(*loose: bool | None, kinds: tuple[str, ...] = (), tokens: int = 10, thinking: int = 0) -> Answer:
    names = tuple((kind,) for kind in kinds) or (("a",),) * len(loose)
    return Answer(
        kinds=names, strict=loose, loose=loose, answered=True, thought=thinking > 0, tokens=tokens,
        thinking_tokens=thinking,
    )  # fmt: skip


BASE = {"p": answer(True, True, kinds=("a", "b")), "q": answer(False, kinds=("a",)), "r": answer(True, kinds=("b",))}
COT = {
    "p": answer(True, False, kinds=("a", "b"), tokens=30, thinking=20),
    "q": answer(True, kinds=("a",), tokens=50, thinking=40),
    "r": answer(True, kinds=("b",), tokens=70, thinking=60),
}


def test_the_instruction_level_counts_constraints_and_the_prompt_level_prompts() -> None:
    metrics = measured(BASE, DRAWS)
    assert metrics["instruction_loose"].value == 0.75
    assert metrics["prompt_loose"].value == pytest.approx(2 / 3)
    assert (metrics["tokens"].value, metrics["tokens"].n) == (10, 3)


def test_differences_are_paired_and_hold_their_value() -> None:
    change = changes(BASE, COT, DRAWS)["instruction_loose"]
    assert (change.base, change.new, change.value, change.n) == (0.75, 0.75, 0.0, 3)
    assert change.ci_low is not None
    assert change.ci_high is not None
    assert change.ci_low <= 0.0 <= change.ci_high
    tokens = changes(BASE, COT, DRAWS)["tokens"]
    assert tokens.value == 40


def test_prompts_of_one_side_alone_are_not_compared() -> None:
    assert changes(BASE, {"p": COT["p"], "z": answer(True)}, DRAWS)["instruction_loose"].n == 1
    assert changes(BASE, {"z": answer(True)}, DRAWS)["instruction_loose"].value is None


def test_an_undecided_constraint_is_left_out_and_counted() -> None:
    metrics = measured({"p": answer(None, True), "q": answer(None), "r": answer(None, False)}, DRAWS)
    assert (metrics["instruction_loose"].value, metrics["instruction_loose"].n_excluded) == (0.5, 1)
    # one failed constraint fails its prompt, whatever is undecided beside it
    assert (metrics["prompt_loose"].value, metrics["prompt_loose"].n, metrics["prompt_loose"].n_excluded) == (0, 1, 2)


@pytest.mark.parametrize(
    ("base", "cot", "expected"),
    [
        (answer(True, False), answer(True, True), "win"),
        (answer(True, True), answer(False, True), "lose"),
        (answer(True, False), answer(False, True), "tie"),
        (answer(True), answer(None), None),
    ],
)
def test_a_prompt_is_won_lost_tied_or_not_known(base: Answer, cot: Answer, expected: str | None) -> None:
    assert outcome(base, cot) == expected


def test_outcomes_by_kind_count_constraints() -> None:
    kinds = {found.kind: (found.win, found.lose, found.tie, found.change.value) for found in by_kind(BASE, COT, DRAWS)}
    assert kinds == {"a": (1, 0, 1, 0.5), "b": (0, 1, 1, -0.5)}
    overall = by_prompt(BASE, COT, DRAWS)
    assert (overall.win, overall.lose, overall.tie, overall.undecided) == (1, 1, 1, 0)


verdicts = st.lists(st.booleans(), min_size=1, max_size=4)


@given(st.lists(st.tuples(verdicts, st.randoms(use_true_random=False)), min_size=1, max_size=8))
def test_win_lose_and_tie_add_up_and_swap_with_the_sides(rows: list[tuple[list[bool], object]]) -> None:
    base = {str(i): answer(*row) for i, (row, _) in enumerate(rows)}
    cot = {str(i): answer(*reversed(row)) for i, (row, _) in enumerate(rows)}
    flipped = {str(i): answer(*(not met for met in row)) for i, (row, _) in enumerate(rows)}
    assert by_prompt(base, cot, DRAWS).tie == len(rows)
    there, back = by_prompt(base, flipped, DRAWS), by_prompt(flipped, base, DRAWS)
    assert there.win + there.lose + there.tie == len(rows)
    assert (there.win, there.lose, there.change.value) == (back.lose, back.win, -(back.change.value or 0.0))


def test_the_correlations_are_those_of_scipy_ties_included() -> None:
    random = np.random.default_rng(3)
    lengths = random.integers(1, 50, 40).tolist()
    rows = [random.integers(0, 2, 3).astype(bool).tolist() for _ in lengths]
    answers = {
        f"{i:02}": answer(*row, thinking=length) for i, (row, length) in enumerate(zip(rows, lengths, strict=True))
    }
    found = correlations(answers, DRAWS)
    shares = [sum(row) / 3 for row in rows]
    assert found["pearson"].value == pytest.approx(pearsonr(lengths, shares).statistic)
    assert found["spearman"].value == pytest.approx(spearmanr(lengths, shares).statistic)
    for metric in found.values():
        assert metric.ci_low is not None
        assert metric.ci_high is not None
        assert metric.ci_low < metric.value < metric.ci_high  # type: ignore[operator]


def test_what_did_not_think_is_left_out_of_the_correlation_and_few_give_none() -> None:
    cut = replace(answer(False, thinking=9), answered=False)
    found = correlations({"p": answer(True, thinking=3), "q": answer(True), "r": cut}, DRAWS)["pearson"]
    assert (found.value, found.n, found.n_excluded) == (None, 1, 2)
    assert found.reason == "fewer than 3 responses thought and answered"


def test_scores_that_are_all_alike_have_no_correlation() -> None:
    alike = {str(k): answer(True, thinking=k + 1) for k in range(5)}
    assert correlations(alike, DRAWS)["spearman"].reason == "all lengths, or all scores, are alike"


def test_a_change_compares_only_constraints_that_both_have_decided() -> None:
    found = changes({"p": answer(True, False), "q": answer(True)}, {"p": answer(True, None), "q": answer(True)}, DRAWS)
    change = found["instruction_loose"]
    assert (change.base, change.new, change.value, change.n) == (1.0, 1.0, 0.0, 2)
