from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from overthink.errors import OverthinkError
from overthink.problems import BENCHMARKS, Catalogue, canonical_name, known, load
from overthink.problems.named.asdiv import gold
from overthink.problems.named.prm12k import SUBJECTS
from overthink.records import Problem

REAL = Path(os.environ.get("OVERTHINK_REAL_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")).resolve()
real_data = pytest.mark.skipif(not (REAL / "hub").is_dir(), reason="the mirror of the hub is not beside the checkout")

MATH500_ROW = {
    "problem": "What is\n$2^3$?",
    "solution": "It is $\\boxed{8}$.",
    "answer": "8",
    "subject": "Prealgebra",
    "level": 1,
    "unique_id": "test/prealgebra/1.json",
}
MIRROR: dict[str, list[dict[str, Any]]] = {
    "HuggingFaceH4/MATH-500/test.jsonl": [MATH500_ROW],
    "openai/gsm8k/main/test.jsonl": [
        {"question": "Mia has 2 and buys 3?", "answer": "2+3=<<2+3=5>>5\n#### 5"},
        {"question": "A lot?", "answer": "So\n#### 1,450,000"},
        {"question": "Lost?", "answer": "2-5\n#### -3"},
    ],
    "EleutherAI/asdiv/validation.jsonl": [
        {
            "id": "nluds-0001",
            "grade": 2,
            "body": "Two pens lie here. ",
            "question": "How many?",
            "solution_type": "Addition",
            "answer": "2 (pens)",
            "formula": "2=2",
        }
    ],
    "HuggingFaceH4/aime_2024/train.jsonl": [{"id": 60, "problem": "Find it.", "answer": "073"}],
    "prm12k/train.jsonl": [
        {"id": "MATH/train/0", "problem": "P", "solution": "", "answer": "", "subject": "Algebra", "level": None}
    ],
}


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    for name, rows in MIRROR.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path


def parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)


def test_the_benchmarks_are_known_with_their_size_split_and_licence() -> None:
    assert {info.name: (info.problems, info.split) for info in known()} == {
        "math500": (500, "test"),
        "gsm8k": (1319, "test"),
        "asdiv": (2305, "test"),
        "aime24": (30, "test"),
        "prm12k": (12_000, "train"),
        "two-plus-three": (1, "test"),
        "ifeval": (541, "test"),
        "complexbench": (1150, "test"),
    }
    assert all(info.licence and info.repository for info in known())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("math500", "math500"),
        ("MATH-500", "math500"),
        ("MATH500", "math500"),
        ("math_500", "math500"),
        ("HuggingFaceH4/MATH-500", "math500"),
        ("GSM8K", "gsm8k"),
        ("GSM8K-test", "gsm8k"),
        ("openai/gsm8k", "gsm8k"),
        ("ASDiv", "asdiv"),
        ("EleutherAI/asdiv", "asdiv"),
        ("AIME24", "aime24"),
        ("AIME_2024", "aime24"),
        ("HuggingFaceH4/aime_2024", "aime24"),
        ("PRM12K", "prm12k"),
        ("MATH-train", "prm12k"),
        ("two_plus_three", "two-plus-three"),
        ("2+3", "two-plus-three"),
        ("GSM8K-train", None),
        ("MATH", None),
        ("aime25", None),
        ("EleutherAI/hendrycks_math", None),
        ("MATH-500.jsonl", None),
        ("hub:openai/gsm8k", None),
        ("", None),
    ],
)
def test_a_benchmark_goes_by_its_aliases_and_by_no_other_name(text: str, name: str | None) -> None:
    assert canonical_name(text) == name


def test_no_alias_stands_for_two_benchmarks() -> None:
    for name, benchmark in BENCHMARKS.items():
        assert {canonical_name(alias) for alias in (name, *benchmark.info.aliases)} == {name}


def test_math500_keeps_its_id_level_and_subject(mirror: Path) -> None:
    assert list(load("MATH-500", mirror=mirror)) == [
        Problem(
            id="test/prealgebra/1.json",
            dataset="math500",
            question="What is\n$2^3$?",
            answer="8",
            level=1,
            subject="Prealgebra",
        )
    ]


def test_gsm8k_golds_stand_behind_the_hashes_and_rows_are_counted_from_zero(mirror: Path) -> None:
    found = [(problem.id, problem.answer) for problem in load("gsm8k", mirror=mirror)]
    assert found == [("gsm8k/test/0", "5"), ("gsm8k/test/1", "1450000"), ("gsm8k/test/2", "-3")]


def test_asdiv_joins_body_and_question_and_takes_the_grade_as_level(mirror: Path) -> None:
    (problem,) = load("asdiv", mirror=mirror)
    assert (problem.question, problem.answer, problem.level) == ("Two pens lie here. How many?", "2", 2)


def test_asdiv_as_the_hub_has_it_counts_its_ids_and_has_no_levels(tmp_path: Path) -> None:
    row = {"body": "B.", "question": "Q?", "solution_type": "Sum", "answer": "7", "formula": "7=7"}
    parquet(tmp_path / "EleutherAI/asdiv/asdiv/validation-00000-of-00001.parquet", [row, row])
    assert [(p.id, p.level) for p in load("asdiv", mirror=tmp_path)] == [("nluds-0001", None), ("nluds-0002", None)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("9 (apples)", "9"),
        ("14  (seats)", "14"),
        ("3.5 (sq. inches)", "3.5"),
        ("57 ( books)", "57"),
        ("6 (cm); 15 (cm)", "6, 15"),
        ("11; 12; 13", "11, 12, 13"),
        ("-(1/3)", "-(1/3)"),
        ("2:5", "2:5"),
        ("3:30 p.m.", "3:30 p.m."),
        ("5/2", "5/2"),
        ("Yes", "Yes"),
        ("Jim's class", "Jim's class"),
    ],
)
def test_asdiv_golds_lose_their_notes_and_nothing_else(answer: str, expected: str) -> None:
    assert gold(answer) == expected


def test_aime_golds_lose_leading_zeros_and_number_ids_get_the_name(mirror: Path) -> None:
    (problem,) = load("aime24", mirror=mirror)
    assert (problem.id, problem.answer) == ("aime24/60", "73")


def test_two_plus_three_needs_no_file() -> None:
    (problem,) = load("two-plus-three", mirror=None)
    assert (problem.question, problem.answer) == ("What is the answer of 2 plus 3?", "5")


def math_mirror(root: Path) -> None:
    """MATH with one row a subject and split; the first of the test split is in MATH-500, with other whitespace."""
    for split in ("train", "test"):
        for subject in SUBJECTS:
            problem = "What  is $2^3$?" if (split, subject) == ("test", SUBJECTS[0]) else f"{split} {subject}"
            row = {"problem": problem, "level": "Level 2", "type": subject.title(), "solution": f"\\boxed{{{subject}}}"}
            parquet(root / f"EleutherAI/hendrycks_math/{subject}/{split}-00000-of-00001.parquet", [row])


def test_prm12k_is_built_from_math_without_the_problems_of_math500(mirror: Path) -> None:
    (mirror / "prm12k/train.jsonl").unlink()
    math_mirror(mirror)
    loaded = load("prm12k", mirror=mirror)
    problems = list(loaded)
    assert [problem.id for problem in problems] == [
        *(f"MATH/train/{index}" for index in range(7)),
        *(f"MATH/test/{index}" for index in range(1, 7)),
    ]
    first = problems[0]
    assert (first.level, first.subject, first.answer) == (2, "Algebra", "algebra")
    assert "less HuggingFaceH4/MATH-500/test.jsonl" in loaded.revision
    assert loaded.split == "train"
    assert list(loaded) == problems


def test_prm12k_built_already_is_read_from_the_mirror(mirror: Path) -> None:
    (problem,) = load("prm12k", mirror=mirror)
    assert (problem.id, problem.level, problem.answer) == ("MATH/train/0", None, None)


def test_a_dataset_can_be_read_twice(mirror: Path) -> None:
    loaded = load("gsm8k", mirror=mirror)
    assert list(loaded) == list(loaded)


def test_the_revision_names_the_file_of_the_mirror_by_its_digest_and_not_by_its_folder(mirror: Path) -> None:
    before = load("math500", mirror=mirror).revision
    assert before.startswith("HuggingFaceH4/MATH-500/test.jsonl of a mirror, sha256 ")
    assert str(mirror) not in before
    (mirror / "HuggingFaceH4/MATH-500/test.jsonl").write_text(json.dumps(MATH500_ROW | {"level": 2}), encoding="utf-8")
    assert load("math500", mirror=mirror).revision != before


def test_a_file_that_the_mirror_lacks_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OverthinkError, match=r"holds none of test\.jsonl") as caught:
        load("math500", mirror=tmp_path)
    assert "--hub-mirror" in caught.value.hint
    with pytest.raises(OverthinkError, match="is not a folder"):
        load("math500", mirror=tmp_path / "absent")


def test_a_row_that_is_not_the_benchmarks_is_named(mirror: Path) -> None:
    (mirror / "HuggingFaceH4/MATH-500/test.jsonl").write_text('{"problem": "P"}\n', encoding="utf-8")
    with pytest.raises(OverthinkError, match="math500: row 1 of"):
        list(load("math500", mirror=mirror))


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("math50", "Did you mean math500"),
        ("gsm8", "Did you mean gsm8k"),
        ("asdvi", "Did you mean asdiv"),
        ("zzz", "listed by overthink datasets. A"),
        ("sums", "listed by overthink datasets. A"),
        ("mine", "listed by overthink datasets. A"),
        ("arithmetic", "listed by overthink datasets. A"),
    ],
)
def test_an_unknown_name_gets_the_nearest_names(name: str, near: str) -> None:
    with pytest.raises(OverthinkError, match="no dataset of this name") as caught:
        load(name, mirror=None)
    assert near in caught.value.hint
    assert caught.value.hint.count(" or ") <= 2, "two names at most"
    with pytest.raises(OverthinkError):
        Catalogue(None).require(name)


def test_a_catalogue_reads_a_benchmark_once(mirror: Path) -> None:
    catalogue = Catalogue(mirror)
    assert catalogue.require("MATH-500") == "math500"
    assert catalogue.index("math500") is catalogue.index("math500")
    assert len(catalogue.index("math500")) == 1


def test_a_catalogue_takes_a_file_under_its_stem(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text('{"question": "Q", "answer": 1}\n', encoding="utf-8")
    catalogue = Catalogue(None)
    assert catalogue.require(str(tmp_path / "mine.jsonl")) == "mine"
    assert catalogue.index("mine").find(None, "Q") is not None


@pytest.fixture
def isolated_home(tmp_path: Path) -> Iterator[dict[str, str]]:
    return {**os.environ, "HF_HOME": str(tmp_path / "hf"), "HF_ENDPOINT": "http://127.0.0.1:9"}


@pytest.mark.parametrize("offline", ["0", "1"])
def test_without_network_and_mirror_two_lines_say_what_to_do_at_once(
    isolated_home: dict[str, str], offline: str
) -> None:
    code = (
        "import time\nfrom overthink.problems import load\nfrom overthink.errors import OverthinkError\n"
        "time.sleep = lambda seconds: print('waits')\n"
        "try: load('gsm8k', mirror=None)\n"
        "except OverthinkError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=isolated_home | {"HF_HUB_OFFLINE": offline},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("openai/gsm8k: ")
    assert "OVERTHINK_HUB_MIRROR" in lines[1]
    assert done.stderr == ""


def test_listing_and_reading_a_mirror_load_no_hub_library(mirror: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom overthink.problems import known, load\n"
        "known(); list(load('gsm8k', mirror=Path(sys.argv[1])))\n"
        "print([name for name in ('datasets', 'huggingface_hub', 'pyarrow', 'sympy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(mirror)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.real_data
@real_data
@pytest.mark.parametrize(
    ("name", "levels", "with_subject", "without_gold"),
    [
        ("math500", {1, 2, 3, 4, 5}, 500, 0),
        ("gsm8k", {None}, 0, 0),
        ("asdiv", {1, 2, 3, 4, 5, 6}, 2305, 0),
        ("aime24", {None}, 0, 0),
        ("prm12k", {1, 2, 3, 4, 5, None}, 12_000, 2),
    ],
)
def test_the_real_mirror_gives_every_problem_with_an_id_and_all_but_two_with_a_gold(
    name: str, levels: set[int | None], with_subject: int, without_gold: int
) -> None:
    problems = list(load(name, mirror=REAL / "hub"))
    assert len(problems) == len({problem.id for problem in problems}) == BENCHMARKS[name].info.problems
    assert {problem.level for problem in problems} == levels
    assert {problem.dataset for problem in problems} == {name}
    assert sum(problem.subject is not None for problem in problems) == with_subject
    assert sum(problem.answer is None for problem in problems) == without_gold
    assert all(problem.question.strip() and problem.answer != "" for problem in problems)


@pytest.mark.real_data
@real_data
def test_real_golds_have_the_shapes_that_the_rules_promise() -> None:
    mirror = REAL / "hub"
    assert all((p.answer or "").lstrip("-").isdigit() for p in load("gsm8k", mirror=mirror))
    assert all(str(int(p.answer or "")) == p.answer for p in load("aime24", mirror=mirror))
    assert [p.answer for p in load("asdiv", mirror=mirror) if "(" in (p.answer or "")] == ["-(1/3)"]
