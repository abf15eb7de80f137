"""A server that hides its thinking: what is known of such a response is measured, all else is null for that reason."""

from __future__ import annotations

import numpy as np
import pytest

from overthink.config import Scope
from overthink.metrics.aggregate import aggregate
from overthink.metrics.catalogue import SPECS
from overthink.metrics.response import score
from overthink.records import Metric, RunReport, Score
from overthink.run.owed import Item
from tests.builders import method, rows, sample

COUNTED = {"tokens", "response_tokens", "tokens_per_correct_answer", "auc_oaa"}
KNOWN = {"accuracy", *COUNTED}


def hidden(problem: str, server_tokens: int | None = 300, final: str = "c", level: int = 1, k: int = 1) -> Item:
    """One whose ten visible characters are behind a thinking that nobody saw."""
    return sample(problem, [], "", hidden=True, server_tokens=server_tokens, final=final, level=level, k=k)


def shown(problem: str) -> Item:
    return sample(problem, [40, 40], "cc", tail=20, level=2)


def report_of(samples: list[Item]) -> RunReport:
    options = {"run": "r", "model": "m", "created": "2026-01-02T03:04:05Z", "method": method(), "failed": {}}
    return aggregate(samples, **options).runs[0]


def overall(samples: list[Item]) -> dict[str, Metric]:
    return report_of(samples).metrics["math500"].overall


def row(scope: Scope, server_tokens: int | None, final: str = "c") -> Score:
    made = rows([], "", final=final)
    seen = {"hidden": True, "server_tokens": server_tokens}
    return score(np.arange(25), *made, after=(0, 25), scope=scope, t_max=1000, source="s", **seen)


@pytest.mark.parametrize(("scope", "tokens"), [("thinking", 0), ("response", 25)])
@pytest.mark.parametrize("final", ["c", "w"])
def test_a_hidden_response_has_a_verdict_and_nothing_else(scope: Scope, tokens: int, final: str) -> None:
    found = row(scope, 300, final)
    assert found.correct is (final == "c")
    assert (found.tokens, found.solution_tokens, found.tail_tokens) == (tokens, [], tokens)
    assert (found.response_tokens, found.server_tokens, found.hidden) == (25, 300, True)
    assert found.outcome_efficiency is found.outcome_efficiency_first_solution is found.process_efficiency is None
    assert found.first_correct is found.tokens_to_answer is found.tokens_after_answer is found.underthinking is None


@pytest.mark.parametrize(("server_tokens", "expected"), [(300, 0.7), (5000, 0.0), (None, None)])
def test_auc_oaa_takes_the_server_s_own_count(server_tokens: int | None, expected: float | None) -> None:
    assert row("thinking", server_tokens).auc_oaa == expected


def test_a_shown_response_is_written_as_before() -> None:
    assert {"hidden", "server_tokens"}.isdisjoint(shown("p").score.model_dump())


def test_a_run_whose_server_hides_everything_has_accuracy_and_tokens_and_one_reason_for_the_rest() -> None:
    found = overall([hidden("p"), hidden("q", 500, final="w"), hidden("q", 400, k=2)])
    assert found["accuracy"].value == pytest.approx(2 / 3)
    assert found["tokens"].value == 400
    assert found["response_tokens"].value == 410
    assert found["tokens_per_correct_answer"].value == 600
    assert found["auc_oaa"].value == pytest.approx((0.7 + 0 + 0.6) / 3)
    assert found["pass@1"].value is not None
    others = {name: metric for name, metric in found.items() if name not in KNOWN and not name.startswith("pass@")}
    assert len(others) > 20
    for name, metric in others.items():
        assert (metric.value, metric.n, metric.n_excluded) == (None, 0, 3), name
        assert metric.reason == "the server hides its thinking: 3 responses", name


def test_a_thinking_that_the_server_did_not_even_count_is_in_no_mean_of_tokens() -> None:
    found = overall([hidden("p", None), hidden("q", None)])
    assert found["accuracy"].value == 1
    for name in COUNTED:
        assert (found[name].value, found[name].n_excluded) == (None, 2)
        assert found[name].reason == "the server hides its thinking and tells no count of its tokens: 2 responses"


def test_beside_hidden_responses_the_others_keep_their_values() -> None:
    alone, both = overall([shown("p")]), overall([shown("p"), hidden("q")])
    for name in alone.keys() - KNOWN:
        assert both[name].value == alone[name].value, name
        assert both[name].n == alone[name].n
    assert both["outcome_efficiency"].n_excluded == 1
    assert both["tokens"].value == (100 + 300) / 2


def test_a_reason_of_its_own_stays_beside_that_of_the_hidden_ones() -> None:
    found = overall([sample("p", [10], "w", final="w"), hidden("q")])
    assert found["tokens_after_answer"].reason == (
        "no response with a correct solution; the server hides its thinking: 1 response"
    )


def test_each_level_counts_its_own_hidden_responses() -> None:
    levels = report_of([shown("p"), hidden("q")]).metrics["math500"].levels
    assert levels[1]["solutions"].reason == "the server hides its thinking: 1 response"
    assert levels[2]["solutions"].value == 2


def test_the_method_says_of_how_many_responses_the_server_counted_the_tokens() -> None:
    assert report_of([shown("p"), hidden("q"), hidden("r", None)]).method.counted_by_server == 1
    assert "counted_by_server" not in report_of([shown("p")]).method.model_dump()


def test_a_hidden_response_is_neither_empty_thinking_nor_without_solution() -> None:
    counts = report_of([hidden("p")]).counts
    assert (counts.empty_thinking, counts.no_solution) == (0, 0)


def test_every_metric_says_how_it_takes_a_hidden_response() -> None:
    assert {spec.name for spec in SPECS if spec.hidden == "by the server's count"} == COUNTED
    assert {spec.name for spec in SPECS if spec.hidden == "as any other"} == {"accuracy"}
