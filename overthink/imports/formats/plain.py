"""Rows with a problem and a response each, under any of the usual keys or those that --map names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from overthink.imports.log import Log
from overthink.text.thinking import Tags


def recognises(_head: Any, _path: Path) -> bool:
    """Never: it is what is left if no other format knows a file."""
    return False


class Reader(Log):
    """Files whose rows need no translation."""

    def __init__(self, paths: Sequence[Path], _tags: Tags | None = None) -> None:
        super().__init__(paths)
