"""What became of the rows of an import: counts, and what the user must know of them.

tally.note("unread_keys", "cot")          # of the row that is being read: kept with the run, if its response is new
tally.note_whole("guessed_format", "inspect", of=3)    # of one of three files
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from overthink.records import Caveat
from overthink.run.caveats import MOST_NAMES, caveat, merged


class Note(NamedTuple):
    """A caveat of one response: its code in the table of `run.caveats`, and what it was found in."""

    code: str
    name: str = ""


@dataclass
class NoteCounts:
    """How many responses have each caveat, and what they were found in."""

    caveats: Counter[str] = field(default_factory=Counter)
    names: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, notes: tuple[Note, ...]) -> None:
        """Count the notes of one response, a code once."""
        self.caveats.update({note.code for note in notes})
        for note in notes:
            self.names.setdefault(note.code, Counter())[note.name] += 1

    def written(self, of: int) -> list[Caveat]:
        """As caveats of so many responses; those that are named first are the most frequent."""
        return [
            caveat(code, count, of, [name for name, _ in self.names[code].most_common(MOST_NAMES) if name])
            for code, count in self.caveats.items()
        ]


@dataclass
class ImportCounts:
    """What became of the rows. Counts are of responses; `revisions` tells for each joined dataset which rows it has.

    `further`, `there`: of a problem that the run held, new or not.
    `reasons`: why a dataset's responses were not joined.
    `noted`: what was noted of responses, those that the run held already included; `whole`: of files or requests.
    """

    models: Counter[str] = field(default_factory=Counter)
    problems: int = 0
    joined: Counter[str] = field(default_factory=Counter)
    not_joined: Counter[str] = field(default_factory=Counter)
    further: int = 0
    there: int = 0
    revisions: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    noted: NoteCounts = field(default_factory=NoteCounts)
    whole: list[Caveat] = field(default_factory=list)
    _row: list[Note] = field(default_factory=list)

    def note(self, code: str, *names: str) -> None:
        """Note a caveat of every response of the row that is being read."""
        self._row += [Note(code, name) for name in names or ("",)]

    def note_whole(self, code: str, *names: str, count: int = 1, of: int = 1) -> None:
        """Note a caveat of so many of so many things that are no responses: files, requests."""
        self.whole = merged(self.whole, [caveat(code, count, of, names)])

    def of_row(self) -> tuple[Note, ...]:
        """What was noted since this was asked last: the notes of the row that has just been read."""
        notes, self._row = tuple(self._row), []
        return notes

    @property
    def responses(self) -> int:
        """All responses that were read, failed ones apart."""
        return self.models.total()

    def notes(self) -> list[str]:
        """What the user should know beside the caveats of the runs, a line each."""
        counts = {
            "responses that the run holds already, word for word": self.there,
            "further samples of problems that the run held": self.further,
        }
        return [
            *(f"{dataset}: {reason}" for dataset, reason in self.reasons.items() if self.not_joined[dataset]),
            *(f"{what}: {count:,}" for what, count in counts.items() if count),
        ]
