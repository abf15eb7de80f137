"""replay: recorded responses by id."""

from __future__ import annotations

from pathlib import Path

import pytest

from overthink.errors import OverthinkError
from overthink.models.interface import NoReply, Reply, ask
from overthink.models.replay import ReplayBackend
from overthink.records import Response


def test_each_request_gets_the_recorded_response_with_its_id(tmp_path: Path) -> None:
    path = tmp_path / "generate.jsonl"
    row = Response(id="p#1", problem_id="p", sample=1, model="m", response="r", finish_reason="length", prompt_tokens=3)
    path.write_text(row.model_dump_json() + "\n")
    first, second = ReplayBackend(path).complete(iter([ask("p#2", "q", 0), ask("p#1", "q", 0)]))
    assert isinstance(first, NoReply)
    assert first.own_fault
    assert second == Reply("p#1", "r", "length", 3, None)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OverthinkError, match="no such file"):
        ReplayBackend(tmp_path / "none.jsonl")
