from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from overthink.compare.formulas import Side, aes, compare, notes, unlike
from overthink.compare.rows import HEADLINE, Against, Comparison, Settings
from overthink.errors import OverthinkError
from overthink.metrics.aggregate import aggregate
from overthink.metrics.catalogue import SPECS
from overthink.records import NO_INTERVAL, Caveat
from overthink.run.caveats import caveat
from overthink.run.owed import Item
from tests import builders
from tests.builders import method

METHOD = method(prompts={"question": "aaa"}, tokenizer="qwen", dataset_revisions={"math500": "r1"})
SETTINGS = Settings(resamples=200, permutations=200, seed=0, smallest_p_value=1 / 201, alpha=1, beta=3, gamma=5)


def sample(
    problem: str, tokens: int, *, answer_at: int | None = None, correct: bool | None = True, **more: Any
) -> Item:
    """A response of one solution, correct if `answer_at` tells its tokens, and a tail."""
    upto = tokens if answer_at is None else answer_at
    found = "w" if answer_at is None else "c"
    final = {True: "c", False: "w", None: "u"}[correct]
    return builders.sample(problem, [upto], found, tail=tokens - upto, final=final, **more)


def side(run: str, samples: list[Item], text: str = "", **method: Any) -> Side:
    made = Side(run, f"org/{run}", METHOD.model_copy(update=method))
    for one in samples:
        made.add(one, one.problem.id + text)
    return made


def against(base: list[Item], new: list[Item], **settings: Any) -> Against:
    return comparison(base, new, **settings).comparisons[0]


def comparison(base: list[Item], new: list[Item], **settings: Any) -> Comparison:
    return compare(side("base", base), [side("new", new)], SETTINGS.model_copy(update=settings))


def test_differences_are_new_less_base_over_the_shared_problems() -> None:
    base = [sample("a", 100, answer_at=40), sample("b", 300, answer_at=60), sample("only-base", 9999)]
    new = [sample("a", 50, answer_at=40), sample("b", 100, correct=False), sample("only-new", 1)]
    found = against(base, new)
    metrics = found.overall.metrics
    assert (found.pairing.shared, found.pairing.only_base, found.pairing.only_new) == (2, 1, 1)
    assert (metrics["tokens"].base, metrics["tokens"].new, metrics["tokens"].value) == (200, 75, -125)
    assert metrics["outcome_efficiency"].value == pytest.approx((0.8 + 0) / 2 - (0.4 + 0.2) / 2)
    assert metrics["accuracy"].value == -0.5
    assert set(HEADLINE) < set(metrics)


def test_a_pooled_share_is_compared_over_the_problems_that_both_answer() -> None:
    base = [sample("a", 100, answer_at=40), sample("b", 300, answer_at=60), sample("c", 100, answer_at=100)]
    new = [sample("a", 50, answer_at=40), sample("b", 100, correct=False), sample("c", 50, answer_at=25)]
    share = against(base, new).overall.metrics["tokens_after_answer_share"]
    assert (share.n, share.n_excluded) == (2, 1)
    assert (share.base, share.new) == (60 / 200, (10 + 25) / 100)


def test_every_problem_has_one_vote_however_many_samples_it_has() -> None:
    base = [sample("a", 100), sample("b", 300)]
    new = [sample("a", 100, k=1), sample("a", 200, k=2), sample("a", 300, k=3), sample("b", 300)]
    found = against(base, new)
    assert found.overall.metrics["tokens"].new == (200 + 300) / 2
    assert (found.pairing.samples_base, found.pairing.samples_new) == (2, 4)


def test_an_undetermined_answer_leaves_the_problem_out_of_accuracy_and_is_counted() -> None:
    base = [sample("a", 100), sample("b", 100), sample("c", 100)]
    new = [sample("a", 100), sample("b", 100, correct=None), sample("c", 100, correct=False)]
    found = against(base, new).overall
    accuracy = found.metrics["accuracy"]
    assert (accuracy.n, accuracy.n_excluded, accuracy.value) == (2, 1, -0.5)
    assert (found.won, found.lost, found.tied, found.undetermined) == (0, 1, 1, 1)
    assert found.metrics["tokens"].n == 3


def test_problems_are_won_and_lost_by_their_share_of_correct_samples() -> None:
    right, wrong = {"correct": True}, {"correct": False}
    base = [sample("a", 9, **right), sample("a", 9, k=2, **wrong), sample("b", 9, **wrong), sample("c", 9, **right)]
    new = [sample("a", 9, **right), sample("a", 9, k=2, **right), sample("b", 9, **wrong), sample("c", 9, **wrong)]
    found = against(base, new).overall
    assert (found.won, found.lost, found.tied, found.undetermined) == (1, 1, 1, 0)


def test_problems_whose_text_differs_are_counted_and_not_used() -> None:
    base, new = side("base", [sample("a", 9), sample("b", 9)]), side("new", [sample("a", 9), sample("b", 9)])
    new.texts["math500", "b"] = "another question"
    found = compare(base, [new], SETTINGS).comparisons[0]
    assert (found.pairing.shared, found.pairing.other_text) == (1, 1)


def test_the_same_id_in_two_datasets_is_two_problems() -> None:
    base = [sample("1", 100), sample("1", 500, dataset="gsm8k")]
    new = [sample("1", 50), sample("1", 900, dataset="gsm8k")]
    found = against(base, new)
    assert {name: block.overall.metrics["tokens"].value for name, block in found.datasets.items()} == {
        "gsm8k": 400,
        "math500": -50,
    }
    assert found.overall.metrics["tokens"].value == 175


def test_levels_stand_apart_and_take_the_level_that_either_run_knows() -> None:
    base = [sample("a", 100, level=1), sample("b", 100, level=5), sample("c", 100)]
    new = [sample("a", 90, level=1), sample("b", 60, level=5), sample("c", 10, level=5)]
    levels = against(base, new).datasets["math500"].levels
    assert {level: changes.metrics["tokens"].value for level, changes in levels.items()} == {1: -10, 5: -65}
    assert levels[1].metrics["tokens"].ci_low is None
    assert levels[1].metrics["tokens"].reason == NO_INTERVAL


def test_a_run_against_itself_differs_in_nothing() -> None:
    rows = [sample("a", 100, answer_at=10), sample("b", 300, answer_at=60)]
    rows += [sample("c", 500, correct=False), sample("d", 400, correct=False)]
    known = [change for change in against(rows, rows).overall.metrics.values() if change.value is not None]
    assert len(known) > len(HEADLINE)
    for change in known:
        assert (change.value, change.ci_low, change.ci_high, change.p_value) == (0, 0, 0, 1)


def test_every_metric_of_the_report_is_compared_as_the_report_has_it() -> None:
    base = [sample("a", 100, answer_at=40), sample("b", 300, correct=False), sample("c", 500, answer_at=500)]
    new = [sample("a", 50, answer_at=50), sample("b", 200, answer_at=20), sample("c", 800, correct=None)]
    found = against(base, new).overall.metrics
    for run, rows in (("base", base), ("new", new)):
        report = aggregate(rows, run=run, model="m", created="", method=METHOD, failed={}).runs[0]
        metrics = report.metrics["math500"].overall
        assert metrics.keys() == found.keys()
        for name, metric in metrics.items():
            if found[name].n_excluded == 0:
                assert getattr(found[name], run) == pytest.approx(metric.value), name


def test_tokens_per_correct_answer_count_the_tokens_of_what_is_never_solved() -> None:
    base = [sample("a", 100, answer_at=40), sample("b", 300, correct=False)]
    new = [sample("a", 50, answer_at=40), sample("b", 100, answer_at=20)]
    found = against(base, new).overall.metrics["tokens_per_correct_answer"]
    assert (found.base, found.new, found.value, found.n) == (400, 75, -325, 2)
    assert found.reason == NO_INTERVAL  # one problem alone is ever solved in the base


def test_pass_at_k_is_paired_over_the_problems_with_k_determined_samples_in_both() -> None:
    base = [sample(problem, 9, k=k, correct=k == 1) for problem in "ab" for k in (1, 2)]
    new = [sample(problem, 9, k=k, correct=True) for problem in "ab" for k in (1, 2, 3)]
    new[-1] = sample("b", 9, k=3, correct=None)
    found = against(base, new).overall.metrics
    assert [name for name in found if name.startswith("pass@")] == ["pass@1", "pass@2"]
    assert (found["pass@1"].base, found["pass@1"].new, found["pass@2"].base) == (0.5, 1, 1)
    undetermined = [sample("a", 9, k=k, correct=None if k == 2 else True) for k in (1, 2)]
    pass_2 = against(base, undetermined + new[3:]).overall.metrics["pass@2"]
    assert (pass_2.n, pass_2.n_excluded) == (1, 1)


def test_the_order_of_the_responses_changes_nothing() -> None:
    base = [sample(name, 100 + 7 * k, answer_at=10 + k) for k, name in enumerate("abcdef")]
    new = [sample(name, 90 + 5 * k, answer_at=15 + k) for k, name in enumerate("abcdef")]
    assert comparison(base, new) == comparison(base[::-1], new[3:] + new[:3])


def test_the_interval_of_a_comparison_is_that_of_a_loop() -> None:
    tokens = {"a": (100, 80), "b": (300, 310), "c": (50, 20), "d": (900, 400), "e": (120, 119)}
    found = against(
        [sample(name, pair[0]) for name, pair in tokens.items()],
        [sample(name, pair[1]) for name, pair in tokens.items()],
    ).overall.metrics["tokens"]
    raw = np.random.PCG64(0).random_raw(200 * 5).tolist()
    differences = [new - base for base, new in tokens.values()]
    means = [np.mean([differences[((bits >> 32) * 5) >> 32] for bits in raw[5 * r : 5 * r + 5]]) for r in range(200)]
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(np.percentile(means, [2.5, 97.5])))


# AES


@pytest.mark.parametrize(
    ("base", "new", "by_hand"),
    [
        ((0.5, 1000), (0.6, 800), 1 * 0.2 + 3 * 0.2),
        ((0.5, 1000), (0.4, 800), 1 * 0.2 - 5 * 0.2),
        ((0.8, 1000), (0.8, 500), 0.5),
        ((0.8, 1000), (0.8, 1500), -0.5),
        ((0.5, 1000), (1.0, 2000), -1 + 3),
    ],
)
def test_aes_is_what_a_hand_computes(base: tuple[float, float], new: tuple[float, float], by_hand: float) -> None:
    numbers = [np.array(x) for x in (base[0], new[0], base[1], new[1])]
    assert aes(*numbers, SETTINGS).item() == pytest.approx(by_hand)


def test_the_weights_of_aes_are_those_given() -> None:
    numbers = [np.array(x) for x in (0.5, 0.4, 1000, 800)]
    weights = SETTINGS.model_copy(update={"alpha": 2, "gamma": 10})
    assert aes(*numbers, weights).item() == pytest.approx(2 * 0.2 - 10 * 0.2)


def test_aes_takes_the_tokens_of_the_problems_whose_verdict_is_known() -> None:
    known = [sample("a", 100, answer_at=40)], [sample("a", 50, answer_at=40)]
    unknown = [sample("b", 100, correct=None)], [sample("b", 9000, correct=None)]
    found = against(known[0] + unknown[0], known[1] + unknown[1]).overall.aes
    assert (found.value, found.n, found.n_excluded) == (0.5, 1, 1)


def test_aes_is_null_with_a_reason_where_the_base_has_nothing_right() -> None:
    found = against(
        [sample("a", 100, correct=False), sample("b", 100, correct=False)], [sample("a", 50), sample("b", 50)]
    ).overall.aes
    assert (found.value, found.ci_low) == (None, None)
    assert found.reason == "no accuracy or no tokens in the base"


# Methods


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"metric_version": "3"}, "metric version: 2 in the base, 3 here"),
        ({"scope": "response"}, "scope: thinking in the base, response here"),
        ({"segmenter": "model x"}, "segmenter: rules 1 in the base, model x here"),
        ({"clusterer": "model x"}, "clusterer: "),
        ({"verifier": "math-verify 1"}, "verifier: "),
        ({"t_max": 500}, "t max: 1000 in the base, 500 here"),
        ({"prompts": {"question": "bbb"}}, "prompt question: aaa in the base, bbb here"),
        ({"prompts": {"question": "aaa", "segment": "s"}}, "prompt segment: none in the base, s here"),
    ],
)
def test_unlike_methods_are_refused_by_name_unless_anyway(change: dict[str, Any], named: str) -> None:
    base, new = side("base", [sample("a", 9), sample("b", 9)]), side("new", [sample("a", 9), sample("b", 9)], **change)
    with pytest.raises(OverthinkError, match="--anyway") as error:
        compare(base, [new], SETTINGS)
    assert named in error.value.message
    [difference] = compare(base, [new], SETTINGS, anyway=True).comparisons[0].unlike
    assert difference.startswith(named)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"tokenizer": "other"}, "shares of tokens compare, counts of tokens do not quite"),
        ({"tokenizer_is_own": False}, "the tokens of the new run were counted with a tokenizer that is not"),
        ({"prompts": {}}, "the words around the question are not known for the new run"),
        ({"dataset_revisions": {"math500": "r2"}}, "math500 was loaded at revision r1 for the base, at r2 here"),
        ({"dataset_revisions": {"gsm8k": "r2"}}, None),
        ({"resamples": 7, "seed": 3}, None),
    ],
)
def test_what_does_not_spoil_a_difference_is_a_note_and_no_refusal(change: dict[str, Any], note: str | None) -> None:
    new = METHOD.model_copy(update=change)
    assert unlike(METHOD, new) == []
    assert [note in text for text in notes(METHOD, new)] == ([True] if note else [])


def test_runs_without_a_shared_problem_are_refused() -> None:
    with pytest.raises(
        OverthinkError, match=r"base \(1 of math500\) and new \(1 of gsm8k\) share no problem"
    ) as refused:
        comparison([sample("a", 9)], [sample("a", 9, dataset="gsm8k")])
    assert "--dataset" in refused.value.hint


def test_flat_rows_hold_every_number_once() -> None:
    base = [sample("a", 100, level=1), sample("b", 100, level=2)]
    found = comparison(base, base)
    places = [(row.dataset, row.level, row.metric) for row in found.rows]
    listed = {spec.name for spec in SPECS if not spec.name.startswith("distinctness@")} | {"distinctness@1", "aes"}
    assert len(places) == len(set(places)) == 4 * len(listed)
    assert {row.metric for row in found.rows} == listed


# Caveats that make the thinking of two runs two things

EIGHT = "abcdefgh"


def told(base: list[Caveat], new: list[Caveat], *, anyway: bool = False) -> Against:
    sides = [side(run, [sample(one, 100, answer_at=40) for one in EIGHT]) for run in ("base", "new")]
    sides[0].caveats, sides[1].caveats = base, new
    return compare(sides[0], sides[1:], SETTINGS, anyway=anyway).comparisons[0]


@pytest.mark.parametrize(
    "code", ["hidden_reasoning", "no_thinking_tags", "unknown_marks", "reasoning_not_in_log", "shortened_thinking"]
)
@pytest.mark.parametrize("turned", [False, True])
def test_runs_whose_thinking_is_another_thing_are_compared_by_accuracy_alone(code: str, turned: bool) -> None:
    found = told([], [caveat(code, 8, 8)]) if not turned else told([caveat(code, 8, 8)], [])
    metrics = found.overall.metrics
    assert metrics["accuracy"].value == 0
    assert (metrics["response_tokens"].value is None) == (code not in ("no_thinking_tags", "unknown_marks"))
    for name in ("tokens", "outcome_efficiency", "process_efficiency", "solutions", "tokens_after_answer_share"):
        assert (metrics[name].value, metrics[name].p_value, metrics[name].ci_low) == (None, None, None)
        reason = metrics[name].reason
        assert reason is not None
        assert reason.startswith(f"not compared: {code.replace('_', ' ')}: ")
    assert found.overall.aes.value is None
    assert found.datasets["math500"].overall.metrics["tokens"].value is None
    assert found.voided
    assert not found.anyway


def test_they_are_compared_anyway_if_that_is_asked_for() -> None:
    found = told([], [caveat("no_thinking_tags", 8, 8)], anyway=True)
    assert found.overall.metrics["tokens"].value == 0
    assert found.voided == ["no thinking tags: none in the base, 8 of 8 responses in the new run"]
    assert found.anyway


@pytest.mark.parametrize(
    ("base", "new"),
    [
        ([], []),
        ([caveat("no_thinking_tags", 8, 8)], [caveat("no_thinking_tags", 8, 8)]),  # two models that do not think
        ([caveat("hidden_reasoning", 1, 8)], []),  # an eighth
        ([caveat("other_language", 8, 8, ["de"])], []),  # a doubt
    ],
)
def test_runs_that_are_alike_or_differ_in_few_responses_are_compared(base: list[Caveat], new: list[Caveat]) -> None:
    found = told(base, new)
    assert found.voided == []
    assert found.overall.metrics["tokens"].value == 0


def test_a_hidden_response_leaves_its_problem_out_and_the_reason_says_so() -> None:
    base = [sample(one, 100, answer_at=40) for one in "ab"]
    new = [builders.sample(one, [], "", hidden=True, server_tokens=500) for one in "ab"]
    metrics = against(base, new).overall.metrics
    assert (metrics["outcome_efficiency"].value, metrics["outcome_efficiency"].n_excluded) == (None, 2)
    assert metrics["outcome_efficiency"].reason == (
        "in both runs: no response with thinking of which the first correct solution is known; "
        "the server hides its thinking: 2 responses"
    )
    assert (metrics["accuracy"].value, metrics["tokens"].value) == (0, 400)
