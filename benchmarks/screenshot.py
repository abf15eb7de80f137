"""The picture in README: samples/report.png, taken of the report of the samples. Needs a Chromium and playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "samples" / "report.png"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SIZE = {"width": 1180, "height": 900}


def make_report(folder: Path) -> Path:
    """The report of the samples."""
    for arguments in (
        ["import", str(ROOT / "samples" / "responses.jsonl"), "--out", "runs"],
        ["report", "runs", "-o", "report.html"],
    ):
        command = [sys.executable, "-m", "overthink", *arguments]
        subprocess.run(command, check=True, cwd=folder, capture_output=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    return folder / "report.html"


def take(page_file: Path, chromium: str) -> None:
    """The overview on the left, every response on the right, in one picture."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        pictures = {}
        for view in ("overview", "responses"):
            page = browser.new_page(viewport=SIZE)
            page.goto(f"file://{page_file}#{view}")
            page.wait_for_selector("html[data-ready]", state="attached")
            page.wait_for_timeout(500)
            pictures[view] = page.screenshot()
        both = browser.new_page(viewport={"width": 2 * SIZE["width"] + 20, "height": SIZE["height"]})
        both.set_content("<body style='margin:0;display:flex;gap:20px;background:#8b877f'></body>")
        for picture in pictures.values():
            both.evaluate(
                "(bytes) => new Promise((done) => { const image = new Image(); image.onload = done;"
                " image.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)])); document.body.append(image); })",
                list(picture),
            )
        both.screenshot(path=PICTURE)
        browser.close()


def main() -> None:
    """Write the picture."""
    chromium = os.environ.get("OVERTHINK_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("no Chromium here (OVERTHINK_CHROMIUM names one)")
    with tempfile.TemporaryDirectory() as folder:
        take(make_report(Path(folder)), chromium)
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
