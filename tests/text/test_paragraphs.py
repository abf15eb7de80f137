from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.text.paragraphs import paragraphs
from tests.growth import grows_linearly, run_of

LABELS = Path(os.environ.get("OVERTHINK_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "gold"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one", ["one"]),
        ("one\n\ntwo", ["one", "two"]),
        ("one\ntwo\n\nthree", ["one\ntwo", "three"]),
        ("one\n \t\n\n two  \n\nthree\n\n", ["one", "two  ", "three"]),
        ("\n\n  one\n\n", ["one"]),
        ("one\r\n\r\ntwo", ["one\r", "two"]),
        ("", []),
        (" \n\n\n ", []),
    ],
)
def test_blank_lines_part_paragraphs_and_line_breaks_do_not(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in paragraphs(text, 0, len(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo", ["one", "two"]),
        ("It is 5. So 5.\r\nWait, is it?", ["It is 5. So 5.", "Wait, is it?"]),
        ("It is 3.5 or so. Is it? Yes!", ["It is 3.5 or so.", "Is it?", "Yes!"]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("Mr. Lee, i.e. Ann Lee, left. So 5.", ["Mr. Lee, i.e. Ann Lee, left.", "So 5."]),
        ("Only B. Could A be one? No. It is x. So B.", ["Only B.", "Could A be one?", "No.", "It is x.", "So B."]),
        ("z.B. Anna hat 5. Im U.S. Recht nicht.", ["z.B. Anna hat 5.", "Im U.S. Recht nicht."]),
        ("First. 1. Add them. A. Yes.", ["First.", "1. Add them.", "A. Yes."]),
        ("答案是5。再检查一下。对的。", ["答案是5。", "再检查一下。", "对的。"]),
        ("no end of a sentence, 5 of 6", ["no end of a sentence, 5 of 6"]),
    ],
)
def test_without_blank_lines_lines_are_paragraphs_and_without_line_breaks_sentences(
    text: str, expected: list[str]
) -> None:
    assert [text[start:end] for start, end in paragraphs(text, 0, len(text))] == expected


def test_a_very_long_block_among_blank_lines_is_cut_too() -> None:
    line = "This line is a sentence of more than a few words, and so are all the others of them."
    short, long = "\n".join([line] * 5), "\n".join([line] * 40)
    text = f"{short}\n\n{long}\n\n{' '.join([line] * 40)}"
    assert len(paragraphs(text, 0, len(text))) == 1 + 40 + 40


def test_offsets_count_in_the_whole_text() -> None:
    text = "<think>\nfirst\n\nsecond\n</think>\n\nafter"
    spans = paragraphs(text, text.index(">") + 1, text.index("</think>"))
    assert [text[start:end] for start, end in spans] == ["first", "second"]


@given(st.text(alphabet="ab \n\t\r.", max_size=60))
def test_no_visible_character_is_lost_and_paragraphs_rise(text: str) -> None:
    spans = paragraphs(text, 0, len(text))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(start < end and not text[start].isspace() for start, end in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    "make",
    [
        run_of("x"),
        run_of("\n", "a", "b"),
        run_of(" ", "a", "b"),
        run_of(" ", "a\nb", "c"),
        run_of("\n ", "a", "b"),
        run_of("\n" + " " * 999, "a", "b"),
    ],
    ids=["letters", "lines", "blanks", "blanks in a line", "blank lines", "long blank lines"],
)
def test_a_long_run_of_anything_is_cut_in_linear_time(make: Callable[[int], str]) -> None:
    grows_linearly(lambda text: paragraphs(text, 0, len(text)), make, 400_000)


@pytest.mark.real_data
def test_the_paragraphs_are_those_that_the_readers_numbered() -> None:
    if not LABELS.is_dir():
        pytest.skip(f"no labels in {LABELS}")
    files = sorted(LABELS.glob("solutions-*.jsonl"))
    rows = [json.loads(line) for path in files for line in path.read_text("utf-8").split("\n") if line]
    other = [
        row for row in rows if [list(s) for s in paragraphs(row["response"], *row["thinking"])] != row["paragraphs"]
    ]
    assert len(rows) >= 200
    assert len(other) <= 3  # a reader's file keeps the indentation of two lines, and one has a very long block
