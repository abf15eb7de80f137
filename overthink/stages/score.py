"""score: the metrics of each response."""

from __future__ import annotations

from overthink.config import Scope
from overthink.core import metrics
from overthink.core.thinking import find_thinking
from overthink.records import Score
from overthink.run.owed import Item
from overthink.text.tokens import Tokenizer


def score_row(tokenizer: Tokenizer, scope: Scope, t_max: int, tags: tuple[str, str] | None, item: Item) -> Score:
    """Every metric of one response, in tokens of this tokenizer."""
    text = item.response.response
    return metrics.score(
        tokenizer.starts(text),
        item.segments,
        item.clusters,
        item.verdicts,
        after=find_thinking(text, tags).after,
        scope=scope,
        t_max=t_max,
        source=item.source,
    )
