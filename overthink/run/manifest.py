"""run.json: what a run is, and what its stages were started with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from overthink.config import Thinks
from overthink.errors import OverthinkError, first_fault
from overthink.records import Caveat, JudgeAgreement, JudgeUse, Row, is_empty, is_none
from overthink.run.table import write_text

SCHEMA_VERSION = 1
MANIFEST = "run.json"

JUDGE_NAMES = {"segment": "segmenter", "cluster": "clusterer", "verify": "verifier"}
"""The key under which the config of a stage names who judges it."""


class StageRecord(Row):
    """What run.json keeps of a stage: the config it was started with, and what became of it."""

    config: dict[str, Any]
    rows: int = 0
    failed: int = 0
    seconds: float = 0.0
    judge: JudgeUse | None = Field(None, exclude_if=is_none)


class FileRead(Row):
    """What run.json keeps of a file that was imported: its name, and the options that say how its rows are read.

    `columns`: for question, answer, response and reasoning the keys of the file that were read.
    """

    name: str
    options: str
    columns: dict[str, list[str]] = Field({}, exclude_if=is_empty)


class Manifest(Row):
    """run.json."""

    schema_version: int = SCHEMA_VERSION
    created: str
    model: str
    origin: str
    overthink: str
    libraries: dict[str, str] = {}
    think_tags: tuple[str, str] | None = None
    mode: str | None = Field(None, description="Of `overthink follow`: base, cot or a remedy.", exclude_if=is_none)
    thinks: Thinks | None = Field(
        None, description="Of `overthink follow`: how the model comes to think.", exclude_if=is_none
    )
    agreement: JudgeAgreement | None = Field(None, exclude_if=is_none)
    datasets: dict[str, str] = Field({}, description="Dataset: its revision, as loaded.")
    splits: dict[str, str] = Field({}, description="Dataset: train, test or unknown, where it was loaded to be asked.")
    read: dict[str, FileRead] = Field({}, description="SHA-256 of a file: how it was imported.", exclude_if=is_empty)
    caveats: list[Caveat] = Field(
        [], description="What was seen while the responses were read and is in no row.", exclude_if=is_empty
    )
    stages: dict[str, StageRecord] = {}

    def judge_of(self, stage: str) -> str:
        """Who judged this stage: the name of the rules, or of the way to ask a model, and that model."""
        config = self.stages[stage].config
        name: str = config[JUDGE_NAMES[stage]]
        return f"{name} ({config['judge_model']})" if "judge_model" in config else name


def read_manifest(folder: Path) -> Manifest:
    """Read run.json. OverthinkError if there is none, or one that this version does not know."""
    path = folder / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise OverthinkError(
            f"{folder}: not a run folder (it holds no {MANIFEST})",
            "Make one with `overthink import FILE --out DIR`, or name the folder of a model inside DIR.",
        ) from None
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        fault = first_fault(error)
        raise OverthinkError(
            ": ".join(filter(None, (str(path), fault.place, fault.message))),
            "The file was changed by hand or written by a newer overthink: update overthink, or import again.",
        ) from None
    if manifest.schema_version > SCHEMA_VERSION:
        raise OverthinkError(
            f"{path}: written by a newer overthink (schema {manifest.schema_version}, known: {SCHEMA_VERSION})",
            "Update overthink.",
        )
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write run.json, whole or not at all."""
    write_text(folder / MANIFEST, manifest.model_dump_json(indent=2) + "\n")


def folder_name(model: str) -> str:
    """A folder name for a model: `Qwen/QwQ-32B` gives `Qwen--QwQ-32B`."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", model.replace("/", "--")).strip("-.") or "model"
