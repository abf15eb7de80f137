"""The run folder: what is owed, resume after any kill, refusal of a changed config, one process a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.errors import OverthinkError
from overthink.imports.recording import Recorded
from overthink.imports.stage import import_responses
from overthink.records import Failure, Problem, Response, Row, Segments
from overthink.run import Run
from overthink.run.manifest import Manifest
from overthink.run.owed import Item, advance, count_owed

MANIFEST = Manifest(created="2026-01-01T00:00:00+00:00", model="m", origin="import", overthink="0")
ROWS = [
    Recorded(
        "m",
        Problem(id=f"p{k}", dataset="d", question=f"q{k}", answer="1"),
        Response(id=f"p{k}#1", problem_id=f"p{k}", sample=1, model="m", response=f"r{k}"),
    )
    for k in range(5)
]


class Killed(BaseException):
    """What a test raises where a real run is killed."""


class Quiet:
    def start(self, label: str, total: int) -> None: ...

    def step(self) -> None: ...

    def stop(self) -> None: ...


def segments(item: Item) -> Segments:
    return Segments(
        id=item.id, source=item.source, thinking=(0, 2), solutions=[], tail=True, truncated=False, segmenter="test"
    )


def work(make: Callable[[Item], Row] = segments, asked: list[str] | None = None, killed_at: int | None = None) -> Any:
    def run(items: Iterator[Item]) -> Iterator[Row | Failure]:
        for number, item in enumerate(items):
            if number == killed_at:
                raise Killed
            if asked is not None:
                asked.append(item.id)
            yield make(item)

    return run


def make_run(folder: Path) -> Run:
    run = import_responses(ROWS, folder, MANIFEST)["m"]
    run.start("segment", {})
    return run


def files(run: Run) -> dict[str, bytes]:
    """The stage files; run.json holds seconds, so it differs from run to run."""
    return {path.name: path.read_bytes() for path in sorted(run.folder.glob("*.jsonl*"))}


@settings(max_examples=30)
@given(kills=st.lists(st.integers(0, 4), max_size=6))
def test_killed_and_resumed_gives_the_same_bytes_and_makes_no_row_twice(
    tmp_path_factory: pytest.TempPathFactory, kills: list[int]
) -> None:
    whole = make_run(tmp_path_factory.mktemp("whole"))
    advance(whole, "segment", work(), Quiet())
    run = make_run(tmp_path_factory.mktemp("killed"))
    asked: list[str] = []
    for killed_at in kills:
        try:
            advance(run, "segment", work(asked=asked, killed_at=killed_at), Quiet())
        except Killed:
            assert not run.finished("segment")
        run = Run(run.folder)
    advance(run, "segment", work(asked=asked), Quiet())
    assert files(run) == files(whole)
    assert sorted(asked) == sorted(set(asked)) == [recorded.row.id for recorded in ROWS]


def test_rows_that_come_in_any_order_stand_in_input_order(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    advance(run, "segment", lambda items: (segments(item) for item in reversed(list(items))), Quiet())
    assert list(run.table("segment")) == [recorded.row.id for recorded in ROWS]


def test_a_finished_stage_owes_nothing(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    advance(run, "segment", work(), Quiet())
    before = (run.folder / "segment.jsonl").stat().st_mtime_ns
    asked: list[str] = []
    outcome = advance(run, "segment", work(asked=asked), Quiet())
    assert (asked, outcome.made) == ([], 0)
    assert (run.folder / "segment.jsonl").stat().st_mtime_ns == before


def test_a_failed_row_is_noted_and_owed_again(tmp_path: Path) -> None:
    run = make_run(tmp_path)

    def fails(item: Item) -> Row:
        if item.id == "p2#1":
            return Failure(stage="segment", id=item.id, kind="odd", message="why")
        return segments(item)

    assert advance(run, "segment", work(fails), Quiet()).failed == 1
    assert [failure.id for failure in run.failures()] == ["p2#1"]
    assert (run.finished("segment"), count_owed(run, "segment")) == (True, 1)
    asked: list[str] = []
    assert advance(run, "segment", work(asked=asked), Quiet()).failed == 0
    assert asked == ["p2#1"]
    assert run.failures() == []
    assert list(run.table("segment")) == [recorded.row.id for recorded in ROWS]


def test_a_row_whose_input_changed_is_made_again_and_the_others_are_not(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    advance(run, "segment", work(), Quiet())
    path = run.path("generate")
    path.write_bytes(path.read_bytes().replace(b'"r3"', b'"another"'))
    asked: list[str] = []
    advance(run, "segment", work(asked=asked), Quiet())
    assert asked == ["p3#1"]


def test_another_config_is_refused_with_the_changed_key_and_the_way_out(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.start("cluster", {"judge": "rules", "same": 1})
    run.start("cluster", {"judge": "rules", "same": 1})
    with pytest.raises(OverthinkError) as error:
        run.start("cluster", {"judge": "model", "same": 1})
    assert "cluster was started with --judge rules, now with --judge model" in error.value.message
    assert "same" not in error.value.message
    assert "--redo cluster" in error.value.hint


def test_redo_forgets_the_rows_and_the_config(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    advance(run, "segment", work(), Quiet())
    run.redo("segment")
    run.start("segment", {"judge": "another"})
    assert advance(run, "segment", work(), Quiet()).made == len(ROWS)


def test_a_second_process_on_the_same_run_is_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    with run.lock(), pytest.raises(OverthinkError, match="another overthink process"), Run(run.folder).lock():
        pass
    with Run(run.folder).lock():
        pass


def test_a_response_without_its_problem_is_an_error(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.path("problems").write_bytes(b"")
    with pytest.raises(OverthinkError, match="'p0#1' belongs to no problem"):
        advance(run, "segment", work(), Quiet())
