"""Logs of Inspect AI (.eval or .json), read with its own library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError, first_line
from overthink.imports.log import Log, doc_fields, found_in
from overthink.problems.files import FileRow, Where
from overthink.text.openings import empty_box
from overthink.text.thinking import Tags

VERSION = 2
"""The newest version of the log that this reader knows."""


def recognises(head: Any, path: Path) -> bool:
    """Is it a log: packed, or an object with an evaluation and its status?"""
    return path.suffix == ".eval" or (
        isinstance(head, dict) and isinstance(head.get("eval"), dict) and "task" in head["eval"] and "status" in head
    )


class Reader(Log):
    """Log files, or folders with some."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "*.eval", "*.json", what="logs of Inspect", known=recognises))
        self._tags = tags
        self._several_targets = 0
        self._ended: dict[str, str] = {}

    def check(self) -> None:
        """OverthinkError for a file that is not there or no log, for a newer log, or if the library is missing."""
        for file in self.files:
            if not file.is_file():
                raise OverthinkError(f"{file}: there is no such file", "Check the path.")
            _header(file)

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a sample; its epoch is the number of the sample."""
        header = _header(path)
        spec = header.eval
        shared = {"model": _model_name(spec.model), "dataset": spec.task.rpartition("/")[2]}
        number = 0
        for number, sample in enumerate(_samples(path), start=1):
            for row in self._rows(sample, spec.model):
                yield Where(path, number, "sample"), {**shared, **row}
        planned = (header.results and header.results.total_samples) or (spec.dataset.samples or 0)
        held = f"{number:,} of {max(number, planned):,} samples are in the log"
        if header.status != "success":
            self._ended[path.name] = f"the evaluation did not end well (status {header.status}): {held}"
        elif number == 0 or number < planned:
            self._ended[path.name] = held

    def notes(self) -> list[str]:
        """What the logs lack."""
        several = [f"samples with several targets, which count as without a gold answer: {self._several_targets:,}"]
        return [
            *(f"{name}: {how}" for name, how in self._ended.items()),
            *(several if self._several_targets else []),
        ]

    def _rows(self, sample: Any, model: str) -> Iterator[dict[str, Any]]:
        """A sample in the keys of `imports.rows`: a row for each choice of its output."""
        targets = [sample.target] if isinstance(sample.target, str) else list(sample.target)
        self._several_targets += len(targets) > 1
        said = {
            **doc_fields(sample.metadata or {}, "level", "subject"),
            "question": _asked(sample),
            "options": sample.choices,
            "answer": targets[0] if len(targets) == 1 else None,
            "id": str(sample.id),
        }
        choices = list(sample.output.choices or []) if sample.output else []
        if sample.error is not None or not choices:
            words = first_line(sample.error.message) if sample.error is not None else "the sample has no output"
            yield {**said, "sample": sample.epoch, "failure": (("error" if sample.error else "no_text", words),)}
            return
        for number, choice in enumerate(choices):
            # Each epoch has as many choices.
            yield {
                **said,
                "sample": (sample.epoch - 1) * len(choices) + number + 1 if sample.epoch else number,
                "response": {"messages": [_dumped(turn, self._tags) for turn in _turns(sample, choice.message)]},
                "finish_reason": choice.stop_reason,
                **({"usage": usage} if len(choices) == 1 and (usage := _usage(sample, model)) else {}),
            }


def _samples(path: Path) -> Iterator[Any]:
    """The samples that are in the log, whatever it was planned to hold. OverthinkError for one that cannot be read."""
    from inspect_ai.log import read_eval_log, read_eval_log_sample, read_eval_log_sample_summaries

    try:
        if path.suffix != ".eval":
            yield from read_eval_log(path, resolve_attachments="core").samples or []
            return
        for brief in read_eval_log_sample_summaries(path):
            yield read_eval_log_sample(path, id=brief.id, epoch=brief.epoch, resolve_attachments="core")
    except OverthinkError:
        raise
    except Exception as error:  # whatever its reader meets in a sample
        raise OverthinkError(
            f"{path}: a sample cannot be read by Inspect's own library ({first_line(error)})",
            "Look at it with `inspect view`, or give the other logs alone.",
        ) from None


def _turns(sample: Any, message: Any) -> list[Any]:
    """The chat that ends with this reply; the reply alone if it is not what the chat ends with."""
    said = [turn for turn in sample.messages if turn.role == "assistant"]
    return list(sample.messages) if said and said[-1].content == message.content else [message]


def _dumped(turn: Any, tags: Tags | None) -> dict[str, Any]:
    """A message as plain data. A thought that is empty, and not hidden, is an empty box."""
    thoughts = [part for part in turn.content if part.type == "reasoning"] if isinstance(turn.content, list) else []
    dumped: dict[str, Any] = turn.model_dump(exclude_none=True)
    if thoughts and not any(part.redacted or part.reasoning or part.summary for part in thoughts):
        dumped["content"] = empty_box(tags) + "".join(part.text for part in turn.content if part.type == "text")
    return dumped


def _usage(sample: Any, model: str) -> dict[str, Any] | None:
    """The model's token counts: of all turns, if the sample has them."""
    usage = (sample.model_usage or {}).get(model) or sample.output.usage
    return None if usage is None else dict(usage.model_dump(exclude_none=True))


def _asked(sample: Any) -> str:
    """The user's last words; a sample's id if it asks nothing in words."""
    if isinstance(sample.input, str):
        return sample.input
    texts = [message.text for message in sample.input if message.role == "user" and message.text.strip()]
    return texts[-1] if texts else str(sample.id)


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


def _model_name(model: str) -> str:
    """`vllm/Qwen/QwQ-32B` is Qwen/QwQ-32B; a shorter name stays."""
    provider, _, rest = model.partition("/")
    return rest if "/" in rest and provider else model
