"""Drops and traces of attention, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from overthink.follow.attention.figures import svg_figures, write_figures
from overthink.follow.attention.report import BINS, AttentionReport, Drop, report_of
from overthink.records import Attended, Failure, Marked, Problem, Response, Span
from overthink.run import Run
from overthink.run.manifest import Manifest
from overthink.stats.bootstrap import Draws


def attended(row_id: str, beta: list[float] | None, *, thinking: Span | None, answer: Span | None) -> Attended:
    """A row whose trace rises by one hundredth a token, and whose ratio is ten times that."""
    tokens = max(part[1] for part in (thinking, answer) if part)
    trace = [k / 100 for k in range(tokens)]
    return Attended(
        id=row_id, source="0" * 12, prompt_tokens=10, constraint_tokens=2, thinking=thinking, answer=answer,
        trace=trace, trace_ratio=[10 * value for value in trace],
        beta=beta, beta_ratio=None if beta is None else [10 * value for value in beta],
    )  # fmt: skip


def run_of(folder: Path, mode: str, rows: list[Attended], failures: tuple[Failure, ...] = ()) -> Run:
    run = Run.create(
        folder, Manifest(created="2026-01-01", model="m", origin="generate", overthink="0", mode=mode)
    )  # fmt: skip
    tables: dict[str, list[Problem] | list[Response] | list[Marked] | list[Attended]] = {
        "problems": [Problem(id=r.id[:-2], dataset="ifeval", question="q", answer=None) for r in rows],
        "generate": [Response(id=r.id, problem_id=r.id[:-2], sample=1, model="m", response="r") for r in rows],
        "constraints": [Marked(id=r.id, source="0" * 12, spans=[(0, 1)], finder="hand") for r in rows],
        "attention": rows,
    }
    for name, lines in tables.items():
        run.path(name).write_text("".join(line.model_dump_json() + "\n" for line in lines))
    run.replace_failures("attention", list(failures))
    return run


@pytest.fixture
def report(tmp_path: Path) -> AttentionReport:
    base = run_of(
        tmp_path / "base",
        "base",
        [
            attended("a#1", [0.4, 0.2], thinking=None, answer=(0, 2)),
            attended("b#1", [0.2, 0.2], thinking=None, answer=(0, 2)),
            attended("c#1", [0.3, 0.3], thinking=None, answer=(0, 2)),
        ],
    )
    cot = run_of(
        tmp_path / "cot",
        "cot",
        [
            attended("a#1", [0.1, 0.1], thinking=(0, 2), answer=(2, 4)),
            attended("b#1", [0.1, 0.3], thinking=(0, 2), answer=(2, 4)),
            attended("c#1", None, thinking=(0, 4), answer=None),
        ],
        (Failure(stage="attention", id="d#1", kind="too_long", message=""),),
    )
    return report_of("ifeval", base, cot, {"a": "lose", "b": "win"}, {"base": "m", "cot": "m"}, Draws(200, 0))


def drop_of(report: AttentionReport, outcome: str | None, layer: int | None) -> Drop:
    group = next(group for group in report.groups if group.outcome == outcome)
    return next(drop for drop in group.drops if drop.layer == layer)


@pytest.mark.parametrize(
    ("outcome", "layer", "base", "cot", "drop"),
    [
        (None, 1, 0.3, 0.1, 0.2),
        (None, 2, 0.2, 0.2, 0.0),
        (None, None, 0.25, 0.15, 0.1),
        ("lose", 1, 0.4, 0.1, 0.3),
        ("win", 2, 0.2, 0.3, -0.1),
    ],
)
def test_a_drop_is_base_less_cot_over_the_problems_answered_in_both(
    report: AttentionReport, outcome: str | None, layer: int | None, base: float, cot: float, drop: float
) -> None:
    found = drop_of(report, outcome, layer)
    assert (found.base, found.cot, found.drop.value) == pytest.approx((base, cot, drop), abs=1e-9)
    assert found.drop_ratio.value == pytest.approx(10 * drop, abs=1e-9)


def test_a_response_that_was_never_made_is_counted(tmp_path: Path) -> None:
    rows = [attended(f"{name}#1", [0.4, 0.2], thinking=None, answer=(0, 2)) for name in "ab"]
    base, cot = run_of(tmp_path / "base", "base", rows), run_of(tmp_path / "cot", "cot", rows[:1])
    cot.replace_failures("generate", [Failure(stage="generate", id="b#1", kind="timeout", message="")])
    found = report_of("ifeval", base, cot, {}, {"base": "m", "cot": "m"}, Draws(200, 0))
    assert (found.problems, found.one_sided, found.left_out) == (1, 1, {"timeout": 1})


def test_what_is_left_out_is_counted(report: AttentionReport) -> None:
    assert (report.problems, report.one_sided, report.left_out) == (2, 1, {"no_answer": 1, "too_long": 1})
    assert [group.problems for group in report.groups] == [2, 1, 1, 0]


def test_every_number_is_valid(report: AttentionReport) -> None:
    assert AttentionReport.model_validate_json(report.model_dump_json()) == report


def test_an_interval_needs_two_problems(report: AttentionReport) -> None:
    assert drop_of(report, None, 1).drop.ci_low == pytest.approx(0.1)
    assert drop_of(report, None, 1).drop.ci_high == pytest.approx(0.3)
    assert drop_of(report, "win", 1).drop.ci_low is None


def test_a_trace_of_two_tokens_fills_half_of_the_steps_with_each(report: AttentionReport) -> None:
    trace = next(
        trace for trace in report.traces if (trace.mode, trace.outcome, trace.phase) == ("cot", None, "answer")
    )
    assert trace.problems == 2
    assert trace.attention == [0.02] * (BINS // 2) + [0.03] * (BINS // 2)
    assert trace.ratio[-1] == pytest.approx(0.3)


def test_models_of_unlike_depth_compare_by_their_means_alone(tmp_path: Path) -> None:
    base = run_of(tmp_path / "b", "base", [attended("a#1", [0.4, 0.2], thinking=None, answer=(0, 2))])
    cot = run_of(tmp_path / "c", "cot", [attended("a#1", [0.1, 0.1, 0.4], thinking=None, answer=(0, 2))])
    drops = report_of("ifeval", base, cot, {}, {}, Draws(200, 0)).groups[0].drops
    assert [(drop.layer, drop.drop.value) for drop in drops] == [(None, pytest.approx(0.1))]


def test_figures_are_svg_and_pdf_with_text_as_text(report: AttentionReport, tmp_path: Path) -> None:
    files = write_figures(report, tmp_path / "figures")
    assert sorted({path.suffix for path in files}) == [".pdf", ".svg"]
    assert all(path.stat().st_size for path in files)
    assert {path.stem for path in files} == set(svg_figures(report)) == {
        "attention-trace", "attention-trace-ratio", "attention-drop", "attention-drop-ratio"
    }  # fmt: skip
    assert "thinking loses (n = 1)" in svg_figures(report)["attention-drop"]
