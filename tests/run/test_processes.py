"""The pool of processes: a call that kills its process, or hangs, fails alone."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from pebble import ProcessExpired, ProcessFuture

from overthink.errors import OverthinkError
from overthink.run import processes
from overthink.run.processes import Call, Pool


def double(number: int) -> int:
    return 2 * number


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    time.sleep(600)


def whoami() -> int:
    return os.getpid()


def blocked() -> set[signal.Signals]:
    return {signal.Signals(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])}


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(1) as made:
        yield made


def test_nothing_starts_before_the_first_call(pool: Pool) -> None:
    assert not pool.started
    assert pool.result(pool.send(double, 4, seconds=60)) == 8
    assert pool.started


def test_calls_that_die_or_hang_fail_and_those_around_them_do_not(pool: Pool) -> None:
    before, dead, hung, after = (
        pool.send(double, 1, seconds=60),
        pool.send(die, seconds=60),
        pool.send(hang, seconds=1),
        pool.send(double, 2, seconds=60),
    )
    assert pool.result(before) == 2
    with pytest.raises(ProcessExpired):
        pool.result(dead)
    with pytest.raises(TimeoutError):
        pool.result(hung)
    assert pool.result(after) == 4


def test_it_starts_anew_after_it_was_closed_and_sends_again_what_was_under_way(pool: Pool) -> None:
    first = pool.result(pool.send(whoami, seconds=60))
    pool.send(hang, seconds=60)
    waiting = pool.send(whoami, seconds=60)
    pool.close()
    assert not pool.started
    second = pool.result(waiting)
    assert os.getpid() not in (first, second)
    assert first != second


def test_ctrl_c_while_the_processes_start_is_not_lost(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ensure_running", lambda: os.kill(os.getpid(), signal.SIGINT))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            pool.send(double, 4, seconds=60)
    finally:
        signal.signal(signal.SIGINT, before)
    monkeypatch.undo()
    assert pool.result(pool.send(double, 4, seconds=60)) == 8


def test_ctrl_c_does_not_reach_a_process(pool: Pool) -> None:
    """Not even one that has just been forked, or the server that forks them."""
    assert signal.SIGINT in pool.result(pool.send(blocked, seconds=60))


def refuse(words: str) -> None:
    raise ImportError(words)


def starve() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2**20, 2**20))
    bytes(2**28)


def raise_runtime_error() -> None:
    raise RuntimeError("of the task")


@pytest.mark.parametrize(
    ("initializer", "arguments", "says"),
    [
        (refuse, ("No module named 'nltk'",), "ImportError: No module named 'nltk'"),
        (starve, (), "MemoryError"),
        (die, (), "cannot begin"),
    ],
    ids=["package missing", "too little memory", "killed"],
)
def test_processes_that_cannot_begin_are_one_error_of_two_lines(
    initializer: Callable[..., None], arguments: tuple[Any, ...], says: str
) -> None:
    with Pool(2, initializer, arguments, hint="Give it more.") as pool:
        calls = [pool.send(double, number, seconds=60) for number in range(5)]
        with pytest.raises(OverthinkError, match=says) as error:
            [pool.result(call) for call in calls]
    assert error.value.hint == "Give it more."


def test_a_runtime_error_of_a_task_is_its_own_and_breaks_no_pool(pool: Pool) -> None:
    before = pool.result(pool.send(whoami, seconds=60))
    with pytest.raises(RuntimeError, match="of the task"):
        pool.result(pool.send(raise_runtime_error, seconds=60))
    assert pool.result(pool.send(whoami, seconds=60)) == before


def test_a_call_that_a_broken_pool_forgot_is_made_by_the_next_one(pool: Pool) -> None:
    forgotten = pool.send(double, 4, seconds=60)
    pool.result(forgotten)
    lost: Call[int] = replace(forgotten, future=ProcessFuture())
    pool._pool.stop()
    assert pool.result(lost) == 8


def test_a_pool_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one whose thread waits for a task that no one sends, after a Ctrl-C."""
    asked = []
    pool = Pool(1)
    monkeypatch.setattr(processes, "_LONGEST_END", 0.01)
    monkeypatch.setattr(pool, "_pool", SimpleNamespace(stop=lambda: asked.append("stop"), join=Event().wait))
    pool.close()
    assert (asked, pool.started) == (["stop"], False)
