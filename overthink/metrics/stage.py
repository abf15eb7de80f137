"""score: the metrics of each response."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

from overthink.config import Scope, ScoreConfig
from overthink.metrics import response as metrics
from overthink.records import Score, Span
from overthink.run import Run
from overthink.run.owed import Item
from overthink.run.workers import one_by_one
from overthink.session import Built, Processes, Stage
from overthink.text.paragraphs import stripped
from overthink.text.tokenizers import load_tokenizer
from overthink.text.tokens import Tokenizer


def score_row(tokenizer: Tokenizer, scope: Scope, t_max: int, item: Item) -> Score:
    """Every metric of one response, in tokens of this tokenizer."""
    return metrics.score(
        tokenizer.starts(item.response.response),
        item.segments,
        item.clusters,
        item.verdicts,
        after=item.thinking.after,
        loops=_loops(item),
        hidden=item.response.hidden,
        server_tokens=item.response.reasoning_tokens,
        scope=scope,
        t_max=t_max,
        source=item.source,
    )


def _loops(item: Item) -> list[Span]:
    """Its loops with the white space before them, as a solution begins with that behind the one before."""
    text, start = item.response.response, item.segments.thinking[0]
    return [(stripped(text, start, loop.start)[1], loop.end) for loop in item.segments.loops]


def _by_rules(run: Run, options: ScoreConfig, _processes: Processes) -> Built:
    loaded = load_tokenizer(run.manifest.model, options.tokenizer)
    identity = {
        **asdict(options),
        "tokenizer_name": loaded.name,
        "tokenizer_own": loaded.own,
        "metrics": metrics.METRIC_VERSION,
    }
    make = partial(score_row, loaded.tokenizer, options.scope, options.t_max)
    return identity, one_by_one("score", make)


SCORE = Stage("score", _by_rules)
