"""What the segmenter looks at: one row of numbers for each paragraph of a response."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overthink.core.reading import ANSWER, ASKED, LINE_END, NUMBER, PARAGRAPH_END, Ints, Reading

Floats = NDArray[np.float64]

_GROUPS = {
    "doubt": "wait hmm hold alternatively maybe another double-check double verify check sure thorough again mistake "
    "misread recheck recap sanity wrong trick confusing confused",
    "confirm": "correct matches match consistent same confirms confirm right works solid perfect valid holds agrees yep "
    "confident straightforward sense verified fits exactly good",
    "concludes": "so therefore thus hence conclusion means confirms",
    "supposes": "if suppose maybe perhaps assume might unless could would example say",
    "plans": "need first next step let's i'll formula equation approach figure problem question",
    "be": "is be are was were",
    "gives": "get gives give gave makes make equals equal yields got totals becomes obtain to leaves find have has left",
    "inside": "of by from than plus minus times with and first each per divided multiplied add subtract or every after",
    "answers": "answer final boxed result",
    "waits": "wait hold",
    "others": "alternatively another also similarly or additionally moreover if suppose what",
    "checks": "let just checking double checking verify check to now first starting",
    "murmurs": "hmm okay ok alright well right oh",
    "concluding": "therefore so thus hence final yes yeah yep that and which i in both since as all",
    "counters": "but however though maybe perhaps is unless",
}
_SIGN_GROUPS = {
    "operator": "+ - * / √ ^ < > ≤ ≥ ±",
    "equals": "= ≈ ⇒",
    "stop": ". ? ! , ; \n \x03",
    "sentence_end": ". ? ! \n \x03",
    "question": "?",
    "quote": '"',
}
_COUNTED = ("doubt", "confirm", "concludes", "supposes", "plans", "answers", "equals", "question")
_STARTS = ("waits", "others", "checks", "murmurs", "concluding", "counters")
_ROLES = (
    "score", "equals_before", "be_before", "gives_before", "inside_before", "operator_before", "operator_after",
    "stop_after", "answers", "concludes", "supposes", "question", "asked", "quoted", "spelled", "tokens_after",
    "doubt_after", "first_token", "first_sentence", "asked_after", "asked_before", "sentence_quoted", "sentence_mentions",
)  # fmt: skip
_SEEN_FROM_AFAR = (
    "mentions", "score", "doubt", "confirm", "concludes", "answers", "tokens", "equals", "numbers", "question",
    "new", *[f"starts_{name}" for name in _STARTS], "last_doubt", "supposes", "stated_answers", "list", "quoted",
)  # fmt: skip


@dataclass(frozen=True)
class Lexicon:
    """The number of each word, and for each group of words a table: does the token belong to it?"""

    words: Mapping[str, int]
    member: Mapping[str, NDArray[np.bool_]]


def lexicon(words: Iterable[str], first: int) -> Lexicon:
    """Number the words (signs included) from `first`, and tabulate the groups of cues."""
    numbers = {word: first + k for k, word in enumerate(dict.fromkeys(words))}
    fixed = {"\n": LINE_END, "\x03": PARAGRAPH_END}
    member = {}
    for name, text in {**_GROUPS, **_SIGN_GROUPS}.items():
        table = np.zeros(first + len(numbers), dtype=bool)
        for word in text.split(" "):
            if (number := fixed.get(word, numbers.get(word))) is not None:
                table[number] = True
        member[name] = table
    return Lexicon(numbers, member)


def cue_words() -> list[str]:
    """All words and signs that the groups name."""
    return [word for text in {**_GROUPS, **_SIGN_GROUPS}.values() for word in text.split(" ") if word not in "\n\x03"]


def _total(flags: NDArray[np.generic]) -> Ints:
    """Running total with a leading 0: the sum over `[a, b)` is `total[b] - total[a]`."""
    return np.concatenate([[0], np.cumsum(flags, dtype=np.int64)])


def paragraph_features(reading: Reading, words: Lexicon) -> dict[str, Floats]:
    """One column for each feature, one value for each paragraph."""
    ids, ends = reading.ids, reading.ends
    starts = np.concatenate([[0], ends[:-1] + 1])
    member = {name: table[ids] for name, table in words.member.items()}
    total = {name: _total(flags) for name, flags in member.items()}
    total["asked"] = _total(ids == ASKED)
    total["quoted"] = _total(reading.quoted)
    total["number"] = _total(ids == NUMBER)
    total["mention"] = _total(ids == ANSWER)

    def count(name: str, start: Ints, end: Ints) -> Floats:
        return (total[name][end] - total[name][start]).astype(float)

    column: dict[str, Floats] = {"tokens": (ends - starts).astype(float)}
    for name in _COUNTED:
        column[name] = count(name, starts, ends)
    column["numbers"] = count("number", starts, ends)
    column["quoted"] = count("quoted", starts, ends) / np.maximum(1, ends - starts)
    column["known"] = np.full(len(ends), float(reading.known))
    column["sentences"] = count("sentence_end", starts, ends)
    column["mentions"] = count("mention", starts, ends)
    column["asked"] = count("asked", starts, ends) / max(1, reading.asked)
    first, second = ids[starts], ids[np.minimum(starts + 1, ends)]
    for name in _STARTS:
        column[f"starts_{name}"] = words.member[name][first].astype(float)
    soft = words.member["murmurs"][first] | words.member["concluding"][first] | words.member["counters"][first]
    fresh = words.member["waits"] | words.member["others"] | words.member["checks"]
    column["new"] = (fresh[first] | (soft & (words.member["waits"] | words.member["checks"])[second])).astype(float)
    column["list"] = ((first == NUMBER) | (ids[starts] == words.words.get("-", -1))).astype(float)

    # Sentences: the end sign belongs to the sentence that it ends.
    is_end = member["sentence_end"]
    end_at = np.flatnonzero(is_end)
    sentence = _total(is_end)[:-1]
    sentence_start = np.concatenate([[0], end_at + 1])
    last = sentence[np.maximum(ends - 1, starts)]
    last_start = np.maximum(sentence_start[last], starts)
    for name in ("doubt", "confirm", "concludes", "answers", "question"):
        column[f"last_{name}"] = count(name, last_start, ends)
    column["last_mentions"] = count("mention", last_start, ends)
    column["last_tokens"] = (ends - last_start).astype(float)
    spans = {
        "begin": (starts, np.minimum(starts + 4, ends)),
        "last": (last_start, ends),
        "all": (starts, ends),
    }
    first_end = np.minimum(end_at[sentence[starts]], ends)
    for name, shift, span in (
        ("next_begin", 1, (starts, np.minimum(starts + 3, ends))),
        ("next_first", 1, (starts, first_end)),
        ("next_all", 1, (starts, np.minimum(starts + 80, ends))),
        ("second_begin", 2, (starts, np.minimum(starts + 3, ends))),
        ("second_first", 2, (starts, first_end)),
        ("before_last", -1, (last_start, ends)),
    ):
        spans[name] = (_shifted(span[0], shift), _shifted(span[1], shift))
    spans |= _mention_roles(reading, words, column, count, sentence, sentence_start, end_at, starts)
    return column, spans


def _shifted(values: Ints, by: int) -> Ints:
    """`values[i + by]` at i, 0 beyond the edges."""
    out = np.zeros_like(values)
    if by > 0:
        out[:-by] = values[by:]
    else:
        out[-by:] = values[:by]
    return out


def _mention_roles(reading, words, column, count, sentence, sentence_start, end_at, starts) -> None:
    ids, ends = reading.ids, reading.ends
    at = np.flatnonzero(ids == ANSWER)
    n = len(ends)
    for name in _ROLES:
        column[name] = np.zeros(n)
    column["stated_answers"] = np.zeros(n)
    column["best_mention"] = np.full(n, -1.0)
    none = np.zeros(n, dtype=np.int64)
    if not len(at):
        return dict.fromkeys(('sentence', 'rest', 'l1', 'l2', 'l3', 'r1', 'r2'), (none, none))
    where = np.searchsorted(ends, at)
    before = np.where(at > starts[where], ids[np.maximum(at - 1, 0)], PARAGRAPH_END)
    after = ids[at + 1]
    s = sentence[at]
    start, end = np.maximum(sentence_start[s], starts[where]), end_at[s]
    m = words.member
    role = {
        "equals_before": m["equals"][before], "be_before": m["be"][before], "gives_before": m["gives"][before],
        "inside_before": m["inside"][before], "operator_before": m["operator"][before],
        "operator_after": m["operator"][after] | m["equals"][after], "stop_after": m["stop"][after],
        "answers": count("answers", start, end) > 0, "concludes": count("concludes", start, end) > 0,
        "supposes": count("supposes", start, end) > 0, "question": m["question"][ids[end]],
        "asked": count("asked", start, end) / max(1, reading.asked),
        "quoted": count("quote", starts[where], at) % 2 == 1,
        "spelled": np.array([mention.spelled for mention in reading.mentions]),
        "tokens_after": ends[where] - end, "doubt_after": count("doubt", end, ends[where]),
        "asked_after": after == ASKED, "asked_before": (before == ASKED) | ((ids[np.maximum(at - 2, 0)] == ASKED) & m["equals"][before]),
        "sentence_quoted": count("quoted", start, end) / np.maximum(1, end - start),
        "sentence_mentions": count("mention", start, end),
        "first_token": at == starts[where], "first_sentence": start == starts[where],
    }  # fmt: skip
    role = {name: np.asarray(value, dtype=float) for name, value in role.items()}
    score = (
        4 * role["answers"] + 2 * role["equals_before"] * (1 - role["operator_after"]) + 2 * role["be_before"]
        + 1.5 * role["gives_before"] + 2 * role["asked"] + role["stop_after"] + role["asked_after"] + role["asked_before"] + role["concludes"]
        - 2 * role["operator_before"] - 2 * role["operator_after"] - 1.5 * role["inside_before"] - role["supposes"]
        - 0.5 * role["spelled"] - 2 * role["quoted"]
    )  # fmt: skip
    role["score"] = score
    order = np.lexsort((at, score, where))
    best = order[np.append(where[order][1:] != where[order][:-1], True)]
    for name in _ROLES:
        column[name][where[best]] = role[name][best]
    column["best_mention"][where[best]] = best
    np.maximum.at(column["stated_answers"], where, role["answers"])
    where, a, b, p = where[best], start[best], end[best], at[best]

    def spread(lo: Ints, hi: Ints) -> tuple[Ints, Ints]:
        x, y = none.copy(), none.copy()
        x[where], y[where] = lo, np.maximum(lo, hi)
        return x, y

    return {
        "sentence": spread(a, b + 1), "rest": spread(b, ends[where]),
        "l1": spread(np.maximum(p - 1, a), p), "l2": spread(np.maximum(p - 2, a), np.maximum(p - 1, a)),
        "l3": spread(np.maximum(p - 3, a), np.maximum(p - 2, a)),
        "r1": spread(p + 1, np.minimum(p + 2, b + 1)), "r2": spread(p + 2, np.minimum(p + 3, b + 1)),
    }  # fmt: skip


def context(column: dict[str, Floats], length: Floats) -> dict[str, Floats]:
    """The columns of the paragraphs around each, and where it stands among the mentions and the new beginnings."""
    n = len(length)
    out = dict(column)
    column = {**column, "length": length}
    for by in (1, 2, -1):
        for name in _SEEN_FROM_AFAR:
            values = np.full(n, -1.0)
            if by > 0:
                values[:-by] = column[name][by:]
            else:
                values[-by:] = column[name][:by]
            out[f"{name}@{by}"] = values
    index = np.arange(n)
    total = {k: np.concatenate([[0.0], np.cumsum(column[k])]) for k in ("length", "equals", "numbers", "new", "doubt", "mentions", "confirm", "supposes")}
    men = column["mentions"] > 0
    strong = men & (column["score"] >= 3)
    out["strong"] = strong.astype(float)
    for name, flags in (("mention", men), ("strong", strong)):
        at = np.flatnonzero(flags)
        cum = np.concatenate([[0], np.cumsum(flags)])
        out[f"{name}s_before"] = cum[:-1].astype(float)
        out[f"{name}s_after"] = (cum[-1] - cum[1:]).astype(float)
        for side in ("previous", "next"):
            k = np.searchsorted(at, index, "left") - 1 if side == "previous" else np.searchsorted(at, index, "right")
            ok = (k >= 0) & (k < len(at))
            j = np.where(ok, at[np.clip(k, 0, max(0, len(at) - 1))] if len(at) else 0, 0)
            lo, hi = (j + 1, index + 1) if side == "previous" else (index + 1, j + 1)
            lo, hi = np.where(ok, lo, 0), np.where(ok, hi, 0)
            out[f"{side}_{name}_distance"] = np.where(ok, abs(index - j), -1.0)
            for key in ("length", "equals", "numbers", "new", "doubt", "confirm", "supposes"):
                out[f"{side}_{name}_{key}"] = np.where(ok, total[key][hi] - total[key][lo], -1.0)
            out[f"{side}_{name}_score"] = np.where(ok, column["score"][j], -9.0)
            out[f"{side}_{name}_last_doubt"] = np.where(ok, column["last_doubt"][j], -1.0)
    new_at = np.flatnonzero(column["new"] > 0)
    k = np.searchsorted(new_at, index, "right")
    ok = k < len(new_at)
    j = np.where(ok, new_at[np.minimum(k, max(0, len(new_at) - 1))] if len(new_at) else 0, n)
    cum = np.concatenate([[0], np.cumsum(men)])
    out["new_distance"] = np.where(ok, j - index, 99.0)
    out["mentions_until_new"] = (cum[j] - cum[index + 1]).astype(float)
    cum = np.concatenate([[0], np.cumsum(strong)])
    out["strong_until_new"] = (cum[j] - cum[index + 1]).astype(float)
    whole = total["length"][-1]
    out["position"] = total["length"][1:] / max(1.0, whole)
    out["index"] = index.astype(float)
    out["remaining"] = whole - total["length"][1:]
    out["paragraphs_left"] = (n - 1 - index).astype(float)
    out["count"] = np.full(n, float(n))
    out["mean_length"] = np.full(n, whole / n)
    out["mentions_each"] = np.full(n, total["mentions"][-1] / n)
    out["length"] = length
    return out
