"""Runs given to MLflow, read back with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from overthink.exports.tools.mlflow import metric_values
from tests.conftest import Overthink
from tests.exports.conftest import report_rows
from tests.metrics.test_output import ROW

pytestmark = [
    pytest.mark.slow,  # the other tools take their time to load
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),
]


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
