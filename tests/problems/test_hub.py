from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from overthink.errors import OverthinkError
from overthink.problems import load
from overthink.problems.hub import parse
from overthink.problems.named.prm12k import SUBJECTS

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Rows(list[dict[str, Any]]):
    """What the `datasets` library gives back: rows, and the files of the cache where they lie."""

    cache_files: list[dict[str, str]] = []


class FakeHub:
    """Stands where the network is: answers for `HfApi.dataset_info` and `datasets.load_dataset`."""

    def __init__(self, rows: dict[tuple[str, str | None, str], list[dict[str, Any]]]) -> None:
        self.rows = rows
        self.asked: list[str | None] = []
        self.cached_commit: str | None = None

    def dataset_info(self, repository: str, *, revision: str | None, timeout: float) -> SimpleNamespace:
        return SimpleNamespace(sha=revision or COMMIT)

    def load_dataset(self, path: str, name: str | None, *, split: str, revision: str | None) -> Rows:
        self.asked.append(revision)
        rows = Rows(self.rows[path, name, split])
        rows.cache_files = [{"filename": f"/cache/x/0.0.0/{self.cached_commit or revision}/x-{split}.arrow"}]
        return rows


def install(monkeypatch: pytest.MonkeyPatch, hub: FakeHub) -> FakeHub:
    monkeypatch.setattr("huggingface_hub.HfApi.dataset_info", lambda _, *a, **k: hub.dataset_info(*a, **k))
    monkeypatch.setattr("datasets.load_dataset", hub.load_dataset)
    return hub


@pytest.mark.parametrize(
    ("name", "repository", "config", "revision", "split"),
    [
        ("hub:a/b", "a/b", None, None, "test"),
        ("hub:a/b:train", "a/b", None, None, "train"),
        ("hub:a/b/main:test", "a/b", "main", None, "test"),
        ("hub:a-1/b.c/d@v1.0:validation", "a-1/b.c", "d", "v1.0", "validation"),
    ],
)
def test_a_name_tells_repository_configuration_revision_and_split(
    name: str, repository: str, config: str | None, revision: str | None, split: str
) -> None:
    source = parse(name)
    assert (source.repository, source.config, source.revision, source.split) == (repository, config, revision, split)


@pytest.mark.parametrize("name", ["hub:", "hub:a", "hub:a/b:", "hub:a/b:x:y", "hub:a//b", "hub:../../etc", "hub:a/b c"])
def test_a_name_of_another_form_is_refused(name: str) -> None:
    with pytest.raises(OverthinkError, match="not a dataset of the hub"):
        load(name, mirror=None)


def test_a_benchmark_is_loaded_at_its_pinned_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"question": "Q", "answer": "#### 5"}
    hub = install(monkeypatch, FakeHub({("openai/gsm8k", "main", "test"): [row]}))
    loaded = load("gsm8k", mirror=None)
    assert [problem.answer for problem in loaded] == ["5"]
    assert hub.asked == ["740312add88f781978c0658806c59bc2815b9866"]
    assert loaded.revision == "openai/gsm8k@740312add88f781978c0658806c59bc2815b9866"


def test_a_copy_of_another_commit_in_the_cache_is_named_as_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = install(monkeypatch, FakeHub({("openai/gsm8k", "main", "test"): []}))
    hub.cached_commit = COMMIT
    assert load("gsm8k", mirror=None).revision == f"openai/gsm8k@{COMMIT}"
    hub.cached_commit = "auto"
    assert load("gsm8k", mirror=None).revision == "openai/gsm8k, unpinned (main)"


def test_any_dataset_is_loaded_at_the_newest_commit_which_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"p": "Q", "solution": "so \\boxed{7}", "level": "Level 3"}]
    hub = install(monkeypatch, FakeHub({("a/b", None, "train"): rows}))
    loaded = load("hub:a/b:train", mirror=None, columns={"question": "p"})
    (problem,) = loaded
    assert (problem.question, problem.answer, problem.level, problem.dataset) == ("Q", "7", 3, "a/b")
    assert problem.id.startswith("a/b/")
    assert (loaded.split, loaded.revision, hub.asked) == ("train", f"a/b@{COMMIT}", [COMMIT])


def test_prm12k_is_built_from_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    math = {
        ("EleutherAI/hendrycks_math", subject, split): [
            {"problem": f"{split} {subject}", "level": "Level ?", "type": "T", "solution": r"\boxed{1}"}
        ]
        for subject in SUBJECTS
        for split in ("train", "test")
    }
    held_out = {"HuggingFaceH4/MATH-500": [{"problem": "test  geometry"}]}
    install(monkeypatch, FakeHub(math | {("HuggingFaceH4/MATH-500", None, "test"): held_out["HuggingFaceH4/MATH-500"]}))
    loaded = load("prm12k", mirror=None)
    ids = [problem.id for problem in loaded]
    assert len(ids) == 13
    assert "MATH/test/2" not in ids
    assert "21a5633873b6a120296cce3e2df9d5550074f4a3" in loaded.revision
    assert "6e4ed1a2a79af7d8630a6b768ec859cb5af4d3be" in loaded.revision


def test_the_errors_of_the_library_become_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = install(monkeypatch, FakeHub({}))

    def fail(*args: object, **options: object) -> Rows:
        raise ValueError("Config name is missing.\nPlease pick one")

    monkeypatch.setattr("datasets.load_dataset", fail)
    with pytest.raises(OverthinkError, match=r"a/b: cannot be loaded from the hub \(Config name is missing\.\)"):
        load("hub:a/b:test", mirror=None)
    assert hub.asked == []


def test_a_mirror_stands_in_for_any_dataset_of_the_hub(tmp_path: Path) -> None:
    folder = tmp_path / "a/b/main"
    folder.mkdir(parents=True)
    (folder / "test.jsonl").write_text(json.dumps({"question": "Q", "answer": "#### 1,000"}), encoding="utf-8")
    (problem,) = load("hub:a/b/main:test", mirror=tmp_path)
    assert problem.answer == "1000"
    with pytest.raises(OverthinkError, match="holds none of"):
        load("hub:a/b:test", mirror=tmp_path)
