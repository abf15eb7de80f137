"""The advice drawn from all ways to answer."""

from __future__ import annotations

from overthink.follow.advice import advise
from tests.follow.builders import DRAWS, answer


def test_advice_follows_the_figures_group_by_group() -> None:
    base = {f"s{k}": answer(True) for k in range(40)} | {f"c{k}": answer(k % 2 == 0, constraints=2) for k in range(40)}
    cot = {f"s{k}": answer(k % 4 > 0, 90) for k in range(40)} | {
        f"c{k}": answer(k % 2 > 0, 90, constraints=2) for k in range(40)
    }
    review = {name: answer(True, 120, len(a.kinds)) for name, a in base.items()}
    found = {part.group: part for part in advise({"original": base, "cot": cot, "self-reflection": review}, {}, DRAWS)}
    assert (found["simple"].thinking, found["simple"].method) == ("hurts", "original")
    assert "no remedy that was tried does better" in found["simple"].advice
    assert (found["compound"].thinking, found["compound"].method) == ("open", "self-reflection")
    assert "+50.0" in found["compound"].advice
    assert "+110 tokens" in found["compound"].advice


def test_where_every_interval_holds_0_the_data_do_not_decide() -> None:
    base = {f"p{k}": answer(k % 2 == 0) for k in range(40)}
    cot = {f"p{k}": answer(k % 4 < 2) for k in range(40)}
    found = advise({"original": base, "cot": cot}, dict.fromkeys(base, "And_1"), DRAWS)
    assert [part.group for part in found] == ["all", "simple", "And_1"]
    assert all(part.method is None and "do not decide" in part.advice for part in found)
