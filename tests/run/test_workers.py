"""Rows made side by side: in order, with odd rows and dead processes as failures of their own."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from overthink.errors import OverthinkError, UnreadableReply
from overthink.records import Failure, Problem, Row
from overthink.run.owed import Item
from overthink.run.workers import CHUNK, Workers, one_by_one

MANY = CHUNK * 6


def items(count: int) -> list[Item]:
    return [Item(str(number), "", {}) for number in range(count)]


def make(item: Item) -> Row:
    number = int(item.id)
    if number == 3:
        raise UnreadableReply("odd", "three is odd")
    if number == 5:
        raise ZeroDivisionError("five")
    return Problem(id=item.id, dataset="d", question="q", answer=str(os.getpid()))


def dies(item: Item) -> Row:
    if item.id == "40":
        os.kill(os.getpid(), signal.SIGKILL)
    return make(item)


def stops(item: Item) -> Row:
    raise OverthinkError("the tokenizer is gone", "Put it back.")


@pytest.mark.parametrize("count", [0, 10, MANY])
def test_rows_come_in_order_and_an_odd_row_fails_alone(count: int) -> None:
    with Workers(2) as workers:
        rows = list(workers.each("test", make)(iter(items(count))))
    assert [row.id for row in rows] == [str(number) for number in range(count)]  # type: ignore[attr-defined]
    failures = {row.id: (row.kind, row.message) for row in rows if isinstance(row, Failure)}
    expected = {"3": ("odd", "three is odd"), "5": ("ZeroDivisionError", "five")} if count else {}
    assert failures == expected


def test_many_rows_are_made_in_other_processes() -> None:
    with Workers(2) as workers:
        rows = list(workers.each("test", make)(iter(items(MANY))))
    assert str(os.getpid()) not in {row.answer for row in rows if isinstance(row, Problem)}


def test_a_row_that_kills_its_process_fails_alone() -> None:
    with Workers(2) as workers:
        rows = list(workers.each("test", dies)(iter(items(MANY))))
    assert len(rows) == MANY
    assert [row.id for row in rows if isinstance(row, Failure) and row.kind == "crash"] == ["40"]


@pytest.mark.parametrize("count", [2, MANY])
def test_what_the_user_can_mend_ends_the_stage(count: int) -> None:
    with pytest.raises(OverthinkError, match="tokenizer is gone"), Workers(2) as workers:
        list(workers.each("test", stops)(iter(items(count))))


def test_one_by_one_stays_in_this_process() -> None:
    rows = list(one_by_one("test", make)(iter(items(MANY))))
    assert {row.answer for row in rows if isinstance(row, Problem)} == {str(os.getpid())}


def test_the_callers_script_is_not_run_again(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = tmp_path / "script.py"
    script.write_text(
        "from overthink import profile\n"
        "print('once')\n"
        "row = profile('Expand (x+1)^2.', '<think>\\nThat is x^2+2x+1.\\n</think>\\n\\\\boxed{1+2x+x^2}', '(x+1)^2')\n"
        "print(row.final.verdict, row.final.way)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["once", "correct symbolic", ""]
