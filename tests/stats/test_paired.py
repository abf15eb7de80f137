from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.stats import paired
from overthink.stats.bootstrap import exact
from overthink.stats.paired import PairedSums, intervals, sign_flip_p_values


def pairs_of(base: list[tuple[float, float]], new: list[tuple[float, float]]) -> PairedSums:
    """One metric; each problem is what stands above and below the line."""
    columns = [np.array([[pair[k]] for pair in side], dtype=float) for side in (base, new) for k in (0, 1)]
    return PairedSums(*columns, used=columns[1] > 0)


def difference(base: list[tuple[float, float]], new: list[tuple[float, float]]) -> float:
    return sum(a for a, _ in new) / sum(b for _, b in new) - sum(a for a, _ in base) / sum(b for _, b in base)


BASE = [(0.2, 1.0), (0.9, 1.0), (0.5, 1.0), (0.1, 1.0), (0.7, 1.0), (0.4, 1.0)]
NEW = [(0.5, 1.0), (0.8, 1.0), (0.9, 1.0), (0.4, 1.0), (0.6, 1.0), (0.8, 1.0)]
POOLED_BASE = [(30.0, 100.0), (5.0, 400.0), (250.0, 500.0), (900.0, 1000.0), (10.0, 90.0)]
POOLED_NEW = [(10.0, 50.0), (5.0, 300.0), (300.0, 500.0), (100.0, 700.0), (20.0, 110.0)]


@pytest.mark.parametrize(("base", "new"), [(BASE, NEW), (POOLED_BASE, POOLED_NEW)])
def test_an_interval_equals_that_of_a_loop_over_resampled_problems(
    base: list[tuple[float, float]], new: list[tuple[float, float]]
) -> None:
    resamples, problems = 400, len(base)
    raw = np.random.PCG64(5).random_raw(resamples * problems).tolist()
    drawn = [((bits >> 32) * problems) >> 32 for bits in raw]
    found = []
    for r in range(resamples):
        chosen = drawn[r * problems : (r + 1) * problems]
        found.append(difference([base[p] for p in chosen], [new[p] for p in chosen]))
    by_hand = np.percentile(found, [2.5, 97.5])

    base_draws, new_draws = pairs_of(base, new).resampled(resamples, 5)
    assert intervals(new_draws - base_draws, np.array([True]))[0] == pytest.approx(by_hand, abs=1e-12)


@pytest.mark.parametrize(("base", "new"), [(BASE, NEW), (POOLED_BASE, POOLED_NEW)])
def test_a_p_value_equals_that_of_a_loop_over_the_same_swaps(
    base: list[tuple[float, float]], new: list[tuple[float, float]]
) -> None:
    permutations, problems = 500, len(base)
    raw = np.random.PCG64(3).jumped().random_raw(-(-permutations * problems // 64)).tolist()
    # Each 64-bit number gives its bytes from the lowest, and each byte its bits from the highest.
    bits = [(number >> (8 * byte + 7 - bit)) & 1 for number in raw for byte in range(8) for bit in range(8)]
    observed = abs(difference(base, new))
    reached = 0
    for r in range(permutations):
        kept = bits[r * problems : (r + 1) * problems]
        flipped = difference(
            [b if keep else n for b, n, keep in zip(base, new, kept, strict=True)],
            [n if keep else b for b, n, keep in zip(base, new, kept, strict=True)],
        )
        reached += abs(flipped) >= observed - 1e-12
    found = sign_flip_p_values(pairs_of(base, new), permutations=permutations, seed=3)
    assert found.tolist() == pytest.approx([(1 + reached) / (1 + permutations)])


@pytest.mark.parametrize(("base", "new"), [(BASE, NEW), (POOLED_BASE, POOLED_NEW)])
def test_a_p_value_is_close_to_that_of_all_swaps(
    base: list[tuple[float, float]], new: list[tuple[float, float]]
) -> None:
    observed = abs(difference(base, new))
    all_swaps = [
        abs(
            difference(
                [n if swap else b for b, n, swap in zip(base, new, swaps, strict=True)],
                [b if swap else n for b, n, swap in zip(base, new, swaps, strict=True)],
            )
        )
        for swaps in product([False, True], repeat=len(base))
    ]
    exact_p = np.mean([value >= observed - 1e-12 for value in all_swaps])
    found = sign_flip_p_values(pairs_of(base, new), permutations=20_000, seed=0)[0]
    assert found == pytest.approx(exact_p, abs=0.012)


def test_a_p_value_is_never_below_one_over_the_permutations_and_one() -> None:
    base, new = [(0.0, 1.0)] * 60, [(1.0, 1.0)] * 60
    assert sign_flip_p_values(pairs_of(base, new), permutations=999, seed=0).tolist() == [1 / 1000]


def test_without_a_difference_p_is_one_and_without_problems_there_is_none() -> None:
    same = pairs_of(BASE, BASE)
    assert sign_flip_p_values(same, permutations=200, seed=0).tolist() == [1.0]
    nothing = pairs_of([(0, 0), (0, 0)], [(0, 0), (0, 0)])
    assert np.isnan(sign_flip_p_values(nothing, permutations=200, seed=0)).tolist() == [True]


def test_p_values_are_uniform_where_the_runs_are_alike() -> None:
    random = np.random.default_rng(4)
    base, new = (exact(random.random((40, 300))) for _ in range(2))  # 300 experiments of 40 problems
    ones = np.ones_like(base)
    p_values = sign_flip_p_values(PairedSums(base, ones, new, ones, ones > 0), permutations=1000, seed=0)
    assert 0.02 <= np.mean(p_values < 0.05) <= 0.085
    assert 0.42 <= np.mean(p_values < 0.5) <= 0.58


def test_work_in_pieces_gives_the_numbers_of_work_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # 64 problems: a piece of whole numbers of 64 bits, so that no bit of the stream is thrown away between two.
    random = np.random.default_rng(1)
    base, new = (exact(random.random((64, 3))) for _ in range(2))
    pairs = PairedSums(base, np.ones_like(base), new, np.ones_like(base), base >= 0)
    whole = sign_flip_p_values(pairs, permutations=300, seed=0)
    monkeypatch.setattr(paired, "_SIGNS_AT_ONCE", 64 * 7)
    assert sign_flip_p_values(pairs, permutations=300, seed=0).tolist() == whole.tolist()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=12))
@settings(max_examples=40)
def test_exchanging_the_runs_turns_the_difference_around_and_keeps_p(rows: list[tuple[float, float]]) -> None:
    base = [(float(exact(np.array([a]))[0]), 1.0) for a, _ in rows]
    new = [(float(exact(np.array([b]))[0]), 1.0) for _, b in rows]
    there, back = pairs_of(base, new), pairs_of(new, base)
    draws, turned = there.resampled(100, 0), back.resampled(100, 0)
    assert (draws[1] - draws[0]).tolist() == (turned[0] - turned[1]).tolist()
    p_values = [sign_flip_p_values(pairs, permutations=200, seed=0).tolist() for pairs in (there, back)]
    assert p_values[0] == p_values[1]
