"""The tools that a run can be exported to."""

from __future__ import annotations

import subprocess
import sys
from inspect import signature
from pathlib import Path

import pytest

from overthink.exports import tools
from overthink.exports.responses import Tool
from tests.conftest import Overthink

PAPER = """
from collections import Counter

NEEDS_ORGANIZATION = False
TAKES_URI = False


def write(run, report, out, who):
    return [f"{out}/{report.runs[0].run}"], Counter(sheets=2)
"""


def test_a_new_file_is_a_new_tool(
    overthink: Overthink, scored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = overthink("export", "s", "--to", "on-paper", "-o", "desk")
    assert refused.code == 2
    (tmp_path / "on_paper.py").write_text(PAPER)
    monkeypatch.setattr(tools, "__path__", [*tools.__path__, str(tmp_path)])
    assert tools.names() == ["every-eval-ever", "inspect", "mlflow", "on-paper"]
    done = overthink("export", "s", "--to", "on-paper", "-o", "desk", "--format", "csv")
    assert (done.code, done.out.split()) == (
        0,
        ["run,written", "sample-qwq,desk/sample-qwq", "sample-r1,desk/sample-r1"],
    )
    assert "left out: 4 sheets" in done.err


@pytest.mark.parametrize(
    "name", ["", "x", "on_paper", "every_eval_ever", "Inspect", "../mlflow", "tools", "mlflow.write"]
)
def test_a_tool_that_is_not_there_is_refused_in_two_lines(overthink: Overthink, name: str) -> None:
    done = overthink("export", "s", "--to", name, "-o", "x")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        f"--to {name}: there is no such tool", "Tools are every-eval-ever, inspect, mlflow.",
    ]  # fmt: skip


def test_help_lists_the_tools(overthink: Overthink) -> None:
    assert f"--to <{'|'.join(tools.names())}>" in overthink("export", "--help").out


@pytest.mark.parametrize("name", tools.names())
def test_every_tool_has_what_is_asked_of_it(name: str) -> None:
    tool = tools.named(name)
    assert {type(tool.NEEDS_ORGANIZATION), type(tool.TAKES_URI)} == {bool}
    assert list(signature(tool.write).parameters) == list(signature(Tool.write).parameters)[1:]


def test_a_tool_is_imported_only_when_it_is_named() -> None:
    code = (
        "import sys; from overthink.exports import command, targets, tools; tools.named('inspect'); "
        "print(*sorted(name for name in sys.modules if name.startswith('overthink.exports.tools.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["overthink.exports.tools.inspect"]
