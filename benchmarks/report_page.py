"""The page of all real responses: is it built as fast as they are scored, small, and soon there to be used?

Needs the real responses (OVERTHINK_REAL_DATA names them) and a Chromium (OVERTHINK_CHROMIUM names one). Prints

(a) wall time of `overthink report` of scored runs over that of `overthink score` that scored them
(b) size of the page over that of the responses that it holds, in UTF-8
(c) seconds from opening the page in headless Chromium until it can be used, best of three, and until all is there
(d) seconds of sorting and filtering 10,000 rows
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("OVERTHINK_REAL_DATA", ROOT.parent / "shared" / "data"))
FILES = [DATA / "responses" / "math500.jsonl", DATA / "responses" / "gsm8k.jsonl"]
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def overthink(*arguments: object) -> float:
    """Wall seconds of one command."""
    environment = {**os.environ, "OVERTHINK_HUB_MIRROR": str(DATA / "hub")}
    began = time.monotonic()
    command = [sys.executable, "-m", "overthink", *map(str, arguments)]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    return time.monotonic() - began


def text_size(runs: Path) -> int:
    """Bytes of all responses, in UTF-8."""
    lines = (line for path in runs.glob("*/generate.jsonl") for line in path.read_bytes().splitlines())
    return sum(len(json.loads(line)["response"].encode()) for line in lines)


def opened(browser: Any, page_file: Path) -> tuple[float, float]:
    """Seconds until the page can be used, and until it is loaded whole."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    began = time.monotonic()
    page.goto(f"file://{page_file}", wait_until="commit")
    page.wait_for_selector("html[data-ready]", state="attached")
    ready = time.monotonic() - began
    page.wait_for_load_state("load")
    loaded = time.monotonic() - began
    page.close()
    return ready, loaded


def refreshed(browser: Any, page_file: Path) -> float:
    """Seconds of sorting, filtering and drawing ten thousand rows."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(f"file://{page_file}#responses")
    page.evaluate("while (ROWS.length < 10000) ROWS.push({...ROWS[ROWS.length % 2000], number: ROWS.length})")
    seconds: float = page.evaluate(
        "() => { const began = performance.now(); chosen.sort = 'share'; barcode.refresh();"
        " byId('window').getBoundingClientRect(); return (performance.now() - began) / 1000; }"
    )
    page.close()
    return seconds


def main() -> None:
    """Measure and print."""
    chromium = os.environ.get("OVERTHINK_CHROMIUM") or shutil.which("chromium")
    if not FILES[0].exists() or chromium is None:
        sys.exit(f"needs {DATA} and a Chromium")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        runs, page_file = Path(folder) / "runs", Path(folder) / "report.html"
        overthink("import", *FILES, "--out", runs)
        scored, built = overthink("score", runs), overthink("report", runs, "-o", page_file)
        size, text = page_file.stat().st_size, text_size(runs)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
            ready, loaded = min(opened(browser, page_file) for _ in range(3))
            rows = refreshed(browser, page_file)
            browser.close()
    print(f"(a) report {built:.1f} s, score {scored:.1f} s: {built / scored:.2f} (at most 1)")
    print(f"(b) page {size / 1e6:.1f} MB, responses {text / 1e6:.1f} MB: {size / text:.2f} (at most 2.5)")
    print(f"(c) can be used after {ready:.2f} s (at most 3), whole after {loaded:.2f} s")
    print(f"(d) 10,000 rows sorted and drawn in {rows:.2f} s")


if __name__ == "__main__":
    main()
