"""exit as a user types it: what it prints, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import ROOT, Overthink, lines_of


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


def test_what_it_prints_satisfies_the_schema(overthink: Overthink, golden: Path) -> None:
    found = json.loads(overthink("exit", golden, "--resamples", 100).out)
    jsonschema.validate(found, json.loads((ROOT / "schemas" / "exit.v1.json").read_text()))
