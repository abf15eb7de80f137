"""Logs of Inspect AI (.eval or .json), read with its own library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError, first_line
from overthink.imports.log import Log, doc_fields, found_in, stripped
from overthink.problems.files import FileRow, Where
from overthink.text.thinking import Tags, empty_box

VERSION = 2
"""The newest version of the log that this reader knows."""


def recognises(head: Any, path: Path) -> bool:
    """Is it a log: packed, or an object with an evaluation and its status?"""
    return path.suffix == ".eval" or (
        isinstance(head, dict) and isinstance(head.get("eval"), dict) and isinstance(head.get("status"), str)
    )


class Reader(Log):
    """Log files, or folders with some."""

    def __init__(self, paths: Sequence[Path], tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "*.eval", "*.json", what="logs of Inspect"))
        self._tags = tags
        # By place, since numbered samples are read twice.
        self._several_targets: set[Where] = set()
        self._redacted: set[Where] = set()
        self._unfinished: dict[str, str] = {}

    def check(self) -> None:
        """OverthinkError for a file that is not there or no log, for a newer log, or if the library is missing."""
        for file in self.files:
            if not file.is_file():
                raise OverthinkError(f"{file}: there is no such file", "Check the path.")
            _header(file)

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a sample; its epoch is the number of the sample."""
        from inspect_ai.log import read_eval_log_samples

        header = _header(path)
        spec = header.eval
        if header.status != "success":
            self._unfinished[path.name] = header.status
        task = spec.task.rpartition("/")[2]
        for number, sample in enumerate(read_eval_log_samples(path, all_samples_required=False), start=1):
            where = Where(path, number, "sample")
            yield where, {"model": _model_name(spec.model), "dataset": task, **self._row(sample, where)}

    def notes(self) -> list[str]:
        """What the logs lack."""
        told = {
            "samples with several targets, which count as without a gold answer": self._several_targets,
            stripped("the provider redacted it in so many responses"): self._redacted,
        }
        ended = [
            f"{name}: the evaluation did not end well (status {status})" for name, status in self._unfinished.items()
        ]
        return ended + [f"{what}: {len(places)}" for what, places in told.items() if places]

    def _row(self, sample: Any, where: Where) -> dict[str, Any]:
        """A sample in the keys of `imports.rows`."""
        choice = sample.output.choices[0] if sample.output and sample.output.choices else None
        usage = sample.output.usage if sample.output else None
        targets = [sample.target] if isinstance(sample.target, str) else list(sample.target)
        if len(targets) > 1:
            self._several_targets.add(where)
        row = {
            **doc_fields(sample.metadata or {}, "level", "subject"),
            "question": _asked(sample.input),
            "answer": targets[0] if len(targets) == 1 else None,
            "id": str(sample.id),
            "sample": sample.epoch,
            "response": self._reply(choice.message.content, where) if choice else None,
            "finish_reason": choice.stop_reason if choice else None,
        }
        if usage:
            row["usage"] = {"prompt_tokens": usage.input_tokens, "completion_tokens": usage.output_tokens}
        return row

    def _reply(self, content: Any, where: Where) -> dict[str, Any]:
        """A message in the keys of an OpenAI-compatible server."""
        if isinstance(content, str):
            return {"content": content}
        thoughts = [part for part in content if part.type == "reasoning"]
        if any(part.redacted for part in thoughts):
            self._redacted.add(where)
        told = [part.reasoning for part in thoughts if not part.redacted]
        text = "".join(part.text for part in content if part.type == "text")
        if told and not any(told):
            return {"content": empty_box(self._tags) + text}
        return {"reasoning": "\n\n".join(told), "content": text}


def _header(path: Path) -> Any:
    """The log without its samples. OverthinkError for no log, a newer one, or without the library."""
    try:
        from inspect_ai.log import read_eval_log
    except ImportError:
        raise OverthinkError(
            "Inspect AI is not installed", "Install it with `pip install 'overthink[inspect]'`."
        ) from None
    try:
        header = read_eval_log(path, header_only=True)
    except Exception as error:  # whatever its reader meets in a file that is no log
        raise OverthinkError(
            f"{path}: not a log of Inspect ({first_line(error)})", "Give an .eval or .json of its logs."
        ) from None
    if header.version > VERSION:
        raise OverthinkError(
            f"{path}: a log of version {header.version}, and the newest known is {VERSION}", "Update overthink."
        )
    return header


def _asked(asked: Any) -> str | None:
    """The user's last words."""
    if isinstance(asked, str):
        return asked
    texts = [message.text for message in asked if message.role == "user"]
    return texts[-1] if texts else None


def _model_name(model: str) -> str:
    """`vllm/Qwen/QwQ-32B` is Qwen/QwQ-32B; a shorter name stays."""
    provider, _, rest = model.partition("/")
    return rest if "/" in rest and provider else model
