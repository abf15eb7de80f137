from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overthink.report.page.rows import Utf16


def test_characters_above_the_first_plane_count_twice() -> None:
    units = Utf16("a😀b")
    assert [units.at(offset) for offset in range(4)] == [0, 1, 3, 4]
    assert units.span((1, 2)) == (1, 3)


@given(st.text(max_size=40), st.data())
def test_an_offset_in_code_units_cuts_the_text_where_the_offset_in_characters_does(
    text: str, data: st.DataObject
) -> None:
    offset = data.draw(st.integers(0, len(text)))
    assert Utf16(text).at(offset) == len(text[:offset].encode("utf-16-le")) // 2
