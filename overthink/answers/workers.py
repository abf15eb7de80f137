"""Answers compared in worker processes that can be killed: SymPy on hostile text is bounded in CPU time and memory.

The limits are the kernel's. A worker that uses up its CPU time is ended by a signal nobody handles, whatever it is
doing and however loaded the machine is; the parent sees the death, says so, and the next pair gets a fresh worker.
"""

from __future__ import annotations

import os
import resource
import signal
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pebble import ProcessExpired

from overthink.answers.compare import number, same_cheaply
from overthink.answers.wholes import Outcome
from overthink.run.processes import Call, Pool

_WALL_SECONDS = 60.0  # only for a worker that sleeps or starves
_HINT = "Raise memory_mb of [verify] in overthink.toml, or the limits of this machine: ulimit -a."
_REMEMBERED = 16_384
_LONGEST_REMEMBERED = 1_000  # characters of one pair

Pair = tuple[str, str]
R = TypeVar("R")


class SympyVerifier:
    """Compares answers with gold answers: cheap ways here, SymPy in `workers` processes.

    The processes start with the first pair that needs them and end with the context. `cpu_seconds` are for one pair,
    `memory_mb` (MiB of address space) for one process.
    """

    def __init__(self, workers: int | None = None, *, cpu_seconds: float = 2.0, memory_mb: int = 2048) -> None:
        limit = (memory_mb * 1024**2,)
        self._pool = Pool(workers or os.cpu_count() or 1, _limit_memory, limit, hint=_HINT)
        self._cpu_seconds = cpu_seconds
        self._known: OrderedDict[Pair, Outcome] = OrderedDict()

    def __enter__(self) -> SympyVerifier:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.close()

    def compare(self, pairs: list[Pair]) -> list[Outcome]:
        """Return one verdict for each `(gold, answer)`, in order. An equal pair is compared once.

        Never raises for what the texts hold.
        """
        outcomes: dict[Pair, Outcome] = {}
        owed: list[Pair] = []
        for pair in dict.fromkeys(pairs):
            outcome = same_cheaply(*pair) or self._recall(pair)
            if outcome is None:
                owed.append(pair)
            else:
                outcomes[pair] = outcome
        if owed:
            outcomes.update(self._compare_in_workers(owed))
        return [outcomes[pair] for pair in pairs]

    def _recall(self, pair: Pair) -> Outcome | None:
        if pair in self._known:
            self._known.move_to_end(pair)
        return self._known.get(pair)

    def _remember(self, pair: Pair, outcome: Outcome) -> None:
        if len(pair[0]) + len(pair[1]) > _LONGEST_REMEMBERED:
            return
        self._known[pair] = outcome
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def _compare_in_workers(self, pairs: list[Pair]) -> dict[Pair, Outcome]:
        outcomes: dict[Pair, Outcome] = {}
        for pair, call in [(pair, self._send(_compare_within_limits, *pair)) for pair in pairs]:
            outcomes[pair] = self._outcome_of(call)
            self._remember(pair, outcomes[pair])
        return outcomes

    def _outcome_of(self, call: Call[Outcome]) -> Outcome:
        try:
            return self._pool.result(call)
        except TimeoutError:
            return "undetermined", "timeout"
        except ProcessExpired as death:
            return "undetermined", "timeout" if death.exitcode == -signal.SIGPROF else "crash"

    def gold_problems(self, golds: Iterable[str]) -> dict[str, str]:
        """Why each of these gold answers cannot be compared with anything but itself; the sound ones are left out."""
        doubtful = [gold for gold in dict.fromkeys(golds) if number(gold) is None]
        calls = [(gold, self._send(_gold_problem_within_limits, gold)) for gold in doubtful]
        found: dict[str, str] = {}
        for gold, call in calls:
            try:
                problem = self._pool.result(call)
            except (TimeoutError, ProcessExpired):
                problem = "reading it uses up time or memory"
            if problem:
                found[gold] = problem
        return found

    def _send(self, task: Callable[..., R], *texts: str) -> Call[R]:
        return self._pool.send(task, self._cpu_seconds, *texts, seconds=_WALL_SECONDS)


def _limit_memory(wanted: int) -> None:
    """Limit the address space (`wanted` bytes) of this process, once in each worker, and write no core files."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _compare_within_limits(cpu_seconds: float, gold: str, answer: str) -> Outcome:
    """Runs in a worker."""
    # SymPy stays out of the parent.
    from overthink.answers.symbolic import compare_symbolically

    try:
        with _cpu_limit(cpu_seconds):
            return compare_symbolically(gold, answer)
    except MemoryError:
        return "undetermined", "memory"
    except Exception:  # SymPy raises anything on odd input
        return "undetermined", "unparsable"


def _gold_problem_within_limits(cpu_seconds: float, gold: str) -> str | None:
    """Runs in a worker."""
    from overthink.answers.symbolic import gold_problem

    try:
        with _cpu_limit(cpu_seconds):
            return gold_problem(gold)
    except Exception as error:  # SymPy raises anything on odd input
        return f"reading it fails: {error}"


@contextmanager
def _cpu_limit(seconds: float) -> Iterator[None]:
    """The timer counts the CPU time of this process and, unhandled, ends it."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
