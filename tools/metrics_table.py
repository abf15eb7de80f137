"""Write the table of metrics in docs/metrics.md from the catalogue: python tools/metrics_table.py"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from overthink.metrics.catalogue import SPECS, Spec

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
BEGIN, END = "<!-- table of metrics: begin -->\n", "<!-- table of metrics: end -->\n"
_BETTER = {True: "higher", False: "lower", None: "–"}


def table() -> str:
    """Every metric of the catalogue in its order, neighbours that are described alike in one line."""
    lines = ["| metric | unit | better | what it is |", "|---|---|---|---|"]
    for _, family in groupby(SPECS, key=lambda spec: (spec.about, spec.unit, spec.higher_is_better)):
        first, *others = family
        lines.append(
            f"| {_names([first, *others])} | {first.unit} | {_BETTER[first.higher_is_better]} | {first.about} |"
        )
    return "\n".join(lines) + "\n"


def _names(family: list[Spec]) -> str:
    names = [f"`{spec.name}`" for spec in family]
    return ", ".join(names) if len(names) < 4 else f"{names[0]} … {names[-1]}"


def with_table(page: str) -> str:
    """The page with the table of today between its two markers. ValueError if it has not both."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no markers of the table")
    return before + BEGIN + table() + END + after


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
