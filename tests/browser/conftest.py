"""A real Chromium without a network, and a page made of hostile and of plain responses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")  # its event loop runs until it ends, and no other can run beside it
def chromium() -> Iterator[Any]:
    program = os.environ.get("OVERTHINK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium here (OVERTHINK_CHROMIUM names one)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(SWITCHES))
        yield browser
        browser.close()


class Tab:
    """A page in the browser, and everything it did that it should not: requests, errors, dialogs."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(offline=True, **{"viewport": {"width": 1280, "height": 860}, **options})
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("dialog", self._on_dialog)
        self.page.on("request", self._on_request)

    def _on_console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _on_dialog(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request: Any) -> None:
        if not request.url.startswith("file://"):
            self.faults.append(f"request: {request.url}")

    def open(self, path: Path, hash: str = "") -> Any:
        self.page.goto(f"file://{path.resolve()}{hash}")
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def tab(chromium: Any) -> Iterator[Tab]:
    """Ends with a failure where the page asked for anything, complained, or opened a dialog."""
    made = Tab(chromium)
    yield made
    made.close()
    assert made.faults == []


def page_of(responses: Path, folder: Path, *options: str) -> Path:
    """The report of these responses, made in a process of its own: one for all tests that only look at it."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    for arguments in (["import", str(responses), "--out", "runs"], ["report", "runs", "--processes", "1", *options]):
        command = [sys.executable, "-m", "overthink", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder / done.stdout.strip()


@pytest.fixture(scope="session")
def sample_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_of(ROOT / "samples" / "responses.jsonl", tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="session")
def split_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("split")
    return page_of(ROOT / "samples" / "responses.jsonl", folder, "--split", "-o", "a report.html")


@pytest.fixture(scope="session")
def odd_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    responses = ["<think>\nI get 5. So the answer is 5.\n</think>\n5", "<think>\n</think>\n\U0001f600 5", "Hm. Well."]
    rows = [{"model": "m", "id": str(k), "problem": "What is 2 + 3?", "response": r} for k, r in enumerate(responses)]
    (folder / "odd.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return page_of(folder / "odd.jsonl", folder)


HOSTILE = {
    "script": "<script>window.hurt = 1; alert(1)</script>",
    "end": "</script><script>window.hurt = 1; alert(2)</script>",
    "comment": "<!-- <script> --!> <script>window.hurt = 1</script>",
    "image": '<img src=x onerror="window.hurt = 1; alert(3)"><svg onload=alert(4)>',
    "address": '<a href="javascript:alert(5)">here</a> <iframe src="http://127.0.0.1:9/frame"></iframe>',
    "template": "{{ 7 * 7 }} ${7 * 7} {% raw %}",
    "separators": "one\u2028two\u2029three \u202eeerht\u202c \x07 \x00",
    "maths": r"$\href{javascript:alert(6)}{x}$ $\includegraphics{http://127.0.0.1:9/a.png}$ $\style{background:url(http://127.0.0.1:9/b)}{y}$",
    "bomb": r"$\def\a{\b\b\b\b}\def\b{\c\c\c\c}\def\c{\d\d\d\d}\def\d{\e\e\e\e}\def\e{xxxx}\a$ "
    + "{" * 3000 + " $" * 3000 + r" \(" * 3000,
    "huge": r"$\rule{900em}{900em}$ $\kern{-900em} x$ \[" + r"\sqrt{" * 400 + "}" * 400 + r"\]",
    "line": "x" * 1_000_000,
}  # fmt: skip


@pytest.fixture(scope="session")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    rows = [
        {
            "model": f"<b>{name}</b><script>alert(7)</script>" if name == "script" else "model",
            "dataset": "<i>d</i>",
            "id": f"{name}<u>",
            "problem": f"{text[:2000]} What is 2 + 3?",
            "answer": "5",
            "level": 1,
            "subject": "<s>maths</s>",
            "response": f"<think>\n{text}\n\nSo 2 + 3 = 5, the answer is 5.\n\n"
            f"Wait, check: {text[:2000]} it is 5 again.\n</think>\n\n{text[:2000]} \\boxed{{5}}",
        }
        for name, text in HOSTILE.items()
    ]
    (folder / "hostile.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return page_of(folder / "hostile.jsonl", folder)
