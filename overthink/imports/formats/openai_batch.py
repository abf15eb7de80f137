"""Batches of OpenAI's API: the file of requests and the file of replies, named together.

{"custom_id": "sum-1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": […]}}
{"custom_id": "sum-1", "response": {"status_code": 200, "body": {"choices": […], "usage": {…}}}, "error": null}

The replies hold no question, so the requests are needed. What a request's `metadata` says of answer, level, subject,
dataset and id is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.imports.log import Log, doc_fields, found_in, stripped
from overthink.problems.files import FileRow, Where, check_file, read_rows
from overthink.text.messages import read_message
from overthink.text.thinking import Tags

_ENDPOINTS = ("/v1/chat/completions", "/v1/completions")


def recognises(head: Any, _path: Path) -> bool:
    """Is the row a request or a reply of a batch?"""
    return isinstance(head, dict) and "custom_id" in head and ("body" in head or "response" in head)


class Reader(Log):
    """Files of requests and of replies, in any order."""

    def __init__(self, paths: Sequence[Path], tags: Tags | None = None) -> None:
        super().__init__(())  # the files of replies are found by `check`
        self._paths = found_in(paths, "*.jsonl", what="batches")
        self._asked: dict[str, dict[str, Any]] = {}
        self._tags = tags
        self._hidden = 0
        self._errors = 0

    def check(self) -> None:
        """Read the requests. OverthinkError if a file is neither, or one of the two kinds is missing."""
        for path in self._paths:
            check_file(path)
        for path in self._paths:
            where, first = next(read_rows(path))
            if "body" in first:
                for place, raw in read_rows(path):
                    self._add(raw, place)
            elif "custom_id" in first and "response" in first:
                self.files.append(path)
            else:
                raise OverthinkError(
                    f"{where}: neither a request nor a reply of a batch (it has {', '.join(first)})",
                    "Give the file of requests and the file of replies.",
                )
        missing = "replies" if not self.files else "requests" if not self._asked else None
        if missing:
            raise OverthinkError(
                f"{self._paths[0]}: the file of {missing} is missing", "Name both: the requests and the replies."
            )

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a reply."""
        for where, raw in read_rows(path):
            asked = self._asked.get(str(raw.get("custom_id")))
            if asked is None:
                raise OverthinkError(
                    f"{where}: no request has the custom_id {raw.get('custom_id')!r}",
                    "Name the file of requests that this batch was made from.",
                )
            yield where, {**asked, **self._reply(raw)}

    def notes(self) -> list[str]:
        """What the replies lack."""
        told = {
            "requests of the batch that failed": self._errors,
            stripped("the server counted reasoning tokens and sent none of them in so many responses"): self._hidden,
        }
        return [f"{what}: {count}" for what, count in told.items() if count]

    def _add(self, raw: Mapping[str, Any], where: Where) -> None:
        body, url = raw.get("body"), raw.get("url")
        if not isinstance(body, dict) or "custom_id" not in raw:
            raise OverthinkError(f"{where}: not a request of a batch", "A request has custom_id, url and body.")
        if url not in _ENDPOINTS:
            raise OverthinkError(
                f"{where}: a batch for {url}, which is not read", f"Batches for {' and '.join(_ENDPOINTS)} are."
            )
        own = body.get("metadata") if isinstance(body.get("metadata"), dict) else {}
        fields = doc_fields(own or {}, "answer", "level", "subject", "dataset", "id")
        self._asked[str(raw["custom_id"])] = {
            "id": str(raw["custom_id"]),
            **fields,
            "question": _question(body),
            "model": body.get("model"),
        }

    def _reply(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        answered = raw.get("response") or {}
        body = answered.get("body") if answered.get("status_code") == 200 else None
        if not isinstance(body, dict) or not body.get("choices"):
            self._errors += 1
            return {"response": None}
        details = (body.get("usage") or {}).get("completion_tokens_details") or {}
        self._hidden += bool(details.get("reasoning_tokens")) and not any(
            _thought(choice, self._tags) for choice in body["choices"]
        )
        return {"response": {"choices": body["choices"]}, "usage": body.get("usage")}


def _question(body: Mapping[str, Any]) -> str | None:
    if "messages" not in body:
        prompt = body.get("prompt")
        return prompt if isinstance(prompt, str) else None
    asked = [turn for turn in body["messages"] if turn.get("role") == "user"]
    return read_message(asked[-1]).content if asked else None


def _thought(choice: Mapping[str, Any], tags: Tags | None) -> bool:
    message = choice.get("message") or {}
    return read_message(message).thinks(tags)
