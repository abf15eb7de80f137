"""What the server shows, as a Protocol: `overthink.serve.runs` finds it in a folder of runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from overthink.records import Report


class UnknownRun(Exception):  # noqa: N818 - the words of its page
    """No run has this id."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One run folder. `id` is its path inside the folder that is served; `report` is null if `problem` says why."""

    id: str
    model: str
    created: str
    responses: int | None
    report: Report | None
    problem: str | None = None


class Site(Protocol):
    """The runs of one folder."""

    def runs(self) -> list[Listed]:
        """All runs, newest first."""
        ...

    def page(self, run_id: str) -> bytes:
        """The report of this run as a page. UnknownRun for an unknown id."""
        ...

    def compared(self, base: str, new: str, *, anyway: bool) -> str:
        """The comparison of two runs as JSON. UnknownRun for an unknown id, OverthinkError if they cannot be."""
        ...

    def compared_page(self, base: str, new: str, *, anyway: bool) -> str:
        """The same as a page."""
        ...
