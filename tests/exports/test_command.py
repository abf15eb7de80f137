"""Runs given to other tools, read back with those tools."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from overthink.exports.mlflow import metric_values
from overthink.records import ReportRow
from tests.conftest import Overthink
from tests.metrics.test_output import ROW

pytestmark = [
    pytest.mark.slow,  # the other tools take their time to load
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),
]


@pytest.fixture
def scored(overthink: Overthink, scored_samples: Path) -> Path:
    shutil.copytree(scored_samples, "s")
    return Path("s")


def report_rows(folder: Path) -> list[ReportRow]:
    return [ReportRow(**row) for row in json.loads((folder / "report.json").read_text())["rows"]]


def test_a_tracking_server_that_does_not_answer_is_told_in_two_lines(
    overthink: Overthink, scored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    done = overthink("export", "s", "--to", "mlflow", "-o", "http://127.0.0.1:9")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("http://127.0.0.1:9: API request to ")
    assert done.err.splitlines()[1:] == ["Give a folder, or the URI of a tracking server."]


def test_mlflow_reads_back_every_metric_and_the_report(overthink: Overthink, scored: Path) -> None:
    import mlflow

    done = overthink("export", "s", "--to", "mlflow", "-o", "store")
    assert done.code == 0
    client = mlflow.MlflowClient(tracking_uri=Path("store").resolve().as_uri())
    experiment = client.get_experiment_by_name("overthink")
    runs = {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}
    assert set(runs) == {"sample-qwq", "sample-r1"}
    run = runs["sample-qwq"]
    rows = report_rows(scored / "sample-qwq")
    accuracy = next(row for row in rows if row.metric == "accuracy" and row.dataset == "samples" and row.level == 3)
    assert run.data.metrics["samples/level 3/accuracy"] == accuracy.value
    assert run.data.metrics["samples/level 3/accuracy_n"] == accuracy.n
    assert len(run.data.metrics) == sum((row.value is not None) + 2 * (row.ci_low is not None) + 1 for row in rows)
    assert run.data.params["model"] == "sample-qwq"
    assert run.data.params["scope"] == "thinking"
    path = Path(client.download_artifacts(run.info.run_id, "report.json"))
    assert json.loads(path.read_text()) == json.loads((scored / "sample-qwq/report.json").read_text())
    undefined = sum(row.value is None for name in runs for row in report_rows(scored / name))
    assert f"left out: {undefined} metrics without a value" in done.err


def test_mlflow_gets_the_same_report_once(overthink: Overthink, scored: Path) -> None:
    overthink("export", "s/sample-r1", "--to", "mlflow", "-o", "store")
    again = overthink("export", "s/sample-r1", "--to", "mlflow", "-o", "store")
    assert "is there already" in again.out
    assert len(list(Path("store").glob("*/*/metrics"))) == 1


def test_mlflow_names_stay_apart_where_its_alphabet_is_small() -> None:
    rows = [ROW.model_copy(update={"subject": name}) for name in ("a&b", "a|b", "c")]
    names = [name for name, _ in metric_values(rows)]
    assert len(set(names)) == len(names) == 12
    assert "d/subject c/outcome_efficiency" in names


def test_inspect_reads_back_every_response_and_score(overthink: Overthink, scored: Path) -> None:
    from inspect_ai.log import read_eval_log

    assert overthink("export", "s", "--to", "inspect", "-o", "logs").code == 0
    log = read_eval_log(Path("logs/sample-r1_samples.eval"))
    lines = (scored / "sample-r1/score.jsonl").read_text().splitlines()
    scores = sorted((json.loads(line) for line in lines), key=lambda row: str(row["id"]))  # as Inspect reads them
    assert log.eval.model == "sample-r1"
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "every-eval-ever", "-o", "e"), "wants to know who evaluated the model"),
        (("--to", "inspect", "-o", "http://x"), "writes files"),
        (("--to", "mlflow", "-o", "nonsense://x"), "nonsense://x"),
    ],
    ids=["organization", "folder", "store"],
)
def test_a_mistake_is_told_in_two_lines(
    overthink: Overthink, scored: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = overthink("export", "s", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 2


@pytest.mark.parametrize(
    ("tool", "library", "extra"), [("mlflow", "mlflow", "mlflow"), ("inspect", "inspect_ai.log", "inspect")]
)
def test_a_missing_library_names_its_extra(
    overthink: Overthink, scored: Path, monkeypatch: pytest.MonkeyPatch, tool: str, library: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    done = overthink("export", "s", "--to", tool, "-o", "x")
    assert done.code == 2
    assert f"pip install 'overthink[{extra}]'" in done.err


def test_a_run_that_is_not_scored_is_refused(overthink: Overthink, samples: Path) -> None:
    overthink("import", samples / "responses.jsonl", "--out", "s")
    done = overthink("export", "s", "--to", "inspect", "-o", "x")
    assert done.code == 2
    assert "not scored" in done.err
    assert not Path("x").exists()
