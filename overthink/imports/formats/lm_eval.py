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
from overthink.imports.log import Log, doc_fields, fields, found_in
from overthink.problems.files import FileRow, Where, read_rows
from overthink.text.chats import is_chat
from overthink.text.thinking import Tags, find_thinking

_NAME = re.compile(r"samples_(?P<task>.+)_(?P<time>\d{4}-\d\d-\d\dT[\d.-]+)\.jsonl")
_REQUIRED = ("doc_id", "doc", "target", "arguments", "resps")
_CHAT_API = re.compile(r"chat|litellm", re.IGNORECASE)
"""Classes of lm-eval that ask the chat API of a server."""
_THINK_END = re.compile(r"(?:^|,)\s*think_end_token=([^,]+)")


def recognises(head: Any, _path: Path) -> bool:
    """Has the row all that a sample has?"""
    return isinstance(head, dict) and all(key in head for key in _REQUIRED)


class Reader(Log):
    """Samples files, or folders with some."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], tags: Tags | None = None) -> None:
        found = found_in(paths, "samples_*.jsonl", what="samples of lm-eval")
        super().__init__([file for file in found if not file.name.startswith("results_")])
        self._tags = tags
        self._notes: dict[str, None] = {}
        if not self.files:
            raise OverthinkError(
                f"{found[0]}: lm-eval's results hold no responses",
                "Give the samples_….jsonl that --log_samples writes.",
            )

    def check(self) -> None:
        """OverthinkError for what is no file of samples, or if all are of tasks without responses."""
        super().check()
        without = {}
        for file in self.files:
            where, raw = next(read_rows(file))
            _check(raw, where)
            if _holds_likelihoods(raw["resps"]):
                without[file] = where
        if len(without) == len(self.files):
            raise OverthinkError(
                f"{without[self.files[0]]}: the sample holds likelihoods, not texts",
                "Only tasks that generate (generate_until) can be read.",
            )
        self.files = [file for file in self.files if file not in without]
        for file in without:
            self._note(f"{file.name}: left out, its task has likelihoods and no responses")

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a document."""
        name = _NAME.fullmatch(path.name)
        shared: dict[str, Any] = {"dataset": name["task"]} if name else {}
        results = self._results(path, name["time"] if name else None)
        if results.get("model_name"):
            shared["model"] = results["model_name"]
        lost = self._how_lost(path, results)
        seen: set[str] = set()
        for where, raw in read_rows(path):
            _check(raw, where)
            key = json.dumps([raw["doc_id"], raw.get("doc_hash")])
            if key not in seen:
                seen.add(key)
                if lost:
                    self.tally.note("reasoning_not_in_log", lost)
                yield where, {**shared, **_row(raw, where)}

    def notes(self) -> list[str]:
        """What was left out, and whether anything is known of the thinking."""
        return list(self._notes)

    def _results(self, path: Path, time: str | None) -> Mapping[str, Any]:
        """What results_TIME.json says, nothing if it is not beside the samples."""
        beside = path.with_name(f"results_{time}.json")
        try:
            results = json.loads(beside.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._note(f"{path.name}: no {beside.name} beside it, so whether lm-eval cut the reasoning away is unknown")
            return {}
        except (OSError, ValueError) as error:
            raise OverthinkError(f"{beside}: not readable ({error})", "Remove it, or write it again.") from None
        return results if isinstance(results, dict) else {}

    def _how_lost(self, path: Path, results: Mapping[str, Any]) -> str | None:
        """How the thinking was lost on the way into this file; null if it was not, as far as can be seen.

        A chat API sends the thinking beside the content, of which lm-eval keeps the content alone.
        """
        config = fields(results.get("config"))
        if token := _think_end_token(config.get("model_args")):
            return f"think_end_token={token}"
        model = str(config.get("model") or results.get("model_source") or "")
        chats = None
        for _, raw in read_rows(path):
            chats = bool(_CHAT_API.search(model)) or _asks_in_turns(raw.get("arguments")) if chats is None else chats
            if not chats or any(self._shows_thinking(text) for text in _flat(raw.get("resps"))):
                return None
        return f"of a chat API ({model}) the content alone is kept" if model else "of a chat API the content is kept"

    def _shows_thinking(self, text: Any) -> bool:
        found = find_thinking(text, self._tags) if isinstance(text, str) else None
        return found is not None and found.marked

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
    row = doc_fields(doc, "question", "answer", "options", "level", "subject", "id")
    row.setdefault("id", raw["doc_id"])
    row.setdefault("question", _asked(raw["arguments"]))
    if "answer" not in row and not isinstance(raw["target"], list):
        row = {
            "answer": raw["target"],
            **{key: row[key] for key in ("question", "options", "level", "subject", "id") if key in row},
        }
    return {**row, "response": _texts(raw["resps"], where)}


def _flat(resps: Any) -> list[Any]:
    lists = resps if isinstance(resps, list) else []
    return [text for part in lists for text in (part if isinstance(part, list) else [part])]


def _holds_likelihoods(resps: Any) -> bool:
    """Are these no texts? Null is a text that a server did not send."""
    found = _flat(resps)
    return not found or not all(text is None or isinstance(text, str) for text in found)


def _texts(resps: Any, where: Where) -> list[str | None]:
    if _holds_likelihoods(resps):
        raise OverthinkError(
            f"{where}: the sample holds likelihoods, not texts",
            "Only tasks that generate (generate_until) can be read.",
        )
    return _flat(resps)


def _asked(arguments: Any) -> str | None:
    """The last words of the user in the prompt, or the whole of it if it is no chat."""
    prompt, turns = _prompt(arguments), _turns(arguments)
    asked = [turn.get("content") for turn in turns or [] if isinstance(turn, dict) and turn.get("role") == "user"]
    return asked[-1] if asked and isinstance(asked[-1], str) else prompt


def _asks_in_turns(arguments: Any) -> bool:
    """Was the prompt sent as the turns of a chat, which only servers take?"""
    return _turns(arguments) is not None


def _turns(arguments: Any) -> list[Any] | None:
    try:
        turns = json.loads(_prompt(arguments) or "")
    except ValueError:
        return None
    return turns if is_chat(turns) else None


def _prompt(arguments: Any) -> str | None:
    """`{"gen_args_0": {"arg_0": prompt}}`, with the prompt in a list or not; older logs have `[[prompt, settings]]`."""
    first = next(iter(arguments.values()), None) if isinstance(arguments, dict) else arguments
    prompt = first.get("arg_0") if isinstance(first, dict) else first
    while isinstance(prompt, list) and prompt:
        prompt = prompt[0]
    return prompt if isinstance(prompt, str) else None


def _think_end_token(model_args: Any) -> str | None:
    """lm-eval keeps the model's arguments as they were given: an object, or `a=b,c=d`."""
    if isinstance(model_args, dict):
        token = model_args.get("think_end_token")
        return None if token is None else str(token)
    found = _THINK_END.search(model_args) if isinstance(model_args, str) else None
    return found[1] if found else None
