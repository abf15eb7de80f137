"""Reads the rows of a Source: from a mirror, or with the `datasets` library from the hub."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError, first_line
from overthink.problems.benchmark import RawRow, Reader, Rows, Source
from overthink.problems.files import read_rows

HUB_SECONDS = 10
"""How long the hub may take to say that it is there; the library alone would try for half a minute and more."""


@dataclass(frozen=True)
class _SourceReader:
    """Reads one source."""

    source: Source

    def __call__(self, mirror: Path | None) -> Rows:
        return rows_of(self.source, mirror)


def reader_of(source: Source) -> Reader:
    """The Reader of a benchmark that is one source."""
    return _SourceReader(source)


def cached_rows(read: Reader) -> Rows | None:
    """The rows of one source as the `datasets` library has them on this machine, at the pinned commit; None if not.

    The hub is not asked.
    """
    if not isinstance(read, _SourceReader) or read.source.revision is None:
        return None
    files = _cached_files(read.source)
    if not files:
        return None
    from datasets import Dataset

    return Rows((row for file in files for row in Dataset.from_file(str(file))), _named(read.source, _commit_in(files)))


def _cached_files(source: Source) -> list[Path]:
    """`ORG___NAME/CONFIG/VERSION/COMMIT/NAME-SPLIT.arrow`, with the name in the library's own spelling."""
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache/huggingface")
    cache = Path(os.environ.get("HF_DATASETS_CACHE") or home / "datasets")
    name = source.repository.replace("/", "___")
    kin = [folder for folder in cache.glob("*___*") if _plain(folder.name) == _plain(name)]
    inside = f"{source.config or 'default'}/*/{source.revision}/*-{source.split}*.arrow"
    return sorted(file for folder in kin for file in folder.glob(inside))


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def rows_of(source: Source, mirror: Path | None) -> Rows:
    """The rows of the source. OverthinkError if neither the mirror nor the hub has them."""
    return hub_rows(source) if mirror is None else mirror_rows(source, mirror)


def mirror_rows(source: Source, mirror: Path) -> Rows:
    """The rows of the first of the source's files that the mirror holds."""
    path = mirror_file(source, mirror)
    if path is None:
        raise OverthinkError(
            f"{mirror / source.repository}: the hub mirror holds none of {', '.join(source.files)}",
            "Put the file there as it is on the hub, or leave --hub-mirror (OVERTHINK_HUB_MIRROR) out to load it.",
        )
    return Rows(file_rows(path), f"{path.relative_to(mirror).as_posix()} of a mirror, sha256 {file_digest(path)}")


def mirror_file(source: Source, mirror: Path) -> Path | None:
    """The source's file in the mirror, None if it has none."""
    if not mirror.is_dir():
        raise OverthinkError(
            f"{mirror}: the hub mirror is not a folder",
            "Name a folder laid out as ORG/NAME/FILE with --hub-mirror or OVERTHINK_HUB_MIRROR.",
        )
    return next((path for name in source.files if (path := mirror / source.repository / name).is_file()), None)


def file_rows(path: Path) -> Iterator[RawRow]:
    """The rows of a file, without their places."""
    return (row for _, row in read_rows(path))


def file_digest(path: Path) -> str:
    """12 hex digits of the SHA-256 of the file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def hub_rows(source: Source) -> Rows:
    """The rows as the `datasets` library loads them, at the pinned commit, from the hub or from its cache."""
    import datasets

    revision = _commit(source)
    try:
        loaded = datasets.load_dataset(source.repository, source.config, split=source.split, revision=revision)
    except Exception as error:  # the library passes on whatever its transport, parsers and file systems raise
        raise _cannot_load(source, error) from None
    return Rows(iter(loaded), _named(source, _loaded_commit(loaded)))


def _commit(source: Source) -> str | None:
    """The commit to load: the pinned one, else today's. Asks the hub first, so that its absence shows at once."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    try:
        info = HfApi().dataset_info(source.repository, revision=source.revision, timeout=HUB_SECONDS)
    except OfflineModeIsEnabled:  # the user's wish: what the cache holds is what there is
        return source.revision
    except HfHubHTTPError as error:
        raise _refused(source, error) from None
    except Exception as error:  # other versions of huggingface_hub have other transports, with errors of their own
        raise OverthinkError(
            f"{source.repository}: the hub cannot be reached ({first_line(error)})",
            "Check the network, set HF_HUB_OFFLINE=1 to use a cached copy, or name a folder that holds the file with "
            "--hub-mirror or OVERTHINK_HUB_MIRROR.",
        ) from None
    return source.revision or info.sha


def _refused(source: Source, error: Exception) -> OverthinkError:
    return OverthinkError(
        f"{source.repository}: the hub does not give it ({first_line(error)})",
        "Check the name and the revision; `hf auth login` opens private and gated repositories.",
    )


def _cannot_load(source: Source, error: Exception) -> OverthinkError:
    return OverthinkError(
        f"{source.repository}: cannot be loaded from the hub ({first_line(error)})",
        "Check the network, or name a folder that holds the file with --hub-mirror or OVERTHINK_HUB_MIRROR.",
    )


def _loaded_commit(loaded: Any) -> str | None:
    """The commit in whose folder of the cache the rows lie: the library may fall back on an older copy."""
    return _commit_in([Path(file["filename"]) for file in loaded.cache_files])


def _commit_in(files: Sequence[Path]) -> str | None:
    commits = (part for file in files for part in file.parts if re.fullmatch(r"[0-9a-f]{40}", part))
    return next(commits, None)


def _named(source: Source, commit: str | None) -> str:
    return f"{source.repository}@{commit}" if commit else f"{source.repository}, unpinned (main)"
