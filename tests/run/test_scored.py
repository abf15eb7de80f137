"""The join of a run's rows: by response, in the order of a stage, each row read only if it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from overthink.errors import OverthinkError
from overthink.imports.recording import Recorded
from overthink.imports.stage import import_responses
from overthink.records import Clusters, FinalVerdict, Problem, Response, Row, Segments, Verdicts
from overthink.run import Run
from overthink.run.manifest import Manifest
from overthink.run.scored import Join, scored

MANIFEST = Manifest(
    created="2026-01-01T00:00:00+00:00", model="m", origin="import", overthink="0", think_tags=("<r>", "</r>")
)
IDS = ["p0#1", "p0#2", "p1#1"]


def segments(row_id: str) -> Segments:
    return Segments(id=row_id, source="", thinking=(0, 1), solutions=[], tail=True, truncated=False, segmenter="t")


def clusters(row_id: str) -> Clusters:
    return Clusters(id=row_id, source="", strategies=[], names=[], clusterer="t")


def verdicts(row_id: str) -> Verdicts:
    final = FinalVerdict(answer=None, answer_span=None, verdict="wrong", way="missing")
    return Verdicts(id=row_id, source="", final=final, solutions=[])


@pytest.fixture
def run(tmp_path: Path) -> Run:
    problems = {name: Problem(id=name, dataset="d", question=f"what is {name}?", answer="1") for name in ("p0", "p1")}
    rows = []
    for row_id in IDS:
        name, _, sample = row_id.partition("#")
        response = Response(id=row_id, problem_id=name, sample=int(sample), model="m", response=f"text of {row_id}")
        rows.append(Recorded("m", problems[name], response))
    return import_responses(rows, tmp_path, MANIFEST)["m"]


def write(run: Run, stage: str, make: Callable[[str], Row], ids: list[str]) -> None:
    run.path(stage).write_text("".join(make(row_id).model_dump_json() + "\n" for row_id in ids))


def test_each_response_comes_with_its_problem_and_its_own_rows(run: Run) -> None:
    write(run, "segment", segments, IDS)
    found = list(Join(run).having("segment"))
    assert [row.id for row in found] == IDS
    assert [row.problem.id for row in found] == ["p0", "p0", "p1"]
    assert [row.response.response for row in found] == [f"text of {row_id}" for row_id in IDS]
    assert [row.segments.id for row in found] == IDS
    assert found[0].tags == ("<r>", "</r>")


def test_a_response_without_a_row_of_a_named_stage_is_left_out(run: Run) -> None:
    write(run, "verify", verdicts, IDS[::-1])
    write(run, "cluster", clusters, IDS[1:])
    assert [row.id for row in Join(run).having("verify", "cluster")] == ["p1#1", "p0#2"]


def test_the_texts_are_not_read_before_they_are_asked_for(run: Run) -> None:
    write(run, "segment", segments, IDS)
    run.path("generate").unlink()
    row = next(Join(run).having("segment"))
    assert row.segments.id == "p0#1"
    with pytest.raises(OverthinkError, match="p0#1 has no row of generate"):
        row.response  # noqa: B018


def test_a_row_that_is_missing_is_named_with_the_way_out(run: Run) -> None:
    write(run, "score", segments, ["p0#1"])
    (row,) = scored(run)
    with pytest.raises(OverthinkError, match="p0#1 has no row of verify") as error:
        row.verdicts  # noqa: B018
    assert f"overthink score {run.folder}" in error.value.hint
