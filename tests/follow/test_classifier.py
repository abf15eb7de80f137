"""The classifier that decides whether to reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from overthink.follow.classifier import Trained, learn_words, train
from overthink.follow.measures import Answer
from tests.follow.builders import DRAWS, answer


def world(prompts: int) -> tuple[dict[str, str], dict[str, Answer], dict[str, Answer]]:
    """Thinking wins on sums and loses on letters."""
    questions = {f"p{k}": f"{'Add these sums' if k % 2 else 'Write a letter'} number {k}" for k in range(prompts)}
    base = {name: answer(not k % 2) for k, name in enumerate(questions)}
    cot = {name: answer(bool(k % 2), 40) for k, name in enumerate(questions)}
    return questions, base, cot


def trained(prompts: int, learn: Callable[..., Callable[[Sequence[str]], list[bool]]] = learn_words) -> Trained:
    questions, base, cot = world(prompts)
    return train(learn, "words", questions, base, cot, folds=5, split_seed=0, draws=DRAWS)


def test_the_classifier_learns_from_one_half_and_decides_for_the_other() -> None:
    found = trained(60)
    assert len(found.decisions) == found.report.held_out == found.report.learnt_from == 30
    assert all(decision == (int(name[1:]) % 2 == 1) for name, decision in found.decisions.items())
    assert found.report.accuracy.value == 1.0
    assert found.report.cross_validated is not None
    assert found.report.cross_validated.value == 1.0
    always, never = found.report.always.value, found.report.never.value
    assert always is not None
    assert never is not None
    assert always + never == pytest.approx(1.0)
    assert 0 < always < 1


def test_no_prompt_is_decided_that_was_learnt_from() -> None:
    seen: set[str] = set()

    def learn(texts: Sequence[str], labels: Sequence[bool]) -> Callable[[Sequence[str]], list[bool]]:
        return lambda others: [seen.update(others) or text in texts for text in others]  # type: ignore[func-returns-value]

    found = trained(40, learn)
    assert not any(found.decisions.values())
    assert found.report.cross_validated is not None
    # whatever is guessed in cross-validation was not among what was learnt from, either
    assert found.report.cross_validated == found.report.cross_validated_never


def test_with_one_label_alone_it_says_so_and_decides_the_same_for_all() -> None:
    questions, base, _ = world(20)
    found = train(learn_words, "words", questions, base, base, folds=5, split_seed=0, draws=DRAWS)
    assert set(found.decisions.values()) == {False}
    assert found.report.cross_validated is None
    assert "never reasons" in (found.report.reason or "")
    assert found.report.ties_learnt_from == 10
