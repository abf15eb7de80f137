"""The local page in a real browser: list, comparison, report, without a word on the console."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from overthink.serve.server import served
from overthink.session import Session

pytestmark = pytest.mark.browser


def test_a_reader_goes_from_the_list_to_a_comparison_and_a_report(chromium: Any, scored_samples: Path) -> None:
    with served(scored_samples, Session({"serve": {"port": 0}})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = chromium.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(server.url)
        page.check("input[name=base][value=sample-qwq]")
        page.check("input[name=new][value=sample-r1]")
        page.click("button")
        page.wait_for_url("**/compare?**")
        assert page.inner_text("h1") == "sample-r1 against sample-qwq"
        page.goto(server.url)
        page.click("text=sample-r1")
        page.wait_for_selector("html[data-ready]")
        assert "sample-r1" in page.title()
        assert faults == []
        page.close()
        server.shutdown()
