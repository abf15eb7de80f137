"""Train the numbers of the rules clusterer from labels of readers, and measure them on texts that they never saw.

    python tools/train_clusterer.py            # the table: folds by problem, then leaving one model out
    python tools/train_clusterer.py --write    # train on all labels, write overthink/strategies/rules.json

Labels come from tools/labels.py. Without the texts that they are about, nothing is done. Every measured response is
there with the readers' own solutions and with those of a segmenter that never saw its problem, to train as well as to
measure. `--found FILE` keeps the latter, which take minutes to make. All of the project's own labels train, on their
readers' solutions and with half the weight, and measure nothing. Needs lightgbm and scikit-learn.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import train_segmenter
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

import labels
import overthink.strategies
from overthink.agree.formulas import strategy_agreement
from overthink.agree.labels import Labelled, LabelRow, process_efficiency
from overthink.records import Metric
from overthink.solutions.cues import lexicon
from overthink.solutions.tokens import FIRST_WORD, FIXED
from overthink.stats.bootstrap import Draws
from overthink.stats.ratios import Measure, Ratios, mean
from overthink.strategies.comparisons import LIKENESS_FEATURES, Comparisons, compare
from overthink.strategies.features import Described, Term, describe
from overthink.strategies.rules import (
    NOVELTY,
    Floats,
    Logistic,
    StrategyModel,
    judge_solutions,
    likeness_of,
    model_of,
    novelty_rows,
    strategies,
)
from overthink.strategies.wording import PLACES, Wording, terms_of

MODEL = Path(overthink.strategies.__file__).with_name("rules.json")
MORE = 0.5
"""What one of the project's own labels weighs: most have one reader, many were made before rule 13 for strategies."""
INNER = 4
LIKENESS_TREES = {
    "n_estimators": 150, "max_depth": 3, "learning_rate": 0.06, "subsample": 0.5, "max_features": 0.15,
    "min_samples_leaf": 20,
}  # fmt: skip
NOVELTY_TREES = {
    "n_estimators": 250, "max_depth": 4, "learning_rate": 0.03, "subsample": 0.5, "max_features": 0.12,
    "min_samples_leaf": 12,
}  # fmt: skip
FEWEST = 20
"""A term stands in so many solutions at least."""

Ends = list[tuple[int, str]]
"""The solutions of a response: where each ends, and its answer."""


@dataclass(frozen=True)
class Example:
    """One reader's strategies of one response, on the reader's own solutions or on found ones.

    `reference`: the reader's own solutions. `labelled`: those that are judged, with the reader's strategies. `new`:
    shape `(n - 1,)`; `same`: shape `(pairs,)`. Only those that are `measured` enter the figures.
    """

    problem: str
    model: str
    group: str
    found: bool
    measured: bool
    weight: float
    question: str
    texts: list[str]
    answers: list[str]
    reference: Labelled
    labelled: Labelled
    described: list[Described]
    compared: Comparisons
    new: Floats
    same: Floats


def examples_of(rows: Sequence[labels.Row], found: dict[str, Ends], *, measured: bool) -> list[Example]:
    """Each response once for every reader, and once more on its found solutions if there are any."""
    examples = []
    for row in rows:
        label = LabelRow.model_validate(row)
        weight = (1.0 if measured else MORE) / len(row["readers"])
        ends = found.get(label.labelled().text_key)
        for number, reader in enumerate(row["readers"]):
            reference = label.labelled(number)
            answers = [solution["answer"] for solution in reader]
            examples.append(_example(row, reference, reference, answers, weight, measured=measured))
            if ends is not None:
                labelled = on_ends(reference, [end for end, _ in ends])
                found_answers = [answer for _, answer in ends]
                examples.append(_example(row, reference, labelled, found_answers, weight, measured=measured))
    return examples


def _example(
    row: labels.Row, reference: Labelled, labelled: Labelled, answers: list[str], weight: float, *, measured: bool
) -> Example:
    edges = (labelled.thinking[0], *labelled.ends)
    texts = [row["response"][start:end] for start, end in pairwise(edges)]
    described = describe(row["problem"], texts, answers)
    compared, numbers = compare(described), labelled.strategies
    return Example(
        problem=labels.problem_of(row),
        model=str(row.get("model", "")),
        group=row.get("group", "plain"),
        found=labelled is not reference,
        measured=measured,
        weight=weight,
        question=row["problem"],
        texts=texts,
        answers=answers,
        reference=reference,
        labelled=labelled,
        described=described,
        compared=compared,
        new=np.array([numbers[m] not in numbers[:m] for m in range(1, len(numbers))], dtype=float),
        same=np.array([numbers[m] == numbers[k] for m, k in compared.pairs], dtype=float),
    )


def on_ends(reference: Labelled, ends: Sequence[int]) -> Labelled:
    """The reader's strategies on other solutions: each takes that of the reader's solution that it shares most with."""
    spans = list(pairwise((reference.thinking[0], *reference.ends)))
    numbers: dict[int, int] = {}
    taken = []
    for start, end in pairwise((reference.thinking[0], *ends)):
        shared = [min(end, stop) - max(start, begin) for begin, stop in spans]
        strategy = reference.strategies[int(np.argmax(shared))] if spans else 1
        taken.append(numbers.setdefault(strategy, len(numbers) + 1))
    return replace(reference, ends=tuple(ends), correct=(True,) * len(ends), strategies=tuple(taken))


def found_apart(measured: Sequence[labels.Row], more: Sequence[labels.Row], folds: int = 6) -> dict[str, Ends]:
    """The solutions of every measured response by segmenters that never saw its problem, by the digest of its text.

    They are trained on `more`, too.
    """
    rows = [*measured, *more]
    words = train_segmenter.frequent_words(rows)
    examples = train_segmenter.examples_of(rows, lexicon(words, FIXED, FIRST_WORD))
    fold = train_segmenter.folds_of(train_segmenter.problems(examples), folds, 0)
    texts = frozenset(row["text_key"] for row in measured)
    judged = train_segmenter.cross_validate(train_segmenter.Folds(examples, texts, words, fold, 0))
    return {
        one.example.row["text_key"]: [(solution.end, solution.answer) for solution in one.found]
        for one in judged
        if not one.layout
    }


def fit_regression(rows: Floats, targets: Floats, weights: Floats, strength: float) -> Logistic:
    centre, scale = rows.mean(axis=0).round(5), (rows.std(axis=0) + 1e-6).round(6)
    plain = Logistic(centre, scale, np.zeros(len(centre)), 0.0)
    fitted = LogisticRegression(C=strength, max_iter=2000).fit(plain.standard(rows), targets, sample_weight=weights)
    return replace(plain, weight=fitted.coef_[0].round(5), bias=round(float(fitted.intercept_[0]), 5))


def fit_trees(rows: Floats, targets: Floats, weights: Floats, options: dict[str, Any], seed: int) -> dict[str, Any]:
    """Boosted trees, in the form of the model file."""
    trees = GradientBoostingClassifier(random_state=seed, **options)
    trees.fit(rows, targets, sample_weight=weights)
    prior = np.average(targets, weights=weights)
    return {"base": round(float(np.log(prior / (1 - prior))), 6), **plain_trees(trees)}


def fit_likeness(examples: Sequence[Example], seed: int) -> dict[str, Any]:
    """Later solutions have more pairs; each solution weighs with the root of their number."""
    weights = [example.weight / m**0.5 for example in examples for m, _ in example.compared.pairs]
    rows = np.concatenate([example.compared.likeness for example in examples])
    targets = np.concatenate([example.same for example in examples])
    fitted = fit_regression(rows, targets, np.array(weights), 0.03)
    regression = {
        "features": list(LIKENESS_FEATURES), "centre": fitted.centre.tolist(), "scale": fitted.scale.tolist(),
        "weight": fitted.weight.tolist(), "bias": fitted.bias,
    }  # fmt: skip
    return {"regression": regression, "trees": fit_trees(rows, targets, np.array(weights), LIKENESS_TREES, seed)}


def fit_wording(examples: Sequence[Example]) -> dict[str, Any]:
    """Weights of terms by logistic regression, in the form of the model file."""
    counter = CountVectorizer(analyzer=_names, binary=True, min_df=FEWEST)
    matrix = counter.fit_transform([terms for example in examples for terms in terms_of(example.described)])
    regression = LogisticRegression(C=0.01, max_iter=300, solver="liblinear")
    regression.fit(matrix, np.concatenate([e.new for e in examples]), sample_weight=_novelty_weights(examples))
    weights: dict[str, dict[str, int]] = {place: {} for place in PLACES}
    for name, weight in zip(counter.get_feature_names_out(), regression.coef_[0], strict=True):
        place, _, term = name.partition(" ")
        if hundredths := round(100 * float(weight)):
            weights[place][term] = hundredths
    return {"bias": round(float(regression.intercept_[0]), 4), "weights": weights}


def _names(terms: dict[str, frozenset[Term]]) -> list[str]:
    return [f"{place} {term if isinstance(term, str) else ' '.join(term)}" for place in PLACES for term in terms[place]]


def _novelty_weights(examples: Sequence[Example]) -> Floats:
    return np.concatenate([np.full(len(example.new), example.weight) for example in examples])


def train(examples: Sequence[Example], seed: int = 0) -> dict[str, Any]:
    """The numbers of a model. Novelty is fitted to likenesses and words of examples that these were not fitted to."""
    used = [example for example in examples if example.compared.pairs]
    fold = train_segmenter.folds_of([example.problem for example in used], INNER, seed)
    rows: list[Floats] = [np.empty(0)] * len(used)
    for k in range(INNER):
        apart = [example for example, f in zip(used, fold, strict=True) if f != k]
        likeness, wording = likeness_of(fit_likeness(apart, seed)), Wording.of(fit_wording(apart))
        for number in [number for number, f in enumerate(fold) if f == k]:
            one = used[number]
            like = likeness.probabilities(one.compared.likeness)
            rows[number] = novelty_rows(one.compared, like, wording.scores(one.described))
    targets, weights = np.concatenate([example.new for example in used]), _novelty_weights(used)
    trees = fit_trees(np.concatenate(rows), targets, weights, NOVELTY_TREES, seed)
    novelty = {"features": list(NOVELTY), "trees": trees}
    return {"likeness": fit_likeness(used, seed), "novelty": novelty, "wording": fit_wording(used)}


def plain_trees(boosted: GradientBoostingClassifier) -> dict[str, Any]:
    """The form of overthink.stats.trees: what a leaf above the lowest level says is repeated below it."""
    tables: dict[str, Any] = {"feature": [], "split": [], "leaf": []}
    for tree in (estimator.tree_ for estimator in boosted.estimators_[:, 0]):
        level = [0]
        features: list[int] = []
        splits: list[float] = []
        for _ in range(boosted.max_depth):
            features += [max(int(tree.feature[node]), 0) for node in level]
            splits += [float(f"{tree.threshold[node]:.6g}") for node in level]
            level = [child for node in level for child in children(tree, node)]
        tables["feature"].append(features)
        tables["split"].append(splits)
        tables["leaf"].append([round(float(tree.value[node, 0, 0]) * boosted.learning_rate, 5) for node in level])
    return tables


def children(tree: Any, node: int) -> tuple[int, int]:
    """Left and right; a leaf is its own children."""
    leaf = tree.children_left[node] < 0
    return (node, node) if leaf else (tree.children_left[node], tree.children_right[node])


def measured_by(model: StrategyModel, example: Example) -> Labelled:
    """The example's solutions with the model's strategies."""
    judged = judge_solutions(example.question, example.texts, example.answers, model)
    return replace(example.labelled, strategies=tuple(strategies(judged)))


Judged = tuple[Example, Labelled]


def judged_apart(training: Sequence[Example], measured: Sequence[Example], seed: int) -> list[Judged]:
    """What a model trained on `training` finds in `measured`. ValueError if it was trained on one of their texts."""
    if shared := {e.reference.text_key for e in training} & {e.reference.text_key for e in measured}:
        raise ValueError(f"{len(shared)} of the measured texts are among those that the model is trained on")
    model = model_of(train(training, seed))
    return [(example, measured_by(model, example)) for example in measured]


def by_problem(examples: Sequence[Example], folds: int, seed: int) -> list[Judged]:
    """Each measured example judged by a model that saw no response to its problem. ValueError if one did."""
    fold = train_segmenter.folds_of([example.problem for example in examples], folds, seed)
    judged = []
    for k in range(folds):
        training = [example for example, f in zip(examples, fold, strict=True) if f != k]
        measured = [example for example, f in zip(examples, fold, strict=True) if f == k and example.measured]
        if {example.problem for example in training} & {example.problem for example in measured}:
            raise ValueError(f"fold {k} is measured on a problem that it is trained on")
        judged += judged_apart(training, measured, seed)
    return judged


def by_model(examples: Sequence[Example], seed: int) -> list[Judged]:
    """Each measured example judged by a model of strategies that saw no response of the model that wrote it."""
    judged = []
    for model in sorted({example.model for example in examples if example.measured}):
        measured = [example for example in examples if example.measured and example.model == model]
        texts = {example.reference.text_key for example in measured}
        training = [e for e in examples if e.model != model and e.reference.text_key not in texts]
        judged += judged_apart(training, measured, seed)
    return judged


_MEASURES = (
    Measure("process_difference", "share", False, "no response for which both have it"),
    Measure("bias", "share", False, "no response for which both have it"),
    Measure("strategy_ari", "score", True, "no response with a paragraph"),
)


def show(title: str, judged: Sequence[Judged], say: Callable[[str], None]) -> None:
    """Mean |Δξ_P|, its bias and the mean adjusted Rand index, against every reader: by kind, solutions and dataset."""
    tables: dict[tuple[str, str, str], Ratios] = defaultdict(lambda: Ratios(_MEASURES))
    for example, labelled in judged:
        ours, theirs = process_efficiency(labelled), process_efficiency(example.reference)
        gap = None if ours is None or theirs is None else ours - theirs
        terms = [
            mean(None if gap is None else abs(gap)),
            mean(gap),
            mean(strategy_agreement(example.reference, labelled)),
        ]
        solutions = "found" if example.found else "readers'"
        for dataset in (example.reference.dataset, "all"):
            tables[example.group, solutions, dataset].add(("", example.problem), terms)
    for (group, solutions, dataset), table in sorted(tables.items()):
        metrics = table.metrics(Draws(10_000, 0))
        count = max(metric.n for metric in metrics)
        named = zip(("|Δξ_P|", "bias", "ARI"), metrics, strict=True)
        text = "  ".join(f"{name} {_figure(metric)}" for name, metric in named)
        say(f"{title:18} {group:5} {solutions:8} {dataset:22} n {count:3d}  {text}")


def _figure(metric: Metric) -> str:
    if metric.value is None:
        return "–"
    return f"{metric.value:+.3f} [{metric.ci_low:+.3f}, {metric.ci_high:+.3f}]"


def found_of(given: labels.Labels, path: Path | None) -> dict[str, Ends]:
    """The found solutions in this file, which is made if it is not there."""
    if path is not None and path.exists():
        kept: dict[str, Ends] = json.loads(path.read_text("utf-8"))
        return kept
    found = found_apart(given.measured, given.more)
    if path is not None:
        path.write_text(json.dumps(found), "utf-8")
    return found


def main(say: Callable[[str], None] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="train on all labels and write the model of the package")
    parser.add_argument("--found", type=Path, help="keeps the solutions that the segmenter finds")
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()
    given = labels.load()
    if not given.measured:
        say(f"skipped: no label files in {labels.SHARED / 'gold'}")
        return
    rows = [*given.plain, *(row | {"group": "hard"} for row in given.hard)]
    examples = [
        *examples_of(rows, found_of(given, options.found), measured=True),
        *examples_of([*given.more, *given.written], {}, measured=False),
    ]
    say(
        f"{len(given.plain)} plain and {len(given.hard)} hard responses are measured, {len(given.more)} more only train"
    )
    if options.write:
        MODEL.write_text(json.dumps(train(examples), separators=(",", ":"), ensure_ascii=False), "utf-8")
        say(f"wrote {MODEL} ({MODEL.stat().st_size // 1000} kB)")
        return
    for seed in range(options.seeds):
        show(f"by problem, seed {seed}", by_problem(examples, options.folds, seed), say)
    show("one model left out", by_model(examples, 0), say)


if __name__ == "__main__":
    main()
