"""Files of responses as the tools write them, as the plain rows that `import` reads.

log = opened("lm-eval", files)
for where, row in log.read(log.files[0]):   # {"question": ..., "response": [...], "answer": ..., "model": ...}
    ...
log.notes()                                 # what the logs lack

A format is one module here: its `Reader` reads the files, `recognises` says by the head of a file whether it is its
own, and the first line of the module tells users what it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from overthink.errors import OverthinkError

if TYPE_CHECKING:
    from overthink.imports.log import Log
    from overthink.text.marks import Tags

FORMATS = tuple(module.name.replace("_", "-") for module in iter_modules(__path__))
"""What can be read, a module for each; `plain` are rows that need no translation."""


def described() -> dict[str, str]:
    """What each format reads, in a line, as its module says it. Nothing is imported for that."""
    lines = {}
    for name in FORMATS:
        with (Path(__path__[0]) / f"{_module(name)}.py").open(encoding="utf-8") as source:
            line = source.readline().strip().removeprefix('"""').removesuffix('"""')
        lines[name] = line
    return lines


def guessed(paths: Sequence[Path]) -> str | None:
    """The format that knows these files (those in a folder), by their heads; None if no format does.

    OverthinkError if they are of several formats.
    """
    found: dict[str, Path] = {}
    for file in _candidates(paths):
        if name := _format_of(file):
            found.setdefault(name, file)
    if len(found) > 1:
        (one, file), (another, other), *_ = found.items()
        raise OverthinkError(
            f"{file} looks like {one}, and {other} like {another}", "Import them apart, or name one with --format."
        )
    return next(iter(found), None)


def opened(format: str | None, files: Sequence[Path], tags: Tags | None = None) -> Log:
    """The files as a log of this format, or as plain rows if none is named. OverthinkError for an unknown one.

    `tags` are the thinking tags of the run, None for the usual ones.
    """
    if format is not None and format not in FORMATS:
        raise OverthinkError(f"--format {format}: no such format", f"Formats are {', '.join(FORMATS)}.")
    reader: Callable[[Sequence[Path], Tags | None], Log] = _imported(format or "plain").Reader
    return reader(files, tags)


def _format_of(file: Path) -> str | None:
    from overthink.imports.log import head

    begins = head(file)
    return next((name for name in FORMATS if _imported(name).recognises(begins, file)), None)


def _candidates(paths: Sequence[Path]) -> Iterator[Path]:
    """The files themselves, and those in folders that are of a kind that is read."""
    from overthink.problems.files import suffix_of

    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if suffix_of(file) or file.suffix == ".eval")
        else:
            yield path


def _imported(name: str) -> Any:
    return import_module(f"{__name__}.{_module(name)}")


def _module(name: str) -> str:
    return name.replace("-", "_")
