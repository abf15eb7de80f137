"""Many scored responses become the report of one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from math import comb, isnan

import numpy as np

from overthink.core.stats import DECIMALS, Floats, bootstrap, exact, ratios
from overthink.core.terms import SPECS, Sample
from overthink.records import NO_INTERVAL, Counts, DatasetMetrics, Method, Metric, Report, ReportRow, RunReport, Way

SCHEMA_VERSION = 1

# The columns of a Term.
_NUMERATOR, _DENOMINATOR, _N, _EXCLUDED = range(4)
_ACCURACY = next(i for i, spec in enumerate(SPECS) if spec.name == "accuracy")


def aggregate(
    samples: Iterable[Sample], *, run: str, model: str, created: str, method: Method, failed: Mapping[str, int]
) -> Report:
    """The report of one run. `failed`: rows that could not be made, by stage; `created`: ISO 8601.

    Reads the samples once and keeps a table of sums for each problem, so memory follows the number of problems.
    """
    tally = _Tally()
    tables: dict[str, _Table] = {}
    for sample in samples:
        tally.add(sample)
        tables.setdefault(sample.dataset, _Table()).add(sample)
    metrics = {dataset: tables[dataset].metrics(method.resamples, method.seed) for dataset in sorted(tables)}
    counts = tally.counts(sum(len(table) for table in tables.values()), failed)
    part = RunReport(run=run, model=model, created=created, method=method, counts=counts, metrics=metrics)
    return Report(schema_version=SCHEMA_VERSION, runs=[part], rows=list(flat_rows(part)))


def flat_rows(part: RunReport) -> Iterator[ReportRow]:
    """The metrics of one run, one row each: for each dataset all responses, then by level, then by subject."""
    for dataset, block in part.metrics.items():
        groups = chain(
            [(None, None, block.overall)],
            ((level, None, metrics) for level, metrics in block.levels.items()),
            ((None, subject, metrics) for subject, metrics in block.subjects.items()),
        )
        for level, subject, metrics in groups:
            for name, metric in metrics.items():
                yield ReportRow(
                    run=part.run,
                    model=part.model,
                    dataset=dataset,
                    level=level,
                    subject=subject,
                    metric=name,
                    time=part.created,
                    **metric.model_dump(exclude={"reason"}),
                )


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """1 − C(n−c, k)/C(n, k): the chance that one of k samples is correct, unbiased (arXiv 2107.03374). Needs k ≤ n."""
    return 1 - comb(samples - correct, k) / comb(samples, k)


def pass_ks(most_samples: int) -> list[int]:
    """The k of pass@k: each up to 10, then 20, 50, 100, 200, …, and the number of samples itself. Empty for one."""
    if most_samples < 2:
        return []
    rounded = (step * 10**power for power in range(1, len(str(most_samples)) + 1) for step in (1, 2, 5))
    return sorted({*range(1, min(10, most_samples) + 1), *(k for k in rounded if k <= most_samples), most_samples})


class _Table:
    """The sums of the samples of each problem of one dataset: an array `(metrics, 4)` a problem."""

    def __init__(self) -> None:
        self.sums: dict[str, Floats] = {}
        self.samples: Counter[str] = Counter()
        self.groups: dict[str, tuple[int | None, str | None]] = {}

    def __len__(self) -> int:
        return len(self.sums)

    def add(self, sample: Sample) -> None:
        terms = exact(np.array([spec.term(sample) for spec in SPECS], dtype=np.float64))
        known = self.sums.get(sample.problem_id)
        self.sums[sample.problem_id] = terms if known is None else known + terms
        self.samples[sample.problem_id] += 1
        self.groups[sample.problem_id] = sample.level, sample.subject

    def metrics(self, resamples: int, seed: int) -> DatasetMetrics:
        # Sorted, so that the order of the responses in a file does not change an interval.
        problems = sorted(self.sums)
        ks = pass_ks(max(self.samples.values()))
        sums = np.stack([np.concatenate([self.sums[p], _pass_terms(self.sums[p], ks)]) for p in problems])
        levels = [self.groups[problem][0] for problem in problems]
        subjects = [self.groups[problem][1] for problem in problems]

        def of(keep: list[bool]) -> dict[str, Metric]:
            return _group(sums[keep], ks, resamples, seed)

        return DatasetMetrics(
            overall=of([True] * len(problems)),
            levels={level: of([x == level for x in levels]) for level in sorted({x for x in levels if x is not None})},
            subjects={s: of([x == s for x in subjects]) for s in sorted({x for x in subjects if x is not None})},
        )


def _pass_terms(problem: Floats, ks: list[int]) -> Floats:
    """What one problem adds to pass@k: excluded where it has fewer than k samples with a determined verdict."""
    correct, determined = int(problem[_ACCURACY, _NUMERATOR]), int(problem[_ACCURACY, _N])
    terms = [(pass_at_k(determined, correct, k), 1, 1, 0) if k <= determined else (0, 0, 0, 1) for k in ks]
    return exact(np.array(terms, dtype=np.float64).reshape(-1, 4))


def _group(sums: Floats, ks: list[int], resamples: int, seed: int) -> dict[str, Metric]:
    """The metrics of some problems of a dataset. `sums`: shape `(problems, metrics, 4)`."""
    numerators, denominators = sums[:, :, _NUMERATOR], sums[:, :, _DENOMINATOR]
    values = ratios(numerators.sum(axis=0), denominators.sum(axis=0))
    intervals = bootstrap(numerators, denominators, resamples=resamples, seed=seed)
    counts = sums[:, :, [_N, _EXCLUDED]].sum(axis=0).astype(np.int64)
    described = [(spec.name, spec.unit, spec.higher_is_better, spec.empty) for spec in SPECS]
    described += [(f"pass@{k}", "share", True, f"no problem with {k} determined final answers") for k in ks]
    result = {}
    for i, (name, unit, higher_is_better, empty) in enumerate(described):
        n, n_excluded = counts[i].tolist()
        if name.startswith("distinctness@") and not n:
            continue  # no response has so many solutions
        value, low, high = (
            None if isnan(x) else round(x, DECIMALS) for x in (values[i].item(), *intervals[i].tolist())
        )
        reason = empty if value is None else NO_INTERVAL if low is None else None
        result[name] = Metric(
            value=value,
            ci_low=low,
            ci_high=high,
            n=n,
            n_excluded=n_excluded,
            unit=unit,
            higher_is_better=higher_is_better,
            reason=reason,
        )
    return result


class _Tally:
    """Counts responses as they pass."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self.answer_ways: Counter[Way] = Counter()
        self.solution_ways: Counter[Way] = Counter()
        self.languages: Counter[str] = Counter()

    def add(self, sample: Sample) -> None:
        self.of["responses"] += 1
        self.of["truncated"] += sample.truncated
        self.of["truncated_answered"] += sample.truncated and sample.answered
        # Without a gold answer nothing is right or wrong, a missing answer neither.
        self.of["missing"] += sample.gold and sample.final_way in ("missing", "truncated")
        self.of["missing_truncated"] += sample.gold and sample.final_way == "truncated"
        self.of["empty_thinking"] += sample.empty
        self.of["no_solution"] += not sample.score.kinds
        self.of["no_gold"] += not sample.gold
        self.of["tails"] += sample.tail
        if sample.score.correct is None:
            self.answer_ways[sample.final_way] += 1
        self.solution_ways.update(sample.undetermined_ways)
        if sample.language is not None:
            self.languages[sample.language] += 1

    def counts(self, problems: int, failed: Mapping[str, int]) -> Counts:
        return Counts(
            responses=self.of["responses"],
            problems=problems,
            truncated=self.of["truncated"],
            truncated_answered=self.of["truncated_answered"],
            missing_answers=self.of["missing"],
            missing_truncated=self.of["missing_truncated"],
            undetermined_answers=dict(sorted(self.answer_ways.items())),
            undetermined_solutions=dict(sorted(self.solution_ways.items())),
            empty_thinking=self.of["empty_thinking"],
            no_solution=self.of["no_solution"],
            no_gold=self.of["no_gold"],
            tails=self.of["tails"],
            other_language=dict(sorted(self.languages.items())),
            failed=dict(sorted(failed.items())),
        )
