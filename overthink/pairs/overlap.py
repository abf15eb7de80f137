"""No pairs of a benchmark's test problems: they are found by the name of their dataset, and by their text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from overthink.errors import OverthinkError
from overthink.problems import canonical_name, known, load
from overthink.run import Run

ALLOWED = "--allow-test-split"

_SPACING = re.compile(r"\\(?:left|right|displaystyle|quad|qquad|text|mathrm|[,!;: ])(?![a-z])")
_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_OTHER = re.compile(r"[^\w+\-*/^=<>()\[\]|%.]")


def problem_key(text: str) -> str:
    """The text without case, blanks, punctuation and TeX's spacing; letters, digits and operators stay.

    Texts of one problem differ in blanks, dollars and ways of writing TeX.
    """
    folded = _SPACING.sub("", normalize("NFKC", text).casefold())
    folded = folded.replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    return _OTHER.sub("", _POINT.sub("", folded))


@dataclass(frozen=True)
class Overlap:
    """Which benchmarks' problems were looked for, with their number; which could not be had, with the reason."""

    checked: dict[str, int]
    unchecked: dict[str, str]


def check_problems(runs: Sequence[Run], mirror: Path | None, allow: bool) -> Overlap:
    """OverthinkError if a problem is one of a benchmark's test split, by the name of its dataset or by its text."""
    if allow:
        return Overlap({}, {info.name: ALLOWED for info in known() if info.split == "test"})
    tests = {info.name for info in known() if info.split == "test"}
    texts: dict[str, str] = {}
    for run in runs:
        for problem in run.table("problems").rows():
            name = canonical_name(problem.dataset) or problem.dataset
            if name in tests or run.manifest.splits.get(name) == "test":
                raise _test_split(f"{run.folder}: {name} is a benchmark's test split")
            texts[problem_key(problem.question)] = problem.id
    overlap = Overlap({}, {})
    for name in sorted(tests):
        try:
            keys = [problem_key(problem.question) for problem in load(name, mirror=mirror)]
        except OverthinkError as error:
            overlap.unchecked[name] = error.message
            continue
        overlap.checked[name] = len(keys)
        if shared := sorted(texts[key] for key in texts.keys() & set(keys)):
            raise _test_split(f"problems that are also in {name}: {len(shared)}, for example {shared[0]}")
    return overlap


def _test_split(what: str) -> OverthinkError:
    return OverthinkError(
        what, "Train on other problems (prm12k); --allow-test-split if the model is never measured on these."
    )
