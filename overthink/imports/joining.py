"""Gives each recorded row its problem: the benchmark's if it is in one, else what the row says.

Rows of a dataset ask the same if they have the same id, or the same question to the letter and the same gold answer:
one request a sample has an id for each sample. Rows that number their samples are told apart by their ids alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from overthink.errors import OverthinkError
from overthink.imports.counts import ImportCounts
from overthink.imports.log import Log
from overthink.imports.names import base_of, dataset_of, named
from overthink.imports.rows import asked
from overthink.problems import BenchmarkIndex, Catalogue, canonical_name, is_source, unknown
from overthink.problems.files import Where, placed
from overthink.problems.index import fold
from overthink.problems.rows import RawProblem
from overthink.problems.spelling import repaired, words
from overthink.records import Problem

MOST_READ_AHEAD = 200
"""So many rows of a file tell which benchmark its problems are of."""
MOST_ASKED = 60
"""So many of their questions are looked for in the benchmarks."""
TELLING = 8
"""So many words must a question have to tell a benchmark."""

_BESIDE = ("options", "choices", "context", "passage", "image", "images")
"""Keys that belong to the question: the same question beside other options is another problem."""
_LETTERED = ("A", "B", "C", "D")
"""Keys of options, if all are there."""


class _Asked(NamedTuple):
    """A question by its digest, and a digest of what is beside it: empty if nothing is, null if it is not known."""

    question: str
    beside: str | None

    def is_same(self, other: _Asked) -> bool:
        """Do they ask the same, as far as is known?"""
        return self.question == other.question and (self.beside == other.beside or None in (self.beside, other.beside))

    def id_in(self, dataset: str) -> str:
        """The id of a problem that has none of its own."""
        return f"{dataset}/{digest_of(self.question + (self.beside or ''))[:12]}"


class _Known(NamedTuple):
    """What is remembered of a problem instead of its text. `words`: a digest of the question in any spelling."""

    id: str
    dataset: str
    asked: _Asked
    words: str
    answer: str | None
    level: int | None
    subject: str | None


class Joining:
    """The problems of the rows, as they come.

    `there` are the problems that the runs hold already. `ahead` gives the same files, to be read before the rows are.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        dataset: str | None,
        tally: ImportCounts,
        *,
        ahead: Callable[[], Log],
        columns: Mapping[str, str],
        there: Iterable[Problem] = (),
    ) -> None:
        self._catalogue = catalogue
        self._tally = tally
        self._dataset = self._of_user(dataset) if dataset else None
        self._ahead, self._columns = ahead, columns
        self._datasets: _Datasets | None = None
        self._indices: dict[str, BenchmarkIndex | None] = {}
        self._by_id: dict[str, _Known] = {}
        self._by_question: dict[tuple[str, _Asked, str | None], _Known] = {}
        for problem in there:
            self._remember(problem, _Asked(digest_of(fold(problem.question)), None), problem.answer)

    def problem(
        self, raw: RawProblem, row: Mapping[str, Any], where: Where, replies: int, *, numbered: bool
    ) -> Problem:
        """The problem of one row, the same for every row that asks the same.

        `numbered`: the row says which sample it is, so its id tells problems apart, and no samples.
        """
        dataset = self._dataset or self._dataset_of(raw.dataset, where.path)
        index = self._index(dataset)
        found = index.find(raw.id, raw.question, raw.answer) if index else None
        (self._tally.joined if found else self._tally.not_joined)[dataset] += replies
        problem = self._as_first_given(found or self._own(raw, row, dataset, where, numbered))
        if raw.answer not in (None, problem.answer):
            self._tally.note("other_gold")
        if found is None and self._catalogue.knows(dataset):
            self._tally.note("benchmark_not_loaded" if self._is_not_loaded(dataset) else "unmatched_problems", dataset)
        return problem

    def _of_user(self, dataset: str) -> str:
        """The dataset that the user names: one that is known, a file, or a name of the user's own."""
        if is_source(dataset):
            return self._catalogue.require(dataset)
        self._tally.reasons[dataset] = f"{_OWN}. {unknown(dataset).hint}"
        return dataset

    def _dataset_of(self, own: str | None, path: Path) -> str:
        """The dataset of a row that is to be joined by the name that it has; one that is recognised is noted."""
        if own and (canonical_name(own) or not self._ahead().names_tasks):
            return canonical_name(own) or own
        if self._datasets is None:
            there: dict[str, set[str]] = {}
            for known in self._by_id.values():
                there.setdefault(known.dataset, set()).add(known.asked.question)
            self._datasets = _Datasets(self._ahead(), self._columns, self._catalogue, there)
        name = own or self._datasets.names[self._ahead().named_after(path)]
        benchmark = self._datasets.benchmark(name)
        if benchmark and canonical_name(name) is None:
            self._tally.note("recognised_benchmark", benchmark)
        return benchmark or name

    def _index(self, dataset: str) -> BenchmarkIndex | None:
        if dataset not in self._indices:
            self._indices[dataset] = self._load(dataset)
        return self._indices[dataset]

    def _is_not_loaded(self, dataset: str) -> bool:
        return self._catalogue.knows(dataset) and self._index(dataset) is None

    def _load(self, dataset: str) -> BenchmarkIndex | None:
        if not self._catalogue.knows(dataset):
            self._tally.reasons.setdefault(dataset, _OWN)
            return None
        try:
            index = self._catalogue.index(dataset)
        except OverthinkError as error:
            self._tally.reasons[dataset] = f"{error.message}. {error.hint}"
            return None
        self._tally.revisions[dataset] = index.revision
        return index

    def _own(self, raw: RawProblem, row: Mapping[str, Any], dataset: str, where: Where, numbered: bool) -> Problem:
        """What the row says, with the id of the row before it that asks the same."""
        if raw.question is None:
            if self._is_not_loaded(dataset):
                message = f"{where}: the row has no question, and {dataset}, which may hold it, could not be loaded"
                raise OverthinkError(message, self._tally.reasons[dataset])
            raise OverthinkError(
                f"{where}: the row has no question, and its id {raw.id!r} is none of {dataset}",
                "Name the benchmark with --dataset, or the question's column with --map question=COLUMN.",
            )
        asks = _Asked(digest_of(fold(raw.question)), beside(row))
        problem = raw.in_dataset(dataset, raw.question)
        if raw.id is None and asks.beside:
            problem = problem.model_copy(update={"id": asks.id_in(dataset)})
        taken = self._by_id.get(problem.id)
        if taken is not None and raw.dataset is not None and taken.dataset != dataset:
            problem = problem.model_copy(update={"id": f"{dataset}/{problem.id}"})
            taken = self._by_id.get(problem.id)
        if taken is not None and (taken.asked.is_same(asks) or _is_spelled_otherwise(raw.question, asks, taken)):
            self._by_question.setdefault((dataset, asks, raw.answer), taken)
            return problem
        if taken is not None:
            self._tally.note("shared_ids", problem.id)
        same = self._by_question.get((dataset, asks, raw.answer))
        if same is not None and not (numbered and raw.id):
            return problem.model_copy(update={"id": same.id})
        if taken is not None:
            problem = problem.model_copy(update={"id": asks.id_in(dataset)})
        self._remember(problem, asks, raw.answer)
        self._tally.problems += 1
        return problem

    def _remember(self, problem: Problem, asks: _Asked, answer: str | None) -> None:
        spelled = words_of(problem.question)
        known = _Known(problem.id, problem.dataset, asks, spelled, problem.answer, problem.level, problem.subject)
        self._by_id[problem.id] = known
        # What is not known any more of a run's problem was most often nothing.
        self._by_question.setdefault((problem.dataset, _Asked(asks.question, asks.beside or ""), answer), known)

    def _as_first_given(self, problem: Problem) -> Problem:
        """The problem with what the first row that had it said of it."""
        known = self._by_id.get(problem.id)
        if known is None:  # of a benchmark, which tells its problems apart
            self._remember(problem, _Asked(digest_of(fold(problem.question)), None), problem.answer)
            self._tally.problems += 1
            return problem
        first = {"dataset": known.dataset, "answer": known.answer, "level": known.level, "subject": known.subject}
        return problem.model_copy(update=first)


_OWN = "no benchmark of this name is known; level, subject and gold answer are what the rows say"


def beside(row: Mapping[str, Any]) -> str:
    """A digest of what belongs to the question of a row; empty if nothing does."""
    keys = [key for key in _BESIDE if row.get(key) and not _holds_objects(row[key])]
    keys += _LETTERED if all(isinstance(row.get(key), str) for key in _LETTERED) else ()
    return digest_of(json.dumps([[key, row[key]] for key in keys], default=str)) if keys else ""


def _holds_objects(value: Any) -> bool:
    """Is it a list of objects, such as the choices that a server answers?"""
    return isinstance(value, list) and any(isinstance(part, Mapping) for part in value)


def _is_spelled_otherwise(question: str, asks: _Asked, taken: _Known) -> bool:
    """Is it the same question beside the same, in another spelling?"""
    return taken.asked.beside in (asks.beside, None) and words_of(question) == taken.words


def words_of(question: str) -> str:
    """A digest of the words, numbers and signs of a question."""
    return digest_of(" ".join(word.text for word in words(repaired(question))))


def digest_of(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


class _Datasets:
    """The names of the datasets of files whose rows name none, and the benchmarks that their problems are of."""

    def __init__(
        self, log: Log, columns: Mapping[str, str], catalogue: Catalogue, there: Mapping[str, set[str]]
    ) -> None:
        self._catalogue = catalogue
        self._questions: dict[str, dict[str, str]] = {}
        self._benchmarks: dict[str, str | None] = {}
        seen = self._survey(log, columns, {base_of(name) for name in there})
        self.names = named({path: set(questions) for path, questions in seen.items()}, there)
        for path, questions in seen.items():
            self._questions.setdefault(self.names[path], {}).update(questions)

    def benchmark(self, name: str) -> str | None:
        """The benchmark that most of the questions of this dataset are in; None if it is none at hand."""
        if name not in self._benchmarks:
            questions = [text for text in self._questions.get(name, {}).values() if text]
            self._benchmarks[name] = canonical_name(name) or self._recognised(questions)
        return self._benchmarks[name]

    def _recognised(self, questions: list[str]) -> str | None:
        step = -(-len(questions) // MOST_ASKED)
        sought = questions[:: step or 1]
        for index in self._catalogue.at_hand() if sought else ():
            found = [text for text in sought if index.find(None, text)]
            if len(found) * 2 > len(sought) and any(len(text.split()) >= TELLING for text in found):
                return index.name
        return None

    def _survey(self, log: Log, columns: Mapping[str, str], bases: set[str]) -> dict[Path, dict[str, str]]:
        """The questions of each file by their digests: all if others may hold the same, else those of its beginning."""
        seen: dict[Path, dict[str, str]] = {}
        kin = [base_of(dataset_of(path)) for path in log.files]
        for path, base in zip(log.files, kin, strict=True):
            questions = seen.setdefault(log.named_after(path), {})
            whole = kin.count(base) > 1 or base in bases
            for number, (where, raw) in enumerate(log.read(path)):
                if number >= MOST_READ_AHEAD and not whole:
                    break
                with placed(where):
                    problem = asked(raw, columns)
                if problem.question is not None:
                    into = questions if problem.dataset is None else self._questions.setdefault(problem.dataset, {})
                    text = problem.question if len(into) < MOST_READ_AHEAD else ""
                    into.setdefault(digest_of(fold(problem.question)), text)
        return seen
