"""Batches of `vllm run-batch`: it writes what OpenAI's batches do, the reasoning beside the content."""

from overthink.imports.formats.openai_batch import Reader

__all__ = ["Reader"]
