"""Judges of a command: whose engine ends when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from overthink.config import JudgeConfig
from overthink.errors import OverthinkError
from overthink.judge import judges
from overthink.judge.interface import Conversation, Question
from overthink.models.interface import NoReply, Reply, Request, Turn
from overthink.records import Failure, Row
from overthink.run import Run
from overthink.run.manifest import Manifest
from overthink.run.owed import Item

CONFIG = JudgeConfig(model="j", url=("http://127.0.0.1:9/v1",))


class Engine:
    """A backend that keeps its engine until it is closed."""

    def __init__(self) -> None:
        self.running = False

    def complete(self, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        self.running = True
        for request in requests:
            if request is not None:
                yield Reply(request.id, "yes", "stop", None, None)

    def close(self) -> None:
        self.running = False


def ask(item: Item) -> Conversation[Row]:
    """Ask one thing about a row, and judge nothing."""
    yield Question((Turn("user", item.id),), {})
    return Failure(stage="follow", id=item.id, kind="asked", message="and answered")  # type: ignore[return-value]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine that any judge gets."""
    made = Engine()
    monkeypatch.setattr(judges, "make", lambda *_, **_options: made)
    return made


@pytest.fixture
def run(tmp_path: Path) -> Run:
    manifest = Manifest(created="2026-01-01T00:00:00+00:00", model="m", origin="import", overthink="0")
    return Run.create(tmp_path / "run", manifest)


def test_the_engine_of_a_stage_with_a_judge_of_its_own_ends_with_the_rows(run: Run, engine: Engine) -> None:
    rows = judges.judging_of(run, "follow", CONFIG, ask, len)(iter([Item("a#1", "", {})]))
    assert next(iter(rows)).id == "a#1"
    assert engine.running
    assert list(rows) == []
    assert not engine.running


def test_the_engine_ends_if_the_rows_are_not_taken_to_the_end(run: Run, engine: Engine) -> None:
    rows = judges.judging_of(run, "follow", CONFIG, ask, len)(iter([Item("a#1", "", {})]))
    next(iter(rows))
    rows.close()  # type: ignore[attr-defined]
    assert not engine.running


def test_a_judge_without_a_model_is_refused(run: Run) -> None:
    with pytest.raises(OverthinkError, match="follow: no judge is named"):
        judges.judging_of(run, "follow", JudgeConfig(), ask, len)
