"""Responses that loop, all the way: what is repeated is in no solution, and is shown, told and counted as a loop."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from overthink.agree.labels import labelled_from_run, outcome_efficiency, process_efficiency
from overthink.run import Run
from overthink.run.scored import find_response, scored
from overthink.strategies.stage import _solutions
from tests.conftest import Overthink

QUESTION = "A shelf holds 4 rows of 9 jars. 6 are broken. How many are whole?"
FIRST = "There are 4 rows of 9 jars: 4 * 9 = 36. 🍯\n\nThen 36 - 6 = 30. So the answer is 30."
AGAIN = "Wait, let me check that once more. 4 * 9 is 36, and 36 - 6 is 30. So the answer is 30."
OTHER = "Alternatively, add the rows one by one: 9 + 9 + 9 + 9 = 36, less 6 is 30. So the answer is 30."
TIMES = 40
LOOP = "\n\n".join([AGAIN] * (TIMES - 1))
LOOPED = f"<think>\n{FIRST}\n\n{AGAIN}\n\n{LOOP}\n\n{OTHER}\n</think>\n\n\\boxed{{30}}"
STRAIGHT = f"<think>\n{FIRST}\n\n{AGAIN}\n\n{OTHER}\n</think>\n\n\\boxed{{30}}"
ENDING = f"<think>\n{FIRST}\n\n{AGAIN}\n\n{LOOP}"


@pytest.fixture
def run(overthink: Overthink, tmp_path: Path) -> Path:
    row = {"problem": QUESTION, "answer": "30", "model": "m", "dataset": "own"}
    ends = {LOOPED: "stop", STRAIGHT: "stop", ENDING: "length"}
    rows = [row | {"response": text, "finish_reason": finish} for text, finish in ends.items()]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    done = overthink("run", tmp_path / "rows.jsonl", "--out", tmp_path / "runs", "--format", "json")
    assert done.code == 0, done.err
    return tmp_path / "runs" / "m"


def rows_of(run: Path, stage: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{stage}.jsonl").read_text("utf-8").splitlines()]


def test_a_loop_is_in_no_solution_and_everything_else_is_as_without_it(run: Path) -> None:
    looped, straight, ending = rows_of(run, "segment")
    (loop,) = looped["loops"]
    assert LOOPED[loop["start"] : loop["end"]] == LOOP
    assert (loop["period"], loop["copies"]) == (len(AGAIN) + 2, TIMES)
    assert "loops" not in straight
    assert (ending["tail"], ending["loops"][0]["end"]) == (False, len(ENDING))
    scores = looped, straight, ending = rows_of(run, "score")
    for key in ("solution_tokens", "tail_tokens", "kinds", "tokens_to_answer"):
        assert looped[key] == straight[key], key
    assert looped["tokens"] == straight["tokens"] + looped["loop_tokens"]
    assert looped["outcome_efficiency"] < straight["outcome_efficiency"] / 4
    for score in scores:
        assert sum(score["solution_tokens"]) + score["loop_tokens"] + score["tail_tokens"] == score["tokens"]
    assert rows_of(run, "cluster")[0]["strategies"] == rows_of(run, "cluster")[1]["strategies"]


def test_the_clusterer_reads_no_loop(run: Path) -> None:
    texts = [[" ".join(text.split()) for text in _solutions(row)[1]] for row in scored(Run(run))]  # type: ignore[arg-type]
    assert texts[0] == texts[1]


def test_the_report_counts_loops_and_its_shares_add_up(run: Path) -> None:
    report = json.loads((run / "report.json").read_text("utf-8"))["runs"][0]
    metrics = report["metrics"]["own"]["overall"]
    assert metrics["looping"]["value"] == pytest.approx(2 / 3)
    tokens = [score["loop_tokens"] for score in rows_of(run, "score")]
    assert metrics["loop_tokens"]["value"] == pytest.approx(sum(tokens) / 3)
    shares = [metric["value"] for name, metric in metrics.items() if name.startswith("kind_share/")]
    assert sum(shares) == pytest.approx(1)
    assert [one["count"] for one in report["caveats"] if one["code"] == "looping"] == [2]


def test_a_loop_is_shown_once_with_what_it_is(overthink: Overthink, run: Path) -> None:
    shown = overthink("show", run, "1").out
    assert shown.count("let me check that once more") == 2  # the first time round, and one copy of the loop
    assert f"{TIMES} times in a row, {len(LOOP):,} characters" in shown
    assert "add the rows one by one" in shown
    assert "tail" not in overthink("show", run, "3").out
    assert "times in a row" not in overthink("show", run, "2").out


def test_the_page_has_the_loops_of_each_response(overthink: Overthink, run: Path) -> None:
    assert overthink("report", run, "--processes", 1).code == 0
    page = Path("report.html").read_text("utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data = json.loads(found[1])
    rows = [dict(zip(data["rowKeys"], row, strict=True)) for row in data["rows"]]
    inside = [[dict(zip(data["solutionKeys"], one, strict=True))["loop"] for one in row["solutions"]] for row in rows]
    scores = rows_of(run, "score")
    assert [row["loop"] for row in rows] == [score["loop_tokens"] for score in scores]
    assert [sum(loops) for loops in inside] == [scores[0]["loop_tokens"], 0, 0]
    ((start, end),) = rows[0]["loops"]
    assert LOOPED.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le") == LOOP
    assert "loop" in data["looks"]


def test_stops_and_agreement_count_a_loop_before_a_solution(overthink: Overthink, run: Path) -> None:
    score = rows_of(run, "score")[0]
    assert score["loops_before"][-1] == score["loop_tokens"]
    stops = json.loads(overthink("exit", run, "--resamples", 100).out)["runs"][0]["datasets"]["own"]["overall"]["stops"]
    last = len(score["kinds"])
    scores = [row.score for row in scored(Run(run))]
    kept = [one.solution_ends[last - 1] if len(one.kinds) >= last else one.tokens for one in scores]
    tokens = next(stop["tokens"]["value"] for stop in stops if (stop["rule"], stop["at"]) == ("solution", last))
    assert tokens == pytest.approx(sum(kept) / 3)
    looped, straight = (labelled_from_run(find_response(run, number)) for number in "12")
    assert outcome_efficiency(looped) == pytest.approx(score["outcome_efficiency"], abs=0.02)
    assert process_efficiency(looped) < process_efficiency(straight)  # type: ignore[operator]


def test_tools_get_the_tokens_of_loops(overthink: Overthink, run: Path) -> None:
    log = pytest.importorskip("inspect_ai.log")
    done = overthink("export", run, "--to", "inspect", "-o", "out")
    assert done.code == 0, done.err
    (file,) = Path("out").rglob("*.eval")
    values = [sample.scores["overthink"].value for sample in log.read_eval_log(file).samples]
    assert sorted(value["loop_tokens"] for value in values) == sorted(
        row["loop_tokens"] for row in rows_of(run, "score")
    )
    assert all("loops_before" not in value for value in values)
