"""What an earlier stop would have kept, as people read it: tables and bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from overthink.exits.rows import DatasetStops, Exits, ExitSettings, RunExits, Stop, Stops
from overthink.metrics.tables import failed_line
from overthink.records import Metric
from overthink.render.cells import FULLEST_FIRST, NOTHING, PERCENT_OF_INTERVALS, bare, escaped, printable
from overthink.render.formats import Shown
from overthink.render.tables import Bars, Cell, Line, Part, Table, fitting, worst_lines

_PRICES = "; money and energy: of the tokens saved in these responses"


def shown(exits: Exits) -> Shown:
    """The numbers in every format."""
    return Shown(terminal=_tables(exits), markdown=_markdown(exits), rows=exits.rows, whole=exits)


def _markdown(exits: Exits) -> Iterator[Line | Table]:
    """A heading and a table for each run and dataset."""
    for part in exits.runs:
        for dataset, block in part.datasets.items():
            yield Line(f"{escaped(part.model)}, {escaped(dataset)}: had each response stopped earlier", "title")
            headings = ("stop", "accuracy %", "change, points", "tokens", "saved %", "stopped %")
            yield Table(headings, [[stop_name(stop), *_cells(stop)] for stop in block.overall.stops])
            yield Line("\n".join(f"{line}." for line in _lines(block.overall, exits.settings)))
            if part.failed:
                yield Line(f"{failed_line(part.failed)}.")
        if part.hidden:
            yield Line(f"{escaped(part.model)}: {_hidden_line(part)}.")
        yield from (Line(escaped(f"{line.text}.")) for line in worst_lines(part.caveats, f"{part.model}: "))
    yield Line(exits.upper_bound)


def _tables(exits: Exits) -> Iterator[Part]:
    """For each run and dataset: every stop, the curve over the budgets, the smallest budget, the levels."""
    yield Line(exits.upper_bound, "note")
    for part in exits.runs:
        for dataset, block in part.datasets.items():
            yield Line(f"{printable(part.model)} · {printable(dataset)}: had each response stopped earlier", "title")
            yield _stops(block.overall, exits.settings)
            yield from _curve(block.overall)
            yield from map(Line, _lines(block.overall, exits.settings))
            if part.failed:
                yield Line(failed_line(part.failed))
            if block.levels:
                yield Line("By level", "title")
                yield _by_level(block)
        if part.hidden:
            yield Line(f"{printable(part.model)}: {_hidden_line(part)}", "note")
        yield from worst_lines(part.caveats, f"{printable(part.model)}: ")
    priced = (exits.settings.price_out, exits.settings.joules_per_token) != (None, None)
    for line in dict.fromkeys(_method_line(part) for part in exits.runs):
        yield Line(f"\n{line}{_PRICES if priced else ''}", "dim")


def _hidden_line(part: RunExits) -> str:
    return f"the server hides its thinking in {part.hidden} responses: nothing is known of an earlier stop of these"


def stop_name(stop: Stop) -> str:
    """`solution 2`, `budget 1,024`."""
    names = {"none": "as it ended", "repeat": "same answer twice", "solution": "solution", "budget": "budget"}
    return names[stop.rule] + (f" {stop.at:,}" if stop.at is not None else "")


def _stops(stops: Stops, settings: ExitSettings) -> Table:
    """With what was saved in money and energy, if these have a price."""
    prices: list[tuple[str, Callable[[Stop], str]]] = []
    if settings.price_out is not None:
        prices.append(("money\nsaved", lambda stop: _money(stop.money_saved)))
    if settings.joules_per_token is not None:
        prices.append(("energy\nsaved", lambda stop: _joules(stop.joules_saved)))
    rows = []
    for stop in stops.stops:
        cells = _cells(stop)
        if stop.rule == "none":
            cells[1] = cells[3] = cells[4] = ""
        rows.append([stop_name(stop), *cells, *(price(stop) for _, price in prices)])
    headings = ("stop", "accuracy\n%", "change\npoints", "\ntokens", "saved\n%", "stopped\n%")
    return Table([*headings, *(heading for heading, _ in prices)], rows, bold=0)


def _cells(stop: Stop) -> list[Cell]:
    change = tuple(_change(stop.accuracy_change, cell) for cell in FULLEST_FIRST)
    return [fitting(stop.accuracy), change, fitting(stop.tokens), fitting(stop.tokens_saved), bare(stop.stopped)]


def _change(metric: Metric, cell: Callable[[Metric], str]) -> str:
    text = cell(metric)
    return text if metric.value is None or metric.value < 0 else f"+{text}"


def _curve(stops: Stops) -> Iterator[Part]:
    """Accuracy under each budget; the mark is at the accuracy without a stop."""
    whole = stops.stops[0].accuracy.value
    yield Line(
        f"\naccuracy under a token budget ({'│: without a stop' if whole is not None else 'no verdict is known'})"
    )
    found = [(stop.at, stop.accuracy.value) for stop in stops.stops if stop.rule == "budget"]
    yield Bars([(f"{at:,}", value) for at, value in found if value is not None], mark=whole)


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


def _by_level(block: DatasetStops) -> Table:
    """Two rules and the smallest budget, level by level."""
    headings = (
        "\nlevel", "\nn", "as it ended\naccuracy %", "1st solution\nchange", "\nsaved %", "twice the same\nchange",
        "\nsaved %", "smallest\nbudget",
    )  # fmt: skip
    rows = []
    for name, stops in [*((str(level), stops) for level, stops in block.levels.items()), ("all", block.overall)]:
        by_rule = {(stop.rule, stop.at): stop for stop in stops.stops}
        cells = [bare(by_rule["none", None].accuracy)]
        for key in (("solution", 1), ("repeat", None)):
            stop = by_rule.get(key)
            cells += [_change(stop.accuracy_change, bare), bare(stop.tokens_saved)] if stop else [NOTHING, NOTHING]
        budget = NOTHING if stops.smallest_budget is None else f"{stops.smallest_budget:,}"
        rows.append([name, str(stops.responses), *cells, budget])
    return Table(headings, rows)


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
