"""Tables, pages and figures name metrics by hand: each of these names is in the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import overthink
from overthink.compare.rows import HEADLINE
from overthink.metrics.catalogue import SPECS
from overthink.render.cells import COLUMNS

PACKAGE = Path(overthink.__file__).parent
NAMES = {spec.name for spec in SPECS} | {"pass@1"}
SCRIPTS = [path for path in sorted(PACKAGE.rglob("*.js")) if ".min." not in path.name]
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "follow" not in str(path.relative_to(PACKAGE))]
LOOK_UPS = [
    r"""\b(?:metrics|overall)\[f?["'`]([a-z][\w@/+]*)""",
    r"""\b(?:metrics|overall)\.get\(\s*f?["'`]([a-z][\w@/+]*)""",
    r"""\b(?:byLevel|byPlace|metric)\(\w+, "([^"]+)\"""",
    r"""\bcolumn\("([^"]+)\"""",
    r"""\b(?:_family|_value)\([\w.]+, f?"([a-z][\w@/+]*)""",
    r"""\b_histogram\(\s*"([^"]+)\"""",
    r"""\("([a-z]\w*)", "[^"]*", \d+\)""",  # what _by_level draws
]
"""The ways in which code takes a metric from a report."""


def named(text: str) -> set[str]:
    """The names of metrics and of families of them, such as `distinctness@`, that this code asks a report for."""
    return {name for pattern in LOOK_UPS for name in re.findall(pattern, text)}


def named_in_script(text: str) -> set[str]:
    measures = re.search(r"const MEASURES = \[(.*?)\];", text, re.DOTALL)
    listed = re.findall(r'\["([a-z]\w*)"', measures[1]) if measures else []
    return {*named(text), *listed, *re.findall(r"\boverall\.([a-z]\w*)\b(?!\()", text)}


def unknown(names: set[str]) -> set[str]:
    return {name for name in names - NAMES if not (name[-1] in "@/" and any(known.startswith(name) for known in NAMES))}


FOUND = {
    str(path.relative_to(PACKAGE)): find(path.read_text(encoding="utf-8"))
    for find, paths in ((named_in_script, SCRIPTS), (named, MODULES))
    for path in paths
}


@pytest.mark.parametrize("source", [source for source, names in FOUND.items() if names])
def test_a_metric_that_code_asks_for_is_in_the_catalogue(source: str) -> None:
    assert unknown(FOUND[source]) == set()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("report/page/assets/overview.js", {"accuracy", "tokens_after_answer_share", "process_efficiency", "tokens"}),
        ("report/page/assets/figures.js", {"solution_count@", "distinctness@", "outcome_efficiency", "kind_share/"}),
        ("report/page/assets/charts.js", {"kind_share/"}),
        ("report/figures.py", {"first_correct@", "distinctness@", "kind_share/", "process_efficiency", "tokens"}),
        ("metrics/tables.py", {"pass@", "kind_share/", "outcome_efficiency_first_solution"}),
    ],
)
def test_the_names_are_found_where_they_are_written(source: str, names: set[str]) -> None:
    assert names <= FOUND[source]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('byLevel(dataset, "speed", "Speed", "words")', {"speed"}),
        ("const share = overall.waste;", {"waste"}),
        ('overall["tokens"]; metrics[f"kind/{kind}"]', {"kind/"}),
        ('const MEASURES = [["accuracy", "A"], ["charm", "C"]];', {"charm"}),
        ('overall["accuracy"]; byPlace(dataset, "first_correct@", "", "")', set()),
    ],
)
def test_a_name_that_no_catalogue_has_is_found(text: str, wrong: set[str]) -> None:
    assert unknown(named_in_script(text)) == wrong


def test_the_columns_of_tables_are_in_the_catalogue() -> None:
    assert {column.metric for column in COLUMNS} | set(HEADLINE) <= NAMES
