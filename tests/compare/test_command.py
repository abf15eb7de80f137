"""compare as a user types it: what it prints, what it refuses, how it exits; what it shares with exit."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import ROOT, Overthink, lines_of

FEW = ("--resamples", 200, "--permutations", 200)
SCHEMA = ROOT / "schemas" / "compare.v1.json"


def compared(overthink: Overthink, golden: Path, *options: object) -> dict[str, Any]:
    done = overthink("compare", golden / "sample-qwq", golden / "sample-r1", *FEW, *options)
    assert done.code == 0, done.err
    return json.loads(done.out)


def change_stage(run: Path, stage: str, **config: object) -> None:
    manifest = json.loads((run / "run.json").read_text())
    manifest["stages"][stage]["config"].update(config)
    (run / "run.json").write_text(json.dumps(manifest))


def test_compare_pairs_the_problems_that_both_runs_answered(overthink: Overthink, golden: Path) -> None:
    [against] = compared(overthink, golden)["comparisons"]
    both = [{row["id"] for row in lines_of(run / "problems.jsonl")} for run in sorted(golden.iterdir())]
    assert against["pairing"]["shared"] == len(both[0] & both[1]) == 10
    assert against["pairing"]["only_base"] == len(both[0] - both[1])
    assert against["pairing"]["only_new"] == len(both[1] - both[0])


def test_compare_of_a_run_with_itself_is_all_ties(overthink: Overthink, golden: Path) -> None:
    done = overthink("compare", golden / "sample-qwq", golden / "sample-qwq", *FEW)
    overall = json.loads(done.out)["comparisons"][0]["overall"]
    assert (overall["won"], overall["lost"], overall["aes"]["value"]) == (0, 0, 0)
    assert {metric["value"] for metric in overall["metrics"].values()} == {0}


def test_compare_takes_several_runs_against_one_base(overthink: Overthink, golden: Path) -> None:
    done = overthink("compare", golden / "sample-qwq", golden / "sample-r1", golden / "sample-qwq", *FEW)
    assert [Path(one["run"]).name for one in json.loads(done.out)["comparisons"]] == ["sample-r1", "sample-qwq"]


def test_csv_has_the_numbers_of_the_json_in_full(overthink: Overthink, golden: Path) -> None:
    rows = compared(overthink, golden)["rows"]
    done = overthink("compare", golden / "sample-qwq", golden / "sample-r1", *FEW, "--format", "csv")
    for row, line in zip(rows, csv.DictReader(io.StringIO(done.out)), strict=True):
        told = {key: "" if value is None else str(value) for key, value in row.items()}
        void = ", ".join(row.get("void", []))
        assert {**told, "void": void} == {"void": "", **line}


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("tokens < 1e9", 3),
        ("tokens > 1e9", 0),
        ("outcome_efficiency.ci_high < -0.99", 0),
        ("outcome_efficiency.ci_low > -1.5", 3),
        ("samples/1: tokens < 1e9", 3),
    ],
)
def test_fail_if_exits_with_3_and_says_which_condition_held(
    overthink: Overthink, golden: Path, condition: str, code: int
) -> None:
    arguments = (golden / "sample-qwq", golden / "sample-r1", *FEW)
    done = overthink("compare", *arguments, "--fail-if", "tokens > 1e9", "--fail-if", condition)
    assert done.code == code
    assert (condition in done.err) == (code == 3)
    assert json.loads(done.out)["comparisons"]  # the result is printed all the same


def test_a_wrong_condition_is_found_before_anything_is_read(overthink: Overthink) -> None:
    done = overthink("compare", "nowhere", "nowhere-else", "--fail-if", "tokns < 0")
    assert done.code == 2
    assert done.err.splitlines()[1].startswith("Did you mean tokens?")


@pytest.mark.parametrize(
    ("stage", "config", "named"),
    [
        ("segment", {"segmenter": "a model"}, "segmenter: rules"),
        ("cluster", {"clusterer": "a model"}, "clusterer: rules"),
        ("score", {"scope": "response"}, "scope: thinking in the base, response here"),
        ("score", {"t_max": 7}, "t max: 1000 in the base, 7 here"),
    ],
)
def test_unlike_methods_are_refused_unless_anyway(
    overthink: Overthink, golden: Path, stage: str, config: dict[str, object], named: str
) -> None:
    change_stage(golden / "sample-r1", stage, **config)
    done = overthink("compare", golden / "sample-qwq", golden / "sample-r1")
    assert done.code == 2
    assert named in done.err
    assert "--anyway" in done.err
    [against] = compared(overthink, golden, "--anyway")["comparisons"]
    assert against["unlike"]


def test_another_tokenizer_is_a_note(overthink: Overthink, golden: Path) -> None:
    change_stage(golden / "sample-r1", "score", tokenizer_name="another")
    [against] = compared(overthink, golden)["comparisons"]
    assert any("and with another here" in note for note in against["notes"])


@pytest.mark.parametrize("command", ["compare", "exit"])
def test_a_run_that_is_not_scored_is_refused_with_what_to_do(overthink: Overthink, golden: Path, command: str) -> None:
    (golden / "sample-r1" / "score.jsonl").unlink()
    done = overthink(command, golden / "sample-qwq", golden / "sample-r1")
    assert done.code == 2
    assert done.err.splitlines()[1] == f"Run `overthink score {golden / 'sample-r1'}`."


@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_both_commands_tell_of_rows_that_failed(overthink: Overthink, golden: Path, form: str) -> None:
    run = golden / "sample-r1"
    first, *others = lines_of(run / "score.jsonl")
    (run / "score.jsonl").write_text("".join(json.dumps(row) + "\n" for row in others))
    failure = {"stage": "verify", "id": first["id"], "kind": "timeout", "message": "took too long"}
    (run / "failures.jsonl").write_text(json.dumps(failure) + "\n")
    stopped = overthink("exit", run, *FEW[:2], "--format", form).out
    assert ('"verify": 1' if form == "json" else "1 failed rows (verify 1): owed, and in no number") in stopped
    against = overthink("compare", golden / "sample-qwq", run, *FEW, "--format", form).out
    assert ('"verify": 1' if form == "json" else "1 failed rows of this run") in against


def test_one_run_alone_is_refused(overthink: Overthink, golden: Path) -> None:
    done = overthink("compare", golden / "sample-qwq")
    assert (done.code, done.err.splitlines()[0]) == (2, "one run alone cannot be compared")


def test_a_folder_of_several_runs_is_no_base(overthink: Overthink, golden: Path) -> None:
    done = overthink("compare", golden, golden / "sample-r1", *FEW)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        f"{golden}: the base is one run, and 2 are in here",
        "Name one of them first.",
    ]


def test_the_folder_of_a_page_is_made(overthink: Overthink, golden: Path, tmp_path: Path) -> None:
    compared(overthink, golden, "-o", tmp_path / "new" / "pages" / "compare.html")
    assert (tmp_path / "new" / "pages" / "compare.html").read_text().startswith("<!DOCTYPE html>")


def test_neither_command_writes_into_a_run(overthink: Overthink, golden: Path) -> None:
    before = {path: path.read_bytes() for path in sorted(golden.glob("**/*")) if path.is_file()}
    compared(overthink, golden)
    assert overthink("exit", golden, "--resamples", 100).code == 0
    assert {path: path.read_bytes() for path in sorted(golden.glob("**/*")) if path.is_file()} == before


def test_what_it_prints_satisfies_the_schema(overthink: Overthink, golden: Path) -> None:
    jsonschema.validate(compared(overthink, golden), json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["schema_version"], 2),
        (["rows", 0, "value"], "0.5"),
        (["comparisons", 0, "overall", "won"], None),
        (["comparisons", 0, "surprise"], 1),
        (["settings", "alpha"], "1"),
    ],
)
def test_the_schema_refuses_what_is_no_comparison(
    overthink: Overthink, golden: Path, path: list[Any], value: object
) -> None:
    document = compared(overthink, golden)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json.loads(SCHEMA.read_text()))
