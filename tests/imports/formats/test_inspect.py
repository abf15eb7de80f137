"""Logs of Inspect: every sample that is in a log is a response or a failed row, however the log was planned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from overthink.errors import OverthinkError
from overthink.imports.stage import import_files
from overthink.problems import Catalogue
from overthink.records import Response
from overthink.run import Run

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

Json = dict[str, Any]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def imported(inspect_logs: Path, tmp_path: Path, said: list[str]) -> Callable[[Callable[[Json], object]], Run | None]:
    """Imports the log of two sums and two epochs after a change; gives its run, or nothing if no sample was read."""
    (log,) = (inspect_logs / "json").glob("*.json")

    def call(change: Callable[[Json], object]) -> Run | None:
        content = json.loads(log.read_text())
        change(content)
        path = (
            tmp_path / f"{len(list(tmp_path.glob('*.json')))}.json"
        )  # Inspect's reader remembers files by their names
        path.write_text(json.dumps(content))
        runs = import_files([path], tmp_path / path.stem, form="inspect", catalogue=Catalogue(None), say=said.append)
        return runs[0] if runs else None

    return call


def responses(run: Run | None) -> dict[str, Response]:
    assert run is not None
    return {row.id: row for row in run.table("generate").rows()}


def failures(run: Run | None) -> dict[str, tuple[str, str]]:
    assert run is not None
    return {row.id: (row.kind, row.message) for row in run.failures()}


def without_sample_ids(log: Json) -> None:
    log["eval"]["dataset"].pop("sample_ids")


def beyond_epochs(log: Json) -> None:
    log["eval"]["config"]["epochs"] = 1


@pytest.mark.parametrize("change", [without_sample_ids, beyond_epochs, lambda log: log["eval"].update(config={})])
def test_every_sample_is_read_whatever_the_log_was_planned_to_hold(
    imported: Callable[..., Run], change: Callable[[Json], object]
) -> None:
    assert len(responses(imported(change))) == 4


def test_a_log_without_samples_says_how_many_there_are(imported: Callable[..., Run | None], said: list[str]) -> None:
    assert imported(lambda log: log.update(samples=[])) is None
    assert imported(lambda log: log.update(samples=None, status="cancelled")) is None
    assert said == [
        "0.json: 0 of 4 samples are in the log",
        "1.json: the evaluation did not end well (status cancelled): 0 of 4 samples are in the log",
    ]


def test_a_sample_that_failed_is_a_failed_row_with_its_error(imported: Callable[..., Run]) -> None:
    error = {"message": "RateLimitError: slow down\nat line 3", "traceback": "t", "traceback_ansi": "t"}

    def change(log: Json) -> None:
        log["samples"][0]["error"] = error
        log["samples"][1]["output"]["choices"] = []

    run = imported(change)
    assert len(responses(run)) == 2
    assert sorted(failures(run).values()) == [
        ("error", "RateLimitError: slow down"), ("no_text", "the sample has no output")
    ]  # fmt: skip


def test_every_choice_of_a_sample_is_a_response(imported: Callable[..., Run]) -> None:
    def change(log: Json) -> None:
        for sample in log["samples"]:
            first = sample["output"]["choices"][0]
            second = {**first, "message": {"role": "assistant", "content": "another"}}
            sample["output"]["choices"] = [first, second]

    run = imported(change)
    assert [row_id for row_id in sorted(responses(run)) if row_id.startswith("sum-1")] == [
        f"sum-1#{number}" for number in (1, 2, 3, 4)
    ]
    assert responses(run)["sum-1#2"].response == responses(run)["sum-1#4"].response == "another"


def test_the_thinking_of_every_turn_between_calls_of_tools_is_read(imported: Callable[..., Run]) -> None:
    call = {"id": "c", "function": "search", "arguments": {"q": "2 + 3"}}

    def thought(text: str) -> Json:
        return {"type": "reasoning", "reasoning": text}

    last = {"role": "assistant", "content": [thought("Yes, 5."), {"type": "text", "text": "It is 5."}]}

    def change(log: Json) -> None:
        sample = log["samples"][0]
        sample["messages"] = [
            {"role": "user", "content": "What is 2 + 3?"},
            {"role": "assistant", "content": [thought("I look it up.")], "tool_calls": [call]},
            {"role": "tool", "content": "5", "tool_call_id": "c", "function": "search"},
            last,
        ]
        sample["output"]["choices"][0]["message"] = last
        usage = {"input_tokens": 9, "output_tokens": 40, "total_tokens": 49, "reasoning_tokens": 7}
        sample["model_usage"] = {log["eval"]["model"]: usage}

    run = imported(change)
    (row,) = [row for row in responses(run).values() if "look it up" in row.response]
    assert row.response == "<think>\nI look it up.\n</think>\n\n<think>\nYes, 5.\n</think>\n\nIt is 5."
    assert (row.completion_tokens, row.reasoning_tokens) == (40, 7)


def test_hidden_thinking_of_a_sample_is_hidden(imported: Callable[..., Run]) -> None:
    def change(log: Json) -> None:
        for sample in log["samples"]:
            sample["output"]["choices"][0]["message"]["content"] = "5"
            sample["messages"] = []
            usage = {"input_tokens": 9, "output_tokens": 40, "total_tokens": 49, "reasoning_tokens": 30}
            sample["model_usage"] = {log["eval"]["model"]: usage}

    assert all(row.hidden and row.reasoning_tokens == 30 for row in responses(imported(change)).values())


def test_options_belong_to_the_question(imported: Callable[..., Run]) -> None:
    def change(log: Json) -> None:
        for sample in log["samples"]:
            sample["choices"] = ["4", "5"]

    run = imported(change)
    assert next(run.table("problems").rows()).question == "What is 2 + 3?\n\nA) 4\nB) 5"


def test_a_sample_that_asks_nothing_in_words_is_named_by_its_id(imported: Callable[..., Run]) -> None:
    run = imported(lambda log: [sample.update(input=[{"role": "system", "content": "s"}]) for sample in log["samples"]])
    assert {problem.question for problem in run.table("problems").rows()} == {"sum-1", "sum-2"}


def test_a_folder_may_hold_other_files(inspect_logs: Path, tmp_path: Path) -> None:
    (log,) = (inspect_logs / "json").glob("*.json")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/again.json").write_text(log.read_text())
    (tmp_path / "logs/logs.json").write_text("{}")
    (tmp_path / "logs/eval-set.json").write_text('{"eval_set_id": "x", "tasks": []}')
    (run,) = import_files(
        [tmp_path / "logs"], tmp_path / "out", form="inspect", catalogue=Catalogue(None), say=lambda _: None
    )
    assert len(run.table("generate")) == 4


def test_a_sample_that_the_library_cannot_read_is_told_in_two_lines(imported: Callable[..., Run]) -> None:
    with pytest.raises(OverthinkError) as caught:
        imported(lambda log: log["samples"].append({"id": 3}))
    assert "\n" not in caught.value.message
