"""The one pool of worker processes that can be killed, and that know nothing of the script they serve.

Not forked: the parent has threads, and a fork may inherit a lock that is held. Started by a fork server that has
loaded our modules once; and unlike multiprocessing's own, its processes do not run the caller's script again, so that
`profile` can be called in one that has no `if __name__ == "__main__":`.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.forkserver import ensure_running
from threading import Lock, Thread
from types import ModuleType
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from overthink.errors import OverthinkError

_PRELOAD = ["overthink.answers.symbolic", "overthink.solutions.stage", "overthink.strategies.stage"]
"""What the processes of any pool need, loaded once by the server: there is one for the whole program."""
_LOCK = Lock()
_LOOK = 1.0
"""Seconds after which a wait looks whether the pool still works."""
_PROBE_SECONDS = 60.0
_LONGEST_END = 10.0
"""Seconds that the end of a pool is waited for."""

_faults: list[str] = []
"""In a process of the pool: why it could not begin."""

R = TypeVar("R")


class _Process(ForkServerProcess):
    @staticmethod
    def _Popen(process: Any) -> Any:  # noqa: N802 - the hook's own name
        with _LOCK:
            script = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                return ForkServerProcess._Popen(process)
            finally:
                sys.modules["__main__"] = script


class _Context(ForkServerContext):
    Process = _Process


@dataclass(frozen=True)
class Call(Generic[R]):
    """A call under way in one of the processes."""

    task: Callable[..., R]
    arguments: tuple[Any, ...]
    seconds: float
    future: ProcessFuture[R]
    pool: Any


class _NotBegunError(Exception):
    """A process of the pool could not begin."""


class Pool:
    """Processes that start with the first call, and anew with the first one after `close`.

    `initializer` runs first in each process, with `arguments`; if it fails, OverthinkError with this `hint` tells why.
    A process that dies or hangs later fails its own call alone.
    """

    def __init__(
        self,
        processes: int,
        initializer: Callable[..., None] | None = None,
        arguments: tuple[Any, ...] = (),
        *,
        hint: str = "Look at the limits of memory and processes on this machine: ulimit -a.",
    ) -> None:
        self.processes = processes
        self._begin = (initializer, arguments)
        self._hint = hint
        self._pool: Any = None  # a ProcessPool; its methods carry no types

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def started(self) -> bool:
        """Whether there are processes."""
        return self._pool is not None

    def close(self) -> None:
        """End the processes at once; what they were doing is lost."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            # After a Ctrl-C a thread of the pool may wait for ever for a task that no one sends.
            ended = Thread(target=pool.join, daemon=True)
            ended.start()
            ended.join(_LONGEST_END)

    def send(self, task: Callable[..., R], *arguments: Any, seconds: float) -> Call[R]:
        """Start a call, for at most so many seconds of wall-clock time. OverthinkError if no process can be started."""
        try:
            return self._sent(task, arguments, seconds)
        except RuntimeError:  # the pool broke down
            self.close()
        try:
            return self._sent(task, arguments, seconds)
        except RuntimeError as error:
            raise self._not_begun(error) from error

    def _sent(self, task: Callable[..., R], arguments: tuple[Any, ...], seconds: float) -> Call[R]:
        future = self._running().schedule(_called, args=(task, arguments), timeout=seconds)
        return Call(task, arguments, seconds, future, self._pool)

    def result(self, call: Call[R]) -> R:
        """Wait for the call; what it raises is raised.

        The whole pool breaks down if a process dies before the parent has read which call it took: each call that was
        under way is sent once more, alone.

        Raises:
            TimeoutError: it took too long.
            ProcessExpired: it killed its process.
            OverthinkError: the processes cannot begin.
        """
        try:
            if call.pool is self._pool or call.future.done():
                return self._wait(call)
        except (BrokenProcessPool, CancelledError):
            if call.pool is self._pool:
                self.close()
        try:
            return self._wait(self.send(call.task, *call.arguments, seconds=call.seconds))
        except BrokenProcessPool as error:
            self.close()
            self._probe()
            raise ProcessExpired(str(error)) from error  # type: ignore[no-untyped-call]  # pebble types no errors

    def _wait(self, call: Call[R]) -> R:
        """Wait as long as the pool works: one that breaks down forgets the calls that it has just been given."""
        while True:
            try:
                return call.future.result(timeout=_LOOK)
            except _NotBegunError as error:
                raise self._not_begun(error) from error
            except TimeoutError:
                if call.future.done():
                    return call.future.result()
                if not call.pool.active:
                    raise BrokenProcessPool("the pool broke down") from None

    def _probe(self) -> None:
        """OverthinkError if even a call that does nothing breaks the pool: its processes die while they begin."""
        try:
            self._wait(self.send(_do_nothing, seconds=_PROBE_SECONDS))
        except (BrokenProcessPool, ProcessExpired) as error:
            raise self._not_begun(error) from error

    def _not_begun(self, error: Exception) -> OverthinkError:
        self.close()
        return OverthinkError(f"the processes for this work cannot begin: {error or type(error).__name__}", self._hint)

    def _running(self) -> Any:
        if self._pool is None:
            multiprocessing.set_forkserver_preload(_PRELOAD)
            _start_server()
            self._pool = ProcessPool(self.processes, initializer=_begin, initargs=self._begin, context=_Context())
        return self._pool


def _start_server() -> None:
    """Start the fork server, if it is not running, with Ctrl-C blocked: it would die of one while it loads the modules.

    Blocked and not ignored: this process gets a Ctrl-C that comes meanwhile, only later.
    """
    resource_tracker.ensure_running()  # first and apart: in Python 3.11 its start unblocks the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(initializer: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    """Runs first in each process. Ctrl-C reaches all of them; the parent answers it and ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if initializer is not None:
        try:
            initializer(*arguments)
        except Exception as error:  # pebble would start process after process; the first call tells it instead
            _faults.append(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def _called(task: Callable[..., R], arguments: tuple[Any, ...]) -> R:
    """Runs in a process of the pool."""
    if _faults:
        raise _NotBegunError(_faults[0])
    return task(*arguments)


def _do_nothing() -> None:
    """A call that no process dies of."""
