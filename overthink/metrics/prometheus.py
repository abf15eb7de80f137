"""A report as Prometheus reads it: the text format of the node exporter's textfile collector.

overthink_outcome_efficiency_ratio{run="qwq",model="Qwen/QwQ-32B",dataset="math500",level="",subject=""} 0.52

Each metric is five gauges: the value, `_ci_low`, `_ci_high`, `_n` (what went in) and `_excluded` (what was left out).
`distinctness@3` and `kind_share/tail` are one family each, their end being the label `part`. Lines with an empty level
and subject are for all responses of the dataset. No times: the collector refuses them. A value that is null has no
line, and `overthink_undefined_metrics` counts these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from overthink.records import Report, ReportRow

PREFIX = "overthink"
LABELS = ("run", "model", "dataset", "level", "subject")


def to_prometheus(report: Report) -> str:
    """The text of a `.prom` file."""
    return generate_latest(_Families(list(_families(report)))).decode()


class _Families(Collector):
    """What `generate_latest` asks of a registry."""

    def __init__(self, families: Iterable[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._families


def _families(report: Report) -> Iterator[GaugeMetricFamily]:
    families: dict[str, GaugeMetricFamily] = {}
    undefined: Counter[tuple[str, ...]] = Counter()
    for row in report.rows:
        undefined[row.run, row.model, row.dataset] += row.value is None
        _add(families, row)
    yield from families.values()
    yield _gauge("undefined_metrics", "Metrics that are null, and so have no line here.", LABELS[:3], undefined)
    failed: dict[tuple[str, ...], int] = {
        (part.run, part.model, stage): n for part in report.runs for stage, n in part.counts.failed.items()
    }
    caveats: dict[tuple[str, ...], int] = {
        (part.run, part.model, one.code): one.count for part in report.runs for one in part.caveats
    }
    if caveats:
        yield _gauge("caveat", "How often a caveat applies: see report.json.", (*LABELS[:2], "code"), caveats)
    if failed:
        yield _gauge(
            "failed_rows", "Rows that could not be made; they are in no metric.", (*LABELS[:2], "stage"), failed
        )


def _add(families: dict[str, GaugeMetricFamily], row: ReportRow) -> None:
    """The lines of one metric of one group."""
    base, part = _split(row.metric)
    # A name carries its unit there; tokens and solutions are in ours already.
    name = f"{base.removesuffix('_share')}_ratio" if row.unit == "share" else base
    labels = dict(zip(LABELS, _group(row), strict=True)) | ({"part": part} if part else {})
    words = base.replace("_", " ")
    lines = {
        name: (row.value, f"{words} ({row.unit})."),
        f"{name}_ci_low": (row.ci_low, f"{words} ({row.unit}): lower end of the interval."),
        f"{name}_ci_high": (row.ci_high, f"{words} ({row.unit}): upper end of the interval."),
        f"{name}_n": (row.n, f"{words}: how many went in."),
        f"{name}_excluded": (row.n_excluded, f"{words}: how many were left out."),
    }
    for full, (value, help_) in lines.items():
        if value is None:
            continue
        if full not in families:
            families[full] = GaugeMetricFamily(f"{PREFIX}_{full}", help_, labels=list(labels))
        families[full].add_metric(list(labels.values()), value)


def _group(row: ReportRow) -> tuple[str, ...]:
    level = "" if row.level is None else str(row.level)
    return row.run, row.model, row.dataset, level, row.subject or ""


def _split(metric: str) -> tuple[str, str]:
    """`distinctness@3` is `distinctness` and `3`; `kind_share/tail` is `kind_share` and `tail`."""
    base, _, part = metric.replace("/", "@").partition("@")
    return base, part


def _gauge(name: str, help_: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", help_, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
