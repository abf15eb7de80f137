"""What is written for other programs is a public contract: its schemas are committed, and change only on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from overthink.compare.rows import Comparison
from overthink.exits.rows import Exits
from overthink.metrics.aggregate import aggregate
from overthink.records import Report, Row, Score, json_schema
from overthink.render.formats import to_json
from tests.builders import method, sample

SCHEMAS = Path(__file__).parents[1] / "schemas"


def example() -> Report:
    """Two responses, one of them with an empty thinking: values, nulls, levels, subjects."""
    full = Score(
        id="p#1",
        source="s",
        tokens=100,
        response_tokens=120,
        solution_tokens=[40, 40],
        tail_tokens=20,
        kinds=["first_correct", "recheck"],
        correct=True,
        first_correct=1,
        tokens_to_answer=40,
        outcome_efficiency=0.4,
        outcome_efficiency_first_solution=0.4,
        process_efficiency=0.4,
        tokens_after_answer=60,
        underthinking=None,
        auc_oaa=0.9,
    )
    undefined = [
        *("first_correct", "tokens_to_answer", "outcome_efficiency", "outcome_efficiency_first_solution"),
        *("process_efficiency", "tokens_after_answer"),
    ]
    empty = full.model_copy(
        update={
            **dict.fromkeys(undefined),
            "id": "q#1",
            "tokens": 0,
            "solution_tokens": [],
            "tail_tokens": 0,
            "kinds": [],
        }
    )
    samples = [
        sample("p", [40, 40], "cc", level=1, subject="Algebra", tail=20).having("score", full),
        sample("q", [], "", level=2, subject="Algebra", language="zh").having("score", empty),
    ]
    how = method(tokenizer="qwen", tokenizer_is_own=False)
    return aggregate(samples, run="r", model="m", created="2026-01-02T03:04:05Z", method=how, failed={"verify": 1})


def committed() -> dict[str, Any]:
    return json.loads((SCHEMAS / "report.v1.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "written"), [("report.v1.json", Report), ("compare.v1.json", Comparison), ("exit.v1.json", Exits)]
)
def test_a_committed_schema_is_that_of_the_code(name: str, written: type[Row]) -> None:
    schema = json_schema(written)
    assert (SCHEMAS / name).read_text(encoding="utf-8") == json.dumps(schema, indent=2) + "\n"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_a_report_satisfies_the_schema() -> None:
    jsonschema.validate(json.loads(to_json(example())), committed(), cls=jsonschema.Draft202012Validator)


def test_the_text_of_a_report_can_be_read_back() -> None:
    report = example()
    assert Report.model_validate_json(to_json(report)) == report


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["schema_version"], 2),
        (["rows", 0, "value"], "0.5"),
        (["rows", 0, "n"], None),
        (["rows", 0, "surprise"], 1),
        (["runs", 0, "method", "scope"], "all"),
        (["runs", 0, "counts", "responses"], "2"),
        (["runs", 0, "metrics", "math500", "levels"], []),
    ],
)
def test_the_schema_refuses_what_is_no_report(path: list[Any], value: object) -> None:
    document = json.loads(to_json(example()))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, committed())


@pytest.mark.parametrize("key", ["value", "ci_low", "n", "n_excluded", "unit", "higher_is_better", "time", "level"])
def test_the_schema_requires_every_field_of_a_row(key: str) -> None:
    document = json.loads(to_json(example()))
    del document["rows"][0][key]
    with pytest.raises(jsonschema.ValidationError, match=key):
        jsonschema.validate(document, committed())


def test_no_number_of_a_report_is_nan_or_infinite() -> None:
    json.loads(to_json(example()), parse_constant=lambda name: pytest.fail(f"{name} in report.json"))
