"""Rows that name no benchmark are joined with the one that most of their problems are of; others keep their names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from overthink.imports.counts import Note
from overthink.imports.names import base_of, dataset_of
from overthink.imports.recording import Recorded, Recording
from overthink.problems import Catalogue

PROBLEMS = [f"If a box holds {k} red and {k + 3} blue balls, how many balls does it hold?" for k in range(6)]
OTHERS = [f"A farmer has {k} cows and buys {k + 2} more of them today. How many are there now?" for k in range(6)]
SHORT = ["What is $7 - 4$?", "Compute $3 + 9$."]


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    rows = [
        {"problem": text, "answer": "1", "subject": "Algebra", "level": 2, "unique_id": f"test/algebra/{k}.json"}
        for k, text in enumerate(PROBLEMS + SHORT)
    ]
    path = tmp_path / "mirror/HuggingFaceH4/MATH-500/test.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path / "mirror"


def read(mirror: Path | None, texts: Sequence[str], folder: Path, *, name: str = "mine", **row: Any) -> list[Recorded]:
    path = folder / f"{name}.jsonl"
    path.write_text(
        "".join(json.dumps({"model": "m", "question": text, "response": "r", **row}) + "\n" for text in texts)
    )
    return list(Recording([path], Catalogue(mirror)))


def found(items: Sequence[Recorded]) -> tuple[set[str], set[int | None]]:
    return {item.problem.dataset for item in items}, {item.problem.level for item in items}


def test_a_benchmark_is_recognised_by_its_problems_and_named(mirror: Path, tmp_path: Path) -> None:
    items = read(mirror, [f"Question: {text}\nAnswer:" for text in PROBLEMS], tmp_path)
    assert found(items) == ({"math500"}, {2})
    assert all(item.notes == (Note("recognised_benchmark", "math500"),) for item in items)


def test_what_is_not_in_the_benchmark_of_most_is_noted(mirror: Path, tmp_path: Path) -> None:
    items = read(mirror, PROBLEMS[:4] + OTHERS[:2], tmp_path)
    assert found(items) == ({"math500"}, {2, None})
    assert [Note("unmatched_problems", "math500") in item.notes for item in items] == [False] * 4 + [True] * 2


@pytest.mark.parametrize(
    ("texts", "row"),
    [
        (OTHERS, {}),
        (PROBLEMS[:3] + OTHERS[:3], {}),
        (SHORT, {}),
        (PROBLEMS, {"dataset": "math500-hard"}),
        ([text.replace("red", "green") for text in PROBLEMS], {}),
        ([text.replace("blue balls", "blue balls and 2 white ones") for text in PROBLEMS], {}),
    ],
    ids=["others", "half", "short", "named", "a word", "a number"],
)
def test_no_benchmark_is_recognised(mirror: Path, tmp_path: Path, texts: list[str], row: Mapping[str, Any]) -> None:
    items = read(mirror, texts, tmp_path, **row)
    assert found(items) == ({row.get("dataset", "mine")}, {None})
    assert all(item.notes == () for item in items)


def test_nothing_is_downloaded_to_recognise_a_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "nowhere"))
    monkeypatch.delenv("HF_DATASETS_CACHE", raising=False)
    monkeypatch.setattr("overthink.problems.sources.hub_rows", lambda source: pytest.fail(f"{source} is downloaded"))
    assert found(read(None, PROBLEMS, tmp_path)) == ({"mine"}, {None})


def test_a_cached_copy_of_the_pinned_commit_is_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    from overthink.problems.named.math500 import SOURCE

    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("overthink.problems.sources.hub_rows", lambda source: pytest.fail(f"{source} is asked for"))
    rows = [
        {"problem": text, "answer": "1", "subject": "Algebra", "level": 2, "unique_id": f"u/{k}"}
        for k, text in enumerate(PROBLEMS)
    ]
    for commit, benchmark in (("0" * 40, "mine"), (SOURCE.revision, "math500")):
        folder = tmp_path / "cache/HuggingFaceH4___math-500/default/0.0.0" / str(commit)
        datasets.Dataset.from_list(rows).save_to_disk(folder)
        (arrow,) = folder.glob("*.arrow")
        arrow.rename(folder / "math-500-test.arrow")
        assert {item.problem.dataset for item in read(None, PROBLEMS, tmp_path)} == {benchmark}


@pytest.mark.parametrize(
    ("name", "dataset", "base"),
    [
        ("output-rs0", "output", "output"),
        ("output-rs10_chunk_3", "output", "output"),
        ("math500-rs0", "math500", "math500"),
        ("seed42", "seed", "seed"),
        ("qwq_sample_3", "qwq", "qwq"),
        ("qwq.run-2", "qwq", "qwq"),
        ("part-00000-of-00002", "part", "part"),
        ("out_1", "out_1", "out"),
        ("7", "7", "samples"),
        ("aime24", "aime24", "aime24"),
        ("MATH-500", "MATH-500", "MATH-500"),
        ("gpt4", "gpt4", "gpt"),
        ("dataseed42", "dataseed42", "dataseed"),
        ("seed=42", "seed", "seed"),
        ("seed1_math", "seed1_math", "math"),
        ("0_output", "0_output", "output"),
        ("qwen7b", "qwen7b", "qwen7b"),
        ("out.1.final", "out.1.final", "out.final"),
        ("model-v2", "model-v2", "model-v"),
        ("results", "results", "results"),
    ],
)
def test_the_name_of_a_dataset_is_its_files_without_the_number_of_a_sample(name: str, dataset: str, base: str) -> None:
    assert dataset_of(Path(f"{name}.jsonl")) == dataset
    assert base_of(dataset) == base
