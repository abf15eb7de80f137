"""The page as a file: a frame, styles, scripts and the data, written piece by piece so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from overthink import __version__
from overthink.exits.rows import Exits
from overthink.problems.named.two_plus_three import PROBE
from overthink.records import DatasetMetrics, Metric, Report, RunReport
from overthink.render.cells import footnotes, labels
from overthink.render.page import asset, data_element, rendered, safe_json, security_policy
from overthink.render.palette import RUNS, SEVERITIES, words
from overthink.report.page.rows import KINDS, ROW_KEYS, SOLUTION_KEYS, Collected
from overthink.run import Run
from overthink.run.table import disk_errors, write_lines

PACKAGE = "overthink.report.page"
TYPESETTER = "temml-0.13.5.min.js"
SCRIPTS = (
    "dom",
    "data",
    "maths",
    "charts",
    "tables",
    "overview",
    "figures",
    "early_exit",
    "filters",
    "barcode",
    "reader",
    "page",
)
"""The page's own scripts, in the order in which they build on each other."""

METRIC_KEYS = ("value", "low", "high", "n", "excluded", "reason")


def write_page(report: Report, runs: Sequence[Run], exits: Exits | None, path: Path, *, split: bool = False) -> None:
    """Write the page of the runs of this report. `exits` are those of `runs`, in their order.

    With `split` the texts of the responses stand beside it, in a folder of its name, as files that the page loads when
    a response is opened. OverthinkError where the disk does not take it.
    """
    collected = Collected()
    places = {name: place for place, run in enumerate(runs) for name in (run.name, str(run.folder))}
    for part in report.runs:
        collected.add_run(runs[places[part.run]], set(part.metrics))
    if exits is not None:  # runs without a response to the wanted datasets are not in the report
        exits = exits.model_copy(update={"runs": [exits.runs[places[part.run]] for part in report.runs]})
    folder = path.with_name(f"{path.stem}-responses")
    if split:
        _write_chunks(collected, folder)
    data = _data(report, collected, exits) | {"chunks": len(collected.chunks), "folder": folder.name if split else None}
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_lines(path, (piece.encode() for piece in _pieces(data, collected, split=split)))


def _write_chunks(collected: Collected, folder: Path) -> None:
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for number in range(len(collected.chunks)):
        text = f"takeTexts({number},{safe_json(collected.texts(number))});"
        write_lines(folder / f"{number}.js", [text.encode()])


def _pieces(data: dict[str, Any], collected: Collected, *, split: bool) -> Iterator[str]:
    """The page in order: what is needed to show it stands before the texts, which are by far the most of it."""
    own = "\n".join(asset(PACKAGE, f"{name}.js") for name in SCRIPTS)
    typesetter = asset(PACKAGE, TYPESETTER)
    policy = security_policy([own, typesetter], beside=split)
    yield rendered(PACKAGE, "assets/page.html", title="overthink report", policy=policy)
    yield data_element("data", data)
    yield f"<script>{typesetter}</script>"
    yield f"<script>{own}</script>"
    if not split:
        for number in range(len(collected.chunks)):
            yield data_element(f"texts-{number}", collected.texts(number))
    yield "</body></html>"


def _data(report: Report, collected: Collected, exits: Exits | None) -> dict[str, Any]:
    names = labels(report)
    return {
        "version": __version__,
        "kinds": KINDS,
        "looks": words(),
        "severities": {severity: look.label.capitalize() for severity, look in SEVERITIES.items()},
        "footnotes": footnotes(report),
        "runColours": len(RUNS),
        "probe": PROBE,
        "rowKeys": ROW_KEYS,
        "solutionKeys": SOLUTION_KEYS,
        "metricKeys": METRIC_KEYS,
        "units": {name: metric.unit for name, metric in _all_metrics(report)},
        "runs": [
            _run(part, names[part.run], pooled) for part, pooled in zip(report.runs, collected.pooled, strict=True)
        ],
        "problems": collected.problem_rows,
        "strategies": list(collected.strategies),
        "rows": collected.rows,
        "exits": None if exits is None else exits.model_dump(mode="json", exclude={"rows"}),
    }


def _all_metrics(report: Report) -> Iterator[tuple[str, Metric]]:
    for part in report.runs:
        for block in part.metrics.values():
            yield from block.overall.items()


def _run(part: RunReport, label: str, pooled: dict[str, list[int]]) -> dict[str, Any]:
    return {
        "label": label,
        **part.model_dump(mode="json", include={"run", "model", "created", "method", "counts", "caveats"}),
        "datasets": {name: _dataset(block) | {"pooled": pooled[name]} for name, block in part.metrics.items()},
    }


def _dataset(block: DatasetMetrics) -> dict[str, Any]:
    return {
        "overall": _metrics(block.overall),
        "levels": {level: _metrics(metrics) for level, metrics in block.levels.items()},
    }


def _metrics(metrics: dict[str, Metric]) -> dict[str, list[Any]]:
    return {name: [m.value, m.ci_low, m.ci_high, m.n, m.n_excluded, m.reason] for name, m in metrics.items()}
