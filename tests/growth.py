"""How work grows with its input: CPU times of one process are compared with each other, never with a clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from math import inf
from timeit import timeit
from typing import TypeVar

Input = TypeVar("Input")

STEP = 8
"""From one size to the next: linear work takes 8 times as long, quadratic work 64 times."""
MOST = 20
"""How many times as long is still linear: n log n, caches and a busy machine take more than 8."""
MOMENT = 0.05
"""Seconds; a time below says nothing of growth."""
TRIES = 3


def grows_linearly(run: Callable[[Input], object], make: Callable[[int], Input], size: int) -> None:
    """Assert that the work of `run` on the input `make(n)` grows like n, or slower, for n up to `size`.

    Small inputs come first, so that a blow-up fails early instead of hanging.
    """
    before = inf
    for n in (size // STEP**2, size // STEP, size):
        call = partial(run, make(n))
        seconds = inf
        for _ in range(TRIES):
            seconds = min(seconds, cpu_seconds(call))
            if n == size and is_linear(before, seconds):
                break  # only what another time is compared with needs to be the shortest
        assert is_linear(before, seconds), f"size {n // STEP} takes {before:.4f} s and size {n} takes {seconds:.4f} s"
        before = seconds


def cpu_seconds(call: Callable[[], object]) -> float:
    """The CPU time of one call, garbage collection apart: to be compared with another one alone."""
    return timeit(call, timer=time.process_time, number=1)


def is_linear(before: float, seconds: float) -> bool:
    """Whether `seconds` for one size are in proportion to those for the size before it."""
    return seconds <= max(MOMENT, MOST * before)


def run_of(piece: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """What makes texts of about n characters: this piece over and over, between two others."""
    return lambda n: before + piece * (n // len(piece)) + after
