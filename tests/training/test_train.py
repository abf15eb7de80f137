"""`overthink train` where nothing can be trained: the mistakes that are told before TRL is needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from overthink.training import trainers
from tests.conftest import Overthink


def test_without_the_libraries_the_extra_is_named(overthink: Overthink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainers, "NEEDS", ("no_such_library",))
    done = overthink("train", "-m", "m", "--pairs", "pairs.jsonl", "-o", "out")
    assert done.code == 2
    assert done.err.splitlines() == ["not installed: no_such_library", "Install overthink[train]."]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--method", "simpo", "--alpha", "1"), "simpo has no alpha"),
        (("--lr", "0"), "train.learning_rate"),
        (("--warmup", "2"), "train.warmup"),
        (("--batch-size", "0"), "train.batch_size"),
    ],
)
def test_an_option_that_cannot_be_is_named(overthink: Overthink, options: tuple[str, ...], says: str) -> None:
    done = overthink("train", "-m", "m", "--pairs", "pairs.jsonl", "-o", "out", *options)
    assert done.code == 2
    assert says in done.err


def test_options_can_stand_in_the_file(overthink: Overthink, tmp_path: Path) -> None:
    (tmp_path / "overthink.toml").write_text('[train]\nmethod = "sft"\nbeta = 0.1\n')
    done = overthink("train", "-m", "m", "--pairs", "pairs.jsonl", "-o", "out")
    assert done.code == 2
    assert "sft has no beta" in done.err


def test_a_file_of_pairs_that_is_missing_is_named(
    overthink: Overthink, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(trainers, "NEEDS", ("json",))
    done = overthink("train", "-m", "m", "--pairs", "none.jsonl", "-o", "out")
    assert done.code == 2
    assert "none.jsonl: no such file" in done.err
    (tmp_path / "odd.jsonl").write_text(json.dumps({"id": "p", "prompt": "x"}) + "\n")
    odd = overthink("train", "-m", "m", "--pairs", "odd.jsonl", "-o", "out")
    assert odd.code == 2
    assert "odd.jsonl" in odd.err
