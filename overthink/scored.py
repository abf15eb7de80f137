"""Composition of what is made of scored runs: comparisons, and what an earlier stop would have kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from overthink.config import ReportConfig
from overthink.core.compare import Side
from overthink.core.compare import compare as compare_sides
from overthink.core.comparison import Comparison, Settings
from overthink.core.exits import UPPER_BOUND, Exits, flat_rows
from overthink.errors import OverthinkError
from overthink.run import Run
from overthink.session import Session, find_runs, scored_runs
from overthink.stages.early_exit import exits_of, settings_of
from overthink.stages.report import method_of, samples

EXIT_SCHEMA_VERSION = 1


def compare(session: Session, folders: Sequence[Path], *, anyway: bool = False) -> Comparison:
    """The first run is the base; each of the others is held against it. All must be scored."""
    runs = scored_runs(folders)
    bases = find_runs(folders[:1])
    if len(folders) > 1 and len(bases) > 1:
        raise OverthinkError(
            f"{folders[0]}: the base is one run, and {len(bases)} are in here", "Name one of them first."
        )
    if len(runs) < 2:
        raise OverthinkError("one run alone cannot be compared", "Name the base, then one or more runs.")
    config = session.options
    settings = Settings(
        resamples=config.report.resamples,
        seed=config.report.seed,
        permutations=config.compare.permutations,
        smallest_p_value=1 / (1 + config.compare.permutations),
        alpha=config.compare.alpha,
        beta=config.compare.beta,
        gamma=config.compare.gamma,
    )
    base, *others = (side_of(run, config.report) for run in runs)
    return compare_sides(base, others, settings, anyway=anyway)


def exits(session: Session, folders: Sequence[Path]) -> Exits:
    """What an earlier stop would have kept and saved, run by run. All must be scored."""
    config = session.options
    runs = [
        exits_of(run, config.exit, config.report, method_of(run, config.report), _failed(run))
        for run in scored_runs(folders)
    ]
    return Exits(
        schema_version=EXIT_SCHEMA_VERSION,
        upper_bound=UPPER_BOUND,
        settings=settings_of(config.exit),
        runs=runs,
        rows=[row for part in runs for row in flat_rows(part)],
    )


def side_of(run: Run, config: ReportConfig) -> Side:
    """The sums of the problems of a scored run."""
    texts = {problem.id: hash((problem.question, problem.answer)) for problem in run.table("problems").rows()}
    side = Side(str(run.folder), run.manifest.model, method_of(run, config), failed=_failed(run))
    for sample in samples(run):
        side.add(sample, texts[sample.problem_id])
    return side


def _failed(run: Run) -> dict[str, int]:
    """The rows that could not be made, by stage."""
    return dict(sorted(Counter(failure.stage for failure in run.failures()).items()))
