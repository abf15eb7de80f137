"""The two errors that a caller may catch. Everything a user can mend is an OverthinkError."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pydantic import ValidationError


class OverthinkError(Exception):
    """A mistake that the user can mend: one line that says what is wrong, one that says what to do.

    The command line prints both and exits with 2.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}"

    def __reduce__(self) -> tuple[type[OverthinkError], tuple[str, str]]:
        return type(self), (self.message, self.hint)


class UnreadableReply(Exception):  # noqa: N818 - no error of the program: a row has failed
    """One row could not be made: it becomes a row of failures.jsonl, and the run goes on."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message

    def __reduce__(self) -> tuple[type[UnreadableReply], tuple[str, str]]:
        return type(self), (self.kind, self.message)


class BudgetSpent(OverthinkError):  # noqa: N818 - no mistake: the user said how far to go
    """A command has made the calls, or spent the money, that it was given. What it made is kept. Exit code 3."""

    exit_code = 3


def first_line(error: BaseException) -> str:
    """What an error of another library says, on one line of at most 300 characters; its type if it says nothing."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__


class Fault(NamedTuple):
    """One fault of some data: the keys that lead to it, joined by dots (empty for the whole), what, and the value."""

    place: str
    message: str
    given: Any


def first_fault(error: ValidationError) -> Fault:
    """The first fault that pydantic found."""
    first = error.errors(include_url=False)[0]
    return Fault(".".join(map(str, first["loc"])), first["msg"], first["input"])
