"""The scored responses of a run, row by row, as the exports need them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overthink.run import Run
from overthink.run.scored import Joined, scored
from overthink.text.thinking import find_thinking


def scored_responses(run: Run, dataset: str) -> Iterator[Joined]:
    """The responses to one dataset, in the order of the run."""
    return (row for row in scored(run) if row.problem.dataset == dataset)


def parts(row: Joined) -> tuple[str | None, str]:
    """The text inside and after the thinking tags; without tags the thinking is null and all is answer."""
    text = row.response.response
    found = find_thinking(text, row.tags)
    if not (found.opened or found.closed):
        return None, text
    return text[slice(*found.span)], text[slice(*found.after)].strip()


def portable(name: str) -> str:
    """The name as a file or folder may be called anywhere: `math500 (new)` gives `math500-new`."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "unnamed"
