"""Does more thinking go with more constraints met? Correlations over the responses that thought."""

from __future__ import annotations

from math import isnan

import numpy as np
from numpy.typing import NDArray

from overthink.follow.measures import Answers
from overthink.records import Metric
from overthink.stats.bootstrap import Draws, Floats, percentiles
from overthink.stats.ratios import Measure, metric_of

_FEWEST = 3
_AT_ONCE = 500


def correlations(answers: Answers, draws: Draws) -> dict[str, Metric]:
    """Pearson's and Spearman's, of the thinking tokens and the share of constraints met loosely, by name.

    Left out are responses that did not think, that have a constraint undecided, or that ended inside their thinking:
    these meet nothing however long they thought. The interval is a percentile
    bootstrap over the problems; ranks are taken anew in each resample, ties by their mean rank.
    """
    pairs = [
        (a.thinking_tokens, a.met)
        for _, a in sorted(answers.items())
        if a.thought and a.answered and None not in a.loose
    ]
    lengths, shares = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    return {name: _metric(name, lengths, shares, len(answers), draws) for name in ("pearson", "spearman")}


def _metric(name: str, lengths: Floats, shares: Floats, all_answers: int, draws: Draws) -> Metric:
    n, ranked = len(lengths), name == "spearman"
    value, spread = float("nan"), np.full(2, np.nan)
    if n >= _FEWEST:
        value = _correlation(lengths[None], shares[None], ranked)[0]
        if not isnan(value):
            spread = _interval(lengths, shares, ranked, draws)
    few = (
        f"fewer than {_FEWEST} responses thought and answered"
        if n < _FEWEST
        else "all lengths, or all scores, are alike"
    )
    return metric_of(Measure(name, "correlation", None, few), value, spread, n, all_answers - n)


def _interval(lengths: Floats, shares: Floats, ranked: bool, draws: Draws) -> Floats:
    random = np.random.Generator(np.random.PCG64(draws.seed))
    found = []
    for start in range(0, draws.resamples, _AT_ONCE):
        chosen: NDArray[np.int64] = random.integers(
            len(lengths), size=(min(_AT_ONCE, draws.resamples - start), len(lengths))
        )
        found.append(_correlation(lengths[chosen], shares[chosen], ranked))
    ends: Floats = percentiles(np.concatenate(found)[None])[0]
    return ends


def _correlation(x: Floats, y: Floats, ranked: bool) -> Floats:
    """Row by row; NaN if one of the two does not vary. `(rows, n)` each in, `(rows,)` out."""
    if ranked:
        from scipy.stats import rankdata

        x, y = rankdata(x, axis=1), rankdata(y, axis=1)
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    spread = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    result: Floats = np.full(len(x), np.nan)
    np.divide((x * y).sum(axis=1), spread, out=result, where=spread > 0)
    return np.clip(result, -1, 1)
