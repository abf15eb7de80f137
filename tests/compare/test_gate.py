from __future__ import annotations

import pytest

from overthink.compare.gate import Condition, find_met, read_condition
from overthink.compare.rows import Against, Changes, DatasetChanges, Pairing
from overthink.errors import OverthinkError
from overthink.records import NO_INTERVAL, Change, Metric


def change(value: float | None, low: float | None = None, high: float | None = None) -> Change:
    return Change(
        value=value,
        ci_low=low,
        ci_high=high,
        n=5,
        n_excluded=0,
        unit="share",
        higher_is_better=True,
        reason="no response" if value is None else NO_INTERVAL if low is None else None,
        base=0.5,
        new=0.4,
        p_value=0.03,
    )


def changes(found: Change) -> Changes:
    aes = Metric(value=0.3, ci_low=0.1, ci_high=0.5, n=5, n_excluded=0, unit="score", higher_is_better=True)
    return Changes(
        problems=5,
        metrics={"outcome_efficiency": found, "tokens": found},
        aes=aes,
        won=1,
        lost=0,
        tied=4,
        undetermined=0,
    )


def against(overall: Change, level: Change | None = None) -> Against:
    levels = {} if level is None else {5: changes(level)}
    pairing = Pairing(
        shared=5, only_base=0, only_new=0, other_text=0, samples_base=5, samples_new=5, failed_base={}, failed_new={}
    )
    return Against(
        run="new",
        model="m",
        pairing=pairing,
        unlike=[],
        notes=[],
        overall=changes(overall),
        datasets={"math500": DatasetChanges(overall=changes(overall), levels=levels)},
    )


@pytest.mark.parametrize(
    ("text", "dataset", "level", "metric", "field", "sign", "bound"),
    [
        ("outcome_efficiency < -0.02", None, None, "outcome_efficiency", "value", "<", -0.02),
        ("outcome_efficiency<-2%", None, None, "outcome_efficiency", "value", "<", -0.02),
        ("outcome_efficiency.ci_high < 0", None, None, "outcome_efficiency", "ci_high", "<", 0),
        ("  tokens.ci_low  >=  1e3 ", None, None, "tokens", "ci_low", ">=", 1000),
        ("math500: tokens > 10", "math500", None, "tokens", "value", ">", 10),
        ("math500/5:tokens.p_value <= .05", "math500", 5, "tokens", "p_value", "<=", 0.05),
        ("org/set: tokens > +1.", "org/set", None, "tokens", "value", ">", 1),
        ("org/set/3: tokens > 1", "org/set", 3, "tokens", "value", ">", 1),
        ("all: aes < 0", None, None, "aes", "value", "<", 0),
        ("accuracy.new < 0.9", None, None, "accuracy", "new", "<", 0.9),
        ("tokens_per_correct_answer > 10%", None, None, "tokens_per_correct_answer", "value", ">", 0.1),
        ("math500/5: kind_share/recheck.ci_low>0", "math500", 5, "kind_share/recheck", "ci_low", ">", 0),
        ("solution_count@7+ > 0", None, None, "solution_count@7+", "value", ">", 0),
        ("pass@16.ci_high < 0", None, None, "pass@16", "ci_high", "<", 0),
    ],
)
def test_a_condition_is_read_as_it_is_written(
    text: str, dataset: str | None, level: int | None, metric: str, field: str, sign: str, bound: float
) -> None:
    assert read_condition(text) == Condition(text, dataset, level, metric, field, sign, bound)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tokens",
        "tokens <",
        "tokens < abc",
        "tokens == 3",
        "tokens = 3",
        "tokens < 3 < 4",
        "tokens < 3; import os",
        "__import__('os').system('true') < 1",
        "tokens < 1_000",
        "tokens < 0x10",
        "tokens < nan",
        "tokens < inf",
        "-0.02 > tokens",
        "tokens < 3" + " " * 400,
    ],
)
def test_what_is_no_condition_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(OverthinkError) as error:
        read_condition(text)
    assert "--fail-if" in error.value.message
    assert len(error.value.message) < 400


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("outcome_eficiency < 0", "Did you mean outcome_efficiency?"),
        ("acuracy < 0", "Did you mean accuracy?"),
        ("accuracy.ci_hi < 0", "Did you mean ci_high?"),
        ("aes.p_value < 0", "Its fields are value, ci_low, ci_high."),
        ("zzz < 0", "There are accuracy, solutions"),
        ("pass@0 < 0", "There are accuracy, solutions"),
        ("tokens_per_correct_answr > 0", "Did you mean tokens_per_correct_answer?"),
    ],
)
def test_a_wrong_name_gets_the_nearest_right_one(text: str, guess: str) -> None:
    with pytest.raises(OverthinkError) as error:
        read_condition(text)
    assert error.value.hint.startswith(guess)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("outcome_efficiency < -0.02", True),
        ("outcome_efficiency < -0.03", False),
        ("outcome_efficiency <= -0.03", True),
        ("outcome_efficiency > -0.03", False),
        ("outcome_efficiency >= -0.03", True),
        ("outcome_efficiency.ci_high < 0", False),
        ("outcome_efficiency.ci_low < -0.05", True),
        ("outcome_efficiency.p_value < 0.05", True),
        ("math500/5: outcome_efficiency < -0.02", False),
        ("5: outcome_efficiency < -0.02", None),
        ("gsm8k: outcome_efficiency < 0", None),
        ("math500/4: outcome_efficiency < 0", None),
        ("aes < 0.2", False),
        ("aes.ci_low < 0.2", True),
    ],
)
def test_a_condition_holds_on_the_value_or_the_interval_as_written(condition: str, holds: bool | None) -> None:
    comparisons = [against(change(-0.03, -0.06, 0.01), change(0.01, -0.2, 0.2))]
    if holds is None:
        with pytest.raises(OverthinkError, match="shares no such problems") as error:
            find_met([read_condition(condition)], comparisons)
        assert error.value.hint == "There are math500 (levels 5)."
    else:
        assert [one.condition for one in find_met([read_condition(condition)], comparisons)] == (
            [condition] if holds else []
        )


def test_what_cannot_be_told_closes_the_gate() -> None:
    [one] = find_met([read_condition("outcome_efficiency < -0.02")], [against(change(None))])
    assert one.why == "cannot be told: no response"
    [one] = find_met([read_condition("pass@4 < 0")], [against(change(0.1, 0.0, 0.2))])
    assert one.why == "cannot be told: no problem of both runs has it"


def test_one_run_of_several_is_enough_to_close_it() -> None:
    runs = [against(change(0.1)), against(change(-0.1))]
    assert len(find_met([read_condition("outcome_efficiency < 0"), read_condition("tokens > 0")], runs)) == 2
