"""What several test files make: rows and metrics with what a test does not speak of filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from overthink.errors import UnreadableReply


def made_or_fault(make: Callable[[], Any]) -> Any:
    """What is made of a reply, or the fault for which it is refused."""
    try:
        return make()
    except UnreadableReply as fault:
        return fault
