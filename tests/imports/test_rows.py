from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.errors import OverthinkError, UnreadableReply
from overthink.imports.rows import read_row, sample_number
from overthink.models.interface import clean
from overthink.problems.rows import column_map, read_problem
from overthink.text.keys import SUMMARY_KEYS

ROW: dict[str, Any] = {"problem": "What is 2 + 3?", "answer": "5", "response": "It is 5."}


def texts(raw: dict[str, Any], **columns: str) -> list[str | None]:
    return [reply.text for reply in read_row(raw, columns).replies]


@pytest.mark.parametrize("question", ["problem", "question", "prompt"])
@pytest.mark.parametrize("response", ["response", "output", "completion", "generation", "text", "responses"])
@pytest.mark.parametrize("answer", ["answer", "expected_answer", "gold", "ground_truth", "target", "solution"])
def test_every_usual_key_is_known(question: str, response: str, answer: str) -> None:
    record = read_row({question: "Q", response: "R", answer: "A"}, {})
    assert (record.problem.question, record.replies[0].text, record.problem.answer) == ("Q", "R", "A")


def test_the_optional_keys_are_read_and_absent_ones_are_null() -> None:
    full = read_row(ROW | {"model": "m", "dataset": "d", "id": "i", "level": 2, "subject": "s", "sample": 3}, {})
    assert (full.model, full.sample) == ("m", 3)
    assert (full.problem.dataset, full.problem.id, full.problem.level, full.problem.subject) == ("d", "i", 2, "s")
    bare = read_row({"problem": "Q", "response": "R"}, {})
    assert (bare.model, bare.sample, bare.problem.answer, bare.problem.dataset) == (None, None, None, None)
    assert (bare.problem.id, bare.problem.level, bare.problem.subject) == (None, None, None)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (5, "5"),
        (5.0, "5"),
        (0.25, "0.25"),
        (-3, "-3"),
        (["7"], "7"),
        ([7], "7"),
        ("  8 \n", "8"),
        ("", None),
        (None, None),
        (float("nan"), None),
        ("2 + 3 = 5\n#### 1,250", "1250"),
        ("#5", "#5"),
        ("\\boxed{5}", "\\boxed{5}"),
    ],
)
def test_a_gold_answer_becomes_text(raw: object, expected: str | None) -> None:
    assert read_row(ROW | {"answer": raw}, {}).problem.answer == expected


def test_the_gold_answer_of_a_worked_solution_is_its_last_box() -> None:
    assert (
        read_problem({"problem": "Q", "solution": r"First \boxed{1}, so \boxed{\frac{1}{2}}."}, {}, "d").answer
        == r"\frac{1}{2}"
    )
    assert read_problem({"problem": "Q", "solution": r"\boxed{1}", "answer": "2"}, {}, "d").answer == "2"


def test_two_gold_answers_in_one_row_are_refused() -> None:
    with pytest.raises(OverthinkError, match="answer is a list"):
        read_row(ROW | {"answer": ["1", "2"]}, {})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("stop", "stop"),
        ("STOP", "stop"),
        ("eos", "stop"),
        ("end_turn", "stop"),
        ("length", "length"),
        ("max_tokens", "length"),
        ("content_filter", "content_filter"),
        (None, "unknown"),
        (3, "unknown"),
    ],
)
def test_a_finish_reason_is_one_of_ours(raw: object, expected: str) -> None:
    assert read_row(ROW | {"finish_reason": raw}, {}).replies[0].finish_reason == expected


def test_a_list_of_responses_is_several_samples_with_their_own_finish_reasons() -> None:
    replies = read_row(ROW | {"response": ["a", None, "c"], "finish_reason": ["stop", "length", "eos"]}, {}).replies
    assert [reply.text for reply in replies] == ["a", None, "c"]
    assert [reply.finish_reason for reply in replies] == ["stop", "length", "stop"]


def test_a_list_of_lists_as_harnesses_log_it_is_flattened() -> None:
    row = {"doc": {"q": "Q"}, "resps": [["a"], ["b"]], "target": "1"}
    assert texts(row, question="doc.q", response="resps") == ["a", "b"]
    assert read_row(row, {"question": "doc.q", "response": "resps"}).problem.question == "Q"


def test_an_empty_list_of_responses_is_refused() -> None:
    with pytest.raises(OverthinkError, match="empty list of responses"):
        read_row(ROW | {"response": []}, {})


def test_null_is_a_failure_and_an_empty_text_is_data() -> None:
    null, empty = (read_row(ROW | {"response": value}, {}).replies[0] for value in (None, ""))
    assert empty.written() == ""
    with pytest.raises(UnreadableReply, match="null") as caught:
        null.written()
    assert caught.value.kind == "no_text"


def test_chat_messages_give_the_last_question_and_the_last_reply() -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What is 1 + 1?"},
        {"role": "assistant", "content": "2"},
        {"role": "user", "content": [{"type": "text", "text": "What is 2 + 3?"}]},
        {"role": "assistant", "content": "5", "reasoning_content": "Count on from 2."},
    ]
    record = read_row({"messages": messages}, {})
    assert record.problem.question == "What is 2 + 3?"
    assert record.replies[0].text == "<think>\nCount on from 2.\n</think>\n\n5"


def test_a_prompt_of_messages_is_the_question_of_a_response_beside_it() -> None:
    record = read_row({"prompt": [{"role": "user", "content": "Q"}], "response": "R"}, {})
    assert (record.problem.question, record.replies[0].text) == ("Q", "R")


@pytest.mark.parametrize("key", ["reasoning", "reasoning_content"])
@pytest.mark.parametrize(
    ("content", "finish", "expected"),
    [
        ("5", "stop", "<think>\nthought\n</think>\n\n5"),
        (None, "length", "<think>\nthought"),
        (None, None, "<think>\nthought"),
        ("", "length", "<think>\nthought"),
        ("", "stop", "<think>\nthought\n</think>\n\n"),
        (None, "stop", "<think>\nthought\n</think>\n\n"),
        ("<think>\nthought\n</think>\n\n5", "stop", "<think>\nthought\n</think>\n\n5"),
    ],
)
def test_reasoning_beside_content_is_joined_once(
    key: str, content: str | None, finish: str | None, expected: str
) -> None:
    message = {"role": "assistant", "content": content, key: "\nthought\n"}
    openai = {"question": "Q", "choices": [{"message": message, "finish_reason": finish}]}
    assert texts(openai) == [expected]
    assert texts({"question": "Q", "content": content, key: "thought", "finish_reason": finish}) == [expected]


def test_reasoning_beside_content_is_joined_in_the_tags_of_the_run() -> None:
    raw = {"question": "Q", "response": "\\boxed{5}", "reasoning_content": "2 + 3", "finish_reason": "stop"}
    message = {"content": "\\boxed{5}", "reasoning": "2 + 3"}
    choices = {"question": "Q", "choices": [{"message": message, "finish_reason": "stop"}]}
    for row in (raw, choices):
        (reply,) = read_row(row, {}, ("<r>", "</r>")).replies
        assert reply.text == "<r>\n2 + 3\n</r>\n\n\\boxed{5}"


def test_openai_choices_are_samples_with_finish_reasons_and_one_choice_keeps_its_token_counts() -> None:
    choices = [{"message": {"content": "a"}, "finish_reason": "length"}, {"text": "b", "finish_reason": "stop"}]
    usage = {"prompt_tokens": 7, "completion_tokens": 9}
    both = read_row({"question": "Q", "choices": choices, "usage": usage}, {}).replies
    assert [(reply.text, reply.finish_reason) for reply in both] == [("a", "length"), ("b", "stop")]
    assert [reply.completion_tokens for reply in both] == [None, None]
    (one,) = read_row({"question": "Q", "choices": choices[:1], "usage": usage}, {}).replies
    assert (one.prompt_tokens, one.completion_tokens) == (7, 9)


Q: dict[str, Any] = {"question": "Q", "model": "m"}
THOUGHT = "First I add 2 and 3.\n\nThat is 5."
JOINED = f"<think>\n{THOUGHT}\n</think>\n\nIt is 5."
PARTS = [{"type": "thinking", "thinking": THOUGHT}, {"type": "text", "text": "It is 5."}]
DETAILS = [{"type": "reasoning.text", "text": letter, "index": 0} for letter in THOUGHT]
ITEMS = [
    {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": THOUGHT}]},
    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "It is 5."}]},
]


@pytest.mark.parametrize(
    "row",
    [
        {"response": "It is 5.", "thinking": THOUGHT, "done_reason": "stop"},
        {"response": {"response": "It is 5.", "thinking": THOUGHT, "done_reason": "stop"}},
        {"message": {"role": "assistant", "content": "It is 5.", "thinking": THOUGHT}, "done_reason": "stop"},
        {"response": {"message": {"content": "It is 5.", "thinking": THOUGHT}, "done_reason": "stop"}},
        {"role": "assistant", "content": PARTS, "stop_reason": "end_turn"},
        {"response": {"content": PARTS, "stop_reason": "end_turn"}},
        {"response": PARTS, "stop_reason": "stop"},
        {
            "result": {
                "type": "succeeded",
                "message": {"role": "assistant", "content": PARTS, "stop_reason": "end_turn"},
            }
        },
        {"body": {"choices": [{"message": {"content": "It is 5.", "reasoning": THOUGHT}, "finish_reason": "stop"}]}},
        {
            "candidates": [{"content": {"parts": [{"text": THOUGHT, "thought": True}, {"text": "It is 5."}]}}],
            "finish_reason": 1,
        },
        {"output": ITEMS, "object": "response", "status": "completed"},
        {"response": {"output": ITEMS, "object": "response", "status": "completed", "reasoning": {"effort": "high"}}},
        {"model_output": {"choices": [{"message": {"content": PARTS}, "stop_reason": "stop"}]}},
        {"generation": "It is 5.", "_full_generation": JOINED, "_generation_finished_thinking": True},
        {"response": "It is 5.", "reasoning_content": THOUGHT, "reasoning": "high", "finish_reason": "stop"},
        {"response": JOINED, "reasoning": THOUGHT},
        {
            "response": "It is 5.",
            "reasoning_details": [{"type": "reasoning.text", "text": c, "index": 0} for c in THOUGHT],
        },
        {"response": "It is 5.", "reasoning": f"<think>{THOUGHT}</think>"},
        {"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": PARTS}]},
    ],
    ids=", ".join,
)
def test_a_row_in_the_shape_of_any_api_reads_the_same(row: dict[str, Any]) -> None:
    (reply,) = read_row({**Q, **row}, {}).replies
    assert (reply.text, reply.unread_parts, reply.unread_keys, reply.hidden) == (JOINED, (), (), False)
    assert reply.finish_reason in ("stop", "unknown")


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        ({"content_": "It is 5.", "t": THOUGHT}, ["response=content_", "reasoning=t"]),
        ({"r": {"a": "It is 5.", "t": [THOUGHT]}}, ["response=r.a", "reasoning=r.t"]),
        ({"r": [{"a": "It is 5."}], "t": {"0": {"x": THOUGHT}}}, ["response=r.0.a", "reasoning=t.0.x"]),
        (
            {"attempt": "It is 5.", "thinking_trajectories": [THOUGHT]},
            ["response=attempt", "reasoning=thinking_trajectories"],
        ),
        ({"r": {"0.7": {"content": JOINED}}}, ["response=r.0.7.content"]),
        ({"r": [{"x": 1}, {"content": JOINED}]}, ["response=r.-1.content"]),
    ],
    ids=str,
)
def test_the_thinking_has_a_column_of_its_own_and_columns_reach_inside(row: dict[str, Any], columns: list[str]) -> None:
    assert texts({**Q, **row}, **column_map(columns)) == [JOINED]


def test_the_recorded_pieces_of_a_stream_are_one_response() -> None:
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "content": None, "reasoning": ""},
        *({"reasoning": letter} for letter in THOUGHT),
        {"content": "It is"},
        {"content": " 5."},
    ]
    pieces: list[dict[str, Any]] = [{"model": "m", "choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    pieces += [
        {"choices": [{"delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"completion_tokens": 9}},
    ]
    (reply,) = read_row({"question": "Q", "response": pieces}, {}).replies
    assert (reply.text, reply.finish_reason, reply.completion_tokens, reply.model) == (JOINED, "stop", 9, "m")


def test_the_pieces_of_several_replies_of_one_stream_are_told_apart() -> None:
    pieces = [
        {"choices": [{"index": number, "delta": {"content": text}, "finish_reason": end}]}
        for number, text, end in ((0, "It is", None), (1, "The sum", None), (0, " 5.", "stop"), (1, " is", "length"))
    ]
    usage = {"choices": [], "usage": {"completion_tokens": 9}}
    first, second = read_row({"question": "Q", "response": [*pieces, usage]}, {}).replies
    assert (first.text, first.finish_reason, first.completion_tokens) == ("It is 5.", "stop", None)
    assert (second.text, second.finish_reason) == ("The sum is", "length")


@pytest.mark.parametrize(("odd", "between"), [([], []), ("six", ["six"]), (None, [None])], ids=str)
def test_a_list_with_anything_but_pieces_is_one_of_replies(odd: Any, between: list[str | None]) -> None:
    piece = {"choices": [{"delta": {"content": "5"}}]}
    found = read_row({"question": "Q", "response": [piece, odd, piece]}, {}).replies
    assert [reply.text for reply in found] == ["5", *between, "5"]


@pytest.mark.parametrize("delta", ["5", [1], True], ids=str)
def test_a_piece_that_is_no_object_is_refused(delta: Any) -> None:
    pieces = [{"choices": [{"delta": part}]} for part in ({"content": "5"}, delta)]
    with pytest.raises(OverthinkError, match="a response is an object with the keys"):
        read_row({"question": "Q", "response": pieces}, {})


def test_chats_that_are_kept_as_json_are_read() -> None:
    asked = [{"role": "user", "content": "What is 2 + 3?"}]
    said = {"role": "assistant", "content": "5", "reasoning": "I add."}
    for row in ({"prompt": json.dumps(asked), "response": json.dumps(said)}, {"messages": json.dumps([*asked, said])}):
        record = read_row({**row, "model": "m"}, {})
        assert record.problem.question == "What is 2 + 3?"
        assert record.replies[0].text == "<think>\nI add.\n</think>\n\n5"


@pytest.mark.parametrize(
    "request_",
    [
        {"model": "m", "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "What is 2 + 3?"}]},
        {"contents": [{"parts": [{"text": "What is 2 + 3?"}]}]},
        {"contents": [{"role": "user", "parts": [{"text": "What is 2 + 3?"}]}], "generationConfig": {}},
        {"input": "What is 2 + 3?"},
        {"input": [{"role": "user", "content": [{"type": "input_text", "text": "What is 2 + 3?"}]}]},
        {"prompt": "What is 2 + 3?"},
    ],
    ids=str,
)
def test_a_recorded_request_beside_its_response_holds_the_question(request_: dict[str, Any]) -> None:
    record = read_row({"request": request_, "response": {"content": "5"}, "model": "m"}, {})
    assert (record.problem.question, record.replies[0].text) == ("What is 2 + 3?", "5")
    assert read_row({"question": "Q", "request": request_, "response": "5"}, {}).problem.question == "Q"


def test_a_named_column_of_ends_overrules_what_the_response_says() -> None:
    row = {**Q, "response": {"content": "R", "finish_reason": "stop"}, "cut": "length"}
    assert [read_row(row, columns).replies[0].finish_reason for columns in ({}, {"finish_reason": "cut"})] == [
        "stop",
        "length",
    ]


def test_lists_of_thoughts_ends_and_counts_belong_to_the_responses_beside_them() -> None:
    row = {
        **Q,
        "responses": ["It is 5.", "6"],
        "reasonings": [THOUGHT, None],
        "finish_reasons": ["stop", "length"],
        "usages": [{"completion_tokens": 3}, {"output_tokens": 4, "output_tokens_details": {"reasoning_tokens": 0}}],
    }
    replies = read_row(row, {}).replies
    assert [reply.text for reply in replies] == [JOINED, "6"]
    assert [reply.finish_reason for reply in replies] == ["stop", "length"]
    assert [(reply.completion_tokens, reply.reasoning_tokens) for reply in replies] == [(3, None), (4, 0)]
    nested = {**Q, "samples": [{"a": "It is 5.", "t": THOUGHT, "n": 3}, {"a": "6", "t": None, "n": 4}]}
    assert texts(nested, response="samples.a", reasoning="samples.t") == [JOINED, "6"]


def test_a_null_on_the_way_to_a_column_is_a_failed_row_and_no_misspelling() -> None:
    (reply,) = read_row({**Q, "out": None}, {"response": "out.text"}).replies
    assert (reply.text, reply.failure[0]) == (None, "no_text")


def test_thoughts_of_another_number_than_the_responses_are_refused_if_named_and_else_said() -> None:
    row = {**Q, "responses": ["5", "6"], "reasoning": [THOUGHT]}
    with pytest.raises(OverthinkError, match="reasoning holds 1 values for 2 responses"):
        read_row(row, {"reasoning": "reasoning"})
    assert [reply.unread_keys for reply in read_row(row, {}).replies] == [("reasoning",), ("reasoning",)]


@pytest.mark.parametrize(
    ("beside", "unread"),
    [
        ({"message_thinking": THOUGHT}, ("message_thinking",)),
        ({"extra": {"model_cot": THOUGHT}}, ("model_cot",)),
        ({"reasoning": "the dataset's own worked solution"}, ("reasoning",)),
        ({"generated_rationale": THOUGHT}, ("generated_rationale",)),
        ({"rationale": "because 2 and 3 are 5"}, ()),
        ({"extra": {"cot": THOUGHT}}, ()),
        ({"reasoning_trace": THOUGHT, "solution": THOUGHT, "explanation": THOUGHT}, ()),
        ({"reasoning_summary": THOUGHT}, ()),
        ({"reasoning": "a"}, ()),
        ({"finish_reason": "it stopped by itself", "reasoning_effort": "high", "thinking_budget": 100}, ()),
        ({"question_rationale_type": "a b c d"}, ()),
    ],
    ids=str,
)
def test_what_a_row_holds_of_thinking_and_is_not_read_is_named(beside: dict[str, Any], unread: tuple[str, ...]) -> None:
    (reply,) = read_row({**Q, "response": "<think>a b c</think>5", **beside}, {}).replies
    assert (reply.text, reply.unread_keys) == ("<think>a b c</think>5", unread)


@pytest.mark.parametrize(
    ("row", "unread"),
    [
        ({"response": "5", "rationale": THOUGHT}, ("rationale",)),
        ({"response": "5", "extra": {"cot": THOUGHT}}, ("cot",)),
        ({"response": {"content": "5", "my_cot": THOUGHT}}, ("my_cot",)),
        ({"response": {"content": "5", "metadata": {"cot": THOUGHT}}}, ("cot",)),
        ({"response": {"content": "<think>a b c</think>5", "rationale": THOUGHT}}, ("rationale",)),
        ({"response": "5", "solution": THOUGHT, "explanation": THOUGHT}, ()),
        ({"response": "5", "doc": {"rationale": THOUGHT}, "metadata": {"reasoning_trace": THOUGHT}}, ()),
        ({"response": "5", "extra_info": {"reasoning": THOUGHT}, "options": [{"rationale": THOUGHT}]}, ()),
        ({"response": "5", "gold_reasoning": THOUGHT, "target_rationale": THOUGHT}, ()),
    ],
    ids=str,
)
def test_unread_are_keys_of_the_response_and_none_of_the_question(row: dict[str, Any], unread: tuple[str, ...]) -> None:
    (reply,) = read_row({**Q, **row}, {}).replies
    assert reply.unread_keys == unread


@pytest.mark.parametrize("key", SUMMARY_KEYS)
def test_a_summary_beside_a_response_is_hidden_thinking_and_a_setting_is_none(key: str) -> None:
    for row in ({"response": "5", key: THOUGHT}, {"response": {"content": "5", key: [{"text": THOUGHT}]}}):
        (reply,) = read_row({**Q, **row}, {}).replies
        assert (reply.text, reply.hidden, reply.unread_keys) == ("5", True, ())
    (reply,) = read_row({**Q, "response": "5", key: "auto"}, {}).replies
    assert (reply.text, reply.hidden, reply.unread_keys) == ("5", False, ())
    (reply,) = read_row({**Q, "response": {"content": "5", "reasoning": THOUGHT}, key: "First I add."}, {}).replies
    assert (reply.text, reply.hidden) == (f"<think>\n{THOUGHT}\n</think>\n\n5", False)


@pytest.mark.parametrize(
    ("row", "kind", "words"),
    [
        ({"response": "It is", "finish_reason": "error"}, "error", "ended with error"),
        ({"response": "It is", "finish_reason": "abort"}, "abort", "ended with abort"),
        ({"choices": [{"message": {"content": "It"}, "finish_reason": "cancelled"}]}, "abort", "ended with cancelled"),
        ({"response": None, "error": "timeout after 600 s"}, "error", "timeout after 600 s"),
        ({"response": None, "error": {"message": "busy"}}, "error", "busy"),
        ({"response": {"error": {"message": "rate limit"}}}, "error", "rate limit"),
        ({"response": None}, "no_text", "no text of a response (null)"),
        (
            {"choices": [{"message": {"content": None, "tool_calls": [{"id": 1}]}, "finish_reason": "tool_calls"}]},
            "no_text",
            "calls of tools",
        ),
        ({"response": {"candidates": [{"finishReason": "SAFETY"}]}}, "no_text", "SAFETY"),
    ],
    ids=str,
)
def test_what_is_no_response_is_a_failure_that_says_what_it_is(row: dict[str, Any], kind: str, words: str) -> None:
    (reply,) = read_row({**Q, **row}, {}).replies
    with pytest.raises(UnreadableReply, match=re.escape(words)) as caught:
        reply.written()
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("text", "is_error"),
    [
        ("Error: Failed to get response from openai/gpt-oss-120b", True),
        ("ERROR: Request timed out.", True),
        ("[ERROR] rate limit exceeded", True),
        ("API error: connection reset", True),
        ("Error code: 429 - {'error': {'message': 'quota'}}", True),
        ("Exception: 503 Service Unavailable\n", True),
        ("Error after 6 attempts: Error code: 500 - {'error': {'message': 'Internal Server Error'}}", True),
        ("Error: the question has no solution.", False),
        ("Error analysis: the relative error is 500.", False),
        ("Errors of the first kind are 5 in 429.", False),
        ("The server returns error 500, so the answer is 500.", False),
        ("Error: the server is a person.\n\nSo the answer is 5.", False),
        ("Error: timeout. " + "x" * 400, False),
        ("<think>Error: timeout</think>5", False),
        ("", False),
    ],
)
def test_an_error_that_a_script_wrote_in_place_of_a_response_is_noted(text: str, is_error: bool) -> None:
    (reply,) = read_row({**Q, "response": text}, {}).replies
    assert reply.text == text
    assert reply.notes == ((("error_texts", ""),) if is_error else ())


def test_a_response_whose_server_hides_its_thinking_is_hidden_even_if_nothing_else_came() -> None:
    usage = {"completion_tokens": 40, "completion_tokens_details": {"reasoning_tokens": 40}}
    (reply,) = read_row(
        {**Q, "choices": [{"message": {"content": None}, "finish_reason": "length"}], "usage": usage}, {}
    ).replies
    assert (reply.written(), reply.hidden, reply.finish_reason, reply.reasoning_tokens) == ("", True, "length", 40)


@pytest.mark.parametrize(
    "key",
    [
        "correct_answer",
        "gold_answer",
        "gtruth_answer",
        "gt_answer",
        "gt",
        "gts",
        "reference_answer",
        "label",
        "groundtruth",
    ],
)
def test_gold_answers_have_many_names(key: str) -> None:
    assert read_row({**Q, "response": "R", key: "5"}, {}).problem.answer == "5"


@pytest.mark.parametrize(
    "key",
    ["model_output", "generated_solution", "generated_responses", "response_text", "model_answers", "raw_output"],
)
def test_responses_have_many_names(key: str) -> None:
    assert texts({**Q, key: ["R"]}) == ["R"]


def test_the_code_of_qwens_math_evaluation_is_the_response_and_other_code_is_not() -> None:
    assert texts({**Q, "gt": "5", "code": ["R", "S"], "pred": ["5", "6"]}) == ["R", "S"]
    with pytest.raises(OverthinkError, match="no response"):
        read_row({**Q, "code": "R"}, {})


@pytest.mark.parametrize(
    ("row", "gold", "rivals"),
    [
        ({"gt": "(+5)", "gt_cot": "…", "answer": "(a+5)"}, "(a+5)", ("gt beside answer",)),
        ({"gt": "\\frac{1}{9}", "gt_cot": "…", "answer": "\\dfrac{1}{9}"}, "\\dfrac{1}{9}", ()),
        ({"gt": "5", "gt_cot": "…"}, "5", ()),
        ({"gt": "5", "answer": "6"}, "5", ("answer beside gt",)),
    ],
)
def test_the_gold_answer_of_qwens_math_evaluation_is_that_of_its_benchmark(
    row: dict[str, Any], gold: str, rivals: tuple[str, ...]
) -> None:
    record = read_row({"question": "Q", "code": ["R"], "pred": ["5"], "gt": "5", **row}, {})
    assert (record.problem.answer, record.rivals) == (gold, rivals)


def test_the_options_of_a_question_are_no_choices_of_a_model() -> None:
    for options in (["a", "b"], [{"label": "A", "text": "five"}]):
        with pytest.raises(OverthinkError, match="no response"):
            read_row({**Q, "choices": options}, {})


def test_columns_overrule_the_usual_keys() -> None:
    raw = {"problem": "no", "q": "yes", "response": "no", "out": "yes", "gold": "no", "key": 1, "llm": "m", "k": 2}
    record = read_row(raw, column_map(["question=q", "response=out", "answer=key", "model=llm", "sample=k"]))
    assert (record.problem.question, record.replies[0].text) == ("yes", "yes")
    assert (record.problem.answer, record.model, record.sample) == ("1", "m", 2)


@pytest.mark.parametrize(
    ("raw", "columns", "message"),
    [
        ({"question": "Q", "x": 1}, {}, "no response; its keys are question, x"),
        ({"response": "R"}, {}, "no question; its keys are response"),
        ({"question": "Q", "response": "R"}, {"response": "out"}, "no column 'out'; its keys are question, response"),
        ({}, {}, "no response; its keys are none"),
        ({"question": "Q", "r": {"x": 1}}, {"response": "r.a"}, "no column 'r.a'; the keys of r are x"),
        ({"question": "Q", "r": [1, 2]}, {"response": "r.2"}, "no column 'r.2'; r is a list of 2"),
        ({"question": "Q", "r": "text"}, {"response": "r.a.b"}, "no column 'r.a.b'; r is a text"),
        ({"question": ["Q"], "response": "R"}, {}, "question is a list"),
        ({"question": "Q", "response": {"a": 1}}, {}, "object with the keys a"),
        ({"question": "Q", "response": [[["a"]]]}, {}, "response is a list, not a text"),
        ({"question": "Q", "response": ["a", "b"], "sample": 1}, {}, "2 responses and one sample number"),
        ({"question": "Q", "messages": [{"role": "user", "content": "Q"}]}, {}, "no response"),
    ],
)
def test_what_is_missing_or_misshapen_is_named(raw: dict[str, Any], columns: dict[str, str], message: str) -> None:
    with pytest.raises(OverthinkError, match=message.replace("(", r"\(")):
        read_row(raw, columns)


def test_a_row_without_a_question_may_have_an_id_to_be_found_by() -> None:
    assert read_row({"id": "x", "response": "R"}, {}).problem.question is None
    with pytest.raises(OverthinkError, match="no question"):
        read_problem({"id": "x"}, {}, "d")


@pytest.mark.parametrize(("raw", "expected"), [(0, 0), (3, 3), ("2", 2), (1.0, 1), (None, None), ({"q": "Q"}, None)])
def test_a_sample_number_is_read(raw: object, expected: int | None) -> None:
    assert sample_number({"sample": raw}, {}) == expected


@pytest.mark.parametrize("raw", ["9" * 5000, -1, 1.5, True, "first", "²"])
def test_what_is_no_sample_number_is_refused(raw: object) -> None:
    with pytest.raises(OverthinkError, match="sample is"):
        sample_number({"sample": raw}, {})


def test_lone_surrogates_become_replacement_characters_in_every_text() -> None:
    lone = "a\ud800b\udfff"
    row = {"question": lone, "response": [lone, {"content": lone}], "answer": lone, "model": lone}
    record = read_row(row, {})
    fine = "a\ufffdb\ufffd"
    assert (record.problem.question, record.problem.answer, record.model) == (fine, fine, fine)
    assert [reply.text for reply in record.replies] == [fine, fine]


def test_nul_line_separators_and_astral_characters_stay() -> None:
    text = "a\x00b\u2028c\U0001f600\r\nd"
    assert texts(ROW | {"response": text}) == [text]


@given(st.text(alphabet=st.characters()))
def test_a_response_is_never_changed_apart_from_surrogates(text: str) -> None:
    assert texts(ROW | {"response": text}) == [clean(text)]
    clean(text).encode()  # would raise for a lone surrogate
    if not any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        assert clean(text) == text


NAMES = (
    "question response output outputs choices candidates message messages body result content text reasoning thinking "
    "reasoning_details finish_reason stop_reason usage error role type parts answer model sample _full_response data "
    "delta summary thought index metadata completion_tokens code pred gt"
)
WORDS = st.sampled_from(["assistant", "user", "text", "thinking", "reasoning", "message", "stop", "error", "a b c d"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES.split()), inner | WORDS, max_size=4)
    ),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(NAMES.split()), VALUES, max_size=8))
def test_no_row_is_a_crash_and_no_null_is_a_word(row: dict[str, Any]) -> None:
    with suppress(OverthinkError):
        for reply in read_row({**row, "question": "Q"}, {}).replies:
            with suppress(UnreadableReply):
                assert "None" not in reply.written()


@pytest.mark.parametrize(
    ("beside", "gold"),
    [
        *(({key: "6"}, "6") for key in ("expected_answer", "gold", "target", "correct_answer", "actual_answer", "gt")),
        ({"reward_model": {"ground_truth": "6"}}, "6"),
        ({"solution": r"So \boxed{6}."}, "5"),
        ({"label": True}, "5"),
        ({"expected_answer": None}, "5"),
        ({"actual_answer": "7", "expected_answer": "6"}, "6"),
    ],
)
def test_a_column_that_says_it_is_gold_wins_over_answer(beside: dict[str, Any], gold: str) -> None:
    assert read_row(ROW | beside, {}).problem.answer == gold


def test_choices_come_in_the_order_of_their_own_numbers() -> None:
    choices = [{"index": k, "message": {"content": str(k)}, "finish_reason": "stop"} for k in (2, 0, 1)]
    assert texts({"problem": "Q", "choices": choices}) == ["0", "1", "2"]
    unnumbered = [{"message": {"content": text}} for text in "ba"]
    assert texts({"problem": "Q", "choices": unnumbered}) == ["b", "a"]


@pytest.mark.parametrize(("said", "reason"), [("length", "length"), ("stop", "stop"), ("so be it", "unknown")])
def test_complete_reason_is_a_finish_reason(said: str, reason: str) -> None:
    assert read_row(ROW | {"complete_reason": said}, {}).replies[0].finish_reason == reason
