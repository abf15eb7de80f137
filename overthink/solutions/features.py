"""What the segmenter looks at: columns of numbers, one value for each paragraph of a response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from overthink.solutions.cues import Lexicon
from overthink.solutions.tokens import ANSWER, ASKED, NUMBER, PARAGRAPH_END, VALUE, Ints, Reading

Floats = NDArray[np.float64]
Columns = dict[str, Floats]
Places = dict[str, tuple[Ints, Ints]]
Number = TypeVar("Number", np.int64, np.float64)

NOT_STATED = -9.0
"""The log-odds of being stated of a paragraph without a candidate."""

_COUNTED = ("doubt", "confirm", "concludes", "supposes", "plans", "answers", "equals", "question")
_STARTS = ("waits", "others", "checks", "murmurs", "concluding", "counters")


@dataclass(frozen=True)
class Tokens:
    """The tokens of a reading with running totals of each kind, and the bounds of its paragraphs and sentences.

    The sign that ends a sentence belongs to it. `sentence`: the number of the sentence of each token.
    """

    ids: Ints
    starts: Ints
    ends: Ints
    totals: dict[str, Ints]
    sentence: Ints
    sentence_starts: Ints
    sentence_ends: Ints
    candidates: Ints

    def count(self, kind: str, start: Ints, end: Ints) -> Floats:
        """How many tokens of a kind are in `[start, end)`."""
        total = self.totals[kind]
        return (total[end] - total[start]).astype(float)

    def start_of_sentence(self, at: Ints, paragraph_start: Ints) -> Ints:
        """The first token of the sentence of each token `at`, within its paragraph."""
        return np.asarray(np.maximum(self.sentence_starts[self.sentence[at]], paragraph_start))


def paragraph_features(reading: Reading, words: Lexicon, tokens: Tokens) -> tuple[Columns, Places]:
    """The columns that each paragraph has by itself, and the places of its words for `phrases`."""
    starts, ends = tokens.starts, tokens.ends
    columns: Columns = {"tokens": (ends - starts).astype(float)}
    for kind in _COUNTED:
        columns[kind] = tokens.count(kind, starts, ends)
    columns["numbers"] = tokens.count("number", starts, ends)
    columns["quoted_words"] = tokens.count("quoted", starts, ends) / np.maximum(1, ends - starts)
    columns["sentences"] = tokens.count("sentence_end", starts, ends)
    columns["mentions"] = tokens.count("mention", starts, ends)
    columns["candidates"] = tokens.count("candidate", starts, ends)
    columns["asked_words"] = tokens.count("asked", starts, ends) / max(1, reading.asked)
    columns |= _beginnings(tokens, words)
    last = tokens.start_of_sentence(np.maximum(ends - 1, starts), starts)
    for kind in ("doubt", "confirm", "concludes", "answers", "question"):
        columns[f"last_{kind}"] = tokens.count(kind, last, ends)
    columns["last_candidates"] = tokens.count("candidate", last, ends)
    columns["last_tokens"] = (ends - last).astype(float)
    return columns, _places(tokens, last)


def tokens_of(reading: Reading, words: Lexicon) -> Tokens:
    """Count the tokens of each kind and find the sentences, which end at their signs and at the ends of lines."""
    ids, ends = reading.ids, reading.ends
    flags = {kind: words.member[kind][ids] for kind in (*_COUNTED, "sentence_end", "quote")}
    is_end = flags["sentence_end"]
    flags |= {
        "asked": ids == ASKED,
        "quoted": reading.quoted,
        "number": (ids == NUMBER) | (ids == VALUE),
        "mention": ids == ANSWER,
        "candidate": (ids == ANSWER) | (ids == VALUE),
    }
    totals = {kind: np.concatenate([[0], np.cumsum(flag, dtype=np.int64)]) for kind, flag in flags.items()}
    sentence_ends = np.flatnonzero(is_end)
    return Tokens(
        ids=ids,
        starts=np.concatenate([[0], ends[:-1] + 1]),
        ends=ends,
        totals=totals,
        sentence=totals["sentence_end"][:-1],
        sentence_starts=np.concatenate([[0], sentence_ends + 1]),
        sentence_ends=sentence_ends,
        candidates=np.flatnonzero(flags["candidate"]),
    )


def _beginnings(tokens: Tokens, words: Lexicon) -> Columns:
    """How paragraphs begin; `new`: with words that take the reasoning up again, if need be after a murmur."""
    member = words.member
    first, second = tokens.ids[tokens.starts], tokens.ids[np.minimum(tokens.starts + 1, tokens.ends)]
    columns = {f"starts_{kind}": member[kind][first].astype(float) for kind in _STARTS}
    fresh = member["waits"] | member["others"] | member["checks"]
    murmur = member["murmurs"] | member["concluding"] | member["counters"]
    columns["new"] = (fresh[first] | (murmur[first] & (member["waits"] | member["checks"])[second])).astype(float)
    columns["list"] = ((first == NUMBER) | member["dash"][first]).astype(float)
    return columns


def _places(tokens: Tokens, last: Ints) -> Places:
    starts, ends = tokens.starts, tokens.ends
    places = {"begin": (starts, np.minimum(starts + 4, ends)), "last": (last, ends), "all": (starts, ends)}
    beginning = (starts, np.minimum(starts + 3, ends))
    first_sentence = (starts, np.minimum(tokens.sentence_ends[tokens.sentence[starts]], ends))
    for name, by, span in (
        ("next_begin", 1, beginning),
        ("next_first", 1, first_sentence),
        ("next_all", 1, (starts, np.minimum(starts + 80, ends))),
        ("second_begin", 2, beginning),
        ("second_first", 2, first_sentence),
        ("before_last", -1, (last, ends)),
    ):
        places[name] = (shifted(span[0], by, 0), shifted(span[1], by, 0))
    return places


def candidate_features(reading: Reading, words: Lexicon, tokens: Tokens) -> Columns:
    """One value for each candidate: what is around it in its sentence and paragraph, and where its value was before."""
    ids, member, count = tokens.ids, words.member, tokens.count
    at, paragraph = tokens.candidates, reading.paragraph
    own_start, own_end = tokens.starts[paragraph], tokens.ends[paragraph]
    start, end = tokens.start_of_sentence(at, own_start), np.minimum(tokens.sentence_ends[tokens.sentence[at]], own_end)
    before = np.where(at > own_start, ids[np.maximum(at - 1, 0)], PARAGRAPH_END)
    second = np.where(at > own_start + 1, ids[np.maximum(at - 2, 0)], PARAGRAPH_END)
    after = ids[np.minimum(at + 1, len(ids) - 1)]
    then = ids[np.minimum(at + 2, len(ids) - 1)]
    equated = member["equals"][before]
    columns = {
        "equals_before": equated,
        "be_before": member["be"][before],
        "gives_before": member["gives"][before] | member["gives"][second],
        "inside_before": member["inside"][before],
        "operator_before": member["operator"][before],
        "operator_after": member["operator"][after] | member["equals"][after],
        "stop_after": member["stop"][after],
        "stop_then": member["stop"][then],
        "answers": count("answers", start, end) > 0,
        "answers_before": count("answers", start, at) > 0,
        "concludes": count("concludes", start, end) > 0,
        "supposes": count("supposes", start, end) > 0,
        "confirms": count("confirm", start, end) > 0,
        "doubts": count("doubt", start, end) > 0,
        "question": member["question"][ids[end]],
        "asked": count("asked", start, end) / max(1, reading.asked),
        "quoted": count("quote", own_start, at) % 2 == 1,
        "spelled": np.array([one.spelled for one in reading.candidates]),
        "tokens_before": at - start,
        "tokens_after": own_end - end,
        "tokens_left": end - at,
        "doubt_after": count("doubt", end, own_end),
        "first_token": at == own_start,
        "first_sentence": start == own_start,
        "last_sentence": end >= own_end - 1,
        "equated_with_asked": reading.equated,
        "asked_after": (after == ASKED) | (then == ASKED),
        "asked_before": (before == ASKED) | ((second == ASKED) & equated),
        "sentence_quoted": count("quoted", start, end) / np.maximum(1, end - start),
        "sentence_candidates": count("candidate", start, end),
        "candidates_after": count("candidate", at + 1, own_end),
        "candidates_left": count("candidate", at + 1, np.maximum(end, at + 1)),
        "equals_in_sentence": count("equals", start, end),
    }
    columns |= _values(reading)
    role = {name: np.asarray(flag, dtype=float) for name, flag in columns.items()}
    role["score"] = (
        4 * role["answers"] + 2 * role["equals_before"] * (1 - role["operator_after"]) + 2 * role["be_before"]
        + 1.5 * role["gives_before"] + 2 * role["asked"] + role["stop_after"] + role["concludes"]
        + role["asked_after"] + role["asked_before"] - 2 * role["operator_before"] - 2 * role["operator_after"]
        - 1.5 * role["inside_before"] - role["supposes"] - 0.5 * role["spelled"] - 2 * role["quoted"]
    )  # fmt: skip
    return role


def _values(reading: Reading) -> Columns:
    """What kind of value each candidate is, and how often and how long ago the text had it before."""
    n = len(reading.candidates)
    last: dict[str, int] = {}
    times: dict[str, int] = {}
    before, ago = np.zeros(n), np.full(n, 99.0)
    for k, one in enumerate(reading.candidates):
        before[k] = times.get(one.key, 0)
        if before[k]:
            ago[k] = min(99, reading.paragraph[k] - last[one.key])
        times[one.key], last[one.key] = times.get(one.key, 0) + 1, int(reading.paragraph[k])
    form = np.array([one.form for one in reading.candidates], dtype=float)
    return {
        "own": np.where(reading.own, [one.own for one in reading.candidates], -1.0) if n else np.zeros(0),
        "form": form,
        "own_form": np.full(n, -1.0 if reading.own_form is None else float(reading.own_form)),
        "as_own": form == reading.own_form if reading.own_form is not None else np.full(n, -1.0),
        "given": reading.given.astype(float),
        "value_before": before,
        "value_ago": ago,
        "values_so_far": np.arange(n, dtype=float),
    }


def best_candidates(reading: Reading, stated: Floats) -> Ints:
    """For each paragraph the candidate that it most likely states as an answer, the last of equals; -1 without any."""
    best = np.full(len(reading.paragraphs), -1, dtype=np.int64)
    order = np.lexsort((np.arange(len(stated)), stated.round(3), reading.paragraph))
    best[reading.paragraph[order]] = order
    return best


def with_candidates(columns: Columns, reading: Reading, roles: Columns, stated: Floats, best: Ints) -> Columns:
    """The columns of paragraphs with those of the best candidate of each. `stated`: log-odds for each candidate."""
    n = len(best)
    has = np.flatnonzero(best >= 0)
    out = dict(columns)
    said = np.zeros((len(roles), n))
    said[:, has] = np.array(list(roles.values()))[:, best[has]]
    out |= zip((f"said_{name}" for name in roles), said, strict=True)
    out["stated"] = np.full(n, NOT_STATED)
    out["stated"][has] = stated[best[has]]
    out["own_stated"] = np.full(n, NOT_STATED)
    mine = np.array([one.own for one in reading.candidates], dtype=bool)
    np.maximum.at(out["own_stated"], reading.paragraph[mine], stated[mine])
    out["likely"] = np.bincount(reading.paragraph, stated > 0, minlength=n).astype(float)
    return out | _history(reading, stated, best)


def _history(reading: Reading, stated: Floats, best: Ints) -> Columns:
    """What was stated before: whether the value of each paragraph is the one stated last, and how many others were."""
    names = ("same_as_last", "stated_before", "values_before", "since_same", "changes", "leads")
    out = {name: np.zeros(len(best)) for name in names}
    count: dict[str, int] = {}
    seen: dict[str, int] = {}
    last, changes, most = "", 0, 0
    for k, b in enumerate(best.tolist()):
        if b < 0:
            continue
        key = reading.candidates[b].key
        out["same_as_last"][k] = key == last
        out["stated_before"][k] = count.get(key, 0)
        out["values_before"][k] = len(count)
        out["since_same"][k] = k - seen[key] if key in seen else 99
        out["changes"][k] = changes
        out["leads"][k] = most > 0 and count.get(key, 0) == most
        if stated[b] > 0:
            changes += bool(last) and key != last
            count[key], seen[key], last = count.get(key, 0) + 1, k, key
            most = max(most, count[key])
    return out


def candidate_places(reading: Reading, tokens: Tokens, best: Ints) -> Places:
    """The places around the best candidate of each paragraph, for `phrases`."""
    n = len(best)
    where = np.flatnonzero(best >= 0)
    p = tokens.candidates[best[where]]
    begin, close = tokens.starts[where], tokens.ends[where]
    lo, hi = tokens.start_of_sentence(p, begin), np.minimum(tokens.sentence_ends[tokens.sentence[p]], close)

    def spread(first: Ints, stop: Ints) -> tuple[Ints, Ints]:
        from_, to = np.zeros((2, n), dtype=np.int64)
        from_[where], to[where] = first, np.maximum(first, stop)
        return from_, to

    return {
        "sentence": spread(lo, hi + 1),
        "rest": spread(hi, close),
        "l1": spread(np.maximum(p - 1, lo), p),
        "l2": spread(np.maximum(p - 2, lo), np.maximum(p - 1, lo)),
        "l3": spread(np.maximum(p - 3, lo), np.maximum(p - 2, lo)),
        "r1": spread(p + 1, np.minimum(p + 2, hi + 1)),
        "r2": spread(p + 2, np.minimum(p + 3, hi + 1)),
    }


def shifted(values: NDArray[Number], by: int, beyond: float) -> NDArray[Number]:
    """`values[i + by]` at i, `beyond` outside; of a table, in each row."""
    out = np.full(values.shape, beyond, dtype=values.dtype)
    if by > 0:
        out[..., :-by] = values[..., by:]
    else:
        out[..., -by:] = values[..., :by]
    return out
