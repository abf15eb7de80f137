"""The page of a comparison in a real browser, with the network cut. `tab` fails on any request, error or dialog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Tab
from tests.compare.test_page import HOSTILE, hostile

pytestmark = pytest.mark.browser


@pytest.fixture
def page(tab: Tab, tmp_path: Path) -> Any:
    path = tmp_path / "compare.html"
    path.write_text(hostile(), encoding="utf-8")
    tab.page.goto(f"file://{path}")
    return tab.page


def test_names_are_shown_and_not_run(page: Any) -> None:
    assert HOSTILE.replace("\u2028", "\N{REPLACEMENT CHARACTER}") in page.locator("h1").first.text_content()
    assert page.locator("script, img, iframe, object").count() == 0


def test_every_metric_has_its_row_and_its_figure(page: Any) -> None:
    assert page.locator("section").first.locator("table").first.locator("tbody tr").count() == 6
    assert page.locator("figure svg").count() == 6
    assert all(page.locator("figure svg").nth(k).bounding_box()["height"] > 10 for k in range(6))


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_not_wider_than_the_screen(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.locator("html").evaluate("e => e.scrollWidth") <= width
