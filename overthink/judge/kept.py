"""The replies of a judge: every request that was answered, kept as soon as it is, and read again instead of asked.

One JSONL file a stage, `replies/<stage>.jsonl`. A request is known by the digest of all that decides its reply: the
model, how it samples, the turns, the schema. Rows are only ever added; a last line that a kill tore is dropped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from weakref import finalize

from overthink.judge.budget import price
from overthink.models.interface import Reply, Request
from overthink.records import FinishReason, JudgeUse, Row
from overthink.run.table import Entry, Table, disk_errors

FOLDER = "replies"
DIGITS = 32


class JudgeReply(Row):
    """What a judge was asked and what it replied, by the digest of the request; `row` is the row it was first for.

    `request` holds the model, how it samples, the turns and the schema of the reply. Token counts are the engine's
    own, null if it reports none; `retries` are the tries that failed before this one.
    """

    id: str
    row: str
    request: dict[str, Any]
    reply: str
    finish_reason: FinishReason
    prompt_tokens: int | None
    cached_tokens: int | None
    completion_tokens: int | None
    retries: int


def request_digest(request: Mapping[str, Any]) -> str:
    """32 hex digits of SHA-256 over the request as JSON, its keys sorted."""
    text = json.dumps(request, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


class Replies:
    """The file of one stage. Only digests and offsets are held in memory."""

    def __init__(self, path: Path) -> None:
        """Index the file, if it is there."""
        self.path = path
        self._table: Table[JudgeReply] = Table(path, JudgeReply, torn=True)
        self._file: IO[bytes] | None = None

    def __contains__(self, digest: str) -> bool:
        return digest in self._table

    def text(self, digest: str) -> str:
        """The reply to this request. KeyError if there is none."""
        return self._table.read(digest).reply

    def add(self, request: Request, asked: Mapping[str, Any], row_id: str, reply: Reply) -> None:
        """Keep one reply; it survives a kill from here on. `asked` is what the request's id is the digest of."""
        row = JudgeReply(
            id=request.id,
            row=row_id,
            request=dict(asked),
            reply=reply.text,
            finish_reason=reply.finish_reason,
            prompt_tokens=reply.prompt_tokens,
            cached_tokens=reply.cached_tokens,
            completion_tokens=reply.completion_tokens,
            retries=reply.retries,
        )
        line = row.model_dump_json().encode()
        with disk_errors(self.path):
            file = self._opened()
            offset = file.tell()
            file.write(line + b"\n")
            file.flush()
        self._table.entries[request.id] = Entry(offset, len(line), "", None)

    def _opened(self) -> IO[bytes]:
        """The file, opened at its end, after its last whole line."""
        if self._file is None:
            self.path.parent.mkdir(exist_ok=True)
            self._file = self.path.open("ab")
            finalize(self, self._file.close)
            self._file.truncate(self._end())
            self._file.seek(0, 2)
        return self._file

    def _end(self) -> int:
        """The byte after the last whole line."""
        return max((entry.offset + entry.length + 1 for entry in self._table.entries.values()), default=0)

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def use(self, judge: str, price_in: float | None, price_out: float | None) -> JudgeUse:
        """Add up all calls so far; prices are of a million tokens."""
        calls = read = written = uncounted = retries = 0
        cached: int | None = None
        for row in self._table.rows():
            calls, retries = calls + 1, retries + row.retries
            read, written = read + (row.prompt_tokens or 0), written + (row.completion_tokens or 0)
            uncounted += row.prompt_tokens is None or row.completion_tokens is None
            if row.cached_tokens is not None:
                cached = (cached or 0) + row.cached_tokens
        return JudgeUse(
            judge=judge,
            calls=calls,
            prompt_tokens=read,
            cached_tokens=cached,
            completion_tokens=written,
            uncounted=uncounted,
            retries=retries,
            cost=price(read, written, price_in, price_out),
        )
