"""Recorded responses as problems and samples: the rows that `import` writes, one at a time.

recording = Recording(files, catalogue, model=None, dataset=None, columns={})
for item in recording:          # item.model, item.problem, item.row: a Response or a Failure
    ...
recording.tally                 # what was joined, cut off, without gold, ...
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

from overthink.errors import OverthinkError, UnreadableReply
from overthink.imports.columns import ColumnsRead
from overthink.imports.counts import ImportCounts, Note
from overthink.imports.formats import guessed, opened
from overthink.imports.joining import Joining
from overthink.imports.log import Log
from overthink.imports.responses import RawReply
from overthink.imports.rows import NoResponse, RawRecord, read_row, sample_number
from overthink.problems import Catalogue
from overthink.problems.files import Where, placed
from overthink.problems.rows import KEYS
from overthink.problems.values import MISSING, at
from overthink.records import Failure, Problem, Response
from overthink.text.thinking import Tags

STAGE = "import"


class Recorded(NamedTuple):
    """One sample of a model, or the failure in its place, and what must be known of it.

    `counted`: its number is only the order in which it came, and gives way to those that are there.
    """

    model: str
    problem: Problem
    row: Response | Failure
    notes: tuple[Note, ...] = ()
    counted: bool = False


class Recording:
    """Files of recorded responses, to be read once. `model` and `columns` help rows out; `dataset` overrules them.

    `format` names the tool that wrote the files, None for plain rows; `tags` are the thinking tags of the run; `there`
    are the problems of the runs to which the rows will be added.

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
        there: Iterable[Problem] = (),
    ) -> None:
        files = list({file.resolve(): file for file in files}.values())
        # Who names columns says how the rows are to be read.
        guess = guessed(files) if format is None and not columns else None
        format = guess if format is None else format
        self._log = opened(format, files, tags)
        self._open_again = partial(opened, format, files, tags)
        self.tally = self._log.tally
        if guess:
            many = len(self._log.files) or len(files)
            self.tally.note_whole("guessed_format", guess, count=many, of=many)
        self._columns = columns or {}
        self._read = ColumnsRead(own=KEYS if format not in (None, "plain") else ())
        maps = [word for name, column in sorted(self._columns.items()) for word in ("--map", f"{name}={column}")]
        self.options = shlex.join(["--format", format or "plain", *(["--dataset", dataset] if dataset else []), *maps])
        self._tags = tags
        self._model = model
        self._joining = Joining(
            catalogue, dataset, self.tally, ahead=lambda: self._ahead, columns=self._columns, there=there
        )
        self._latest: str | None = None
        self._samples = _Samples(lambda: self._ahead, self._columns, self.tally)

    @cached_property
    def _ahead(self) -> Log:
        """The files once more, for what must be read before the rows are: what is seen in them is noted once."""
        log = self._open_again()
        log.check()
        return log

    def __iter__(self) -> Iterator[Recorded]:
        self._log.check()
        unseen = set(self._columns.values())
        for file in self._log.files:
            lacking: list[tuple[Where, NoResponse]] = []
            held = False
            for where, raw in self._log.read(file):
                unseen = {path for path in unseen if at(raw, path) is MISSING}
                with placed(where):
                    record, error = self._record(raw)
                held |= error is None
                lacking += [(where, error)] if error and not (held or lacking) else []
                self._read.add(file, record.columns)
                yield from self._samples_of(record, raw, where)
            for where, error in [] if held else lacking:
                with placed(where):
                    raise error
        if unseen:
            raise OverthinkError(
                f"--map: no row has a key {', '.join(sorted(unseen))}", "Check its spelling: it is case-sensitive."
            )

    def _record(self, raw: Mapping[str, Any]) -> tuple[RawRecord, NoResponse | None]:
        """One row; one without a response, which is an error if all rows are, is a failed one."""
        try:
            return read_row(raw, self._columns, self._tags), None
        except NoResponse as error:
            failed = {**raw, "failure": (("no_text", error.message),)}
            with suppress(OverthinkError):
                record = read_row(failed, self._columns, self._tags)
                # If only responses name the model, that of the row before.
                if model := record.model or self._model or self._latest:
                    return replace(record, model=model), error
            raise

    def columns_of(self, file: Path) -> dict[str, list[str]]:
        """Which columns of a file that was read hold what."""
        return self._read.of(file)

    @property
    def files(self) -> list[Path]:
        """The files that hold what is read."""
        return [file for file in self._log.files if file.is_file()]

    def notes(self) -> list[str]:
        """What the user should know of the rows that were read, a line each."""
        columns = self._read.told()
        return [*([columns] if columns else []), *self._log.notes(), *self.tally.notes()]

    def _samples_of(self, record: RawRecord, raw: Mapping[str, Any], where: Where) -> Iterator[Recorded]:
        model = record.model or self._model
        if model is None:
            raise OverthinkError(
                f"{where}: the row names no model", "Name it with --model NAME, or its column with --map model=COLUMN."
            )
        self._latest = model
        if record.step is not None:
            model = f"{model}@step-{record.step}"
        numbered = record.sample is not None
        problem = self._joining.problem(record.problem, raw, where, len(record.replies), numbered=numbered)
        if record.rivals:
            self.tally.note("rival_columns", *record.rivals)
        samples = [self._samples.number(model, problem.id, record.sample, where) for _ in record.replies]
        notes = self.tally.of_row()
        for sample, reply in zip(samples, record.replies, strict=True):
            row = self._row(model, problem, sample, reply)
            known = notes + tuple(Note(code, name) for code, name in reply.notes)
            if isinstance(row, Response):
                self.tally.noted.add(known)
            yield Recorded(model, problem, row, known, counted=not numbered)

    def _row(self, model: str, problem: Problem, sample: int, reply: RawReply) -> Response | Failure:
        """The response as a row, counted; a Failure if it has no text."""
        row_id = f"{problem.id}#{sample}"
        try:
            text = reply.written()
        except UnreadableReply as error:
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


class _Samples:
    """Numbers the samples of each model and problem from 1: by the file's own numbers, else in order."""

    def __init__(self, ahead: Callable[[], Log], columns: Mapping[str, str], tally: ImportCounts) -> None:
        self._ahead = ahead
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
        """The file's own number, or the next one that is free if another file has taken it."""
        if self._shift is None:
            self._shift = int(own == 0 or self._any_zero())
        if self._shift:
            self._tally.note("counted_from_zero")
        taken = self._taken.get((model, problem, own))
        if taken is not None and taken.path == where.path:
            raise OverthinkError(
                f"{taken} and {where}: two responses of {model} to {problem} with the sample number {own}",
                "Number them apart, or leave the sample numbers out: then they count in order.",
            )
        while (model, problem, own) in self._taken:
            own += 1
        self._taken[model, problem, own] = where
        return own + self._shift

    def _any_zero(self) -> bool:
        """Does any row of any file count from 0? Read ahead once, since all numbers move with it."""
        log = self._ahead()
        for file in log.files:
            for where, raw in log.read(file):
                with placed(where):
                    if sample_number(raw, self._columns) == 0:
                        return True
        return False
