"""Whatever responses come, every number of every command is a metric that validates: null only for a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import accumulate
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from overthink.agree.formulas import agreement
from overthink.agree.labels import Labelled
from overthink.compare.formulas import Side, compare
from overthink.exits.formulas import Stated, rules, stops_by_level
from overthink.exits.rows import ExitSettings
from overthink.follow.classifier import train
from overthink.follow.measures import Answer
from overthink.follow.remedies import decided_well, remedy_report
from overthink.follow.report import effect_of
from overthink.metrics.response import CORRECT, new_strategies
from overthink.pairs.formulas import Candidate, longest
from overthink.pairs.statistics import Statistics
from overthink.records import Metric
from overthink.run.owed import Item
from overthink.stats.bootstrap import Draws
from tests.builders import LETTERS, sample
from tests.compare.test_formulas import SETTINGS
from tests.metrics.test_aggregate import METHOD, report_of

DRAWS = Draws(resamples=20, seed=0, permutations=20)
FEW = SETTINGS.model_copy(update={"resamples": 20, "permutations": 20})


def metrics_in(found: Any) -> Iterator[Metric]:
    """Every metric in a result, however deep."""
    if isinstance(found, Metric):
        yield found
    elif isinstance(found, BaseModel):
        yield from metrics_in(dict(found))
    elif is_dataclass(found) and not isinstance(found, type):
        yield from metrics_in([getattr(found, field.name) for field in fields(found)])
    elif isinstance(found, Mapping):
        yield from metrics_in(list(found.values()))
    elif isinstance(found, list | tuple):
        for part in found:
            yield from metrics_in(part)


def assert_valid(found: Any) -> None:
    metrics = list(metrics_in(found))
    assert metrics, "a builder without a metric is not tested"
    for metric in metrics:
        assert type(metric).model_validate_json(metric.model_dump_json()) == metric


class Told(NamedTuple):
    """A response: the tokens, verdicts (c, w, u) and strategies of its solutions, its tail, its final verdict."""

    problem: str
    lengths: tuple[int, ...]
    found: str
    strategies: tuple[int, ...]
    tail: int
    final: str

    @property
    def gold(self) -> bool:
        """One problem has no gold answer."""
        return self.problem != "d"

    @property
    def level(self) -> int | None:
        return {"a": 1, "b": 2}.get(self.problem)


@st.composite
def told(draw: st.DrawFn) -> Told:
    found = draw(st.text("cwu", max_size=4))
    lengths = draw(st.tuples(*(st.integers(0, 40) for _ in found)))
    strategies = draw(st.tuples(*(st.integers(1, 3) for _ in found)))
    return Told(
        draw(st.sampled_from("abcd")), lengths, found, strategies, draw(st.integers(0, 9)), draw(st.sampled_from("cwu"))
    )


several = st.lists(told(), min_size=1, max_size=7)


def samples(rows: list[Told]) -> list[Item]:
    return [
        sample(
            row.problem, list(row.lengths), row.found, list(row.strategies), tail=row.tail, final=row.final, k=k,
            level=row.level, gold="5" if row.gold else None, way="exact" if row.gold else "no_gold",
        )
        for k, row in enumerate(rows)
    ]  # fmt: skip


@given(several)
@settings(max_examples=60, deadline=None)
def test_every_metric_of_a_report_is_valid(rows: list[Told]) -> None:
    assert_valid(report_of(samples(rows), method=METHOD.model_copy(update={"resamples": 20})))


@given(several, several)
@settings(max_examples=60, deadline=None)
def test_every_difference_of_a_comparison_is_valid(base: list[Told], new: list[Told]) -> None:
    sides = Side("base", "m", METHOD), Side("new", "m", METHOD)
    shared = Told("a", (10,), "c", (1,), 0, "c")
    for side, rows in zip(sides, (base, new), strict=True):
        for one in samples([*rows, shared]):
            side.add(one, one.problem.id)
    assert_valid(compare(sides[0], [sides[1]], FEW))


@given(several)
@settings(max_examples=60, deadline=None)
def test_every_number_of_an_early_exit_is_valid(rows: list[Told]) -> None:
    stated = [
        Stated(
            row.problem, row.level, row.gold, sum(row.lengths) + row.tail,
            CORRECT[LETTERS[row.final]] if row.gold else None, list(accumulate(row.lengths)),
            [LETTERS[letter] for letter in row.found], list(row.found),
        )
        for row in rows
    ]  # fmt: skip
    chosen = ExitSettings(loss=0.01, price_out=None, joules_per_token=None)
    assert_valid(stops_by_level(stated, rules(3, [10, 50]), chosen, DRAWS))


@given(several)
@settings(max_examples=60, deadline=None)
def test_every_mean_of_the_table_of_pairs_is_valid(rows: list[Told]) -> None:
    by_problem: dict[str, list[Candidate]] = {}
    for row in rows:
        verdicts = tuple(LETTERS[letter] for letter in row.found)
        by_problem.setdefault(row.problem, []).append(
            Candidate(
                id="p#1", tokens=sum(row.lengths) + row.tail, solution_tokens=row.lengths,
                ends=tuple(accumulate(row.lengths)), verdicts=verdicts, new=tuple(new_strategies(row.strategies)),
                correct=CORRECT[LETTERS[row.final]], cut_off=False, closable=True,
            )
        )  # fmt: skip
    statistics = Statistics()
    for candidates in by_problem.values():
        usable = [one for one in candidates if one.unused() is None]
        if usable:
            statistics.add(candidates, usable, longest(candidates))
    assert_valid(statistics.rows(DRAWS))


@given(st.lists(st.tuples(told(), told()), max_size=6))
@settings(max_examples=60, deadline=None)
def test_every_figure_of_an_agreement_is_valid(pairs: list[tuple[Told, Told]]) -> None:
    def labelled(k: int, row: Told) -> Labelled:
        return Labelled(
            text_key=str(k), problem_id=pairs[k][0].problem, dataset="d", thinking=(0, 200),
            paragraphs=((0, 20), (22, 60), (62, 200)) if k % 3 else (), ends=tuple(accumulate(row.lengths)),
            correct=tuple(CORRECT[LETTERS[letter]] for letter in row.found), strategies=row.strategies,
        )  # fmt: skip

    sides = ([labelled(k, pair[side]) for k, pair in enumerate(pairs)] for side in (0, 1))
    assert_valid(agreement(*sides, DRAWS))


@st.composite
def answers(draw: st.DrawFn) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """Of base and of cot: constraints of two kinds, met, not met, or undecided."""
    kinds = draw(st.lists(st.lists(st.sampled_from("xy"), min_size=1, max_size=3), max_size=6))
    sides: tuple[dict[str, Answer], dict[str, Answer]] = ({}, {})
    for problem, own in enumerate(kinds):
        for side in sides:
            verdicts = tuple(draw(st.sampled_from([True, False, None])) for _ in own)
            thinking = draw(st.integers(0, 30))
            if draw(st.booleans()) or side is sides[1]:
                side[str(problem)] = Answer(
                    kinds=tuple((kind,) for kind in own), strict=verdicts, loose=verdicts, answered=draw(st.booleans()),
                    thought=thinking > 0, tokens=thinking + 5, thinking_tokens=thinking,
                )  # fmt: skip
    return sides


@given(answers(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_every_number_of_following_instructions_is_valid(
    both: tuple[dict[str, Answer], dict[str, Answer]], random: Any
) -> None:
    base, cot = both
    assert_valid(effect_of(base, cot, DRAWS))
    decisions = {problem: random.random() < 0.5 for problem in base}
    assert_valid(decided_well(base, cot, decisions, DRAWS))
    assert_valid(remedy_report("few-shot", cot, base, cot, DRAWS))
    trained = train(
        lambda _, labels: lambda texts: [labels[0]] * len(texts), "none", dict.fromkeys(cot, "?"), base, cot,
        folds=2, split_seed=0, draws=DRAWS,
    )  # fmt: skip
    assert_valid(trained.report)
