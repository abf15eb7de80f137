from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.exits.formulas import Ending, Stated, StopRule, ending, first_repeat, rules, stops_by_level
from overthink.exits.rows import ExitSettings, Stop, Stops
from overthink.stats.bootstrap import Draws
from tests.builders import LETTERS

SETTINGS = ExitSettings(loss=0.01, price_out=None, joules_per_token=None)


def stated(
    solution_tokens: list[int],
    found: str,
    *,
    answers: list[str] | None = None,
    tail: int = 0,
    correct: bool | None = True,
    problem: str = "p",
    level: int | None = None,
    gold: bool = True,
) -> Stated:
    """A response whose answers are 5 where they are correct, and differ from each other where they are wrong."""
    if answers is None:
        answers = ["5" if letter == "c" else str(100 + k) for k, letter in enumerate(found)]
    verdicts = [LETTERS[letter] for letter in found]
    ends = list(accumulate(solution_tokens))
    return Stated(problem, level, gold, sum(solution_tokens) + tail, correct, ends, verdicts, answers)


ROW = stated([40, 30, 20, 10], "wccw", tail=5, correct=False)
"""Ends at 40, 70, 90, 100; 105 tokens."""


@pytest.mark.parametrize(
    ("rule", "at", "expected"),
    [
        ("none", None, Ending(105, False, False, True)),
        ("solution", 1, Ending(40, False, True, True)),
        ("solution", 2, Ending(70, True, True, True)),
        ("solution", 4, Ending(100, False, True, True)),
        ("solution", 5, Ending(105, False, False, True)),
        ("repeat", None, Ending(90, True, True, True)),
        ("budget", 39, Ending(39, False, True, False)),
        ("budget", 40, Ending(40, False, True, True)),
        ("budget", 69, Ending(69, False, True, True)),
        ("budget", 70, Ending(70, True, True, True)),
        ("budget", 99, Ending(99, True, True, True)),
        ("budget", 104, Ending(104, False, True, True)),
        ("budget", 105, Ending(105, False, False, True)),
    ],
)
def test_a_cut_response_has_the_tokens_and_the_answer_of_its_rule(rule: Any, at: int | None, expected: Ending) -> None:
    assert ending(ROW, StopRule(rule, at)) == expected


@pytest.mark.parametrize(
    ("response", "rule", "expected"),
    [
        (stated([10, 10], "uc"), StopRule("solution", 1), Ending(10, None, True, True)),
        (stated([10], "c", correct=None, tail=9), StopRule("none", None), Ending(19, None, False, True)),
        (stated([], "", correct=False, tail=50), StopRule("budget", 20), Ending(20, False, True, False)),
        (stated([], "", correct=False, tail=50), StopRule("solution", 1), Ending(50, False, False, True)),
        (stated([10, 10], "uu", correct=None, gold=False), StopRule("budget", 5), Ending(5, None, True, False)),
        (stated([10, 10], "uu", correct=None), StopRule("budget", 5), Ending(5, False, True, False)),
        (stated([], "", correct=False), StopRule("budget", 5), Ending(0, False, False, True)),
        (stated([10], "c"), StopRule("solution", 1), Ending(10, True, False, True)),
    ],
    ids=["undetermined", "undetermined-final", "nothing-stated", "no-solution", "no-gold", "early", "empty", "no-tail"],
)
def test_undetermined_is_never_wrong_and_nothing_stated_is(response: Stated, rule: StopRule, expected: Ending) -> None:
    assert ending(response, rule) == expected


@pytest.mark.parametrize(
    ("answers", "found", "expected"),
    [
        (["5", "5"], "cc", (2, False)),
        (["5", "5.0"], "cc", (2, False)),
        (["1/2", "0.5", "7"], "ccw", (2, False)),
        (["5", "7", "5"], "cwc", (None, False)),  # not in a row
        (["3", "4", "4"], "www", (3, False)),  # a wrong answer twice stops as well
        (["5"], "c", (None, False)),
        ([], "", (None, False)),
        (["x^2+2x+1", "(x+1)^2"], "cc", (2, False)),  # both equal the gold answer
        (["x^2+2x+1", "(x+1)^2"], "cw", (None, False)),
        (["x^2+2x+1", "(x+1)^2"], "ww", (None, True)),  # only SymPy could tell
        (["x^2+2x+1", "(x+1)^2", "(x+1)^2"], "www", (3, True)),
        (["x^2+2x+1", "(x+1)^2"], "uc", (None, True)),
    ],
)
def test_a_repeat_is_an_answer_equal_to_the_one_before(
    answers: list[str], found: str, expected: tuple[int | None, bool]
) -> None:
    assert first_repeat(stated([10] * len(answers), found, answers=answers)) == expected


def test_rules_are_named_once_and_in_order() -> None:
    assert rules(2, [512, 256, 512]) == [
        StopRule("none", None),
        StopRule("solution", 1),
        StopRule("solution", 2),
        StopRule("repeat", None),
        StopRule("budget", 256),
        StopRule("budget", 512),
    ]


def of(responses: list[Stated], budgets: tuple[int, ...] = (50, 100), **settings: Any) -> Stops:
    settings_now = SETTINGS.model_copy(update=settings)
    return stops_by_level(responses, rules(8, budgets), settings_now, Draws(200, 0)).overall


def at(found: Stops, rule: str, number: int | None = None) -> Stop:
    return next(stop for stop in found.stops if (stop.rule, stop.at) == (rule, number))


EXAMPLES = [
    stated([40, 60], "cc", problem="a"),
    stated([60, 40], "wc", problem="b", tail=100),
    stated([20, 20], "cw", problem="c", correct=False),
    stated([30, 70], "uc", problem="d"),
]


def test_the_numbers_of_a_rule_are_what_a_hand_computes() -> None:
    first = at(of(EXAMPLES), "solution", 1)
    assert (first.accuracy.value, first.accuracy.n, first.accuracy.n_excluded) == (pytest.approx(2 / 3), 3, 1)
    # Known for both: a (right, right), b (right, wrong), c (wrong, right).
    assert (first.accuracy_change.value, first.accuracy_change.n) == (0, 3)
    assert first.tokens.value == (40 + 60 + 20 + 30) / 4
    assert first.tokens_saved.value == pytest.approx(1 - 150 / (100 + 200 + 40 + 100))
    assert (first.stopped.value, first.unanswered, first.saved_token_count) == (1, 0, 290)
    budget = at(of(EXAMPLES), "budget", 50)
    # a: right at 40; b: nothing stated by 50, wrong; c: ended by itself at 40, wrong; d: undetermined.
    assert (budget.accuracy.value, budget.accuracy.n) == (pytest.approx(1 / 3), 3)
    assert budget.accuracy_change.value == pytest.approx(-1 / 3)
    assert (budget.tokens.value, budget.stopped.value, budget.unanswered) == ((50 + 50 + 40 + 50) / 4, 0.75, 1)


def test_without_a_stop_nothing_changes() -> None:
    whole = at(of(EXAMPLES), "none")
    assert (whole.accuracy.value, whole.accuracy_change.value, whole.tokens_saved.value) == (0.75, 0, 0)


def test_stops_after_more_solutions_than_any_response_has_are_left_out() -> None:
    assert [stop.at for stop in of(EXAMPLES).stops if stop.rule == "solution"] == [1, 2]


def test_money_and_energy_are_those_of_the_saved_tokens() -> None:
    first = at(of(EXAMPLES, price_out=2.0, joules_per_token=0.5), "solution", 1)
    assert (first.money_saved, first.joules_saved) == (290 * 2 / 1e6, 145)
    assert at(of(EXAMPLES), "solution", 1).money_saved is None


def test_the_smallest_budget_is_the_first_that_loses_less_than_allowed() -> None:
    responses = [stated([10 * k, 900], "cc", problem=str(k)) for k in range(1, 21)]  # first answers at 10, 20, … 200
    budgets = (50, 100, 150, 195, 200, 400)
    assert of(responses, budgets, loss=0.01).smallest_budget == 200
    assert of(responses, budgets, loss=0.051).smallest_budget == 195
    assert of(responses, budgets, loss=0.051).smallest_budget_surely == 200
    assert of(responses, (50, 100), loss=0.01).smallest_budget is None


def test_samples_of_a_problem_stay_together() -> None:
    one_problem = [stated([40, 60], "cc", problem="a"), stated([60, 40], "wc", problem="a")]
    found = of(one_problem)
    assert (found.responses, found.problems) == (2, 1)
    assert at(found, "solution", 1).accuracy.ci_low is None


def test_levels_stand_apart() -> None:
    responses = [stated([10], "c", problem="a", level=1), stated([30], "c", problem="b", level=2), stated([50], "c")]
    found = stops_by_level(responses, rules(1, [5]), SETTINGS, Draws(100, 0))
    assert {level: at(block, "none").tokens.value for level, block in found.levels.items()} == {1: 10, 2: 30}
    assert at(found.overall, "none").tokens.value == 30


def test_the_interval_of_the_saved_share_is_that_of_a_loop() -> None:
    found = at(of(EXAMPLES), "solution", 1).tokens_saved
    whole, kept = [100, 200, 40, 100], [40, 60, 20, 30]
    raw = np.random.PCG64(0).random_raw(200 * 4).tolist()
    shares = []
    for r in range(200):
        drawn = [((bits >> 32) * 4) >> 32 for bits in raw[4 * r : 4 * r + 4]]
        shares.append(1 - sum(kept[p] for p in drawn) / sum(whole[p] for p in drawn))
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(np.percentile(shares, [2.5, 97.5])))


responses = st.builds(
    lambda pieces, tail, correct: stated(
        [tokens for tokens, _ in pieces], "".join(letter for _, letter in pieces), tail=tail, correct=correct
    ),
    st.lists(st.tuples(st.integers(0, 500), st.sampled_from("cwu")), max_size=6),
    st.integers(0, 300),
    st.sampled_from([True, False, None]),
)


@given(responses, st.integers(1, 2000), st.integers(0, 2000))
def test_a_larger_budget_never_saves_more(response: Stated, budget: int, more: int) -> None:
    small, large = (ending(response, StopRule("budget", b)) for b in (budget, budget + more))
    assert small.tokens <= large.tokens <= response.tokens
    assert small.answered <= large.answered


@given(responses, st.integers(1, 8))
def test_a_stop_after_a_later_solution_never_saves_more(response: Stated, k: int) -> None:
    early, late = (ending(response, StopRule("solution", number)) for number in (k, k + 1))
    assert early.tokens <= late.tokens <= response.tokens


@given(responses)
def test_a_budget_of_all_tokens_changes_nothing(response: Stated) -> None:
    for budget in (response.tokens, response.tokens + 1):
        assert ending(response, StopRule("budget", budget)) == ending(response, StopRule("none", None))
