"""The context of each paragraph: all that is before it, and the next `AHEAD` paragraphs as they are described.

`phrases` reads two more. What is appended to a text can therefore move no end that lies further back than that.
"""

from __future__ import annotations

import numpy as np

from overthink.solutions.features import NOT_STATED, Columns, Floats, shifted

AHEAD = 3
_NEAR = (
    "stated", "own_stated", "candidates", "mentions", "doubt", "confirm", "concludes", "answers",
    "tokens", "equals", "numbers", "question", "new", "starts_waits", "starts_others", "starts_checks",
    "starts_murmurs", "starts_concluding", "starts_counters", "last_doubt", "supposes", "list", "quoted_words",
    "same_as_last", "said_score", "said_own", "said_given",
)  # fmt: skip
_BETWEEN = ("length", "equals", "numbers", "new", "doubt", "confirm", "supposes", "candidates")
_BETWEEN_NEXT = 6
"""So many of them for the next paragraph of a kind."""
_BEYOND = -1.0
_SOME = -2.0
"""The log-odds from which a paragraph may state an answer."""


def with_context(columns: Columns, lengths: Floats) -> Columns:
    """The columns, and more that look at other paragraphs. `lengths`: characters of each paragraph."""
    n = len(lengths)
    index = np.arange(n)
    columns = {**columns, "length": lengths}
    out = dict(columns)
    near = np.array([columns[name] for name in _NEAR])
    for by, names in ((1, _NEAR), (2, _NEAR), (3, _NEAR[:12]), (-1, _NEAR), (-2, _NEAR[:12])):
        out |= zip((f"{name}@{by}" for name in names), shifted(near[: len(names)], by, _BEYOND), strict=True)
    totals = np.zeros((len(_BETWEEN), n + 1))
    np.cumsum([columns[name] for name in _BETWEEN], axis=1, out=totals[:, 1:])
    likely = columns["stated"] > 0
    out["left"] = np.minimum(n - 1 - index, AHEAD).astype(float)
    next_new = _next(columns["new"] > 0)
    out["new_ahead"] = (next_new - index).astype(float)
    for name, flags in (
        ("likely", likely),
        ("some", columns["stated"] > _SOME),
        ("mine", columns["own_stated"] > _SOME),
    ):
        seen = np.concatenate([[0], np.cumsum(flags)])
        out[f"{name}_before"] = seen[:-1].astype(float)
        out[f"{name}_until_new"] = (seen[next_new] - seen[np.minimum(index + 1, next_new)]).astype(float)
        out |= _previous(name, np.flatnonzero(flags), columns, totals)
        out |= _following(name, flags, columns, totals)
    out["index"] = index.astype(float)
    out["before"] = totals[_BETWEEN.index("length"), :-1]
    return out


def _next(flags: np.ndarray) -> np.ndarray:
    """The next flagged paragraph within sight, else the first one out of sight (at most the number of paragraphs)."""
    n = len(flags)
    at = np.append(np.flatnonzero(flags), n)
    index = np.arange(n)
    return np.asarray(np.minimum(np.minimum(at[np.searchsorted(at, index, "right")], index + AHEAD + 1), n))


def _previous(name: str, at: np.ndarray, columns: Columns, totals: Floats) -> Columns:
    """How far the last of the paragraphs `at` before each is, what is between, and what it is like."""
    index = np.arange(len(columns["length"]))
    found = np.searchsorted(at, index, "left") - 1
    exists = found >= 0
    other = np.append(at, 0)[np.where(exists, found, -1)]
    out: Columns = {f"previous_{name}_distance": np.where(exists, index - other, _BEYOND)}
    between = np.where(exists, totals[:, index + 1] - totals[:, other + 1], _BEYOND)
    out |= zip((f"previous_{name}_{kind}" for kind in _BETWEEN), between, strict=True)
    out[f"previous_{name}_stated"] = np.where(exists, columns["stated"][other], NOT_STATED)
    out[f"previous_{name}_last_doubt"] = np.where(exists, columns["last_doubt"][other], _BEYOND)
    return out


def _following(name: str, flags: np.ndarray, columns: Columns, totals: Floats) -> Columns:
    """The same of the next of the flagged paragraphs, if it is in sight."""
    n = len(flags)
    index = np.arange(n)
    other = _next(flags)
    exists = (other < n) & (other - index <= AHEAD)
    at = np.where(exists, other, 0)
    out: Columns = {f"next_{name}_distance": np.where(exists, other - index, _BEYOND)}
    totals = totals[:_BETWEEN_NEXT]
    between = np.where(exists, totals[:, at + 1] - totals[:, index + 1], _BEYOND)
    out |= zip((f"next_{name}_{kind}" for kind in _BETWEEN[:_BETWEEN_NEXT]), between, strict=True)
    out[f"next_{name}_stated"] = np.where(exists, columns["stated"][at], NOT_STATED)
    out[f"next_{name}_same"] = np.where(exists, columns["same_as_last"][at], _BEYOND)
    return out


def ahead(values: Floats, fresh: np.ndarray, lowest: float) -> Floats:
    """The highest value in sight after each paragraph, before the reasoning begins anew (`fresh`)."""
    out = np.full(len(values), lowest)
    blocked = np.zeros(len(values), dtype=bool)
    for by in range(1, AHEAD + 1):
        blocked |= shifted(fresh.astype(float), by, 1.0) > 0
        out = np.where(blocked, out, np.maximum(out, shifted(values, by, lowest)))
    return out


def behind(values: Floats, fresh: np.ndarray, lowest: float) -> Floats:
    """The highest value before each paragraph, back to where the reasoning began anew."""
    out = np.full(len(values), lowest)
    for k, (value, anew) in enumerate(zip(values[:-1].tolist(), fresh[:-1].tolist(), strict=True), start=1):
        out[k] = max(value, lowest if anew else out[k - 1])
    return out
