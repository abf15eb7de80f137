"""Names and cells, as tables of every format have them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from overthink.records import Caveat, DatasetMetrics, JudgeUse, Metric, Report, RunReport, void_codes
from overthink.render.palette import SEVERITIES
from overthink.stats.bootstrap import CONFIDENCE

Metrics = dict[str, Metric]
"""The metrics of one group of responses, by name."""

NOTHING = "–"
FOOTNOTES = {
    "*": "tokens counted with a tokenizer that is not the model's own",
    "†": "not all that is measured is the model's thinking (see its warning): its accuracy alone is safe to compare",
}
"""What the marks behind the name of a run mean."""
PERCENT_OF_INTERVALS = f"{100 * CONFIDENCE:.0f} %"


class Column(NamedTuple):
    """A metric of the catalogue as a column of the report's tables; `heading` of two lines, `latex` in a paper."""

    metric: str
    heading: str
    latex: str


COLUMNS = (
    Column("accuracy", "accuracy\n%", r"Accuracy (\%)"),
    Column("solutions", "\nsolutions", "Solutions"),
    Column("tokens", "\ntokens", "Tokens"),
    Column("outcome_efficiency", "outcome\neff. %", r"$\xi_O$ (\%)"),
    Column("process_efficiency", "process\neff. %", r"$\xi_P$ (\%)"),
)


def responses_of(metrics: Metrics) -> int:
    """How many responses the metrics are of: also those whose tokens nobody counted."""
    return metrics["tokens"].n + metrics["tokens"].n_excluded


def labels(report: Report) -> dict[str, str]:
    """What each run is called: its model without the organisation, or its own name where two runs share a model.

    Behind it are its marks, which `footnotes` explains.
    """
    short = {part.run: part.model.rstrip("/").rsplit("/", 1)[-1] for part in report.runs}
    taken = list(short.values())
    names = {run: run if taken.count(model) > 1 else model for run, model in short.items()}
    return {part.run: printable(names[part.run]) + marks(part) for part in report.runs}


def marks(part: RunReport) -> str:
    """The marks of a run whose numbers mean something else than those beside them: keys of FOOTNOTES."""
    return "*" * (not part.method.tokenizer_is_own) + void_mark(part.caveats)


def void_mark(caveats: Sequence[Caveat]) -> str:
    """The mark of a run that is void, else nothing."""
    return "†" * bool(void_codes(caveats))


def footnotes(report: Report) -> list[str]:
    """What the marks in this report mean."""
    there = "".join(map(marks, report.runs))
    return [f"{mark} {words}" for mark, words in FOOTNOTES.items() if mark in there]


def datasets_of(report: Report) -> list[str]:
    """Every dataset of the report, once."""
    return list(dict.fromkeys(dataset for part in report.runs for dataset in part.metrics))


def level_rows(block: DatasetMetrics) -> list[tuple[str, Metrics]]:
    """The lines of a table by level: each level, then all responses."""
    return [*((str(level), metrics) for level, metrics in block.levels.items()), ("all", block.overall)]


def printable(text: str) -> str:
    """Names come from files: no control character reaches the terminal, no newline a table."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, in one line."""
    return re.sub(r"([\\`*_<>\[\]|#])", r"\\\1", printable(text))


def cut(name: str, room: int) -> str:
    """The name with its middle left out: both the family, in front, and the size, at the end, tell models apart."""
    room = max(room, 3)
    if len(name) <= room:
        return name
    head, tail = room // 2, (room - 1) // 2
    return f"{name[:head]}…{name[-tail:]}"


def asked_words(use: JudgeUse) -> str:
    """`m was asked 12 times: 34,567 tokens read (62 % cached), 890 written; cost 0.0312`."""
    cached = ""
    if use.cached_tokens is not None and use.prompt_tokens:
        cached = f" ({100 * use.cached_tokens / use.prompt_tokens:.0f} % cached)"
    parts = [
        f"{printable(use.judge)} was asked {use.calls} times: "
        f"{use.prompt_tokens:,} tokens read{cached}, {use.completion_tokens:,} written",
        f"{use.uncounted} calls without token counts" if use.uncounted else "",
        f"{use.retries} retries" if use.retries else "",
        f"cost {use.cost:.4f}" if use.cost is not None else "",
    ]
    if use.paragraphs and use.asked_paragraphs is not None:
        share = 100 * use.asked_paragraphs / use.paragraphs
        parts.append(f"about {use.asked_paragraphs} of {use.paragraphs} paragraphs ({share:.0f} %)")
    return "; ".join(filter(None, parts))


def caveat_words(caveat: Caveat) -> str:
    """`WARNING: no thinking tags in 3 of 40 responses: …`."""
    return f"{SEVERITIES[caveat.severity].label}: {printable(caveat.what)}"


def worst_of(caveats: Sequence[Caveat]) -> Sequence[Caveat]:
    """Those without which no number is shown: all that void numbers, or else the worst."""
    return [one for one in caveats if one.severity == "void"] or caveats[:1]


def judge_lines(part: RunReport) -> Iterator[str]:
    """What the judges were asked, and how far they can be trusted, where that is known."""
    for stage, use in part.judges.items():
        yield f"{stage}: {asked_words(use)}"
    if part.agreement is not None:
        for dataset, block in part.metrics.items():
            known = {"outcome": part.agreement.outcome_difference, "process": part.agreement.process_difference}
            figures = [
                f"{name} efficiency {bare(block.overall[f'{name}_efficiency'])} "
                f"(±{number(difference.value, 'share')} from the judge)"
                for name, difference in known.items()
                if difference.value is not None
            ]
            if figures:
                yield f"{printable(dataset)}: {', '.join(figures)}"
        count, reference = part.agreement.outcome_difference.n, printable(part.agreement.reference)
        yield f"from the judge: the mean of |Δ| in a response against {reference}, n {count}"


# Cells


Text = Callable[[float | None, str], str]
"""A value in a unit as text."""


def number(value: float | None, unit: str) -> str:
    """One value: shares in percent with one decimal, tokens whole, counts with one decimal."""
    if value is None:
        return NOTHING
    return f"{100 * value:.1f}" if unit == "share" else f"{value:.0f}" if unit == "tokens" else f"{value:.1f}"


def signed(value: float | None, unit: str) -> str:
    """`+2.3`: a difference."""
    text = number(value, unit)
    return text if value is None or text.startswith("-") else f"+{text}"


def with_interval(metric: Metric, text: Text = number) -> str:
    """`52.3 [50.1, 54.5]`."""
    value = text(metric.value, metric.unit)
    if metric.ci_low is None:
        return value
    return f"{value} [{text(metric.ci_low, metric.unit)}, {text(metric.ci_high, metric.unit)}]"


def with_half_width(metric: Metric, text: Text = number) -> str:
    """`52.3 ±2.2`: half the width of the interval."""
    value = text(metric.value, metric.unit)
    if metric.ci_low is None or metric.ci_high is None:
        return value
    return f"{value} ±{number((metric.ci_high - metric.ci_low) / 2, metric.unit)}"


def bare(metric: Metric, text: Text = number) -> str:
    """`52.3`."""
    return text(metric.value, metric.unit)


def cell_of(metrics: Mapping[str, Metric], name: str, cell: Callable[[Metric], str]) -> str:
    """The cell of this metric; a dash for one that these responses do not have, such as distinctness@16."""
    return cell(metrics[name]) if name in metrics else NOTHING


FULLEST_FIRST = (with_interval, with_half_width, bare)
"""The cells of a metric, for a table that takes the fullest that fit."""


def scaled(metric: Metric, scale: float, digits: int) -> str:
    """`0.523 (0.501 to 0.545)`: a metric in a scale of its own, such as attention ×1000."""
    if metric.value is None:
        return NOTHING
    text = f"{scale * metric.value:.{digits}f}"
    if metric.ci_low is None or metric.ci_high is None:
        return text
    return f"{text} ({scale * metric.ci_low:.{digits}f} to {scale * metric.ci_high:.{digits}f})"
