"""The report in a real browser, with the network cut. `tab` fails on any request, console error or dialog."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import HOSTILE, Tab

pytestmark = pytest.mark.browser


def eventually(page: Any, expression: str) -> None:
    """Wait until the page says so. Playwright's own waiting needs eval, which the page's policy forbids."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {expression}")


def rows_shown(page: Any) -> list[dict[str, Any]]:
    """The rows that the filters let through, from the page's own data."""
    shown: list[dict[str, Any]] = page.evaluate(
        """barcode.rows.map((r) => ({
            number: r.number, saved: r.saved, level: r.problem.level, run: r.run, verdict: r.finalVerdict,
            names: r.strategies.map((s) => DATA.strategies[s])}))"""
    )
    return shown


def test_the_overview_states_the_pooled_share_with_its_sums(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page)
    assert page.title().endswith("overthink")
    words = page.locator(".card .sentence").first.inner_text()
    assert (
        words.replace("\n", " ")
        == "56 % of sample-qwq’s thinking tokens came after the first correct answer: 2,404 of 4,317."
    )
    assert page.locator(".card").count() == 2
    assert page.locator("#figures figure").count() == 10


def test_every_view_fits_a_phone(chromium: Any, sample_page: Path) -> None:
    phone = Tab(chromium, viewport={"width": 360, "height": 740})
    page = phone.open(sample_page)
    for view in ("#overview", "#responses", "#row=3"):
        page.evaluate(f"location.hash = '{view}'")
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, view
    phone.close()
    assert phone.faults == []


def test_a_chart_hides_a_model_and_shows_it_again(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page)
    lines = page.locator("#figures figure:nth-of-type(2) polyline")
    assert lines.count() == 2
    page.locator(".chip").first.click()
    assert lines.count() == 1
    page.locator(".chip").first.click()
    assert lines.count() == 2


def test_a_table_is_sorted_by_the_column_that_is_clicked(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page)
    table = page.locator("#overview table")
    first = table.locator("tbody th").first
    table.get_by_role("button", name="Accuracy").click()
    assert first.inner_text() == "sample-r1*†"
    table.get_by_role("button", name="Accuracy").click()
    assert first.inner_text() == "sample-qwq"


def test_rows_are_sorted_by_waste_first(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page, "#responses")
    saved = [row["saved"] for row in rows_shown(page)]
    known = [value for value in saved if value is not None]
    assert len(saved) == 36
    assert known == sorted(known, reverse=True)
    assert saved[: len(known)] == known, "responses without a known answer come last"


@pytest.mark.parametrize(
    ("filter", "value", "key", "wanted"),
    [("level", "3", "level", 3), ("model", "1", "run", 1), ("verdict", "wrong", "verdict", "wrong")],
    ids=["level", "model", "verdict"],
)
def test_a_filter_leaves_the_rows_that_match(
    tab: Tab, sample_page: Path, filter: str, value: str, key: str, wanted: Any
) -> None:
    page = tab.open(sample_page, "#responses")
    expected = [row["number"] for row in rows_shown(page) if row[key] == wanted]
    page.select_option(f"#filter-{filter}", value)
    assert [row["number"] for row in rows_shown(page)] == expected
    assert 0 < len(expected) < 36
    assert page.locator(".barcode-row").count() == len(expected)


def test_a_strategy_is_a_filter(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page, "#responses")
    expected = [row["number"] for row in rows_shown(page) if "working backward" in row["names"]]
    page.select_option("#filter-strategy", label="working backward")
    assert [row["number"] for row in rows_shown(page)] == expected
    assert 0 < len(expected) < 36


def test_a_click_opens_the_reader_and_keys_move_it(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page, "#responses")
    page.locator(".barcode-row").first.click()
    page.wait_for_selector(".piece")
    heading = page.locator("#view-reader h2")
    first = heading.inner_text()
    page.keyboard.press("ArrowRight")
    eventually(page, f"document.querySelector('#view-reader h2').textContent !== {first!r}")
    page.keyboard.press("ArrowLeft")
    eventually(page, f"document.querySelector('#view-reader h2').textContent === {first!r}")
    page.keyboard.press("n")
    assert page.locator(".piece.here").get_attribute("id") == "piece-1"
    page.keyboard.press("Escape")
    page.wait_for_selector(".window")
    assert page.locator("#view-reader").is_hidden()


def test_the_list_is_walked_and_opened_by_keyboard(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page, "#responses")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".barcode-row.here").get_attribute("data-row")
    page.keyboard.press("Enter")
    page.wait_for_selector(".piece")
    assert page.evaluate("location.hash") == f"#row={chosen}"
    assert page.locator(".where").inner_text() == "3 of 36"


def test_the_reader_shows_the_whole_response_with_its_answers_marked(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page, "#row=0")
    page.wait_for_selector(".piece")
    page.keyboard.press("m")  # as it was written
    eventually(page, "document.querySelector('#maths').getAttribute('aria-pressed') === 'false'")
    shown = "".join(page.locator(".piece .text").all_inner_texts())
    text = page.evaluate("textOf(ROWS[0])")
    assert "".join(shown.split()) == "".join(text.replace("<think>", "").replace("</think>", "").split())
    assert page.locator(".piece mark").all_inner_texts() == ["121"] * 5
    assert page.locator(".edge").count() >= 3


def test_maths_is_typeset(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page, "#row=5")
    page.wait_for_selector(".question math")
    box = page.locator(".question math").first.bounding_box()
    assert box["height"] > 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"so $x^2$ and \(y\), then \[z\] or $$w$$.", ["x^2", "y", "z", "w"]),
        (r"\boxed{\frac{1}{2}} stands alone", [r"\boxed{\frac{1}{2}}"]),
        (r"$\boxed{3}$", [r"\boxed{3}"]),
        (r"\begin{align}a&=b\\c&=d\end{align}", [r"\begin{align}a&=b\\c&=d\end{align}"]),
        ("it costs $5 and then $6 more", []),
        (r"it costs \$5 and \$6", []),
        ("a sign $ alone, $ twice", []),
        ("$one\n\ntwo$", []),
        (r"\(never closed, \boxed{nor this", []),
        (r"a break \\[2pt] is no maths", []),
    ],
    ids=["kinds", "box", "box-in-maths", "environment", "prices", "escaped", "signs", "paragraphs", "open", "break"],
)
def test_maths_is_found_where_it_stands(tab: Tab, sample_page: Path, text: str, found: list[str]) -> None:
    page = tab.open(sample_page)
    spans = page.evaluate("(text) => findMaths(text, 0, text.length).map((span) => span.inner)", text)
    assert spans == found


def test_a_boundary_in_doubt_is_marked_as_one(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page)
    number = page.evaluate("ROWS.findIndex(inDoubt)")
    assert number >= 0
    page.evaluate(f"location.hash = '#row={number}'")
    page.wait_for_selector(".edge.doubt")
    assert "sure" in page.locator(".edge.doubt").first.inner_text()


def test_the_switch_goes_from_light_to_dark(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page)
    paper = "getComputedStyle(document.body).backgroundColor"
    page.click("#theme")
    light = page.evaluate(paper)
    page.click("#theme")
    assert page.evaluate(paper) != light
    page.click("#theme")
    assert page.get_attribute("html", "data-theme") is None


def test_hostile_responses_do_no_harm_and_stay_as_they_are(tab: Tab, hostile_page: Path) -> None:
    page = tab.open(hostile_page)
    page.evaluate("location.hash = '#responses'")
    assert len(rows_shown(page)) == len(HOSTILE)
    elements = page.evaluate("document.querySelectorAll('script').length")
    for number in range(len(HOSTILE)):
        page.evaluate(f"location.hash = '#row={number}'")
        eventually(page, f"reader.row && reader.row.number === {number} && document.querySelector('#piece-0')")
        assert page.locator("#view-reader :is(script, img, iframe, svg, b u, a[href^=javascript])").count() == 0
        assert page.locator("#view-reader a").count() == 1, "only the way back"
    assert page.evaluate("document.querySelectorAll('script').length") == elements
    assert page.evaluate("window.hurt") is None
    texts = page.evaluate("Promise.all(ROWS.map((row) => textOf(row)))")
    by_id = dict(zip(page.evaluate("ROWS.map((row) => row.problem.id)"), texts, strict=True))
    for name, text in HOSTILE.items():
        found = next(value for key, value in by_id.items() if key.endswith(f"{name}<u>"))
        assert text.replace("\x00", "") in found.replace("\x00", "")


def test_a_line_of_a_million_characters_opens_cut_with_a_button_for_all_of_it(tab: Tab, hostile_page: Path) -> None:
    page = tab.open(hostile_page, "#responses")
    number = page.evaluate("ROWS.findIndex((row) => row.problem.id.includes('line'))")
    page.evaluate(f"location.hash = '#row={number}'")
    page.wait_for_selector(".piece")
    button = page.get_by_role("button", name="Show all")
    assert button.count() == 1
    text = page.locator("#piece-0 .text")
    assert len(text.inner_text()) < 100_000
    button.click()
    assert len(text.inner_text()) > 1_000_000


def test_a_split_report_loads_its_responses_from_the_files_beside_it(tab: Tab, split_page: Path) -> None:
    page = tab.open(split_page, "#row=2")
    page.wait_for_selector(".piece mark")


def test_ten_thousand_rows_scroll_with_few_of_them_in_the_document(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page, "#responses")
    page.evaluate(
        """() => {
            const few = [...ROWS];
            while (ROWS.length < 10000) ROWS.push(...few.map((row) => ({...row})));
            ROWS.length = 10000;
            ROWS.forEach((row, n) => { row.number = n; });
        }"""
    )
    page.evaluate("barcode.refresh()")
    assert 0 < page.locator(".barcode-row").count() < 80
    page.evaluate("byId('window').scrollTop = 150000")
    eventually(
        page, "[...document.querySelectorAll('.barcode-row')].some((row) => parseFloat(row.style.top) >= 150000)"
    )
    assert page.locator(".barcode-row").count() < 80


def test_print_shows_the_report_without_its_controls(tab: Tab, sample_page: Path) -> None:
    page = tab.open(sample_page)
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()
    assert page.locator(".card").first.is_visible()
    assert page.pdf()[:4] == b"%PDF"


def test_a_run_without_gold_answers_or_with_an_empty_thinking_is_shown_without_a_fault(
    tab: Tab, odd_page: Path
) -> None:
    page = tab.open(odd_page)
    said = " ".join(page.locator(".card .sentence").first.inner_text().split())
    assert re.fullmatch(
        r"\d+ tokens a response in \d\.\d solutions\. "
        r"How much came after the first correct answer is not known without gold answers\.",
        said,
    )
    assert "--map answer=COLUMN" in page.locator(".card .note").first.inner_text()
    assert page.locator("#early-exit").is_hidden()
    for number in range(page.evaluate("ROWS.length")):
        page.evaluate(f"location.hash = '#row={number}'")
        eventually(page, f"reader.row && reader.row.number === {number} && document.querySelector('.problem')")
