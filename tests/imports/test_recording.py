from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from overthink.errors import OverthinkError
from overthink.imports.counts import Note
from overthink.imports.recording import Recorded, Recording
from overthink.problems import Catalogue
from overthink.problems.rows import column_map
from overthink.records import Failure, Response

REAL = Path(os.environ.get("OVERTHINK_REAL_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")).resolve()
real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the real responses are not beside the checkout")

QUESTION = "What is\n$2^3$?"
ROW: dict[str, Any] = {"model": "m", "dataset": "MATH-500", "problem": "What is $2^3$?", "response": "8."}
OWN: dict[str, Any] = {"model": "m", "dataset": "mine", "problem": "Q", "answer": "1", "response": "1."}


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror/HuggingFaceH4/MATH-500"
    folder.mkdir(parents=True)
    rows = [
        {
            "problem": QUESTION,
            "answer": "8",
            "subject": "Prealgebra",
            "level": 1,
            "unique_id": "test/prealgebra/1.json",
        },
        {"problem": "And $2^4$?", "answer": "16", "subject": "Algebra", "level": 2, "unique_id": "test/algebra/2.json"},
    ]
    (folder / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path / "mirror"


def write(path: Path, *rows: Mapping[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(mirror: Path, *rows: Mapping[str, Any], **options: Any) -> tuple[list[Recorded], Recording]:
    recording = Recording([write(mirror.parent / "r.jsonl", *rows)], Catalogue(mirror), **options)
    return list(recording), recording


def ids(items: list[Recorded]) -> list[str]:
    return [item.row.id for item in items]


def test_a_row_joins_its_benchmark_by_its_text_and_gets_level_subject_gold_and_id(mirror: Path) -> None:
    (item,), recording = read(mirror, ROW)
    assert (item.problem.level, item.problem.subject, item.problem.answer) == (1, "Prealgebra", "8")
    assert (item.problem.question, item.problem.dataset) == (QUESTION, "math500")
    assert item.row == Response(
        id="test/prealgebra/1.json#1",
        problem_id="test/prealgebra/1.json",
        sample=1,
        model="m",
        response="8.",
        finish_reason="unknown",
    )
    assert recording.tally.joined == {"math500": 1}
    assert recording.tally.revisions["math500"].startswith("HuggingFaceH4/MATH-500/test.jsonl of a mirror")
    assert recording.tally.notes() == []


@pytest.mark.parametrize(
    "row",
    [
        {"id": "test/prealgebra/1.json", "response": "8.", "model": "m"},
        {"prompt": "Solve it.\nWhat is $2^3$? Box it.", "id": "test/prealgebra/1.json", "response": "8.", "model": "m"},
        {"problem": QUESTION, "response": "8.", "model": "m", "dataset": "another"},
    ],
)
def test_the_dataset_option_overrules_rows_and_lets_ids_stand_for_questions(mirror: Path, row: dict[str, Any]) -> None:
    (item,), recording = read(mirror, row, dataset="MATH500")
    assert (item.problem.id, item.problem.dataset) == ("test/prealgebra/1.json", "math500")
    assert recording.tally.joined == {"math500": 1}


def test_the_name_of_the_file_is_the_dataset_where_nothing_else_names_it(mirror: Path) -> None:
    row = {"problem": QUESTION, "response": "8.", "model": "m"}
    (item,) = Recording([write(mirror.parent / "MATH-500.jsonl", row)], Catalogue(mirror))
    assert item.problem.level == 1
    (other,) = Recording([write(mirror.parent / "other.jsonl", row)], Catalogue(mirror))
    assert (other.problem.dataset, other.problem.level) == ("other", None)


def test_a_row_that_is_not_in_its_benchmark_keeps_its_own_fields_and_is_counted(mirror: Path) -> None:
    row = ROW | {"problem": "Another?", "answer": 3, "level": "Level 4", "subject": "S", "id": "x/1"}
    (item,), recording = read(mirror, row)
    assert (item.problem.id, item.problem.answer, item.problem.level, item.problem.subject) == ("x/1", "3", 4, "S")
    assert recording.tally.not_joined == {"math500": 1}
    assert item.notes == (Note("unmatched_problems", "math500"),)


def test_rows_of_a_benchmark_that_cannot_be_had_keep_their_own_fields_and_the_reason_is_told(mirror: Path) -> None:
    row = ROW | {"dataset": "GSM8K", "answer": 8}
    (item,), recording = read(mirror, row)
    assert (item.problem.dataset, item.problem.answer) == ("gsm8k", "8")
    assert recording.tally.not_joined == {"gsm8k": 1}
    assert "holds none of main/test.jsonl" in recording.tally.notes()[0]
    assert item.notes == (Note("benchmark_not_loaded", "gsm8k"),)


def test_a_row_without_a_question_blames_no_benchmark_that_could_not_be_loaded(mirror: Path) -> None:
    with pytest.raises(OverthinkError, match="gsm8k, which may hold it, could not be loaded") as caught:
        read(mirror, {"id": "gsm8k/1", "dataset": "gsm8k", "response": "8.", "model": "m"})
    assert "--hub-mirror" in caught.value.hint
    with pytest.raises(OverthinkError, match="its id 'x/1' is none of math500"):
        read(mirror, {"id": "x/1", "dataset": "math500", "response": "8.", "model": "m"})


def test_rows_of_an_unknown_dataset_keep_its_name(mirror: Path) -> None:
    (item,), recording = read(mirror, OWN)
    assert item.problem.dataset == "mine"
    assert "no benchmark of this name is known" in recording.tally.notes()[0]


def test_a_dataset_option_of_the_users_own_is_the_name_and_the_known_ones_near_it_are_told(mirror: Path) -> None:
    (item,), recording = read(mirror, ROW, dataset="MATH-5000")
    assert (item.problem.dataset, item.problem.level) == ("MATH-5000", None)
    assert recording.tally.notes() == [
        "MATH-5000: no benchmark of this name is known; level, subject and gold answer are what the rows say. Did you "
        "mean math500? A file ends in .jsonl, .json, .csv or .parquet; hub:ORG/NAME is any on the hub."
    ]


def test_a_dataset_option_that_names_a_file_that_is_not_there_is_refused(mirror: Path) -> None:
    with pytest.raises(OverthinkError, match="no such file"):
        read(mirror, ROW, dataset="nowhere.jsonl")


def test_a_file_can_be_the_benchmark(mirror: Path) -> None:
    problems = write(mirror.parent / "mine.jsonl", {"id": "a", "question": "Q", "answer": "7", "level": 3})
    (item,), recording = read(mirror, {"question": "Q", "output": "7", "model": "m"}, dataset=str(problems))
    assert (item.problem.id, item.problem.answer, item.problem.level) == ("a", "7", 3)
    assert recording.tally.joined == {"mine": 1}
    (other,), _ = read(mirror, {"question": "R", "output": "7", "model": "m"}, dataset=str(problems))
    assert other.notes == (Note("unmatched_problems", "mine"),)


def test_a_row_without_gold_anywhere_has_a_problem_without_an_answer(mirror: Path) -> None:
    (item,), _ = read(mirror, {key: OWN[key] for key in OWN if key != "answer"})
    assert item.problem.answer is None


def test_the_benchmarks_gold_stands_and_another_is_counted(mirror: Path) -> None:
    items, recording = read(mirror, ROW | {"answer": "9"}, ROW | {"answer": "8"}, ROW)
    assert {item.problem.answer for item in items} == {"8"}
    assert recording.tally.noted.caveats == {"other_gold": 1}


def test_every_row_with_one_id_has_the_same_problem(mirror: Path) -> None:
    rows = [OWN | {"id": "a"}, OWN | {"id": "a", "answer": "2", "level": 5}, OWN | {"id": "a", "answer": None}]
    items, recording = read(mirror, *rows)
    assert len({item.problem.model_dump_json() for item in items}) == 1
    assert (recording.tally.problems, recording.tally.noted.caveats["other_gold"]) == (1, 1)


def test_a_repeated_model_and_problem_is_a_further_sample_in_the_order_of_the_files(mirror: Path) -> None:
    first = write(mirror.parent / "a.jsonl", OWN, OWN | {"model": "n"}, OWN | {"problem": "R"})
    second = write(mirror.parent / "b.jsonl", OWN | {"response": ["x", "y"]})
    items = list(Recording([first, second], Catalogue(mirror)))
    assert [(item.model, item.problem.question, item.row.id[-2:]) for item in items] == [
        ("m", "Q", "#1"),
        ("n", "Q", "#1"),
        ("m", "R", "#1"),
        ("m", "Q", "#2"),
        ("m", "Q", "#3"),
    ]


@pytest.mark.parametrize(
    ("numbers", "expected", "from_zero"),
    [
        ([1, 2, 3], [1, 2, 3], False),
        ([0, 1, 2], [1, 2, 3], True),
        ([2, 1, 0], [3, 2, 1], True),
        ([5, 7], [5, 7], False),
    ],
)
def test_sample_numbers_of_a_file_that_counts_from_zero_are_moved_by_one(
    mirror: Path, numbers: list[int], expected: list[int], from_zero: bool
) -> None:
    items, recording = read(mirror, *(OWN | {"sample": number} for number in numbers))
    assert [item.row.sample for item in items if isinstance(item.row, Response)] == expected
    assert ("counted_from_zero" in recording.tally.noted.caveats) == from_zero


def test_files_that_hold_one_sample_each_are_numbered_together(mirror: Path) -> None:
    files = [write(mirror.parent / f"{k}.jsonl", OWN | {"sample": k}) for k in (1, 0)]
    assert [item.row.id[-2:] for item in Recording(files, Catalogue(mirror))] == ["#2", "#1"]


def test_a_sample_number_given_twice_names_both_lines(mirror: Path) -> None:
    with pytest.raises(OverthinkError, match=r"line 1 and .*line 3: two responses of m"):
        read(mirror, OWN | {"sample": 1}, OWN | {"sample": 2}, OWN | {"sample": 1})


def test_sample_numbers_on_a_part_of_a_models_rows_name_both_lines(mirror: Path) -> None:
    with pytest.raises(OverthinkError, match=r"line 1 and .*line 2: one response of m has a sample number"):
        read(mirror, OWN | {"sample": 1}, OWN)
    items, _ = read(mirror, OWN | {"sample": 1}, OWN | {"model": "n"})
    assert len(items) == 2


def test_bare_numbers_are_ids_within_their_dataset_only(mirror: Path) -> None:
    items, _ = read(mirror, OWN | {"id": 1}, OWN | {"id": 1, "dataset": "theirs", "problem": "R"})
    assert ids(items) == ["mine/1#1", "theirs/1#1"]


def test_rows_without_ids_get_the_same_digest_in_every_file(mirror: Path) -> None:
    (first,), _ = read(mirror, OWN)
    (again,), _ = read(mirror, OWN | {"model": "n", "answer": "7"})
    assert first.problem.id == again.problem.id
    assert first.problem.id.startswith("mine/")
    assert len(first.problem.id) == len("mine/") + 12


def test_a_model_is_needed_and_the_option_names_it_where_rows_do_not(mirror: Path) -> None:
    row = {key: OWN[key] for key in OWN if key != "model"}
    with pytest.raises(OverthinkError, match="line 1: the row names no model") as caught:
        read(mirror, row)
    assert "--model" in caught.value.hint
    items, recording = read(mirror, row, OWN, model="given")
    assert [item.model for item in items] == ["given", "m"]
    assert recording.tally.models == {"given": 1, "m": 1}


def test_null_is_a_failure_with_its_sample_number_and_an_empty_response_is_kept(mirror: Path) -> None:
    items, recording = read(mirror, OWN | {"response": ["", None, "c"]}, OWN | {"response": None})
    assert [isinstance(item.row, Failure) for item in items] == [False, True, False, True]
    assert [row_id[-2:] for row_id in ids(items)] == ["#1", "#2", "#3", "#4"]
    failure = items[1].row
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.kind) == ("import", "no_text")
    assert recording.tally.responses == 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"model": "m", "problem": "Q"}] * 2, "line 1: the row has no response; its keys are model, problem"),
        ([OWN, {"model": "m", "response": "R"}], "line 2: the row has no question"),
        (
            [OWN, {"model": "m", "response": "R", "id": "x", "dataset": "math500"}],
            "line 2: the row has no question, and",
        ),
        ([OWN, OWN | {"sample": "x"}], "line 2: sample is 'x'"),
        ([OWN | {"sample": 1}, OWN | {"sample": "x"}], "line 2: sample is 'x'"),
        ([], "holds no rows"),
    ],
)
def test_what_is_wrong_is_named_once_with_file_and_line(mirror: Path, rows: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(OverthinkError) as caught:
        read(mirror, *rows)
    assert message in caught.value.message
    assert caught.value.message.count("r.jsonl") == 1
    assert "\n" not in caught.value.message


def test_a_failed_row_whose_reply_would_name_the_model_is_one_of_the_model_before(mirror: Path) -> None:
    row = {"dataset": "mine", "problem": "Q", "response": {"model": "m", "choices": [{"message": {"content": "5"}}]}}
    rows, _ = read(mirror, row, {"dataset": "mine", "problem": "P", "response": {}})
    assert [(one.model, isinstance(one.row, Failure)) for one in rows] == [("m", False), ("m", True)]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("row", "message"),
    [({}, "the row has no response; its keys are model, "), ({"response": []}, "the row holds an empty list")],
)
def test_a_row_without_a_response_among_others_is_a_failed_row(
    mirror: Path, row: dict[str, Any], message: str, order: int
) -> None:
    items, recording = read(mirror, *[OWN, {"model": "m", "problem": "Another one?"} | row][::order])
    (failure,) = [item.row for item in items if isinstance(item.row, Failure)]
    assert (failure.kind, recording.tally.responses) == ("no_text", 1)
    assert failure.message.startswith(message)


COLUMNS = [
    ({"problem": "Q", "answer": 5, "response": "R"}, [], "question from problem, gold answer from answer, response and "
     "thinking from response", ()),
    ({"question": "Q", "target": 5, "answer": "6", "response": "R", "reasoning": "I add these."}, [],
     "question from question, gold answer from target, response from response, thinking from reasoning",
     ("answer beside target",)),
    ({"question": "Q", "answer": "5", "target": 5.0, "solution": "So it is \\boxed{5}.", "output": "R"}, [],
     "question from question, gold answer from target, response and thinking from output", ()),
    ({"question": "Q", "prompt": f"Answer this: {'word ' * 20}Q", "response": "R", "reasoning": "high",
      "label": True}, [],
     "question from question, response and thinking from response", ()),
    ({"question": "Q", "text": "Q", "response": "R"}, [],
     "question from question, response and thinking from response", ()),
    ({"question": "Q", "problem": "P", "response": "R", "completion": "S"}, [],
     "question from problem, response and thinking from response", ("question beside problem",
     "completion beside response")),
    ({"question": "Q", "problem": "P", "response": "R", "cot": "I add these."}, ["question=question", "reasoning=cot"],
     "question from question, response from response, thinking from cot", ()),
]  # fmt: skip
"""A row, --map, what is told of its columns, and which of them may be meant as well."""


@pytest.mark.parametrize(("row", "maps", "told", "rivals"), COLUMNS)
def test_it_is_told_which_columns_were_read_as_what(
    mirror: Path, row: dict[str, Any], maps: list[str], told: str, rivals: tuple[str, ...]
) -> None:
    items, recording = read(mirror, {**row, "model": "m"}, columns=column_map(maps))
    assert recording.notes()[0] == f"read: {told}"
    assert [note.name for item in items for note in item.notes if note.code == "rival_columns"] == list(rivals)
    assert not any(note.code == "unread_keys" for item in items for note in item.notes)


def test_a_missing_file_is_named_before_any_row_is_read(mirror: Path) -> None:
    recording = Recording([write(mirror.parent / "a.jsonl", OWN), mirror / "absent.jsonl"], Catalogue(mirror))
    with pytest.raises(OverthinkError, match="no such file"):
        next(iter(recording))


def test_columns_are_mapped(mirror: Path) -> None:
    row = {"q": "Q", "said": "R", "who": "m"}
    (item,), _ = read(mirror, row, columns={"question": "q", "response": "said", "model": "who"})
    assert (item.problem.question, item.model) == ("Q", "m")


def test_memory_does_not_grow_with_the_length_of_the_responses(mirror: Path) -> None:
    line = json.dumps(OWN | {"response": "x" * 100_000}) + "\n"
    path = mirror.parent / "large.jsonl.gz"
    path.write_bytes(gzip.compress((line * 300).encode(), compresslevel=1))
    tracemalloc.start()
    assert sum(1 for _ in Recording([path], Catalogue(mirror))) == 300
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000  # the file unpacked has 30 MB


@pytest.mark.slow
@pytest.mark.real_data
@real_data
@pytest.mark.parametrize(
    ("name", "models", "responses", "second_samples", "dataset"),
    [
        ("math500.jsonl", 8, 330, 10, "math500"),
        ("gsm8k.jsonl", 4, 2328, 0, "gsm8k"),
        ("math_train_r1_1p5b.jsonl", 1, 487, 0, "prm12k"),
    ],
)
def test_every_real_response_joins_its_benchmark(
    name: str, models: int, responses: int, second_samples: int, dataset: str
) -> None:
    recording = Recording([REAL / "responses" / name], Catalogue(REAL / "hub"))
    items = list(recording)
    assert len(recording.tally.models) == models
    assert recording.tally.responses == len(items) == responses
    assert len({(item.model, item.row.id) for item in items}) == responses
    assert Counter(item.row.id[-2:] for item in items)["#2"] == second_samples
    assert recording.tally.joined == {dataset: responses}
    assert recording.tally.notes() == []
    has_levels = dataset != "gsm8k"
    assert all((item.problem.level is not None) == has_levels for item in items)
    assert all((item.problem.subject is not None) == has_levels for item in items)


@pytest.mark.real_data
@real_data
def test_real_rows_stripped_of_all_but_their_texts_join_the_same_problems(tmp_path: Path) -> None:
    path = REAL / "responses/math500.jsonl"
    whole = [item.problem for item in Recording([path], Catalogue(REAL / "hub"))]
    rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
    bare = tmp_path / "bare.jsonl"
    bare.write_text(
        "".join(json.dumps({key: row[key] for key in ("model", "problem", "response")}) + "\n" for row in rows)
    )
    recording = Recording([bare], Catalogue(REAL / "hub"), dataset="math500")
    assert [item.problem for item in recording] == whole


@pytest.mark.real_data
@real_data
def test_short_controls_join_two_benchmarks_from_one_file() -> None:
    recording = Recording([REAL / "responses/controls_short_cot.jsonl"], Catalogue(REAL / "hub"))
    assert len(list(recording)) == 1320
    assert recording.tally.joined == {"math500": 156, "gsm8k": 1164}
