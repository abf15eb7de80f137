"""What lm-eval writes with --log_samples: samples_TASK_TIME.jsonl, and results_TIME.json beside it.

{"doc_id": 0, "doc": {"question": "What is 2 + 3?", "answer": "5"}, "target": "5", "filter": "none",
 "arguments": {"gen_args_0": {"arg_0": "…"}}, "resps": [["first sample", "second sample"]], …}

A document is there once for each filter of its task, with the same responses: it is read once. The file does not
say why a response ended.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.imports.log import Log, doc_fields, found_in, stripped
from overthink.problems.files import FileRow, Where, read_rows
from overthink.text.thinking import Tags

_NAME = re.compile(r"samples_(?P<task>.+)_(?P<time>\d{4}-\d\d-\d\dT[\d.-]+)\.jsonl")
_REQUIRED = ("doc_id", "doc", "target", "arguments", "resps")
_THINK_END = re.compile(r"(?:^|,)\s*think_end_token=([^,]+)")


def recognises(head: Any, _path: Path) -> bool:
    """Has the row all that a sample has?"""
    return isinstance(head, dict) and all(key in head for key in _REQUIRED)


class Reader(Log):
    """Samples files, or folders with some."""

    def __init__(self, paths: Sequence[Path], _tags: Tags | None = None) -> None:
        found = found_in(paths, "samples_*.jsonl", what="samples of lm-eval")
        super().__init__([file for file in found if not file.name.startswith("results_")])
        self._notes: dict[str, None] = {}
        if not self.files:
            raise OverthinkError(
                f"{found[0]}: lm-eval's results hold no responses",
                "Give the samples_….jsonl that --log_samples writes.",
            )

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a document."""
        name = _NAME.fullmatch(path.name)
        shared: dict[str, Any] = {"dataset": name["task"]} if name else {}
        results = self._results(path, name["time"] if name else None)
        if results and results.get("model_name"):
            shared["model"] = results["model_name"]
        seen: set[str] = set()
        for where, raw in read_rows(path):
            _check(raw, where)
            key = json.dumps([raw["doc_id"], raw.get("doc_hash")])
            if key not in seen:
                seen.add(key)
                yield where, {**shared, **_row(raw, where)}

    def notes(self) -> list[str]:
        """Whether the thinking was cut away."""
        return list(self._notes)

    def _results(self, path: Path, time: str | None) -> Mapping[str, Any] | None:
        """What results_TIME.json says, None if it is not beside the samples."""
        beside = path.with_name(f"results_{time}.json")
        try:
            results = json.loads(beside.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._note(f"{path.name}: no {beside.name} beside it, so whether lm-eval cut the reasoning away is unknown")
            return None
        except (OSError, ValueError) as error:
            raise OverthinkError(f"{beside}: not readable ({error})", "Remove it, or write it again.") from None
        if token := _think_end_token(results.get("config", {}).get("model_args")):
            self._note(f"{path.name}: " + stripped(f"lm-eval ran with think_end_token={token}, which cuts it away"))
        return results if isinstance(results, dict) else None

    def _note(self, words: str) -> None:
        self._notes[words] = None


def _check(raw: Mapping[str, Any], where: Where) -> None:
    missing = [key for key in _REQUIRED if key not in raw]
    if missing:
        raise OverthinkError(
            f"{where}: not a sample of lm-eval, or of an unknown version: it has no {', '.join(missing)}",
            "Give the samples_….jsonl that lm-eval 0.4 writes with --log_samples.",
        )


def _row(raw: Mapping[str, Any], where: Where) -> dict[str, Any]:
    doc = raw["doc"] if isinstance(raw["doc"], dict) else {}
    row = doc_fields(doc, "question", "answer", "level", "subject", "id")
    row.setdefault("id", raw["doc_id"])
    row.setdefault("question", _asked(raw["arguments"]))
    if "answer" not in row and not isinstance(raw["target"], list):
        row = {
            "answer": raw["target"],
            **{key: row[key] for key in ("question", "level", "subject", "id") if key in row},
        }
    return {**row, "response": _texts(raw["resps"], where)}


def _texts(resps: Any, where: Where) -> list[str]:
    lists = resps if isinstance(resps, list) else []
    texts = [text for part in lists for text in (part if isinstance(part, list) else [part])]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise OverthinkError(
            f"{where}: the sample holds likelihoods, not texts",
            "Only tasks that generate (generate_until) can be read.",
        )
    return texts


def _asked(arguments: Any) -> str | None:
    """The last words of the user in the prompt, or the whole of it if it is no chat."""
    first = next(iter(arguments.values()), None) if isinstance(arguments, dict) else None
    prompt = first.get("arg_0") if isinstance(first, dict) else None
    prompt = prompt[0] if isinstance(prompt, list) and len(prompt) == 1 else prompt
    if not isinstance(prompt, str):
        return None
    try:
        turns = json.loads(prompt)
    except ValueError:
        return prompt
    asked = [turn.get("content") for turn in turns if isinstance(turn, dict) and turn.get("role") == "user"]
    return asked[-1] if asked and isinstance(asked[-1], str) else prompt


def _think_end_token(model_args: Any) -> str | None:
    """lm-eval keeps the model's arguments as they were given: an object, or `a=b,c=d`."""
    if isinstance(model_args, dict):
        token = model_args.get("think_end_token")
        return None if token is None else str(token)
    found = _THINK_END.search(model_args) if isinstance(model_args, str) else None
    return found[1] if found else None
