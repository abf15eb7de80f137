"""Train the numbers of the rules segmenter from labels of readers, and measure them by cross-validation over problems.

    python tools/train_segmenter.py                 # figures only
    python tools/train_segmenter.py --write         # train on all labels, write overthink/solutions/rules.json

Labels are files in the form of `overthink agree`. Without any, nothing is done. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import more_labels
import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

import overthink.solutions
from overthink.solutions.cues import Lexicon, cue_words, lexicon
from overthink.solutions.features import Columns, Floats
from overthink.solutions.phrases import Phrases, Spans, terms
from overthink.solutions.rules import (
    JudgedParagraphs,
    candidates,
    model_of,
    phrases_of,
    read_response,
    rows_of,
    solutions,
)
from overthink.solutions.tokens import FIRST_WORD, FIXED, TOKEN, Reading
from overthink.text.markup import plain
from overthink.text.thinking import find_thinking

ROOT = Path(__file__).resolve().parents[1]
LABELS = ROOT.parent / "shared" / "data" / "gold"
MODEL = Path(overthink.solutions.__file__).with_name("rules.json")
NOT_FOR_TREES = {"best_mention"}
THRESHOLD = 0.5
ENSEMBLE = 3
DEPTH = 4
Term = tuple[str, int, int]


@dataclass
class Example:
    """A labelled response as the segmenter reads it. `ends`: the share of readers who end a solution there.

    Figures are taken from those that are `measured`; the others only train.
    """

    row: dict[str, Any]
    measured: bool
    reading: Reading
    columns: Columns
    spans: Spans
    which: np.ndarray
    ends: Floats
    terms: list[set[Term]]
    scores: Floats


def examples_of(rows: Sequence[dict[str, Any]], words: Lexicon, *, measured: bool) -> list[Example]:
    examples = []
    for row in rows:
        thinking = find_thinking(row["response"])
        reading, columns, spans = read_response(row["problem"], row["response"], thinking, words)
        number = {end: k for k, (_, end) in enumerate(reading.paragraphs)}
        ends = np.zeros(len(reading.paragraphs))
        for reader in row["readers"]:
            for solution in reader:
                ends[number[solution["end_char"]]] += 1 / len(row["readers"])
        which = candidates(columns)
        found = [set(terms(reading.ids, spans, int(k))) for k in which]
        examples.append(Example(row, measured, reading, columns, spans, which, ends, found, np.zeros(len(which))))
    return examples


def frequent_words(rows: Sequence[dict[str, Any]], fewest: int = 4) -> list[str]:
    """The words that stand in at least `fewest` responses, and the cues."""
    count: Counter[str] = Counter()
    for row in rows:
        count.update(set(TOKEN.findall(plain(row["response"], *row["thinking"]).text)) - {"\n"})
    return cue_words() + sorted(word for word, n in count.items() if n >= fewest)


def weighted(targets: Floats) -> tuple[Floats, Floats, np.ndarray]:
    """Each row twice, as an end and as none, weighted by the readers; rows of weight 0 left out."""
    labels = np.concatenate([np.ones_like(targets), np.zeros_like(targets)])
    weights = np.concatenate([targets, 1 - targets])
    return labels, weights, weights > 0


def fit_phrases(examples: Sequence[Example], fewest: int = 4) -> dict[str, Any]:
    """Weights of terms by logistic regression, in the form of the model file."""
    counter = CountVectorizer(analyzer=sorted, binary=True, min_df=fewest)
    matrix = counter.fit_transform([found for example in examples for found in example.terms])
    labels, weights, kept = weighted(np.concatenate([example.ends[example.which] for example in examples]))
    twice = np.concatenate([np.arange(matrix.shape[0])] * 2)[kept]
    regression = LogisticRegression(C=0.03, max_iter=300, solver="liblinear")
    regression.fit(matrix[twice], labels[kept], sample_weight=weights[kept])
    tables: dict[str, Any] = {"bias": round(float(regression.intercept_[0]), 4), "single": {}, "pair": {}}
    for (place, is_pair, code), weight in zip(counter.get_feature_names_out(), regression.coef_[0], strict=True):
        if hundredths := round(100 * weight):
            table = tables["pair" if is_pair else "single"].setdefault(place, ([], []))
            table[0].append(int(code))
            table[1].append(hundredths)
    return tables


def score(phrases: Phrases, examples: Sequence[Example]) -> None:
    for example in examples:
        example.scores = phrases.scores(example.reading.ids, example.spans, example.which.tolist())


def folds_of(examples: Sequence[Example], folds: int, seed: int) -> list[int]:
    """A fold for each example; all responses to one problem share it."""
    problems = sorted({example.row["id"] for example in examples})
    random.Random(seed).shuffle(problems)
    fold = {problem: k % folds for k, problem in enumerate(problems)}
    return [fold[example.row["id"]] for example in examples]


def train(examples: Sequence[Example], words: Sequence[str], seed: int = 0) -> dict[str, Any]:
    """The numbers of a model: the mean of ENSEMBLE boosted models, whose trees stand in one table."""
    features = [name for name in examples[0].columns if name not in NOT_FOR_TREES]
    labels, weights, kept = weighted(np.concatenate([example.ends[example.which] for example in examples]))
    prior = np.average(labels[kept], weights=weights[kept])
    tables: dict[str, list[Any]] = {"feature": [], "split": [], "leaf": []}
    for member in range(ENSEMBLE):
        score_apart(examples, ENSEMBLE * seed + member)
        rows = np.concatenate([rows_of(e.columns, features, e.which, e.scores) for e in examples])
        trees = GradientBoostingClassifier(
            n_estimators=350, max_depth=DEPTH, learning_rate=0.035, subsample=0.5, max_features=0.12,
            min_samples_leaf=8, random_state=ENSEMBLE * seed + member,
        )  # fmt: skip
        trees.fit(np.concatenate([rows, rows])[kept], labels[kept], sample_weight=weights[kept])
        for name, table in plain_trees(trees, DEPTH).items():
            tables[name] += table
    return {
        "words": " ".join(dict.fromkeys(words)),
        "features": " ".join(features),
        "threshold": THRESHOLD,
        "base": round(float(np.log(prior / (1 - prior))), 6),
        **tables,
        "phrases": fit_phrases(examples),
    }


def score_apart(examples: Sequence[Example], seed: int) -> None:
    """Give every example phrase scores that were not fitted to it."""
    fold = folds_of(examples, 5, seed)
    for k in range(5):
        fitted = fit_phrases([example for example, f in zip(examples, fold, strict=True) if f != k])
        score(phrases_of(fitted), [example for example, f in zip(examples, fold, strict=True) if f == k])


def plain_trees(boosted: GradientBoostingClassifier, depth: int) -> dict[str, list[Any]]:
    """Each tree as a perfect one: a leaf above the lowest level is repeated below it."""
    inner = 2**depth - 1
    tables: dict[str, list[Any]] = {"feature": [], "split": [], "leaf": []}
    for tree in (estimator.tree_ for estimator in boosted.estimators_[:, 0]):
        feature, split, leaf = [0] * inner, [0.0] * inner, [0.0] * (inner + 1)
        todo = [(0, 0)]
        while todo:
            node, at = todo.pop()
            if at >= inner:
                leaf[at - inner] = round(float(tree.value[node, 0, 0]) * boosted.learning_rate / ENSEMBLE, 4)
            elif tree.children_left[node] < 0:
                todo += [(node, 2 * at + 1), (node, 2 * at + 2)]
            else:
                feature[at], split[at] = int(tree.feature[node]), float(f"{tree.threshold[node]:.5g}")
                todo += [(tree.children_left[node], 2 * at + 1), (tree.children_right[node], 2 * at + 2)]
        tables["feature"].append(list(feature))
        tables["split"].append(split)
        tables["leaf"].append(leaf)
    return tables


def judged_by(numbers: dict[str, Any], example: Example) -> JudgedParagraphs:
    model = model_of(numbers)
    scores = model.phrases.scores(example.reading.ids, example.spans, example.which.tolist())
    probabilities = np.zeros(len(example.ends))
    rows = rows_of(example.columns, model.features, example.which, scores)
    probabilities[example.which] = model.trees.probabilities(rows)
    return JudgedParagraphs(example.reading, example.columns, probabilities)


def by_rule(example: Example) -> JudgedParagraphs:
    """The baseline: an answer stated, and reasoning that begins anew before it is stated again."""
    columns = example.columns
    stated = (columns["mentions"] > 0) & (columns["score"] >= 1)
    closes = (columns["mentions_until_new"] == 0) | (columns["doubt_after"] > 0)
    return JudgedParagraphs(example.reading, columns, (stated & closes).astype(float))


def figures(judged: Sequence[tuple[Example, JudgedParagraphs]]) -> dict[str, dict[str, float]]:
    """Boundary precision, recall, F1 (first reader, last end left out) and mean |Δξ_O| in characters, by dataset."""
    found: dict[str, list[tuple[int, int, int, float]]] = {}
    for example, verdict in judged:
        row, paragraphs = example.row, example.reading.paragraphs
        ends, _ = solutions(verdict, row["response"], truncated=False)
        trivial = paragraphs[-1][1]
        ours = {solution.end for solution in ends} - {trivial}
        theirs = {solution["end_char"] for solution in row["readers"][0]} - {trivial}
        start, stop = row["thinking"]
        correct = [solution["end_char"] for solution in row["readers"][0] if solution["correct"]]
        difference = abs(correct[0] - ends[0].end) / (stop - start) if correct and ends else 0.0
        found.setdefault(row["dataset"], []).append((len(ours & theirs), len(ours), len(theirs), difference))
    table = {}
    for dataset, counts in sorted(found.items()):
        both, ours_n, theirs_n, difference = np.array(counts).sum(axis=0)
        table[dataset] = {
            "responses": len(counts), "precision": both / ours_n, "recall": both / theirs_n,
            "f1": 2 * both / (ours_n + theirs_n), "outcome_difference": difference / len(counts),
        }  # fmt: skip
    return table


def show(title: str, table: dict[str, dict[str, float]]) -> None:
    for dataset, values in table.items():
        print(f"{title:24} {dataset:12} " + "  ".join(f"{name} {value:.4g}" for name, value in values.items()))


def calibration(judged: Sequence[tuple[Example, JudgedParagraphs]], bins: int = 5) -> None:
    """Of the boundaries given with a probability, how many the readers have."""
    pairs = [
        (verdict.probabilities[k], example.ends[k])
        for example, verdict in judged
        for k in example.which
        if k < len(example.ends) - 1
    ]
    given, true = np.array(pairs).T
    for low in np.arange(bins) / bins:
        inside = (given >= low) & (given < low + 1 / bins)
        means = f"mean given {given[inside].mean():.3f}  true {true[inside].mean():.3f}"
        print(f"  {low:.1f}-{low + 1 / bins:.1f}  n {inside.sum():5d}  {means}")


def cross_validate(
    examples: Sequence[Example], words: Sequence[str], folds: int, seed: int
) -> list[tuple[Example, JudgedParagraphs]]:
    fold = folds_of(examples, folds, seed)
    judged = []
    for k in range(folds):
        numbers = train([example for example, f in zip(examples, fold, strict=True) if f != k], words, seed)
        judged += [(e, judged_by(numbers, e)) for e, f in zip(examples, fold, strict=True) if f == k and e.measured]
    return judged


def main(say: Callable[[str], None] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", nargs="*", type=Path, default=sorted(LABELS.glob("*.jsonl")))
    parser.add_argument("--write", action="store_true", help="train on all labels and write the model of the package")
    parser.add_argument(
        "--responses", type=Path, default=LABELS.parent / "responses", help="texts of more_labels.jsonl"
    )
    parser.add_argument(
        "--more", action=argparse.BooleanOptionalAction, default=True, help="train on more_labels.jsonl"
    )
    parser.add_argument("--folds", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args()
    if not options.labels:
        say(f"skipped: no label files in {LABELS}; name them on the command line")
        return
    rows = [json.loads(line) for path in options.labels for line in path.read_text("utf-8").split("\n") if line]
    more = [*more_labels.rows(options.responses), *more_labels.samples()] if options.more else []
    words = frequent_words([*rows, *more])
    known = lexicon(words, FIXED, FIRST_WORD)
    examples = [*examples_of(rows, known, measured=True), *examples_of(more, known, measured=False)]
    say(f"{len(rows)} labelled responses, and {len(more)} more that only train")
    if options.write:
        MODEL.write_text(json.dumps(train(examples, words), separators=(",", ":"), ensure_ascii=False), "utf-8")
        say(f"wrote {MODEL} ({MODEL.stat().st_size // 1000} kB)")
        return
    show("rule alone", figures([(example, by_rule(example)) for example in examples if example.measured]))
    for seed in range(options.seeds):
        judged = cross_validate(examples, words, options.folds, seed)
        show(f"cross-validated, seed {seed}", figures(judged))
        calibration(judged)


if __name__ == "__main__":
    main()
