"""The report of scored runs: report.json, and several reports in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

from pydantic import ValidationError

from overthink.config import ReportConfig
from overthink.errors import OverthinkError
from overthink.metrics.aggregate import SCHEMA_VERSION, aggregate, flat_rows
from overthink.problems import canonical_name
from overthink.records import Caveat, JudgeAgreement, Method, Report
from overthink.render.formats import to_json
from overthink.run import Run
from overthink.run.caveats import caveats_of
from overthink.run.scored import scored
from overthink.run.table import write_text
from overthink.session import Session

REPORT = "report.json"


def report(session: Session, runs: Sequence[Run], datasets: Sequence[str] = ()) -> Report:
    """One report of all runs, of these datasets if some are named; each run's whole report goes to its folder.

    The runs must be scored. OverthinkError if there are no responses to one of the datasets.
    """
    wanted = {canonical_name(name) or name for name in datasets}
    parts = []
    there: set[str] = set()
    names = Counter(run.name for run in runs)
    for run in runs:
        config = session.config(run).report
        whole = report_of(run, config)
        write_text(run.folder / REPORT, to_json(whole))
        held = set(whole.runs[0].metrics)
        there |= held
        if not wanted or wanted & held:
            part = whole if not wanted or held <= wanted else report_of(run, config, wanted)
            parts.append(renamed(part, str(run.folder)) if names[run.name] > 1 else part)
    if wanted - there:
        raise OverthinkError(
            f"no responses to {', '.join(sorted(wanted - there))} in {', '.join(str(run.folder) for run in runs)}",
            f"There are responses to {', '.join(sorted(there))}.",
        )
    return join(parts)


def report_of(run: Run, config: ReportConfig, datasets: set[str] | None = None) -> Report:
    """The report of one scored run, of these datasets alone if some are named."""
    report = aggregate(
        (row for row in scored(run) if datasets is None or row.problem.dataset in datasets),
        run=run.name,
        model=run.manifest.model,
        created=run.manifest.created,
        method=method_of(run, config),
        failed=run.failed(),
    )
    judges = {stage: record.judge for stage, record in run.manifest.stages.items() if record.judge is not None}
    judged = {"judges": judges, "agreement": _known_agreement(run), "caveats": caveats_of(run, datasets or ())}
    parts = [part.model_copy(update=judged) for part in report.runs]
    return report.model_copy(update={"runs": parts, "rows": list(chain.from_iterable(map(flat_rows, parts)))})


def kept_caveats(run: Run) -> list[Caveat]:
    """Those that were counted when its report was made last; counted now if there is none."""
    try:
        return Report.model_validate_json((run.folder / REPORT).read_bytes()).runs[0].caveats
    except (OSError, ValidationError):
        return caveats_of(run)


def _known_agreement(run: Run) -> JudgeAgreement | None:
    """What `agree --save` measured, if it was of those who judge this run today."""
    kept = run.manifest.agreement
    today = run.manifest.judge_of("segment"), run.manifest.judge_of("cluster")
    if kept is None or (kept.segmenter, kept.clusterer) != today:
        return None
    return kept


def _verifier(run: Run) -> str:
    config = run.manifest.stages["verify"].config
    libraries = [f"{name} {number}" for name, number in config["libraries"].items()]
    return ", ".join([*libraries, run.manifest.judge_of("verify")] if "judge_model" in config else libraries)


def method_of(run: Run, config: ReportConfig) -> Method:
    """How the numbers of a scored run came about."""
    stages: dict[str, dict[str, Any]] = {name: record.config for name, record in run.manifest.stages.items()}
    return Method(
        metric_version=stages["score"]["metrics"],
        scope=stages["score"]["scope"],
        segmenter=run.manifest.judge_of("segment"),
        clusterer=run.manifest.judge_of("cluster"),
        verifier=_verifier(run),
        prompts=_prompts(stages),
        tokenizer=stages["score"]["tokenizer_name"],
        tokenizer_is_own=stages["score"]["tokenizer_own"],
        dataset_revisions=run.manifest.datasets,
        t_max=stages["score"]["t_max"],
        resamples=config.resamples,
        seed=config.seed,
    )


def _prompts(stages: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The digest of every prompt that was sent to a model, the question's and the judges'."""
    question = {"question": stages["generate"]["prompt_digest"]} if "generate" in stages else {}
    return question | {name: text for config in stages.values() for name, text in config.get("prompts", {}).items()}


def join(reports: Sequence[Report]) -> Report:
    """One report of all their runs, in this order. OverthinkError if two runs have the same name."""
    runs = list(chain.from_iterable(report.runs for report in reports))
    for name, count in Counter(part.run for part in runs).items():
        if count > 1:
            raise OverthinkError(
                f"{count} runs are called {name}: their rows could not be told apart", "Rename one of the folders."
            )
    return Report(
        schema_version=SCHEMA_VERSION, runs=runs, rows=list(chain.from_iterable(report.rows for report in reports))
    )


def renamed(report: Report, name: str) -> Report:
    """The report of one run under another name, for instance a path if two folders have the same name."""
    return Report(
        schema_version=SCHEMA_VERSION,
        runs=[part.model_copy(update={"run": name}) for part in report.runs],
        rows=[row.model_copy(update={"run": name}) for row in report.rows],
    )
