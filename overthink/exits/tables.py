"""What an earlier stop would have kept, as people read it: tables and a curve for a terminal; Markdown, CSV, JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from overthink.exits.rows import DatasetStops, Exits, ExitSettings, RunExits, Stop, Stops
from overthink.metrics.tables import failed_line
from overthink.records import Metric
from overthink.render.cells import (
    NOTHING,
    PERCENT_OF_INTERVALS,
    bare,
    escaped,
    number,
    printable,
    with_half_width,
    with_interval,
)
from overthink.render.formats import to_markdown as rows_to_markdown
from overthink.render.formats import written
from overthink.render.terminal import grid, title, to_text, width_of

Format = Literal["table", "json", "jsonl", "csv", "markdown"]

_PRICES = "; money and energy: of the tokens saved in these responses"
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def render(exits: Exits, form: Format, *, width: int = 80, colour: bool = False) -> str:
    """The numbers in this format, with a newline at its end. `width` (columns) and `colour` are the terminal's."""
    if form == "table":
        return to_text(tables(exits, width), width, colour)
    if form == "markdown":
        return "\n".join(_markdown(exits))
    return written(form, exits.rows, exits)


def _markdown(exits: Exits) -> Iterator[str]:
    """A heading and a table for each run and dataset."""
    for part in exits.runs:
        for dataset, block in part.datasets.items():
            yield f"### {escaped(part.model)}, {escaped(dataset)}: had each response stopped earlier\n"
            rows = [
                {
                    "stop": stop_name(stop),
                    "accuracy %": with_interval(stop.accuracy),
                    "change, points": _change(stop.accuracy_change, with_interval),
                    "tokens": with_interval(stop.tokens),
                    "saved %": with_interval(stop.tokens_saved),
                    "stopped %": bare(stop.stopped),
                }
                for stop in block.overall.stops
            ]
            yield rows_to_markdown(rows)
            yield "".join(f"{line}.\n" for line in _lines(block.overall, exits.settings))
            if part.failed:
                yield f"{failed_line(part.failed)}.\n"
    yield f"{exits.upper_bound}\n"


def tables(exits: Exits, width: int) -> Iterator[RenderableType]:
    """For each run and dataset: every stop, the curve over the budgets, the smallest budget, the levels."""
    yield Text(exits.upper_bound, style="yellow")
    for part in exits.runs:
        for dataset, block in part.datasets.items():
            yield title(f"{printable(part.model)} · {printable(dataset)}: had each response stopped earlier")
            yield _stops_table(block.overall, exits.settings, width)
            yield from _curve(block.overall, width)
            yield from map(Text, _lines(block.overall, exits.settings))
            if part.failed:
                yield Text(failed_line(part.failed))
            if block.levels:
                yield title("By level")
                yield _level_table(block)
    priced = (exits.settings.price_out, exits.settings.joules_per_token) != (None, None)
    for line in dict.fromkeys(_method_line(part) for part in exits.runs):
        yield Text(f"\n{line}{_PRICES if priced else ''}", style="dim")


def stop_name(stop: Stop) -> str:
    """`solution 2`, `budget 1,024`."""
    names = {"none": "as it ended", "repeat": "same answer twice", "solution": "solution", "budget": "budget"}
    return names[stop.rule] + (f" {stop.at:,}" if stop.at is not None else "")


def _stops_table(stops: Stops, settings: ExitSettings, width: int) -> Table:
    for cell in (with_interval, with_half_width):
        table = _filled(stops, settings, cell)
        if width_of(table) <= width:
            return table
    return _filled(stops, settings, bare)


def _filled(stops: Stops, settings: ExitSettings, cell: Callable[[Metric], str]) -> Table:
    extra = [
        heading
        for heading, wanted in (("money\nsaved", settings.price_out), ("energy\nsaved", settings.joules_per_token))
        if wanted is not None
    ]
    table = grid("stop", "accuracy\n%", "change\npoints", "\ntokens", "saved\n%", "stopped\n%", *extra)
    for stop in stops.stops:
        prices = [
            text
            for text, value in (
                (_money(stop.money_saved), stop.money_saved),
                (_joules(stop.joules_saved), stop.joules_saved),
            )
            if value is not None
        ]
        cells = [cell(stop.accuracy), _change(stop.accuracy_change, cell), cell(stop.tokens)]
        cells += [cell(stop.tokens_saved), bare(stop.stopped), *prices]
        if stop.rule == "none":
            cells[1] = cells[3] = cells[4] = ""
        table.add_row(stop_name(stop), *cells, style="bold" if stop.rule == "none" else "")
    return table


def _change(metric: Metric, cell: Callable[[Metric], str]) -> str:
    text = cell(metric)
    return text if metric.value is None or metric.value < 0 else f"+{text}"


def _curve(stops: Stops, width: int) -> Iterator[Text]:
    """Accuracy under each budget as bars; the mark stands where the accuracy without a stop is."""
    room = max(10, min(width - 24, 60))
    whole = stops.stops[0].accuracy.value
    mark = None if whole is None else min(round(whole * room), room - 1)
    yield Text(
        f"\naccuracy under a token budget ({'│: without a stop' if mark is not None else 'no verdict is known'})"
    )
    for stop in stops.stops:
        if stop.rule == "budget" and stop.accuracy.value is not None:
            line = list(_bar(stop.accuracy.value, room))
            if mark is not None and line[mark] == " ":
                line[mark] = "│"
            yield Text(f"{stop.at:>8,} {''.join(line)} {number(stop.accuracy.value, 'share'):>6} %")


def _bar(share: float, room: int) -> str:
    full, part = divmod(round(share * room * 8), 8)
    return ("█" * full + (_EIGHTHS[part] if part else "")).ljust(room)


def _lines(stops: Stops, settings: ExitSettings) -> Iterator[str]:
    points = f"{100 * settings.loss:g} point{'' if settings.loss == 0.01 else 's'}"
    if stops.smallest_budget is None:
        yield f"every budget loses {points} or more"
    else:
        yield f"smallest budget that loses less than {points}: {stops.smallest_budget:,} tokens ({_surely(stops)})"
    whole = stops.stops[0].accuracy
    if whole.n_excluded:
        yield f"{whole.n_excluded} of {stops.responses} final verdicts are undetermined: left out of accuracy"
    more = [
        f"{stop_name(stop)}: {stop.accuracy.n_excluded}"
        for stop in stops.stops
        if stop.accuracy.n_excluded > whole.n_excluded
    ]
    if more:
        yield f"responses left out of accuracy, as their answer by then is undetermined: {', '.join(more)}"
    if stops.unknown_repeats:
        yield f"responses with two answers that could not be compared, and count as different: {stops.unknown_repeats}"


def _surely(stops: Stops) -> str:
    if stops.smallest_budget_surely is None:
        return "no budget whose interval says so, too"
    return f"{stops.smallest_budget_surely:,} by the interval, too"


def _level_table(block: DatasetStops) -> Table:
    """Two rules and the smallest budget, level by level."""
    table = grid(
        "\nlevel", "\nn", "as it ended\naccuracy %", "1st solution\nchange", "\nsaved %", "twice the same\nchange",
        "\nsaved %", "smallest\nbudget",
    )  # fmt: skip
    for name, stops in [*((str(level), stops) for level, stops in block.levels.items()), ("all", block.overall)]:
        by_rule = {(stop.rule, stop.at): stop for stop in stops.stops}
        cells = [bare(by_rule["none", None].accuracy)]
        for key in (("solution", 1), ("repeat", None)):
            stop = by_rule.get(key)
            cells += [_change(stop.accuracy_change, bare), bare(stop.tokens_saved)] if stop else [NOTHING, NOTHING]
        budget = NOTHING if stops.smallest_budget is None else f"{stops.smallest_budget:,}"
        table.add_row(name, str(stops.responses), *cells, budget)
    return table


def _money(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.2f}"


def _joules(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value / 3.6e6:,.2f} kWh" if value >= 3.6e5 else f"{value / 3600:,.2f} Wh"


def _method_line(part: RunExits) -> str:
    method = part.method
    return (
        f"{PERCENT_OF_INTERVALS} intervals (±: half their width): {method.resamples:,} bootstrap resamples of the "
        f"problems, seed {method.seed}; tokens of the {method.scope}, {printable(method.tokenizer)}; an answer counts "
        "as stated where its solution ends"
    )
