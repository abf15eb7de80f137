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
from threading import Lock
from types import ModuleType
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

_PRELOAD = ["overthink.answers.symbolic", "overthink.solutions.stage", "overthink.strategies.stage"]
"""What the processes of any pool need, loaded once by the server: there is one for the whole program."""
_LOCK = Lock()

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


class Pool:
    """Processes that start with the first call, and anew with the first one after `close`.

    `initializer` runs first in each process, with `arguments`. A process that dies or hangs fails its own call alone.
    """

    def __init__(
        self, processes: int, initializer: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()
    ) -> None:
        self.processes = processes
        self._begin = (initializer, arguments)
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
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None

    def send(self, task: Callable[..., R], *arguments: Any, seconds: float) -> Call[R]:
        """Start a call, for at most so many seconds of wall-clock time."""
        try:
            future = self._running().schedule(task, args=arguments, timeout=seconds)
        except RuntimeError:  # the pool broke down
            self.close()
            future = self._running().schedule(task, args=arguments, timeout=seconds)
        return Call(task, arguments, seconds, future, self._pool)

    def result(self, call: Call[R]) -> R:
        """Wait for the call. TimeoutError if it took too long; ProcessExpired if it killed its process.

        The whole pool breaks down if a process dies before the parent has read which call it took: each call that was
        under way is sent once more, alone.
        """
        try:
            if call.pool is self._pool or call.future.done():
                return call.future.result()
        except (BrokenProcessPool, CancelledError, RuntimeError):
            if call.pool is self._pool:
                self.close()
        try:
            return self.send(call.task, *call.arguments, seconds=call.seconds).future.result()
        except (BrokenProcessPool, RuntimeError) as error:
            self.close()
            raise ProcessExpired(str(error)) from error  # type: ignore[no-untyped-call]  # pebble types no errors

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
        initializer(*arguments)
