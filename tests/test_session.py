"""The options of a run: merged once, in one order; and who judges a stage of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from overthink import config, session
from overthink.errors import OverthinkError
from overthink.metrics import pipeline
from overthink.metrics.report import report
from overthink.run import Run
from overthink.run.manifest import Manifest
from overthink.session import Session
from tests.conftest import Overthink

MANIFEST = Manifest(created="2026-01-01T00:00:00+00:00", model="m", origin="import", overthink="0")
JUDGED = {"judge": "model", "segmenter": "model-1", "judge_model": "kept", "judge_url": ["http://kept/v1"]}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.create(tmp_path / "run", MANIFEST)


def test_score_on_ten_scored_runs_builds_its_options_ten_times_at_most(
    overthink: Overthink, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert overthink("import", samples / "responses.jsonl", "--out", "runs").code == 0
    assert overthink("score", "runs/sample-r1", "--resamples", "100").code == 0
    folders = [Path("runs/sample-r1"), *(Path(f"runs/copy{k}") for k in range(9))]
    for folder in folders[1:]:
        shutil.copytree(folders[0], folder)
    built: list[Any] = []

    def count(sections: config.Sections, *, origin: str) -> config.Config:
        built.append(sections)
        return real(sections, origin=origin)

    real = config.build
    for module in (config, session):
        monkeypatch.setattr(module, "build", count)
    work, runs = Session({"report": {"resamples": 100}}), [Run(folder) for folder in folders]
    assert pipeline.bring(work, runs, "score").made == 0
    report(work, runs)
    assert 0 < len(built) <= 10


@pytest.mark.parametrize(
    ("recorded", "toml", "given", "t_max"),
    [
        ({}, {}, {}, 1000),
        ({"t_max": 1}, {}, {}, 1),
        ({"t_max": 1}, {"t_max": 2}, {}, 2),
        ({"t_max": 1}, {"t_max": 2}, {"t_max": 3}, 3),
        ({}, {"t_max": 2}, {}, 2),
    ],
)
def test_given_wins_over_toml_over_recorded_over_the_default(
    run: Run, recorded: dict[str, Any], toml: dict[str, Any], given: dict[str, Any], t_max: int
) -> None:
    run.start("score", {**recorded, "metrics": "is no option"})
    assert Session({"score": given}, toml={"score": toml}).config(run).score.t_max == t_max


@pytest.mark.parametrize(("stage", "option", "kept"), [("score", "t_max", 1000), ("generate", "samples", 7)])
def test_a_stage_made_anew_forgets_how_it_was_started_and_a_generation_does_not(
    run: Run, stage: str, option: str, kept: int
) -> None:
    run.start(stage, {option: 7})
    assert getattr(getattr(Session(redo=(stage,), toml={}).config(run), stage), option) == kept


@pytest.mark.parametrize(
    ("given", "asked", "model", "named"),
    [
        ({}, ("segment",), "kept", False),
        ({"judge": {"model": "now"}}, ("segment",), "now", True),
        ({"judge": {"model": "now"}}, ("verify",), "kept", False),
        ({"segment": {"judge": "model"}}, ("segment",), "kept", True),
    ],
)
def test_who_judged_a_stage_judges_it_again_unless_another_is_named_for_it(
    run: Run, given: config.Sections, asked: tuple[str, ...], model: str, named: bool
) -> None:
    run.start("segment", JUDGED)
    found = Session(given, toml={}, asked=asked).judged_by(run, "segment")
    assert found.judge is not None
    assert (found.mode, found.judge.model, found.named, found.replays) == ("model", model, named, False)


def test_replies_are_read_again_of_the_judge_that_gave_them(run: Run) -> None:
    replay = Session({"segment": {"judge": "replay"}}, toml={}, redo=("segment",))
    with pytest.raises(OverthinkError, match="segment has asked no judge"):
        replay.judged_by(run, "segment")
    run.start("segment", JUDGED)
    found = replay.judged_by(run, "segment")
    assert found.judge is not None
    assert (found.mode, found.judge.model, found.replays) == ("model", "kept", True)


def test_rules_judge_where_no_model_is_named(run: Run) -> None:
    found = Session({"judge": {"model": "now"}}, toml={}).judged_by(run, "segment")
    assert (found.options.judge, found.mode, found.judge) == ("rules", None, None)
