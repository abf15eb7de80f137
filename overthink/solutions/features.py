"""What the segmenter looks at: columns of numbers, one value for each paragraph of a response."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overthink.solutions.cues import Lexicon
from overthink.solutions.tokens import ANSWER, ASKED, NUMBER, PARAGRAPH_END, Ints, Reading

Floats = NDArray[np.float64]
Columns = dict[str, Floats]
Places = dict[str, tuple[Ints, Ints]]

_COUNTED = ("doubt", "confirm", "concludes", "supposes", "plans", "answers", "equals", "question")
_STARTS = ("waits", "others", "checks", "murmurs", "concluding", "counters")


@dataclass(frozen=True)
class _Tokens:
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

    def count(self, kind: str, start: Ints, end: Ints) -> Floats:
        """How many tokens of a kind are in `[start, end)`."""
        total = self.totals[kind]
        return (total[end] - total[start]).astype(float)

    def start_of_sentence(self, at: Ints, paragraph_start: Ints) -> Ints:
        """The first token of the sentence of each token `at`, within its paragraph."""
        return np.asarray(np.maximum(self.sentence_starts[self.sentence[at]], paragraph_start))


def paragraph_features(reading: Reading, words: Lexicon) -> tuple[Columns, Places]:
    """The columns that each paragraph has by itself, and the places of its words for `phrases`."""
    tokens = _tokens(reading, words)
    starts, ends = tokens.starts, tokens.ends
    columns: Columns = {"tokens": (ends - starts).astype(float)}
    for kind in _COUNTED:
        columns[kind] = tokens.count(kind, starts, ends)
    columns["numbers"] = tokens.count("number", starts, ends)
    columns["quoted"] = tokens.count("quoted", starts, ends) / np.maximum(1, ends - starts)
    columns["known"] = np.full(len(ends), float(reading.known))
    columns["sentences"] = tokens.count("sentence_end", starts, ends)
    columns["mentions"] = tokens.count("mention", starts, ends)
    columns["asked"] = tokens.count("asked", starts, ends) / max(1, reading.asked)
    columns |= _beginnings(tokens, words)
    last = tokens.start_of_sentence(np.maximum(ends - 1, starts), starts)
    for kind in ("doubt", "confirm", "concludes", "answers", "question"):
        columns[f"last_{kind}"] = tokens.count(kind, last, ends)
    columns["last_mentions"] = tokens.count("mention", last, ends)
    columns["last_tokens"] = (ends - last).astype(float)
    roles, around = _mention_roles(reading, words, tokens)
    return columns | roles, _places(tokens, last) | around


def _tokens(reading: Reading, words: Lexicon) -> _Tokens:
    """Count the tokens of each kind and find the sentences, which end at their signs and at the ends of lines."""
    ids, ends = reading.ids, reading.ends
    flags = {kind: words.member[kind][ids] for kind in (*_COUNTED, "sentence_end", "quote")}
    is_end = flags["sentence_end"]
    flags |= {"asked": ids == ASKED, "quoted": reading.quoted, "number": ids == NUMBER, "mention": ids == ANSWER}
    totals = {kind: np.concatenate([[0], np.cumsum(flag, dtype=np.int64)]) for kind, flag in flags.items()}
    sentence_ends = np.flatnonzero(is_end)
    return _Tokens(
        ids=ids,
        starts=np.concatenate([[0], ends[:-1] + 1]),
        ends=ends,
        totals=totals,
        sentence=totals["sentence_end"][:-1],
        sentence_starts=np.concatenate([[0], sentence_ends + 1]),
        sentence_ends=sentence_ends,
    )


def _beginnings(tokens: _Tokens, words: Lexicon) -> Columns:
    """How paragraphs begin; `new`: with words that take the reasoning up again, if need be after a murmur."""
    member = words.member
    first, second = tokens.ids[tokens.starts], tokens.ids[np.minimum(tokens.starts + 1, tokens.ends)]
    columns = {f"starts_{kind}": member[kind][first].astype(float) for kind in _STARTS}
    fresh = member["waits"] | member["others"] | member["checks"]
    murmur = member["murmurs"] | member["concluding"] | member["counters"]
    columns["new"] = (fresh[first] | (murmur[first] & (member["waits"] | member["checks"])[second])).astype(float)
    columns["list"] = ((first == NUMBER) | member["dash"][first]).astype(float)
    return columns


def _places(tokens: _Tokens, last: Ints) -> Places:
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
        places[name] = (_shifted(span[0], by), _shifted(span[1], by))
    return places


def _mention_roles(reading: Reading, words: Lexicon, tokens: _Tokens) -> tuple[Columns, Places]:
    """The features of the plainest mention of each paragraph in its sentence, and the places around it."""
    n = len(tokens.ends)
    at = np.flatnonzero(tokens.ids == ANSWER)
    paragraph = np.searchsorted(tokens.ends, at)
    start = tokens.start_of_sentence(at, tokens.starts[paragraph])
    end = tokens.sentence_ends[tokens.sentence[at]]
    roles = _roles(reading, words, tokens, at, paragraph, start, end)
    columns = {name: np.zeros(n) for name in (*roles, "stated_answers")}
    columns["best_mention"] = np.full(n, -1.0)
    order = np.lexsort((at, roles["score"], paragraph))
    best = order[np.diff(paragraph[order], append=n) > 0]
    for name, values in roles.items():
        columns[name][paragraph[best]] = values[best]
    columns["best_mention"][paragraph[best]] = best
    np.maximum.at(columns["stated_answers"], paragraph, roles["answers"])
    where, lo, hi, p = paragraph[best], start[best], end[best], at[best]

    def spread(first: Ints, stop: Ints) -> tuple[Ints, Ints]:
        from_, to = np.zeros((2, n), dtype=np.int64)
        from_[where], to[where] = first, np.maximum(first, stop)
        return from_, to

    return columns, {
        "sentence": spread(lo, hi + 1),
        "rest": spread(hi, tokens.ends[where]),
        "l1": spread(np.maximum(p - 1, lo), p),
        "l2": spread(np.maximum(p - 2, lo), np.maximum(p - 1, lo)),
        "l3": spread(np.maximum(p - 3, lo), np.maximum(p - 2, lo)),
        "r1": spread(p + 1, np.minimum(p + 2, hi + 1)),
        "r2": spread(p + 2, np.minimum(p + 3, hi + 1)),
    }


def _roles(
    reading: Reading, words: Lexicon, tokens: _Tokens, at: Ints, paragraph: Ints, start: Ints, end: Ints
) -> Columns:
    """One value for each mention; `start` and `end`: its sentence. `score`: how plainly it is stated as the answer."""
    ids, member, count = tokens.ids, words.member, tokens.count
    own_start, own_end = tokens.starts[paragraph], tokens.ends[paragraph]
    before = np.where(at > own_start, ids[np.maximum(at - 1, 0)], PARAGRAPH_END)
    after = ids[at + 1]
    equated = member["equals"][before]
    flags = {
        "equals_before": equated,
        "be_before": member["be"][before],
        "gives_before": member["gives"][before],
        "inside_before": member["inside"][before],
        "operator_before": member["operator"][before],
        "operator_after": member["operator"][after] | member["equals"][after],
        "stop_after": member["stop"][after],
        "answers": count("answers", start, end) > 0,
        "concludes": count("concludes", start, end) > 0,
        "supposes": count("supposes", start, end) > 0,
        "question": member["question"][ids[end]],
        "asked": count("asked", start, end) / max(1, reading.asked),
        "quoted": count("quote", own_start, at) % 2 == 1,
        "spelled": np.array([mention.spelled for mention in reading.mentions]),
        "tokens_after": own_end - end,
        "doubt_after": count("doubt", end, own_end),
        "first_token": at == own_start,
        "first_sentence": start == own_start,
        "asked_after": after == ASKED,
        "asked_before": (before == ASKED) | ((ids[np.maximum(at - 2, 0)] == ASKED) & equated),
        "sentence_quoted": count("quoted", start, end) / np.maximum(1, end - start),
        "sentence_mentions": count("mention", start, end),
    }
    role = {name: np.asarray(flag, dtype=float) for name, flag in flags.items()}
    role["score"] = (
        4 * role["answers"] + 2 * role["equals_before"] * (1 - role["operator_after"]) + 2 * role["be_before"]
        + 1.5 * role["gives_before"] + 2 * role["asked"] + role["stop_after"] + role["concludes"]
        + role["asked_after"] + role["asked_before"] - 2 * role["operator_before"] - 2 * role["operator_after"]
        - 1.5 * role["inside_before"] - role["supposes"] - 0.5 * role["spelled"] - 2 * role["quoted"]
    )  # fmt: skip
    return role


def _shifted(values: Ints, by: int) -> Ints:
    """`values[i + by]` at i, 0 beyond the edges."""
    out = np.zeros_like(values)
    if by > 0:
        out[:-by] = values[by:]
    else:
        out[-by:] = values[:by]
    return out
