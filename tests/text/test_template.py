from __future__ import annotations

import pytest

from overthink.text.template import fill


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{a} and {b}", "{b} {c} and B"),  # what a text holds is never taken for a place
        ("{a}{a}", "{b} {c}{b} {c}"),
        ("{b}, {c} and {d e}", "B, {c} and {d e}"),  # a place without a text is only characters
        ("{{b}}", "{B}"),
        ("\\1 {B} b", "\\1 {B} b"),
    ],
)
def test_each_text_is_put_into_its_place_in_one_pass(template: str, filled: str) -> None:
    assert fill(template, {"a": "{b} {c}", "b": "B"}) == filled
