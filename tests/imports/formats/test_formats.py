"""Logs of other tools: what the real tools wrote becomes the rows that it stands for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from overthink.imports import formats
from overthink.imports.formats import FORMATS
from overthink.imports.log import Log
from tests.conftest import Overthink

LOGS = Path(__file__).parent / "logs"
FIRST = "<think>\n2 and 3 make 5. So the answer is 5.\n\nWait, 3 + 2 is 5 as well.\n</think>\n\n\\boxed{5}"
WRONG = "<think>\n4 + 9 = 14, I think. The answer is 14.\n</think>\n\n\\boxed{14}"


def rows(folder: str | Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(folder, f"{name}.jsonl").read_text().splitlines()]


def write(path: str, *lines: object) -> Path:
    Path(path).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return Path(path)


def test_lm_eval_gives_every_repeat_with_its_target(overthink: Overthink) -> None:
    done = overthink("import", LOGS / "lm-eval", "--format", "lm-eval", "--out", "i")
    assert done.code == 0
    run = "i/example--reasoner"
    assert [(row["id"], row["model"]) for row in rows(run, "generate")] == [
        ("sums/0#1", "example/reasoner"), ("sums/0#2", "example/reasoner"),
        ("sums/1#1", "example/reasoner"), ("sums/1#2", "example/reasoner"),
    ]  # fmt: skip
    assert [rows(run, "generate")[k]["response"] for k in (0, 3)] == [FIRST, WRONG]
    assert rows(run, "problems")[0] == {
        "id": "sums/0", "dataset": "sums", "question": "What is 2 + 3?", "answer": "5", "level": 1, "subject": "Sums"
    }  # fmt: skip
    assert "not in the log" not in done.err


def test_lm_eval_with_think_end_token_is_told_loudly(overthink: Overthink) -> None:
    done = overthink("import", LOGS / "lm-eval-stripped", "--format", "lm-eval", "--out", "i")
    assert done.code == 0
    assert "WARNING: the thinking of all 4 responses is not in the log (think_end_token=</think>)" in done.err


@pytest.mark.parametrize(
    ("arguments", "loud"),
    [
        ("pretrained=m,think_end_token=</think>", True),
        ("pretrained=m", False),
        ({"think_end_token": 7}, True),
        ({"think_end_token": None}, False),
        (None, False),
        ("pretrained=no_think_end_token", False),
    ],
    ids=["text", "text without", "object", "null", "none", "look-alike"],
)
def test_think_end_token_is_found_however_it_was_given(overthink: Overthink, arguments: object, loud: bool) -> None:
    shutil.copytree(LOGS / "lm-eval", "log")
    (results,) = Path("log").glob("results_*.json")
    content = json.loads(results.read_text())
    content["config"]["model_args"] = arguments
    results.write_text(json.dumps(content))
    done = overthink("import", "log", "--format", "lm-eval", "--out", "i")
    assert ("is not in the log (think_end_token=" in done.err) == loud


def test_lm_eval_without_its_results_needs_a_model_and_says_what_is_unknown(overthink: Overthink) -> None:
    (samples,) = (LOGS / "lm-eval").glob("samples_*")
    shutil.copy(samples, samples.name)
    refused = overthink("import", samples.name, "--format", "lm-eval", "--out", "i")
    assert refused.code == 2
    assert "names no model" in refused.err
    done = overthink("import", samples.name, "--format", "lm-eval", "--model", "m", "--out", "i")
    assert done.code == 0
    assert "whether lm-eval cut the reasoning away is unknown" in done.err


def test_lm_eval_reads_a_document_once_however_many_filters_it_has(overthink: Overthink) -> None:
    (samples,) = (LOGS / "lm-eval").glob("samples_*")
    lines = [json.loads(line) for line in samples.read_text().splitlines()]
    write(samples.name, *lines, *({**line, "filter": "other"} for line in lines))
    overthink("import", samples.name, "--format", "lm-eval", "--model", "m", "--out", "i")
    assert len(rows("i/m", "generate")) == 4


def test_lighteval_gives_every_text_with_its_gold(overthink: Overthink) -> None:
    done = overthink("import", LOGS / "lighteval", "--format", "lighteval", "--out", "i")
    assert done.code == 0
    run = "i/example--reasoner"
    assert {row["id"] for row in rows(run, "generate")} == {"sums/0#1", "sums/0#2", "sums/1#1", "sums/1#2"}
    assert {row["response"] for row in rows(run, "generate")} >= {FIRST, WRONG}
    assert {row["id"]: row["answer"] for row in rows(run, "problems")} == {"sums/0": "5", "sums/1": "13"}
    assert rows(run, "problems")[0]["dataset"] == "sums"


def test_a_batch_is_joined_with_its_requests_in_any_order(overthink: Overthink) -> None:
    requests, replies = LOGS / "vllm-batch/requests.jsonl", LOGS / "vllm-batch/replies.jsonl"
    done = overthink("import", replies, requests, "--format", "vllm-batch", "--out", "i")
    assert done.code == 1, "one request of the batch failed"
    found = {row["id"]: row for row in rows("i/tiny", "generate")}
    assert set(found) == {"sum-1#1", "sum-1#2", "sum-2#1"}
    assert all(row["response"].startswith("<think>\n") and row["finish_reason"] == "length" for row in found.values())
    assert found["sum-2#1"]["completion_tokens"] == 24
    assert [row["question"] for row in rows("i/tiny", "problems")][:2] == ["What is 2 + 3?", "What is 4 + 9?"]
    (failure,) = rows("i/tiny", "failures")
    assert failure["id"] == "sum-3#1"
    assert "requests of the batch that failed: 1" in done.err


def batch_request(**body: object) -> dict[str, object]:
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is 2 + 3?"}]
    return {
        "custom_id": "a", "method": "POST", "url": "/v1/chat/completions",
        "body": {"model": "m", "messages": turns, **body},
    }  # fmt: skip


def batch_reply(message: dict[str, object], hidden: int = 0) -> dict[str, object]:
    usage = {"prompt_tokens": 9, "completion_tokens": 7, "completion_tokens_details": {"reasoning_tokens": hidden}}
    body = {"model": "m-2026", "choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}
    return {"id": "b", "custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None}


def test_an_openai_batch_takes_gold_and_level_from_the_metadata_of_its_requests(overthink: Overthink) -> None:
    write("in.jsonl", batch_request(metadata={"answer": "5", "level": "2", "dataset": "sums"}))
    write("out.jsonl", batch_reply({"role": "assistant", "content": "It is 5."}))
    done = overthink("import", "in.jsonl", "out.jsonl", "--format", "openai-batch", "--out", "i")
    assert done.code == 0
    (problem,) = rows("i/m", "problems")
    assert (problem["id"], problem["answer"], problem["level"], problem["dataset"]) == ("a", "5", 2, "sums")
    assert problem["question"] == "What is 2 + 3?"
    assert "not in the log" not in done.err


@pytest.mark.parametrize(
    ("message", "loud"),
    [
        ({"content": "5"}, True),
        ({"content": "5", "reasoning": "2 and 3."}, False),
        ({"content": "5", "reasoning_content": "2 and 3."}, False),
        ({"content": "<think>2 and 3</think>5"}, False),
    ],
    ids=["hidden", "reasoning", "reasoning_content", "tags"],
)
def test_reasoning_that_was_counted_and_not_sent_is_told_loudly(
    overthink: Overthink, message: dict[str, object], loud: bool
) -> None:
    write("in.jsonl", batch_request())
    write("out.jsonl", batch_reply(message, hidden=40))
    done = overthink("import", "in.jsonl", "out.jsonl", "--format", "openai-batch", "--out", "i")
    assert done.code == 0
    assert ("the server hides its thinking in 1 of 1 responses" in done.err) == loud


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("form", ["eval", "json"])
def test_inspect_gives_every_epoch_with_its_reasoning(overthink: Overthink, inspect_logs: Path, form: str) -> None:
    done = overthink("import", inspect_logs / form, "--format", "inspect", "--out", "i")
    assert done.code == 0
    found = {row["id"]: row for row in rows("i/org--reasoner", "generate")}
    assert set(found) == {"sum-1#1", "sum-1#2", "sum-2#1", "sum-2#2"}
    assert (found["sum-1#1"]["response"], found["sum-2#2"]["response"]) == (FIRST, WRONG)
    assert found["sum-2#1"]["finish_reason"] == "length"
    assert (found["sum-2#1"]["prompt_tokens"], found["sum-2#1"]["completion_tokens"]) == (12, 30)
    problems = {row["id"]: row for row in rows("i/org--reasoner", "problems")}
    assert (problems["sum-1"]["answer"], problems["sum-1"]["level"]) == ("5", 1)
    assert problems["sum-2"]["answer"] is None
    assert "several targets, which count as without a gold answer: 2" in done.err
    assert "the server hides its thinking in 1 of 4 responses" in done.err


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_newer_log_of_inspect_is_refused(
    overthink: Overthink, inspect_logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("overthink.imports.formats.inspect.VERSION", 1)
    done = overthink("import", inspect_logs / "eval", "--format", "inspect", "--out", "i")
    assert done.code == 2
    assert "a log of version 2, and the newest known is 1" in done.err


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_an_evaluation_of_inspect_that_did_not_end_is_told(overthink: Overthink, inspect_logs: Path) -> None:
    (log,) = (inspect_logs / "json").glob("*.json")
    content = json.loads(log.read_text())
    content["status"] = "cancelled"
    content["samples"][0]["output"]["choices"] = []
    Path("x.json").write_text(json.dumps(content))
    done = overthink("import", "x.json", "--format", "inspect", "--out", "i")
    assert done.code == 1, "one sample has no reply"
    assert "x.json: the evaluation did not end well (status cancelled): 4 of 4 samples are in the log" in done.err
    assert "1 of 4 rows of the files hold no response (no_text)" in done.err


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("tags", "box"), [((), "<think>\n\n</think>"), (("--think-tags", "<r>", "</r>"), "<r>\n\n</r>")]
)
def test_empty_reasoning_of_inspect_is_an_empty_box_in_the_tags_of_the_run(
    overthink: Overthink, inspect_logs: Path, tags: tuple[str, ...], box: str
) -> None:
    (log,) = (inspect_logs / "json").glob("*.json")
    content = json.loads(log.read_text())
    reply = content["samples"][0]["output"]["choices"][0]["message"]
    reply["content"] = [{"type": "reasoning", "reasoning": ""}, {"type": "text", "text": "It is 5."}]
    log = Path(f"{len(tags)}.json")  # Inspect's reader remembers files by their names
    log.write_text(json.dumps(content))
    overthink("import", log, "--format", "inspect", *tags, "--out", "i")
    assert f"{box}\n\nIt is 5." in [row["response"] for row in rows("i/org--reasoner", "generate")]


def test_a_thought_between_the_tags_of_the_run_is_in_the_batch(overthink: Overthink) -> None:
    write("in.jsonl", batch_request())
    write("out.jsonl", batch_reply({"role": "assistant", "content": "<r>2 and 3</r>5"}, hidden=7))
    command = ("import", "in.jsonl", "out.jsonl", "--format", "openai-batch", "--out")
    assert "the server hides its thinking" in overthink(*command, "i").err
    assert "the server hides its thinking" not in overthink(*command, "j", "--think-tags", "<r>", "</r>").err


def test_reasoning_beside_content_is_thinking_whatever_the_tags(overthink: Overthink) -> None:
    row = {
        "problem": "2 + 3?",
        "answer": "5",
        "response": "\\boxed{5}",
        "reasoning_content": "2 + 3 = 5.",
        "model": "m",
    }
    write("r.jsonl", row | {"finish_reason": "stop"})
    overthink("import", "r.jsonl", "--out", "i", "--think-tags", "<r>", "</r>")
    assert overthink("segment", "i/m").code == 0
    ((start, end), text) = (rows("i/m", "segment")[0]["thinking"], rows("i/m", "generate")[0]["response"])
    assert text[start:end] == "2 + 3 = 5."


def test_without_inspect_its_extra_is_named(overthink: Overthink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inspect_ai.log", None)
    write("x.json", {})
    done = overthink("import", "x.json", "--format", "inspect", "--out", "i")
    assert (done.code, "pip install 'overthink[inspect]'" in done.err) == (2, True)


def plain(name: str) -> Callable[[], list[Path]]:
    return lambda: [write(name, {"problem": "1 + 1?", "response": "2", "model": "m"})]


def likelihoods() -> list[Path]:
    (samples,) = (LOGS / "lm-eval").glob("samples_*")
    line = json.loads(samples.read_text().splitlines()[0])
    return [write(samples.name, {**line, "resps": [[[-1.5, False]]]})]


def empty_folder() -> list[Path]:
    Path("empty").mkdir()
    return [Path("empty")]


@pytest.mark.parametrize(
    ("form", "files", "words"),
    [
        ("lm-eval", plain("x.jsonl"), "x.jsonl, line 1: not a sample of lm-eval, or of an unknown version"),
        ("lm-eval", likelihoods, "holds likelihoods, not texts"),
        ("lm-eval", empty_folder, "no samples of lm-eval in this folder"),
        ("lm-eval", lambda: [Path("nowhere.jsonl")], "there is no such file"),
        ("lighteval", plain("x.jsonl"), "not a detail of lighteval, or of an unknown version"),
        ("inspect", plain("x.json"), "x.json: not a log of Inspect"),
        ("inspect", lambda: [Path("nowhere.eval")], "there is no such file"),
        ("openai-batch", plain("x.jsonl"), "neither a request nor a reply of a batch"),
        ("openai-batch", lambda: [write("in.jsonl", batch_request())], "the file of replies is missing"),
        ("openai-batch", lambda: [write("out.jsonl", batch_reply({"content": "5"}))], "file of requests is missing"),
        (
            "vllm-batch",
            lambda: [write("in.jsonl", {**batch_request(), "url": "/v1/embeddings"})],
            "a batch for /v1/embeddings, which is not read",
        ),
        (
            "vllm-batch",
            lambda: [write("in.jsonl", batch_request()), write("out.jsonl", {**batch_reply({}), "custom_id": "b"})],
            "no request has the custom_id 'b', nor that of any other reply",
        ),
    ],
    ids=[
        "lm-eval rows", "likelihoods", "empty folder", "no file", "lighteval rows", "inspect rows", "no log",
        "batch rows", "requests alone", "replies alone", "endpoint", "another batch",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_what_is_no_such_log_is_told_in_two_lines(
    overthink: Overthink, form: str, files: Callable[[], list[Path]], words: str
) -> None:
    done = overthink("import", *files(), "--format", form, "--out", "i")
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert len(done.err.strip().splitlines()) == 2
    assert not Path("i").exists()


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_has_a_module_with_a_reader_and_is_in_the_help(overthink: Overthink, name: str) -> None:
    assert issubclass(import_module(f"overthink.imports.formats.{name.replace('-', '_')}").Reader, Log)
    assert re.search(rf"^  {name} +\S", overthink("import", "--help").out, re.MULTILINE)


def test_each_module_of_the_folder_is_a_format() -> None:
    modules = {path.stem.replace("_", "-") for path in Path(formats.__file__).parent.glob("[!_]*.py")}
    assert {"inspect", "lighteval", "lm-eval", "openai-batch", "vllm-batch"} <= modules
    assert set(FORMATS) == modules


@pytest.mark.parametrize(
    ("name", "loaded"),
    [
        ("lm-eval", {"lm_eval"}),
        ("vllm-batch", {"openai_batch", "vllm_batch"}),
        (None, {"plain"}),
    ],
)
def test_only_the_format_that_is_named_is_imported(name: str | None, loaded: set[str]) -> None:
    code = "import sys; from pathlib import Path; from overthink.imports.formats import opened"
    code += f"; opened({name!r}, [Path('x')]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    prefix = "overthink.imports.formats."
    assert {module.removeprefix(prefix) for module in done.stdout.split() if module.startswith(prefix)} == loaded


@pytest.mark.parametrize("name", ["csv", "lm_eval", "LM-EVAL", "__init__", "", "lm-eval.json", "../log"])
def test_an_unknown_format_is_refused_in_two_lines_that_name_the_known_ones(overthink: Overthink, name: str) -> None:
    done = overthink("import", write("x.jsonl", {"problem": "?", "response": "5"}), "--format", name, "--out", "i")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        f"--format {name}: no such format",
        f"Formats are {', '.join(FORMATS)}.",
    ]
    assert not Path("i").exists()
