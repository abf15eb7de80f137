from __future__ import annotations

from overthink.judge.budget import price


def test_prices_are_of_a_million_tokens() -> None:
    assert price(1_000_000, 500_000, 2.5, 10.0) == 7.5
    assert price(1, 1, None, 10.0) is None
