"""What the answers of one way to answer come to, and two ways against each other, problem by problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
from numpy.typing import NDArray

from overthink.core.comparison import Change
from overthink.core.paired import Pairs, intervals, sign_flip_p_values
from overthink.core.stats import DECIMALS, Floats, bootstrap, exact, ratios
from overthink.records import NO_INTERVAL, Followed, Metric, Problem
from overthink.run import Run
from overthink.run.table import Table


@dataclass(frozen=True)
class Answer:
    """One problem answered: which constraints are met, and what was spent. `kinds` are those of each constraint.

    `tokens` are all that were written for it, with those of a second look or of a decision; `thinking_tokens` those of
    the thinking before this answer, 0 where there was none.
    """

    kinds: tuple[tuple[str, ...], ...]
    strict: tuple[bool | None, ...]
    loose: tuple[bool | None, ...]
    answered: bool
    thought: bool
    tokens: int
    thinking_tokens: int

    @property
    def met(self) -> float | None:
        """The share of constraints that are met loosely, of those decided; None where none is."""
        decided = [verdict for verdict in self.loose if verdict is not None]
        return sum(decided) / len(decided) if decided else None


Answers = Mapping[str, Answer]
"""By problem id."""


@dataclass(frozen=True)
class Draws:
    """How error bars and p-values are drawn."""

    resamples: int
    permutations: int
    seed: int


@dataclass(frozen=True)
class Measure:
    """A name, its unit, and which way is better."""

    name: str
    unit: str
    higher_is_better: bool | None


MEASURES = (
    Measure("instruction_loose", "share", True),
    Measure("instruction_strict", "share", True),
    Measure("prompt_loose", "share", True),
    Measure("prompt_strict", "share", True),
    Measure("tokens", "tokens", False),
    Measure("thinking_tokens", "tokens", None),
)
HEADLINE = MEASURES[0]


def answers_of(run: Run) -> dict[str, Answer]:
    """The answers of a checked run, the first sample of each problem."""
    problems, rows = run.table("problems"), run.table("follow")
    return {row_id.removesuffix("#1"): _answer(problems, rows, row_id) for row_id in rows if row_id.endswith("#1")}


def _answer(problems: Table[Problem], rows: Table[Followed], row_id: str) -> Answer:
    problem, row = problems.read(row_id.removesuffix("#1")), rows.read(row_id)
    return Answer(
        kinds=tuple((*part.kinds, *part.compositions) for part in problem.constraints or ()),
        strict=tuple(row.strict),
        loose=tuple(row.loose),
        answered=row.answer is not None and row.answer[0] < row.answer[1],
        thought=row.thinking is not None and row.thinking_tokens > 0,
        tokens=row.tokens,
        thinking_tokens=row.thinking_tokens,
    )


def measured(answers: Answers, draws: Draws) -> dict[str, Metric]:
    """Every measure with its interval, by name."""
    metrics = of_terms(_terms(answers, answers, sorted(answers)), draws, MEASURES)
    return dict(zip((measure.name for measure in MEASURES), metrics, strict=True))


def of_terms(terms: Floats, draws: Draws, measures: Sequence[Measure]) -> list[Metric]:
    """Ratios of sums with their intervals. `terms`: `(problems, measures, 2)`, what stands above and below the line."""
    above, below = exact(terms[..., 0]), exact(terms[..., 1])
    values = ratios(above.sum(axis=0), below.sum(axis=0))
    spread = bootstrap(above, below, resamples=draws.resamples, seed=draws.seed)
    return [_metric(measure, values[i], spread[i], below[:, i] > 0) for i, measure in enumerate(measures)]


def changes(base: Answers, new: Answers, draws: Draws) -> dict[str, Change]:
    """`new` less `base` over the problems that both answered, paired; by measure."""
    shared = sorted(base.keys() & new.keys())
    found = paired(_terms(base, new, shared), _terms(new, base, shared), draws)
    return dict(zip((measure.name for measure in MEASURES), found, strict=True))


def paired(base: Floats, new: Floats, draws: Draws, measures: Sequence[Measure] = MEASURES) -> Iterator[Change]:
    """The change of each measure. `base`, `new`: `(problems, measures, 2)`, what stands above and below the line.

    A problem that one of the two leaves undecided is left out of that measure.
    """
    usable = ((base[..., 1] > 0) & (new[..., 1] > 0))[..., None]
    base, new = exact(np.where(usable, base, 0)), exact(np.where(usable, new, 0))
    if not len(base):
        for measure in measures:
            yield Change(
                **_metric(measure, np.nan, np.full(2, np.nan), np.zeros(0, bool)).model_dump(),
                base=None,
                new=None,
                p_value=None,
            )
        return
    pairs = Pairs(base[..., 0], base[..., 1], new[..., 0], new[..., 1])
    used = pairs.used()
    before, after = pairs.values()
    base_draws, new_draws = pairs.resampled(draws.resamples, draws.seed)
    spread = intervals(new_draws - base_draws, np.count_nonzero(used, axis=0) >= 2)
    p_values = sign_flip_p_values(pairs, permutations=draws.permutations, seed=draws.seed)
    for i, measure in enumerate(measures):
        metric = _metric(measure, after[i] - before[i], spread[i], used[:, i])
        yield Change(**metric.model_dump(), base=number(before[i]), new=number(after[i]), p_value=number(p_values[i]))


def _terms(answers: Answers, beside: Answers, problems: Sequence[str]) -> Floats:
    """What each problem adds above and below the line of each measure: `(problems, measures, 2)`.

    A constraint that is undecided in the answers `beside` these is in no share here, either.
    """
    terms = [_of_problem(answers[problem], beside[problem]) for problem in problems]
    return np.array(terms, dtype=np.float64).reshape(-1, len(MEASURES), 2)


def _of_problem(answer: Answer, beside: Answer) -> list[tuple[float, float]]:
    return [
        _share(answer.loose, beside.loose), _share(answer.strict, beside.strict),
        _all(answer.loose), _all(answer.strict), (answer.tokens, 1), (answer.thinking_tokens, 1),
    ]  # fmt: skip


def _share(verdicts: Sequence[bool | None], beside: Sequence[bool | None]) -> tuple[int, int]:
    pairs = zip(verdicts, beside, strict=True)
    decided = [verdict for verdict, other in pairs if verdict is not None and other is not None]
    return sum(decided), len(decided)


def _all(verdicts: Sequence[bool | None]) -> tuple[int, int]:
    """A failed constraint decides the prompt, whatever is undecided beside it."""
    if False in verdicts:
        return 0, 1
    return (0, 0) if None in verdicts else (1, 1)


def _metric(measure: Measure, value: float, interval: Floats, used: NDArray[np.bool_]) -> Metric:
    n = int(used.sum())
    low, high = number(interval[0]), number(interval[1])
    no_interval = NO_INTERVAL if low is None else None
    return Metric(
        value=number(value), ci_low=low, ci_high=high, n=n, n_excluded=len(used) - n, unit=measure.unit,
        higher_is_better=measure.higher_is_better, reason="no problem enters" if not n else no_interval,
    )  # fmt: skip


def number(value: float) -> float | None:
    """As the report gives it: rounded, null for NaN."""
    return None if isnan(value) else round(float(value), DECIMALS)
