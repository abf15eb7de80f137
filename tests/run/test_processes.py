"""The pool of processes: a call that kills its process, or hangs, fails alone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from pebble import ProcessExpired

from overthink.run import processes
from overthink.run.processes import Pool


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
