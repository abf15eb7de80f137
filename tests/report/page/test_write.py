from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Overthink

pytestmark = pytest.mark.slow  # whole commands, again and again


@pytest.fixture
def runs(overthink: Overthink, samples: Path, tmp_path: Path) -> Path:
    overthink("import", samples / "responses.jsonl", "--out", "runs")
    return tmp_path / "runs"


def element(page: str, name: str) -> object:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found, name
    return json.loads(found[1])


def rows_of(data: dict[str, list[list[object]]]) -> list[dict[str, object]]:
    return [dict(zip(data["rowKeys"], row, strict=True)) for row in data["rows"]]  # type: ignore[arg-type]


def test_report_makes_what_is_owed_and_prints_the_path_of_the_page(overthink: Overthink, runs: Path) -> None:
    done = overthink("report", runs, "-o", "pages/r.html", "--processes", 1)
    assert (done.code, done.out) == (0, "pages/r.html\n")
    assert (runs / "sample-qwq" / "score.jsonl").exists()
    assert (runs.parent / "pages" / "r.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_page_holds_every_response_and_its_offsets_point_at_the_answers(overthink: Overthink, runs: Path) -> None:
    overthink("report", runs, "--processes", 1)
    page = Path("report.html").read_text("utf-8")
    data = element(page, "data")
    texts = element(page, "texts-0")
    assert isinstance(data, dict)
    assert isinstance(texts, list)
    rows = rows_of(data)
    recorded = [
        json.loads(line) for path in sorted(runs.glob("*/generate.jsonl")) for line in path.read_text().splitlines()
    ]
    assert [texts[row["place"]] for row in rows] == [row["response"] for row in recorded]
    segments = [
        json.loads(line) for path in sorted(runs.glob("*/segment.jsonl")) for line in path.read_text().splitlines()
    ]
    for row, segment in zip(rows, segments, strict=True):
        units = texts[row["place"]].encode("utf-16-le")
        solutions = [dict(zip(data["solutionKeys"], solution, strict=True)) for solution in row["solutions"]]  # type: ignore[attr-defined]
        found = [units[2 * s["answer"][0] : 2 * s["answer"][1]].decode("utf-16-le") for s in solutions]
        assert found == [solution["answer"] for solution in segment["solutions"]]


def test_the_pooled_sum_is_that_of_the_share_in_the_report(overthink: Overthink, runs: Path) -> None:
    overthink("report", runs, "--processes", 1)
    data = element(Path("report.html").read_text("utf-8"), "data")
    assert isinstance(data, dict)
    for run in data["runs"]:
        for block in run["datasets"].values():
            after, tokens = block["pooled"]
            share = block["overall"]["tokens_after_answer_share"][0]
            assert after / tokens == pytest.approx(share, abs=1e-9)


def test_a_dataset_that_is_named_is_the_only_one_in_the_page(overthink: Overthink, runs: Path) -> None:
    done = overthink("report", runs, "--dataset", "two-plus-three", "--processes", 1)
    assert done.code == 0, done.err
    data = element(Path("report.html").read_text("utf-8"), "data")
    assert isinstance(data, dict)
    assert {problem["dataset"] for problem in data["problems"]} == {"two-plus-three"}
    assert [list(run["datasets"]) for run in data["runs"]] == [["two-plus-three"]]
    assert len(data["rows"]) == 5


def test_split_puts_the_responses_beside_the_page(overthink: Overthink, runs: Path) -> None:
    overthink("report", runs, "--split", "-o", "r.html", "--processes", 1)
    page = Path("r.html").read_text("utf-8")
    assert 'id="texts-0"' not in page
    chunk = Path("r-responses/0.js").read_text("utf-8")
    texts = json.loads(chunk.removeprefix("takeTexts(0,").rstrip().removesuffix(");"))
    assert len(texts) == 36
    assert "script-src 'sha256-" in page
    assert " file:;" in page


def test_the_page_refers_to_nothing_outside_it(overthink: Overthink, runs: Path) -> None:
    overthink("report", runs, "--processes", 1)
    frame = re.sub(r"<script.*?</script>", "", Path("report.html").read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!#)|url\(|@import", frame)


def test_two_pages_of_the_same_runs_are_the_same_bytes(overthink: Overthink, runs: Path) -> None:
    overthink("report", runs, "-o", "a.html", "--processes", 1)
    overthink("report", runs, "-o", "b.html", "--processes", 1)
    assert Path("a.html").read_bytes() == Path("b.html").read_bytes()


def test_early_exits_stand_with_their_own_run_where_another_has_no_such_dataset(
    overthink: Overthink, tmp_path: Path
) -> None:
    rows = [
        {
            "model": model,
            "dataset": name,
            "id": "1",
            "problem": "What is 2 + 3?",
            "answer": "5",
            "response": "The answer is 5.",
        }
        for model, name in (("a", "one"), ("b", "two"))
    ]
    Path("r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    overthink("import", "r.jsonl", "--out", "runs")
    done = overthink("report", "runs", "--dataset", "two", "--processes", 1)
    assert done.code == 0, done.err
    data = element(Path("report.html").read_text("utf-8"), "data")
    assert isinstance(data, dict)
    assert [run["model"] for run in data["runs"]] == ["b"]
    assert [run["model"] for run in data["exits"]["runs"]] == ["b"]
