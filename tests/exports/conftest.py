"""Scored runs to export, and their reports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from overthink.records import ReportRow
from tests.conftest import Overthink


@pytest.fixture
def scored(overthink: Overthink, scored_samples: Path) -> Path:
    shutil.copytree(scored_samples, "s")
    return Path("s")


def report_rows(folder: Path) -> list[ReportRow]:
    return [ReportRow(**row) for row in json.loads((folder / "report.json").read_text())["rows"]]
