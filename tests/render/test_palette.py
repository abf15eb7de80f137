from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest

import overthink
from overthink.records import Kind
from overthink.render.page import asset
from overthink.render.palette import (
    BLACK,
    GROUNDS,
    LINES,
    LOOKS,
    RUNS,
    TEXT,
    WHITE,
    contrast,
    readable,
    stylesheet,
    words,
)
from overthink.report.show import _text_colour

PACKAGE = Path(overthink.__file__).parent
SOURCES = [
    path
    for path in sorted(PACKAGE.rglob("*"))
    if path.suffix in (".py", ".js", ".css", ".html") and ".min." not in path.name and path.name != "palette.py"
]
EACH = pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))


def copies(text: str) -> list[str]:
    """Colours and words of kinds in this text, and CSS variables of kinds that it sets."""
    colours = {look.colour.lower() for look in LOOKS.values()} | set(map(str.lower, RUNS)) - {BLACK}
    named = {look.label for look in LOOKS.values()} | {"first correct", "re-check", "new strategy"}
    return [
        *(colour for colour in colours if colour in text.lower()),
        *(name for name in named if re.search(rf"""(["'`]){name}\1""", text, re.IGNORECASE)),
        *(f"--{kind}" for kind in LOOKS if re.search(rf"--({kind}|{kind}-text)\s*:", text)),
        *re.findall(r"--s\d\s*:", text),
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_colour_and_no_word_of_a_kind_is_written_outside_of_the_palette(path: Path) -> None:
    assert copies(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fill: #009e73;", ["#009e73"]),
        ('{ label: "Wrong answer" }', ["wrong answer"]),
        ("'re-check'", ["re-check"]),
        (":root { --tail: #b4b0a8; }", ["--tail"]),
        ("--wrong-text : red", ["--wrong"]),
        ("--s3: red", ["--s3:"]),
        ("color: var(--wrong-text); --wrongs: 1; a wrong answer; #000000", []),
    ],
)
def test_a_copy_is_found(text: str, found: list[str]) -> None:
    assert copies(text) == found


def test_every_kind_of_the_rows_has_a_look_and_so_have_loops_and_the_tail() -> None:
    assert set(LOOKS) == {*get_args(Kind), "loop", "tail"}


def test_no_two_kinds_share_a_word_a_colour_or_a_sign() -> None:
    for one, other in combinations(LOOKS.values(), 2):
        assert not set(one) & set(other)
    assert len(set(RUNS)) == len(RUNS)


@EACH
def test_black_is_readable_on_the_colour_of_each_kind(look: object) -> None:
    assert contrast(BLACK, look.colour) >= TEXT  # type: ignore[attr-defined]


@EACH
def test_the_terminal_s_text_is_readable_on_white_and_on_black(look: object) -> None:
    assert min(contrast(_text_colour(look), ground) for ground in (BLACK, WHITE)) >= TEXT  # type: ignore[arg-type]


def theme(css: str, place: int) -> dict[str, str]:
    """The colours that CSS variables have in light (0) or dark (1)."""
    return {name: pair.split(", ")[place] for name, pair in re.findall(r"--([\w-]+): light-dark\((#[^)]*)\)", css)}


@pytest.mark.parametrize("place", [0, 1], ids=["light", "dark"])
def test_words_and_lines_are_readable_on_every_ground_of_the_page(place: int) -> None:
    colours = theme(stylesheet() + asset("overthink.render", "page.css"), place)
    for ground in ("paper", "card", "wash"):
        for kind in LOOKS:
            assert contrast(colours[f"{kind}-text"], colours[ground]) >= TEXT, (kind, ground)
        for number in range(len(RUNS)):
            assert contrast(colours[f"s{number}"], colours[ground]) >= LINES, (number, ground)
        for name in ("ink", "soft", "faint", "accent"):
            assert contrast(colours[name], colours[ground]) >= TEXT, (name, ground)


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#ffffff", "#000000", 21), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_a_colour_that_is_readable_already_stays_as_it_is() -> None:
    assert readable("#0072B2", WHITE) == "#0072b2"
    assert readable("#0072B2", GROUNDS[1]) != "#0072b2"


def test_the_page_s_scripts_get_every_kind_with_its_words() -> None:
    assert list(words()) == list(LOOKS)
    assert words()["recheck"] == {"label": "Re-check of the answer", "short": "re-check", "sign": "↻"}
