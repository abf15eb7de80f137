"""report: the scored responses of a run become report.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from overthink.config import ReportConfig
from overthink.core.aggregate import aggregate
from overthink.core.terms import Sample, sample_of
from overthink.records import Method, Report
from overthink.run import Run


def report_of(run: Run, config: ReportConfig, datasets: set[str] | None = None) -> Report:
    """The report of one scored run, of these datasets alone where some are named."""
    return aggregate(
        (sample for sample in _samples(run) if datasets is None or sample.dataset in datasets),
        run=run.name,
        model=run.manifest.model,
        created=run.manifest.created,
        method=_method(run, config),
        failed=Counter(failure.stage for failure in run.failures()),
    )


def _samples(run: Run) -> Iterator[Sample]:
    tables = {name: run.table(name) for name in ("problems", "segment", "cluster", "verify", "score")}
    for row_id in tables["score"]:
        problem = tables["problems"].read(row_id.rpartition("#")[0])
        yield sample_of(problem, *(tables[name].read(row_id) for name in ("segment", "cluster", "verify", "score")))


def _method(run: Run, config: ReportConfig) -> Method:
    stages: dict[str, dict[str, Any]] = {name: record.config for name, record in run.manifest.stages.items()}
    return Method(
        metric_version=stages["score"]["metrics"],
        scope=stages["score"]["scope"],
        segmenter=stages["segment"]["segmenter"],
        clusterer=stages["cluster"]["clusterer"],
        verifier=", ".join(f"{name} {number}" for name, number in stages["verify"]["libraries"].items()),
        prompts={"question": stages["generate"]["prompt_digest"]} if "generate" in stages else {},
        tokenizer=stages["score"]["tokenizer_name"],
        tokenizer_is_own=stages["score"]["tokenizer_own"],
        dataset_revisions=run.manifest.datasets,
        t_max=stages["score"]["t_max"],
        resamples=config.resamples,
        seed=config.seed,
    )
