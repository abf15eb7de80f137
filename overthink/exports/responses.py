"""What a tool's file holds and is given, and the scored responses of a run, row by row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from overthink.records import Report
from overthink.run import Run
from overthink.run.scored import Joined, scored


class Evaluator(NamedTuple):
    """Who evaluated the model: `relationship` is what they are to its maker, in the words of Every Eval Ever."""

    organization: str
    relationship: str


Written = tuple[list[str], Counter[str]]
"""Where a run was written, and how many things of it were left out, by what they are."""


class Tool(Protocol):
    """What each file in `tools` holds.

    NEEDS_ORGANIZATION: whether the tool wants to know who evaluated the model. TAKES_URI: whether `out` may be a URI.
    """

    NEEDS_ORGANIZATION: bool
    TAKES_URI: bool

    def write(self, run: Run, report: Report, out: str, who: Evaluator) -> Written:
        """Write one scored run, whose report this is, to a folder or a URI."""
        ...


def scored_responses(run: Run, dataset: str) -> Iterator[Joined]:
    """The responses to one dataset, in the order of the run."""
    return (row for row in scored(run) if row.problem.dataset == dataset)


def parts(row: Joined) -> tuple[str | None, str]:
    """The text inside and after the thinking tags; without tags the thinking is null and all is answer."""
    text = row.response.response
    found = row.thinking
    if not found.marked:
        return None, text
    return found.text(text), text[slice(*found.after)].strip()


def token_usage(row: Joined) -> dict[str, int] | None:
    """The server's counts of tokens, in the words of both formats; None if it told none."""
    asked, written = row.response.prompt_tokens, row.response.completion_tokens
    if asked is None or written is None:
        return None
    return {"input_tokens": asked, "output_tokens": written, "total_tokens": asked + written}


def portable(name: str) -> str:
    """The name as a file or folder may be called anywhere: `math500 (new)` gives `math500-new`."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "unnamed"
