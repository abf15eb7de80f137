from __future__ import annotations

from collections.abc import Callable

import pytest

from overthink.text.quotes import LONGEST, find_quote
from tests.growth import grows_linearly, run_of


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("it is 30, so 30.", "30", "30"),
        ("x = 6 -\n 5i", "6 - 5i", "6 -\n 5i"),
        ("x = 6 - 5i", " 6  - 5i\n", "6 - 5i"),
        (r"so \(\frac{3}{4}\)", r"\frac{3}{4}", r"\frac{3}{4}"),
        (r"so \(\frac{3}{4}\)", "\frac{3}{4}", r"\frac{3}{4}"),  # JSON took \f for a form feed
        (r"so \text{east}", "\text{east}", r"\text{east}"),
        (r"so \boxed{5} or \beta", "\boxed{5}", r"\boxed{5}"),
        (r"area 2\pi", "2\\pi", r"2\pi"),
        ("it is 5x", "5", "5"),
        ("points 1,2,3", "3", "3"),
        ("it is 5.", "5", "5"),
        ("答案是5。", "5", "5"),
        ("a.*b", ".*", ".*"),
    ],
)
def test_a_quotation_is_found_letter_for_letter_up_to_white_space(text: str, quote: str, found: str) -> None:
    span = find_quote(text, quote, 0, len(text))
    assert span is not None
    assert text[slice(*span)] == found


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("it is 125", "5"),
        ("it is 125", "12"),
        ("it is 1,250", "250"),
        ("it is 2.5", "5"),
        ("it is 2.5", "2"),
        ("beast", "east"),
        ("it is 30", "31"),
        ("6-5i", "6 - 5i"),
        ("East", "east"),
        ("nothing", ""),
        ("nothing", " \n "),
        ("9" * (LONGEST + 1), "9" * (LONGEST + 1)),
        ("a b", "a.b"),
        ("so 3\n\nand 4", "3 and 4"),
        ("so 3\n \nand 4", "3\n\nand 4"),
    ],
)
def test_what_is_nowhere_as_a_whole_is_not_found(text: str, quote: str) -> None:
    assert find_quote(text, quote, 0, len(text)) is None


def test_the_last_place_inside_the_bounds_counts() -> None:
    text = "7 then 7 then 7"
    assert find_quote(text, "7", 0, len(text)) == (14, 15)
    assert find_quote(text, "7", 0, 14) == (7, 8)
    assert find_quote(text, "7", 8, 14) is None
    assert find_quote("7 then 70", "7", 0, 9) == (0, 1)


@pytest.mark.parametrize(
    ("make", "quote"),
    [
        (run_of("1"), "1"),
        (run_of("12 "), "1"),
        (run_of(" "), "a b"),
        (run_of("a "), "a " * 100 + "b"),
        (run_of(" ", "a"), "a b"),
    ],
    ids=["digits", "numbers", "blanks", "repeats", "gap"],
)
def test_hostile_texts_are_searched_in_linear_time(make: Callable[[int], str], quote: str) -> None:
    def search(text: str) -> None:
        assert find_quote(text, quote, 0, len(text)) is None

    grows_linearly(search, make, 100_000)
