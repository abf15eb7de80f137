"""Batches of `vllm run-batch`: files as of openai-batch, the reasoning beside the content."""

from pathlib import Path
from typing import Any

from overthink.imports.formats.openai_batch import Reader

__all__ = ["Reader", "recognises"]


def recognises(_head: Any, _path: Path) -> bool:
    """Never: its files are those of openai-batch."""
    return False
