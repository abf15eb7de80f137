"""Many scored responses become the report of one run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import comb
from typing import TypeVar

from overthink.metrics.catalogue import SPECS, HiddenCounts, because_hidden
from overthink.records import Counts, DatasetMetrics, Method, Metric, Report, ReportRow, RunReport, Way, void_codes
from overthink.run.rows import ResponseRows
from overthink.stats.bootstrap import Draws, Floats
from overthink.stats.ratios import EXCLUDED, Measure, Ratios, Term

SCHEMA_VERSION = 1

_ACCURACY = next(i for i, spec in enumerate(SPECS) if spec.name == "accuracy")


def aggregate(
    samples: Iterable[ResponseRows], *, run: str, model: str, created: str, method: Method, failed: Mapping[str, int]
) -> Report:
    """The report of one run. `failed`: rows that could not be made, by stage; `created`: ISO 8601.

    Reads the samples once and keeps a table of sums for each problem, so memory follows the number of problems.
    """
    tally = _Tally()
    datasets: dict[str, _Dataset] = {}
    for sample in samples:
        tally.add(sample)
        datasets.setdefault(sample.problem.dataset, _Dataset()).add(sample)
    draws = Draws(method.resamples, method.seed)
    metrics = {dataset: datasets[dataset].metrics(draws) for dataset in sorted(datasets)}
    counts = tally.counts(sum(len(dataset.table) for dataset in datasets.values()), failed)
    method = method.model_copy(update={"counted_by_server": tally.of["counted_by_server"]})
    part = RunReport(run=run, model=model, created=created, method=method, counts=counts, metrics=metrics)
    return Report(schema_version=SCHEMA_VERSION, runs=[part], rows=list(flat_rows(part)))


def flat_rows(part: RunReport) -> Iterator[ReportRow]:
    """The metrics of one run, one row each: for each dataset all responses, then by level, then by subject."""
    void = void_codes(part.caveats)
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
                    void=void if is_of_thinking(name) else [],
                    **metric.model_dump(exclude={"reason"}),
                )


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """1 − C(n−c, k)/C(n, k): the chance that one of k samples is correct, unbiased (arXiv 2107.03374). Needs k ≤ n."""
    return 1 - comb(samples - correct, k) / comb(samples, k)


def is_of_thinking(metric: str) -> bool:
    """Whether the metric of this name is another thing if what is measured is not the thinking."""
    return metric != "accuracy" and not metric.startswith("pass@")


def pass_ks(most_samples: int) -> list[int]:
    """The k of pass@k: each up to 10, then 20, 50, 100, 200, …, and the number of samples itself. Empty for one."""
    if most_samples < 2:
        return []
    rounded = (step * 10**power for power in range(1, len(str(most_samples)) + 1) for step in (1, 2, 5))
    return sorted({*range(1, min(10, most_samples) + 1), *(k for k in rounded if k <= most_samples), most_samples})


def pass_measures(ks: Sequence[int]) -> list[Measure]:
    """pass@k as columns of a table."""
    return [Measure(f"pass@{k}", "share", True, f"no problem with {k} determined final answers") for k in ks]


def pass_terms(ks: Sequence[int]) -> Callable[[Floats], list[Term]]:
    """What a problem adds to pass@k, from what it adds to SPECS; excluded with fewer than k determined verdicts."""

    def terms(sums: Floats) -> list[Term]:
        correct, _, determined, *_ = sums[_ACCURACY].astype(int).tolist()
        return [Term(pass_at_k(determined, correct, k), 1, 1, 0) if k <= determined else EXCLUDED for k in ks]

    return terms


class _Dataset:
    """The sums of all metrics, and the groups of each problem of one dataset."""

    def __init__(self) -> None:
        self.table = Ratios(SPECS)
        self.samples: Counter[str] = Counter()
        self.groups: dict[str, tuple[int | None, str | None]] = {}
        self.hidden: dict[str, HiddenCounts] = defaultdict(HiddenCounts)

    def add(self, sample: ResponseRows) -> None:
        problem = sample.problem
        self.table.add(problem.id, [spec.term(sample) for spec in SPECS])
        self.samples[problem.id] += 1
        self.groups[problem.id] = problem.level, problem.subject
        self.hidden[problem.id].add(sample.score)

    def metrics(self, draws: Draws) -> DatasetMetrics:
        """The metrics of all problems, of each level and of each subject, with pass@k if there are several samples."""
        # Sorted, so that the order of the responses in a file does not change an interval.
        problems = sorted(self.groups)
        ks = pass_ks(max(self.samples.values()))
        table = self.table.widened(pass_measures(ks), pass_terms(ks))
        levels = {problem: self.groups[problem][0] for problem in problems}
        subjects = {problem: self.groups[problem][1] for problem in problems}

        def of(some: Sequence[str]) -> dict[str, Metric]:
            hidden = [self.hidden[problem] for problem in some]
            return {
                measure.name: because_hidden(measure.name, metric, hidden)
                for measure, metric in zip(table.measures, table.metrics(draws, some), strict=True)
                if is_listed(measure, metric)
            }

        return DatasetMetrics(
            overall=of(problems),
            levels={level: of(some) for level, some in grouped(levels).items()},
            subjects={subject: of(some) for subject, some in grouped(subjects).items()},
        )


def is_listed(measure: Measure, metric: Metric) -> bool:
    """Whether a table of metrics lists it: not the distinctness of an m-th solution that no response has."""
    return metric.n > 0 or not measure.name.startswith("distinctness@")


Problem = TypeVar("Problem")
Group = TypeVar("Group", int, str)


def grouped(groups: Mapping[Problem, Group | None]) -> dict[Group, list[Problem]]:
    """The problems of each group (a level, a subject), the groups in their order. None: in no group."""
    return {
        group: [problem for problem, own in groups.items() if own == group]
        for group in sorted({own for own in groups.values() if own is not None})
    }


class _Tally:
    """Counts responses as they pass."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self.answer_ways: Counter[Way] = Counter()
        self.solution_ways: Counter[Way] = Counter()
        self.languages: Counter[str] = Counter()

    def add(self, sample: ResponseRows) -> None:
        """Count one response."""
        segments, final = sample.segments, sample.verdicts.final
        self.of["responses"] += 1
        self.of["truncated"] += segments.truncated
        self.of["truncated_answered"] += segments.truncated and final.answer is not None
        # Without a gold answer nothing is right or wrong, a missing answer neither.
        self.of["missing"] += sample.gold and final.way in ("missing", "truncated")
        self.of["missing_truncated"] += sample.gold and final.way == "truncated"
        hidden = sample.score.hidden
        self.of["counted_by_server"] += hidden and sample.score.server_tokens is not None
        self.of["empty_thinking"] += not hidden and segments.thinking[0] == segments.thinking[1]
        self.of["no_solution"] += not hidden and not sample.score.kinds
        self.of["no_gold"] += not sample.gold
        self.of["tails"] += segments.tail
        if sample.score.correct is None:
            self.answer_ways[final.way] += 1
        self.solution_ways.update(one.way for one in sample.verdicts.solutions if one.verdict == "undetermined")
        if segments.language is not None:
            self.languages[segments.language] += 1

    def counts(self, problems: int, failed: Mapping[str, int]) -> Counts:
        """What was counted, with what only the caller knows."""
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
