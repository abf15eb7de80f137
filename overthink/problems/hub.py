"""Any dataset of the hub: `hub:ORG/NAME[/CONFIG][@REVISION][:SPLIT]`, with --map for its column names.

A row is read like that of a file, by the names of its keys:

    {"problem": "What is 9 - 4?", "solution": "... $\\boxed{5}$", "level": "Level 1"}

Without a revision the newest commit is looked up, loaded and named in run.json. A mirror holds
`ORG/NAME/[CONFIG/]SPLIT.jsonl`, or the parquet file as the hub has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from overthink.errors import OverthinkError
from overthink.problems import jsonl
from overthink.problems.benchmark import Columns, LoadedDataset, RawRow, Rows, Source, Split, first_then
from overthink.problems.files import FileRow, Where
from overthink.problems.sources import rows_of
from overthink.records import Problem

SCHEME = "hub:"
_NAME = re.compile(
    r"hub:(?P<repository>\w[\w.-]*/\w[\w.-]*)(?:/(?P<config>\w[\w.-]*))?(?:@(?P<revision>\w[\w.-]*))?(?::(?P<split>\w+))?"
)


def parse(name: str) -> Source:
    """The source that the name means; the split is `test` if it names none. OverthinkError for another form."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise OverthinkError(
            f"{name!r}: not a dataset of the hub",
            "Its form is hub:ORG/NAME, then /CONFIG, @REVISION, :SPLIT as needed.",
        )
    split, config = found["split"] or "test", found["config"]
    folders = (f"{config}/",) if config else ("", "data/")
    names = (
        f"{split}.jsonl",
        f"{split}.jsonl.gz",
        f"{split}.json",
        f"{split}.parquet",
        f"{split}-00000-of-00001.parquet",
    )
    files = tuple(folder + file for folder in folders for file in names)
    return Source(found["repository"], config, split, found["revision"], files)


def load(name: str, mirror: Path | None, columns: Columns) -> LoadedDataset:
    """The problems of a dataset of the hub, or of the mirror's file."""
    source = parse(name)
    first = rows_of(source, mirror)
    dataset = source.repository if source.config is None else f"{source.repository}/{source.config}"
    split: Split = "train" if source.split == "train" else "test"
    rows = first_then(first, partial(rows_of, source, mirror))
    return LoadedDataset(dataset, split, first.revision, lambda: _problems(rows(), dataset, columns))


def _problems(rows: Rows, dataset: str, columns: Columns) -> Iterator[Problem]:
    return jsonl.problems(_placed(rows.rows, dataset), dataset, columns)


def _placed(rows: Iterator[RawRow], dataset: str) -> Iterator[FileRow]:
    return ((Where(Path(dataset), number, "row"), row) for number, row in enumerate(rows, start=1))
