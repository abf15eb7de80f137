"""The trainer of the clusterer reports no number of a text that the model was trained on."""

from __future__ import annotations

import importlib
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from overthink.agree.labels import Labelled
from overthink.strategies.rules import model_of
from tests.conftest import ROOT

pytest.importorskip("sklearn", reason="the trainer needs scikit-learn")
pytest.importorskip("lightgbm", reason="it trains segmenters, too")


@pytest.fixture(scope="module")
def trainer() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        return importlib.import_module("train_clusterer")


def label_row(number: int, model: str = "m", text: str = "") -> dict[str, Any]:
    parts = [
        f"{text}First {number} + 2 = {number + 2}. ",
        f"Again {number} + 2 = {number + 2}. ",
        "Or think backwards.",
    ]
    ends = [sum(map(len, parts[: k + 1])) for k in range(3)]
    response = "".join(parts)
    reader = [
        {"end_char": end, "answer": str(number + 2), "correct": True, "strategy": strategy}
        for end, strategy in zip(ends, (1, 1, 2), strict=True)
    ]
    return {
        "id": f"p{number}", "dataset": "d", "model": model, "group": "plain", "problem": f"What is {number} + 2?",
        "response": response, "thinking": [0, len(response)], "paragraphs": [[0, len(response)]], "readers": [reader],
    }  # fmt: skip


def test_a_text_that_is_measured_is_never_trained_on(trainer: ModuleType) -> None:
    examples = trainer.examples_of([label_row(1), label_row(2)], {}, measured=True)
    with pytest.raises(ValueError, match="1 of the measured texts are among those that the model is trained on"):
        trainer.judged_apart(examples, examples[:1], 0)


def test_folds_part_problems_and_models(trainer: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [label_row(number, model=f"m{number % 3}", text=text) for number in range(9) for text in ("", "So. ")]
    more = [label_row(number, model="m9", text="Hm. ") for number in range(12)]
    examples = [
        *trainer.examples_of(rows, {}, measured=True), *trainer.examples_of(more, {}, measured=False)
    ]  # fmt: skip
    calls: list[tuple[list[Any], list[Any]]] = []

    def judged_apart(training: list[Any], measured: list[Any], seed: int) -> list[Any]:
        calls.append((training, measured))
        return []

    monkeypatch.setattr(trainer, "judged_apart", judged_apart)
    trainer.by_problem(examples, 4, 0)
    assert sum(len(measured) for _, measured in calls) == len(rows)  # the project's own labels measure nothing
    for training, measured in calls:
        assert not {e.problem for e in training} & {e.problem for e in measured}
    calls.clear()
    trainer.by_model(examples, 0)
    assert sum(len(measured) for _, measured in calls) == len(rows)
    for training, measured in calls:
        assert not {e.model for e in training} & {e.model for e in measured}


def test_a_problem_is_the_same_under_another_name_and_with_other_spaces(trainer: ModuleType) -> None:
    one, other = label_row(1), label_row(1, text="So. ") | {"id": "other/1", "problem": "What is\n$1 + 2$?"}
    assert len({e.problem for e in trainer.examples_of([one, other], {}, measured=True)}) == 1


def test_found_solutions_take_the_strategy_that_they_share_most_with(trainer: ModuleType) -> None:
    reader = Labelled("k", "p", "d", (0, 100), ((0, 100),), (10, 20, 60, 100), (True,) * 4, (1, 2, 1, 3))
    taken = trainer.on_ends(reader, [30, 45, 90, 100])
    assert (taken.ends, taken.strategies) == ((30, 45, 90, 100), (1, 1, 2, 2))
    assert trainer.on_ends(replace(reader, ends=(), correct=(), strategies=()), [50]).strategies == (1,)


def test_what_is_trained_is_what_the_package_reads(trainer: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "FEWEST", 1)
    examples = trainer.examples_of([label_row(number) for number in range(12)], {}, measured=True)
    model = model_of(trainer.train(examples))
    assert [trainer.measured_by(model, example).strategies for example in examples] == [(1, 1, 2)] * 12
