"""exit: what of a scored run an earlier stop would have kept and saved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from overthink.config import ExitConfig, ReportConfig
from overthink.exits.formulas import Stated, rules, stops_by_level
from overthink.exits.rows import UPPER_BOUND, Exits, ExitSettings, RunExits, flat_rows
from overthink.metrics.report import method_of
from overthink.run import Run
from overthink.run.caveats import caveats_of
from overthink.run.find import scored_runs
from overthink.run.scored import scored
from overthink.session import Session
from overthink.stats.bootstrap import Draws

SCHEMA_VERSION = 1


def exits(session: Session, folders: Sequence[Path]) -> Exits:
    """What an earlier stop would have kept and saved, run by run. All must be scored."""
    config = session.options
    runs = [_exits_of(run, config.exit, config.report) for run in scored_runs(folders)]
    return Exits(
        schema_version=SCHEMA_VERSION,
        upper_bound=UPPER_BOUND,
        settings=_settings_of(config.exit),
        runs=runs,
        rows=[row for part in runs for row in flat_rows(part)],
    )


def _exits_of(run: Run, config: ExitConfig, bars: ReportConfig) -> RunExits:
    """Every rule on every dataset of one run; `bars` are the error bars."""
    stop_rules = rules(config.solutions, config.budgets)
    stated, hidden = _stated(run)
    return RunExits(
        run=str(run.folder),
        model=run.manifest.model,
        method=method_of(run, bars),
        failed=run.failed(),
        hidden=hidden,
        caveats=caveats_of(run),
        datasets={
            dataset: stops_by_level(responses, stop_rules, _settings_of(config), Draws(bars.resamples, bars.seed))
            for dataset, responses in sorted(stated.items())
        },
    )


def _settings_of(config: ExitConfig) -> ExitSettings:
    """What the result keeps of the options."""
    return ExitSettings(loss=config.loss, price_out=config.price_out, joules_per_token=config.joules_per_token)


def _stated(run: Run) -> tuple[dict[str, list[Stated]], int]:
    """The scored responses by dataset, and how many are left out since the server hid their thinking.

    Of the texts only the answers are held.
    """
    found: dict[str, list[Stated]] = defaultdict(list)
    hidden = 0
    for row in scored(run):
        problem, score = row.problem, row.score
        if score.hidden:
            hidden += 1
            continue
        found[problem.dataset].append(
            Stated(
                problem_id=problem.id,
                level=problem.level,
                gold=row.gold,
                tokens=score.tokens,
                correct=score.correct if row.gold else None,
                ends=score.solution_ends,
                verdicts=[solution.verdict for solution in row.verdicts.solutions],
                answers=[solution.answer for solution in row.segments.solutions],
            )
        )
    return found, hidden
