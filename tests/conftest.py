"""What tests share: the samples, the real responses where they are there, and the command line in process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from overthink.cli import main

# A busy machine is no fault of an example.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Overthink = Callable[..., Done]


def restore_ctrl_c() -> None:
    """For `preexec_fn`: a suite that a shell runs in the background ignores SIGINT, and its children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def samples() -> Path:
    return ROOT / "samples"


@pytest.fixture
def golden(samples: Path, tmp_path: Path) -> Path:
    """A copy of the golden runs, to be changed."""
    shutil.copytree(samples / "golden", tmp_path / "runs")
    return tmp_path / "runs"


@pytest.fixture(scope="session")
def scored_samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scored runs of the samples: copy them before anything is written there."""
    folder = tmp_path_factory.mktemp("scored") / "s"
    command = [sys.executable, "-m", "overthink", "run", ROOT / "samples" / "responses.jsonl", "--out", folder]
    offline = {**os.environ, "HF_HUB_OFFLINE": "1"}
    subprocess.run(command, cwd=folder.parent, env=offline, check=True, capture_output=True)
    return folder


@pytest.fixture
def real_data() -> Path:
    folder = Path(os.environ.get("OVERTHINK_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the real responses are not at {folder} (OVERTHINK_REAL_DATA names another place)")
    return folder


@pytest.fixture
def overthink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Overthink:
    """The command line in process, in an empty folder, one process, away from any hub."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.delenv("OVERTHINK_RUNS", raising=False)
    monkeypatch.delenv("OVERTHINK_HUB_MIRROR", raising=False)

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["overthink", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return run
