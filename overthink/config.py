"""Every option, and the only place where its default stands.

An option given on the command line wins over overthink.toml, which wins over the default here. Plain dataclasses, so
that `overthink --help` can name the defaults without loading pydantic; `build` validates with it.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from overthink.errors import OverthinkError

if TYPE_CHECKING:
    from annotated_types import Ge, Gt, Le

BackendKind = Literal["vllm", "http", "local", "replay"]
JudgeKind = Literal["rules", "model", "hybrid", "replay"]
Scope = Literal["thinking", "response"]
Sections = dict[str, dict[str, Any]]

CONFIG_FILE = "overthink.toml"


def _option(default: Any, description: str) -> Any:
    return field(default=default, metadata={"help": description})


class _Section:
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class GenerateConfig(_Section):
    """How a model is run. What is None is the model's own, or the engine's."""

    backend: BackendKind | None = _option(None, "Default: http where a base URL is given, else vllm.")
    base_urls: tuple[str, ...] = _option((), "An OpenAI-compatible server, with its /v1. Several share the work.")
    engine: dict[str, Any] = field(default_factory=dict, metadata={"help": "An option of vLLM's engine."})
    replies: Path | None = _option(None, "A generate.jsonl to replay.")
    prompt: Path | None = _option(None, "A file with the words around the question, which stands at {question}.")
    samples: Annotated[int, Ge(1)] = _option(1, "Responses for each problem.")
    temperature: Annotated[float, Ge(0)] | None = _option(None, "The model's own where none is given; 0 is greedy.")
    top_p: Annotated[float, Gt(0), Le(1)] | None = _option(None, "The model's own where none is given.")
    top_k: Annotated[int, Ge(-1)] | None = _option(None, "The model's own where none is given.")
    min_p: Annotated[float, Ge(0), Le(1)] | None = _option(None, "The model's own where none is given.")
    repetition_penalty: Annotated[float, Gt(0)] | None = _option(None, "The model's own where none is given.")
    max_tokens: Annotated[int, Ge(1)] | None = _option(None, "Longest response; else to the end of the context.")
    seed: Annotated[int, Ge(0)] = _option(0, "Each sample's own seed is made from this one.")
    thinking: bool | None = _option(None, "Whether to think, where the model's chat template knows it.")
    thinking_budget: Annotated[int, Ge(0)] | None = _option(None, "Thinking tokens after which vLLM ends it.")
    prefill: str | None = _option(None, "The first words of every response, for example an empty thinking box.")
    concurrency: Annotated[int, Ge(1), Le(1000)] = _option(64, "Requests in flight to servers.")
    retries: Annotated[int, Ge(0)] = _option(5, "Further tries of a request that a server did not answer.")
    timeout: Annotated[float, Gt(0)] = _option(600.0, "Seconds without a byte from a server before the next try.")


@dataclass(frozen=True, kw_only=True)
class SegmentConfig(_Section):
    """How solutions are found."""

    judge: JudgeKind = _option("rules", "Who finds the solutions; rules need no model.")


@dataclass(frozen=True, kw_only=True)
class ClusterConfig(_Section):
    """How strategies are found."""

    judge: JudgeKind = _option("rules", "Who finds the strategies; rules need no model.")


@dataclass(frozen=True, kw_only=True)
class VerifyConfig(_Section):
    """How answers are compared with the gold answer."""

    cpu_seconds: Annotated[float, Gt(0)] = _option(2.0, "CPU time for one comparison; more is undetermined.")
    memory_mb: Annotated[int, Ge(512)] = _option(2048, "Address space of a comparing process, in MiB.")


@dataclass(frozen=True, kw_only=True)
class ScoreConfig(_Section):
    """What is counted, and in which tokens."""

    scope: Scope = _option("thinking", "Tokens that count: the thinking, or the text after it as well.")
    tokenizer: str | None = _option(None, "Hub id, folder or tokenizer.json; the model's own where none is named.")
    t_max: Annotated[int, Gt(0)] = _option(1000, "Thinking tokens at which AUC_OAA gives nothing more.")


@dataclass(frozen=True, kw_only=True)
class ReportConfig(_Section):
    """Error bars."""

    resamples: Annotated[int, Ge(100)] = _option(10_000, "Bootstrap resamples of the problems.")
    seed: Annotated[int, Ge(0)] = _option(0, "Seed of the bootstrap.")


@dataclass(frozen=True, kw_only=True)
class Config(_Section):
    """All sections of overthink.toml."""

    generate: GenerateConfig = GenerateConfig()
    segment: SegmentConfig = SegmentConfig()
    cluster: ClusterConfig = ClusterConfig()
    verify: VerifyConfig = VerifyConfig()
    score: ScoreConfig = ScoreConfig()
    report: ReportConfig = ReportConfig()


DEFAULTS = Config()


def read_toml(path: Path) -> Sections:
    """The sections of overthink.toml; none where the file is absent."""
    import tomllib

    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OverthinkError(f"{path}: not valid TOML: {error}", "Mend the file, or remove it.") from None
    build(sections, origin=str(path))
    return sections


def build(sections: Sections, *, origin: str) -> Config:
    """The config that these sections give over the defaults; `origin` names where they come from in an error."""
    from annotated_types import Ge, Gt, Le  # noqa: F401  pydantic finds them here, where it reads the annotations
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Config).validate_python(sections)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        known = "; ".join(f"[{name}] {', '.join(keys)}" for name, keys in asdict(DEFAULTS).items())
        raise OverthinkError(
            f"{origin}: {key}: {first['msg']} (given: {first['input']!r})", f"Sections and their keys: {known}."
        ) from None


def described(section: str, key: str) -> str:
    """The help text of one option, with its default."""
    options = getattr(DEFAULTS, section)
    text: str = next(option.metadata["help"] for option in fields(options) if option.name == key)
    default = getattr(options, key)
    return text if default in (None, (), {}) else f"{text} Default: {default}."


def runs_folder() -> Path:
    """Where runs are looked for when a command names none."""
    return Path(os.environ.get("OVERTHINK_RUNS", "runs"))


def hub_mirror() -> Path | None:
    """The folder that stands in for the hub, where one is set."""
    mirror = os.environ.get("OVERTHINK_HUB_MIRROR")
    return Path(mirror) if mirror else None
