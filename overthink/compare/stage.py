"""compare: scored runs, each held against the first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from overthink.compare.formulas import Side
from overthink.compare.formulas import compare as compare_sides
from overthink.compare.rows import Comparison, Settings
from overthink.config import ReportConfig
from overthink.errors import OverthinkError
from overthink.metrics.report import method_of
from overthink.run import Run
from overthink.run.caveats import caveats_of
from overthink.run.find import find_runs, scored_runs
from overthink.run.scored import scored
from overthink.session import Session


def compare(session: Session, folders: Sequence[Path], *, anyway: bool = False) -> Comparison:
    """Each run against the first, the base. OverthinkError if one is not scored, or there is one alone."""
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


def side_of(run: Run, config: ReportConfig) -> Side:
    """The sums of the problems of a scored run."""
    texts = {problem.id: hash((problem.question, problem.answer)) for problem in run.table("problems").rows()}
    side = Side(
        str(run.folder), run.manifest.model, method_of(run, config), failed=run.failed(), caveats=caveats_of(run)
    )
    for sample in scored(run):
        side.add(sample, texts[sample.problem.id])
    return side
