from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.errors import UnreadableReply
from overthink.judge.windows import windows


@given(st.lists(st.integers(0, 50)), st.integers(50, 200))
def test_windows_tile_the_pieces_without_a_gap_or_an_overlap_and_each_fits(sizes: list[int], room: int) -> None:
    found = windows(sizes, room, "paragraph")
    assert list(chain.from_iterable(found)) == list(range(len(sizes)))
    assert all(len(window) and sum(sizes[k] for k in window) <= room for window in found)


@given(st.lists(st.integers(1, 50), min_size=1), st.integers(50, 200))
def test_no_window_could_have_taken_the_piece_after_it(sizes: list[int], room: int) -> None:
    for window in windows(sizes, room, "paragraph")[:-1]:
        assert sum(sizes[window.start : window.stop + 1]) > room


@pytest.mark.parametrize("room", [99, 0, -5])
def test_a_piece_larger_than_the_room_is_a_failure_that_names_it(room: int) -> None:
    with pytest.raises(UnreadableReply) as caught:
        windows([1] * (room > 0) + [100], room, "paragraph")
    assert caught.value.kind == "too_long"
    number = 2 if room > 0 else 1
    assert (
        caught.value.message
        == f"paragraph {number} has 100 tokens, and the judge's context leaves {max(room, 0)} for text"
    )
