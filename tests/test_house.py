"""The house itself: what is in its root, what its pure rooms do not touch, and that its contracts can break."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import overthink

PACKAGE = Path(overthink.__file__).parent
REPOSITORY = PACKAGE.parent
ENTRIES = sorted(path.name for path in PACKAGE.iterdir() if path.name != "__pycache__")
READS_FILES = {"text/tokenizers.py", "text/chat_template.py", "text/hub.py"}
"""Files of the pure rooms whose purpose is to read vocabularies and templates from a folder or the hub."""
PURE = sorted(
    path
    for pattern in ("stats/*.py", "text/*.py", "**/formulas.py", "**/rules.py", "metrics/response.py")
    for path in PACKAGE.glob(pattern)
    if path.relative_to(PACKAGE).as_posix() not in READS_FILES
)
TOUCHES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "urlopen", "Popen", "run"}


def test_the_root_is_small_and_has_no_twins() -> None:
    assert len(ENTRIES) <= 33
    assert [name for name in ENTRIES if name.endswith("ing") and name != "training"] == []


def test_each_room_says_what_it_is_for() -> None:
    rooms = [path for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"]
    silent = [room.name for room in rooms if not ast.get_docstring(ast.parse((room / "__init__.py").read_text()))]
    assert silent == []


def touched(code: str) -> list[str]:
    """Calls in this code that reach for a file, the network or a process; its own package data apart."""
    return [
        f"line {node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in TOUCHES
        and "files(" not in ast.unparse(node.func)
    ]


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_formulas_and_rules_open_nothing(path: Path) -> None:
    assert touched(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("line", "touches"),
    [
        ("open('x')", True),
        ("Path('x').read_text()", True),
        ("subprocess.run(['x'])", True),
        ("files('overthink.solutions').joinpath('rules.json').read_text('utf-8')", False),
        ("text.opened()", False),
    ],
)
def test_a_call_that_opens_something_is_seen(line: str, touches: bool) -> None:
    assert bool(touched(line)) == touches


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("helpers.py", "", "Among rooms, imports go down the floors"),
        ("compare/formulas.py", "from overthink.exits import rows", "Among rooms, imports go down the floors"),
        ("stats/bootstrap.py", "from overthink.run import Run", "Among rooms, imports go down the floors"),
        ("solutions/rules.py", "from overthink.solutions import stage", "Inside solutions"),
        ("compare/helpers.py", "", "Inside compare"),
        ("problems/named/asdiv.py", "from overthink.problems.named import gsm8k", "Inside problems/named"),
        ("imports/formats/lm_eval.py", "from overthink.imports.formats import inspect", "Inside imports/formats"),
        ("exports/tools/inspect.py", "from overthink.exports.tools import mlflow", "Inside exports/tools"),
        ("exits/formulas.py", "import rich.table", "Formulas, rules and text know no terminal and no command line"),
        ("compare/tables.py", "from rich.table import Table", "Tables are plain data"),
        ("text/tex.py", "import openai", "Formulas, rules and text know no terminal and no command line"),
    ],
)
def test_a_contract_breaks_if_it_is_violated(file: str, line: str, contract: str, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "overthink", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    path = tmp_path / "overthink" / file
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else '"""New."""\n') + f"\n{line}\n")
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(tmp_path), "PATH": "", "COLUMNS": "200"},
    )  # fmt: skip
    broken = [row for row in done.stdout.splitlines() if row.endswith("BROKEN") or "BROKEN" in row]
    assert done.returncode == 1, done.stdout + done.stderr
    assert [row for row in broken if row.startswith(contract)], done.stdout
