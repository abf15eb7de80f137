"""generate: a model's responses to the problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from overthink.errors import OverthinkError
from overthink.generate.words import Words
from overthink.models.interface import GIVE_UP, Backend, NoReply, Reply, Request, ask
from overthink.records import Failure, Problem, Response
from overthink.run import Run
from overthink.run.caveats import caveat, extended
from overthink.run.owed import Item, Progress
from overthink.run.table import Additions
from overthink.text.digest import digest

STAGE = "generate"


def sample_seed(seed: int, row_id: str) -> int:
    """The seed of one sample, 31 bits: the same whichever other samples are asked for."""
    problem_id, _, sample = row_id.rpartition("#")
    return int(digest(str(seed), problem_id, sample)[:8], 16) >> 1


@dataclass(frozen=True)
class Selection:
    """Which problems are asked; nothing named is all. `limit` is for each dataset."""

    levels: frozenset[int] = frozenset()
    ids: frozenset[str] = frozenset()
    limit: int | None = None

    def of(self, datasets: Iterable[Iterable[Problem]]) -> Iterator[Problem]:
        """The selected problems, dataset by dataset. OverthinkError, at the end, for an id that is in none."""
        missing = set(self.ids)
        for problems in datasets:
            for problem in islice(filter(self._wants, problems), self.limit):
                missing.discard(problem.id)
                yield problem
        if missing and self.limit is None:
            raise OverthinkError(f"--ids: no problem {sorted(missing)[0]!r}", "Ids are those of problems.jsonl.")

    def _wants(self, problem: Problem) -> bool:
        return (not self.levels or problem.level in self.levels) and (not self.ids or problem.id in self.ids)


def add_problems(run: Run, problems: Iterable[Problem]) -> list[str]:
    """Write the problems that are not there yet; the ids of all of them. OverthinkError if one has changed."""
    rows: Additions[Problem] = Additions(run.path("problems"), Problem)
    ids = []
    try:
        for problem in problems:
            rows.add(problem)
            ids.append(problem.id)
        rows.finish()
    finally:
        rows.discard()
    if not ids:
        raise OverthinkError("no problem is left to ask", "Give other --levels, --ids or --limit.")
    return ids


def planned(problem_ids: Iterable[str], samples: int) -> Iterator[str]:
    """The ids of the rows that are to be there."""
    return (f"{problem_id}#{k}" for problem_id in problem_ids for k in range(1, samples + 1))


class Unread:
    """What replies hold that may be thinking or text and was not read, as caveats of the run.

    They are kept as soon as something new is seen: a command that makes responses for hours may be killed.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._before = run.manifest.caveats
        self._there = run.count_responses()
        self._made = 0
        self._counts: Counter[str] = Counter()
        self._names: dict[str, set[str]] = {}

    def add(self, reply: Reply) -> None:
        """Count what was not read of one more reply."""
        self._made += 1
        for code, names in (("unread_keys", reply.unread_keys), ("unread_parts", reply.unread_parts)):
            if names:
                self._counts[code] += 1
                known = self._names.setdefault(code, set())
                if not known.issuperset(names):
                    known.update(names)
                    self.keep()

    def keep(self) -> None:
        """Write the caveats into run.json."""
        new = [caveat(code, count, self._made, self._names[code]) for code, count in self._counts.items()]
        if new or self._before:
            self._run.update(caveats=extended(self._before, new, self._there + self._made))


@dataclass(frozen=True)
class Generator:
    """The stage at work (run.owed.Work). `fresh`: no response is there yet."""

    backend: Backend
    model: str
    template: Words
    seed: int
    fresh: bool
    progress: Progress
    unread: Unread

    def __call__(self, items: Iterator[Item]) -> Iterator[Response | Failure]:
        """Rows as the replies come in. OverthinkError if none comes, or no more."""
        made = lost = 0
        gone: NoReply | None = None
        for reply in self.backend.complete(self._request(item) for item in items):
            if isinstance(reply, Reply):
                made, lost = made + 1, 0
                self.unread.add(reply)
                row = self._response(reply)
                self.progress.response(row)
                yield row
            else:
                gone, lost = reply, lost + (not reply.own_fault)
                if lost >= GIVE_UP:
                    break
                yield Failure(stage=STAGE, id=reply.id, kind=reply.kind, message=reply.message)
        if gone and (lost >= GIVE_UP or (self.fresh and not made)):
            raise OverthinkError(gone.message, gone.hint)

    def _request(self, item: Item) -> Request:
        return ask(item.id, self.template.of(item.problem), sample_seed(self.seed, item.id))

    def _response(self, reply: Reply) -> Response:
        problem_id, _, sample = reply.id.rpartition("#")
        return Response(
            id=reply.id,
            problem_id=problem_id,
            sample=int(sample),
            model=self.model,
            response=reply.text,
            finish_reason=reply.finish_reason,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            seed=sample_seed(self.seed, reply.id),
            reasoning_tokens=reply.reasoning_tokens,
            hidden=reply.hidden,
        )
