"""A comparison as people read it: tables for a terminal, Markdown, CSV, JSON lines, JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from overthink.compare.rows import Against, Changes, Comparison, Settings, groups, headline
from overthink.records import Metric
from overthink.render.cells import (
    COLUMNS,
    FULLEST_FIRST,
    NOTHING,
    PERCENT_OF_INTERVALS,
    cell_of,
    escaped,
    number,
    printable,
    signed,
    with_interval,
)
from overthink.render.formats import to_markdown as rows_to_markdown
from overthink.render.formats import written
from overthink.render.terminal import grid, title, to_text, width_of

Format = Literal["table", "json", "jsonl", "csv", "markdown"]

_UNITS = {"share": " %", "score": ""}


def render(comparison: Comparison, form: Format, *, width: int = 80, colour: bool = False) -> str:
    """The comparison in this format, with a newline at its end. `width` (columns) and `colour` are the terminal's."""
    if form == "table":
        return to_text(tables(comparison, width), width, colour)
    if form == "markdown":
        return "\n".join(_markdown(comparison))
    return written(form, comparison.rows, comparison)


def _markdown(comparison: Comparison) -> Iterator[str]:
    """A heading, a table and the lines beside it for each run."""
    for against in comparison.comparisons:
        yield f"### {escaped(against.model)} against {escaped(comparison.base_model)}\n"
        yield f"{pairing_line(against)}. {wins_line(against.overall).capitalize()}.\n"
        rows = [
            {
                "metric": metric_name(name, change.unit),
                "n": change.n,
                "base": number(change.base, change.unit),
                "new": number(change.new, change.unit),
                "difference": with_interval(change, signed),
                "p": p_cell(change.p_value, comparison.settings),
            }
            for name, change in headline(against.overall).items()
        ]
        yield rows_to_markdown(rows)
        yield f"{aes_line(against.overall.aes, comparison.settings)}.\n"
        if against.unlike:
            yield f"Unlike methods, compared anyway: {escaped('; '.join(against.unlike))}.\n"
        yield from (f"Note: {escaped(note)}.\n" for note in against.notes)
    yield f"{method_line(comparison.settings)}.\n"


def tables(comparison: Comparison, width: int) -> Iterator[RenderableType]:
    """Each run against the base: how they were paired, all differences, then those by dataset and level."""
    for against in comparison.comparisons:
        yield title(f"{printable(against.model)} against {printable(comparison.base_model)}")
        yield Text(f"{printable(against.run)} less {printable(comparison.base_run)}", style="dim")
        if against.unlike:
            yield Text(f"UNLIKE METHODS, compared anyway: {printable('; '.join(against.unlike))}", style="bold red")
        yield Text(pairing_line(against))
        yield Text()
        yield _differences(against.overall, comparison.settings)
        yield Text(aes_line(against.overall.aes, comparison.settings))
        yield Text(wins_line(against.overall))
        if len(against.datasets) > 1 or any(block.levels for block in against.datasets.values()):
            yield title("Differences by dataset and level")
            yield _by_level(against, width)
        for note in against.notes:
            yield Text(f"note: {printable(note)}", style="yellow")
    yield Text(f"\n{method_line(comparison.settings)}", style="dim")


def pairing_line(against: Against) -> str:
    """How many problems are compared, and which are not; how many rows failed."""
    pairing = against.pairing
    unused = {
        "only in the base": pairing.only_base,
        "only in this run": pairing.only_new,
        "with another text": pairing.other_text,
        "failed rows of the base": sum(pairing.failed_base.values()),
        "failed rows of this run": sum(pairing.failed_new.values()),
    }
    left_out = ", ".join(f"{count} {where}" for where, count in unused.items() if count)
    shared = f"{pairing.shared} problems in both ({pairing.samples_base} and {pairing.samples_new} responses)"
    return f"{shared}; not used: {left_out}" if left_out else shared


def wins_line(changes: Changes) -> str:
    """Problems won and lost by accuracy."""
    line = f"problems won {changes.won}, lost {changes.lost}, tied {changes.tied}"
    return f"{line}; {changes.undetermined} undetermined in one of the runs" if changes.undetermined else line


def aes_line(aes: Metric, settings: Settings) -> str:
    """The accuracy-efficiency score with its weights."""
    weights = f"α {settings.alpha:g}, β {settings.beta:g}, γ {settings.gamma:g}"
    value = NOTHING if aes.value is None else f"{aes.value:+.2f}"
    spread = "" if aes.ci_low is None else f" [{aes.ci_low:+.2f}, {aes.ci_high:+.2f}]"
    return f"accuracy-efficiency score (AES; {weights}): {value}{spread}"


def method_line(settings: Settings) -> str:
    """Where intervals and p-values come from."""
    return (
        f"{PERCENT_OF_INTERVALS} intervals (±: half their width): {settings.resamples:,} paired bootstrap resamples of "
        f"the problems; p: two-sided, {settings.permutations:,} random swaps of base and new within problems, seed "
        f"{settings.seed}; ≤ {settings.smallest_p_value:.1g} means that no swap reached the difference. p-values are "
        "not corrected for the number of metrics"
    )


def p_cell(p_value: float | None, settings: Settings) -> str:
    """`0.0213`, `≤ 0.0001` where no permutation reached the difference."""
    if p_value is None:
        return NOTHING
    least = p_value <= settings.smallest_p_value
    return f"≤ {p_value:.1g}" if least else f"{p_value:.4f}"


def metric_name(name: str, unit: str) -> str:
    """`outcome efficiency %`."""
    words = "after the answer" if name == "tokens_after_answer_share" else name.replace("_", " ")
    return words + _UNITS.get(unit, "")


def _differences(changes: Changes, settings: Settings) -> Table:
    table = grid("", "n", "base", "new", "difference", "p")
    for name, change in headline(changes).items():
        sides = (number(side, change.unit) for side in (change.base, change.new))
        cells = (*sides, with_interval(change, signed), p_cell(change.p_value, settings))
        table.add_row(Text(metric_name(name, change.unit)), str(change.n), *cells)
    return table


def _by_level(against: Against, width: int) -> Table:
    """In the fullest cells that fit."""
    for cell in FULLEST_FIRST:
        table = _filled(against, cell)
        if width_of(table) <= width:
            break
    return table


def _filled(against: Against, cell: Callable[..., str]) -> Table:
    table = grid("\n", "\nn", *(column.heading for column in COLUMNS), "won/\nlost")
    for dataset, level, changes in groups(against):
        if dataset is not None:
            name = printable(dataset) if level is None else f"  level {level}"
            cells = (cell_of(changes.metrics, column.metric, partial(cell, text=signed)) for column in COLUMNS)
            table.add_row(Text(name), str(changes.problems), *cells, f"{changes.won}/{changes.lost}")
    return table
