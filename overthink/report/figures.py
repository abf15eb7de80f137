"""The papers' figures from a report. Each run has a colour and a marker of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from overthink.metrics.catalogue import DISTINCTNESS_UP_TO, LAST_FIRST_CORRECT, LAST_SOLUTION_COUNT
from overthink.problems.named.two_plus_three import PROBE
from overthink.records import DatasetMetrics, Metric, Report
from overthink.render import plots
from overthink.render.cells import Metrics, cut, datasets_of, labels
from overthink.render.palette import LOOKS, RUNS
from overthink.run.table import disk_errors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST_NAME = 24
FEWEST = 5
"""Responses below which a point says too little to be drawn."""

_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


class Series(NamedTuple):
    """One run in a figure."""

    name: str
    block: DatasetMetrics
    colour: str
    marker: str


Draw = Callable[[Sequence[Series]], "Figure | None"]


def write_figures(report: Report, folder: Path) -> list[Path]:
    """Every figure of every dataset, `DATASET-FIGURE.svg` and `.pdf`. The folder is made. Returns the files."""
    with disk_errors(folder):
        return plots.save(_figures(report), folder)


def _figures(report: Report) -> Iterator[tuple[str, Figure]]:
    names = labels(report)
    for dataset in datasets_of(report):
        parts = [part for part in report.runs if dataset in part.metrics]
        series = [
            Series(
                cut(names[part.run], LONGEST_NAME),
                part.metrics[dataset],
                RUNS[i % len(RUNS)],
                _MARKERS[i % len(_MARKERS)],
            )
            for i, part in enumerate(parts)
        ]
        drawn = {"tokens": _probe} if dataset == PROBE else _DRAWN
        for name, draw in drawn.items():
            figure = draw(series)
            if figure is not None:
                yield f"{re.sub(r'[^A-Za-z0-9_-]+', '-', dataset)}-{name}", figure


def _new(panels: int = 1, height: float = 1.9, legend_rows: int = 0) -> tuple[Figure, list[Axes]]:
    figure = plots.new_figure(height + 0.13 * legend_rows)
    axes = figure.subplots(1, panels, squeeze=False)[0]
    return figure, list(axes)


def _with_legend(figure: Figure, axes: Axes, columns: int) -> Figure:
    handles, names = axes.get_legend_handles_labels()
    if len(names) > 1:
        figure.legend(
            handles, names, loc="outside upper center", ncols=columns, columnspacing=1, handlelength=1.6,
            handletextpad=0.5, labelspacing=0.25, borderaxespad=0.2,
        )  # fmt: skip
    return figure


def _legend_rows(series: Sequence[Series]) -> int:
    return 0 if len(series) < 2 else -(-len(series) // 2)


# Lines with intervals


def _by_level(*shown: tuple[str, str, float]) -> Draw:
    """Panels over the levels; each is a metric, its words, and what it is multiplied by."""

    def draw(series: Sequence[Series]) -> Figure | None:
        levels = sorted({level for one in series for level in one.block.levels})
        if not levels:
            return None
        figure, panels = _new(len(shown), 1.75, _legend_rows(series))
        for axes, (metric, words, factor) in zip(panels, shown, strict=True):
            for i, one in enumerate(series):
                points = [(level, metrics[metric]) for level, metrics in one.block.levels.items()]
                _line(axes, one, points, factor, _dodge(i, len(series), 0.5))
            axes.set_xticks(levels)
            axes.set_xlabel("level")
            axes.set_title(words)
            _limit(axes, 100 if factor == 100 else None)
        return _with_legend(figure, panels[0], 2)

    return draw


def _distinctness(series: Sequence[Series]) -> Figure | None:
    figure, (axes,) = _new(1, 1.75, _legend_rows(series))
    for i, one in enumerate(series):
        found = [(m, one.block.overall.get(f"distinctness@{m}")) for m in range(1, DISTINCTNESS_UP_TO + 1)]
        points = [(m, metric) for m, metric in found if metric is not None and metric.n >= FEWEST]
        _line(axes, one, points, 100, _dodge(i, len(series), 0.4))
    axes.set_xlabel(f"position of the solution (with {FEWEST} responses or more)")
    axes.set_ylabel("with a new strategy, %")
    _limit(axes, 100)
    axes.locator_params(axis="x", integer=True)
    return _with_legend(figure, axes, 2)


def _line(axes: Axes, one: Series, points: Sequence[tuple[int, Metric]], factor: float, shift: float) -> None:
    known = [(at + shift, metric) for at, metric in points if metric.value is not None]
    at = [x for x, _ in known]
    values = [factor * (metric.value or 0) for _, metric in known]
    axes.errorbar(
        at, values, yerr=_spread([metric for _, metric in known], factor), color=one.colour, marker=one.marker,
        label=one.name, elinewidth=0.6, capsize=0,
    )  # fmt: skip


def _spread(metrics: Sequence[Metric], factor: float) -> list[list[float]]:
    """Lengths of the error bars, down and up; none where there is no interval."""
    ends = [
        (0.0, 0.0)
        if m.value is None or m.ci_low is None or m.ci_high is None
        else (factor * (m.value - m.ci_low), factor * (m.ci_high - m.value))
        for m in metrics
    ]
    return [[max(0.0, down) for down, _ in ends], [max(0.0, up) for _, up in ends]]


def _limit(axes: Axes, most: float | None) -> None:
    """From 0, and not above what there can be; big numbers with a comma."""
    _, top = axes.get_ylim()
    axes.set_ylim(0, top if most is None else min(top, 1.03 * most))
    axes.yaxis.set_major_formatter("{x:,.0f}")


def _dodge(i: int, count: int, width: float) -> float:
    """Side by side, so that no interval hides another."""
    return width * ((i + 0.5) / count - 0.5)


# Bars


def _histogram(prefix: str, numbers: Sequence[str], x_words: str) -> Draw:
    def draw(series: Sequence[Series]) -> Figure | None:
        shown = [k for k in numbers if any(_value(one.block.overall, prefix + k) for one in series)]
        if not shown:
            return None
        figure, (axes,) = _new(1, 1.75, _legend_rows(series))
        width = 0.8 / len(series)
        for i, one in enumerate(series):
            metrics = [one.block.overall[prefix + k] for k in shown]
            axes.bar(
                [place + _dodge(i, len(series), 0.8) for place in range(len(shown))],
                [100 * (metric.value or 0) for metric in metrics], width, yerr=_spread(metrics, 100),
                color=one.colour, label=one.name, error_kw={"elinewidth": 0.5, "ecolor": "#444444"},
            )  # fmt: skip
        axes.set_xticks(range(len(shown)), shown)
        axes.tick_params(axis="x", length=0)
        axes.set_xlabel(x_words)
        axes.set_ylabel("responses, %")
        _limit(axes, 100)
        return _with_legend(figure, axes, 2)

    return draw


def _token_share(series: Sequence[Series]) -> Figure | None:
    """One stacked bar a run: what its tokens went into."""
    from matplotlib.ticker import PercentFormatter

    kinds = [kind for kind in LOOKS if any(_value(one.block.overall, f"kind_share/{kind}") for one in series)]
    if not kinds:
        return None
    figure, (axes,) = _new(1, 0.55 + 0.2 * len(series), -(-len(kinds) // 3))
    left = [0.0] * len(series)
    for kind in kinds:
        shares = [_value(one.block.overall, f"kind_share/{kind}") for one in series]
        bars = axes.barh(
            range(len(series)),
            shares,
            left=left,
            color=LOOKS[kind].colour,
            label=LOOKS[kind].short,
            edgecolor="white",
            lw=0.4,
        )
        wide = [f"{100 * share:.0f}" if share > 0.07 else "" for share in shares]
        axes.bar_label(bars, wide, label_type="center", fontsize=6)
        left = [a + b for a, b in zip(left, shares, strict=True)]
    _name_rows(axes, series)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("share of the tokens")
    return _with_legend(figure, axes, 3)


def _probe(series: Sequence[Series]) -> Figure | None:
    figure, (axes,) = _new(1, 0.45 + 0.2 * len(series))
    metrics = [one.block.overall["tokens"] for one in series]
    values = [metric.value or 0 for metric in metrics]
    axes.barh(range(len(series)), values, xerr=_spread(metrics, 1), color=[one.colour for one in series],
              error_kw={"elinewidth": 0.6, "ecolor": "#444444"})  # fmt: skip
    for place, metric in enumerate(metrics):
        end = metric.ci_high if metric.ci_high is not None else metric.value
        axes.annotate(f"{metric.value or 0:,.0f}", (end or 0, place), xytext=(2, 0), textcoords="offset points",
                      va="center", fontsize=6)  # fmt: skip
    _name_rows(axes, series)
    axes.margins(x=0.12)
    axes.set_xlabel("tokens for “what is 2 + 3?”")
    return figure


def _name_rows(axes: Axes, series: Sequence[Series]) -> None:
    axes.set_yticks(range(len(series)), [one.name for one in series])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.grid(False)


def _value(metrics: Metrics, name: str) -> float:
    return metrics[name].value or 0.0


def _numbers(first: int, last: int) -> list[str]:
    return [*map(str, range(first, last)), f"{last}+"]


_DRAWN: dict[str, Draw] = {
    "tokens-and-solutions-by-level": _by_level(("tokens", "tokens", 1), ("solutions", "solutions", 1)),
    "efficiency-by-level": _by_level(
        ("outcome_efficiency", "outcome efficiency, %", 100), ("process_efficiency", "process efficiency, %", 100)
    ),
    "solution-counts": _histogram("solution_count@", _numbers(0, LAST_SOLUTION_COUNT), "solutions in a response"),
    "first-correct": _histogram(
        "first_correct@", _numbers(1, LAST_FIRST_CORRECT), "position of the first correct solution"
    ),
    "distinctness": _distinctness,
    "token-share": _token_share,
}
