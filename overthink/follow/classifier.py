"""A classifier that tells from an instruction alone whether thinking will do better than answering at once.

Trained for one model, on half of its prompts: label 1 if cot beats base (WIN), 0 if it loses or both meet as much
(TIE: thinking then only costs). The other half is what it is measured on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from overthink.follow.measures import Answers
from overthink.follow.outcomes import outcome
from overthink.records import Metric, Row
from overthink.stats.bootstrap import Draws
from overthink.stats.ratios import Measure, Ratios, mean
from overthink.text.digest import digest

Learn = Callable[[Sequence[str], Sequence[bool]], Callable[[Sequence[str]], list[bool]]]
"""Learns from texts and labels, of both kinds; gives what labels other texts."""

_ACCURACY = Measure("accuracy", "share", True, "no prompt to decide for")


class ClassifierReport(Row):
    """How well it tells. `always` and `never`: the accuracy of reasoning always, or never, on the same held-out half.

    `cross_validated`: on the half that it learnt from, each prompt by a classifier that had not seen it; null with
    `reason` if that half has too few of one label.
    """

    backbone: str
    learnt_from: int
    held_out: int
    wins_learnt_from: int
    ties_learnt_from: int
    accuracy: Metric
    always: Metric
    never: Metric
    cross_validated: Metric | None
    cross_validated_always: Metric | None
    cross_validated_never: Metric | None
    reason: str | None


@dataclass(frozen=True)
class Trained:
    """What it decides for the held-out prompts, and how well it does."""

    decisions: dict[str, bool]
    report: ClassifierReport


def train(
    learn: Learn,
    backbone: str,
    questions: Mapping[str, str],
    base: Answers,
    cot: Answers,
    *,
    folds: int,
    split_seed: int,
    draws: Draws,
) -> Trained:
    """Learn from one half of the prompts, decide for the other. `questions` are the instructions, by problem id."""
    outcomes = {p: outcome(base[p], cot[p]) for p in questions if p in base and p in cot}
    known = sorted((p for p, found in outcomes.items() if found is not None), key=lambda p: digest(str(split_seed), p))
    labels = {problem: outcomes[problem] == "win" for problem in known}
    seen, held_out = sorted(known[: len(known) // 2]), sorted(known[len(known) // 2 :])
    reason = None
    if len({labels[problem] for problem in seen}) < 2:
        only = bool(seen) and labels[seen[0]]
        reason = f"all prompts that it learnt from have one label: it {'always' if only else 'never'} reasons"
        decisions = dict.fromkeys(held_out, only)
    else:
        decide = learn([questions[p] for p in seen], [labels[p] for p in seen])
        decisions = dict(zip(held_out, decide([questions[p] for p in held_out]), strict=True))
    guesses = None if reason else _cross_validated(learn, questions, labels, seen, folds)
    if guesses is None and reason is None:
        reason = "no cross-validation: fewer than two prompts of one label to learn from"

    def accuracy(guessed: Mapping[str, bool]) -> Metric:
        table = Ratios([_ACCURACY])
        for problem, guess in sorted(guessed.items()):
            table.add(problem, mean(guess == labels[problem]))
        return table.metrics(draws)[0]

    return Trained(
        decisions,
        ClassifierReport(
            backbone=backbone,
            learnt_from=len(seen),
            held_out=len(held_out),
            wins_learnt_from=sum(labels[problem] for problem in seen),
            ties_learnt_from=sum(outcomes[problem] == "tie" for problem in seen),
            accuracy=accuracy(decisions),
            always=accuracy(dict.fromkeys(held_out, True)),
            never=accuracy(dict.fromkeys(held_out, False)),
            cross_validated=accuracy(guesses) if guesses else None,
            cross_validated_always=accuracy(dict.fromkeys(seen, True)) if guesses else None,
            cross_validated_never=accuracy(dict.fromkeys(seen, False)) if guesses else None,
            reason=reason,
        ),
    )


def _cross_validated(
    learn: Learn, questions: Mapping[str, str], labels: Mapping[str, bool], seen: Sequence[str], folds: int
) -> dict[str, bool] | None:
    """What each prompt is taken for by a classifier that did not learn from it; None if a label is too rare."""
    from sklearn.model_selection import StratifiedKFold

    wins = sum(labels[problem] for problem in seen)
    folds = min(folds, wins, len(seen) - wins)
    if folds < 2:
        return None
    known = [labels[problem] for problem in seen]
    guesses: dict[str, bool] = {}
    for learnt, left in StratifiedKFold(folds, shuffle=True, random_state=0).split(seen, known):
        decide = learn([questions[seen[i]] for i in learnt], [known[i] for i in learnt])
        guesses.update(zip((seen[i] for i in left), decide([questions[seen[i]] for i in left]), strict=True))
    return guesses


def learn_words(texts: Sequence[str], labels: Sequence[bool]) -> Callable[[Sequence[str]], list[bool]]:
    """TF-IDF of words and pairs of words, and logistic regression: seconds on a laptop."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(max_iter=1000))
    model.fit(list(texts), list(labels))
    return lambda others: [bool(label) for label in model.predict(list(others))]
