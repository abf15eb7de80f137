"""Pools of worker processes that know nothing of the script they serve.

Not forked: the parent has threads, and a fork may inherit a lock that is held. Started by a fork server that has
loaded our modules once; and unlike multiprocessing's own, its processes do not run the caller's script again, so that
`profile` can be called in one that has no `if __name__ == "__main__":`.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.forkserver import ensure_running
from threading import Lock, current_thread, main_thread
from types import ModuleType
from typing import Any

from pebble import ProcessPool

_PRELOAD = ["overthink.answers.symbolic", "overthink.solutions.stage", "overthink.strategies.stage"]
"""What the processes of any pool need, loaded once by the server: there is one for the whole program."""
_LOCK = Lock()


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


def start_pool(processes: int, initializer: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()) -> Any:
    """A pebble ProcessPool: work is scheduled on it, and a process that dies or hangs fails its own task alone."""
    multiprocessing.set_forkserver_preload(_PRELOAD)
    _start_server()
    return ProcessPool(processes, initializer=_begin, initargs=(initializer, arguments), context=_Context())


def _start_server() -> None:
    """Start the fork server, if it is not running, deaf to Ctrl-C: it would die of one while it loads the modules."""
    if current_thread() is not main_thread():  # signals are the main thread's; elsewhere the server starts as it is
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)


def _begin(initializer: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    """Runs first in each process. Ctrl-C reaches all of them; the parent answers it and ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if initializer is not None:
        initializer(*arguments)
