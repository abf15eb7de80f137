"""The two figures of constraint attention: the trace, with the place where the answer starts, and Δβ by layer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from overthink.follow.attention.report import AttentionReport, Group, Trace
from overthink.render import plots
from overthink.render.palette import RUNS
from overthink.run.table import disk_errors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_OUTCOMES = {"win": ("thinking wins", RUNS[0], "o"), "lose": ("thinking loses", RUNS[1], "s")}
_MODES = {"base": (RUNS[0], "-"), "cot": (RUNS[1], "--")}


def write_figures(report: AttentionReport, folder: Path) -> list[Path]:
    """Both figures, as attention and as its ratio to the uniform share: NAME.svg and .pdf. Returns the files."""
    with disk_errors(folder):
        return plots.save(_figures(report), folder)


def svg_figures(report: AttentionReport) -> dict[str, str]:
    """The figures as SVG elements for a page, by name."""
    return plots.svg_elements(_figures(report))


def _figures(report: AttentionReport) -> Iterator[tuple[str, Figure]]:
    for ratio in (False, True):
        suffix = "-ratio" if ratio else ""
        unit = "attention / uniform share" if ratio else "attention on a constraint token"
        figure = plots.new_figure(2.3)
        _trace(figure.subplots(), report.traces, unit, ratio)
        yield f"attention-trace{suffix}", figure
        groups = [group for group in report.groups if group.outcome in _OUTCOMES and len(group.drops) > 1]
        if groups:
            figure = plots.new_figure(2.3)
            _drops(figure.subplots(), groups, ratio)
            yield f"attention-drop{suffix}", figure


def _trace(axes: Axes, traces: list[Trace], unit: str, ratio: bool) -> None:
    """Thinking from 0 to 1, the answer from 1 to 2: phases of unlike lengths are drawn alike."""
    for trace in traces:
        if trace.outcome is None:
            colour, line = _MODES[trace.mode]
            values = trace.ratio if ratio else trace.attention
            begin = 0 if trace.phase == "thinking" else 1
            places = [begin + (k + 0.5) / len(values) for k in range(len(values))]
            label = f"{trace.mode} (n = {trace.problems})" if trace.phase == "answer" else None
            axes.plot(places, values, color=colour, linestyle=line, label=label)
    axes.axvline(1, color="#888888", linewidth=0.6)
    axes.set_xticks([0, 1, 2], ["thinking\nstarts", "answer\nstarts", "ends"])
    axes.set_ylabel(unit)
    axes.set_ylim(bottom=0)
    axes.legend()


def _drops(axes: Axes, groups: list[Group], ratio: bool) -> None:
    for group in groups:
        name, colour, marker = _OUTCOMES[group.outcome or ""]
        layered = [drop for drop in group.drops if drop.layer is not None]
        metrics = [drop.drop_ratio if ratio else drop.drop for drop in layered]
        layers = [drop.layer or 0 for drop in layered]
        values = [metric.value or 0.0 for metric in metrics]
        axes.plot(layers, values, color=colour, marker=marker, label=f"{name} (n = {group.problems})")
        if all(metric.ci_low is not None for metric in metrics):
            low, high = ([getattr(metric, end) for metric in metrics] for end in ("ci_low", "ci_high"))
            axes.fill_between(layers, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.axhline(0, color="#888888", linewidth=0.6)
    axes.set_xlabel("layer")
    axes.set_ylabel("drop with thinking, base − cot" + (" (ratio)" if ratio else ""))
    axes.legend()
