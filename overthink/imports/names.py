"""The dataset of rows that name none: their file's name, without the number of a sample.

dataset_of(Path("output-rs0.jsonl"))           # output: its seed says that others hold the same problems
named({Path("a_1.jsonl"): {"p", "q"}, Path("a_2.jsonl"): {"p", "q"}}, {})      # both are of dataset a
named({Path("aime_24.jsonl"): {"p"}, Path("aime_25.jsonl"): {"q"}}, {})        # two datasets
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from pathlib import Path

from overthink.problems import canonical_name
from overthink.problems.files import stem_of

_WORDS = "rs|run|seed|samples?|try|trial|attempt|rollout|rep|repeat|part|shard|chunk"
_NUMBER = re.compile(rf"(?:^|[-_. ])({_WORDS})?[-_. =]?\d{{1,9}}(?:-of-\d{{1,9}})?$", re.IGNORECASE)
_NUMBERS = re.compile(
    rf"(?:^|[-_. ])(?:{_WORDS})[-_. =]?\d{{1,9}}(?![^-_. ])|(?:^|[-_. ])\d{{1,9}}(?=[-_. ])|\d{{1,9}}$", re.IGNORECASE
)


def dataset_of(path: Path) -> str:
    """The file's name without a number that says which sample it holds; a benchmark's name keeps its number."""
    name = stem_of(path)
    while canonical_name(name) is None and (found := _NUMBER.search(name)) and found[1]:
        name = name[: found.start()] or found[1].lower()
    return name


def base_of(name: str) -> str:
    """The name without any number at its end, or, if there is none, without those that are parts of it."""
    if canonical_name(name):
        return name
    found = _NUMBER.search(name)
    return (name[: found.start()] if found else _NUMBERS.sub("", name).strip("-_. ")) or "samples"


def named(files: Mapping[Path, Set[str]], there: Mapping[str, Set[str]]) -> dict[Path, str]:
    """The dataset of each file, whose questions are given, beside the datasets that the run holds.

    Files whose names differ in numbers alone, and that share half of their questions, are of one dataset.
    """
    names: dict[Path, str] = {}
    for path, questions in files.items():
        own = dataset_of(path)
        base = base_of(own)
        kin = (name for name, held in there.items() if name == base or (base_of(name) == base and own != name))
        known = next((name for name in kin if _share_problems(questions, there[name])), None)
        others = [other for at, other in files.items() if at != path and base_of(dataset_of(at)) == base]
        names[path] = known or (base if any(_share_problems(questions, other) for other in others) else own)
    return names


def _share_problems(questions: Set[str], others: Set[str]) -> bool:
    shorter = min(len(questions), len(others))
    return bool(shorter) and len(questions & others) * 2 >= shorter
