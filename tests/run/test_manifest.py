"""run.json: a folder without one, a broken one, and one of a newer version are each told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from overthink.errors import OverthinkError
from overthink.run import Run
from overthink.run.manifest import Manifest


def test_a_folder_that_is_no_run_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(OverthinkError, match=r"not a run folder \(it holds no run.json\)") as error:
        Run(tmp_path)
    assert "overthink import" in error.value.hint


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema_version": "x"}'])
def test_a_broken_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(OverthinkError, match=r"run\.json: \w"):
        Run(tmp_path)


def test_a_run_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    newer = Manifest(schema_version=99, created="2026-01-01T00:00:00+00:00", model="m", origin="import", overthink="0")
    (tmp_path / "run.json").write_text(newer.model_dump_json())
    with pytest.raises(OverthinkError, match="newer overthink"):
        Run(tmp_path)
