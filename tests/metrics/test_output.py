"""Parquet and Prometheus, read back with what reads them."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pyarrow.parquet
import pytest
from prometheus_client.parser import text_string_to_metric_families

from overthink.errors import OverthinkError
from overthink.metrics.output import put
from overthink.metrics.parquet import to_parquet
from overthink.metrics.prometheus import to_prometheus
from overthink.records import Counts, Method, Report, ReportRow
from tests.conftest import Overthink

ROW = ReportRow(
    run="r",
    model="org/m",
    dataset="d",
    level=None,
    subject=None,
    metric="outcome_efficiency",
    value=0.5,
    ci_low=0.4,
    ci_high=0.6,
    n=10,
    n_excluded=2,
    unit="share",
    higher_is_better=True,
    time="2026-11-22T20:49:30.317180+00:00",
)


def report(*rows: ReportRow) -> Report:
    return Report(schema_version=1, runs=[], rows=list(rows))


def values_in(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def changed(**values: object) -> ReportRow:
    return ROW.model_copy(update=values)


GROUP = {"run": "r", "model": "org/m", "dataset": "d", "level": "", "subject": ""}


def test_a_metric_is_five_gauges() -> None:
    found = values_in(to_prometheus(report(ROW)))
    labels = frozenset(GROUP.items())
    assert {name: value for (name, of), value in found.items() if of == labels} == {
        "overthink_outcome_efficiency_ratio": 0.5,
        "overthink_outcome_efficiency_ratio_ci_low": 0.4,
        "overthink_outcome_efficiency_ratio_ci_high": 0.6,
        "overthink_outcome_efficiency_ratio_n": 10,
        "overthink_outcome_efficiency_ratio_excluded": 2,
    }


@pytest.mark.parametrize(
    ("metric", "unit", "name", "part"),
    [
        ("distinctness@3", "share", "overthink_distinctness_ratio", {"part": "3"}),
        ("first_correct@4+", "share", "overthink_first_correct_ratio", {"part": "4+"}),
        ("kind_share/new_strategy", "share", "overthink_kind_ratio", {"part": "new_strategy"}),
        ("tokens_after_answer_share", "share", "overthink_tokens_after_answer_ratio", {}),
        ("tokens_after_answer", "tokens", "overthink_tokens_after_answer", {}),
        ("solutions", "solutions", "overthink_solutions", {}),
    ],
)
def test_names_carry_the_unit_and_families_a_part(metric: str, unit: str, name: str, part: dict[str, str]) -> None:
    found = values_in(to_prometheus(report(changed(metric=metric, unit=unit))))
    assert found[name, frozenset({**GROUP, **part}.items())] == 0.5


def test_labels_come_back_as_they_were() -> None:
    nasty = 'a"b\\c\nd}'
    found = values_in(to_prometheus(report(changed(model=nasty, subject=nasty, level=3))))
    labels = {**GROUP, "model": nasty, "subject": nasty, "level": "3"}
    assert found["overthink_outcome_efficiency_ratio", frozenset(labels.items())] == 0.5


def test_null_metrics_have_no_line_and_are_counted() -> None:
    text = to_prometheus(report(changed(value=None, ci_low=None, ci_high=None), changed(metric="accuracy")))
    found = values_in(text)
    counted = frozenset((key, GROUP[key]) for key in ("run", "model", "dataset"))
    assert found["overthink_undefined_metrics", counted] == 1
    assert not any(name == "overthink_outcome_efficiency_ratio" for name, _ in found)
    assert found["overthink_outcome_efficiency_ratio_n", frozenset(GROUP.items())] == 10


def test_failed_rows_are_a_gauge(scored_samples: Path) -> None:
    whole = Report.model_validate_json((scored_samples / "sample-r1/report.json").read_text())
    part = whole.runs[0].model_copy(
        update={"counts": whole.runs[0].counts.model_copy(update={"failed": {"verify": 3}})}
    )
    assert isinstance(part.method, Method)
    assert isinstance(part.counts, Counts)
    text = to_prometheus(whole.model_copy(update={"runs": [part]}))
    assert 'overthink_failed_rows{model="sample-r1",run="sample-r1",stage="verify"} 3.0' in text


def test_promtool_finds_no_fault_with_the_samples(overthink: Overthink, scored_samples: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: it comes with Debian's package prometheus")
    shutil.copytree(scored_samples, "s")
    text = overthink("score", "s", "--format", "prometheus").out
    assert text.count("\n") > 1000
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_promtool_would_find_a_fault(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: it comes with Debian's package prometheus")
    checked = subprocess.run(
        [promtool, "check", "metrics"], input="a_total{ 1", capture_output=True, text=True, check=False
    )
    assert checked.returncode != 0


def test_prometheus_reaches_a_file_whole_with_o(overthink: Overthink, scored_samples: Path) -> None:
    shutil.copytree(scored_samples, "s")
    printed = overthink("score", "s", "--format", "prometheus").out
    done = overthink("score", "s", "--format", "prometheus", "-o", "x.prom")
    assert (done.code, done.out) == (0, "")
    assert Path("x.prom").read_text() == printed


def test_parquet_holds_the_rows_with_their_types() -> None:
    rows = (ROW, changed(level=3, subject="s", value=None, ci_low=None, ci_high=None, higher_is_better=None))
    table = pyarrow.parquet.read_table(io.BytesIO(to_parquet(report(*rows))))
    typed = [{**row.model_dump(), "time": datetime.fromisoformat(row.time), "void": []} for row in rows]
    assert table.to_pylist() == typed
    assert str(table.schema.field("time").type) == "timestamp[us, tz=UTC]"
    assert str(table.schema.field("level").type) == "int64"


def test_parquet_of_a_report_without_rows_keeps_its_columns() -> None:
    assert pyarrow.parquet.read_table(io.BytesIO(to_parquet(report()))).column_names == list(ReportRow.model_fields)


def test_score_writes_parquet_to_a_file_and_to_a_pipe(overthink: Overthink, scored_samples: Path) -> None:
    shutil.copytree(scored_samples, "s")
    assert overthink("score", "s", "--format", "parquet", "-o", "x.parquet").code == 0
    plain = overthink("score", "s", "--format", "jsonl").out.count("\n")
    assert pyarrow.parquet.read_table("x.parquet").num_rows == plain
    code = "from overthink.cli import main; import sys; sys.argv[1:] = ['score', 's', '--format', 'parquet']; main()"
    piped = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert piped.stdout == Path("x.parquet").read_bytes()


def test_parquet_does_not_go_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(OverthinkError, match="no text for a terminal"):
        put(b"PAR1", "parquet", None)
