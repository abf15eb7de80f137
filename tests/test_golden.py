"""The golden run folder of the samples: every stage gives its bytes again, and README states its number."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, Overthink

GOLDEN = ROOT / "samples" / "golden"
RUNS = sorted(path.parent.name for path in GOLDEN.glob("*/run.json"))
MADE = ("segment.jsonl", "cluster.jsonl", "verify.jsonl", "score.jsonl", "report.json")


def test_there_is_a_golden_run_of_each_model_of_the_samples() -> None:
    assert RUNS == ["sample-qwq", "sample-r1"]


@pytest.mark.parametrize("name", RUNS)
def test_every_stage_gives_the_golden_bytes(overthink: Overthink, name: str) -> None:
    shutil.copytree(GOLDEN / name, name)
    for file in MADE:
        (Path(name) / file).unlink()
    done = overthink("score", name)
    assert done.code == 0, done.err
    for file in MADE:
        assert (Path(name) / file).read_bytes() == (GOLDEN / name / file).read_bytes(), file


def test_importing_the_samples_gives_the_golden_rows(overthink: Overthink, samples: Path) -> None:
    overthink("import", samples / "responses.jsonl", "--out", "again")
    for name in RUNS:
        for file in ("problems.jsonl", "generate.jsonl"):
            assert (Path("again") / name / file).read_bytes() == (GOLDEN / name / file).read_bytes(), file


def test_readme_states_the_number_that_the_samples_yield() -> None:
    report = json.loads((GOLDEN / "sample-qwq" / "report.json").read_text("utf-8"))
    overall = report["runs"][0]["metrics"]["samples"]["overall"]
    share = overall["tokens_after_answer_share"]["value"]
    outcome = overall["outcome_efficiency"]["value"]
    sentence = (
        f"`sample-qwq` spends {share:.1%} of its thinking tokens after the first correct answer "
        f"(outcome efficiency {outcome:.1%})"
    )
    assert sentence in " ".join((ROOT / "README.md").read_text("utf-8").split())
