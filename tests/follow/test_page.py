"""The page of `overthink follow`: what it shows, and that names on it are only names."""

from __future__ import annotations

import html
import json

from overthink.follow.attention.report import AttentionReport, Group, Trace
from overthink.follow.outcomes import Outcomes
from overthink.follow.page import page_of
from overthink.follow.report import Effect, FollowMethod, FollowReport, ModeReport
from overthink.follow.tables import scores
from overthink.records import Change, Metric
from overthink.render.output import rendered
from overthink.run.caveats import caveat

HOSTILE = "</style><script>alert(1)</script>{{ 7 * 7 }}"
METRIC = Metric(value=0.25, ci_low=0.1, ci_high=0.4, n=8, n_excluded=0, unit="share", higher_is_better=True)
CHANGE = Change(**{**METRIC.model_dump(), "value": -0.5}, base=0.75, new=0.25, p_value=0.01)
OUTCOMES = Outcomes(kind=None, win=1, lose=4, tie=3, undecided=0, change=CHANGE)


def followed(model: str = "m") -> FollowReport:
    names = ("instruction_loose", "instruction_strict", "prompt_loose", "prompt_strict", "tokens", "thinking_tokens")
    mode = ModeReport(
        run="r", model=model, mode="base", thinks="prompt", tokenizer="t", tokenizer_is_own=True, prompts=8,
        unanswered=2, unthinking=0, undecided=0, failed={}, metrics=dict.fromkeys(names, METRIC),
    )  # fmt: skip
    effect = Effect(
        prompts=8, base_only=0, cot_only=0, changes={}, overall=OUTCOMES,
        kinds=[OUTCOMES.model_copy(update={"kind": HOSTILE})], correlations={},
    )  # fmt: skip
    method = FollowMethod(checkers={}, dataset_revisions={}, resamples=100, permutations=100, seed=0)
    return FollowReport(dataset="ifeval", method=method, modes=[mode], effect=effect)


def test_the_caveats_of_a_mode_are_told_in_every_format() -> None:
    hidden = caveat("hidden_reasoning", 8, 8)
    report = followed()
    modes = [report.modes[0].model_copy(update={"caveats": [hidden]})]
    report = report.model_copy(update={"modes": modes, "effect": None})
    assert f"base: WARNING: {hidden.what}. " in html.unescape(page_of(report, None))
    assert f"base: WARNING: {hidden.what}\n" in rendered(scores(report), "table", width=500)
    assert hidden.what in rendered(scores(report), "json")
    rows = [json.loads(line) for line in rendered(scores(report), "jsonl").splitlines()]
    assert {tuple(row["void"]) for row in rows if row["mode"] == "base"} == {("hidden_reasoning",)}


def attended() -> AttentionReport:
    trace = Trace(mode="cot", outcome=None, phase="answer", problems=2, attention=[0.1, 0.2], ratio=[1.0, 2.0])
    return AttentionReport(
        dataset="ifeval", models={"base": HOSTILE}, finders=[HOSTILE], problems=2, one_sided=3,
        left_out={"too_long": 5}, groups=[Group(outcome=None, problems=2, drops=[])], traces=[trace],
        resamples=100, seed=0,
    )  # fmt: skip


def test_without_attention_the_page_says_nothing_of_it() -> None:
    page = page_of(followed(), None)
    assert "Thinking wins 1 prompts, loses 4, ties 3." in page
    assert "25.0 (10.0 to 40.0)" in page
    assert "-50.0 (10.0 to 40.0)" in page
    assert "Attention" not in page
    assert "<svg" not in page


def test_with_attention_its_figures_and_what_was_left_out_are_shown() -> None:
    page = page_of(followed(), attended())
    assert page.count("<svg") == 2  # no layers to draw: the two traces alone
    assert "Left out: 5 too_long; 3 answered in one mode only." in page


def test_names_on_the_page_are_escaped_and_it_runs_no_script() -> None:
    page = page_of(followed(HOSTILE), attended())
    assert "<script" not in page
    assert "&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page
    assert "default-src 'none'" in page
