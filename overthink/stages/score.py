"""score: the metrics of each response."""

from __future__ import annotations

from overthink.core import metrics
from overthink.core.thinking import find_thinking
from overthink.ports import Tokenizer
from overthink.records import Clusters, Response, Scope, Score, Segments, Verdicts
from overthink.run.owed import Item


def score_row(tokenizer: Tokenizer, scope: Scope, t_max: int, tags: tuple[str, str] | None, item: Item) -> Score:
    """Every metric of one response, in tokens of this tokenizer."""
    response: Response = item.rows[1]
    segments: Segments = item.rows[2]
    clusters: Clusters = item.rows[3]
    verdicts: Verdicts = item.rows[4]
    return metrics.score(
        tokenizer.starts(response.response),
        segments,
        clusters,
        verdicts,
        after=find_thinking(response.response, tags).after,
        scope=scope,
        t_max=t_max,
        source=item.source,
    )
