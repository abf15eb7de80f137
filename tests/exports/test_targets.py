"""The tools that a run can be exported to."""

from __future__ import annotations

from typing import get_args

from overthink.config import ExportTarget
from overthink.exports.targets import WRITERS


def test_every_tool_that_can_be_named_has_a_writer() -> None:
    assert WRITERS.keys() == set(get_args(ExportTarget))
