"""The context of each paragraph: what is near it, how far it is from other mentions and from the next new beginning."""

from __future__ import annotations

import numpy as np

from overthink.solutions.features import Columns, Floats

_FROM_AFAR = (
    "mentions", "score", "doubt", "confirm", "concludes", "answers", "tokens", "equals", "numbers", "question",
    "new", "starts_waits", "starts_others", "starts_checks", "starts_murmurs", "starts_concluding", "starts_counters",
    "last_doubt", "supposes", "stated_answers", "list", "quoted",
)  # fmt: skip
_BETWEEN = ("length", "equals", "numbers", "new", "doubt", "confirm", "supposes")
PLAIN_STATEMENT = 3.0
"""The score from which a mention reads as a statement rather than a step."""


def with_context(columns: Columns, lengths: Floats) -> Columns:
    """The columns, and more that look at other paragraphs. `lengths`: characters of each paragraph."""
    n = len(lengths)
    index = np.arange(n)
    columns = {**columns, "length": lengths}
    out = dict(columns)
    for by in (1, 2, -1):
        for name in _FROM_AFAR:
            values = np.full(n, -1.0)
            if by > 0:
                values[:-by] = columns[name][by:]
            else:
                values[-by:] = columns[name][:by]
            out[f"{name}@{by}"] = values
    totals = {name: np.concatenate([[0.0], np.cumsum(columns[name])]) for name in _BETWEEN}
    mentioned = columns["mentions"] > 0
    plain = mentioned & (columns["score"] >= PLAIN_STATEMENT)
    out["strong"] = plain.astype(float)
    new_at = np.append(np.flatnonzero(columns["new"] > 0), n)
    next_new = new_at[np.searchsorted(new_at, index, "right")]
    out["new_distance"] = np.where(next_new < n, next_new - index, 99.0)
    for name, flags in (("mention", mentioned), ("strong", plain)):
        seen = np.concatenate([[0], np.cumsum(flags)])
        out[f"{name}s_before"] = seen[:-1].astype(float)
        out[f"{name}s_after"] = (seen[-1] - seen[1:]).astype(float)
        out[f"{name}s_until_new"] = (seen[next_new] - seen[index + 1]).astype(float)
        out |= _neighbours(name, np.flatnonzero(flags), columns, totals)
    whole = float(totals["length"][-1])
    out["position"] = totals["length"][1:] / max(1.0, whole)
    out["index"] = index.astype(float)
    out["remaining"] = whole - totals["length"][1:]
    out["paragraphs_left"] = (n - 1 - index).astype(float)
    out["count"] = np.full(n, float(n))
    out["mean_length"] = np.full(n, whole / n)
    out["mentions_each"] = np.full(n, columns["mentions"].sum() / n)
    return out


def _neighbours(name: str, at: np.ndarray, columns: Columns, totals: Columns) -> Columns:
    """How far the previous and the next of the paragraphs `at` are, what is between, and what they are like."""
    index = np.arange(len(columns["length"]))
    out: Columns = {}
    for side in ("previous", "next"):
        found = np.searchsorted(at, index, "left") - 1 if side == "previous" else np.searchsorted(at, index, "right")
        exists = (found >= 0) & (found < len(at))
        other = np.append(at, 0)[np.where(exists, found, -1)]
        low, high = (other + 1, index + 1) if side == "previous" else (index + 1, other + 1)
        out[f"{side}_{name}_distance"] = np.where(exists, abs(index - other), -1.0)
        for kind in _BETWEEN:
            between = totals[kind][high] - totals[kind][np.minimum(low, len(index))]
            out[f"{side}_{name}_{kind}"] = np.where(exists, between, -1.0)
        out[f"{side}_{name}_score"] = np.where(exists, columns["score"][other], -9.0)
        out[f"{side}_{name}_last_doubt"] = np.where(exists, columns["last_doubt"][other], -1.0)
    return out
