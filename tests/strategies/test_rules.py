"""Strategies by rules: what is read, what is compared, what follows from the probabilities, and whole responses."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.strategies.comparisons import LIKENESS_FEATURES, NOVELTY_FEATURES, WINDOW, compare
from overthink.strategies.cues import kind_of, tokens_of
from overthink.strategies.features import Sum, describe
from overthink.strategies.names import strategy_names
from overthink.strategies.rules import (
    SUMMARIES,
    JudgedSolutions,
    Logistic,
    judge_solutions,
    model_of,
    new_solutions,
    strategies,
    summaries,
)
from overthink.strategies.wording import Wording
from tests.growth import grows_linearly, run_of

QUESTION = "A shop sells pens at 3 dollars and books at 8 dollars. Mia buys 5 pens and 4 books. How much does she pay?"
FIRST = (
    "Okay, so Mia buys 5 pens and 4 books. Each pen costs 3 dollars, so the pens cost 5 * 3 = 15 dollars. Each book "
    "costs 8 dollars, so the books cost 4 * 8 = 32 dollars. In total 15 + 32 = 47 dollars. So the answer is 47."
)
SAME_STEPS = (
    "Wait, let me go through the steps again. The pens cost 5 * 3 = 15 dollars, the books cost 4 * 8 = 32 dollars, and "
    "15 + 32 = 47 dollars. Yes, the answer is 47."
)
BACKWARD = (
    "Let me check this by working backward. If she pays 47 dollars, take away 32 for the books: 47 - 32 = 15, and "
    "15 / 3 = 5 pens, which matches the number of pens in the question. So 47 is right."
)
EQUATION = "If 2x + 7 = 19, what is x?"
SOLVED = "Subtract 7 from both sides: 2x = 19 - 7 = 12. Then x = 12 / 2 = 6. So x = 6."
PLUGGED = "Let me plug it back into the original equation: 2 * 6 + 7 = 12 + 7 = 19, which matches. So x = 6 is correct."


def found(question: str, texts: list[str], answer: str) -> list[int]:
    return strategies(judge_solutions(question, texts, [answer] * len(texts)))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("1,250 pens", ["1250", "pens"]),
        ("$2.50 × 3", ["2.5", "*", "3"]),
        (r"6 \times 7 = 42", ["6", "*", "7", "=", "42"]),
        ("12 divided by 4", ["12", "/", "4"]),
        (r"\frac{3}{4}", ["3", "/", "4"]),
        ("100", ["100"]),
        ("Don't", ["don", "t"]),
        ("", []),
    ],
)
def test_tokens_have_one_spelling_for_what_means_the_same(text: str, tokens: list[str]) -> None:
    assert tokens_of(text) == tokens


@pytest.mark.parametrize(
    ("token", "family", "technique"),
    [
        ("substituting", "substitute", "substitut"),
        ("alternatively", "alternative", None),
        ("if", "if", None),
        ("iffy", None, None),
        ("going", "steps", None),
        ("good", None, None),
        ("since", None, None),
        (r"\sin", None, "sin"),
        ("cost", None, None),
        ("perhaps", "hypothetical", None),
    ],
)
def test_a_cue_or_a_technique_is_known_by_its_stem(token: str, family: str | None, technique: str | None) -> None:
    assert (kind_of(token).family, kind_of(token).technique) == (family, technique)


def test_numbers_differ_by_their_places() -> None:
    first, back = describe(QUESTION, [FIRST, BACKWARD], ["47", "47"])
    assert first.inner == {"15", "32"}  # neither given nor the answer
    assert first.answer_in == 0
    assert back.answer_in > 0  # the answer goes into an operation
    assert back.answer_at < first.answer_at
    assert ("15", "+", "32") in first.equations
    assert describe("", ["32 + 15"], [""])[0].equations == {("15", "+", "32")}


def test_the_end_of_the_solution_before_counts_as_opening() -> None:
    texts = ["So it is 4. But let me plug that back in.", "2 + 2 is 4."]
    assert "substitute" in describe("", texts, ["4", "4"])[1].opening
    assert "substitute" not in describe("", [*texts[1:]], ["4"])[0].opening


@pytest.mark.parametrize(
    ("text", "sums", "results"),
    [
        ("3 * 5 = 15 and 15 + 32 is 47", {("3", "*", "5", "15"), ("15", "+", "32", "47")}, {"15", "47"}),
        ("5 × 3 = 15", {("3", "*", "5", "15")}, {"15"}),
        ("7 - 3 = 4", {("7", "-", "3", "4")}, {"4"}),
        ("3 * 5 and 15", set(), set()),
        ("x * 5 = 15", set(), set()),
        ("= 15", set(), set()),
    ],
)
def test_a_sum_is_an_operation_with_what_it_gives(text: str, sums: set[Sum], results: set[str]) -> None:
    one = describe("", [text], [""])[0]
    assert (one.sums, one.results) == (sums, results)


@pytest.mark.parametrize(
    ("forth", "back", "turned"),
    [
        ("32 + 15 = 47", "47 - 32 = 15", True),
        ("32 + 15 = 47", "47 - 15 = 32", True),
        ("12 / 2 = 6", "6 * 2 = 12", True),
        ("12 / 2 = 6", "12 / 6 = 2", True),
        ("12 / 2 = 6", "2 / 12 = 6", False),
        ("2 ^ 3 = 8", "8 ^ 3 = 2", False),
    ],
)
def test_a_check_turns_a_sum_round(forth: str, back: str, turned: bool) -> None:
    first, second = describe("", [forth, back], ["", ""])
    assert bool(second.sums & first.turned) == bool(first.sums & second.turned) == turned


def test_formulas_leave_the_words_out() -> None:
    with_words, bare = describe("", ["we get 3 p plus then e = 124", "3p + e = 124"], ["", ""])
    assert with_words.formulas == bare.formulas != frozenset()


@pytest.mark.parametrize(
    ("second", "order"),
    [("11, 12, 13", 1.0), ("13, 12, 11", 0.0), ("12, 13, 11", 0.5), ("11", 0.5), ("14 15", 0.5)],
)
def test_values_that_come_in_the_same_order(second: str, order: float) -> None:
    row = compare(describe("", ["11, then 12, then 13", second], ["", ""])).likeness[0]
    assert dict(zip(LIKENESS_FEATURES, row.tolist(), strict=True))["order"] == order


def test_words_are_weighed_by_their_place() -> None:
    weights = {"all": {"plug": 50, "plug 0": 25}, "opening": {"| plug": 100}, "new": {"plug": -200}}
    wording = Wording.of({"bias": 0.5, "weights": weights})
    texts = ["We add.", "Plug 6 in.", "So plug 7 in."]
    assert wording.scores(describe("", texts, [""] * 3)).tolist() == pytest.approx([0.5 + 0.75 + 1 - 2, 0.5 + 0.75])
    assert wording.scores(describe("", texts[:1], [""])).shape == (0,)


def test_rows_have_one_value_for_each_named_feature() -> None:
    compared = compare(describe(QUESTION, [FIRST, SAME_STEPS, BACKWARD], ["47"] * 3))
    assert compared.pairs == ((1, 0), (2, 0), (2, 1))
    assert compared.novelty.shape == (2, len(NOVELTY_FEATURES))
    assert compared.likeness.shape == (3, len(LIKENESS_FEATURES))


def test_features_are_in_the_column_of_their_name() -> None:
    compared = compare(describe(QUESTION, [FIRST, FIRST, BACKWARD], ["47"] * 3))
    again, back = (dict(zip(NOVELTY_FEATURES, row, strict=True)) for row in compared.novelty.tolist())
    assert (again["new_words"], again["new_trigrams"], again["best_word_cosine"]) == (0, 0, pytest.approx(1))
    assert (again["length_to_first"], again["number"], again["first_order"]) == (0, 1, 1)
    assert back["new_equations"] == 1
    assert back["cue_reverse"] > again["cue_reverse"] == 0
    pair = dict(zip(LIKENESS_FEATURES, compared.likeness[0].tolist(), strict=True))
    assert (pair["equations_within"], pair["gap"], pair["that_is_first"], pair["length_ratio"]) == (1, 1, 1, 0)


def test_what_is_relative_is_so_to_the_solutions_before() -> None:
    texts = [FIRST, SAME_STEPS, BACKWARD, "Or 90 / 2 = 45, and 45 + 2 = 47."]
    column = [NOVELTY_FEATURES.index(name) for name in ("new_numbers", "new_numbers_relative")]
    values, relative = compare(describe(QUESTION, texts, ["47"] * 4)).novelty[:, column].T
    assert relative == pytest.approx([0, values[1] - values[0], values[2] - values[:2].mean()])


def test_a_solution_is_compared_with_the_first_and_the_nearest_only() -> None:
    compared = compare(describe("", ["2 + 2 = 4"] * 40, ["4"] * 40))
    assert len(compared.pairs) <= 40 * (WINDOW + 1)
    assert {k for m, k in compared.pairs if m == 39} == {0, *range(39 - WINDOW, 39)}


def test_summaries_are_taken_over_the_pairs_of_one_solution() -> None:
    rows = summaries(((1, 0), (2, 0), (2, 1)), np.array([0.2, 0.5, 0.9]))
    assert rows.shape == (2, len(SUMMARIES))
    assert rows[0] == pytest.approx([0.2, 0.2, 0.2, 0.8, 0.2])
    assert rows[1] == pytest.approx([0.9, 0.5, 0.7, 0.05, 0.9])


def test_the_regression_cuts_off_odd_values() -> None:
    fitted = Logistic(np.array([1.0]), np.array([2.0]), np.array([1.0]), 0.0)
    low, middle, high = fitted.probabilities(np.array([[-1e9], [1.0], [1e9]]))
    assert (low, middle, high) == (
        pytest.approx(1 / (1 + np.exp(3)), abs=1e-6), pytest.approx(0.5), pytest.approx(1 / (1 + np.exp(-3)), abs=1e-6)
    )  # fmt: skip


def test_numbers_of_other_features_are_refused() -> None:
    with pytest.raises(ValueError, match="the numbers of the likeness model are for other features"):
        model_of({"likeness": {"regression": {"features": ["other"]}}})


def judged(lengths: list[int], novelty: list[float], likeness: list[dict[int, float]] | None = None) -> JudgedSolutions:
    described = describe("", ["x" * length for length in lengths], [""] * len(lengths))
    return JudgedSolutions(
        described, np.array(novelty), likeness or [dict.fromkeys(range(m), 0.5) for m in range(len(lengths))]
    )


@pytest.mark.parametrize(
    ("lengths", "novelty", "new"),
    [
        pytest.param([100, 100, 100], [1.0, 0.9, 0.1], [True, True, False], id="clear"),
        # .4 and half of the .4 that was not given make .6; after it, too much has been given.
        pytest.param([100, 100, 100, 100], [1.0, 0.4, 0.4, 0.4], [True, False, True, False], id="small chances add up"),
        pytest.param([100, 100, 1000], [1.0, 0.4, 0.4], [True, False, False], id="little text owes a long one little"),
        pytest.param([100, 1000, 100], [1.0, 0.55, 0.3], [True, True, False], id="given already"),
        pytest.param([100], [1.0], [True], id="one solution"),
        pytest.param([], [], [], id="no solution"),
        pytest.param([0, 0], [1.0, 0.9], [True, True], id="empty texts"),
    ],
)
def test_what_was_expected_to_be_new_and_was_not_given_is_carried_on_in_part(
    lengths: list[int], novelty: list[float], new: list[bool]
) -> None:
    assert new_solutions(judged(lengths, novelty)) == new


def test_what_is_not_new_joins_the_strategy_that_it_is_most_like() -> None:
    likeness = [{}, {0: 0.1}, {0: 0.2, 1: 0.8}, {0: 0.7, 1: 0.3, 2: 0.2}]
    assert strategies(judged([100] * 4, [1.0, 0.95, 0.02, 0.02], likeness)) == [1, 2, 2, 1]


def test_going_through_the_same_steps_is_the_same_strategy() -> None:
    assert found(QUESTION, [FIRST, SAME_STEPS, SAME_STEPS], "47") == [1, 1, 1]


@pytest.mark.parametrize(
    ("question", "texts", "answer"),
    [
        pytest.param(QUESTION, [FIRST, SAME_STEPS, BACKWARD], "47", id="working backward"),
        pytest.param(EQUATION, [SOLVED, SOLVED, PLUGGED], "6", id="substitution back"),
    ],
)
def test_a_check_that_uses_the_answer_is_a_new_strategy(question: str, texts: list[str], answer: str) -> None:
    assert found(question, texts, answer) == [1, 1, 2]


def test_the_second_check_of_a_kind_is_not_new() -> None:
    assert found(EQUATION, [SOLVED, PLUGGED, SOLVED, PLUGGED], "6") == [1, 2, 1, 2]


def test_the_order_of_sets_changes_nothing() -> None:
    """Hashes of strings differ from process to process, and with them the order of sets."""
    script = (
        "import sys; from overthink.strategies.rules import judge_solutions\n"
        "judged = judge_solutions(sys.argv[1], sys.argv[2:], ['47'] * len(sys.argv[2:]))\n"
        "print(judged.novelty.tolist(), judged.likeness)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, QUESTION, FIRST, SAME_STEPS, BACKWARD],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


def test_every_strategy_has_a_short_name_of_its_own() -> None:
    texts = [SOLVED, PLUGGED, "Alternatively, a graph of the vector would show 6."]
    assert strategy_names(describe(EQUATION, texts, ["6"] * 3), [1, 2, 3]) == [
        "first derivation",
        "substitution back",
        "another method: graph",
    ]
    twice = strategy_names(describe(EQUATION, [SOLVED, PLUGGED, PLUGGED], ["6"] * 3), [1, 2, 3])
    assert twice == ["first derivation", "substitution back (1)", "substitution back (2)"]
    assert strategy_names([], []) == []


SNIPPETS = st.sampled_from(
    [FIRST, SAME_STEPS, BACKWARD, PLUGGED, "", "\ud800", "٣ + ٤ = ٧", "==**", "1,,2..3", "\\" * 9]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(SNIPPETS | st.text(max_size=40), max_size=20), st.text(max_size=20))
def test_any_solutions_give_a_partition_numbered_by_first_appearance(texts: list[str], answer: str) -> None:
    numbers = found(QUESTION, texts, answer)
    assert len(numbers) == len(texts)
    assert list(dict.fromkeys(numbers)) == list(range(1, len(set(numbers)) + 1))
    described = describe(QUESTION, texts, [answer] * len(texts))
    names = strategy_names(described, numbers)
    assert len(names) == len(set(names)) == len(set(numbers))


@settings(max_examples=40, deadline=None)
@given(st.lists(SNIPPETS | st.text(max_size=40), max_size=9), st.lists(SNIPPETS, max_size=9))
def test_what_comes_later_changes_no_strategy(texts: list[str], later: list[str]) -> None:
    assert found(QUESTION, [*texts, *later], "47")[: len(texts)] == found(QUESTION, texts, "47")


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("2 + 2 = 4. ", id="many sums"),
        pytest.param("1,1", id="one long number"),
        pytest.param("a", id="one long word"),
        pytest.param("\\frac{", id="open fractions"),
        pytest.param("divided ", id="half a phrase"),
    ],
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    grows_linearly(lambda text: found("", [text, text[: len(text) // 2]], "4"), run_of(piece), 200_000)


def test_many_solutions_take_time_in_proportion() -> None:
    grows_linearly(lambda texts: found(EQUATION, texts, "6"), lambda n: [SOLVED, PLUGGED] * n, 500)
