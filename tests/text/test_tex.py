from __future__ import annotations

import pytest

from overthink.text.tex import boxes


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        (r"so \boxed{5}", ["5"]),
        (r"\fbox{ x + 1 }", ["x + 1"]),
        (r"\boxed 5 and \boxed{\frac{1}{2}}", ["5", r"\frac{1}{2}"]),
        (r"\boxed{\boxed{5}}", [r"\boxed{5}"]),
        (r"\boxed{\{1, 2\}}", [r"\{1, 2\}"]),
        (r"\boxed{\left\{1\right.}", [r"\left\{1\right."]),
        (r"\boxed{5}}}", ["5"]),
        (r"\boxed{5} then \boxed{\frac{1}{2}", ["5"]),
        (r"\boxed{ open \boxed{7}", ["7"]),
        (r"\boxedness 5, \boxed", []),
        ("{5}", []),
    ],
)
def test_boxes_are_the_contents_of_whole_outermost_boxes(text: str, contents: list[str]) -> None:
    assert [text[slice(*span)] for span in boxes(text, 0, len(text))] == contents
