"""Options, a file of pairs and a folder become a trained model, and its training.json."""

from __future__ import annotations

import json
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

from overthink import __version__
from overthink.config import as_json, free_options
from overthink.errors import OverthinkError
from overthink.pairs.pair_file import read_pairs
from overthink.run.table import disk_errors, write_text
from overthink.session import Session
from overthink.training import trainers
from overthink.training.settings import with_defaults

MANIFEST = "training.json"


def train(session: Session, *, model: str, pairs: Path, out: Path, resume: bool = False) -> dict[str, Any]:
    """Train `model` on the pairs. What training.json holds: the config, what was trained on, every logged loss.

    Under `accelerate launch` every process calls this; the first alone writes and is given the result, the others {}.
    OverthinkError for an `out` that holds anything, unless the training in it goes on.
    """
    config = with_defaults(session.options.train)
    trainers.require_libraries()
    read = read_pairs(pairs, config.method)
    first = int(os.environ.get("RANK", "0")) == 0
    manifest: dict[str, Any] = {
        "overthink": __version__,
        "libraries": {name: version(name) for name in trainers.NEEDS},
        "model": model,
        "pairs": {"file": pairs.name, "digest": read.digest, "pairs": len(read.examples)},
        "config": as_json(config),
    }
    checkpoint = _checkpoint(out, manifest) if resume else None
    if first and not resume:
        _check_empty(out)
    prepared = trainers.prepare(config, model, read, out, session.say if first else _silent)
    if first:
        _write(out, manifest)
    trained = prepared.fit(out, checkpoint, merge=config.merge and config.lora)
    if not first:
        return {}
    manifest |= {"steps": trained.steps, "max_length": trained.max_length, "log": trained.log}
    _write(out, manifest)
    return manifest


def _silent(_: str) -> None:
    """Processes but the first say nothing."""


def _write(out: Path, manifest: dict[str, Any]) -> None:
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    write_text(out / MANIFEST, json.dumps(manifest, indent=2) + "\n")


def _check_empty(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OverthinkError(
            f"{out}: the folder is not empty", "Name another with --out, or go on with its training: --resume."
        )


def _checkpoint(out: Path, manifest: dict[str, Any]) -> str:
    """The newest checkpoint. OverthinkError if there is none, or if another training stopped there."""
    steps = [int(path.name.rpartition("-")[2]) for path in out.glob("checkpoint-*") if path.name[11:].isdigit()]
    if not steps or not (out / MANIFEST).is_file():
        raise OverthinkError(f"{out}: no checkpoint to go on from", "Leave --resume out, and name an empty folder.")
    before = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    now = manifest["config"]
    unlike = [key for key in now if key not in free_options("train") and before["config"].get(key) != now[key]]
    unlike += [key for key in ("model", "pairs") if before[key] != manifest[key]]
    if unlike:
        raise OverthinkError(
            f"{out}: was trained with another {', '.join(unlike)}", "Give the options as they were, or another --out."
        )
    return str(out / f"checkpoint-{max(steps)}")
