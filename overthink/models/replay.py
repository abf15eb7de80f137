"""replay: the responses of another run, for samples and tests. No model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from overthink.errors import OverthinkError
from overthink.models.interface import NoReply, Reply, Request
from overthink.records import Response
from overthink.run.table import Table


class ReplayBackend:
    """Answers each request with the recorded response that has its id."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise OverthinkError(f"{path}: no such file", "Name the generate.jsonl of a run with --replies.")
        self._recorded: Table[Response] = Table(path, Response)

    def complete(self, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        """See `Backend.complete`."""
        return (self._reply(request) for request in requests if request is not None)

    def _reply(self, request: Request) -> Reply | NoReply:
        if request.id not in self._recorded:
            return NoReply(
                request.id,
                "not_recorded",
                f"{self._recorded.path}: no response {request.id!r} was recorded",
                "Ask for the problems and samples that the file holds.",
                own_fault=True,
            )
        row = self._recorded.read(request.id)
        return Reply(
            row.id,
            row.response,
            row.finish_reason,
            row.prompt_tokens,
            row.completion_tokens,
            reasoning_tokens=row.reasoning_tokens,
            hidden=row.hidden,
        )
