"""What `overthink pairs` prints: the paper's table, and in lines what was written and what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from overthink.pairs.overlap import ALLOWED
from overthink.pairs.rows import PairReport, SideMetrics
from overthink.records import Metric, void_codes
from overthink.render.formats import Shown
from overthink.render.tables import Line, Part, Table, worst_lines

COLUMNS = {
    "n": "tokens",
    "solutions": "solutions",
    "tokens": "tokens",
    "outcome\neff. %": "outcome_efficiency",
    "process\neff. %": "process_efficiency",
}
UNUSED = {
    "wrong": "final answer wrong",
    "undetermined": "final answer undetermined",
    "no_correct_solution": "no correct solution in the thinking",
    "first_correct_undetermined": "an undetermined solution before the first correct one",
    "cut_off": "cut off",
    "hidden_thinking": "whose thinking the server hides",
    "not_closable": "no final answer behind the thinking (--close boxed takes these)",
}
DROPPED = {"no_usable_sample": "without a usable sample", "equal_sides": "whose sides are equal"}


def shown(report: PairReport, out: Path | None) -> Shown:
    """The report in every format; `out` is the file that the pairs were written to."""
    return Shown(
        terminal=_parts(report, out),
        rows=[_flat(side, void_codes(report.caveats)) for side in report.statistics],
        whole=report,
    )


def _parts(report: PairReport, out: Path | None) -> Iterator[Part]:
    rows = [
        [side.side, *(_cell(heading, side.metrics[name]) for heading, name in COLUMNS.items())]
        for side in report.statistics
    ]
    yield Table(["side", *COLUMNS], rows, gap=3)
    yield Line("")
    yield from map(Line, lines(report, out))


def _cell(heading: str, metric: Metric) -> str:
    if heading == "n":
        return str(metric.n)
    if metric.value is None:
        return "–"
    if metric.unit == "share":
        left_out = f" (n {metric.n})" if metric.n_excluded else ""
        return f"{100 * metric.value:.1f}{left_out}"
    return f"{metric.value:.1f}"


def _flat(side: SideMetrics, void: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {"side": side.side}
    for name, metric in side.metrics.items():
        row |= {name: metric.value, f"{name}_ci_low": metric.ci_low, f"{name}_ci_high": metric.ci_high}
        row |= {f"{name}_n": metric.n, f"{name}_n_excluded": metric.n_excluded}
    return row | ({"void": void} if void else {})


def lines(report: PairReport, out: Path | None) -> Iterator[str]:
    """What was written and what was left out."""
    yield f"{report.problems} problems, {report.samples} samples of {report.model}; tokens of {report.tokenizer}"
    yield "the table is of the problems with a usable sample, one vote for each sample"
    yield from (line.text for line in worst_lines(report.caveats))
    if report.not_scored:
        yield f"left out: {report.not_scored} samples that could not be scored (failures.jsonl)"
    if report.unused:
        yield "nothing is chosen from: " + ", ".join(f"{n} {UNUSED[why]}" for why, n in report.unused.items())
    if report.dropped:
        yield "problems dropped: " + ", ".join(f"{n} {DROPPED[why]}" for why, n in report.dropped.items())
    if report.fell_back:
        yield f"chosen without a second correct solution, as FCS: {report.fell_back}"
    if report.rejected_cut_off:
        yield f"rejected samples that were cut off: {report.rejected_cut_off}"
    if report.pairs == 0:
        yield "no pairs: nothing was written"
    elif report.pairs is not None:
        yield f"{report.pairs} pairs ({report.kind}) in {out}; training needs max_length {report.max_length}"
        yield _overlap(report)


def _overlap(report: PairReport) -> str:
    if ALLOWED in report.overlap_unchecked.values():
        return f"not looked for in benchmarks: {ALLOWED}"
    checked = ", ".join(f"{name} ({n})" for name, n in report.overlap_checked.items()) or "nothing"
    unchecked = ", ".join(report.overlap_unchecked)
    missing = f"; not looked for, since not at hand: {unchecked}" if unchecked else ""
    return f"no problem is also in: {checked}{missing}"
