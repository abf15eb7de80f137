"""Recorded responses as problems and samples: the rows that `import` writes, one at a time.

recording = Recording(files, catalogue, model=None, dataset=None, columns={})
for item in recording:          # item.model, item.problem, item.row: a Response or a Failure
    ...
recording.tally                 # what was joined, cut off, without gold, ...
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from overthink.errors import OverthinkError, UnreadableReply
from overthink.imports.counts import ImportCounts, Note
from overthink.imports.formats import guessed, opened
from overthink.imports.log import Log
from overthink.imports.responses import RawReply
from overthink.imports.rows import RawRecord, read_row, sample_number
from overthink.problems import BenchmarkIndex, Catalogue, canonical_name
from overthink.problems.files import Where, placed, stem_of
from overthink.problems.rows import RawProblem
from overthink.problems.values import MISSING, at
from overthink.records import Failure, Problem, Response
from overthink.text.thinking import Tags

STAGE = "import"


class Recorded(NamedTuple):
    """One sample of a model, or the failure in its place, and what must be known of it."""

    model: str
    problem: Problem
    row: Response | Failure
    notes: tuple[Note, ...] = ()


class Recording:
    """Files of recorded responses, to be read once. `model` and `columns` help rows out; `dataset` overrules them.

    `format` names the tool that wrote the files, None for plain rows; `tags` are the thinking tags of the run.

    Iterating raises OverthinkError, naming file and line, for the first row that cannot be read.
    """

    def __init__(
        self,
        files: Sequence[Path],
        catalogue: Catalogue,
        *,
        model: str | None = None,
        dataset: str | None = None,
        columns: Mapping[str, str] | None = None,
        format: str | None = None,
        tags: Tags | None = None,
    ) -> None:
        # Who names columns says how the rows are to be read.
        guess = guessed(files) if format is None and not columns else None
        format = guess if format is None else format
        self._log = opened(format, files, tags)
        self.tally = self._log.tally
        if guess:
            many = len(self._log.files) or len(files)
            self.tally.note_whole("guessed_format", guess, count=many, of=many)
        self._columns = columns or {}
        self._tags = tags
        self._model = model
        self._problems = _Problems(catalogue, dataset, self.tally)
        self._samples = _Samples(opened(format, files, tags), self._columns, self.tally)

    def __iter__(self) -> Iterator[Recorded]:
        self._log.check()
        unseen = set(self._columns.values())
        for file in self._log.files:
            for where, raw in self._log.read(file):
                unseen = {path for path in unseen if at(raw, path) is MISSING}
                with placed(where):
                    record = read_row(raw, self._columns, self._tags)
                yield from self._samples_of(record, where)
        if unseen:
            raise OverthinkError(
                f"--map: no row has a key {', '.join(sorted(unseen))}", "Check its spelling: it is case-sensitive."
            )

    def notes(self) -> list[str]:
        """What the user should know of the rows that were read, a line each."""
        return [*self._log.notes(), *self.tally.notes()]

    def _samples_of(self, record: RawRecord, where: Where) -> Iterator[Recorded]:
        model = record.model or self._model
        if model is None:
            raise OverthinkError(
                f"{where}: the row names no model", "Name it with --model NAME, or its column with --map model=COLUMN."
            )
        if record.step is not None:
            model = f"{model}@step-{record.step}"
        problem = self._problems.problem(record.problem, where, len(record.replies))
        samples = [self._samples.number(model, problem.id, record.sample, where) for _ in record.replies]
        notes = self.tally.of_row()
        for sample, reply in zip(samples, record.replies, strict=True):
            row = self._row(model, problem, sample, reply)
            unread = {"unread_parts": reply.unread_parts, "unread_keys": reply.unread_keys}
            known = notes + tuple(Note(code, name) for code, names in unread.items() for name in names)
            if isinstance(row, Response):
                self.tally.noted.add(known)
            yield Recorded(model, problem, row, known)

    def _row(self, model: str, problem: Problem, sample: int, reply: RawReply) -> Response | Failure:
        """The response as a row, counted; a Failure if it has no text."""
        row_id = f"{problem.id}#{sample}"
        try:
            text = reply.written()
        except UnreadableReply as error:
            self.tally.failed += 1
            return Failure(stage=STAGE, id=row_id, kind=error.kind, message=error.message)
        self.tally.models[model] += 1
        return Response(
            id=row_id,
            problem_id=problem.id,
            sample=sample,
            model=model,
            response=text,
            finish_reason=reply.finish_reason,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            reasoning_tokens=reply.reasoning_tokens,
            hidden=reply.hidden,
        )


class _Known(NamedTuple):
    """What is remembered of a problem instead of its text."""

    digest: bytes
    answer: str | None
    level: int | None
    subject: str | None
    where: Where


class _Problems:
    """Gives each row its problem: the benchmark's if it is in one, else what the row says."""

    def __init__(self, catalogue: Catalogue, dataset: str | None, tally: ImportCounts) -> None:
        self._catalogue = catalogue
        self._dataset = catalogue.require(dataset) if dataset else None
        self._tally = tally
        self._indices: dict[str, BenchmarkIndex | None] = {}
        self._known: dict[str, _Known] = {}

    def problem(self, raw: RawProblem, where: Where, replies: int) -> Problem:
        """The problem of one row, the same for every row with its id."""
        named = raw.dataset or stem_of(where.path)
        dataset = self._dataset or canonical_name(named) or named
        index = self._index(dataset)
        found = index.find(raw.id, raw.question) if index else None
        (self._tally.joined if found else self._tally.not_joined)[dataset] += replies
        problem = self._as_first_given(found or _own_problem(raw, dataset, where), where)
        if raw.answer not in (None, problem.answer):
            self._tally.note("other_gold")
        if found is None and canonical_name(dataset):
            self._tally.note("unmatched_problems", dataset)
        return problem

    def _index(self, dataset: str) -> BenchmarkIndex | None:
        if dataset not in self._indices:
            self._indices[dataset] = self._load(dataset)
        return self._indices[dataset]

    def _load(self, dataset: str) -> BenchmarkIndex | None:
        if dataset != self._dataset and canonical_name(dataset) is None:
            self._tally.reasons[dataset] = (
                "no benchmark of this name is known; level, subject and gold answer are what the rows say"
            )
            return None
        try:
            index = self._catalogue.index(dataset)
        except OverthinkError as error:
            self._tally.reasons[dataset] = f"{error.message}. {error.hint}"
            return None
        self._tally.revisions[dataset] = index.revision
        return index

    def _as_first_given(self, problem: Problem, where: Where) -> Problem:
        """The problem as the first row with its id gave it. OverthinkError if this row asks something else."""
        digest = hashlib.sha256(problem.question.encode()).digest()
        known = self._known.get(problem.id)
        if known is None:
            self._known[problem.id] = _Known(digest, problem.answer, problem.level, problem.subject, where)
            self._tally.problems += 1
            return problem
        if known.digest != digest:
            raise OverthinkError(
                f"{known.where} and {where}: two different problems with the id {problem.id!r}",
                "Give each problem an id of its own, or import the files apart.",
            )
        if known[1:4] == (problem.answer, problem.level, problem.subject):
            return problem
        return problem.model_copy(update={"answer": known.answer, "level": known.level, "subject": known.subject})


def _own_problem(raw: RawProblem, dataset: str, where: Where) -> Problem:
    if raw.question is None:
        raise OverthinkError(
            f"{where}: the row has no question, and its id {raw.id!r} is none of {dataset}",
            "Name the benchmark with --dataset, or the question's column with --map question=COLUMN.",
        )
    return raw.in_dataset(dataset, raw.question)


class _Samples:
    """Numbers the samples of each model and problem from 1: by the file's own numbers, else in order."""

    def __init__(self, log: Log, columns: Mapping[str, str], tally: ImportCounts) -> None:
        self._log = log  # its own: rows that are read twice are noted once
        self._columns = columns
        self._tally = tally
        self._counts: Counter[tuple[str, str]] = Counter()
        self._taken: dict[tuple[str, str, int], Where] = {}
        self._first: dict[str, tuple[bool, Where]] = {}
        self._shift: int | None = None

    def number(self, model: str, problem: str, own: int | None, where: Where) -> int:
        """The sample number of the next response. OverthinkError if it is taken, or only some have numbers."""
        numbered, first = self._first.setdefault(model, (own is not None, where))
        if numbered != (own is not None):
            raise OverthinkError(
                f"{first} and {where}: one response of {model} has a sample number, the other has none",
                "Number all samples of a model, or none of them.",
            )
        if own is None:
            self._counts[model, problem] += 1
            return self._counts[model, problem]
        return self._free(model, problem, own, where)

    def _free(self, model: str, problem: str, own: int, where: Where) -> int:
        taken = self._taken.setdefault((model, problem, own), where)
        if taken != where:
            raise OverthinkError(
                f"{taken} and {where}: two responses of {model} to {problem} with the sample number {own}",
                "Number them apart, or leave the sample numbers out: then they count in order.",
            )
        if self._shift is None:
            self._shift = int(own == 0 or self._any_zero())
        if self._shift:
            self._tally.note("counted_from_zero")
        return own + self._shift

    def _any_zero(self) -> bool:
        """Does any row of any file count from 0? Read ahead once, since all numbers move with it."""
        self._log.check()
        for file in self._log.files:
            for where, raw in self._log.read(file):
                with placed(where):
                    if sample_number(raw, self._columns) == 0:
                        return True
        return False
