"""The one table from sums to metrics and differences, by hand and as invariants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.records import NO_INTERVAL, Change, Metric
from overthink.stats.bootstrap import GRAIN, Draws
from overthink.stats.ratios import EXCLUDED, OUT_OF_SCOPE, Measure, Ratios, Term, changes, mean

SHARE = Measure("share", "share", True, "nothing")
TOKENS = Measure("tokens", "tokens", False, "no tokens")
DRAWS = Draws(resamples=100, seed=0, permutations=100)


def table(*rows: tuple[str, Term]) -> Ratios:
    made = Ratios([SHARE])
    for problem, term in rows:
        made.add(problem, term)
    return made


def metric(*rows: tuple[str, Term]) -> Metric:
    (found,) = table(*rows).metrics(DRAWS)
    return found


def change(base: Ratios, new: Ratios) -> Change:
    problems = sorted(set(base.problems) & set(new.problems), key=str)
    (found,) = changes(new.paired_with(base, problems), [SHARE], DRAWS)
    return found


def test_a_metric_is_the_ratio_of_the_sums_over_all_responses() -> None:
    found = metric(("a", Term(1, 10, 1, 0)), ("a", Term(2, 20, 1, 0)), ("b", Term(3, 10, 1, 0)), ("c", EXCLUDED))
    assert (found.value, found.n, found.n_excluded, found.unit) == (0.15, 3, 1, "share")
    assert found.ci_low == 0.1
    assert found.ci_high == 0.3


@pytest.mark.parametrize(
    ("rows", "value", "reason"),
    [
        ([], None, "nothing"),
        ([("a", EXCLUDED), ("b", OUT_OF_SCOPE)], None, "nothing"),
        ([("a", mean(0.5)), ("a", mean(0.7)), ("b", mean(None))], 0.6, NO_INTERVAL),
        ([("a", mean(0.5)), ("b", mean(0.7))], 0.6, None),
    ],
)
def test_what_cannot_be_told_is_null_for_a_reason(
    rows: list[tuple[str, Term]], value: float | None, reason: str | None
) -> None:
    found = metric(*rows)
    assert (found.value, found.reason) == (value, reason)


def test_a_group_is_measured_over_its_problems_alone() -> None:
    made = table(("a", mean(0)), ("b", mean(1)), ("c", mean(1)))
    assert [one.value for one in (made.metrics(DRAWS, ["a", "b"])[0], made.metrics(DRAWS, ["c"])[0])] == [0.5, 1]


def test_a_wider_table_makes_its_measures_of_the_sums_of_each_problem() -> None:
    made = table(("a", mean(1)), ("a", mean(3)), ("b", mean(5))).widened([TOKENS], lambda sums: [mean(sums[0, 0])])
    share, tokens = made.metrics(DRAWS)
    assert (share.value, tokens.value, tokens.n, tokens.unit) == (3, (4 + 5) / 2, 2, "tokens")


def test_a_difference_gives_each_problem_one_vote_and_leaves_out_what_one_side_lacks() -> None:
    base = table(("a", mean(0)), ("a", mean(1)), ("b", mean(0)), ("c", mean(1)), ("only", mean(1)))
    new = table(("a", mean(1)), ("b", mean(0)), ("c", EXCLUDED))
    found = change(base, new)
    assert (found.base, found.new, found.value) == (0.25, 0.5, 0.25)
    assert (found.n, found.n_excluded) == (2, 1)


def test_a_problem_without_a_denominator_still_adds_what_stands_above_it() -> None:
    """Tokens per correct answer: those of a problem that is never solved are spent, too."""
    solved, unsolved = Term(100, 1, 1, 0), Term(300, 0, 1, 0)
    once = table(("a", solved), ("b", unsolved), ("c", solved))
    found = change(once, table(("a", solved), ("b", solved), ("c", solved)))
    assert (found.base, found.new, found.n) == (500 / 2, 300 / 3, 3)


def test_no_shared_problem_has_no_difference() -> None:
    found = change(table(("a", mean(1))), table(("b", mean(1))))
    assert (found.value, found.base, found.new, found.p_value, found.reason) == (None, None, None, None, "nothing")


def test_small_values_need_a_finer_grain() -> None:
    rows = [3.1234567e-9, 1.1e-9]
    coarse, fine = Ratios([SHARE]), Ratios([SHARE], GRAIN * 2.0**-28)
    for problem, value in enumerate(rows):
        coarse.add(problem, mean(value))
        fine.add(problem, mean(value))
    assert coarse.metrics(DRAWS)[0].value != pytest.approx(np.mean(rows), rel=1e-6)
    assert fine.metrics(DRAWS)[0].value == pytest.approx(np.mean(rows), rel=1e-6)


terms = st.one_of(
    st.sampled_from([EXCLUDED, OUT_OF_SCOPE]),
    st.builds(Term, st.floats(0, 1e6), st.sampled_from([0.0, 1.0, 17.0]), st.integers(0, 3), st.integers(0, 2)),
)
rows = st.lists(st.tuples(st.sampled_from("abcdef"), terms), max_size=12)


@given(rows, rows)
@settings(max_examples=200, deadline=None)
def test_every_table_gives_metrics_and_differences_that_are_valid(
    base: list[tuple[str, Term]], new: list[tuple[str, Term]]
) -> None:
    found = metric(*base), change(table(*base), table(*new))
    for one in found:
        assert type(one).model_validate(one.model_dump()) == one
    if all(term.n == 1 and term.denominator for _, term in base) and base:
        wanted = sum(t.numerator for _, t in base) / sum(t.denominator for _, t in base)
        assert found[0].value == pytest.approx(wanted, abs=4 * GRAIN)  # terms are rounded to the grain
