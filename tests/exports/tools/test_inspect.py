"""Runs given to Inspect AI, read back with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Overthink
from tests.exports.conftest import report_rows

pytestmark = [
    pytest.mark.slow,  # the other tools take their time to load
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),
]


def test_inspect_reads_back_every_response_and_score(overthink: Overthink, scored: Path) -> None:
    from inspect_ai.log import read_eval_log

    assert overthink("export", "s", "--to", "inspect", "-o", "logs").code == 0
    log = read_eval_log(Path("logs/sample-r1_samples.eval"))
    lines = (scored / "sample-r1/score.jsonl").read_text().splitlines()
    scores = sorted((json.loads(line) for line in lines), key=lambda row: str(row["id"]))  # as Inspect reads them
    assert log.eval.model == "sample-r1"
    assert "no_thinking_tags" in [one["code"] for one in log.eval.metadata["caveats"]]
    assert [f"{sample.id}#{sample.epoch}" for sample in log.samples or []] == [row["id"] for row in scores]
    for sample, row in zip(log.samples or [], scores, strict=True):
        assert sample.scores is not None
        value = sample.scores["overthink"].value
        assert isinstance(value, dict)
        assert value["outcome_efficiency"] == row["outcome_efficiency"]
        assert ("correct" in sample.scores) == (row["correct"] is not None)
    assert log.results is not None
    overall = next(score for score in log.results.scores if score.name == "all")
    accuracy = next(row for row in report_rows(scored / "sample-r1") if row.metric == "accuracy" and row.level is None)
    assert overall.metrics["accuracy"].value == accuracy.value
    assert {score.name for score in log.results.scores} >= {"all", "level 1", "subject Algebra"}


def test_what_inspect_was_given_comes_back_through_import(overthink: Overthink, scored: Path) -> None:
    overthink("export", "s/sample-r1", "--to", "inspect", "-o", "logs")
    assert overthink("import", "logs", "--format", "inspect", "--out", "back").code == 0
    before, after = (
        {row["id"]: row for row in map(json.loads, Path(folder, "generate.jsonl").read_text().splitlines())}
        for folder in (scored / "sample-r1", "back/sample-r1")
    )
    assert before.keys() == after.keys()
    first = json.loads(overthink("score", scored / "sample-r1").out)["runs"][0]["metrics"]
    second = json.loads(overthink("score", "back/sample-r1").out)["runs"][0]["metrics"]
    assert {n: m["overall"]["solutions"] for n, m in first.items()} == {
        n: m["overall"]["solutions"] for n, m in second.items()
    }
