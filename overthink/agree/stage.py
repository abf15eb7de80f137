"""agree: how far does a run agree with reference labels, or with another run?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from overthink.agree.formulas import AgreementReport, agreement_of_pairs, match
from overthink.agree.labels import Labelled, LabelRow, labelled_from_run
from overthink.config import ReportConfig
from overthink.errors import OverthinkError, first_fault
from overthink.problems.files import read_rows
from overthink.records import JudgeAgreement
from overthink.run import Run
from overthink.run.find import find_runs
from overthink.run.scored import Join
from overthink.session import Session
from overthink.stats.bootstrap import Draws

ALL = "all"
SHOWN = {"value", "ci_low", "ci_high", "n", "n_excluded"}


class Agreement(NamedTuple):
    """`rows`: one a dataset (first all of them) and figure. `whole`: the figures of all datasets."""

    rows: list[dict[str, Any]]
    whole: AgreementReport


def measure(
    session: Session, folders: Sequence[Path], reference: Path, reader: int, kept_in: Sequence[Path] = ()
) -> list[dict[str, Any]]:
    """How far scored runs agree with the reference; the reports of the runs `kept_in` carry it from then on."""
    runs = find_runs(folders)
    found = agree(runs, reference, reader, session.options.report)
    for run in find_runs(kept_in) if kept_in else ():
        save(run, runs, reference.name, found.whole)
    return found.rows


def agree(runs: Sequence[Run], reference: Path, reader: int, config: ReportConfig) -> Agreement:
    """How far these runs agree with the reference: a file of labels, or a run folder.

    Rows find each other by the text of the response. `reader` counts from 1. OverthinkError if no row finds another.
    """
    wanted = _of_run(Run(reference)) if reference.is_dir() else _of_file(reference, reader)
    matching = match(list(wanted), [row for run in runs for row in _of_run(run)])
    if not matching.pairs:
        raise OverthinkError(
            f"{reference}: none of its responses is in {', '.join(str(run.folder) for run in runs)}",
            "Rows are matched by the text of the response: import the labelled responses themselves.",
        )
    draws = Draws(config.resamples, config.seed)
    whole = agreement_of_pairs(matching, draws)
    reports = [(ALL, whole)]
    datasets = sorted({row.dataset for row, _ in matching.pairs})
    for dataset in datasets if len(datasets) > 1 else ():
        pairs = tuple(pair for pair in matching.pairs if pair[0].dataset == dataset)
        reports.append((dataset, agreement_of_pairs(replace(matching, pairs=pairs), draws)))
    rows = [
        {"dataset": dataset, "figure": name, **metric.model_dump(include=SHOWN)}
        for dataset, report in reports
        for name, metric in report.figures().items()
    ]
    return Agreement(rows, whole)


def save(run: Run, measured: Sequence[Run], reference: str, whole: AgreementReport) -> None:
    """Keep the figures in the run's manifest. OverthinkError if another judge than the run's was measured."""
    stages = ("segment", "cluster")
    missing = [stage for one in (run, *measured) for stage in stages if stage not in one.manifest.stages]
    if missing:
        raise OverthinkError(f"{run.folder}: {missing[0]} is not done", f"Run `overthink score {run.folder}` first.")
    segmenter, clusterer = (run.manifest.judge_of(stage) for stage in stages)
    for one in measured:
        for stage, judge in zip(stages, (segmenter, clusterer), strict=True):
            if one.manifest.judge_of(stage) != judge:
                raise OverthinkError(
                    f"--save {run.folder}: {stage} by {judge}, but {one.manifest.judge_of(stage)} was measured",
                    "Measure a run with the same judges.",
                )
    kept = {name: getattr(whole, name) for name in ("f1", "outcome_difference", "process_difference", "strategy_ari")}
    agreement = JudgeAgreement(reference=reference, segmenter=segmenter, clusterer=clusterer, **kept)
    with run.lock():
        run.update(agreement=agreement)


def _of_file(path: Path, reader: int) -> Iterator[Labelled]:
    for where, raw in read_rows(path):
        try:
            yield LabelRow.model_validate(raw).labelled(reader - 1)
        except ValidationError as error:
            fault = first_fault(error)
            raise OverthinkError(
                f"{where}: {fault.place or 'row'}: {fault.message}",
                "A label row holds id, dataset, response, thinking, paragraphs, readers.",
            ) from None
        except IndexError:
            raise OverthinkError(f"{where}: there is no reader {reader}", "Readers count from 1: --reader 1.") from None


def _of_run(run: Run) -> Iterator[Labelled]:
    return map(labelled_from_run, Join(run).having("verify", "cluster"))
