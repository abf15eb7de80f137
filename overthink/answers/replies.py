"""What a judge says of two answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from overthink.judge.reply import Answered, one_line, read_reply
from overthink.records import Verdict

_LONGEST_REASON = 400
_VERDICTS: Mapping[str, Verdict] = {"equal": "correct", "different": "wrong", "unsure": "undetermined"}


class Comparison(Answered):
    """Whether two answers say the same."""

    reason: str
    verdict: Literal["equal", "different", "unsure"]


class VerdictReply(Answered):
    """One comparison."""

    comparison: Comparison


def read_verdict(reply: str) -> tuple[Verdict, str]:
    """The verdict and its reason. A judge that is unsure leaves the pair undetermined."""
    comparison = read_reply(reply, VerdictReply).comparison
    return _VERDICTS[comparison.verdict], one_line(comparison.reason, _LONGEST_REASON)
