"""Every option, and the only place where its default stands.

An option given on the command line wins over overthink.toml, which wins over the default here.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from overthink.errors import OverthinkError
from overthink.records import Row

JudgeKind = Literal["rules", "model", "hybrid", "replay"]
Scope = Literal["thinking", "response"]

CONFIG_FILE = "overthink.toml"


class SegmentConfig(Row):
    """How solutions are found."""

    judge: JudgeKind = Field("rules", description="Who finds the solutions: rules need no model.")
    think_tags: tuple[str, str] | None = Field(None, description="The tags around the thinking; known ones are found.")


class ClusterConfig(Row):
    """How strategies are found."""

    judge: JudgeKind = Field("rules", description="Who finds the strategies: rules need no model.")


class VerifyConfig(Row):
    """How answers are compared with the gold answer."""

    cpu_seconds: float = Field(2.0, gt=0, description="CPU time for one comparison; more is `undetermined`.")
    memory_mb: int = Field(2048, ge=512, description="Address space of a comparing process, MiB.")


class ScoreConfig(Row):
    """What is counted, and in which tokens."""

    scope: Scope = Field("thinking", description="Tokens that count: the thinking, or the whole response.")
    tokenizer: str | None = Field(None, description="Hub id, folder or tokenizer.json; else the model's own.")
    t_max: int = Field(1000, gt=0, description="Thinking tokens at which AUC_OAA reaches 0.")


class ReportConfig(Row):
    """Error bars."""

    resamples: int = Field(10_000, ge=100, description="Bootstrap resamples of the problems.")
    seed: int = Field(0, ge=0, description="Seed of the bootstrap.")


class Config(Row):
    """All sections of overthink.toml."""

    segment: SegmentConfig = SegmentConfig()
    cluster: ClusterConfig = ClusterConfig()
    verify: VerifyConfig = VerifyConfig()
    score: ScoreConfig = ScoreConfig()
    report: ReportConfig = ReportConfig()


def read_toml(path: Path) -> dict[str, dict[str, Any]]:
    """The sections of overthink.toml; empty where the file is absent."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OverthinkError(f"{path}: not valid TOML: {error}", "Mend the file, or remove it.") from None
    build(raw, where=str(path))
    return raw


def build(sections: dict[str, dict[str, Any]], *, where: str) -> Config:
    """The config of these sections over the defaults. `where` names their origin in an error."""
    try:
        return Config.model_validate(sections)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise OverthinkError(
            f"{where}: {key}: {first['msg']} (given: {first['input']!r})",
            f"Sections and keys are: {_known_keys()}.",
        ) from None


def _known_keys() -> str:
    return "; ".join(f"[{name}] {', '.join(type(section).model_fields)}" for name, section in Config().__dict__.items())


def default(section: str, key: str) -> Any:
    """The default of one option, for the help text."""
    return getattr(getattr(Config(), section), key)


def described(section: str, key: str) -> str:
    """The help text of one option."""
    return type(getattr(Config(), section)).model_fields[key].description or ""


def runs_folder() -> Path:
    """Where runs are looked for when a command names none."""
    return Path(os.environ.get("OVERTHINK_RUNS", "runs"))


def hub_mirror() -> Path | None:
    """The folder that stands in for the hub, where one is set."""
    mirror = os.environ.get("OVERTHINK_HUB_MIRROR")
    return Path(mirror) if mirror else None
