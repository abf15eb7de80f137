"""The yardstick of growth: work that blows up fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.growth import grows_linearly, is_linear, run_of


@pytest.mark.parametrize("work", [lambda n: n**2, lambda n: 300 * n + n**2])
def test_work_that_blows_up_fails_with_both_times(work: Callable[[int], int]) -> None:
    with pytest.raises(AssertionError, match=r"^size \d+ takes [\d.]+ s and size \d+ takes [\d.]+ s"):
        grows_linearly(lambda n: sum(range(work(n))), int, 4_096)


@pytest.mark.parametrize("work", [lambda n: 0, lambda n: 1_000_000, lambda n: 100 * n, lambda n: 10 * n * len(bin(n))])
def test_work_that_does_not_passes(work: Callable[[int], int]) -> None:
    grows_linearly(lambda n: sum(range(work(n))), int, 4_096)


def test_times_too_short_to_say_anything_are_not_compared() -> None:
    assert is_linear(0.0001, 0.04)
    assert not is_linear(0.01, 0.4)


def test_no_test_but_these_reads_how_long_it_takes() -> None:
    clock = re.compile(r"process_time|perf_counter|performance\.now")
    found = {path.name for path in Path(__file__).parent.rglob("*.py") if clock.search(path.read_text("utf-8"))}
    assert found == {"growth.py", "test_growth.py"}


def test_a_run_is_about_as_long_as_wished() -> None:
    assert run_of("ab", "(", ")")(7) == "(ababab)"
