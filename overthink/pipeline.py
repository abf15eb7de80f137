"""The composition root: names become objects, runs become reports. The only place that knows every room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from overthink import __version__, judging
from overthink.answers.stage import verify_rows, with_verdicts
from overthink.config import CONFIG_FILE, DEFAULTS, Config, Sections, build, free, read_toml, runs_folder
from overthink.core.metrics import METRIC_VERSION
from overthink.core.report import join, named
from overthink.core.report_text import asked_words, to_json
from overthink.errors import OverthinkError
from overthink.imports.recording import Recording
from overthink.imports.rows import column_map
from overthink.imports.stage import import_responses
from overthink.judging import JudgedStage, Judges, Mode
from overthink.problems import Catalogue, canonical_name, known
from overthink.records import Report
from overthink.run import STAGES, Run
from overthink.run.manifest import MANIFEST, Manifest
from overthink.run.owed import INPUTS, Item, Outcome, Progress, Work, advance, count_owed, items_of
from overthink.run.scored import Join, Joined
from overthink.run.status import status_of
from overthink.run.table import write_text
from overthink.solutions import rules as segment_rules
from overthink.solutions.stage import segment_row
from overthink.stages.agree import agree as agree_runs
from overthink.stages.agree import save as save_agreement
from overthink.stages.report import report_of
from overthink.stages.score import score_row
from overthink.strategies import rules as cluster_rules
from overthink.strategies.stage import cluster_row
from overthink.sympy_workers import SympyVerifier
from overthink.tokenizers import load_tokenizer
from overthink.workers import Workers, one_by_one

REPORT = "report.json"

JUDGED = judging.STAGES

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


def import_files(
    files: Sequence[Path],
    out: Path,
    *,
    dataset: str | None = None,
    model: str | None = None,
    columns: Sequence[str] = (),
    format: str | None = None,
    think_tags: tuple[str, str] | None = None,
    mirror: Path | None = None,
    say: Callable[[str], None],
) -> list[Run]:
    """Recorded responses become one run a model under `out`; `say` hears what the user should know of the rows."""
    recording = Recording(
        files, Catalogue(mirror), model=model, dataset=dataset, columns=column_map(columns), format=format
    )
    manifest = Manifest(created=now(), model="", origin="import", overthink=__version__, think_tags=think_tags)
    runs = list(import_responses(recording, out, manifest).values())
    for run in runs:
        run.update(datasets={**run.manifest.datasets, **recording.tally.revisions})
    for note in [*recording.notes(), *gold_notes(runs)]:
        say(note)
    return runs


def gold_notes(runs: Sequence[Run]) -> Iterator[str]:
    """The gold answers with which no verdict can be reached: told before anything is spent on them."""
    problems = {problem.id: problem.answer for run in runs for problem in run.table("problems").rows()}
    with SympyVerifier() as verifier:
        faults = verifier.gold_problems(answer for answer in problems.values() if answer is not None)
    for problem_id, answer in problems.items():
        if answer in faults:
            why = faults[answer]
            yield f"{problem_id}: the gold answer {answer!r} cannot be parsed, so it equals nothing but itself: {why}"


def folders_of(sources: Sequence[Path], out: Path | None, **options: Any) -> list[Path]:
    """The run folders of these sources: a folder stands for itself, files are imported (to runs/NAME by default)."""
    files = [source for source in sources if not source.is_dir()]
    folders = [source for source in sources if source.is_dir()]
    if files:
        out = out or runs_folder() / files[0].name.split(".")[0]
        folders += [run.folder for run in import_files(files, out, **options)]
    return folders


def now() -> str:
    """When a run is made: ISO 8601, UTC."""
    return datetime.now(UTC).isoformat()


@dataclass
class Pipeline:
    """One command's work on some runs. `given` holds the options of the command line, by section."""

    given: Sections
    progress: Progress
    redo: Sequence[str] = ()
    processes: int | None = None
    toml: Sections = field(default_factory=lambda: read_toml(Path(CONFIG_FILE)))
    asked: Sequence[str] = JUDGED
    """The stages that the judge of `given` is for."""
    say: Callable[[str], None] = lambda _note: None

    def advance(self, runs: Sequence[Run], last: str) -> Outcome:
        """Bring every run up to the stage `last`: what is owed before it is made first."""
        unknown = [stage for stage in self.redo if stage not in STAGES]
        if unknown:
            raise OverthinkError(f"--redo {unknown[0]}: no such stage", f"The stages are {', '.join(STAGES)}.")
        made = failed = 0
        with Processes(self.processes) as processes, self._judges() as judges:
            for run in runs:
                with run.lock():
                    for stage in STAGES[: STAGES.index(last) + 1]:
                        outcome = self._advance_stage(run, stage, processes, judges)
                        made, failed = made + outcome.made, failed + outcome.failed
        return Outcome(made, failed)

    def estimate(self, runs: Sequence[Run], last: str) -> list[dict[str, Any]]:
        """What judges would be asked up to the stage `last`, and its price. Nothing is asked, nothing is written."""
        rows = []
        with Processes(self.processes) as processes, self._judges() as judges:
            for run in runs:
                for stage in [stage for stage in self.asked if STAGES.index(stage) <= STAGES.index(last)]:
                    if judged := self._judged(run, stage, judges):
                        before = [name for name in INPUTS[stage] if not run.finished(name) and name != "problems"]
                        if before:
                            self.say(f"{run.folder}: {stage} can be estimated when {before[0]} is done")
                            continue
                        items = items_of(run, stage, anew=stage in self.redo)
                        rows.append(judged.estimate(self._made_ready(run, stage, items, processes)))
        return rows

    def _advance_stage(self, run: Run, stage: str, processes: Processes, judges: Judges) -> Outcome:
        if not run.finished("generate"):
            raise OverthinkError(
                f"{run.folder}: its responses are not complete",
                "The import or generation was cut off: give its command once more.",
            )
        if self._left_alone(run, stage):
            return Outcome(0, 0)
        judged = self._judged(run, stage, judges)
        identity, work = _BUILDERS[stage](run, self._stage_config(run, stage), processes)
        if stage in self.redo:
            run.redo(stage)
        if judged is None:
            run.start(stage, identity)
            return advance(run, stage, work, self.progress)
        run.start(stage, {**identity, **judged.identity}, free("judge", judging.PREFIX))
        return self._ask(judged, lambda items: judged.judging(self._made_ready(run, stage, items, processes)))

    def _ask(self, judged: JudgedStage, work: Work) -> Outcome:
        """Advance the stage, and note what its judge was asked, however it ends."""
        outcome = None
        try:
            outcome = advance(judged.run, judged.stage, work, self.progress)
        finally:
            if outcome != Outcome(0, 0):
                use = judged.use()
                judged.run.judged(judged.stage, use)
                self.say(f"{judged.run.name}: {judged.stage}: {asked_words(use)}")
        return outcome

    def _made_ready(self, run: Run, stage: str, items: Iterator[Item], processes: Processes) -> Iterator[Item]:
        """What a judge of this stage is told of its items: of verify, what SymPy says of them."""
        if stage != "verify":
            return items
        config = self.config(run).verify
        return with_verdicts(processes.verifier(config.cpu_seconds, config.memory_mb), run.manifest.think_tags, items)

    def _judges(self) -> Judges:
        given = {**self.toml.get("judge", {}), **self.given.get("judge", {})}
        return Judges(build({"judge": given}, origin="options").judge)

    def _judged(self, run: Run, stage: str, judges: Judges) -> JudgedStage | None:
        """This stage as a model judges it; None where none does."""
        mode = self._mode(run, stage)
        if mode is None:
            return None
        kept = {} if self._forgets(stage) else judging.recorded(run, stage)
        given = {**kept, **self._judge_named(stage)}
        config = build({"judge": given}, origin="options").judge
        return judges.stage(run, stage, mode, config, replay=self._replays(stage))

    def _judge_named(self, stage: str) -> dict[str, Any]:
        """The judge's options for this stage, as overthink.toml and the command line name them."""
        return {**self.toml.get("judge", {}), **(self.given.get("judge", {}) if stage in self.asked else {})}

    def _mode(self, run: Run, stage: str) -> Mode | None:
        """Who judges, where it is a model."""
        judge = getattr(getattr(self._stage_config(run, stage), stage), "judge", None)
        return judge if judge in ("model", "hybrid") else None

    def _left_alone(self, run: Run, stage: str) -> bool:
        """A stage that was started with a judge asks it again only where the judge is named again."""
        sections = (self.toml.get(stage, {}), self.given.get(stage, {}))
        named = "model" in self._judge_named(stage) or any("judge" in section for section in sections)
        if named or self._mode(run, stage) is None:
            return False
        judge = judging.recorded(run, stage).get("model")
        hint = "Give --judge and --judge-model again, or put them into overthink.toml: only then is it asked."
        if not run.finished(stage):
            raise OverthinkError(f"{run.folder}: {stage} is not complete, and it asks {judge}", hint)
        if owed := count_owed(run, stage):
            self.say(f"{run.folder}: {stage} owes {owed} rows, and it asks {judge}. {hint}")
        return True

    def _forgets(self, stage: str) -> bool:
        """With --redo a stage forgets how it was started, but not whose replies are read again."""
        return stage in self.redo and not self._replays(stage)

    def _replays(self, stage: str) -> bool:
        return bool({**self.toml.get(stage, {}), **self.given.get(stage, {})}.get("judge") == "replay")

    def _stage_config(self, run: Run, stage: str) -> Config:
        """The options for this stage of this run. `replay` stands for the judge with which it was started."""
        config = self.config(run, without=stage if self._forgets(stage) else None)
        if not self._replays(stage):
            return config
        record = run.manifest.stages.get(stage)
        if record is None:
            raise OverthinkError(
                f"{run.folder}: {stage} has asked no judge, so there are no replies", "Give --judge model first."
            )
        section = replace(getattr(config, stage), judge=record.config.get("judge", "sympy"))
        return replace(config, **{stage: section})

    def report(self, runs: Sequence[Run], datasets: Sequence[str] = ()) -> Report:
        """One report of all runs, of these datasets where some are named; each run's whole report goes to its folder.

        The runs must be scored.
        """
        wanted = {canonical_name(name) or name for name in datasets}
        parts = []
        there: set[str] = set()
        names = Counter(run.name for run in runs)
        for run in runs:
            config = self.config(run).report
            whole = report_of(run, config)
            write_text(run.folder / REPORT, to_json(whole))
            held = set(whole.runs[0].metrics)
            there |= held
            if not wanted or wanted & held:
                part = whole if not wanted or held <= wanted else report_of(run, config, wanted)
                parts.append(named(part, str(run.folder)) if names[run.name] > 1 else part)
        if wanted - there:
            raise OverthinkError(
                f"no responses to {', '.join(sorted(wanted - there))} in {', '.join(str(run.folder) for run in runs)}",
                f"There are responses to {', '.join(sorted(there))}.",
            )
        return join(parts)

    def config(self, run: Run, without: str | None = None) -> Config:
        """The options for this run: those given now, else those it was started with, else the defaults.

        `without`: a stage of which it does not count how it was started.
        """
        kept = {name: {} if name == without else _started_with(run, name) for name in asdict(DEFAULTS)}
        sections = {
            name: {**started, **self.toml.get(name, {}), **self.given.get(name, {})} for name, started in kept.items()
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
    identity = {**asdict(config.segment), "segmenter": segment_rules.RULES}
    return identity, processes.workers.each("segment", partial(segment_row, run.manifest.think_tags))


def _build_cluster(_run: Run, config: Config, processes: Processes) -> Built:
    identity = {**asdict(config.cluster), "clusterer": cluster_rules.RULES}
    return identity, processes.workers.each("cluster", cluster_row)


def _build_verify(run: Run, config: Config, processes: Processes) -> Built:
    verifier = processes.verifier(config.verify.cpu_seconds, config.verify.memory_mb)
    options = {key: value for key, value in asdict(config.verify).items() if value != "sympy"}
    identity = {**options, "libraries": {name: version(name) for name in VERDICT_LIBRARIES}}
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


def status(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """One row a run: what is done, owed, failed."""
    return [status_of(run) for run in runs]


def list_datasets() -> list[dict[str, Any]]:
    """One row a benchmark that has a name."""
    return [asdict(info) for info in known()]


def response_of(folder: Path, row: str) -> Joined:
    """One response of a scored run, by its id or by its number, from 1. OverthinkError if a row of it is missing."""
    join = Join(Run(folder))
    responses = join.table("generate")
    ids = list(responses)
    row_id = ids[int(row) - 1] if row.isdigit() and 1 <= int(row) <= len(ids) else row
    if row_id not in responses:
        near = get_close_matches(row, ids, n=3, cutoff=0.3) or ids[:3]
        raise OverthinkError(
            f"{folder}: no response {row!r}", f"Give a number from 1 to {len(ids)}, or an id such as {', '.join(near)}."
        )
    found = join.of(row_id)
    for stage in STAGES:
        found.row(stage)
    return found


def agree(
    folders: Sequence[Path], reference: Path, reader: int, given: Sections, save: Sequence[Path] = ()
) -> list[dict[str, Any]]:
    """How far scored runs agree with reference labels, or with another run: see stages.agree.

    The reports of the runs `save` carry the figures from then on.
    """
    config = build(given, origin="options").report
    runs = find_runs(folders)
    found = agree_runs(runs, reference, reader, config)
    for run in find_runs(save) if save else ():
        save_agreement(run, runs, reference.name, found.whole)
    return found.rows
