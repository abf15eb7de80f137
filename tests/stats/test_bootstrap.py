from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.stats import bootstrap as stats
from overthink.stats.bootstrap import bootstrap, exact, ratios


def by_hand(numerators: list[float], denominators: list[float], resamples: int, seed: int) -> tuple[float, float]:
    """The same bootstrap as loops over Python numbers: one problem drawn at a time, sums, ratio, sorted, cut."""
    problems = len(numerators)
    raw = np.random.PCG64(seed).random_raw(resamples * problems).tolist()
    draws = [((bits >> 32) * problems) >> 32 for bits in raw]
    values = []
    for r in range(resamples):
        chosen = draws[r * problems : (r + 1) * problems]
        bottom = sum(denominators[p] for p in chosen)
        if bottom:
            values.append(sum(numerators[p] for p in chosen) / bottom)
    values.sort()

    def percentile(share: float) -> float:
        at = share * (len(values) - 1)
        below = int(at)
        above = min(below + 1, len(values) - 1)
        return values[below] + (values[above] - values[below]) * (at - below)

    return percentile(0.025), percentile(0.975)


@pytest.mark.parametrize(
    ("numerators", "denominators"),
    [
        ([1, 0, 1, 1, 0], [1, 1, 1, 1, 1]),
        ([30, 0, 250, 1000], [100, 400, 500, 1000]),  # pooled: long responses weigh more
        ([1, 0, 0, 2], [1, 0, 0, 3]),  # two of four problems in the scope: resamples with neither are dropped
        ([0.5, 0.25], [1, 1]),
    ],
)
@pytest.mark.parametrize("seed", [0, 7])
def test_intervals_equal_those_of_a_loop(numerators: list[float], denominators: list[float], seed: int) -> None:
    found = bootstrap(_column(numerators), _column(denominators), resamples=300, seed=seed)[0]
    assert found.tolist() == pytest.approx(by_hand(numerators, denominators, 300, seed), abs=1e-12)


def test_metrics_are_resampled_together_and_do_not_disturb_each_other() -> None:
    numerators, denominators = np.arange(12.0).reshape(4, 3), np.ones((4, 3))
    together = bootstrap(numerators, denominators, resamples=200, seed=3)
    apart = [bootstrap(numerators[:, [m]], denominators[:, [m]], resamples=200, seed=3)[0] for m in range(3)]
    assert together.tolist() == [one.tolist() for one in apart]


def test_work_in_pieces_gives_the_bytes_of_work_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    numerators, denominators = exact(random.random((30, 4))), np.ones((30, 4))
    whole = bootstrap(numerators, denominators, resamples=500, seed=0)
    monkeypatch.setattr(stats, "_DRAWS_AT_ONCE", 70)
    assert bootstrap(numerators, denominators, resamples=500, seed=0).tobytes() == whole.tobytes()


@pytest.mark.parametrize(
    ("denominators", "defined"),
    [([1, 1, 1], True), ([1, 1, 0], True), ([1, 0, 0], False), ([0, 0, 0], False), ([40], False)],
)
def test_fewer_than_two_problems_in_scope_have_no_interval(denominators: list[float], defined: bool) -> None:
    interval = bootstrap(_column(denominators), _column(denominators), resamples=100, seed=0)[0]
    assert np.isfinite(interval).tolist() == [defined, defined]


def test_the_interval_of_a_mean_is_that_of_the_normal_law_for_many_problems() -> None:
    values = exact(np.random.default_rng(0).random((400, 1)))
    low, high = bootstrap(values, np.ones((400, 1)), resamples=10_000, seed=0)[0]
    error = 1.96 * values.std() / 20
    assert low == pytest.approx(values.mean() - error, abs=0.05 * error)
    assert high == pytest.approx(values.mean() + error, abs=0.05 * error)


def test_intervals_hold_the_truth_about_95_times_of_100() -> None:
    random = np.random.default_rng(5)
    samples = exact((random.random((60, 400)) < 0.4).astype(float))  # 400 experiments of 60 problems
    low, high = bootstrap(samples, np.ones((60, 400)), resamples=1000, seed=0).T
    assert 0.91 <= np.mean((low <= 0.4) & (high >= 0.4)) <= 0.98


def test_another_seed_gives_other_draws_and_the_same_seed_the_same() -> None:
    values = exact(np.random.default_rng(2).random((20, 1)))
    first, again, other = (bootstrap(values, np.ones((20, 1)), resamples=500, seed=seed) for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_draws_are_spread_evenly_over_the_problems() -> None:
    drawn = stats._draw(np.random.PCG64(0), 3000, 7).reshape(3000, 7) - np.arange(3000)[:, None] * 7
    assert (drawn.min(), drawn.max()) == (0, 6)
    assert np.bincount(drawn.ravel()) == pytest.approx(3000, rel=0.06)  # 3.3 standard deviations


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60), st.randoms(use_true_random=False))
def test_sums_of_exact_terms_do_not_depend_on_the_order(terms: list[float], random: object) -> None:
    rounded = exact(np.array(terms)).tolist()
    assert rounded == pytest.approx(terms, abs=2**-33)
    shuffled = sorted(rounded)
    assert sum(rounded) == sum(shuffled) == sum(reversed(shuffled))


@given(st.integers(0, 2**53))
def test_whole_numbers_are_exact_as_they_are(number: int) -> None:
    assert exact(np.array([float(number)]))[0] == number


def test_a_ratio_with_nothing_below_the_line_is_nan_and_warns_nobody() -> None:
    assert ratios(np.array([1.0, 0.0, 3.0]), np.array([2.0, 0.0, 0.0])).tolist() == pytest.approx(
        [0.5, np.nan, np.nan], nan_ok=True
    )


def test_an_interval_widens_with_fewer_problems() -> None:
    widths = []
    for problems in (10, 100, 1000):
        values = np.tile([[0.0], [1.0]], (problems // 2, 1))
        low, high = bootstrap(values, np.ones_like(values), resamples=2000, seed=0)[0]
        widths.append(high - low)
    assert all(wide > 2 * narrow for wide, narrow in pairwise(widths))


def _column(values: list[float]) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]
