"""http against a real server on the loopback address: what is sent, what comes back, what is tried again."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.config import GenerateConfig
from overthink.errors import OverthinkError
from overthink.models.http import HttpBackend, _events
from overthink.models.interface import NoReply, Reply, Request, ask

Serve = Callable[..., Any]


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overthink.models.http.FIRST_WAIT", 0.01)


def asked(count: int) -> Iterator[Request]:
    return (ask(f"p{k}#1", f"question {k}", k) for k in range(count))


def replies(*urls: str, count: int = 1, **options: Any) -> list[Reply | NoReply]:
    return list(HttpBackend(GenerateConfig(base_urls=urls, **options), "m").complete(asked(count)))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"content": "5"}, "5"),
        ({"content": ""}, ""),
        ({"content": "thought</think>5"}, "<think>\nthought</think>5"),
        ({"content": "<think>thought</think>5"}, "<think>thought</think>5"),
        ({"reasoning": "thought\n", "content": "\n\n5"}, "<think>\nthought\n</think>\n\n5"),
        ({"reasoning": "\nthought\n", "content": "5"}, "<think>\nthought\n</think>5"),
        ({"reasoning": "thought", "content": "5", "reasoning_key": "reasoning_content"}, "<think>\nthought</think>5"),
        ({"reasoning": "cut off", "content": None, "finish": "length"}, "<think>\ncut off"),
        ({"content": "bad \ud83d half"}, "bad \ufffd half"),
    ],
)
def test_text_is_the_whole_turn_with_its_tags(serve: Serve, answer: Any, given: dict[str, Any], text: str) -> None:
    (reply,) = replies(serve(answer(**given)).url)
    assert isinstance(reply, Reply)
    assert reply.text == text


def test_an_empty_box_that_the_prompt_wrote_is_put_back(serve: Serve, answer: Any) -> None:
    server = serve(answer(content="5"))
    (reply,) = replies(server.url, thinking=False)
    assert isinstance(reply, Reply)
    assert reply.text == "<think>\n\n</think>\n\n5"
    assert server.bodies[0]["chat_template_kwargs"] == {"enable_thinking": False}


def test_prefill_is_sent_and_is_part_of_the_response(serve: Serve, answer: Any) -> None:
    server = serve(answer(content="5"))
    (reply,) = replies(server.url, prefill="<think>\nDone.\n</think>\n\n")
    assert isinstance(reply, Reply)
    assert reply.text == "<think>\nDone.\n</think>\n\n5"
    assert server.bodies[0]["messages"][-1] == {"role": "assistant", "content": "<think>\nDone.\n</think>\n\n"}
    assert server.bodies[0]["continue_final_message"] is True


@pytest.mark.parametrize(
    ("finish", "known"), [("stop", "stop"), ("length", "length"), ("content_filter", "content_filter")]
)
def test_finish_reason_and_usage_are_kept(serve: Serve, answer: Any, finish: str, known: str) -> None:
    (reply,) = replies(serve(answer(finish=finish)).url)
    assert isinstance(reply, Reply)
    assert (reply.finish_reason, reply.prompt_tokens, reply.completion_tokens) == (known, 7, 11)


def test_only_what_is_given_is_sent_and_each_request_has_its_seed(serve: Serve, answer: Any) -> None:
    server = serve(answer())
    replies(server.url, count=2, temperature=0.0, top_k=20)
    assert sorted(body["seed"] for body in server.bodies) == [0, 1]
    assert server.bodies[0]["temperature"] == 0.0
    assert server.bodies[0]["top_k"] == 20
    assert not {"top_p", "min_p", "max_tokens", "chat_template_kwargs"} & set(server.bodies[0])


@pytest.mark.parametrize(
    "fault",
    [{"status": 429}, {"status": 500}, {"status": 503}, {"cut": True}, {"garbage": True}, {"finish": None}],
    ids=["busy", "broken", "overloaded", "connection cut", "malformed chunk", "stream ends early"],
)
def test_a_passing_fault_is_tried_again(serve: Serve, answer: Any, fault: dict[str, Any]) -> None:
    server = serve(lambda _body, number: answer(**fault) if number == 1 else answer())
    (reply,) = replies(server.url)
    assert isinstance(reply, Reply)
    assert reply.text == "It is 5."
    assert len(server.bodies) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_lasting_fault_is_not_tried_again(serve: Serve, answer: Any, status: int) -> None:
    server = serve(answer(status=status, message="because"))
    (reply,) = replies(server.url)
    assert isinstance(reply, NoReply)
    assert "because" in reply.message
    assert reply.hint
    assert reply.own_fault == (status in (400, 422))
    assert len(server.bodies) == 1


def test_tries_are_bounded(serve: Serve, answer: Any) -> None:
    server = serve(answer(status=500, message="on fire"))
    (reply,) = replies(server.url, retries=2)
    assert isinstance(reply, NoReply)
    assert "on fire" in reply.message
    assert len(server.bodies) == 3


def test_retry_after_is_obeyed_and_the_slot_is_free_meanwhile(serve: Serve, answer: Any) -> None:
    asked_at: dict[str, list[float]] = {}
    order: list[str] = []

    def how(body: dict[str, Any], _number: int) -> Any:
        order.append(body["messages"][0]["content"])
        times = asked_at.setdefault(order[-1], [])
        times.append(time.monotonic())
        busy = body["messages"][0]["content"] == "question 0" and len(times) == 1
        return answer(status=429, headers={"Retry-After": "2"}) if busy else answer()

    done = replies(serve(how).url, count=4, concurrency=1)
    assert all(isinstance(reply, Reply) for reply in done)
    assert [reply.id for reply in done][-1] == "p0#1"
    first, second = asked_at["question 0"]
    assert second - first >= 2.0
    assert order == ["question 0", "question 1", "question 2", "question 3", "question 0"]


def test_as_many_requests_fly_as_allowed_and_no_more(serve: Serve, answer: Any) -> None:
    server = serve(answer(latency=0.02), together=8)
    assert len(replies(server.url, count=40, concurrency=8)) == 40
    assert server.most_in_flight == 8


def test_requests_are_taken_only_as_they_can_be_served(serve: Serve, answer: Any) -> None:
    taken = 0

    def endless() -> Iterator[Request]:
        nonlocal taken
        while True:
            taken += 1
            yield ask(f"p{taken}#1", "q", 1)

    backend = HttpBackend(GenerateConfig(base_urls=(serve(answer()).url,), concurrency=4), "m")
    stream = backend.complete(endless())
    assert isinstance(next(stream), Reply)
    stream.close()
    assert taken <= 8


def test_a_prompt_always_goes_to_the_same_of_several_servers(serve: Serve, answer: Any) -> None:
    servers = [serve(answer()), serve(answer())]
    urls = tuple(server.url for server in servers)
    requests = [ask(f"p{k % 20}#{k // 20 + 1}", f"question {k % 20}", k) for k in range(60)]
    list(HttpBackend(GenerateConfig(base_urls=urls), "m").complete(iter(requests)))
    first, second = ({body["messages"][0]["content"] for body in server.bodies} for server in servers)
    assert first
    assert second
    assert not first & second


def test_a_dead_server_is_an_error_of_two_lines() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(OverthinkError, match="no server answers") as error:
        replies(url)
    assert "--base-url" in error.value.hint


def test_a_wrong_key_is_an_error_of_two_lines(serve: Serve, answer: Any) -> None:
    with pytest.raises(OverthinkError, match="401") as error:
        replies(serve(answer(), models=401).url)
    assert "OPENAI_API_KEY" in error.value.hint


def test_a_server_that_lists_no_models_is_used_all_the_same(serve: Serve, answer: Any) -> None:
    (reply,) = replies(serve(answer(), models=404).url)
    assert isinstance(reply, Reply)


def test_an_unknown_model_names_those_that_the_server_runs(serve: Serve, answer: Any) -> None:
    (reply,) = replies(serve(answer(status=404, message="no such model")).url)
    assert isinstance(reply, NoReply)
    assert "It runs m" in reply.hint


SCHEMA = {"type": "object", "properties": {"x": {"type": "integer"}}}


def judged(url: str, count: int = 1, **options: Any) -> list[Reply | NoReply]:
    requests = [replace(request, schema=SCHEMA) for request in asked(count)]
    return list(HttpBackend(GenerateConfig(base_urls=(url,), **options), "m").complete(iter(requests)))


def test_a_schema_is_sent_as_the_format_of_the_reply_and_only_where_there_is_one(serve: Serve, answer: Any) -> None:
    server = serve(answer(content='{"x": 1}'))
    judged(server.url)
    replies(server.url)
    with_schema, without = server.bodies
    assert with_schema["response_format"]["json_schema"]["schema"] == SCHEMA
    assert "response_format" not in without


def test_a_server_that_refuses_schemas_is_asked_without_one_from_then_on(serve: Serve, answer: Any) -> None:
    def how(body: dict[str, Any], _number: int) -> Any:
        refused = answer(status=400, message="unknown key response_format")
        return refused if "response_format" in body else answer(content='{"x": 1}')

    server = serve(how)
    done = judged(server.url, count=6, concurrency=1)
    assert [reply.text for reply in done if isinstance(reply, Reply)] == ['{"x": 1}'] * 6
    assert sum("response_format" in body for body in server.bodies) == 1


def test_a_request_that_is_refused_for_itself_does_not_take_schemas_from_the_others(serve: Serve, answer: Any) -> None:
    def how(body: dict[str, Any], _number: int) -> Any:
        long = "question 0" in body["messages"][0]["content"]
        return answer(status=400, message="too long") if long else answer(content='{"x": 1}')

    server = serve(how)
    refused, *others = sorted(judged(server.url, count=4, concurrency=1), key=lambda reply: reply.id)
    assert isinstance(refused, NoReply)
    assert refused.own_fault
    assert all(isinstance(reply, Reply) for reply in others)
    assert sum("response_format" in body for body in server.bodies) == 4


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"content": '{"quote": "</think>"}'}, '{"quote": "</think>"}'),
        ({"content": '{"x": 1}', "reasoning": "thought"}, '<think>\nthought</think>{"x": 1}'),
        ({"content": None, "finish": "stop"}, ""),
        ({"content": None, "refusal": "I will not."}, "I will not."),
    ],
    ids=["a closing tag that is quoted", "reasoning split off", "null", "refusal"],
)
def test_text_of_a_reply_with_a_schema_is_what_the_model_wrote(
    serve: Serve, answer: Any, given: dict[str, Any], text: str
) -> None:
    (reply,) = judged(serve(answer(**given)).url)
    assert isinstance(reply, Reply)
    assert reply.text == text


def test_cached_tokens_and_retries_are_reported(serve: Serve, answer: Any) -> None:
    server = serve(lambda _body, number: answer(status=500) if number <= 2 else answer(cached=5))
    (reply,) = replies(server.url)
    assert isinstance(reply, Reply)
    assert (reply.cached_tokens, reply.retries) == (5, 2)
    (reply,) = replies(serve(answer()).url)
    assert isinstance(reply, Reply)
    assert (reply.cached_tokens, reply.retries) == (None, 0)


def test_the_key_is_read_from_the_variable_that_is_named(
    serve: Serve, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER_KEY", "k")
    (reply,) = replies(serve(answer()).url, api_key_env="OTHER_KEY")
    assert isinstance(reply, Reply)
    with pytest.raises(OverthinkError) as error:
        replies(serve(answer(), models=401).url, api_key_env="OTHER_KEY")
    assert "OTHER_KEY" in error.value.hint


def test_none_among_the_requests_means_later(serve: Serve, answer: Any) -> None:
    heard: list[str] = []

    def one_after_the_other() -> Iterator[Request | None]:
        for request in asked(3):
            before = len(heard)
            yield request
            while len(heard) == before:
                yield None

    server = serve(answer())
    for reply in HttpBackend(GenerateConfig(base_urls=(server.url,), concurrency=2), "m").complete(
        one_after_the_other()
    ):
        heard.append(reply.id)
    assert heard == ["p0#1", "p1#1", "p2#1"]
    assert server.most_in_flight == 1


THOUGHT = [{"type": "thinking", "thinking": [{"type": "text", "text": "2 and 3 make 5."}]}]


@pytest.mark.parametrize(
    "deltas",
    [
        [{"content": THOUGHT}, {"content": "It is 5."}],
        [{"reasoning_details": [{"type": "reasoning.text", "text": "2 and 3 make 5."}]}, {"content": "It is 5."}],
        [{"reasoning": "2 and 3 make 5.", "reasoning_content": "2 and 3 make 5."}, {"content": "It is 5."}],
    ],
    ids=["list of parts", "details", "two keys"],
)
def test_thinking_is_read_from_whatever_the_server_streams(
    serve: Serve, answer: Any, deltas: list[dict[str, Any]]
) -> None:
    (reply,) = replies(serve(answer(deltas=deltas)).url)
    assert isinstance(reply, Reply)
    assert reply.text == "<think>\n2 and 3 make 5.</think>It is 5."
    assert not reply.unread_keys + reply.unread_parts


def test_a_server_that_does_not_stream_is_read_all_the_same(serve: Serve, answer: Any) -> None:
    (reply,) = replies(serve(answer(whole=True, reasoning="2 and 3 make 5.", content="\n\n5")).url)
    assert isinstance(reply, Reply)
    assert (reply.text, reply.finish_reason, reply.completion_tokens) == (
        "<think>\n2 and 3 make 5.</think>\n\n5", "stop", 11,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "count", "hidden"),
    [
        ({"reasoning_tokens": 8}, 8, True),
        ({"reasoning_tokens": 8, "reasoning": "shown"}, 8, False),
        ({"reasoning_tokens": 0}, 0, False),
        ({}, None, False),
    ],
)
def test_reasoning_tokens_are_kept_and_tell_of_hidden_thinking(
    serve: Serve, answer: Any, given: dict[str, Any], count: int | None, hidden: bool
) -> None:
    (reply,) = replies(serve(answer(**given)).url)
    assert isinstance(reply, Reply)
    assert (reply.reasoning_tokens, reply.hidden) == (count, hidden)


CHUNKS: dict[str, list[dict[str, Any]]] = {
    "texts": [{"text": "It is"}, {"text": " 5.", "finish_reason": "stop"}],
    "messages": [{"message": {"content": "It is"}}, {"message": {"content": " 5."}, "finish_reason": "stop"}],
    "deltas, and the message at the end": [
        {"delta": {"content": "It is"}},
        {"delta": {"content": " 5."}},
        {"delta": {}, "message": {"content": "It is 5."}, "finish_reason": "stop"},
    ],
    "the message alone at the end": [
        {"delta": {"content": "It is"}},
        {"delta": {"content": " 5."}},
        {"message": {"content": "It is 5."}, "finish_reason": "stop"},
    ],
    "an empty delta first": [{"delta": {"role": "assistant"}}, {"text": "It is 5.", "finish_reason": "stop"}],
    "null": [{"delta": None}, {"delta": {"content": "It is 5."}, "finish_reason": "stop"}],
}


@pytest.mark.parametrize("name", CHUNKS)
def test_a_choice_may_hold_its_text_elsewhere(serve: Serve, answer: Any, name: str) -> None:
    (reply,) = replies(serve(answer(choices=CHUNKS[name])).url)
    assert isinstance(reply, Reply)
    assert reply.text == "It is 5."


def test_a_reply_without_text_names_what_was_in_it(serve: Serve, answer: Any) -> None:
    (reply,) = replies(serve(answer(deltas=[{"say": "I think it"}, {"say": " is 5."}])).url)
    assert isinstance(reply, Reply)
    assert (reply.text, reply.unread_parts) == ("", ("say",))


def test_what_could_not_be_read_is_named(serve: Serve, answer: Any) -> None:
    deltas = [
        {"my_thoughts": "first this and then that"},
        {"content": [{"type": "mystery", "blob": "some words of it"}, {"type": "text", "text": "5"}]},
    ]
    (reply,) = replies(serve(answer(deltas=deltas)).url)
    assert isinstance(reply, Reply)
    assert (reply.text, reply.unread_keys, reply.unread_parts) == ("5", ("my_thoughts",), ("mystery",))


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        ({"finish": "error"}, "error", "ended the response with error"),
        ({"finish": "abort"}, "abort", "ended the response with abort"),
        ({"error": {"message": "out of memory", "code": 502}}, "error", "out of memory"),
        ({"error": "out of memory"}, "error", "out of memory"),
        ({"error": "out of memory", "before": ""}, "error", "out of memory"),
    ],
)
def test_a_reply_that_ends_with_an_error_is_none(
    serve: Serve, answer: Any, fault: dict[str, Any], kind: str, says: str
) -> None:
    server = serve(answer(content="It is", **fault))
    (reply,) = replies(server.url, retries=1)
    assert isinstance(reply, NoReply)
    assert (reply.kind, reply.own_fault) == (kind, False)
    assert says in reply.message
    assert len(server.bodies) == 2
    server = serve(lambda _body, number: answer(**fault) if number == 1 else answer())
    (reply,) = replies(server.url)
    assert isinstance(reply, Reply)


def test_an_error_that_is_the_requests_own_fault_is_not_tried_again(serve: Serve, answer: Any) -> None:
    server = serve(answer(error={"message": "too long", "code": 400}))
    (reply,) = replies(server.url)
    assert isinstance(reply, NoReply)
    assert reply.own_fault
    assert len(server.bodies) == 1


UNSUPPORTED = (
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
)


def of_the_o_series(answer: Any) -> Callable[[dict[str, Any], int], Any]:
    return lambda body, _number: answer(status=400, message=UNSUPPORTED) if "max_tokens" in body else answer()


def test_a_server_that_asks_for_max_completion_tokens_is_given_them_from_then_on(serve: Serve, answer: Any) -> None:
    server = serve(of_the_o_series(answer))
    done = replies(server.url, count=5, concurrency=1, max_tokens=9)
    assert all(isinstance(reply, Reply) for reply in done)
    assert [body.get("max_tokens") for body in server.bodies] == [9, None, None, None, None, None]
    assert [body.get("max_completion_tokens") for body in server.bodies] == [None, 9, 9, 9, 9, 9]


def test_requests_in_flight_when_it_asks_are_made_again(serve: Serve, answer: Any) -> None:
    server = serve(of_the_o_series(answer), together=4)
    done = replies(server.url, count=4, concurrency=4, max_tokens=9)
    assert all(isinstance(reply, Reply) for reply in done)
    assert sum("max_tokens" in body for body in server.bodies) == 4


def test_so_is_a_judges_server_and_its_schema_stays(serve: Serve, answer: Any) -> None:
    server = serve(of_the_o_series(answer))
    assert all(isinstance(reply, Reply) for reply in judged(server.url, count=3, concurrency=1, max_tokens=9))
    assert ["response_format" in body for body in server.bodies] == [True] * 4


def mistral(answer: Any) -> Callable[[dict[str, Any], int], Any]:
    """It refuses every field that it does not know, as pydantic tells it."""

    def how(body: dict[str, Any], _number: int) -> Any:
        unknown = [name for name in ("seed", "stream_options", "top_k") if name in body]
        words = [
            {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"}
            for name in unknown
        ]
        return answer(status=422, message=json.dumps(words)) if unknown else answer()

    return how


def test_a_server_that_knows_the_seed_by_another_name_is_given_it(serve: Serve, answer: Any) -> None:
    server = serve(mistral(answer))
    assert all(isinstance(reply, Reply) for reply in replies(server.url, count=3, concurrency=1))
    refused, *others = server.bodies
    assert refused["seed"] == 0
    assert [body["random_seed"] for body in others] == [0, 1, 2]
    assert not any({"seed", "stream_options"} & body.keys() for body in others)


@pytest.mark.parametrize(
    "words", ["Unrecognized request argument supplied: stream_options", "Unknown: 'stream_options'"]
)
def test_a_server_that_does_not_know_stream_options_is_asked_without(serve: Serve, answer: Any, words: str) -> None:
    server = serve(lambda body, _: answer(status=400, message=words) if "stream_options" in body else answer())
    (reply,) = replies(server.url)
    assert isinstance(reply, Reply)
    assert ["seed" in body for body in server.bodies] == [True, True]


def test_a_field_that_decides_responses_and_has_no_other_name_is_refused(serve: Serve, answer: Any) -> None:
    server = serve(mistral(answer))
    (reply,) = replies(server.url, top_k=3)
    assert isinstance(reply, NoReply)
    assert "top_k" in reply.message
    assert len(server.bodies) == 2


@pytest.mark.parametrize(
    "words", ["too many tokens: max_tokens", "seed", "'seed' must be positive", "'seed' is not supported"]
)
def test_a_refusal_for_another_reason_changes_no_name(serve: Serve, answer: Any, words: str) -> None:
    server = serve(answer(status=400, message=words))
    (reply,) = replies(server.url, max_tokens=9)
    assert isinstance(reply, NoReply)
    assert len(server.bodies) == 1


def test_other_servers_are_given_max_tokens(serve: Serve, answer: Any) -> None:
    server = serve(answer())
    replies(server.url, max_tokens=9)
    assert server.bodies[0]["max_tokens"] == 9
    assert "max_completion_tokens" not in server.bodies[0]


def test_a_temperature_that_a_server_refuses_is_not_changed(serve: Serve, answer: Any) -> None:
    words = "Unsupported value: 'temperature' does not support 0.6 with this model. Only the default (1) is supported."
    server = serve(answer(status=400, message=words))
    (reply,) = replies(server.url, temperature=0.6)
    assert isinstance(reply, NoReply)
    assert words in reply.message
    assert [body["temperature"] for body in server.bodies] == [0.6]


async def _collected(chunks: list[bytes]) -> list[dict[str, Any]]:
    async def stream() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return [event async for event in _events(stream())]


@given(cuts=st.lists(st.integers(0, 400), max_size=12), end=st.sampled_from(["", "\n", "\n\ndata: [DONE]\n\n"]))
def test_events_are_the_same_wherever_the_bytes_are_cut(cuts: list[int], end: str) -> None:
    events = [{"choices": [{"delta": {"content": text}}]} for text in ("größer \u2028", "π ≈ 3", "\r\n", "data: x")]
    lines = [f"data: {json.dumps(event, ensure_ascii=False)}\r\n\r\n: a comment\n" for event in events]
    body = ("event: message\n" + "".join(lines)).rstrip("\n").encode() + end.encode()
    places = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    assert asyncio.run(_collected([body[a:b] for a, b in pairwise(places)])) == events
