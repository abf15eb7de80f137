from __future__ import annotations

import random
from itertools import combinations
from math import comb
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.errors import OverthinkError
from overthink.metrics.aggregate import aggregate, pass_at_k, pass_ks
from overthink.metrics.report import join, renamed
from overthink.records import (
    Loop,
    Metric,
    Report,
)
from overthink.run.owed import Item
from tests.builders import method, sample

METHOD = method(resamples=200)


def report_of(samples: list[Item], **changes: Any) -> Report:
    options: dict[str, Any] = {
        "run": "r",
        "model": "m",
        "created": "2026-01-02T03:04:05Z",
        "method": METHOD,
        "failed": {},
    }
    return aggregate(samples, **{**options, **changes})


def overall(samples: list[Item], dataset: str = "math500") -> dict[str, Metric]:
    return report_of(samples).runs[0].metrics[dataset].overall


LOOP = Loop(start=10, end=40, period=10, copies=4)
# Five responses that hold every edge.
FIVE = [
    sample("a", [40, 40], "cc", [1, 1], tail=20, level=1, subject="Algebra"),
    sample("b", [30, 50, 70, 50], "wccw", [1, 2, 3, 1], final="w", level=2, subject="Algebra"),
    sample("c", [100, 100], "uc", [1, 1], level=2, subject="Geometry"),
    sample(
        "d", [], "", [], tail=50, loops=[LOOP], final="w", way="truncated", level=2, subject="Geometry", truncated=True
    ),
    sample("e", [], "", [], level=3, subject="Geometry"),
]


BY_HAND: list[tuple[str, float, int, int]] = [
    ("accuracy", 3 / 5, 5, 0),
    ("solutions", (2 + 4 + 2) / 5, 5, 0),
    ("tokens", (100 + 200 + 200 + 50 + 0) / 5, 5, 0),
    ("outcome_efficiency", (40 / 100 + 80 / 200 + 0) / 3, 3, 2),  # c: undetermined first; e: empty
    ("outcome_efficiency_first_solution", (40 / 100 + 50 / 200 + 0) / 3, 3, 2),
    ("process_efficiency", (40 / 100 + 150 / 200 + 100 / 200) / 3, 3, 2),  # d, e: no solution
    ("response_tokens", (110 + 210 + 210 + 60 + 10) / 5, 5, 0),
    ("tokens_after_answer", (60 + 120) / 2, 2, 1),
    ("tokens_after_answer_share", (60 + 120) / (100 + 200), 2, 1),
    ("distinctness@1", 1, 3, 0),
    ("distinctness@2", 1 / 3, 3, 0),
    ("distinctness@3", 1, 1, 0),
    ("distinctness@4", 0, 1, 0),
    ("first_correct@1", 1 / 2, 2, 1),
    ("first_correct@2", 1 / 2, 2, 1),
    ("first_correct@3", 0, 2, 1),
    ("first_correct@4+", 0, 2, 1),
    ("solution_count@0", 2 / 5, 5, 0),
    ("solution_count@1", 0, 5, 0),
    ("solution_count@2", 2 / 5, 5, 0),
    ("solution_count@3", 0, 5, 0),
    ("solution_count@4", 1 / 5, 5, 0),
    ("solution_count@5", 0, 5, 0),
    ("solution_count@6", 0, 5, 0),
    ("solution_count@7+", 0, 5, 0),
    ("tokens_per_correct_answer", 550 / 3, 5, 0),
    ("underthinking", (120 / 200 + 0) / 2, 2, 0),
    ("auc_oaa", (0.9 + 0 + 0.8 + 0 + 1) / 5, 5, 0),
    ("kind_share/first_correct", (40 + 50 + 100) / 550, 4, 1),
    ("kind_share/wrong", (30 + 50) / 550, 4, 1),
    ("kind_share/undetermined", 100 / 550, 4, 1),
    ("kind_share/recheck", 40 / 550, 4, 1),
    ("kind_share/new_strategy", 70 / 550, 4, 1),
    ("kind_share/loop", 30 / 550, 4, 1),
    ("kind_share/tail", (20 + 20) / 550, 4, 1),
    ("answer_flips/correct_to_correct", 2 / 4, 4, 1),
    ("answer_flips/correct_to_wrong", 1 / 4, 4, 1),
    ("answer_flips/wrong_to_correct", 1 / 4, 4, 1),
    ("answer_flips/wrong_to_wrong", 0, 4, 1),
    ("looping", 1 / 5, 5, 0),
    ("loop_tokens", 30 / 5, 5, 0),
]


@pytest.mark.parametrize(("metric", "value", "n", "n_excluded"), BY_HAND)
def test_every_metric_worked_by_hand(metric: str, value: float, n: int, n_excluded: int) -> None:
    found = overall(FIVE)[metric]
    assert found.value == pytest.approx(value, abs=2e-10)
    assert (found.n, found.n_excluded) == (n, n_excluded)


def test_no_metric_is_without_a_row_worked_by_hand() -> None:
    assert {metric for metric, *_ in BY_HAND} == set(overall(FIVE))


def test_the_report_names_exactly_these_metrics() -> None:
    assert list(overall(FIVE)) == [
        "accuracy",
        "solutions",
        "tokens",
        "outcome_efficiency",
        "outcome_efficiency_first_solution",
        "process_efficiency",
        "response_tokens",
        "tokens_after_answer",
        "tokens_after_answer_share",
        *(f"distinctness@{m}" for m in (1, 2, 3, 4)),
        *(f"first_correct@{k}" for k in ("1", "2", "3", "4+")),
        *(f"solution_count@{k}" for k in ("0", "1", "2", "3", "4", "5", "6", "7+")),
        "tokens_per_correct_answer",
        "underthinking",
        "auc_oaa",
        *(
            f"kind_share/{kind}"
            for kind in ("first_correct", "wrong", "undetermined", "recheck", "new_strategy", "loop", "tail")
        ),
        *(f"answer_flips/{x}_to_{y}" for x in ("correct", "wrong") for y in ("correct", "wrong")),
        "looping",
        "loop_tokens",
    ]


def test_pooled_share_and_mean_of_ratios_are_different_questions() -> None:
    """T̂/T of 100/100 and 100/1900: by the mean of ratios 47 % comes after the answer, of all tokens 90 %."""
    outcome, share = (
        overall([sample("a", [100], "c", [1]), sample("b", [100], "c", [1], tail=1800)])[name].value
        for name in ("outcome_efficiency", "tokens_after_answer_share")
    )
    assert outcome is not None
    assert 1 - outcome == pytest.approx(1 - (1 + 100 / 1900) / 2, abs=2e-10)
    assert (round(100 * (1 - outcome)), share) == (47, 0.9)


def test_every_response_has_one_vote_however_many_solutions_it_holds() -> None:
    wordy = sample("a", [10] * 9, "c" * 9, [1] * 9, tail=10)  # 10 of 100 tokens
    brief = sample("b", [100], "c", [1])
    metrics = overall([wordy, brief])
    assert metrics["outcome_efficiency"].value == pytest.approx((0.1 + 1) / 2)  # by solutions: (9 · .1 + 1)/10 = .19
    assert metrics["process_efficiency"].value == pytest.approx((0.1 + 1) / 2)


def test_conventional_models_have_an_outcome_efficiency_equal_to_accuracy_and_a_process_efficiency_of_one() -> None:
    metrics = overall([sample(f"p{i}", [50 + i], "cw"[i % 4 == 0], [1], final="cw"[i % 4 == 0]) for i in range(12)])
    assert metrics["outcome_efficiency"].value == metrics["accuracy"].value == 0.75
    assert metrics["process_efficiency"].value == 1


def test_undetermined_verdicts_are_left_out_and_never_counted_as_wrong() -> None:
    samples = [sample("a", [9], "c", [1]), sample("b", [9], "u", [1], final="u", way="timeout")]
    metrics = overall(samples)
    assert (metrics["accuracy"].value, metrics["accuracy"].n, metrics["accuracy"].n_excluded) == (1, 1, 1)
    assert (metrics["tokens_per_correct_answer"].value, metrics["tokens_per_correct_answer"].n_excluded) == (9, 1)
    assert metrics["underthinking"].n_excluded == 1
    assert metrics["first_correct@1"].n_excluded == 1


NEED_NO_GOLD = {
    *("solutions", "tokens", "process_efficiency", "response_tokens", "distinctness", "solution_count"),
    *("looping", "loop_tokens"),
}


def test_without_gold_answers_only_the_metrics_that_need_none_have_a_value() -> None:
    samples = [
        sample("a", [6, 4], "uu", [1, 2], gold=None, final="u", way="no_gold"),
        sample("b", [], "", [], tail=7, gold=None, final="w", way="missing"),  # nothing there to be right
    ]
    for name, metric in overall(samples).items():
        assert (metric.value is not None) == (name.split("@")[0] in NEED_NO_GOLD), name
        assert (metric.n == 0) == (metric.value is None), name
        assert (metric.reason is None) == (metric.value is not None and metric.ci_low is not None), name


@pytest.mark.parametrize(
    ("samples", "metric", "reason"),
    [
        ([sample("a", [5], "w", [1], final="w")], "tokens_per_correct_answer", "no correct answer"),
        ([sample("a", [5], "c", [1])], "underthinking", "no response with a wrong final answer"),
        ([sample("a", [5], "c", [1])], "answer_flips/wrong_to_wrong", "no two solutions in a row"),
        ([sample("a", [5], "w", [1])], "tokens_after_answer", "no response with a correct solution"),
        ([sample("a", [], "", [])], "kind_share/tail", "no response with thinking"),
        ([sample("a", [], "", [])], "process_efficiency", "no response with a solution"),
        ([sample("a", [], "", [])], "outcome_efficiency", "no response with thinking of which"),
        ([sample("a", [5], "u", [1], final="u")], "accuracy", "no response with a determined final answer"),
    ],
)
def test_a_value_that_is_not_defined_is_null_with_a_reason(samples: list[Item], metric: str, reason: str) -> None:
    found = overall(samples)[metric]
    assert found.value is found.ci_low is found.ci_high is None
    assert (found.reason or "").startswith(reason)


def test_one_problem_has_a_value_and_no_interval_whatever_its_samples() -> None:
    found = overall([sample("a", [5], "c", [1], k=k, final="cw"[k % 2]) for k in range(1, 9)])["accuracy"]
    assert (found.value, found.ci_low, found.ci_high) == (0.5, None, None)
    assert found.reason == "no interval: fewer than two problems enter its denominator"


def test_samples_of_one_problem_stay_together_in_the_error_bars() -> None:
    """Two problems, one always right, one always wrong: however many samples, there are two independent facts."""
    samples = [sample(p, [5], f, [1], final=f, k=k) for p, f in (("a", "c"), ("b", "w")) for k in range(1, 51)]
    found = overall(samples)["accuracy"]
    assert (found.value, found.ci_low, found.ci_high, found.n) == (0.5, 0.0, 1.0, 100)


@pytest.mark.parametrize(
    ("found", "shares"),
    [
        ("wcc", (1 / 2, 0, 1 / 2, 0)),
        ("ccw", (1 / 2, 1 / 2, 0, 0)),
        ("wwwcw", (0, 1 / 4, 1 / 4, 2 / 4)),
        ("cucw", (0, 1, 0, 0)),  # two transitions have an undetermined end
    ],
)
def test_answer_flips_go_from_one_solution_to_the_next(found: str, shares: tuple[float, ...]) -> None:
    metrics = overall([sample("a", [5] * len(found), found, [1] * len(found))])
    names = ("correct_to_correct", "correct_to_wrong", "wrong_to_correct", "wrong_to_wrong")
    assert tuple(metrics[f"answer_flips/{name}"].value for name in names) == shares
    assert metrics["answer_flips/wrong_to_wrong"].n_excluded == 2 * found.count("u")


def test_levels_and_subjects_hold_the_metrics_of_their_own_responses() -> None:
    block = report_of(FIVE).runs[0].metrics["math500"]
    assert list(block.levels) == [1, 2, 3]
    assert list(block.subjects) == ["Algebra", "Geometry"]
    assert block.levels[2]["tokens"].value == 150
    assert block.levels[2]["outcome_efficiency"].value == pytest.approx((80 / 200 + 0) / 2)
    assert block.subjects["Algebra"]["tokens"].value == 150
    assert block.subjects["Geometry"]["accuracy"].n == 3
    assert "distinctness@1" not in block.levels[3]  # no response with a solution: no ratio to speak of


def test_problems_without_level_and_subject_stand_in_the_overall_row_alone() -> None:
    block = report_of([sample("a", [5], "c", [1]), sample("b", [5], "c", [1], level=4)]).runs[0].metrics["math500"]
    assert block.overall["tokens"].n == 2
    assert block.levels[4]["tokens"].n == 1
    assert block.subjects == {}


def test_datasets_are_reported_apart() -> None:
    report = report_of([sample("a", [5], "c", [1]), sample("a", [7], "w", [1], final="w", dataset="gsm8k")])
    metrics = report.runs[0].metrics
    assert {dataset: block.overall["tokens"].value for dataset, block in metrics.items()} == {"gsm8k": 7, "math500": 5}
    assert report.runs[0].counts.problems == 2


def test_flat_rows_say_the_same_as_the_nested_block() -> None:
    report = report_of(FIVE)
    block = report.runs[0].metrics["math500"]
    groups = {(None, None): block.overall}
    groups |= {(level, None): metrics for level, metrics in block.levels.items()}
    groups |= {(None, subject): metrics for subject, metrics in block.subjects.items()}
    assert len(report.rows) == sum(map(len, groups.values()))
    for row in report.rows:
        metric = groups[row.level, row.subject][row.metric]
        assert (row.value, row.ci_low, row.ci_high, row.n) == (metric.value, metric.ci_low, metric.ci_high, metric.n)
        assert (row.run, row.model, row.dataset, row.time) == ("r", "m", "math500", "2026-01-02T03:04:05Z")


def test_rows_have_exactly_the_fields_that_other_programs_rely_on() -> None:
    assert list(report_of(FIVE).rows[0].model_dump()) == [
        *("run", "model", "dataset", "level", "subject", "metric", "value", "ci_low", "ci_high"),
        *("n", "n_excluded", "unit", "higher_is_better", "time"),
    ]


def test_the_order_of_the_responses_changes_nothing() -> None:
    others = [one.problem.model_copy(update={"id": f"{one.problem.id}2", "subject": None}) for one in FIVE]
    mixed = [*FIVE, *(one.having("problems", problem) for one, problem in zip(FIVE, others, strict=True))]
    expected = report_of(mixed)
    for seed in range(3):
        random.Random(seed).shuffle(mixed)
        assert report_of(mixed) == expected


def test_what_was_left_out_is_counted() -> None:
    samples = [
        *FIVE,
        sample("f", [5, 5], "uu", [1, 1], final="u", way="timeout", language="zh"),
        sample("g", [], "", [], tail=9, final="w", way="missing"),
        sample("h", [5], "u", [1], final="u", way="no_gold", gold=None),
        sample("h", [5], "u", [1], final="u", way="no_gold", gold=None, k=2),
        sample("h", [], "", [], tail=9, final="w", way="truncated", gold=None, k=3),  # not counted as wrong
    ]
    counts = report_of(samples, failed={"verify": 2, "segment": 1}).runs[0].counts
    assert counts.model_dump() == {
        "responses": 10,
        "problems": 8,
        "truncated": 1,
        "truncated_answered": 0,
        "missing_answers": 2,
        "missing_truncated": 1,
        "undetermined_answers": {"no_gold": 2, "timeout": 1},
        "undetermined_solutions": {"timeout": 5},
        "empty_thinking": 1,
        "no_solution": 4,
        "no_gold": 3,
        "tails": 4,
        "other_language": {"zh": 1},
        "failed": {"segment": 1, "verify": 2},
    }


def test_a_run_without_responses_has_counts_and_no_metrics() -> None:
    report = report_of([], failed={"segment": 3})
    assert report.rows == []
    assert report.runs[0].counts.failed == {"segment": 3}


# pass@k


@pytest.mark.parametrize(
    ("samples", "correct", "k", "expected"),
    [(4, 1, 1, 0.25), (4, 1, 4, 1), (4, 0, 2, 0), (4, 4, 1, 1), (4, 2, 2, 5 / 6), (10, 3, 8, 1)],
)
def test_pass_at_k_worked_by_hand(samples: int, correct: int, k: int, expected: float) -> None:
    assert pass_at_k(samples, correct, k) == pytest.approx(expected)


@pytest.mark.parametrize("samples", range(1, 7))
def test_pass_at_k_is_the_share_of_the_draws_that_hold_a_correct_sample(samples: int) -> None:
    for correct in range(samples + 1):
        for k in range(1, samples + 1):
            hits = sum(min(draw) < correct for draw in combinations(range(samples), k))
            assert pass_at_k(samples, correct, k) == pytest.approx(hits / comb(samples, k))


def test_pass_at_k_is_a_mean_over_problems_with_enough_determined_samples() -> None:
    samples = [sample("a", [5], f, [1], final=f, k=k) for k, f in enumerate("cwww", 1)]
    samples += [sample("b", [5], f, [1], final=f, k=k) for k, f in enumerate("ccuu", 1)]
    metrics = overall(samples)
    assert metrics["pass@1"].value == pytest.approx((1 / 4 + 1) / 2)  # one vote a problem: accuracy is 3/6
    assert metrics["accuracy"].value == pytest.approx(3 / 6)
    assert metrics["pass@2"].value == pytest.approx((1 / 2 + 1) / 2)
    assert (metrics["pass@2"].n, metrics["pass@2"].n_excluded) == (2, 0)
    assert (metrics["pass@3"].value, metrics["pass@3"].n, metrics["pass@3"].n_excluded) == (0.75, 1, 1)
    assert metrics["pass@4"].value == 1


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (1, []),
        (2, [1, 2]),
        (4, [1, 2, 3, 4]),
        (16, [*range(1, 11), 16]),
        (100, [*range(1, 11), 20, 50, 100]),
        (256, [*range(1, 11), 20, 50, 100, 200, 256]),
    ],
)
def test_which_k_are_reported(most: int, expected: list[int]) -> None:
    assert pass_ks(most) == expected


# Several runs


def test_join_keeps_the_runs_and_their_rows_in_order() -> None:
    first, second = report_of(FIVE, run="x"), report_of(FIVE[:2], run="y")
    joined = join([first, second])
    assert [part.run for part in joined.runs] == ["x", "y"]
    assert joined.rows == [*first.rows, *second.rows]
    assert join([join([first]), second]) == joined


def test_two_runs_of_one_name_are_refused_and_another_name_helps() -> None:
    report = report_of(FIVE)
    with pytest.raises(OverthinkError, match="2 runs are called r"):
        join([report, report])
    joined = join([report, renamed(report, "old/r")])
    assert {row.run for row in joined.rows} == {"r", "old/r"}
    assert {part.run for part in joined.runs} == {"r", "old/r"}


# Invariants

parts = st.lists(st.tuples(st.integers(1, 60), st.sampled_from("cwu"), st.integers(1, 4)), max_size=9)
responses = st.lists(st.tuples(parts, st.integers(0, 40), st.sampled_from("cwu")), min_size=1, max_size=8)


@settings(deadline=None, max_examples=60)
@given(responses)
def test_shares_add_up_to_one_and_no_number_leaves_its_range(
    drawn: list[tuple[list[tuple[int, str, int]], int, str]],
) -> None:
    samples = [
        sample(f"p{i}", [p[0] for p in ps], "".join(p[1] for p in ps), [p[2] for p in ps], tail=tail, final=final)
        for i, (ps, tail, final) in enumerate(drawn)
    ]
    metrics = overall(samples)
    for family in ("kind_share/", "answer_flips/", "first_correct@", "solution_count@"):
        values = [metric.value for name, metric in metrics.items() if name.startswith(family)]
        if None in values:
            assert set(values) == {None}
        else:
            assert sum(x for x in values if x is not None) == pytest.approx(1, abs=1e-9)
    for name, metric in metrics.items():
        for value in (metric.value, metric.ci_low, metric.ci_high):
            assert value is None or value >= 0, name
            assert value is None or metric.unit != "share" or value <= 1, name
        if metric.ci_low is not None and metric.ci_high is not None:
            assert metric.ci_low <= metric.ci_high
