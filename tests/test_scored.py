"""compare and exit as a user types them: what they print, what they refuse, how they exit, what the schemas promise."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from overthink.compare import rows as comparison
from overthink.exits import rows as exits
from tests.conftest import Overthink

SCHEMAS = Path(__file__).parents[1] / "schemas"
FEW = ("--resamples", 200, "--permutations", 200)


@pytest.fixture
def golden(samples: Path, tmp_path: Path) -> Path:
    shutil.copytree(samples / "golden", tmp_path / "runs")
    return tmp_path / "runs"


def compared(overthink: Overthink, golden: Path, *options: object) -> dict[str, Any]:
    done = overthink("compare", golden / "sample-qwq", golden / "sample-r1", *FEW, *options)
    assert done.code == 0, done.err
    return json.loads(done.out)


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def change_stage(run: Path, stage: str, **config: object) -> None:
    manifest = json.loads((run / "run.json").read_text())
    manifest["stages"][stage]["config"].update(config)
    (run / "run.json").write_text(json.dumps(manifest))


# compare


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
        assert {key: "" if value is None else str(value) for key, value in row.items()} == line


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


# exit


def test_exit_gives_every_rule_for_every_run_and_dataset(overthink: Overthink, golden: Path) -> None:
    found = json.loads(overthink("exit", golden, "--resamples", 100, "--budget", 64, "--budget", 32).out)
    assert "upper bound" in found["upper_bound"]
    assert {Path(run["run"]).name for run in found["runs"]} == {"sample-qwq", "sample-r1"}
    stops = found["runs"][0]["datasets"]["samples"]["overall"]["stops"]
    assert [stop["at"] for stop in stops if stop["rule"] == "budget"] == [32, 64]
    assert stops[0]["rule"] == "none"


def test_exit_without_a_stop_is_what_score_reports(overthink: Overthink, golden: Path) -> None:
    for run in json.loads(overthink("exit", golden, "--resamples", 100).out)["runs"]:
        report = json.loads((Path(run["run"]) / "report.json").read_text())["runs"][0]["metrics"]
        for dataset, block in run["datasets"].items():
            whole = block["overall"]["stops"][0]
            for name in ("accuracy", "tokens"):
                assert whole[name]["value"] == report[dataset]["overall"][name]["value"]
                assert whole[name]["n"] == report[dataset]["overall"][name]["n"]


def test_exit_at_the_first_correct_solution_agrees_with_the_row_by_hand(overthink: Overthink, golden: Path) -> None:
    run = golden / "sample-qwq"
    scores = lines_of(run / "score.jsonl")
    probe = [score for score in scores if score["id"].startswith("two-plus-three")]
    found = json.loads(overthink("exit", run, "--resamples", 100).out)["runs"][0]["datasets"]["two-plus-three"]
    first = next(stop for stop in found["overall"]["stops"] if (stop["rule"], stop["at"]) == ("solution", 1))
    assert first["tokens"]["value"] == sum(score["solution_tokens"][0] for score in probe) / len(probe)
    assert first["saved_token_count"] == sum(score["tokens"] - score["solution_tokens"][0] for score in probe)


def test_money_and_energy_are_given_only_where_they_have_a_price(overthink: Overthink, golden: Path) -> None:
    def first(*options: object) -> dict[str, Any]:
        found = json.loads(overthink("exit", golden / "sample-qwq", "--resamples", 100, *options).out)
        return found["runs"][0]["datasets"]["samples"]["overall"]["stops"][1]

    assert first()["money_saved"] is None
    priced = first("--price-out", 3, "--joules-per-token", 0.5)
    assert priced["money_saved"] == pytest.approx(priced["saved_token_count"] * 3e-6)
    assert priced["joules_saved"] == priced["saved_token_count"] * 0.5


def test_prices_are_explained_only_where_there_are_some(overthink: Overthink, golden: Path) -> None:
    plain = ("exit", golden / "sample-qwq", "--resamples", 100, "--format", "table")
    assert "money and energy" not in overthink(*plain).out
    assert "money and energy" in " ".join(overthink(*plain, "--price-out", 3).out.split())


def test_the_table_counts_what_a_stop_leaves_out_of_accuracy(overthink: Overthink, golden: Path) -> None:
    run = golden / "sample-qwq"
    rows = lines_of(run / "verify.jsonl")
    more = next(row for row in rows if len(row["solutions"]) > 1 and row["final"]["verdict"] == "correct")
    more["solutions"][0] = {"verdict": "undetermined", "way": "unparsable"}
    (run / "verify.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for form in ("table", "markdown"):
        printed = " ".join(overthink("exit", run, "--resamples", 100, "--format", form).out.split())
        assert "left out of accuracy, as their answer by then is undetermined: solution 1: 1" in printed


@pytest.mark.parametrize("option", [("--budget", 0), ("--loss", 0), ("--price-out", -1), ("--solutions", 0)])
def test_an_option_out_of_range_is_a_mistake(overthink: Overthink, golden: Path, option: tuple[str, object]) -> None:
    assert overthink("exit", golden / "sample-qwq", *option).code == 2


# Schemas


@pytest.mark.parametrize(
    ("name", "schema"), [("compare.v1.json", comparison.json_schema()), ("exit.v1.json", exits.json_schema())]
)
def test_a_committed_schema_is_that_of_the_code(name: str, schema: dict[str, Any]) -> None:
    assert (SCHEMAS / name).read_text(encoding="utf-8") == json.dumps(schema, indent=2) + "\n"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_what_the_commands_print_satisfies_the_schemas(overthink: Overthink, golden: Path) -> None:
    jsonschema.validate(compared(overthink, golden), json.loads((SCHEMAS / "compare.v1.json").read_text()))
    found = json.loads(overthink("exit", golden, "--resamples", 100).out)
    jsonschema.validate(found, json.loads((SCHEMAS / "exit.v1.json").read_text()))


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
        jsonschema.validate(document, json.loads((SCHEMAS / "compare.v1.json").read_text()))
