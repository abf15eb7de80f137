"""Tables, lines and bars, shown on a terminal and in Markdown."""

from __future__ import annotations

import pytest

from overthink.records import Metric
from overthink.render.formats import document
from overthink.render.tables import Bars, Line, Listing, Table, fitting, fitting_of
from overthink.render.terminal import to_text

METRIC = Metric(value=0.523, ci_low=0.501, ci_high=0.545, n=8, n_excluded=0, unit="share", higher_is_better=True)
TABLE = Table(["model", "accuracy\n%"], [["a-model-of-26-characters-7B", fitting(METRIC)]])


@pytest.mark.parametrize(
    ("width", "row"),
    [
        (46, "a-model-of-26-characters-7B  52.3 [50.1, 54.5]"),
        (40, "a-model-of-26-characters-7B  52.3 ±2.2"),
        (37, "a-model-of-26-characters-7B      52.3"),
        (30, "a-model-of…acters-7B      52.3"),
    ],
)
def test_a_cell_is_as_full_as_the_terminal_allows_and_names_are_cut_before_numbers(width: int, row: str) -> None:
    assert to_text([TABLE], width, colour=False).splitlines()[-1] == row


def test_markdown_has_the_fullest_cells_headings_of_one_line_and_no_markup_of_a_name() -> None:
    table = Table(["\nmodel", "accuracy\n%"], [["a*b|c", fitting(METRIC)]], aligned=True)
    assert document([Line("Runs", "title"), table, Line("Words.")]) == (
        "### Runs\n\n| model | accuracy % |\n| --- | ---: |\n| a\\*b\\|c | 52.3 [50.1, 54.5] |\n\nWords.\n"
    )


def test_a_metric_that_responses_do_not_have_is_a_dash() -> None:
    assert fitting_of({"accuracy": METRIC}, "distinctness@16") == "–"


def test_a_name_on_a_terminal_is_no_markup() -> None:
    text = to_text([Line("[bold]x[/bold]"), Table(["[red]h"], [["[red]y"]])], 40, colour=True)
    assert "[bold]x[/bold]" in text
    assert text.count("[red]") == 2


def test_a_bar_is_as_long_as_its_share_and_the_mark_is_seen_beyond_it() -> None:
    none, half, full = to_text([Bars([("0", 0.0), ("9", 0.5), ("10", 1.0)], mark=0.75)], 44, colour=False).splitlines()
    assert none == "       0" + " " * 16 + "│" + " " * 8 + "0.0 %"
    assert half == "       9 " + "█" * 10 + " " * 5 + "│" + " " * 4 + "   50.0 %"
    assert full == "      10 " + "█" * 20 + "  100.0 %"


@pytest.mark.parametrize(("width", "columns"), [(119, ["name"]), (120, ["name", "of all", "x"])])
def test_a_narrow_terminal_lists_the_brief_columns_and_none_lists_a_column_that_is_empty(
    width: int, columns: list[str]
) -> None:
    rows = [
        {"name": "[bold]a", "of_all": 1, "nothing": None, "x": 0.5},
        {"name": "b", "of_all": 2, "nothing": "", "x": 1},
    ]
    head, first, _ = to_text([Listing(rows, brief=["name", "nothing"])], width, colour=False).splitlines()
    assert [word.strip() for word in head.split("  ") if word] == columns
    assert first.startswith("[bold]a")


def test_a_list_breaks_between_words_and_cuts_names_before_it_breaks_one() -> None:
    rows = [{"run": "runs/a-very-long-name-32B", "model": "m" * 60, "rows": 12, "state": "not started"}]

    def lines(width: int) -> list[str]:
        return to_text([Listing(rows, brief=["run", "rows", "state"])], width, colour=False).splitlines()[1:]

    assert lines(200)[0].split() == ["runs/a-very-long-name-32B", "m" * 60, "12", "not", "started"]
    assert lines(40) == ["runs/a-very-long-name-32B    12  not", " " * 33 + "started"]
    assert lines(30)[0] == "runs/a-…ame-32B    12  not"
    assert all(len(line) <= 14 for line in lines(14))
