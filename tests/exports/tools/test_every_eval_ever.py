"""Runs in the schema of Every Eval Ever, validated by its own package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Overthink
from tests.exports.conftest import report_rows

pytestmark = [
    pytest.mark.slow,  # the other tools take their time to load
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),
]


def validated(root: Path) -> list[Any]:
    validation = pytest.importorskip("every_eval_ever.validate", reason="every-eval-ever is not installed")
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    return [
        validation.validate_file(
            root / name,
            repo_path=name,
            available_files=files,
            read_repo_file=lambda other: (root / other).read_text(encoding="utf-8"),
            run_semantic_checks=True,
        )
        for name in sorted(files)
    ]


def test_every_eval_ever_finds_its_own_schema_kept(overthink: Overthink, samples: Path) -> None:
    rows = (samples / "responses.jsonl").read_text().replace('"sample-r1"', '"org/sample-r1"')
    Path("named.jsonl").write_text(rows)
    overthink("run", "named.jsonl", "--out", "s")
    done = overthink("export", "s", "--to", "every-eval-ever", "-o", "e", "--organization", "Me")
    assert done.code == 0
    assert "metrics without a direction" in done.err
    results = validated(Path("e"))
    assert len(results) == 6
    assert [(result.file_path, result.errors) for result in results if not result.valid] == []
    assert [result.warnings for result in results if "org" in str(result.file_path)] == [[], []]


def test_every_eval_ever_would_find_a_fault(overthink: Overthink, scored: Path) -> None:
    overthink("export", "s/sample-r1", "--to", "every-eval-ever", "-o", "e", "--organization", "Me")
    (path,) = Path("e").rglob("*[0-9a-f].json")
    log = json.loads(path.read_text())
    log["evaluation_results"][0]["metric_config"]["lower_is_better"] = "sideways"
    path.write_text(json.dumps(log))
    assert not all(result.valid for result in validated(Path("e")))


def test_every_eval_ever_holds_the_numbers_and_the_responses(overthink: Overthink, scored: Path) -> None:
    overthink("export", "s/sample-r1", "--to", "every-eval-ever", "-o", "e", "--organization", "Me")
    (path,) = Path("e").rglob("*[0-9a-f].json")
    log = json.loads(path.read_text())
    assert log["schema_version"] == "0.3.0"
    found = {one["evaluation_result_id"]: one["score_details"] for one in log["evaluation_results"]}
    rows = report_rows(scored / "sample-r1")
    efficiency = next(row for row in rows if row.metric == "outcome_efficiency" and row.level == 2)
    details = found["samples level 2/outcome_efficiency"]
    assert details["score"] == efficiency.value
    assert details["uncertainty"]["confidence_interval"]["lower"] == efficiency.ci_low
    lines = [json.loads(line) for line in path.with_name(f"{path.stem}_samples.jsonl").read_text().splitlines()]
    accuracy = next(row for row in rows if row.metric == "accuracy" and row.level is None and row.subject is None)
    assert sum(line["evaluation"]["score"] for line in lines) / len(lines) == pytest.approx(accuracy.value)


def test_the_same_run_is_exported_to_the_same_files(overthink: Overthink, scored: Path) -> None:
    for _ in range(2):
        overthink("export", "s/sample-r1", "--to", "every-eval-ever", "-o", "e", "--organization", "Me")
    assert len([path for path in Path("e").rglob("*") if path.is_file()]) == 2
