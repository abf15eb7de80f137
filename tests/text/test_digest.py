from __future__ import annotations

from overthink.text.digest import digest


def test_parts_of_a_digest_cannot_run_together() -> None:
    assert digest("ab", "c") != digest("a", "bc")
