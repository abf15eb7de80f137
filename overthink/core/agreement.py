"""How well one segmentation agrees with another: boundaries, efficiencies, strategies, each with an interval.

A boundary is the end of a solution, taken to the paragraph in which it lies. The end in the last paragraph of the
thinking is trivial (every response ends there) and counts on neither side. Paragraphs are those of the reference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overthink.core.labels import (
    Labelled,
    boundaries,
    outcome_efficiency,
    paragraph_strategies,
    process_efficiency,
)
from overthink.core.rand_index import adjusted_rand_index
from overthink.core.stats import DECIMALS, Floats, bootstrap, exact, ratios
from overthink.records import NO_INTERVAL, Metric

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


def match(reference: Iterable[Labelled], measured: Iterable[Labelled]) -> Matching:
    """Pair the rows of the same text. Where a text stands several times, the k-th goes with the k-th."""
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


def agreement(
    reference: Iterable[Labelled], measured: Iterable[Labelled], resamples: int = 10_000, seed: int = 0
) -> AgreementReport:
    """Measure `measured` (one run, or the rows of several) against `reference`."""
    return agreement_of_pairs(match(reference, measured), resamples, seed)


def agreement_of_pairs(matching: Matching, resamples: int = 10_000, seed: int = 0) -> AgreementReport:
    """The figures of pairs that are matched already, so that a caller can split them, by dataset for instance."""
    pairs = matching.pairs
    hits, found, wanted = _boundary_counts(pairs)
    figures = {
        "precision": _Ratio(hits, found, True, "no boundary in the measured rows"),
        "recall": _Ratio(hits, wanted, True, "no boundary in the reference"),
        "f1": _Ratio(2 * hits, found + wanted, True, "no boundary on either side"),
        "outcome_difference": _mean([_distance(outcome_efficiency(a), outcome_efficiency(b)) for a, b in pairs], False),
        "process_difference": _mean([_distance(process_efficiency(a), process_efficiency(b)) for a, b in pairs], False),
        "strategy_ari": _mean([strategy_agreement(a, b) for a, b in pairs], True, "score"),
    }
    problem_of = _problem_numbers(pairs)
    return AgreementReport(
        **_metrics(figures, problem_of, resamples, seed),
        problems=len(set(problem_of.tolist())),
        responses=len(pairs),
        reference_unmatched=matching.reference_unmatched,
        measured_unmatched=matching.measured_unmatched,
    )


def strategy_agreement(reference: Labelled, measured: Labelled) -> float | None:
    """Adjusted Rand index between the strategies of the reference's paragraphs; None where it has no paragraph.

    A paragraph carries the strategy of its solution; the tail is a group of its own.
    """
    if not reference.paragraphs:
        return None
    return adjusted_rand_index(
        paragraph_strategies(reference, reference.paragraphs), paragraph_strategies(measured, reference.paragraphs)
    )


@dataclass(frozen=True)
class _Ratio:
    """Σ numerators / Σ denominators over responses; `reason` says why it is null where the denominators are all 0."""

    numerators: Floats
    denominators: Floats
    higher_is_better: bool
    reason: str
    n_excluded: int = 0
    unit: str = "share"


def _mean(values: Sequence[float | None], higher_is_better: bool, unit: str = "share") -> _Ratio:
    """The mean over responses; None is left out and counted."""
    known = np.array([value is not None for value in values], dtype=float)
    filled = np.array([0.0 if value is None else value for value in values])
    return _Ratio(filled, known, higher_is_better, "defined for no response", int(len(known) - known.sum()), unit)


def _metrics(figures: dict[str, _Ratio], problem_of: NDArray[np.int64], resamples: int, seed: int) -> dict[str, Metric]:
    """All figures from the same resamples of problems, with their intervals."""

    def by_problem(columns: list[Floats]) -> Floats:
        return np.stack([np.bincount(problem_of, weights=exact(column)) for column in columns], axis=1)

    above = by_problem([figure.numerators for figure in figures.values()])
    below = by_problem([figure.denominators for figure in figures.values()])
    values = ratios(above.sum(axis=0), below.sum(axis=0))
    intervals = bootstrap(above, below, resamples=resamples, seed=seed)
    return {
        name: _metric(figure, len(problem_of), value, interval)
        for (name, figure), value, interval in zip(figures.items(), values, intervals, strict=True)
    }


def _metric(figure: _Ratio, responses: int, value: float, interval: Floats) -> Metric:
    rounded, low, high = (None if np.isnan(x) else round(float(x), DECIMALS) for x in (value, *interval))
    empty = figure.reason if responses else "no response was matched"
    return Metric(
        value=rounded,
        ci_low=low,
        ci_high=high,
        n=responses - figure.n_excluded,
        n_excluded=figure.n_excluded,
        unit=figure.unit,
        higher_is_better=figure.higher_is_better,
        reason=empty if rounded is None else NO_INTERVAL if low is None else None,
    )


def _distance(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else abs(first - second)


def _problem_numbers(pairs: Sequence[Pair]) -> NDArray[np.int64]:
    numbers: dict[tuple[str, str], int] = {}
    keys = ((reference.dataset, reference.problem_id) for reference, _ in pairs)
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _boundary_counts(pairs: Sequence[Pair]) -> tuple[Floats, Floats, Floats]:
    """For each response: boundaries on both sides, in the measured row, in the reference."""
    counts = []
    for reference, measured in pairs:
        wanted = boundaries(reference, reference.paragraphs)
        found = boundaries(measured, reference.paragraphs)
        counts.append((len(wanted & found), len(found), len(wanted)))
    hits, found_counts, wanted_counts = np.array(counts, dtype=float).reshape(-1, 3).T
    return hits, found_counts, wanted_counts
