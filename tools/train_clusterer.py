"""Train the numbers of the rules clusterer from labels of readers, and measure them by cross-validation over problems.

    python tools/train_clusterer.py                      # figures on the readers' own boundaries
    python tools/train_clusterer.py --boundaries found   # on those of the package's segmenter
    python tools/train_clusterer.py --write              # train on all labels, write strategies/rules.json

Labels are files in the form of `overthink agree`. Without any, nothing is done. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

import overthink.strategies
from overthink.agree.formulas import Matching, agreement_of_pairs
from overthink.agree.labels import Labelled, LabelRow
from overthink.records import Response
from overthink.solutions.rules import Thought, find_solutions
from overthink.stats.bootstrap import Draws
from overthink.strategies.comparisons import LIKENESS_FEATURES, NOVELTY_FEATURES, Comparisons, compare
from overthink.strategies.features import describe
from overthink.strategies.rules import (
    SUMMARIES,
    Floats,
    Logistic,
    StrategyModel,
    judge_solutions,
    model_of,
    strategies,
    summaries,
)
from overthink.text.thinking import find_thinking, is_truncated

LABELS = Path(__file__).resolve().parents[2] / "shared" / "data" / "gold"
MODEL = Path(overthink.strategies.__file__).with_name("rules.json")
ROUGH = {"max_depth": 3, "n_estimators": 200, "learning_rate": 0.04, "subsample": 0.6, "max_features": 0.2}


@dataclass(frozen=True)
class Example:
    """One reader's solutions of one response. `new`: shape `(n - 1,)`; `same`: shape `(pairs,)`."""

    question: str
    texts: list[str]
    answers: list[str]
    labelled: Labelled
    compared: Comparisons
    new: Floats
    same: Floats
    weight: float


def examples_of(rows: Sequence[dict[str, Any]]) -> list[Example]:
    examples = []
    for row in rows:
        label = LabelRow.model_validate(row)
        for number, reader in enumerate(row["readers"]):
            labelled, answers = label.labelled(number), [solution["answer"] for solution in reader]
            texts = texts_of(row["response"], labelled)
            compared = compare(describe(row["problem"], texts, answers))
            found = labelled.strategies
            examples.append(
                Example(
                    question=row["problem"],
                    texts=texts,
                    answers=answers,
                    labelled=labelled,
                    compared=compared,
                    new=np.array([found[m] not in found[:m] for m in range(1, len(found))], dtype=float),
                    same=np.array([found[m] == found[k] for m, k in compared.pairs], dtype=float),
                    weight=1 / len(row["readers"]),
                )
            )
    return examples


def texts_of(response: str, labelled: Labelled) -> list[str]:
    return [response[start:end] for start, end in pairwise((labelled.thinking[0], *labelled.ends))]


def folds_of(examples: Sequence[Example], folds: int, seed: int) -> list[int]:
    """A fold for each example; all responses to one problem share it."""
    problems = sorted({example.labelled.problem_id for example in examples})
    random.Random(seed).shuffle(problems)
    fold = {problem: k % folds for k, problem in enumerate(problems)}
    return [fold[example.labelled.problem_id] for example in examples]


def fit_regression(rows: Floats, labels: Floats, weights: Floats, strength: float) -> Logistic:
    centre, scale = rows.mean(axis=0).round(5), (rows.std(axis=0) + 1e-6).round(6)
    plain = Logistic(centre, scale, np.zeros(len(centre)), 0.0)
    fitted = LogisticRegression(C=strength, max_iter=2000).fit(plain.standard(rows), labels, sample_weight=weights)
    return replace(plain, weight=fitted.coef_[0].round(5), bias=round(float(fitted.intercept_[0]), 5))


def fit_likeness(examples: Sequence[Example]) -> Logistic:
    """Later solutions have more pairs; each solution weighs with the root of their number."""
    used = [example for example in examples if example.compared.pairs]
    weights = [example.weight / m**0.5 for example in used for m, _ in example.compared.pairs]
    rows = np.concatenate([example.compared.likeness for example in used])
    return fit_regression(rows, np.concatenate([e.same for e in used]), np.array(weights), 0.03)


def train(examples: Sequence[Example], seed: int = 0) -> dict[str, Any]:
    """The numbers of a model. Novelty is fitted to likenesses of examples that these were not fitted to."""
    used = [example for example in examples if example.compared.pairs]
    fold = folds_of(used, 4, seed)
    apart = [fit_likeness([e for e, f in zip(used, fold, strict=True) if f != k]) for k in range(4)]
    rows = np.concatenate([novelty_rows(e.compared, apart[f]) for e, f in zip(used, fold, strict=True)])
    labels = np.concatenate([example.new for example in used])
    weights = np.concatenate([np.full(len(example.new), example.weight) for example in used])
    trees = GradientBoostingClassifier(min_samples_leaf=8, random_state=seed, **ROUGH)
    trees.fit(rows, labels, sample_weight=weights)
    prior = np.average(labels, weights=weights)
    return {
        "likeness": plain_regression(fit_likeness(used), LIKENESS_FEATURES),
        "novelty": plain_regression(fit_regression(rows, labels, weights, 0.02), (*NOVELTY_FEATURES, *SUMMARIES)),
        "trees": {"base": round(float(np.log(prior / (1 - prior))), 6), **plain_trees(trees)},
    }


def novelty_rows(compared: Comparisons, likeness: Logistic) -> Floats:
    return np.hstack([compared.novelty, summaries(compared.pairs, likeness.probabilities(compared.likeness))])


def plain_regression(fitted: Logistic, features: Sequence[str]) -> dict[str, Any]:
    return {
        "features": list(features), "centre": fitted.centre.tolist(), "scale": fitted.scale.tolist(),
        "weight": fitted.weight.tolist(), "bias": fitted.bias,
    }  # fmt: skip


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


def on_found_boundaries(rows: Sequence[dict[str, Any]], examples: Sequence[Example]) -> list[Example]:
    """The examples with the boundaries of the package's segmenter, which was trained on these labels itself."""
    responses = [row["response"] for row in rows for _ in row["readers"]]
    changed = []
    for example, text in zip(examples, responses, strict=True):
        response = Response(id="labels#1", problem_id="labels", sample=1, model="unknown", response=text)
        thinking = find_thinking(text)
        thought = Thought(example.question, text, thinking, is_truncated(response, thinking))
        found = find_solutions(thought).solutions
        ends = tuple(solution.end for solution in found)
        labelled = replace(example.labelled, ends=ends, correct=(True,) * len(ends), strategies=(1,) * len(ends))
        answers = [solution.answer for solution in found]
        changed.append(replace(example, texts=texts_of(text, labelled), answers=answers, labelled=labelled))
    return changed


def cross_validate(examples: Sequence[Example], judged: Sequence[Example], folds: int, seed: int) -> list[Labelled]:
    """Strategies of `judged` (the same responses in the same order) by models that never saw their problem."""
    fold = folds_of(examples, folds, seed)
    models = [model_of(train([e for e, f in zip(examples, fold, strict=True) if f != k], seed)) for k in range(folds)]
    return [measured_by(models[f], example) for example, f in zip(judged, fold, strict=True)]


def show(title: str, reference: Sequence[Labelled], measured: Sequence[Labelled], say: Callable[[str], None]) -> None:
    """Mean adjusted Rand index and |Δξ_P|, against every reader, by dataset and over all."""
    datasets = sorted({row.dataset for row in reference})
    for dataset in [*datasets, "all"]:
        pairs = [(a, b) for a, b in zip(reference, measured, strict=True) if dataset in (a.dataset, "all")]
        report = agreement_of_pairs(Matching(tuple(pairs), 0, 0), Draws(10_000, 0))
        ari, process = report.strategy_ari, report.process_difference
        say(
            f"{title:22} {dataset:11} n {len(pairs):3d}  ARI {ari.value:.3f} [{ari.ci_low:.3f}, {ari.ci_high:.3f}]  "
            f"|Δξ_P| {process.value:.4f} [{process.ci_low:.4f}, {process.ci_high:.4f}]"
        )


def main(say: Callable[[str], None] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", nargs="*", type=Path, default=sorted(LABELS.glob("*.jsonl")))
    parser.add_argument("--write", action="store_true", help="train on all labels and write the model of the package")
    parser.add_argument("--boundaries", choices=["readers", "found"], default="readers")
    parser.add_argument("--folds", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    if not options.labels:
        say(f"skipped: no label files in {LABELS}; name them on the command line")
        return
    rows = [json.loads(line) for path in options.labels for line in path.read_text("utf-8").split("\n") if line]
    examples = examples_of(rows)
    if options.write:
        MODEL.write_text(json.dumps(train(examples), separators=(",", ":")), "utf-8")
        say(f"wrote {MODEL} ({MODEL.stat().st_size // 1000} kB)")
        return
    reference = [example.labelled for example in examples]
    show("one strategy", reference, [replace(row, strategies=(1,) * len(row.ends)) for row in reference], say)
    judged = on_found_boundaries(rows, examples) if options.boundaries == "found" else examples
    for seed in range(options.seeds):
        measured = cross_validate(examples, judged, options.folds, seed)
        show(f"cross-validated, seed {seed}", reference, measured, say)


if __name__ == "__main__":
    main()
