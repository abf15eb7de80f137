from __future__ import annotations

import pytest

from overthink.render.formats import rounded, to_csv, to_markdown


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.000"), (0.7727272, "0.773"), (314.1875, "314.188"), (0.0001, "0.0001"), (-0.0002, "-0.0002")],
)
def test_people_see_three_decimals_and_no_zero_that_is_none(value: float, text: str) -> None:
    assert rounded(value) == text
    assert to_markdown([{"p": value}]).splitlines()[-1] == f"| {text} |"


def test_csv_keeps_every_digit_and_joins_what_is_a_list() -> None:
    assert to_csv([{"p": 0.0001, "q": 2 / 3, "none": None, "names": ["a", "b"]}]) == (
        f'p,q,none,names\n0.0001,{2 / 3},,"a, b"\n'
    )


def test_a_name_ends_no_cell_of_a_markdown_table() -> None:
    assert to_markdown([{"name": "a|b\nc"}]).splitlines()[-1] == "| a\\|b c |"
