"""Logs that other tools write, as the plain rows that `import` reads.

log = opened("lm-eval", files)
for where, row in log.read(log.files[0]):   # {"question": ..., "response": [...], "answer": ..., "model": ...}
    ...
log.notes()                                 # what the logs lack
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from overthink.errors import OverthinkError
from overthink.imports.formats.batch import BatchLog
from overthink.imports.formats.inspect import InspectLog
from overthink.imports.formats.lighteval import LightevalLog
from overthink.imports.formats.lm_eval import LmEvalLog
from overthink.imports.formats.log import Log
from overthink.text.thinking import Tags

FORMATS: dict[str, Callable[[Sequence[Path], Tags | None], Log]] = {
    "lm-eval": LmEvalLog,
    "lighteval": LightevalLog,
    "inspect": InspectLog,
    "openai-batch": BatchLog,
    "vllm-batch": BatchLog,  # it writes what OpenAI's batches do, the reasoning beside
}


def opened(format: str | None, files: Sequence[Path], tags: Tags | None = None) -> Log:
    """The files as a log of this format, or as plain rows if none is named. OverthinkError for an unknown one.

    `tags` are the thinking tags of the run, None for the usual ones.
    """
    if format is None:
        return Log(files)
    if format not in FORMATS:
        raise OverthinkError(f"--format {format}: no such format", f"Formats are {', '.join(FORMATS)}.")
    return FORMATS[format](files, tags)
