"""Named benchmarks, files of problems and datasets of the hub, as Problems.

load("math500", mirror=None)        a benchmark, by any of its names
load("mine.jsonl", mirror=None)     a file
load("hub:ORG/NAME:test", ...)      anything on the hub
"""

from __future__ import annotations

import difflib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path

from overthink.errors import OverthinkError
from overthink.problems import hub, jsonl, named
from overthink.problems.benchmark import Benchmark, DatasetInfo, LoadedDataset, Rows, first_then
from overthink.problems.files import suffix_of
from overthink.problems.index import BenchmarkIndex
from overthink.problems.sources import cached_rows, file_digest, file_rows
from overthink.records import Problem

__all__ = [
    "BenchmarkIndex",
    "Catalogue",
    "DatasetInfo",
    "LoadedDataset",
    "canonical_name",
    "is_source",
    "known",
    "load",
    "unknown",
]

_FOUND: list[Benchmark] = [
    import_module(f"{named.__name__}.{found.name}").BENCHMARK for found in pkgutil.iter_modules(named.__path__)
]
BENCHMARKS = {benchmark.info.name: benchmark for benchmark in sorted(_FOUND, key=lambda found: found.info.name)}


def known() -> list[DatasetInfo]:
    """The benchmarks that have a name, in the order of their names."""
    return [benchmark.info for benchmark in BENCHMARKS.values()]


def canonical_name(text: str) -> str | None:
    """The name of the benchmark that goes by this one too, whatever its case and punctuation; None for any other."""
    return _ALIASES.get(_letters(text))


def load(name: str, *, mirror: Path | None, columns: Mapping[str, str] | None = None) -> LoadedDataset:
    """The problems of a benchmark, a file or a dataset of the hub.

    `mirror` is a folder laid out as ORG/NAME/FILE used in place of the hub. OverthinkError for a name that means
    none of them, and if the rows cannot be had.
    """
    if name.startswith(hub.SCHEME):
        return hub.load(name, mirror, columns or {})
    if canonical := canonical_name(name):
        return _load_benchmark(BENCHMARKS[canonical], mirror)
    if suffix_of(Path(name)):
        return _load_file(Path(name), columns or {})
    raise unknown(name)


def is_source(name: str) -> bool:
    """Is it the name of a benchmark, a file or a dataset of the hub, whether it can be had or not?"""
    return name.startswith(hub.SCHEME) or canonical_name(name) is not None or suffix_of(Path(name)) is not None


def unknown(name: str) -> OverthinkError:
    """The error for a name that means no dataset, with the names nearest to it."""
    near = difflib.get_close_matches(_letters(name), _ALIASES, n=len(_ALIASES), cutoff=0.69)
    names = list(dict.fromkeys(_ALIASES[alias] for alias in near))[:2]
    guess = f"Did you mean {' or '.join(names)}?" if names else "Those with a name are listed by overthink datasets."
    return OverthinkError(
        f"{name!r}: there is no dataset of this name",
        f"{guess} A file ends in .jsonl, .json, .csv or .parquet; hub:ORG/NAME is any on the hub.",
    )


class Catalogue:
    """What recorded rows are joined with. Each benchmark is read once, when the first row asks for it."""

    def __init__(self, mirror: Path | None) -> None:
        self.mirror = mirror
        self._indices: dict[str, BenchmarkIndex] = {}

    def require(self, text: str) -> str:
        """The name of a dataset that the user named; rows of a file or of the hub are read at once.

        OverthinkError if there is none such.
        """
        if canonical := canonical_name(text):
            return canonical
        index = BenchmarkIndex(load(text, mirror=self.mirror))
        self._indices[index.name] = index
        return index.name

    def knows(self, name: str) -> bool:
        """Is it a benchmark, or what the user has named?"""
        return name in self._indices or canonical_name(name) == name

    def at_hand(self) -> Iterator[BenchmarkIndex]:
        """The benchmarks that can be read without asking the hub for anything, the smallest first."""
        for benchmark in sorted(BENCHMARKS.values(), key=lambda one: one.info.problems or 0):
            if (index := self._at_hand(benchmark)) is not None:
                yield index

    def _at_hand(self, benchmark: Benchmark) -> BenchmarkIndex | None:
        name = benchmark.info.name
        if name in self._indices or self.mirror is not None:
            try:
                return self.index(name)
            except OverthinkError:  # the mirror does not hold it
                return None
        rows = cached_rows(benchmark.read)
        if rows is None:
            return None
        loaded = LoadedDataset(name, benchmark.info.split, rows.revision, lambda: _problems(benchmark, rows))
        self._indices[name] = BenchmarkIndex(loaded)
        return self._indices[name]

    def index(self, name: str) -> BenchmarkIndex:
        """The problems of a dataset. OverthinkError if its rows cannot be had."""
        if name not in self._indices:
            self._indices[name] = BenchmarkIndex(load(name, mirror=self.mirror))
        return self._indices[name]


def _load_file(path: Path, columns: Mapping[str, str]) -> LoadedDataset:
    first = next(file_rows(path), {})
    benchmark = next((one for one in BENCHMARKS.values() if one.row_key in first), None)
    if benchmark is None:
        return jsonl.load(path, columns)
    info, revision = benchmark.info, f"{path.name}, sha256 {file_digest(path)}"
    return LoadedDataset(info.name, info.split, revision, lambda: _problems(benchmark, Rows(file_rows(path), revision)))


def _load_benchmark(benchmark: Benchmark, mirror: Path | None) -> LoadedDataset:
    info = benchmark.info
    first = benchmark.read(mirror)
    rows = first_then(first, partial(benchmark.read, mirror))
    return LoadedDataset(info.name, info.split, first.revision, lambda: _problems(benchmark, rows()))


def _problems(benchmark: Benchmark, rows: Rows) -> Iterator[Problem]:
    for index, raw in enumerate(rows.rows):
        try:
            yield benchmark.problem(raw, index)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise OverthinkError(
                f"{benchmark.info.name}: row {index + 1} of {rows.revision} is not as the benchmark has it ({error!r})",
                "Get the file once more from the hub.",
            ) from None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9+]", "", text.lower())


_ALIASES = {
    _letters(alias): name for name, benchmark in BENCHMARKS.items() for alias in (name, *benchmark.info.aliases)
}
