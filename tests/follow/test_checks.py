"""The stage at work: processes, their limits, and what becomes of answers that a checker cannot bear."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from overthink.follow import checks
from overthink.follow.checks import Checker, check_pool
from overthink.records import Constraint, Failure, Followed, Problem, Response
from overthink.run.owed import Item
from overthink.run.processes import Pool


class Letters:
    """One token a character."""

    name = "letters"

    def starts(self, text: str) -> Any:
        return np.arange(len(text))


def item(row_id: str, text: str, dataset: str = "complexbench", rule: str = "length:[1,5]") -> Item:
    constraints = [Constraint(kinds=["Length"], question="Is it short?", rule=rule)]
    problem = Problem(id=row_id, dataset=dataset, question="Be short.", answer=None, constraints=constraints)
    response = Response(id=f"{row_id}#1", problem_id=row_id, sample=1, model="m", response=text)
    return Item(f"{row_id}#1", "0" * 12, {"problems": problem, "generate": response})


def explode(_constraints: object, _question: str, answer: str) -> Any:
    """Stands in for a checker that cannot bear an answer."""
    if answer == "hang":
        time.sleep(600)
    if answer == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if answer == "raise":
        raise ZeroDivisionError("in a library")
    return [True], [True]


@pytest.fixture
def pool() -> Iterator[Pool]:
    with check_pool(1, "complexbench") as made:
        yield made


def run(pool: Pool, *items: Item, always_thinks: bool = False, seconds: float = 60.0) -> list[Followed | Failure]:
    return list(Checker(Letters(), None, always_thinks, pool, seconds)(iter(items)))


def test_rows_come_in_order_with_the_tokens_of_the_thinking(pool: Pool) -> None:
    rows = run(pool, item("p", "short"), item("q", "<think>\nHmm.\n</think>\n\ntoo long"))
    assert [(row.id, getattr(row, "loose", None)) for row in rows] == [("p#1", [True]), ("q#1", [False])]
    assert isinstance(rows[1], Followed)
    assert (rows[1].thinking_tokens, rows[1].tokens) == (4, 31)


def test_a_response_cut_inside_its_thinking_meets_nothing_and_is_not_checked(pool: Pool) -> None:
    (row,) = run(pool, item("p", "<think>\nshort"))
    assert isinstance(row, Followed)
    assert (row.answer, row.loose) == (None, [False])


def test_a_rule_that_is_not_known_and_a_strange_dataset_are_failures_and_no_verdicts(pool: Pool) -> None:
    rows = run(pool, item("p", "a", rule="rhyme:[a]"), item("q", "a", dataset="gsm8k"), item("r", "a"))
    assert [row.kind if isinstance(row, Failure) else row.loose for row in rows] == [
        "unknown_rule", "unknown_dataset", [True],
    ]  # fmt: skip


def test_a_response_without_constraints_is_a_failure(pool: Pool) -> None:
    bare = item("p", "a")
    problem = bare.problem.model_copy(update={"constraints": None})
    (row,) = run(pool, bare.having("problems", problem))
    assert isinstance(row, Failure)
    assert row.kind == "no_constraints"


def hostile_begin(_dataset: str) -> None:
    """In each worker: every dataset is checked by `explode`."""
    checks.CHECKS["complexbench"] = explode


@pytest.mark.parametrize(("word", "kind"), [("hang", "timeout"), ("die", "crash"), ("raise", "ZeroDivisionError")])
def test_what_hangs_dies_or_raises_fails_alone(monkeypatch: pytest.MonkeyPatch, word: str, kind: str) -> None:
    monkeypatch.setattr(checks, "_begin", hostile_begin)
    with check_pool(1, "complexbench") as pool:
        rows = run(pool, item("p", "fine"), item("q", word), item("r", "fine"), seconds=3.0)
    assert [row.kind if isinstance(row, Failure) else row.loose for row in rows] == [[True], kind, [True]]


@pytest.mark.slow
def test_a_hostile_answer_to_ifeval_is_checked_or_given_up(pool: Pool) -> None:
    pytest.importorskip("lm_eval", reason="overthink[follow] is not installed")
    constraints = [
        Constraint(kinds=["keywords:frequency"], arguments={"keyword": "a", "frequency": 3, "relation": "at least"}),
        Constraint(kinds=["detectable_format:number_highlighted_sections"], arguments={"num_highlights": 3}),
        Constraint(
            kinds=["length_constraints:number_sentences"], arguments={"num_sentences": 3, "relation": "at least"}
        ),
        Constraint(kinds=["change_case:english_lowercase"]),
    ]
    long = ("*" * 50 + "a. " + "<<" * 20 + "\u202e[x] ") * 2_000
    base = item("p", long, dataset="ifeval")
    problem = base.problem.model_copy(update={"constraints": constraints})
    (row,) = run(pool, base.having("problems", problem))
    assert isinstance(row, Followed) or row.kind == "timeout"
