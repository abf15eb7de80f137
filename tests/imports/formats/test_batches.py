"""Batches of every API: each request is a response or a failed row, whatever files hold what, in whatever order."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from overthink.errors import OverthinkError
from overthink.imports.stage import import_files
from overthink.problems import Catalogue
from overthink.records import Response
from overthink.run import Run

Json = Mapping[str, Any]
ADDITION, SUBTRACTION = "What is 2 + 3?", "What is 7 - 4?"


def write(path: Path, *rows: Json) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def request(own: str, question: str = ADDITION, url: str = "/v1/chat/completions", **body: Any) -> Json:
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}]
    body = {"model": "m", "messages": turns, "metadata": {"answer": "5"}, **body}
    return {"custom_id": own, "method": "POST", "url": url, "body": body}


def reply(own: str, text: str = "5", **message: Any) -> Json:
    body = {"choices": [{"message": {"content": text, **message}, "finish_reason": "stop"}]}
    return {"id": "b", "custom_id": own, "response": {"status_code": 200, "body": body}, "error": None}


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def imported(tmp_path: Path, said: list[str]) -> Callable[..., Run]:
    """Imports files with these rows, in the order of the arguments; gives the run of model m."""

    def call(*files: Sequence[Json], format: str | None = "openai-batch", out: str = "out", **options: Any) -> Run:
        paths = [write(tmp_path / f"{number}.jsonl", *rows) for number, rows in enumerate(files)]
        (run,) = import_files(paths, tmp_path / out, form=format, catalogue=Catalogue(None), say=said.append, **options)
        return run

    return call


def responses(run: Run) -> dict[str, Response]:
    return {row.id: row for row in run.table("generate").rows()}


def failures(run: Run) -> dict[str, tuple[str, str]]:
    return {row.id: (row.kind, row.message) for row in run.failures()}


def test_a_request_without_a_reply_is_a_failed_row(imported: Callable[..., Run], said: list[str]) -> None:
    run = imported([request("a"), request("b", SUBTRACTION), request("c", "What is 1 + 1?", n=2)], [reply("a")])
    assert list(responses(run)) == ["a#1"]
    assert failures(run) == dict.fromkeys(
        ("b#1", "c#1", "c#2"), ("missing_reply", "the batch holds no reply to this request")
    )
    assert "requests of the batch without a reply: 2 of 3" in said
    assert {problem.dataset for problem in run.table("problems").rows()} == {"1"}


ERRORS: list[tuple[Json, str]] = [
    (
        {"response": None, "error": {"code": "batch_expired", "message": "It was not done in time."}},
        "It was not done in time.",
    ),
    (
        {"response": {"status_code": 400, "body": {"error": {"message": "The prompt was filtered."}}}, "error": None},
        "status 400: The prompt was filtered.",
    ),
    ({"response": None, "error": {"code": "BadRequest", "message": "No such deployment."}}, "No such deployment."),
    ({"response": {"status_code": 503, "body": None}, "error": None}, "status 503"),
    (
        {"result": {"type": "errored", "error": {"type": "error", "error": {"message": "Overloaded"}}}},
        "errored: Overloaded",
    ),
    ({"result": {"type": "expired"}}, "expired"),
    ({"result": {"type": "canceled"}}, "canceled"),
    ({"error": {"code": 13, "message": "Internal"}}, "Internal"),
    ({"response": None, "error": "timed out"}, "timed out"),
    ({"response": None, "error": None}, "no reply"),
    ({"response": {"status_code": 200, "body": None}}, "no reply"),
    ({"response": {"status_code": 200, "body": {"choices": []}}}, "a response is an object with the keys choices"),
    (
        {"response": {"status_code": 200, "body": {"choices": [{"message": {}}]}}},
        "a response is an object with the keys none",
    ),
]


@pytest.mark.parametrize(("error", "words"), ERRORS, ids=[words for _, words in ERRORS])
def test_the_file_of_errors_gives_failed_rows_with_what_went_wrong(
    imported: Callable[..., Run], error: Json, words: str
) -> None:
    requests, replies = [request("a"), request("b", SUBTRACTION)], [reply("a")]
    run = imported(requests, replies, [{"custom_id": "b", **error}])
    assert (list(responses(run)), failures(run)) == (["a#1"], {"b#1": ("error", words)})


def test_a_request_that_was_sent_again_is_no_failure(imported: Callable[..., Run]) -> None:
    run = imported([{"custom_id": "a", **ERRORS[0][0]}], [request("a")], [reply("a")])
    assert (list(responses(run)), failures(run)) == (["a#1"], {})


def test_files_may_be_in_any_order_and_in_one_folder(imported: Callable[..., Run], tmp_path: Path) -> None:
    files = [[request("a"), request("b", SUBTRACTION)], [reply("a")], [{"custom_id": "b", **ERRORS[1][0]}]]
    kept = set()
    for number, order in enumerate(itertools.permutations(files)):
        run = imported(*order, out=f"o{number}")
        kept.add((tuple(responses(run)), tuple(failures(run))))
    assert kept == {(("a#1",), ("b#1",))}
    for number, rows in enumerate(files):
        write(tmp_path / "folder" / f"{number}.jsonl", *rows)
    write(tmp_path / "folder/notes.jsonl", {"author": "me"})
    for format in ("openai-batch", None):
        (run,) = import_files(
            [tmp_path / "folder"], tmp_path / f"f{format}", form=format, catalogue=Catalogue(None), say=lambda _: None
        )
        assert (list(responses(run)), list(failures(run))) == (["a#1"], ["b#1"])


def test_replies_without_their_requests_are_told(imported: Callable[..., Run]) -> None:
    run = imported([request("a")], [reply("a"), reply("x"), reply("y")])
    assert list(responses(run)) == ["a#1"]
    assert [(one.code, one.count, one.of) for one in run.manifest.caveats] == [("unasked_replies", 2, 3)]


def test_replies_of_another_batch_alone_are_refused(imported: Callable[..., Run]) -> None:
    with pytest.raises(OverthinkError, match=r"1.jsonl, line 1: no request has the custom_id 'x'"):
        imported([request("a")], [reply("x"), reply("y")])


@pytest.mark.parametrize(
    ("first", "second", "problems"),
    [
        (request("q1-s0"), request("q1-s1"), 1),
        (request("q1-s0"), request("q1-s1", SUBTRACTION), 2),
        (request("q1-s0"), request("q1-s1", metadata={"answer": "6"}), 2),
        (request("q1-s0", metadata={"id": "q1"}), request("q1-s1", metadata={"id": "q1"}), 1),
    ],
)
def test_one_request_a_sample_is_one_problem(
    imported: Callable[..., Run], first: Json, second: Json, problems: int
) -> None:
    run = imported([first, second], [reply("q1-s1", "b")], [reply("q1-s0", "a")])
    assert (len(run.table("problems")), len(responses(run))) == (problems, 2)
    assert sorted(row.sample for row in responses(run).values()) == ([1, 2] if problems == 1 else [1, 1])


def test_a_reply_that_comes_later_is_taken_for_the_failed_row(imported: Callable[..., Run]) -> None:
    requests = [request("a"), request("b", SUBTRACTION)]
    assert list(failures(imported(requests, [reply("a")]))) == ["b#1"]
    run = imported(requests, [reply("b")])
    assert (sorted(responses(run)), failures(run)) == (["a#1", "b#1"], {})


THOUGHT, ANSWER = "2 and 3 make 5.", "It is \\boxed{5}."
WRITTEN = f"<think>\n{THOUGHT}\n</think>\n\n{ANSWER}"
SHAPES: dict[str, tuple[Json, Json]] = {
    "openai": (request("a"), reply("a", ANSWER, reasoning_content=THOUGHT)),
    "azure": (
        request("a", url="/chat/completions"), {**reply("a", ANSWER, reasoning=THOUGHT), "custom_id": "a"}
    ),
    "azure deployment": (
        request("a", url="/openai/deployments/m/chat/completions"), reply("a", ANSWER, reasoning=THOUGHT)
    ),
    "a body as text": (
        request("a"),
        {"custom_id": "a", "response": {"status_code": 200, "body": json.dumps({
            "choices": [{"message": {"content": WRITTEN}, "finish_reason": "stop"}]})}},
    ),
    "completions": (
        {"custom_id": "a", "url": "/v1/completions", "body": {"model": "m", "prompt": ADDITION}},
        {"custom_id": "a", "response": {"status_code": 200, "body": {
            "choices": [{"text": WRITTEN, "finish_reason": "stop"}]}}},
    ),
    "responses": (
        {"custom_id": "a", "url": "/v1/responses", "body": {"model": "m", "input": ADDITION}},
        {"custom_id": "a", "response": {"status_code": 200, "body": {
            "object": "response", "status": "completed", "model": "m", "output": [
                {"type": "reasoning", "content": [{"type": "reasoning_text", "text": THOUGHT}], "summary": []},
                {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": ANSWER}]},
            ]}}, "error": None},
    ),
    "responses with turns": (
        {"custom_id": "a", "url": "/v1/responses", "body": {"model": "m", "input": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "input_text", "text": ADDITION}]}]}},
        {"custom_id": "a", "response": {"status_code": 200, "body": {
            "object": "response", "status": "completed", "output": [
                {"type": "reasoning", "content": [{"type": "reasoning_text", "text": THOUGHT}]},
                {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": ANSWER}]},
            ]}}, "error": None},
    ),
    "anthropic": (
        {"custom_id": "a", "params": {"model": "m", "max_tokens": 9, "messages": [
            {"role": "user", "content": ADDITION}]}},
        {"custom_id": "a", "result": {"type": "succeeded", "message": {
            "role": "assistant", "model": "m", "stop_reason": "end_turn", "content": [
                {"type": "thinking", "thinking": THOUGHT, "signature": "x"}, {"type": "text", "text": ANSWER}]}}},
    ),
    "mistral": (
        {"custom_id": "a", "body": {"model": "m", "messages": [{"role": "user", "content": ADDITION}]}},
        {"id": "b", "custom_id": "a", "response": {"status_code": 200, "body": {"choices": [{
            "finish_reason": "stop", "message": {"role": "assistant", "content": [
                {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]},
                {"type": "text", "text": ANSWER}]}}]}}, "error": None},
    ),
    "google": (
        {"key": "a", "request": {"model": "m", "contents": [{"role": "user", "parts": [{"text": ADDITION}]}]}},
        {"key": "a", "response": {"candidates": [{"finishReason": "STOP", "content": {"role": "model", "parts": [
            {"text": THOUGHT, "thought": True}, {"text": ANSWER}]}}]}},
    ),
    "bedrock": (
        {"recordId": "a", "modelInput": {"model": "m", "messages": [
            {"role": "user", "content": [{"type": "text", "text": ADDITION}]}]}},
        {"recordId": "a", "modelInput": {"model": "m", "messages": [
            {"role": "user", "content": [{"type": "text", "text": ADDITION}]}]},
         "modelOutput": {"role": "assistant", "stop_reason": "end_turn", "content": [
            {"type": "thinking", "thinking": THOUGHT}, {"type": "text", "text": ANSWER}]}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("format", ["openai-batch", None], ids=["named", "guessed"])
def test_the_batches_of_every_api_give_the_same_question_and_response(
    imported: Callable[..., Run], shape: str, format: str | None
) -> None:
    asked, replied = SHAPES[shape]
    run = imported([asked], [replied], format=format)
    (problem,) = run.table("problems").rows()
    (row,) = responses(run).values()
    assert (problem.id, problem.question) == ("a", ADDITION)
    assert (row.response, row.finish_reason) == (WRITTEN, "stop")
    assert failures(run) == {}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([request("a"), {"problem": "1 + 1?", "response": "2"}], "line 2: neither a request nor a reply of a batch"),
        ([{**request("a"), "url": "/v1/embeddings"}], "a batch for /v1/embeddings, which is not read"),
        ([request("a")], "the file of replies is missing"),
        ([reply("a")], "the file of requests is missing"),
    ],
)
def test_what_is_no_batch_is_told(imported: Callable[..., Run], rows: list[Json], words: str) -> None:
    with pytest.raises(OverthinkError, match=words):
        imported(rows)


def test_rows_come_in_the_order_of_the_requests_whatever_that_of_the_replies(imported: Callable[..., Run]) -> None:
    asked = [request("a"), request("b", SUBTRACTION), request("a-2")]
    run = imported([reply("a-2", "third"), reply("b", "second"), reply("a", "first")], asked)
    assert [row.response for row in responses(run).values()] == ["first", "second", "third"]
    assert [row.sample for row in responses(run).values()] == [1, 1, 2]


def test_googles_replies_are_joined_by_their_key_and_failed_requests_are_of_their_model(
    imported: Callable[..., Run],
) -> None:
    asked = [{"key": key, "request": {"contents": [{"parts": [{"text": f"{key}?"}]}]}} for key in ("a", "b", "c")]
    said = {"candidates": [{"content": {"parts": [{"text": "5"}]}, "finishReason": "STOP"}], "modelVersion": "m"}
    replies = [{"metadata": {"key": "c"}, "response": said}, {"response": said, "key": "b"}]
    run = imported(asked, [*replies, {"key": "a", "error": {"code": 13, "message": "internal"}}], format=None)
    assert (list(responses(run)), failures(run)) == (["b#1", "c#1"], {"a#1": ("error", "internal")})
