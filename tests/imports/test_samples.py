"""Samples: however they are spread over files and commands, the same problems and samples come of them."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.errors import OverthinkError
from overthink.imports.stage import import_files
from overthink.problems import Catalogue
from overthink.run import Run

QUESTION = "What is 2 + 3?"


def write(path: Path, *rows: Mapping[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def imported(tmp_path: Path, said: list[str]) -> Callable[..., Run]:
    """Imports files by their names and rows, of model m unless rows say so; gives the run of m."""

    def call(files: Mapping[str, Sequence[Mapping[str, Any]]], **options: Any) -> Run:
        paths = [write(tmp_path / name, *rows) for name, rows in files.items()]
        (run,) = import_files(
            paths, tmp_path / "out", catalogue=Catalogue(None), say=said.append, **{"model": "m", **options}
        )
        return run

    return call


def held(run: Run) -> dict[str, list[str]]:
    """The texts of each problem, in the order of their numbers, which are 1, 2, …"""
    rows = sorted(run.table("generate").rows(), key=lambda row: (row.problem_id, row.sample))
    texts: dict[str, list[str]] = {}
    for row in rows:
        texts.setdefault(row.problem_id, []).append(row.response)
        assert row.sample == len(texts[row.problem_id])
    assert set(texts) <= set(run.table("problems"))
    return texts


def row(response: str, **more: Any) -> dict[str, Any]:
    return {"problem": QUESTION, "expected_answer": "5", "response": response, **more}


@pytest.mark.parametrize(
    "names",
    [
        ("output-rs0", "output-rs1"),
        ("out_1", "out_2"),
        ("seed42", "seed43"),
        ("sample_3", "sample_4"),
        ("run1", "run2"),
        ("aime_seed1", "aime_seed2"),
        ("qwq.seed-1", "qwq.seed-2"),
        ("0", "1"),
        ("part-00000-of-00002", "part-00001-of-00002"),
        ("seed=1", "seed=2"),
        ("seed1_math", "seed2_math"),
        ("0_output", "1_output"),
        ("output", "output_1"),
        ("out.1.final", "out.2.final"),
        ("output0", "output1"),
    ],
)
@pytest.mark.parametrize("ids", [{}, {"id": "train/x/1.json"}, {"id": 7}], ids=["no id", "id", "number"])
def test_files_that_differ_in_a_number_hold_samples_of_the_same_problems(
    imported: Callable[..., Run], names: tuple[str, str], ids: dict[str, Any]
) -> None:
    run = imported({f"{name}.jsonl": [row(name, **ids)] for name in names})
    assert list(held(run).values()) == [list(names)]


@pytest.mark.parametrize("names", [("aime24", "aime25"), ("mine_24", "mine_25"), ("a", "b"), ("x1", "y1")])
def test_files_that_hold_other_problems_are_other_datasets(
    imported: Callable[..., Run], names: tuple[str, str]
) -> None:
    run = imported({f"{name}.jsonl": [row("r", problem=f"What is {name}?")] for name in names})
    assert sorted({problem.dataset for problem in run.table("problems").rows()}) == sorted(names)


def test_files_with_other_names_and_the_same_problems_stay_apart_unless_ids_say_so(
    imported: Callable[..., Run],
) -> None:
    assert len(held(imported({"greedy.jsonl": [row("a")], "sampled.jsonl": [row("b")]}))) == 2


def test_ids_join_samples_whatever_the_names_of_the_files(imported: Callable[..., Run]) -> None:
    files = {"greedy.jsonl": [row("a", id="t/1")], "sampled.jsonl": [row("b", id="t/1", problem="What is\n2 + 3?")]}
    assert held(imported(files)) == {"t/1": ["a", "b"]}


def test_a_further_file_of_samples_is_added_by_a_later_command(imported: Callable[..., Run], said: list[str]) -> None:
    for names in (("output-rs0", "output-rs1"), ("out_1", "out_2")):
        for name in names:
            run = imported({f"{name}.jsonl": [row(name)]})
    assert sorted(held(run).values()) == [["out_1", "out_2"], ["output-rs0", "output-rs1"]]
    assert said.count("further samples of problems that the run held: 1") == 2


def test_importing_the_same_again_adds_nothing_and_says_so(imported: Callable[..., Run], said: list[str]) -> None:
    files = {"a-rs0.jsonl": [row("x"), row("x"), row(None)], "a-rs1.jsonl": [row("y")]}  # type: ignore[arg-type]
    run = imported(files)
    before = {name: run.path(name).read_bytes() for name in ("problems", "generate")}
    failures = run.failures()
    again = imported(files)
    assert {name: again.path(name).read_bytes() for name in before} == before
    assert again.failures() == failures
    assert "responses that the run holds already, word for word: 3" in said


def test_a_failed_row_is_owed_until_its_response_comes(imported: Callable[..., Run]) -> None:
    assert len(imported({"a.jsonl": [row("x"), row(None)]}).failures()) == 1  # type: ignore[arg-type]
    assert len(imported({"b.jsonl": [row("z")]}).failures()) == 1
    run = imported({"a.jsonl": [row("x"), row("y")]})
    assert run.failures() == []
    assert ["x", "y"] in held(run).values()


def test_a_broken_run_of_another_model_is_no_obstacle(imported: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "out/other").mkdir(parents=True)
    (tmp_path / "out/other/run.json").write_text("{")
    assert list(held(imported({"a.jsonl": [row("x")]})).values()) == [["x"]]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", row("x"))
    (run,) = import_files(
        [path, tmp_path / "." / "a.jsonl"], tmp_path / "out", model="m", catalogue=Catalogue(None), say=lambda _: None
    )
    assert list(held(run).values()) == [["x"]]


def test_sample_numbers_that_begin_anew_in_each_file_go_on(imported: Callable[..., Run]) -> None:
    files = {f"epochs_{k}.jsonl": [row(f"{k}{n}", sample=n) for n in (1, 2)] for k in "ab"}
    assert list(held(imported(files, dataset="mine")).values()) == [["a1", "a2", "b1", "b2"]]


@pytest.mark.parametrize(
    ("first", "second", "problems"),
    [
        ({"id": "q1-s0"}, {"id": "q1-s1"}, 1),
        ({"id": "req-93"}, {"id": "req-17"}, 1),
        ({"id": "q1-s0"}, {"id": "q1-s1", "problem": "What is 2 + 4?"}, 2),
        ({"id": "q1-s0"}, {"id": "q1-s1", "expected_answer": "6"}, 2),
        ({"id": "q1", "options": ["4", "5"]}, {"id": "q2", "options": ["5", "6"]}, 2),
        ({"id": "q1", "options": ["4", "5"]}, {"id": "q2", "options": ["4", "5"]}, 1),
        ({"options": ["4", "5"]}, {"options": ["5", "6"]}, 2),
        ({"A": "4", "B": "5", "C": "6", "D": "7"}, {"A": "5", "B": "4", "C": "6", "D": "7"}, 2),
        ({"A": "one column of its own"}, {"A": "and another"}, 1),
        ({"context": "Tom has 2."}, {"context": "Tom has 3."}, 2),
        ({"dataset": "a"}, {"dataset": "b"}, 2),
        ({"dataset": "a", "id": "q1"}, {"dataset": "b", "id": "q1"}, 2),
    ],
)
def test_the_same_question_and_gold_under_another_id_is_one_request_a_sample(
    imported: Callable[..., Run], first: dict[str, Any], second: dict[str, Any], problems: int
) -> None:
    for _ in range(2):
        run = imported({"r.jsonl": [row("x") | first, row("y") | second]})
        assert len(held(run)) == problems
        assert len(run.table("generate")) == 2


def test_two_problems_that_ask_the_same_stay_two_if_rows_number_their_samples(imported: Callable[..., Run]) -> None:
    rows = [row(f"{own}{sample}", id=own, sample=sample) for own in "ab" for sample in (1, 2)]
    assert held(imported({"r.jsonl": rows})) == {"a": ["a1", "a2"], "b": ["b1", "b2"]}


def test_numbers_of_rows_that_are_another_problems_in_another_file_do_not_join_them(
    imported: Callable[..., Run],
) -> None:
    files = {
        "a-rs0.jsonl": [row("p0", id=0), row("q0", id=1, problem="What is 7 - 4?")],
        "a-rs1.jsonl": [row("q1", id=0, problem="What is 7 - 4?"), row("p1", id=1), row("r1", id=0, problem="Why?")],
    }
    run = imported(files)
    assert sorted(held(run).values()) == [["p0", "p1"], ["q0", "q1"], ["r1"]]
    assert [(one.code, one.count, one.of) for one in run.manifest.caveats] == [("shared_ids", 3, 5)]


def test_one_id_and_one_question_in_two_spellings_is_one_problem(imported: Callable[..., Run]) -> None:
    texts = ["Is $\\dfrac{1}{2}+3$ whole?", "Is \\(\\frac12 + 3\\) whole?"]
    rows = [row(f"{k}", id="a", problem=text) for k, text in enumerate(texts)]
    assert held(imported({"r.jsonl": rows})) == {"a": ["0", "1"]}
    assert held(imported({"s.jsonl": rows[::-1]})) == {"a": ["0", "1"]}


def test_two_questions_with_one_id_in_one_file_are_told_apart_and_counted(imported: Callable[..., Run]) -> None:
    rows = [row("x", id="a"), row("y", id="a", problem="What is 7 - 4?"), row("z", id="a")]
    run = imported({"r.jsonl": rows})
    assert sorted(held(run).values()) == [["x", "z"], ["y"]]
    assert [(one.code, one.count, one.of) for one in run.manifest.caveats] == [("shared_ids", 1, 3)]


@pytest.mark.parametrize("option", ["answer=key", "reasoning=cot", "dataset=of"])
def test_the_same_file_read_in_another_way_is_refused_and_nothing_changes(
    imported: Callable[..., Run], option: str
) -> None:
    rows = [
        {"id": "a", "model": "m", "problem": "What is 2 + 3?", "response": "5", "key": "5", "cot": "2 + 3", "of": "d"}
    ]
    run = imported({"r.jsonl": rows})
    before = {path.name: path.read_bytes() for path in run.folder.iterdir()}
    with pytest.raises(
        OverthinkError, match=rf"r.jsonl was imported with --format plain, now with .*--map {option}"
    ) as caught:
        imported({"r.jsonl": rows}, columns=[option])
    assert "--out" in caught.value.hint
    assert {path.name: path.read_bytes() for path in run.folder.iterdir()} == before
    assert held(imported({"r.jsonl": rows})) == {"a": ["5"]}


@settings(max_examples=60, deadline=None)
@given(
    problems=st.integers(1, 4),
    samples=st.integers(1, 3),
    commands=st.integers(1, 3),
    ids=st.sampled_from(["none", "names", "numbers"]),
    seed=st.integers(0, 10_000),
)
def test_splitting_order_repeats_and_ids_change_neither_problems_nor_samples(
    problems: int, samples: int, commands: int, ids: str, seed: int
) -> None:
    rng = random.Random(seed)
    rows = [[] for _ in range(samples)]  # type: list[list[dict[str, Any]]]
    for sample in range(samples):
        for number in range(problems):
            own = {"none": {}, "names": {"id": f"p/{number}"}, "numbers": {"id": number}}[ids]
            rows[sample].append({**row(f"{number}/{sample}", **own), "problem": f"What is {number} + 1?"})
        rng.shuffle(rows[sample])
    with tempfile.TemporaryDirectory() as folder:
        paths = [write(Path(folder, f"output-rs{k}.jsonl"), *of) for k, of in enumerate(rows)]
        rng.shuffle(paths)
        given = [paths[k::commands] for k in range(commands)]
        for part in (*given, *given[:1]):
            if part:
                (run,) = import_files(
                    part, Path(folder, "out"), model="m", catalogue=Catalogue(None), say=lambda _: None
                )
        texts = held(run)
        assert len(texts) == problems
        assert sorted(sorted(of) for of in texts.values()) == [
            sorted(f"{number}/{sample}" for sample in range(samples)) for number in range(problems)
        ]
