"""import: run folders are made, and only ever added to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from overthink.errors import OverthinkError
from overthink.imports.recording import Recorded
from overthink.imports.stage import import_files, import_responses
from overthink.problems import Catalogue
from overthink.records import Failure, Problem, Response
from overthink.run import Run
from overthink.run.caveats import caveats_of
from overthink.run.manifest import Manifest, folder_name

MANIFEST = Manifest(created="2026-01-01T00:00:00+00:00", model="", origin="import", overthink="0")


def row(model: str, number: int, text: str = "r", sample: int = 1) -> Recorded:
    problem = Problem(id=f"p{number}", dataset="d", question="q", answer="1")
    response = Response(id=f"p{number}#{sample}", problem_id=f"p{number}", sample=sample, model=model, response=text)
    return Recorded(model, problem, response)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("*/*.json*"))}


@pytest.mark.parametrize(
    ("model", "folder"),
    [
        ("Qwen/QwQ-32B", "Qwen--QwQ-32B"),
        ("deepseek-reasoner (API, 2026-03-30)", "deepseek-reasoner-API-2026-03-30"),
        ("../../etc", "etc"),
        ("..", "model"),
        ("/", "model"),
        ("模型", "model"),
    ],
)
def test_a_folder_name_stays_in_its_folder(model: str, folder: str) -> None:
    assert folder_name(model) == folder


def test_each_model_gets_a_run_of_its_own(tmp_path: Path) -> None:
    runs = import_responses([row("a", 1), row("b", 1), row("a", 2)], tmp_path, MANIFEST)
    assert {model: len(run.table("generate")) for model, run in runs.items()} == {"a": 2, "b": 1}
    assert {model: run.manifest.model for model, run in runs.items()} == {"a": "a", "b": "b"}


def test_models_whose_names_give_the_same_folder_are_kept_apart(tmp_path: Path) -> None:
    runs = import_responses([row("a b", 1), row("a,b", 1)], tmp_path, MANIFEST)
    assert len({run.folder for run in runs.values()}) == 2
    assert {run.manifest.model for run in runs.values()} == {"a b", "a,b"}


def test_importing_the_same_rows_again_changes_nothing(tmp_path: Path) -> None:
    rows = [row("a", 1), row("a", 1, "second", sample=2), row("b", 1)]
    import_responses(rows, tmp_path, MANIFEST)
    before = contents(tmp_path)
    import_responses(rows, tmp_path, MANIFEST)
    assert contents(tmp_path) == before


def test_new_rows_go_behind_those_that_are_there(tmp_path: Path) -> None:
    import_responses([row("a", 2)], tmp_path, MANIFEST)
    run = import_responses([row("a", 1), row("a", 2)], tmp_path, MANIFEST)["a"]
    assert list(run.table("generate")) == ["p2#1", "p1#1"]


def test_a_row_that_is_there_with_another_text_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    import_responses([row("a", 1)], tmp_path, MANIFEST)
    before = contents(tmp_path)
    with pytest.raises(OverthinkError, match="'p1#1' is there already"):
        import_responses([row("a", 2), row("a", 1, "another")], tmp_path, MANIFEST)
    assert contents(tmp_path) == before


def test_a_folder_of_another_model_is_refused(tmp_path: Path) -> None:
    import_responses([row("a b", 1)], tmp_path, MANIFEST)
    with pytest.raises(OverthinkError, match="made with --model 'a b', now --model a,b"):
        import_responses([row("a,b", 1)], tmp_path, MANIFEST)


def test_other_thinking_tags_are_refused(tmp_path: Path) -> None:
    import_responses([row("a", 1)], tmp_path, MANIFEST)
    with pytest.raises(OverthinkError, match="made with no --think-tags, now --think-tags"):
        import_responses([row("a", 1)], tmp_path, MANIFEST.model_copy(update={"think_tags": ("<t>", "</t>")}))


def test_a_cut_off_import_leaves_no_run_that_looks_whole(tmp_path: Path) -> None:
    def rows():  # type: ignore[no-untyped-def]
        yield row("a", 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_responses(rows(), tmp_path, MANIFEST)
    assert not Run(tmp_path / "a").finished("generate")
    import_responses([row("a", 1)], tmp_path, MANIFEST)
    assert Run(tmp_path / "a").finished("generate")


def test_a_row_that_failed_is_noted_and_no_response(tmp_path: Path) -> None:
    problem = row("a", 1).problem
    failure = Failure(stage="import", id="p1#1", kind="no_text", message="why")
    run = import_responses([Recorded("a", problem, failure), row("a", 2)], tmp_path, MANIFEST)["a"]
    assert run.failures() == [failure]
    assert list(run.table("generate")) == ["p2#1"]
    assert [(one.code, one.names) for one in caveats_of(run) if one.code != "no_thinking_tags"] == [
        ("no_response", ["no_text"])
    ]
    run = import_responses([row("a", 1)], tmp_path, MANIFEST)["a"]  # what the hint says
    assert run.failures() == []


def test_the_run_keeps_which_columns_were_read_and_tells_them(tmp_path: Path) -> None:
    rows = [{"model": name, "problem": f"Q{name}", "gold": "1", "out": "R"} for name in "ab"]
    files = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    files[0].write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    files[1].write_text(json.dumps({"model": "a", "query": "Q", "out": "S"}) + "\n", encoding="utf-8")
    told: list[str] = []
    runs = import_files(
        files, tmp_path / "out", columns=["response=out"], catalogue=Catalogue(None), say=told.append
    )  # fmt: skip
    assert told[0] == "read: question from problem or query, gold answer from gold, response and thinking from out"
    (first, second), _ = ([file.columns for file in run.manifest.read.values()] for run in runs)
    assert first == {"question": ["problem"], "answer": ["gold"], "response": ["out"]}
    assert second == {"question": ["query"], "response": ["out"]}


def test_no_name_of_a_file_forges_a_line_of_what_is_told(tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    row = {"model": "a", "problem": "Q", "response": "R", "dataset": "d\nvoid: forged"}
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    told: list[str] = []
    import_files([file], tmp_path / "out", catalogue=Catalogue(None), say=told.append)
    assert any("void: forged" in line for line in told)
    assert not any("\n" in line for line in told)
