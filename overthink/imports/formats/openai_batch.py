"""Batches of OpenAI, Azure, Anthropic, Mistral, Google and Bedrock: the files of requests, replies and errors.

{"custom_id": "sum-1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": […]}}
{"custom_id": "sum-1", "response": {"status_code": 200, "body": {"choices": […], "usage": {…}}}, "error": null}

Files come in any order, or as a folder. Azure's, Mistral's and `/v1/responses` are the same; Anthropic's have `params`
and `result`, Google's `key`, `request` and `response`, Bedrock's `recordId`, `modelInput` and `modelOutput`. The
replies hold no question, so the requests are needed. What a request's `metadata` says of answer, level, subject,
dataset and id is read. A request that failed, or that nobody replied to, is a failed row. Rows come in the order of the
requests, whatever that of the replies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from os import SEEK_END
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from weakref import finalize

from overthink.errors import OverthinkError
from overthink.imports.log import MISSING_REPLY, Log, doc_fields, fields, found_in
from overthink.problems.files import FileRow, Where, check_file, read_rows
from overthink.problems.rows import KEYS, asked_in
from overthink.text.chats import user_turn
from overthink.text.messages import read_message
from overthink.text.parts import plain
from overthink.text.replies import decoded, read_replies
from overthink.text.thinking import Tags

_IDS = ("custom_id", "key", "recordId")
_ASKED = ("body", "params", "request", "modelInput")
_REPLIED = ("response", "result", "modelOutput", "error", "status")
_ENDPOINTS = ("completions", "responses", "messages", "generateContent", "converse")
"""How the addresses end to which a batch may be sent."""
_MOST_WORDS = 300
"""So many characters of what a server says went wrong are kept."""


def recognises(head: Any, _path: Path) -> bool:
    """Is the row a request or a reply of a batch, and none that holds its question itself?"""
    if not isinstance(head, dict) or any(key in head for key in KEYS["question"]):
        return False
    asks = any(isinstance(head.get(key), dict) for key in _ASKED)
    return _id(head) is not None and (asks or any(isinstance(head.get(key), dict) for key in _REPLIED))


class Reader(Log):
    """Files of requests, replies and errors."""

    def __init__(self, paths: Sequence[Path], _tags: Tags | None = None) -> None:
        super().__init__(found_in(paths, "*.jsonl", "*.jsonl.gz", "*.jsonl.out", what="batches", known=recognises))
        self._asked: dict[str, dict[str, Any]] = {}
        self._places: dict[str, Where] = {}
        self._number: dict[str, int] = {}
        self._answered: dict[str, list[tuple[Where, int]]] = {}
        self._shelf = TemporaryFile()  # noqa: SIM115 (the replies, at the places in `_answered`)
        finalize(self, self._shelf.close)
        self._failed: dict[str, str] = {}
        self._replies = 0
        self._models: set[str] = set()
        self._first = self.files[0]

    def check(self) -> None:
        """Read all but the replies' texts. OverthinkError for another file, or if one of the two kinds is missing."""
        for path in self.files:
            check_file(path)
        unasked: dict[str, Where] = {}
        for path in self.files:
            for where, raw in read_rows(path):
                self._note(raw, where)
                if _is_reply(raw):
                    unasked.setdefault(str(_id(raw)), where)
        replies = {where.path for where in unasked.values()}
        self._first = next((path for path in self.files if path in replies), self.files[0])
        missing = "replies" if not self._replies else "requests" if not self._asked else None
        if missing:
            raise OverthinkError(
                f"{self._first}: the file of {missing} is missing", "Name both: the requests and the replies."
            )
        self._check_ids({own: where for own, where in unasked.items() if own not in self._asked})

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row for each reply to a request of this file; one for each request that has none."""
        named = {"model": next(iter(self._models))} if len(self._models) == 1 else {}
        for where, raw in read_rows(path):
            own = str(_id(raw))
            if self._places.get(own) != where:
                continue
            for place, at in self._answered.get(own, ()):
                self._shelf.seek(at)
                yield place, {**self._asked[own], "response": json.loads(self._shelf.readline())}
            if own not in self._answered:
                kind = "error" if own in self._failed else MISSING_REPLY
                words = self._failed.get(own, "the batch holds no reply to this request")
                yield where, {**named, **self._asked[own], "failure": ((kind, words),) * self._number[own]}

    def named_after(self, _path: Path) -> Path:
        """The first file of replies, whatever file a row is of: they are one batch."""
        return self._first

    def notes(self) -> list[str]:
        """How many requests have no response."""
        missing = len(self._asked.keys() - self._answered.keys() - self._failed.keys())
        failed = len(self._asked.keys() & self._failed.keys() - self._answered.keys())
        told = {"requests of the batch that failed": failed, "requests of the batch without a reply": missing}
        return [f"{what}: {count:,} of {len(self._asked):,}" for what, count in told.items() if count]

    def _note(self, raw: Mapping[str, Any], where: Where) -> None:
        """Remember the request, or that it was replied to."""
        own = _id(raw)
        body = _request_in(raw)
        if own is None or (body is None and not _is_reply(raw)):
            raise OverthinkError(
                f"{where}: neither a request nor a reply of a batch (it has {', '.join(raw)})",
                "Give the files of requests, replies and errors, or the folder that holds them.",
            )
        if body is not None:
            self._asked.setdefault(own, self._request(own, raw, body, where))
            self._places.setdefault(own, where)
            number = body.get("n")
            self._number[own] = number if type(number) is int and 0 < number < 1000 else 1
        if _is_reply(raw):
            self._replies += 1
            error = _error(raw)
            if error is None:
                at = self._shelf.seek(0, SEEK_END)
                reply = _replied(raw)
                self._shelf.write(json.dumps(reply).encode() + b"\n")
                self._models |= {message.model for message in read_replies(reply) if message.model}
                self._answered.setdefault(own, []).append((where, at))
            else:
                self._failed.setdefault(own, error)

    def _request(self, own: str, raw: Mapping[str, Any], body: Mapping[str, Any], where: Where) -> dict[str, Any]:
        url = raw.get("url")
        if isinstance(url, str) and not url.endswith(_ENDPOINTS):
            raise OverthinkError(
                f"{where}: a batch for {url}, which is not read",
                f"Batches for addresses that end in {', '.join(_ENDPOINTS)} are.",
            )
        said: dict[str, Any] = {"id": own}
        for metadata in (raw.get("metadata"), body.get("metadata")):
            if isinstance(metadata, dict):
                said |= doc_fields(metadata, "answer", "level", "subject", "dataset", "id")
        return {**said, "question": _question(body), **({"model": body["model"]} if body.get("model") else {})}

    def _check_ids(self, unasked: Mapping[str, Where]) -> None:
        """Count the replies to no request. OverthinkError if all are: these are files of two batches."""
        if not unasked:
            return
        if not self._answered.keys() & self._asked.keys() and not self._failed.keys() & self._asked.keys():
            own, where = next(iter(unasked.items()))
            raise OverthinkError(
                f"{where}: no request has the custom_id {own!r}, nor that of any other reply",
                "Name the file of requests that this batch was made from.",
            )
        self.tally.note_whole("unasked_replies", count=len(unasked), of=self._replies)


def _id(raw: Mapping[str, Any]) -> str | None:
    """The id that joins the two: Google's, too, in the `metadata` of a request that is sent inline."""
    said = next((raw[key] for key in _IDS if raw.get(key) is not None), fields(raw.get("metadata")).get("key"))
    return None if said is None else str(said)


def _request_in(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was asked in this row."""
    return next((raw[key] for key in _ASKED if isinstance(raw.get(key), dict)), None)


def _is_reply(raw: Mapping[str, Any]) -> bool:
    return any(key in raw for key in _REPLIED)


def _replied(raw: Mapping[str, Any]) -> Any:
    """What the server answered."""
    value = next((raw[key] for key in ("response", "result", "modelOutput") if raw.get(key) is not None), None)
    return decoded(value.get("body", value)) if isinstance(value, dict) else decoded(value)


def _error(raw: Mapping[str, Any]) -> str | None:
    """What went wrong, null if there is a reply."""
    value = _replied(raw)
    outside = raw.get("response") if isinstance(raw.get("response"), dict) else {}
    status = (outside or {}).get("status_code")
    kind = value.get("type") if isinstance(value, dict) else None
    said = next(
        (held["error"] for held in (raw, value, outside) if isinstance(held, dict) and held.get("error")),
        raw.get("status") if value is None else None,
    )
    failed = type(status) is int and status >= 400
    if kind not in ("errored", "expired", "canceled") and not failed and not said and isinstance(value, dict):
        return _unreadable(value)
    words = plain(said, ("message", "error", "code", "type", "details")) if said else ""
    named = [f"status {status}"] if failed else [str(kind)] if kind else []
    return ": ".join([*named, *([words] if words else [])])[:_MOST_WORDS] or "no reply"


def _unreadable(value: Mapping[str, Any]) -> str | None:
    """Why nothing can be read of a reply, null if something can."""
    try:
        return None if list(read_replies(value)) else "the reply is empty"
    except OverthinkError as error:
        return error.message


def _question(body: Mapping[str, Any]) -> str | None:
    """The user's last words in a request of any of the APIs."""
    turn = user_turn(asked_in(body))
    return read_message(turn).content if turn else None
