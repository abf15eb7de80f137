"""Train the numbers of the rules segmenter from labels of readers, and measure them by cross-validation over problems.

    python tools/train_segmenter.py                    # the table, folds by problem
    python tools/train_segmenter.py --by model         # the same, leaving one model out at a time
    python tools/train_segmenter.py --write            # train on all labels, write overthink/solutions/rules.json

Labels come from tools/labels.py. Without the texts that they are about, nothing is done. Needs lightgbm and
scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from lightgbm import LGBMClassifier
from scipy import sparse
from sklearn.linear_model import LogisticRegression

import labels
import overthink.solutions
from overthink.agree.labels import paragraph_of
from overthink.answers.options import options_of, same_kind
from overthink.answers.workers import SympyVerifier
from overthink.records import Response, Solution
from overthink.solutions.cues import Lexicon, cue_words, lexicon
from overthink.solutions.features import Floats
from overthink.solutions.model import SegmentModel, model_of, phrases_of
from overthink.solutions.phrases import PAIR, Phrases, terms
from overthink.solutions.rules import (
    MEASURED,
    OTHER,
    Described,
    JudgedParagraphs,
    Seen,
    candidate_rows,
    describe,
    end_rows,
    judged_by,
    own_answer,
    see,
    solutions,
)
from overthink.solutions.tokens import FIRST_WORD, FIXED, TOKEN
from overthink.stats.trees import Trees
from overthink.text.loops import find_loops, without_loops
from overthink.text.markup import plain
from overthink.text.thinking import Thinking, find_thinking, is_truncated

MODEL = Path(overthink.solutions.__file__).with_name("rules.json")
THRESHOLD = 0.5
FEWEST = 4
"""Responses that a word, and rows that a term, must be in to count."""
STATED = {
    "n_estimators": 200,
    "learning_rate": 0.08,
    "min_child_samples": 30,
    "colsample_bytree": 0.4,
    "subsample": 0.7,
}
ENDS = {"n_estimators": 400, "learning_rate": 0.04, "min_child_samples": 15, "colsample_bytree": 0.1, "subsample": 0.6}
DEPTH = 4
LAYOUTS = {"single newlines": "\n", "one line": " "}
"""Measured responses are measured once more without their blank lines: what is between their paragraphs instead."""
ENSEMBLE = 2
GOLD, CHANGES = 2.0, 3.0
"""What a response counts in training whose readers are those that figures are taken from, and one with right and wrong
answers; others count 1."""
EVERY = 4
"""One in so many responses is trained on once more in each of the layouts, and another one with a wrong start."""
APART = 4
"""Folds by which scores that are features are fitted to other problems than those that they are features of."""
Term = tuple[str, int, int]
Row = dict[str, Any]


@dataclass
class Example:
    """A labelled response as the segmenter reads it. `ends`: the share of readers who end a solution there.

    `stated`: for each candidate whether a reader quotes it; `counts`: whether it is known. Each response with an own
    answer is trained on twice, once as if the answer were not known; `whole` is the one that figures are taken from.
    """

    row: Row
    thinking: Thinking
    whole: bool
    seen: Seen
    ends: Floats
    stated: Floats
    counts: np.ndarray
    described: Described | None = None
    terms: list[set[Term]] = field(default_factory=list)
    scores: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def context(self) -> Described:
        """What the trees are given, once the candidates have their odds."""
        assert self.described is not None
        return self.described

    @property
    def weight(self) -> float:
        """How much it counts in training."""
        return (GOLD if self.row.get("gold") else 1.0) * (CHANGES if labels.changes(self.row) else 1.0)

    @property
    def targets(self) -> Floats:
        """The ends of the possible ones."""
        return np.asarray(self.ends[self.context.which])


def examples_of(rows: Sequence[Row], words: Lexicon) -> list[Example]:
    """The examples of label rows: with the own answer where it is known, and without."""
    examples = []
    for row in rows:
        thinking = find_thinking(row["response"])
        text = read_text(row["response"], thinking)
        own = own_answer(row["problem"], text, thinking, unfinished(row, thinking))
        for known in (own, None) if own else (None,):
            seen = see(row["problem"], text, thinking.span, known, words)
            examples.append(Example(row, thinking, known == own, seen, *_targets(row, seen)))
        examples += [_changed(other, words) for other in _variants(row, own)]
    return examples


def _variants(row: Row, own: str | None) -> list[Row]:
    """A row as if it had another layout or a wrong start, for one in so many rows: to train on, never measured."""
    number = int(row["text_key"][:4], 16)
    found = [
        labels.relaid(row, gap) for k, gap in enumerate(LAYOUTS.values()) if number % EVERY == k and row["paragraphs"]
    ]
    if own and number % EVERY == len(LAYOUTS) and (other := labels.with_wrong_start(row)):
        found.append(other)
    return found


def _changed(row: Row, words: Lexicon) -> Example:
    """The example of a row that was changed: its thinking is where the row says, its targets are the row's own."""
    thinking = find_thinking(row["response"])
    text = read_text(row["response"], thinking)
    own = own_answer(row["problem"], text, thinking, unfinished(row, thinking))
    seen = see(row["problem"], text, thinking.span, own, words)
    return Example(row, thinking, False, seen, *_targets(row, seen))


def read_text(response: str, thinking: Thinking) -> str:
    """A response as every segmenter reads it (`solutions.stage`): with blanks for its loops."""
    return without_loops(response, find_loops(response, *thinking.span))


def unfinished(row: Row, thinking: Thinking) -> bool:
    """Whether the thinking of a labelled response was cut off."""
    finish = row.get("finish_reason") or "unknown"
    response = Response(
        id="label#1", problem_id="label", sample=1, model="unknown", response=row["response"], finish_reason=finish
    )
    return is_truncated(response, thinking) and not thinking.closed


def _targets(row: Row, seen: Seen) -> tuple[Floats, Floats, np.ndarray]:
    """Which paragraphs end a solution, which candidates are stated as its answer, and of which that is known."""
    reading = seen.reading
    ends, stated = np.zeros(len(reading.paragraphs)), np.zeros(len(reading.candidates))
    counts = np.ones(len(stated), dtype=bool)
    keys = np.array([one.key for one in reading.candidates], dtype=object)
    for reader in row["readers"]:
        start = 0
        for solution in reader:
            end = paragraph_of(solution["end_char"], reading.paragraphs)
            ends[end] += 1 / len(row["readers"])
            low, high = solution["answer_span"]
            quoted = {key for key, (a, b) in zip(keys, reading.spans, strict=True) if a < high and b > low}
            where = paragraph_of(low + 1, reading.paragraphs)
            same = np.isin(keys, list(quoted)) & (reading.paragraph >= start) & (reading.paragraph <= end)
            here = same & ((reading.paragraph == end) | (reading.paragraph == where))
            stated[here] = 1
            counts[same & ~here] = False  # said again on the way: may be stated or not
            start = end + 1
    return np.minimum(ends, 1), stated, counts | (stated > 0)


def frequent_words(rows: Sequence[Row]) -> list[str]:
    """The cues, and the words that are in at least `FEWEST` responses, the most frequent ones that can be numbered."""
    count: Counter[str] = Counter()
    for row in rows:
        count.update(set(TOKEN.findall(plain(row["response"], *row["thinking"]).text)) - {"\n"})
    cues = cue_words()
    frequent = sorted((word for word, n in count.items() if n >= FEWEST), key=lambda word: (-count[word], word))
    return cues + sorted(frequent[: PAIR - FIRST_WORD - len(cues)])


def folds_of(keys: Sequence[Hashable], folds: int, seed: int) -> np.ndarray:
    """A fold for each example; all with one key share it."""
    names = sorted(set(keys), key=str)
    random.Random(seed).shuffle(names)
    fold = {name: k % folds for k, name in enumerate(names)}
    return np.array([fold[key] for key in keys])


def problems(examples: Sequence[Example]) -> list[str]:
    """The problem of each example."""
    return [labels.problem_of(example.row) for example in examples]


def train(examples: Sequence[Example], words: Sequence[str], seed: int = 0) -> dict[str, Any]:
    """The numbers of a model. What one step gives to the next was fitted to other problems."""
    names = list(next(e.seen.candidates for e in examples if e.seen.candidates))
    fold = folds_of(problems(examples), APART, seed)
    for k in range(APART):
        fitted = Trees.of(fit_stated([e for e, f in zip(examples, fold, strict=True) if f != k], names, seed))
        for example in (e for e, f in zip(examples, fold, strict=True) if f == k):
            put_in_context(example, fitted, names)
    used = [example for example in examples if len(example.context.which)]
    fold = folds_of(problems(used), APART, seed + 1)
    table = Terms(used)
    for k in range(APART):
        phrases = phrases_of(table.fit(fold != k))
        for example in (e for e, f in zip(used, fold, strict=True) if f == k):
            example.scores = scores(phrases, example)
    features = list(used[0].context.columns)
    return {
        "words": " ".join(dict.fromkeys(words)),
        "stated_features": " ".join(names),
        "stated": fit_stated(examples, names, seed),
        "phrases": table.fit(fold >= 0),
        "ends_features": " ".join(features),
        "ends": fit_ends(used, features, seed),
        "threshold": THRESHOLD,
    }


def fit_stated(examples: Sequence[Example], names: Sequence[str], seed: int) -> dict[str, Any]:
    """The trees that say how likely a candidate is stated as an answer."""
    rows = np.concatenate([candidate_rows(example.seen, names)[example.counts] for example in examples])
    stated = np.concatenate([example.stated[example.counts] for example in examples])
    weights = np.concatenate([np.full(example.counts.sum(), example.weight) for example in examples])
    return plain_trees([boosted(seed, STATED).fit(rows, stated, sample_weight=weights)])


def boosted(seed: int, options: dict[str, Any]) -> LGBMClassifier:
    """Boosted trees of DEPTH, the same for the same seed."""
    return LGBMClassifier(
        max_depth=DEPTH, num_leaves=2**DEPTH, reg_lambda=4, subsample_freq=1, random_state=seed, n_jobs=1,
        deterministic=True, force_row_wise=True, verbose=-1, **options,
    )  # fmt: skip


def put_in_context(example: Example, stated: Trees, names: Sequence[str]) -> None:
    """Describe the paragraphs of an example by the odds of its candidates."""
    reader = MEASURED if example.row.get("gold") else OTHER
    example.described = describe(example.seen, stated.log_odds(candidate_rows(example.seen, names)), reader)
    ids, places = example.seen.reading.ids, example.described.places
    example.terms = [set(terms(ids, places, int(k))) for k in example.described.which]


def scores(phrases: Phrases, example: Example) -> Floats:
    """The phrase scores of the possible ends."""
    return phrases.scores(example.seen.reading.ids, example.context.places, example.context.which)


class Terms:
    """The terms of all possible ends as one table, from which weights are fitted for some examples."""

    def __init__(self, examples: Sequence[Example]) -> None:
        rows = [found for example in examples for found in example.terms]
        count = Counter(term for found in rows for term in found)
        self.names = sorted(term for term, n in count.items() if n >= FEWEST)
        number = {term: k for k, term in enumerate(self.names)}
        at = [(k, number[term]) for k, found in enumerate(rows) for term in found if term in number]
        shape = (len(rows), len(self.names))
        self.table = sparse.csr_matrix((np.ones(len(at), np.float32), tuple(zip(*at, strict=True))), shape=shape)
        self.targets = np.concatenate([example.targets for example in examples])
        self.weights = np.concatenate([np.full(len(example.terms), example.weight) for example in examples])
        self.sizes = [len(example.terms) for example in examples]

    def fit(self, chosen: np.ndarray) -> dict[str, Any]:
        """Weights of terms by logistic regression on the `chosen` examples, in the form of the model file."""
        at = np.flatnonzero(np.repeat(chosen, self.sizes))
        said, weights, kept = weighted(self.targets[at], self.weights[at])
        regression = LogisticRegression(C=0.03, max_iter=300, solver="liblinear")
        regression.fit(self.table[np.concatenate([at, at])[kept]], said[kept], sample_weight=weights[kept])
        tables: dict[str, Any] = {"bias": round(float(regression.intercept_[0]), 4), "single": {}, "pair": {}}
        for (place, is_pair, code), weight in zip(self.names, regression.coef_[0], strict=True):
            if hundredths := round(100 * weight):
                table = tables["pair" if is_pair else "single"].setdefault(place, ([], []))
                table[0].append(int(code))
                table[1].append(hundredths)
        return tables


def fit_ends(examples: Sequence[Example], features: Sequence[str], seed: int) -> dict[str, Any]:
    """The trees that say how likely a solution ends: the mean of ENSEMBLE boosted models in one table."""
    rows = np.concatenate([end_rows(e.context, features, e.scores) for e in examples])
    counts = np.concatenate([np.full(len(example.targets), example.weight) for example in examples])
    said, weights, kept = weighted(np.concatenate([example.targets for example in examples]), counts)
    rows = np.concatenate([rows, rows])[kept]
    members = [boosted(ENSEMBLE * seed + k, ENDS) for k in range(ENSEMBLE)]
    return plain_trees([trees.fit(rows, said[kept], sample_weight=weights[kept]) for trees in members])


def weighted(targets: Floats, counts: Floats) -> tuple[Floats, Floats, np.ndarray]:
    """Each row twice, as an end and as none, weighted by the readers and by what it counts; and which of them weigh
    anything.
    """
    said = np.concatenate([np.ones_like(targets), np.zeros_like(targets)])
    weights = np.concatenate([targets * counts, (1 - targets) * counts])
    return said, weights, weights > 0


def plain_trees(members: Sequence[LGBMClassifier]) -> dict[str, Any]:
    """The mean of boosted models in the form of overthink.stats.trees: a leaf is repeated below it."""
    tables: dict[str, Any] = {"base": 0.0, "feature": [], "split": [], "leaf": []}
    for member in members:
        for tree in member.booster_.dump_model()["tree_info"]:
            feature, split, leaf = _perfect(tree["tree_structure"])
            tables["feature"].append(feature)
            tables["split"].append(split)
            tables["leaf"].append([round(value / len(members), 4) for value in leaf])
    return tables


def _perfect(tree: dict[str, Any]) -> tuple[list[int], list[float], list[float]]:
    inner = 2**DEPTH - 1
    feature, split, leaf = [0] * inner, [0.0] * inner, [0.0] * (inner + 1)
    todo = [(tree, 0)]
    while todo:
        node, at = todo.pop()
        if at >= inner:
            leaf[at - inner] = float(node["leaf_value"])
        elif "split_feature" not in node:
            todo += [(node, 2 * at + 1), (node, 2 * at + 2)]
        else:
            feature[at], split[at] = int(node["split_feature"]), float(f"{node['threshold']:.5g}")
            todo += [(node["left_child"], 2 * at + 1), (node["right_child"], 2 * at + 2)]
    return feature, split, leaf


class Judged(NamedTuple):
    """A measured response with what a model found in it that never saw its problem. `layout`: how it was laid out."""

    example: Example
    paragraphs: JudgedParagraphs
    found: list[Solution]
    layout: str = ""


class Folds(NamedTuple):
    """What a process that judges a fold works on. `measured`: the keys of the texts that figures are taken from."""

    examples: Sequence[Example]
    measured: frozenset[str]
    words: Sequence[str]
    fold: np.ndarray
    seed: int


def cross_validate(folds: Folds) -> list[Judged]:
    """Judge each measured example by a model that saw no example of its fold, nor one to its problem."""
    with multiprocessing.get_context("fork").Pool(2, _begin, (folds,)) as pool:  # forked: nothing is copied
        return [judged for part in pool.imap(_judge_fold, sorted(set(folds.fold.tolist()))) for judged in part]


_folds: list[Folds] = []


def _begin(folds: Folds) -> None:
    _folds.append(folds)


def _numbers(keys: Sequence[Hashable]) -> list[int]:
    number = {key: k for k, key in enumerate(dict.fromkeys(keys))}
    return [number[key] for key in keys]


def _judge_fold(k: int) -> list[Judged]:
    """AssertionError if a problem is on both sides."""
    examples, measured, words, fold, seed = _folds[-1]
    tested = [e for e, f in zip(examples, fold, strict=True) if f == k and e.whole and e.row["text_key"] in measured]
    if not tested:
        return []
    held = set(problems(tested))
    others = [e for e, f in zip(examples, fold, strict=True) if f != k and labels.problem_of(e.row) not in held]
    assert not held & set(problems(others)), "a measured problem is in the training data"
    model = model_of(train(others, words, seed))
    rows = [example.row for example in tested]
    found = [judge(model, example) for example in tested]
    for layout, gap in LAYOUTS.items():
        again = [e for e in examples_of([labels.relaid(row, gap) for row in rows], model.words) if e.whole]
        found += [judge(model, example, layout) for example in again]
    return found


def judge(model: SegmentModel, example: Example, layout: str = "") -> Judged:
    """What a model finds in an example."""
    row, judged = example.row, judged_by(model, example.seen)
    text = read_text(row["response"], example.thinking)
    return Judged(example, judged, solutions(judged, text, unfinished(row, example.thinking))[0], layout)


Counts = tuple[str, dict[str, float]]
"""The problem of a response, and what the response adds to the table, by column."""


def counted(judged: Sequence[Judged]) -> list[Counts]:
    """Compare what was found with the first reader; ends that another one might add or drop count on neither side."""
    with SympyVerifier() as verifier:
        return [_counts(one, verifier) for one in judged]


def _counts(one: Judged, verifier: SympyVerifier) -> Counts:
    row, spans = one.example.row, [tuple(span) for span in one.example.row["paragraphs"]]
    options = options_of(row["problem"])
    pairs = [same_kind(str(row["answer"]), solution.answer, options) for solution in one.found]
    ours = {
        paragraph_of(s.end, spans): verdict == "correct"
        for s, (verdict, _) in zip(one.found, verifier.compare(pairs), strict=True)
    }
    theirs = {paragraph_of(s["end_char"], spans): s["correct"] for s in row["readers"][0]}
    optional = {paragraph_of(_end(end, spans), spans) for end in row.get("optional_ends") or ()}
    edges, wanted = (set(ends) - optional - {len(spans) - 1} for ends in (ours, theirs))
    start, stop = row["thinking"]

    def efficiency(ends: dict[int, bool]) -> float:
        first = next((end for end, correct in ends.items() if correct), None)
        return 0.0 if first is None else (spans[first][1] - start) / max(1, stop - start)

    def index(ends: dict[int, bool]) -> int | None:
        return next((k for k, correct in enumerate(ends.values(), start=1) if correct), None)

    wrong, truly = ({end for end, correct in ends.items() if not correct} for ends in (ours, theirs))
    same = float(index(ours) == index(theirs))
    return labels.problem_of(row), {
        "hits": len(edges & wanted),
        "ours": len(edges),
        "theirs": len(wanted),
        "outcome": efficiency(ours) - efficiency(theirs),
        "first": same,
        "later": same if (index(theirs) or 0) > 1 else np.nan,
        "wrong_hits": len(wrong & truly),
        "wrong_ours": len(wrong - (optional - truly)),
        "wrong_theirs": len(truly),
    }


def _end(given: int, spans: Sequence[tuple[int, int]]) -> int:
    """Gold files name optional ends by the number of their paragraph, the project's by their place."""
    return spans[given][1] if given < len(spans) else given


Columns = dict[str, Floats]

FIGURES: dict[str, Callable[[Columns], float]] = {
    "boundary F1": lambda c: _ratio(2 * c["hits"].sum(), c["ours"].sum() + c["theirs"].sum()),
    "precision": lambda c: _ratio(c["hits"].sum(), c["ours"].sum()),
    "recall": lambda c: _ratio(c["hits"].sum(), c["theirs"].sum()),
    "|Δξ_O|": lambda c: float(np.abs(c["outcome"]).mean()),
    "bias of ξ_O": lambda c: float(c["outcome"].mean()),
    "first-correct index": lambda c: float(c["first"].mean()),
    "… where it is above 1": lambda c: _ratio(np.nansum(c["later"]), (~np.isnan(c["later"])).sum()),
    "wrong solutions, precision": lambda c: _ratio(c["wrong_hits"].sum(), c["wrong_ours"].sum()),
    "wrong solutions, recall": lambda c: _ratio(c["wrong_hits"].sum(), c["wrong_theirs"].sum()),
}


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan


def table(title: str, judged: Sequence[Judged], say: Callable[[str], None], draws: int = 2000) -> None:
    """Each figure with its percentile 95 % bootstrap interval over problems."""
    if not judged:
        return
    counts = counted(judged)
    columns = {name: np.array([values[name] for _, values in counts], dtype=float) for name in counts[0][1]}
    of_problem: dict[str, list[int]] = {}
    for k, (problem, _) in enumerate(counts):
        of_problem.setdefault(problem, []).append(k)
    groups, rng = list(of_problem.values()), np.random.default_rng(0)
    picks = [[k for g in rng.integers(len(groups), size=len(groups)) for k in groups[g]] for _ in range(draws)]
    say(f"{title}: {len(counts)} responses to {len(groups)} problems")
    for name, figure in FIGURES.items():
        drawn = [figure({key: values[pick] for key, values in columns.items()}) for pick in picks]
        low, high = np.nanpercentile(drawn, [2.5, 97.5]) if not np.isnan(drawn).all() else (np.nan, np.nan)
        say(f"  {name:28} {figure(columns):7.4f}  [{low:.4f}, {high:.4f}]")


def calibration(judged: Sequence[Judged], say: Callable[[str], None], bins: int = 5) -> None:
    """Of the boundaries given with a probability, how many the readers have."""
    given = np.concatenate([one.paragraphs.probabilities[:-1] for one in judged])
    true = np.concatenate([one.example.ends[:-1] for one in judged])
    for low in np.arange(bins) / bins:
        inside = (given >= low) & (given < low + 1 / bins) & (given > 0)
        if inside.any():
            means = f"mean given {given[inside].mean():.3f}  true {true[inside].mean():.3f}"
            say(f"  {low:.1f}-{low + 1 / bins:.1f}  n {inside.sum():5d}  {means}")


def main(say: Callable[[str], None] = print) -> None:
    """Print the table, or write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="train on all labels and write the model of the package")
    parser.add_argument("--by", choices=["problem", "model"], default="problem", help="what a fold holds out")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found = labels.load()
    if not found.plain:
        say(f"skipped: no label files in {labels.SHARED / 'gold'}")
        return
    rows = [*found.measured, *found.more]
    words = frequent_words(rows)
    examples = examples_of(rows, lexicon(words, FIXED, FIRST_WORD))
    say(
        f"{len(found.plain)} plain and {len(found.hard)} hard responses are measured, {len(found.more)} more only train"
    )
    if options.write:
        MODEL.write_text(json.dumps(train(examples, words), separators=(",", ":"), ensure_ascii=False), "utf-8")
        say(f"wrote {MODEL} ({MODEL.stat().st_size // 1000} kB)")
        return
    if options.by == "problem":
        fold = folds_of(problems(examples), options.folds, options.seed)
    else:
        fold = np.array(_numbers([example.row.get("model") for example in examples]))
    measured = frozenset(row["text_key"] for row in found.measured)
    judged = cross_validate(Folds(examples, measured, words, fold, options.seed))
    tell(found, judged, say)


def tell(found: labels.Labels, judged: Sequence[Judged], say: Callable[[str], None]) -> None:
    """Print the tables of each kind of responses."""
    kinds = {
        "plain": found.plain, "hard kinds": found.hard, "other languages": found.foreign, "written": found.written,
    }  # fmt: skip
    kind = {row["text_key"]: name for name, rows in kinds.items() for row in rows}
    for name in kinds:
        table(name, [one for one in judged if not one.layout and kind[one.example.row["text_key"]] == name], say)
    calibration([one for one in judged if not one.layout], say)
    for layout in LAYOUTS:
        again = [one for one in judged if one.layout == layout and kind[one.example.row["text_key"]] == "plain"]
        table(f"plain, {layout}", again, say)


if __name__ == "__main__":
    main()
