"""Logs that other tools write, as the plain rows that `import` reads.

log = opened("lm-eval", files)
for where, row in log.read(log.files[0]):   # {"question": ..., "response": [...], "answer": ..., "model": ...}
    ...
log.notes()                                 # what the logs lack
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from overthink.errors import OverthinkError

if TYPE_CHECKING:
    from overthink.imports.log import Log
    from overthink.text.thinking import Tags

FORMATS = tuple(module.name.replace("_", "-") for module in iter_modules(__path__))
"""The tools whose logs can be read, a module for each: its `Reader` reads them."""


def opened(format: str | None, files: Sequence[Path], tags: Tags | None = None) -> Log:
    """The files as a log of this format, or as plain rows if none is named. OverthinkError for an unknown one.

    `tags` are the thinking tags of the run, None for the usual ones.
    """
    if format is None:
        from overthink.imports.log import Log

        return Log(files)
    if format not in FORMATS:
        raise OverthinkError(f"--format {format}: no such format", f"Formats are {', '.join(FORMATS)}.")
    module = import_module(f"{__name__}.{format.replace('-', '_')}")
    reader: Callable[[Sequence[Path], Tags | None], Log] = module.Reader
    return reader(files, tags)
