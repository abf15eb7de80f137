"""How well one segmentation agrees with another: boundaries, efficiencies, strategies, each with an interval.

A boundary is the end of a solution, taken to the paragraph in which it lies. The end in the last paragraph of the
thinking is trivial (every response ends there) and counts on neither side. Paragraphs are those of the reference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from overthink.agree.labels import (
    Labelled,
    boundaries,
    outcome_efficiency,
    paragraph_strategies,
    process_efficiency,
)
from overthink.records import Metric
from overthink.stats.bootstrap import Draws
from overthink.stats.rand_index import adjusted_rand_index
from overthink.stats.ratios import Measure, Ratios, Term, mean

Pair = tuple[Labelled, Labelled]
"""Reference and measured, of the same response."""


@dataclass(frozen=True)
class Matching:
    """Rows of the same text, and how many of each side found no partner."""

    pairs: tuple[Pair, ...]
    reference_unmatched: int
    measured_unmatched: int


@dataclass(frozen=True)
class AgreementReport:
    """Every figure with its percentile 95 % bootstrap interval over problems.

    `precision`, `recall` and `f1` are micro averages over all boundaries; `n` counts responses.
    `outcome_difference` and `process_difference` are the means of |Δξ_O| and |Δξ_P|; `strategy_ari` is the mean
    adjusted Rand index over the paragraphs of a response.
    """

    precision: Metric
    recall: Metric
    f1: Metric
    outcome_difference: Metric
    process_difference: Metric
    strategy_ari: Metric
    problems: int
    responses: int
    reference_unmatched: int
    measured_unmatched: int

    def figures(self) -> dict[str, Metric]:
        """The figures by name."""
        return {measure.name: getattr(self, measure.name) for measure in _MEASURES}


def match(reference: Iterable[Labelled], measured: Iterable[Labelled]) -> Matching:
    """Pair the rows of the same text. If a text is there several times, the k-th goes with the k-th."""
    waiting: defaultdict[str, list[Labelled]] = defaultdict(list)
    count = 0
    for row in measured:
        waiting[row.text_key].append(row)
        count += 1
    for rows in waiting.values():
        rows.reverse()
    pairs = []
    missing = 0
    for row in reference:
        if rows := waiting.get(row.text_key, []):
            pairs.append((row, rows.pop()))
        else:
            missing += 1
    return Matching(tuple(pairs), missing, count - len(pairs))


def agreement(reference: Iterable[Labelled], measured: Iterable[Labelled], draws: Draws) -> AgreementReport:
    """Measure `measured` (one run, or the rows of several) against `reference`."""
    return agreement_of_pairs(match(reference, measured), draws)


def agreement_of_pairs(matching: Matching, draws: Draws) -> AgreementReport:
    """The figures of pairs that are matched already, so that a caller can split them, by dataset for instance."""
    table = Ratios(_MEASURES)
    for reference, measured in matching.pairs:
        table.add((reference.dataset, reference.problem_id), _terms(reference, measured))
    return AgreementReport(
        **{measure.name: metric for measure, metric in zip(_MEASURES, table.metrics(draws), strict=True)},
        problems=len(table),
        responses=len(matching.pairs),
        reference_unmatched=matching.reference_unmatched,
        measured_unmatched=matching.measured_unmatched,
    )


def strategy_agreement(reference: Labelled, measured: Labelled) -> float | None:
    """Adjusted Rand index between the strategies of the reference's paragraphs; None if it has no paragraph.

    A paragraph carries the strategy of its solution; the tail is a group of its own.
    """
    if not reference.paragraphs:
        return None
    return adjusted_rand_index(
        paragraph_strategies(reference, reference.paragraphs), paragraph_strategies(measured, reference.paragraphs)
    )


_NO_RESPONSE = "no response for which both have it"
_MEASURES = (
    Measure("precision", "share", True, "no boundary in the measured rows"),
    Measure("recall", "share", True, "no boundary in the reference"),
    Measure("f1", "share", True, "no boundary on either side"),
    Measure("outcome_difference", "share", False, _NO_RESPONSE),
    Measure("process_difference", "share", False, _NO_RESPONSE),
    Measure("strategy_ari", "score", True, "no response with a paragraph"),
)


def _terms(reference: Labelled, measured: Labelled) -> list[Term]:
    """What one response adds to each of _MEASURES."""
    wanted = boundaries(reference, reference.paragraphs)
    found = boundaries(measured, reference.paragraphs)
    hits = len(wanted & found)
    return [
        Term(hits, len(found), 1, 0),
        Term(hits, len(wanted), 1, 0),
        Term(2 * hits, len(found) + len(wanted), 1, 0),
        mean(_distance(outcome_efficiency(reference), outcome_efficiency(measured))),
        mean(_distance(process_efficiency(reference), process_efficiency(measured))),
        mean(strategy_agreement(reference, measured)),
    ]


def _distance(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else abs(first - second)
