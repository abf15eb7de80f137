"""The composition root: names become objects, runs become reports. The only place that knows every room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from overthink import __version__
from overthink.config import CONFIG_FILE, DEFAULTS, Config, Sections, build, read_toml, runs_folder
from overthink.core.metrics import METRIC_VERSION
from overthink.errors import OverthinkError
from overthink.judges.rules_clusterer import RulesClusterer
from overthink.judges.rules_segmenter import RulesSegmenter
from overthink.run import INPUTS, MANIFEST, Manifest, Outcome, Progress, Run, Work
from overthink.stages.cluster import cluster_row
from overthink.stages.import_responses import import_responses
from overthink.stages.score import score_row
from overthink.stages.segment import segment_row
from overthink.stages.verify import verify_rows
from overthink.sympy_workers import SympyVerifier
from overthink.tokenizers import load_tokenizer
from overthink.workers import Workers, one_by_one

STAGES = tuple(INPUTS)
"""The stages between responses and the report, in order."""

VERDICT_LIBRARIES = ("math-verify", "latex2sympy2_extended", "antlr4-python3-runtime", "sympy")
"""Another version of any of these may give another verdict."""


def find_runs(folders: Sequence[Path]) -> list[Run]:
    """The runs that were named, or the newest import or generation under the runs folder.

    A folder that holds runs (what `import --out` was given) stands for all of them.
    """
    if folders:
        return [Run(folder) for named in folders for folder in _run_folders(named)]
    root = runs_folder()
    runs = [Run(manifest.parent) for manifest in sorted(root.glob(f"**/{MANIFEST}"))]
    if not runs:
        raise OverthinkError(
            f"{root}: no runs here",
            "Make one with `overthink import FILE --out DIR`, or name a run folder (OVERTHINK_RUNS sets the default).",
        )
    newest = max(runs, key=lambda run: run.manifest.created)
    beside = newest.folder.parent
    return [run for run in runs if run.folder.parent == beside and run.manifest.origin == newest.manifest.origin]


def _run_folders(named: Path) -> list[Path]:
    if (named / MANIFEST).exists():
        return [named]
    inside = sorted(manifest.parent for manifest in named.glob(f"*/{MANIFEST}"))
    return inside or [named]


@dataclass
class Pipeline:
    """One command's work on some runs. `given` holds the options of the command line, by section."""

    given: Sections
    redo: Sequence[str] = ()
    progress: Progress
    processes: int | None = None
    toml: Sections = field(default_factory=lambda: read_toml(Path(CONFIG_FILE)))

    def advance(self, runs: Sequence[Run], last: str) -> Outcome:
        """Bring every run up to the stage `last`: what is owed before it is made first."""
        unknown = [stage for stage in self.redo if stage not in STAGES]
        if unknown:
            raise OverthinkError(f"--redo {unknown[0]}: no such stage", f"The stages are {', '.join(STAGES)}.")
        made = failed = 0
        with Processes(self.processes) as processes:
            for run in runs:
                with run.lock():
                    for stage in STAGES[: STAGES.index(last) + 1]:
                        outcome = self._advance_stage(run, stage, processes)
                        made, failed = made + outcome.made, failed + outcome.failed
        return Outcome(made, failed)

    def _advance_stage(self, run: Run, stage: str, processes: Processes) -> Outcome:
        if not run.finished("generate"):
            raise OverthinkError(
                f"{run.folder}: its responses are not complete",
                "The import or generation was cut off: give its command once more.",
            )
        if stage in self.redo:
            run.redo(stage)
        config = self._config(run)
        identity, work = _BUILDERS[stage](run, config, processes)
        run.start(stage, identity)
        return run.advance(stage, work, self.progress)

    def report(self, runs: Sequence[Run], datasets: Sequence[str] = ()) -> Report:
        """One report of all runs, of these datasets where some are named; each run's whole report goes to its folder.

        The runs must be scored.
        """
        wanted = {canonical_name(name) or name for name in datasets}
        parts = []
        for run in runs:
            whole = self._report_of(run, None)
            write_text(run.folder / REPORT, to_json(whole))
            parts.append(self._report_of(run, wanted) if wanted else whole)
        if len({run.name for run in runs}) < len(runs):
            parts = [named(part, str(run.folder)) for part, run in zip(parts, runs, strict=True)]
        return join(parts)

    def _report_of(self, run: Run, wanted: set[str] | None) -> Report:
        samples = [sample for sample in _samples(run) if wanted is None or sample.dataset in wanted]
        if wanted and not samples:
            there = sorted({problem.dataset for problem in run.table("problems").rows()})
            raise OverthinkError(
                f"{run.folder}: no responses to {', '.join(sorted(wanted))}", f"It holds responses to {', '.join(there)}."
            )
        return aggregate(
            samples,
            run=run.name,
            model=run.manifest.model,
            created=run.manifest.created,
            method=_method(run, self._config(run)),
            failed=Counter(failure.stage for failure in run.failures()),
        )

    def _config(self, run: Run) -> Config:
        """The options for this run: those given now, else those it was started with, else the defaults."""
        sections = {
            name: {**_started_with(run, name), **self.toml.get(name, {}), **self.given.get(name, {})}
            for name in asdict(DEFAULTS)
        }
        return build(sections, origin="options")


class Processes:
    """The processes of one command, shared by its runs and stages, and ended with it."""

    def __init__(self, count: int | None) -> None:
        self.workers = Workers(count)
        self._count = count
        self._verifiers: dict[tuple[float, int], SympyVerifier] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Processes:
        self._stack.enter_context(self.workers)
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def verifier(self, cpu_seconds: float, memory_mb: int) -> SympyVerifier:
        """The verifier with these limits."""
        key = cpu_seconds, memory_mb
        if key not in self._verifiers:
            verifier = SympyVerifier(workers=self._count, cpu_seconds=cpu_seconds, memory_mb=memory_mb)
            self._verifiers[key] = self._stack.enter_context(verifier)
        return self._verifiers[key]


Built = tuple[dict[str, Any], Work]
"""What must not change between two tries at a stage, and the stage at work."""


def _started_with(run: Run, section: str) -> dict[str, Any]:
    record = run.manifest.stages.get(section)
    if record is None:
        return {}
    options = {option.name for option in fields(getattr(DEFAULTS, section))}
    return {key: value for key, value in record.config.items() if key in options}


def _build_segment(run: Run, config: Config, processes: Processes) -> Built:
    _only_rules("segment", config.segment.judge)
    segmenter = RulesSegmenter(tags=run.manifest.think_tags)
    identity = {**asdict(config.segment), "segmenter": segmenter.name}
    return identity, processes.workers.each("segment", partial(segment_row, segmenter))


def _build_cluster(_run: Run, config: Config, processes: Processes) -> Built:
    _only_rules("cluster", config.cluster.judge)
    clusterer = RulesClusterer()
    identity = {**asdict(config.cluster), "clusterer": clusterer.name}
    return identity, processes.workers.each("cluster", partial(cluster_row, clusterer))


def _build_verify(run: Run, config: Config, processes: Processes) -> Built:
    verifier = processes.verifier(config.verify.cpu_seconds, config.verify.memory_mb)
    identity = {**asdict(config.verify), "libraries": {name: version(name) for name in VERDICT_LIBRARIES}}
    return identity, partial(verify_rows, verifier, run.manifest.think_tags)


def _build_score(run: Run, config: Config, _processes: Processes) -> Built:
    loaded = load_tokenizer(run.manifest.model, config.score.tokenizer)
    identity = {
        **asdict(config.score),
        "tokenizer_name": loaded.name,
        "tokenizer_own": loaded.own,
        "metrics": METRIC_VERSION,
    }
    make = partial(score_row, loaded.tokenizer, config.score.scope, config.score.t_max, run.manifest.think_tags)
    return identity, one_by_one("score", make)


_BUILDERS: dict[str, Callable[[Run, Config, Processes], Built]] = {
    "segment": _build_segment,
    "cluster": _build_cluster,
    "verify": _build_verify,
    "score": _build_score,
}


def _only_rules(stage: str, judge: str) -> None:
    if judge != "rules":
        raise OverthinkError(
            f"{stage}: no model is configured for --judge {judge}",
            "Use --judge rules, which needs no model.",
        )


def _samples(run: Run) -> Iterator[Sample]:
    tables = {name: run.table(name) for name in ("problems", "segment", "cluster", "verify", "score")}
    for row_id in tables["score"]:
        problem = tables["problems"].read(row_id.rpartition("#")[0])
        yield sample_of(problem, *(tables[name].read(row_id) for name in ("segment", "cluster", "verify", "score")))


def _method(run: Run, config: Config) -> Method:
    stages = {name: record.config for name, record in run.manifest.stages.items()}
    libraries = ", ".join(f"{name} {number}" for name, number in stages["verify"]["libraries"].items())
    return Method(
        metric_version=stages["score"]["metrics"],
        scope=stages["score"]["scope"],
        segmenter=stages["segment"]["segmenter"],
        clusterer=stages["cluster"]["clusterer"],
        verifier=libraries,
        prompts={},
        tokenizer=stages["score"]["tokenizer_name"],
        tokenizer_is_own=stages["score"]["tokenizer_own"],
        dataset_revisions=run.manifest.datasets,
        t_max=stages["score"]["t_max"],
        resamples=config.report.resamples,
        seed=config.report.seed,
    )


def status(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """One row a run: its model, its responses, and for each stage what is made, owed or failed."""
    rows = []
    for run in runs:
        failed = Counter(failure.stage for failure in run.failures())
        row: dict[str, Any] = {
            "run": str(run.folder),
            "model": run.manifest.model,
            "problems": len(run.table("problems")),
            "responses": len(run.table("generate")),
        }
        for stage in STAGES:
            row[stage] = _progress_of(run, stage, failed[stage])
        rows.append({**row, "created": run.manifest.created})
    return rows


def _progress_of(run: Run, stage: str, failed: int) -> str:
    owed = run.owed(stage)
    done = len(run.table("generate")) - owed
    if failed:
        return f"{failed} failed"
    if owed == 0 and run.finished(stage) and done:
        return "done"
    return f"{owed} owed" if run.finished(stage) or done else "-"


def response_of(folder: Path, row: str) -> Shown:
    """All rows of one response of a scored run, by its id or by its number, from 1."""
    run = Run(folder)
    responses = run.table("generate")
    ids = list(responses)
    row_id = ids[int(row) - 1] if row.isdigit() and 1 <= int(row) <= len(ids) else row
    if row_id not in responses:
        near = get_close_matches(row, ids, n=3, cutoff=0.3) or ids[:3]
        raise OverthinkError(
            f"{folder}: no response {row!r}", f"Give a number from 1 to {len(ids)}, or an id such as {', '.join(near)}."
        )
    tables = {name: run.table(name) for name in STAGES}
    missing = [name for name, table in tables.items() if row_id not in table]
    if missing:
        raise OverthinkError(f"{folder}: {row_id} has no row of {missing[0]}", f"Run `overthink score {folder}` first.")
    problem = run.table("problems").read(row_id.rpartition("#")[0])
    return Shown(problem, responses.read(row_id), *(tables[name].read(row_id) for name in STAGES))
