"""What a command works with: runs, the options of each merged once, who judges a stage, processes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

from overthink.config import CONFIG_FILE, DEFAULTS, Config, JudgeConfig, Sections, build, read_toml
from overthink.errors import OverthinkError
from overthink.judge.judges import JudgeFactory, JudgeMode, recorded
from overthink.records import Response
from overthink.render.output import say
from overthink.run import Run
from overthink.run.manifest import JUDGE_NAMES
from overthink.run.owed import Item, Progress, Work
from overthink.run.workers import Workers

JUDGED = tuple(JUDGE_NAMES)
"""The stages that a model can judge."""

Shared = TypeVar("Shared", bound=AbstractContextManager[Any])


def now() -> str:
    """When a run is made: ISO 8601, UTC."""
    return datetime.now(UTC).isoformat()


class Silent:
    """Progress that nobody watches."""

    def start(self, label: str, total: int) -> None:
        """Nothing is shown."""

    def step(self) -> None:
        """Nothing is shown."""

    def response(self, row: Response) -> None:
        """Nothing is shown."""

    def stop(self) -> None:
        """Nothing is shown."""


@dataclass(frozen=True)
class JudgedBy:
    """Who judges one stage of one run, and with which options.

    Attributes:
        options: those of the stage itself; `replay` is replaced by the judge that the stage was started with.
        mode: how a model judges; None if rules do.
        judge: the options of that model; None if rules judge.
        replays: whether only replies that are kept are read.
        named: whether toml or the command line name the judge; if not, it is the one that the run was started with.
    """

    options: Any
    mode: JudgeMode | None
    judge: JudgeConfig | None
    replays: bool
    named: bool


@dataclass(frozen=True)
class Session:
    """One command's work. `given` are the options of the command line by section, `toml` those of overthink.toml.

    `asked` are the stages that the judge of `given` is for; `say` is told what the user should know; `typed` is what
    the user gave, if `given` holds more than that.
    """

    given: Sections = field(default_factory=dict)
    progress: Progress = field(default_factory=Silent)
    redo: Sequence[str] = ()
    processes: int | None = None
    toml: Sections = field(default_factory=lambda: read_toml(Path(CONFIG_FILE)))
    asked: Sequence[str] = JUDGED
    say: Callable[[str], None] = lambda _note: None
    typed: Sections | None = None
    _configs: dict[Path, Config] = field(default_factory=dict, init=False)

    def with_given(self, section: str, options: dict[str, Any]) -> Session:
        """The same work with these options given instead of those of one section; what is typed stays what it is."""
        typed = self.given if self.typed is None else self.typed
        return replace(self, given={**self.given, section: options}, typed=typed)

    def typed_options(self, section: str) -> Collection[str]:
        """The names of the options of this section that the user has typed: `given` may hold more by now."""
        return (self.given if self.typed is None else self.typed).get(section, {}).keys()

    def _named(self, section: str) -> dict[str, Any]:
        """The options of a section that overthink.toml or the command line name."""
        return {**self.toml.get(section, {}), **self.given.get(section, {})}

    @cached_property
    def options(self) -> Config:
        """The options of what is no run's own: those given, over overthink.toml, over the defaults."""
        return build({name: self._named(name) for name in self.toml.keys() | self.given.keys()}, origin="options")

    def config(self, run: Run) -> Config:
        """The options of this run, merged once: given, over overthink.toml, over how it was started, over the defaults.

        A stage that is made anew forgets how it was started, but not whose replies are read again. The responses that
        are made anew are made as before.
        """
        if run.folder not in self._configs:
            forgotten = {name for name in self.redo if name != "generate" and not self._replays(name)}
            sections = {
                name: {**({} if name in forgotten else _started_with(run, name)), **self._named(name)}
                for name in asdict(DEFAULTS)
            }
            self._configs[run.folder] = build(sections, origin="options")
        return self._configs[run.folder]

    def _replays(self, stage: str) -> bool:
        return bool(self._named(stage).get("judge") == "replay")

    def judged_by(self, run: Run, stage: str) -> JudgedBy:
        """Who judges this stage of this run. OverthinkError if replies are to be read of a stage that asked nobody."""
        options = getattr(self.config(run), stage)
        replays = self._replays(stage)
        if replays:
            record = run.manifest.stages.get(stage)
            if record is None:
                raise OverthinkError(
                    f"{run.folder}: {stage} has asked no judge, so there are no replies", "Give --judge model first."
                )
            options = replace(options, judge=record.config.get("judge", "sympy"))
        judge = getattr(options, "judge", None)
        if judge not in ("model", "hybrid"):
            return JudgedBy(options, None, None, replays, named=False)
        own = {**self.toml.get("judge", {}), **(self.given.get("judge", {}) if stage in self.asked else {})}
        kept = {} if stage in self.redo and not replays else recorded(run, stage)
        named = "model" in own or "judge" in self._named(stage)
        config = build({"judge": {**kept, **own}}, origin="options").judge
        return JudgedBy(options, cast(JudgeMode, judge), config, replays, named)


def _started_with(run: Run, section: str) -> dict[str, Any]:
    """The options of a section that run.json keeps of the stage of this name."""
    record = run.manifest.stages.get(section)
    if record is None:
        return {}
    options = {option.name for option in fields(getattr(DEFAULTS, section))}
    return {key: value for key, value in record.config.items() if key in options}


class Processes:
    """The processes of one command, shared by its runs and stages, and ended with it."""

    def __init__(self, count: int | None) -> None:
        self.count = count
        self._shared: dict[object, Any] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    @property
    def workers(self) -> Workers:
        """Those that make any row."""
        return self.shared(Workers, lambda: Workers(self.count))

    def shared(self, key: object, make: Callable[[], Shared]) -> Shared:
        """What was made under this key, else what is made now; it ends with the command."""
        if key not in self._shared:
            self._shared[key] = self._stack.enter_context(make())
        made: Shared = self._shared[key]
        return made


Built = tuple[dict[str, Any], Work]
"""What must not change between two tries at a stage, and the stage at work."""


def _as_they_are(_run: Run, _options: Any, _processes: Processes, items: Iterator[Item]) -> Iterator[Item]:
    return items


@dataclass(frozen=True)
class Stage:
    """A stage of the pipeline.

    Attributes:
        name: that of its file and of its section of options.
        by_rules: what it is without a model, from the run, its options and the processes at hand.
        judge: who judges it if a model does; `modes` are the ways in which a model can.
        prepare: what a judge is told of its items.
    """

    name: str
    by_rules: Callable[[Run, Any, Processes], Built]
    judge: JudgeFactory | None = None
    modes: tuple[JudgeMode, ...] = ()
    prepare: Callable[[Run, Any, Processes, Iterator[Item]], Iterator[Item]] = _as_they_are


def open_session(
    given: Sections | None = None,
    redo: Sequence[str] | None = None,
    processes: int | None = None,
    asked: Sequence[str] | None = None,
) -> Session:
    """One command's work, with bars on a terminal."""
    from overthink.render.progress import Bars

    return Session(given or {}, Bars(), redo or (), processes, asked=asked or JUDGED, say=say)
