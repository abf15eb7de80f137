"""Offsets of tokens: bytes to characters, composed text to the text as written, and counts."""

from __future__ import annotations

from itertools import pairwise
from unicodedata import normalize

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from overthink.text.tokens import char_starts, composed, counts
from tests.growth import grows_linearly, run_of

TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(
            "aeo>\n \u0301\u0302\u0323\u0307\u0338\u1112\u1161\u11ab한\u0958\u212b\u0344\u0f73\u09c7\u09be"
        ),
    )
)


@pytest.mark.parametrize(
    ("text", "byte_lengths", "expected"),
    [
        ("", [], []),
        ("ab cd", [2, 3], [0, 2]),
        ("é1", [2, 1], [0, 1]),
        ("中文", [3, 3], [0, 1]),
        ("中文", [4, 2], [0, 1]),
        ("中文", [2, 1, 3], [0, 0, 1]),
        ("x😀y", [1, 1, 1, 2, 1], [0, 1, 1, 1, 2]),
        ("a\r\nб", [1, 2, 2], [0, 1, 3]),
        ("\0\u2028z", [1, 3, 1], [0, 1, 2]),
    ],
)
def test_a_token_counts_at_the_character_in_which_its_first_byte_lies(
    text: str, byte_lengths: list[int], expected: list[int]
) -> None:
    assert char_starts(text, np.array(byte_lengths, dtype=np.int64)).tolist() == expected


@given(st.text(), st.data())
def test_every_way_to_cut_a_text_into_bytes_gives_the_character_of_each_cut(text: str, data: st.DataObject) -> None:
    utf8 = text.encode("utf-8", "replace")
    text = utf8.decode()
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(utf8) - 1))))) if len(utf8) > 1 else []
    edges = [0, *cuts, len(utf8)] if utf8 else [0]
    expected = [len(utf8[:start].decode("utf-8", "ignore")) for start in edges[:-1]]
    assert char_starts(text, np.diff(edges).astype(np.int64)).tolist() == expected


@pytest.mark.parametrize(
    ("text", "result", "origins"),
    [
        ("plain", "plain", None),
        ("café 中文 한글 👩‍👧", "café 中文 한글 👩‍👧", None),
        ("cafe\u0301s", "cafés", [0, 1, 2, 3, 5]),
        ("\u1112\u1161\u11ab!", "한!", [0, 3]),
        ("e\u0301\u0323x", "\u1eb9\u0301x", [0, 1, 3]),  # the mark below joins, the one above stays
        ("q\u0307\u0323", "q\u0323\u0307", [0, 2, 1]),  # marks change places
        ("\u0958k", "\u0915\u093ck", [0, 0, 1]),  # one character becomes two
        ("10 \u212b\n", "10 Å\n", [0, 1, 2, 3, 4]),
        ("\n\u0301e\u0301", "\n\u0301é", [0, 1, 2]),
    ],
)
def test_composed_characters_keep_the_place_they_came_from(text: str, result: str, origins: list[int] | None) -> None:
    characters, sources = composed(text)
    assert characters == result
    assert (None if sources is None else sources.tolist()) == origins


@example("e\u0301\u0323\u0302 \u1112\u1161\u11ab\u0f73")
@given(TEXTS)
def test_composed_text_is_nfc_and_each_character_comes_from_one_that_holds_its_base(text: str) -> None:
    characters, origins = composed(text)
    assert characters == normalize("NFC", text)
    if origins is not None:
        assert len(origins) == len(characters)
        for character, origin in zip(characters, origins.tolist(), strict=True):
            assert normalize("NFD", character)[0] in normalize("NFD", text[origin])


def test_no_mark_joins_a_closed_string() -> None:
    text = "<think>\u0338 1 >\u0338"
    assert composed(text)[0] == "≯".join(["<think", " 1 ", ""])
    assert composed(text, closed=("<think>", "</think>"))[0] == "<think>\u0338 1 ≯"


def test_uncomposed_text_is_composed_in_linear_time() -> None:
    grows_linearly(composed, run_of("e\u0301 \u1112\u1161\u11ab "), 400_000)


@given(st.lists(st.integers(0, 30)), st.lists(st.integers(0, 30), min_size=2).map(sorted))
def test_counts_are_those_of_counting_one_by_one_and_add_up(starts: list[int], edges: list[int]) -> None:
    result = counts(np.array(starts, dtype=np.int64), edges).tolist()
    assert result == [sum(low <= start < high for start in starts) for low, high in pairwise(edges)]
    assert sum(result) == sum(edges[0] <= start < edges[-1] for start in starts)
