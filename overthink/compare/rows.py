"""What compare finds, as rows: compare.json, the public contract schemas/compare.v1.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Literal

from pydantic import Field

from overthink.metrics.aggregate import is_of_thinking
from overthink.records import Caveat, Change, Metric, Row, is_empty, is_false, void_codes

AES = "aes"
HEADLINE = ("accuracy", "solutions", "tokens", "outcome_efficiency", "process_efficiency", "tokens_after_answer_share")
"""The metrics that tables for people show; every other format holds all of the report."""
ALL = "all"
"""What the table calls the problems of all datasets together."""


class Changes(Row):
    """The differences over some of the shared problems.

    `aes`: the accuracy-efficiency score of the new run against the base, over the problems whose accuracy is known in
    both. Won, lost and tied count problems by accuracy, `undetermined` those of which it is not known in one of them.
    """

    problems: int
    metrics: dict[str, Change]
    aes: Metric
    won: int
    lost: int
    tied: int
    undetermined: int


class DatasetChanges(Row):
    """All shared problems of one dataset, and those of each level."""

    overall: Changes
    levels: dict[int, Changes]


class Pairing(Row):
    """How the problems of the two runs found each other.

    `other_text`: problems of the same dataset and id that differ in question or gold answer; they are not used, as are
    those of one run only. `failed_base`, `failed_new`: rows of the two runs that could not be made, by stage; they are
    in no number.
    """

    shared: int
    only_base: int
    only_new: int
    other_text: int
    samples_base: int
    samples_new: int
    failed_base: dict[str, int]
    failed_new: dict[str, int]


class Against(Row):
    """One run against the base. `unlike`: methods that differ, where they were compared anyway.

    `voided`: what makes the thinking of the two runs two different things; all differences but that of accuracy are
    then null, unless they were made `anyway`. `caveats`: those of this run.
    """

    run: str
    model: str
    pairing: Pairing
    unlike: list[str]
    voided: list[str] = Field([], exclude_if=is_empty)
    anyway: bool = Field(False, exclude_if=is_false)
    notes: list[str]
    caveats: list[Caveat] = Field([], exclude_if=is_empty)
    overall: Changes
    datasets: dict[str, DatasetChanges]


class Settings(Row):
    """Of the statistics. `alpha`, `beta`, `gamma`: weights of AES; `smallest_p_value`: 1/(1 + permutations)."""

    resamples: int
    permutations: int
    seed: int
    smallest_p_value: float
    alpha: float
    beta: float
    gamma: float


class ChangeRow(Row):
    """One difference, flat. A null dataset: all of them; a null level: all of its levels.

    `void`: the codes of the caveats of either run by which it is a difference of something else than the thinking.
    """

    base_run: str
    run: str
    model: str
    dataset: str | None
    level: int | None
    metric: str
    base: float | None
    new: float | None
    value: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    n: int
    n_excluded: int
    unit: str
    higher_is_better: bool | None
    void: list[str] = Field([], exclude_if=is_empty)


class Comparison(Row):
    """One or more runs against a base: nested for people, flat for programs."""

    schema_version: Literal[1]
    base_run: str
    base_model: str
    base_caveats: list[Caveat] = Field([], exclude_if=is_empty)
    settings: Settings
    comparisons: list[Against]
    rows: list[ChangeRow]


def groups(against: Against) -> Iterator[tuple[str | None, int | None, Changes]]:
    """Dataset, level and differences: all problems, then each dataset, each followed by its levels."""
    yield None, None, against.overall
    for dataset, block in against.datasets.items():
        yield dataset, None, block.overall
        for level, changes in block.levels.items():
            yield dataset, level, changes


def headline(changes: Changes) -> dict[str, Change]:
    """The differences that tables for people show."""
    return {name: changes.metrics[name] for name in HEADLINE}


def flat_rows(base_run: str, base_caveats: Sequence[Caveat], against: Against) -> Iterator[ChangeRow]:
    """The differences of one comparison, one row each; AES is one of them."""
    void = void_codes(base_caveats, against.caveats)
    for dataset, level, changes in groups(against):
        named = chain(changes.metrics.items(), [(AES, Change(**changes.aes.model_dump(), **_NO_SIDES))])
        for name, change in named:
            yield ChangeRow(
                base_run=base_run,
                run=against.run,
                model=against.model,
                dataset=dataset,
                level=level,
                metric=name,
                **change.model_dump(exclude={"reason"}),
                void=void if is_of_thinking(name) else [],
            )


_NO_SIDES = {"base": None, "new": None, "p_value": None}
