"""What `overthink export` refuses, whichever tool is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import Overthink

pytestmark = [
    pytest.mark.slow,  # the other tools take their time to load
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),
]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "every-eval-ever", "-o", "e"), "wants to know who evaluated the model"),
        (("--to", "inspect", "-o", "http://x"), "writes files"),
        (("--to", "mlflow", "-o", "nonsense://x"), "nonsense://x"),
    ],
    ids=["organization", "folder", "store"],
)
def test_a_mistake_is_told_in_two_lines(
    overthink: Overthink, scored: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = overthink("export", "s", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 2


@pytest.mark.parametrize(
    ("tool", "library", "extra"), [("mlflow", "mlflow", "mlflow"), ("inspect", "inspect_ai.log", "inspect")]
)
def test_a_missing_library_names_its_extra(
    overthink: Overthink, scored: Path, monkeypatch: pytest.MonkeyPatch, tool: str, library: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    done = overthink("export", "s", "--to", tool, "-o", "x")
    assert done.code == 2
    assert f"pip install 'overthink[{extra}]'" in done.err


def test_a_run_that_is_not_scored_is_refused(overthink: Overthink, samples: Path) -> None:
    overthink("import", samples / "responses.jsonl", "--out", "s")
    done = overthink("export", "s", "--to", "inspect", "-o", "x")
    assert done.code == 2
    assert "not scored" in done.err
    assert not Path("x").exists()
