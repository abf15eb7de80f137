"""The figures of the segmenter are taken from responses to problems that it never saw."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from overthink.solutions.cues import lexicon
from overthink.solutions.tokens import FIRST_WORD, FIXED
from tests.conftest import ROOT


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name in ("lightgbm", "sklearn", "scipy"):
        pytest.importorskip(name, reason=f"{name} trains the segmenter")
    monkeypatch.setattr(sys, "path", [str(ROOT / "tools"), *sys.path])
    return importlib.import_module("train_segmenter")


def test_no_measured_problem_is_in_the_training_data_whatever_the_folds(
    trainer: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = importlib.import_module("labels")
    rows = [labels.with_spans(row) for row in labels.samples()]
    again = [dict(row, problem=row["problem"].upper()) for row in rows]  # the same problems, spelled in another way
    words = trainer.frequent_words(rows)
    examples = trainer.examples_of([*rows, *again], lexicon(words, FIXED, FIRST_WORD))
    fold = np.arange(len(examples)) % 3
    seen: list[set[str]] = []

    def train(others: Any, *_more: Any) -> Any:
        seen.append(set(trainer.problems(others)))
        raise InterruptedError

    monkeypatch.setattr(trainer, "train", train)
    measured = frozenset(row["text_key"] for row in rows)
    for k in range(3):
        trainer._begin(trainer.Folds(examples, measured, words, fold, 0))
        with pytest.raises(InterruptedError):
            trainer._judge_fold(k)
        tested = [e for e, f in zip(examples, fold, strict=True) if f == k and e.whole]
        assert not seen[-1] & set(trainer.problems(tested))


def test_a_wrong_start_keeps_every_offset_and_changes_the_first_answer_alone(trainer: ModuleType) -> None:
    labels = importlib.import_module("labels")
    changed = 0
    for row in map(labels.with_spans, labels.samples()):
        if (other := labels.with_wrong_start(row)) is None:
            continue
        first = row["readers"][0][0]
        assert len(other["response"]) == len(row["response"])
        assert other["response"][slice(*first["answer_span"])] != first["answer"]
        assert other["response"][first["end_char"] :] == row["response"][first["end_char"] :]
        changed += 1
    assert changed > 5
    assert trainer.EVERY > 1


@pytest.mark.parametrize("gap", ["\n", " "])
def test_a_row_laid_out_anew_has_the_same_solutions(trainer: ModuleType, gap: str) -> None:
    labels = importlib.import_module("labels")
    for row in map(labels.with_spans, labels.samples()):
        again = labels.relaid(row, gap)
        for solution, moved in zip(row["readers"][0], again["readers"][0], strict=True):
            assert again["response"][slice(*moved["answer_span"])] == solution["answer"].replace("\n", " ")
            before, now = (
                row["response"][: solution["end_char"]].split(),
                again["response"][: moved["end_char"]].split(),
            )
            assert now == before or (gap == " " and now == row["response"][: solution["answer_span"][1]].split())
    assert trainer.LAYOUTS


def test_a_response_with_right_and_wrong_answers_counts_more_and_so_do_those_of_the_measured_readers(
    trainer: ModuleType,
) -> None:
    labels = importlib.import_module("labels")
    rows = [labels.with_spans(row) for row in labels.samples()]
    words = lexicon(trainer.frequent_words(rows), FIXED, FIRST_WORD)
    one = next(row for row in rows if not labels.changes(row))
    both = next(row for row in rows if labels.changes(row))
    weights = [trainer.examples_of([row], words)[0].weight for row in (one, one | {"gold": True}, both)]
    assert weights == [1.0, trainer.GOLD, trainer.CHANGES]
    assert min(weights[1:]) > 1


def test_a_text_is_in_one_group_of_labels_alone(trainer: ModuleType) -> None:
    found = importlib.import_module("labels").load()
    keys = [row["text_key"] for row in (*found.measured, *found.more)]
    assert len(keys) == len(set(keys))
    assert found.written
    assert found.foreign
    assert trainer.GOLD > 1
