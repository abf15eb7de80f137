"""The table of the paper (arXiv 2412.21187, table 1) in LaTeX, with intervals."""

from __future__ import annotations

from collections.abc import Iterator

from overthink.records import Metric, Report
from overthink.render.cells import (
    COLUMNS,
    PERCENT_OF_INTERVALS,
    Metrics,
    cell_of,
    datasets_of,
    footnotes,
    labels,
    number,
    printable,
    responses_of,
    worst_of,
)

_SPECIAL = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
    "†": r"\dag{}", "[": "{[}", "]": "{]}",  # behind a line break, [ would open its option
    **{sign: "\\" + sign for sign in "&%$#_{}"},
}  # fmt: skip
_ESCAPES = str.maketrans(_SPECIAL)


def to_latex(report: Report) -> str:
    """A `table` of all datasets, a line a run. Needs the package booktabs."""
    columns = [column.latex for column in COLUMNS]
    notes = [f"In brackets: {PERCENT_OF_INTERVALS} bootstrap intervals over problems."]
    notes += [f"{note}." for note in footnotes(report)]
    names = labels(report)
    notes += [f"{names[part.run]}: {one.what}." for part in report.runs for one in worst_of(part.caveats)]
    lines = [
        r"% \usepackage{booktabs}",
        r"\begin{table}[t]",
        r"\centering",
        r"\small",
        rf"\caption{{Outcome efficiency $\xi_O$ and process efficiency $\xi_P$. {escaped(' '.join(notes))}}}",
        rf"\begin{{tabular}}{{l{'r' * (1 + len(columns))}}}",
        r"\toprule",
        " & ".join(["Model", "$n$", *columns]) + r" \\",
        *_body(report, 2 + len(columns)),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Names come from files: nothing in one is a command."""
    return printable(text).translate(_ESCAPES)


def _body(report: Report, width: int) -> Iterator[str]:
    names = labels(report)
    for dataset in datasets_of(report):
        yield r"\midrule"
        yield rf"\multicolumn{{{width}}}{{l}}{{\emph{{{escaped(dataset)}}}}} \\"
        for part in report.runs:
            if dataset in part.metrics:
                yield _line(names[part.run], part.metrics[dataset].overall)


def _line(name: str, metrics: Metrics) -> str:
    cells = (cell_of(metrics, column.metric, _cell) for column in COLUMNS)
    return " & ".join([escaped(name), str(responses_of(metrics)), *cells]) + r" \\"


def _cell(metric: Metric) -> str:
    value = "--" if metric.value is None else number(metric.value, metric.unit)
    if metric.ci_low is None:
        return value
    return rf"{value} {{\scriptsize [{number(metric.ci_low, metric.unit)}, {number(metric.ci_high, metric.unit)}]}}"
