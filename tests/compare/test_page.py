from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from overthink.compare.formulas import compare
from overthink.compare.page import side_of, to_html
from overthink.records import NO_INTERVAL, Change
from tests.compare.test_formulas import SETTINGS, sample, side
from tests.compare.test_tables import comparison
from tests.conftest import Overthink

HOSTILE = "</h1><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}\u2028 \"'&"


class Page(HTMLParser):
    """Every tag with its attributes, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def hostile() -> str:
    rows = [sample("a", 9, dataset=HOSTILE), sample("b", 9, dataset=HOSTILE)]
    base, new = side(HOSTILE, rows), side(HOSTILE, rows, segmenter=HOSTILE, tokenizer=HOSTILE)
    base.model = new.model = HOSTILE
    return to_html(compare(base, [new], SETTINGS, anyway=True))


def test_a_name_is_text_wherever_it_stands() -> None:
    page = Page(hostile())
    assert {"script", "img"}.isdisjoint(tag for tag, _ in page.tags)
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "{{ 7*7 }}{% raw %}" in "".join(page.words)
    assert sum("<script>alert(1)</script>" in words for words in page.words) >= 5


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    text = to_html(comparison())
    page = Page(text)
    assert "script" not in {tag for tag, _ in page.tags}
    [policy] = [a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    addresses = [value for _, a in page.tags for name, value in a.items() if name in ("href", "src")]
    assert addresses
    assert all(address is not None and address.startswith("#") for address in addresses)
    assert "url(" not in text


def test_the_page_shows_the_numbers_of_the_comparison() -> None:
    found = comparison()
    text = to_html(found)
    tokens = found.comparisons[0].overall.metrics["tokens"]
    assert f"<b>{tokens.value:.0f}</b>" in text
    assert "Problems won 0, lost 3, tied 9" in text
    assert "α 1, β 3, γ 5" in text
    assert text.count("<circle") == 6 * 6  # six metrics; all problems and five levels


def test_points_stand_within_the_figure_and_lows_before_highs() -> None:
    page = Page(to_html(comparison()))
    spreads = [a for tag, a in page.tags if a.get("class") == "spread"]
    assert spreads
    for line in spreads:
        assert 130 <= float(line["x1"] or 0) <= float(line["x2"] or 0) <= 350


@pytest.mark.parametrize(
    ("low", "high", "higher_is_better", "side"),
    [
        (0.1, 0.2, True, "better"),
        (-0.2, -0.1, True, "worse"),
        (0.1, 0.2, False, "worse"),
        (-0.2, -0.1, False, "better"),
        (-0.1, 0.1, True, "unclear"),
        (0.0, 0.1, True, "unclear"),
        (0.1, 0.2, None, "differs"),
        (-0.1, 0.2, None, "unclear"),
        (None, None, True, "unclear"),
    ],
)
def test_better_is_said_only_where_the_interval_leaves_out_0(
    low: float | None, high: float | None, higher_is_better: bool | None, side: str
) -> None:
    numbers: dict[str, Any] = {"value": 0.1, "ci_low": low, "ci_high": high, "base": 0.5, "new": 0.6, "p_value": 0.01}
    numbers["reason"] = NO_INTERVAL if low is None else None
    change = Change(**numbers, n=9, n_excluded=0, unit="share", higher_is_better=higher_is_better)
    assert side_of(change) == side


def test_html_goes_to_stdout_or_into_the_file_and_the_table_beside_it(
    overthink: Overthink, samples: Path, tmp_path: Path
) -> None:
    runs = (samples / "golden" / "sample-qwq", samples / "golden" / "sample-r1", "--resamples", 100)
    assert overthink("compare", *runs, "--format", "html").out.startswith("<!DOCTYPE html>")
    both = overthink("compare", *runs, "--format", "markdown", "-o", tmp_path / "c.html")
    assert both.out.startswith("### sample-r1 against sample-qwq")
    assert (tmp_path / "c.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    page_alone = overthink("compare", *runs, "--format", "html", "-o", tmp_path / "c.html")
    assert page_alone.out == ""
