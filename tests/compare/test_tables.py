from __future__ import annotations

import re
from typing import Any

import pytest

from overthink.compare import tables as compare_tables
from overthink.compare.formulas import compare
from overthink.compare.page import to_html
from overthink.compare.rows import Comparison
from overthink.exits import tables as exit_tables
from overthink.exits.formulas import Stated, rules, stops_by_level
from overthink.exits.rows import UPPER_BOUND, Exits, ExitSettings, RunExits, flat_rows
from overthink.records import Caveat
from overthink.render.output import rendered
from overthink.run.caveats import caveat
from overthink.stats.bootstrap import Draws
from tests.compare.test_formulas import METHOD, SETTINGS, sample, side

HOSTILE = "org/[bold]evil\x1b[31m|\nname"


def comparison(problems: int = 12, model: str = "org/new-7B", **settings: Any) -> Comparison:
    base = [sample(f"p{k}", 100 + 7 * k, answer_at=40 + k, level=k % 5 + 1) for k in range(problems)]
    new = [sample(f"p{k}", 60 + 5 * k, answer_at=35 + k, correct=k % 4 != 0, level=k % 5 + 1) for k in range(problems)]
    made = side("new", new)
    made.model = model
    return compare(side("base", base), [made], SETTINGS.model_copy(update=settings))


def exits(model: str = "org/m-7B", **settings: Any) -> Exits:
    responses = [
        Stated(f"p{k}", k % 3 + 1, True, 400 + k, True, [40 + k, 100], ["correct", "correct"], ["5", "5"])
        for k in range(12)
    ]
    chosen = ExitSettings.model_validate({"loss": 0.01, "price_out": None, "joules_per_token": None, **settings})
    block = stops_by_level(responses, rules(8, [32, 64, 128]), chosen, Draws(100, 0))
    part = RunExits(run="runs/m", model=model, method=METHOD, failed={}, datasets={"math500": block})
    return Exits(schema_version=1, upper_bound=UPPER_BOUND, settings=chosen, runs=[part], rows=list(flat_rows(part)))


@pytest.mark.parametrize("width", [80, 100, 200])
def test_tables_fit_the_terminal_and_cut_no_number(width: int) -> None:
    for text in (
        rendered(compare_tables.shown(comparison()), "table", width=width),
        rendered(exit_tables.shown(exits()), "table", width=width),
    ):
        assert max(map(len, text.splitlines())) <= width
        assert "…" not in text


def test_a_table_says_how_its_numbers_came_about() -> None:
    text = rendered(compare_tables.shown(comparison()), "table", width=200)
    assert "12 problems in both (12 and 12 responses)" in text
    assert "AES; α 1, β 3, γ 5" in text
    assert "problems won 0, lost 3, tied 9" in text
    assert "200 paired bootstrap resamples" in text
    assert "200 random swaps of base and new within problems, seed 0; ≤ 0.005 means that no swap reached" in text


@pytest.mark.parametrize(("p_value", "cell"), [(None, "–"), (1 / 201, "≤ 0.005"), (0.0213, "0.0213"), (1.0, "1.0000")])
def test_a_p_value_at_its_smallest_is_shown_as_a_bound(p_value: float | None, cell: str) -> None:
    assert compare_tables.p_cell(p_value, SETTINGS) == cell


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.023, "share", "+2.3"),
        (-0.023, "share", "-2.3"),
        (None, "share", "–"),
        (-12.4, "tokens", "-12"),
        (0.0, "share", "+0.0"),
    ],
)
def test_a_difference_carries_its_sign(value: float | None, unit: str, text: str) -> None:
    assert compare_tables.signed(value, unit) == text


def test_unlike_methods_that_were_compared_anyway_are_told_on_the_table() -> None:
    rows = [sample("a", 9), sample("b", 9)]
    found = compare(side("base", rows), [side("new", rows, scope="response")], SETTINGS, anyway=True)
    text = rendered(compare_tables.shown(found), "table", width=200)
    assert "UNLIKE METHODS, compared anyway: scope: thinking in the base, response here" in text


ONE_PARAGRAPH, LOOPING = caveat("one_paragraph", 2, 2), caveat("looping", 1, 2)
UNTAGGED, UNTAGGED_FEW = caveat("no_thinking_tags", 2, 2), caveat("no_thinking_tags", 1, 40)
FOREIGN, GUESSED = caveat("tokenizer_not_own", 2, 2, ["qwen"]), caveat("guessed_format", 1, 1, ["inspect"])


@pytest.mark.parametrize(
    ("base", "new", "anyway", "care"),
    [
        ([], [], False, ""),
        ([GUESSED], [GUESSED], False, ""),
        ([], [LOOPING], False, "solutions and efficiencies (`looping` in the new run)"),
        (
            [ONE_PARAGRAPH, GUESSED],
            [LOOPING, FOREIGN],
            False,
            "solutions and efficiencies (`looping` in the new run, `one_paragraph` in the base); "
            "tokens (`tokenizer_not_own` in the new run)",
        ),
        ([UNTAGGED_FEW], [], False, "all but accuracy (`no_thinking_tags` in the base)"),
        ([UNTAGGED], [], False, ""),  # what is not compared needs no care
        ([UNTAGGED], [], True, "all but accuracy (`no_thinking_tags` in the base)"),
    ],
)
def test_a_comparison_says_beside_its_numbers_which_to_take_with_care(
    base: list[Caveat], new: list[Caveat], anyway: bool, care: str
) -> None:
    rows = [sample("a", 9), sample("b", 9)]
    sides = side("base", rows), side("new", rows)
    sides[0].caveats, sides[1].caveats = base, new
    found = compare(sides[0], [sides[1]], SETTINGS, anyway=anyway)
    (against,) = found.comparisons
    line = f"to be taken with care: {care}" if care else ""
    assert compare_tables.care_line(found, against) == line
    terminal, markdown = (rendered(compare_tables.shown(found), form, width=200) for form in ("table", "markdown"))
    page = to_html(found)
    assert [line in terminal, line.capitalize() in markdown, line.capitalize() in page] == [True] * 3
    marked = UNTAGGED in base
    assert ["base†" in terminal, "base†" in markdown, "base†" in page] == [marked] * 3
    meaning = "not all that is measured is the model's thinking"
    assert [f"† {meaning}" in terminal, f"† {meaning}" in markdown, "† not all that is" in page] == [marked] * 3
    assert "new†" not in terminal + markdown + page


def test_the_caveats_of_both_runs_are_told_worst_first() -> None:
    rows = [sample("a", 9), sample("b", 9)]
    sides = side("base", rows), side("new", rows)
    sides[0].caveats, sides[1].caveats = [LOOPING, GUESSED], [UNTAGGED, ONE_PARAGRAPH]
    found = compare(sides[0], [sides[1]], SETTINGS)
    for shown in (*(rendered(compare_tables.shown(found), form) for form in ("table", "markdown")), to_html(found)):
        words = " ".join(shown.replace("\\", "").split())
        places = [words.index(one.what) for one in (UNTAGGED, LOOPING, ONE_PARAGRAPH, GUESSED)]
        assert places == sorted(places)


@pytest.mark.parametrize("colour", [False, True])
def test_a_name_neither_steers_the_terminal_nor_is_markup(colour: bool) -> None:
    for text in (
        rendered(compare_tables.shown(comparison(model=HOSTILE)), "table", colour=colour),
        rendered(exit_tables.shown(exits(model=HOSTILE)), "table", colour=colour),
    ):
        assert "[bold]evil\N{REPLACEMENT CHARACTER}[31m|\N{REPLACEMENT CHARACTER}name" in text
        assert "\x1b[31m|" not in text


def test_exit_says_on_its_face_that_it_is_an_upper_bound() -> None:
    lines = rendered(exit_tables.shown(exits()), "table", width=200).splitlines()
    assert " ".join(lines[:2]).strip().startswith(UPPER_BOUND.partition(":")[0])


def test_money_and_energy_have_columns_only_where_they_have_a_price() -> None:
    plain, priced = (
        rendered(exit_tables.shown(exits(**prices)), "table", width=120)
        for prices in ({}, {"price_out": 2.0, "joules_per_token": 0.5})
    )
    assert ("money" in plain.split("curve")[0].split("\n\n")[0], "Wh" in plain) == (False, False)
    assert "Wh" in priced


def test_the_curve_rises_with_the_budget_and_marks_where_no_stop_is() -> None:
    text = rendered(exit_tables.shown(exits()), "table", width=80)
    bars = re.findall(r"^ +(\d+) (█*)[^ █]?(.*?) +([\d.]+) %$", text, re.MULTILINE)
    assert [int(bar[0]) for bar in bars] == [32, 64, 128]
    assert [float(bar[3]) for bar in bars] == sorted(float(bar[3]) for bar in bars)
    assert len(bars[0][1]) < len(bars[2][1])
    assert "│" in bars[0][2]


def test_the_smallest_budget_is_told() -> None:
    assert "smallest budget that loses less than 1 point: 64 tokens" in rendered(
        exit_tables.shown(exits()), "table", width=200
    )
    assert "every budget loses 1 point or more" not in rendered(exit_tables.shown(exits()), "table", width=200)
