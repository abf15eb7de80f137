"""Rows refuse what contradicts itself."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from overthink.records import NO_INTERVAL, JudgeAgreement, Metric

WHOLE: dict[str, Any] = {
    "value": 0.5,
    "ci_low": 0.4,
    "ci_high": 0.6,
    "n": 3,
    "n_excluded": 0,
    "unit": "share",
    "higher_is_better": True,
}
NO_ENDS: dict[str, Any] = {"ci_low": None, "ci_high": None}


@pytest.mark.parametrize(
    "change", [{}, NO_ENDS | {"reason": "why"}, NO_ENDS | {"value": None, "reason": "why"}], ids=str
)
def test_a_metric_has_a_reason_if_something_of_it_is_null(change: dict[str, Any]) -> None:
    assert Metric.model_validate(WHOLE | change).reason == change.get("reason")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (NO_ENDS, "there is a reason if"),
        (NO_ENDS | {"value": None}, "there is a reason if"),
        ({"reason": "why"}, "there is a reason if"),
        ({"ci_low": None, "reason": "why"}, "two ends or none"),
        ({"ci_high": None, "reason": "why"}, "two ends or none"),
        ({"value": None, "reason": "why"}, "an interval without a value"),
        ({"value": None}, "an interval without a value"),
    ],
    ids=str,
)
def test_a_metric_that_is_null_in_silence_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Metric.model_validate(WHOLE | change)


def test_an_agreement_saved_before_reasons_were_given_can_be_read() -> None:
    old = WHOLE | NO_ENDS | {"unit": "ratio", "reason": None}
    none = old | {"value": None, "reason": "no boundary on either side"}
    kept = {"reference": "r", "segmenter": "s", "clusterer": "c"}
    figures = {"f1": none, "outcome_difference": old, "process_difference": WHOLE, "strategy_ari": old}
    found = JudgeAgreement.model_validate(kept | figures)
    assert found.f1.reason == "no boundary on either side"
    assert found.outcome_difference.reason == found.strategy_ari.reason == NO_INTERVAL
    assert found.process_difference.reason is None
