"""A run as a run of MLflow: parameters from its method, metrics by dataset, level and subject, report.json beside them.

math500/level 3/outcome_efficiency = 0.52    math500/level 3/outcome_efficiency_ci_low = 0.49
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from overthink import __version__
from overthink.errors import OverthinkError
from overthink.exports.responses import Evaluator, Written
from overthink.records import Report, ReportRow
from overthink.render.formats import to_json
from overthink.run import Run
from overthink.text.digest import digest

NEEDS_ORGANIZATION = False
TAKES_URI = True

EXPERIMENT = "overthink"
DIGEST_TAG = "overthink.report"
BATCH = 1000
"""Metrics that one request to a tracking server may hold."""


def write(run: Run, report: Report, out: str, who: Evaluator) -> Written:
    """Write the report of one run into a tracking store; a folder is MLflow's file store, else a URI.

    Returns what became of it in words. A report that is there already is left alone.
    """
    with _errors_of(out):
        words, undefined = _to_mlflow(report, _client(out))
    return [words], Counter({"metrics without a value": undefined})


def _to_mlflow(report: Report, client: Any) -> tuple[str, int]:
    part, text = report.runs[0], to_json(report)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    experiment_id = experiment.experiment_id if experiment else client.create_experiment(EXPERIMENT)
    mark = digest(text)
    if client.search_runs([experiment_id], f"tags.`{DIGEST_TAG}` = '{mark}'", max_results=1):
        return f"{part.run}: this report is there already", 0
    began = int(datetime.fromisoformat(part.created).timestamp() * 1000)
    tags = {DIGEST_TAG: mark, "overthink.version": __version__}
    tags |= {f"overthink.caveat.{one.code}": one.what for one in part.caveats}
    run_id = client.create_run(experiment_id, start_time=began, tags=tags, run_name=part.run).info.run_id
    _log(client, run_id, report, began)
    client.log_text(run_id, text, "report.json")
    client.set_terminated(run_id)
    return f"{part.run}: run {run_id} of experiment {EXPERIMENT!r}", sum(row.value is None for row in report.rows)


@contextmanager
def _errors_of(store: str) -> Iterator[None]:
    """Turn what MLflow raises, from the store or the server, into two lines for the user."""
    try:
        import mlflow
    except ImportError:
        raise OverthinkError("MLflow is not installed", "Install it with `pip install 'overthink[mlflow]'`.") from None
    try:
        yield
    except mlflow.exceptions.MlflowException as error:
        reason = str(error).splitlines()[0]
        raise OverthinkError(f"{store}: {reason}", "Give a folder, or the URI of a tracking server.") from None


def _client(store: str) -> Any:
    import mlflow

    # MLflow keeps its file store, but wants to be asked for it.
    if "://" not in store:
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        store = Path(store).resolve().as_uri()
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")  # its 7 take minutes if no server listens
    return mlflow.MlflowClient(tracking_uri=store)


def _log(client: Any, run_id: str, report: Report, timestamp: int) -> None:
    from mlflow.entities import Metric, Param

    part = report.runs[0]
    params = {"model": part.model, **part.method.model_dump(mode="json")}
    client.log_batch(run_id, params=[Param(key, str(value)) for key, value in params.items()])
    metrics = [Metric(key, value, timestamp, 0) for key, value in metric_values(report.rows)]
    for start in range(0, len(metrics), BATCH):
        client.log_batch(run_id, metrics=metrics[start : start + BATCH])


def metric_values(rows: list[ReportRow]) -> Iterator[tuple[str, float]]:
    """Each value, end of interval and count under its name in MLflow. What is null is left out."""
    taken: dict[str, tuple[object, ...]] = {}
    for row in rows:
        group = f"level {row.level}" if row.level is not None else f"subject {row.subject}" if row.subject else "all"
        own = (row.dataset, group, row.metric)
        name = "/".join(_allowed(word) for word in own)
        if taken.setdefault(name, own) != own:
            name = f"{name} {digest(*own)[:6]}"
        values = {"": row.value, "_ci_low": row.ci_low, "_ci_high": row.ci_high, "_n": row.n}
        yield from ((name + end, float(value)) for end, value in values.items() if value is not None)


def _allowed(name: str) -> str:
    """The name in the characters that MLflow allows."""
    words = name.replace("@", "_at_").replace("+", "_or_more").replace("/", "_")
    return re.sub(r"[^A-Za-z0-9_\-. :]", "_", words)
