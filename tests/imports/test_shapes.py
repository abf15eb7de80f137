"""One response, with its end and its counts, reads the same from the answer of every API, as a row or inside of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.imports.rows import NoResponse, read_row
from overthink.records import FinishReason


@dataclass(frozen=True)
class Said:
    """What a server answered, and how it counted that."""

    thinking: str
    answer: str
    end: FinishReason
    prompt: int
    reasoning: int
    rest: int

    @property
    def completion(self) -> int:
        return self.reasoning + self.rest


Render = Callable[[Said], dict[str, Any]]
WORDS: dict[str, dict[FinishReason, str]] = {
    "openai": {"stop": "stop", "length": "length", "content_filter": "content_filter", "repetition": "repetition"},
    "anthropic": {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"},
    "gemini": {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"},
    "bedrock": {"stop": "end_turn", "length": "max_tokens", "content_filter": "content_filtered"},
    "cohere": {"stop": "COMPLETE", "length": "MAX_TOKENS", "content_filter": "ERROR_TOXIC"},
    "mistral": {"stop": "stop", "length": "model_length"},
}


def word(api: str, said: Said) -> str:
    return WORDS[api].get(said.end, WORDS["openai"][said.end])


def openai_usage(said: Said) -> dict[str, Any]:
    return {
        "prompt_tokens": said.prompt,
        "completion_tokens": said.completion,
        "total_tokens": said.prompt + said.completion,
        "completion_tokens_details": {"reasoning_tokens": said.reasoning, "audio_tokens": 0},
    }


def chat(**message: Callable[[Said], Any]) -> Render:
    def render(said: Said) -> dict[str, Any]:
        own = {"role": "assistant", **{key: value(said) for key, value in message.items()}, "tool_calls": None}
        choice = {"index": 0, "message": own, "finish_reason": word("openai", said), "logprobs": None}
        return {"object": "chat.completion", "choices": [choice], "usage": openai_usage(said)}

    return render


def anthropic(said: Said) -> dict[str, Any]:
    return {
        "type": "message",
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": said.thinking, "signature": "EqMC"},
            {"type": "text", "text": said.answer},
        ],
        "stop_reason": word("anthropic", said),
        "stop_sequence": None,
        "usage": {
            "input_tokens": said.prompt - 1,
            "cache_read_input_tokens": 1,
            "output_tokens": said.completion,
            "output_tokens_details": {"thinking_tokens": said.reasoning},
        },
    }


def gemini(said: Said) -> dict[str, Any]:
    parts = [{"text": said.thinking, "thought": True}, {"text": said.answer, "thoughtSignature": "CikB"}]
    content = {"parts": parts, "role": "model"}
    return {
        "candidates": [{"content": content, "finishReason": word("gemini", said), "index": 0}],
        "usageMetadata": {
            "promptTokenCount": said.prompt,
            "candidatesTokenCount": said.rest,
            "thoughtsTokenCount": said.reasoning,
            "totalTokenCount": said.prompt + said.completion,
        },
        "modelVersion": "gemini-2.5-flash",
    }


def bedrock(said: Said) -> dict[str, Any]:
    thought = {"reasoningContent": {"reasoningText": {"text": said.thinking, "signature": "x"}}}
    return {
        "output": {"message": {"role": "assistant", "content": [thought, {"text": said.answer}]}},
        "stopReason": word("bedrock", said),
        "usage": {"inputTokens": said.prompt, "outputTokens": said.completion, "reasoningTokens": said.reasoning},
        "metrics": {"latencyMs": 12},
    }


def responses(said: Said) -> dict[str, Any]:
    cut = {"length": "max_output_tokens"}.get(said.end, said.end)
    item = {"type": "reasoning_text", "text": said.thinking}
    text = {"type": "output_text", "text": said.answer, "annotations": []}
    return {
        "object": "response",
        "status": "completed" if said.end == "stop" else "incomplete",
        "incomplete_details": None if said.end == "stop" else {"reason": cut},
        "error": None,
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": [], "content": [item], "encrypted_content": None},
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [text]},
        ],
        "reasoning": {"effort": "high", "summary": None},
        "text": {"format": {"type": "text"}},
        "usage": {
            "input_tokens": said.prompt,
            "output_tokens": said.completion,
            "output_tokens_details": {"reasoning_tokens": said.reasoning},
        },
    }


def cohere(said: Said) -> dict[str, Any]:
    content = [{"type": "thinking", "thinking": said.thinking}, {"type": "text", "text": said.answer}]
    tokens = {"input_tokens": said.prompt, "output_tokens": said.completion, "reasoning_tokens": said.reasoning}
    return {
        "message": {"role": "assistant", "content": content},
        "finish_reason": word("cohere", said),
        "usage": {"billed_units": {"input_tokens": 1, "output_tokens": 1}, "tokens": tokens},
    }


def mistral(said: Said) -> dict[str, Any]:
    content = [
        {"type": "thinking", "thinking": [{"type": "text", "text": said.thinking}]},
        {"type": "text", "text": said.answer},
    ]
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": word("mistral", said)}
    return {"choices": [choice], "usage": openai_usage(said)}


def ollama_counts(said: Said) -> dict[str, Any]:
    return {
        "done": True,
        "done_reason": word("openai", said),
        "prompt_eval_count": said.prompt,
        "eval_count": said.completion,
        "reasoning_tokens": said.reasoning,
        "context": [1, 2],
    }


def ollama_generate(said: Said) -> dict[str, Any]:
    return {"response": said.answer, "thinking": said.thinking, **ollama_counts(said)}


def ollama_chat(said: Said) -> dict[str, Any]:
    message = {"role": "assistant", "content": said.answer, "thinking": said.thinking}
    return {"message": message, **ollama_counts(said)}


def evalscope(said: Said) -> dict[str, Any]:
    content = [{"type": "reasoning", "reasoning": said.thinking}, {"type": "text", "text": said.answer}]
    choice = {"message": {"role": "assistant", "content": content}, "stop_reason": word("openai", said)}
    usage = {"input_tokens": said.prompt, "output_tokens": said.completion, "reasoning_tokens": said.reasoning}
    return {"model_output": {"choices": [choice], "usage": usage}}


def answer(said: Said) -> str:
    return said.answer


def thinking(said: Said) -> str:
    return said.thinking


def details(said: Said) -> list[dict[str, Any]]:
    return [{"type": "reasoning.text", "text": said.thinking, "format": "unknown", "index": 0}]


def blocks(said: Said) -> list[dict[str, Any]]:
    return [{"type": "thinking", "thinking": said.thinking, "signature": "x"}]


APIS: dict[str, Render] = {
    "vllm": chat(content=answer, reasoning=thinking),
    "deepseek": chat(content=answer, reasoning_content=thinking),
    "sglang": chat(content=answer, reasoning_content=thinking),
    "openrouter": chat(content=answer, reasoning=thinking, reasoning_details=details),
    "minimax": chat(content=answer, reasoning=lambda _: None, reasoning_details=details),
    "litellm": chat(content=answer, reasoning_content=thinking, thinking_blocks=blocks),
    "anthropic": anthropic,
    "gemini": gemini,
    "bedrock": bedrock,
    "responses": responses,
    "cohere": cohere,
    "mistral": mistral,
    "ollama generate": ollama_generate,
    "ollama chat": ollama_chat,
    "evalscope": evalscope,
}
Q = {"question": "What is 2 + 3?", "answer": "5", "model": "m"}
PLACES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "row": lambda body: {**Q, **body},
    "response": lambda body: {**Q, "response": body},
    "responses": lambda body: {**Q, "responses": [body]},
    "output": lambda body: {**Q, "output": body},
    "body": lambda body: {**Q, "body": body},
    "batch": lambda body: {**Q, "response": {"status_code": 200, "body": body}, "error": None},
    "result": lambda body: {**Q, "result": {"type": "succeeded", "message": body}},
}
TEXTS = st.text("abc \n.5", min_size=1, max_size=60).map(lambda text: f"So {text} is it.")
SAID = st.builds(
    Said,
    thinking=TEXTS,
    answer=TEXTS.map(lambda text: f"Answer: {text}"),
    end=st.sampled_from(["stop", "length", "content_filter"]),
    prompt=st.integers(1, 99),
    reasoning=st.integers(1, 99),
    rest=st.integers(0, 99),
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("api", APIS)
@settings(max_examples=20)
@given(SAID)
def test_one_response_reads_the_same_from_every_api_in_every_place(api: str, place: str, said: Said) -> None:
    record = read_row(PLACES[place](APIS[api](said)), {})
    (reply,) = record.replies
    assert (record.problem.question, record.problem.answer, record.model) == ("What is 2 + 3?", "5", "m")
    assert reply.text == f"<think>\n{said.thinking}\n</think>\n\n{said.answer}"
    assert (reply.finish_reason, reply.hidden, reply.unread_parts, reply.unread_keys) == (said.end, False, (), ())
    counts = (reply.prompt_tokens, reply.completion_tokens, reply.reasoning_tokens)
    assert counts == (said.prompt, said.completion, said.reasoning)


THOUGHT, OTHER = "First I add 2 and 3.", "Then I look at it once more."
PARTS: dict[str, tuple[Callable[[str], Any], Callable[[str], Any]]] = {
    "anthropic": (
        lambda t: {"type": "thinking", "thinking": t, "signature": "E"},
        lambda a: {"type": "text", "text": a},
    ),
    "mistral": (
        lambda t: {"type": "thinking", "thinking": [{"type": "text", "text": t}]},
        lambda a: {"type": "text", "text": a},
    ),
    "cohere": (lambda t: {"type": "thinking", "thinking": t}, lambda a: {"type": "text", "text": a}),
    "bedrock": (lambda t: {"reasoningContent": {"reasoningText": {"text": t}}}, lambda a: {"text": a}),
    "bedrock, snake": (lambda t: {"reasoning_content": {"reasoning_text": {"text": t}}}, lambda a: {"text": a}),
    "gemini": (lambda t: {"text": t, "thought": True}, lambda a: {"text": a, "thought": False}),
    "evalscope": (lambda t: {"type": "reasoning", "reasoning": t}, lambda a: {"type": "text", "text": a}),
    "responses": (
        lambda t: {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": t}]},
        lambda a: {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": a}]},
    ),
}
HELD: dict[str, Callable[[list[Any]], Any]] = {
    "list": lambda parts: parts,
    "message": lambda parts: {"role": "assistant", "content": parts},
    "converse": lambda parts: {"output": {"message": {"role": "assistant", "content": parts}}},
    "choices": lambda parts: {"choices": [{"message": {"role": "assistant", "content": parts}}]},
    "candidates": lambda parts: {"candidates": [{"content": {"role": "model", "parts": parts}}]},
    "output": lambda parts: {"object": "response", "output": parts},
}


@pytest.mark.parametrize("api", PARTS)
@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("ta", f"<think>\n{THOUGHT}\n</think>\n\n5"),
        ("bta", f"Let me see.\n\n<think>\n{THOUGHT}\n</think>\n\n5"),
        ("tboa", f"<think>\n{THOUGHT}\n</think>\n\nLet me see.\n\n<think>\n{OTHER}\n</think>\n\n5"),
        ("bt", f"Let me see.\n\n<think>\n{THOUGHT}"),
    ],
)
def test_parts_of_every_api_keep_their_order(api: str, order: str, text: str) -> None:
    thinks, says = PARTS[api]
    parts = {"t": thinks(THOUGHT), "o": thinks(OTHER), "b": says("Let me see."), "a": says("5")}
    for held in HELD.values():
        (reply,) = read_row({**Q, "response": held([parts[one] for one in order])}, {}).replies
        assert (reply.text, reply.hidden, reply.unread_parts, reply.unread_keys) == (text, False, (), ())


def test_the_thinking_of_a_whole_reply_is_not_its_end() -> None:
    thinks, says = PARTS["bedrock"]
    said = {"output": {"message": {"role": "assistant", "content": [says("5"), thinks(THOUGHT)]}}}
    for end, text in (
        ("end_turn", f"<think>\n{THOUGHT}\n</think>\n\n5"),
        ("max_tokens", f"5\n\n<think>\n{THOUGHT}"),
    ):
        (reply,) = read_row({**Q, "response": {**said, "stopReason": end}}, {}).replies
        assert reply.text == text


def test_an_empty_object_is_no_response() -> None:
    with pytest.raises(NoResponse, match="empty object"):
        read_row({**Q, "status": "Bad Request", "response": {}}, {})


SILENT: dict[str, Callable[[str | None], dict[str, Any]]] = {
    "text": lambda text: {"response": text},
    "list": lambda text: {"response": [text]},
    "message": lambda text: {"response": {"role": "assistant", "content": text}},
    "chat": lambda text: {"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": text}]},
    "choices": lambda text: {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]},
    "completions": lambda text: {"choices": [{"text": text, "finish_reason": "stop"}]},
    "ollama": lambda text: {"message": {"role": "assistant", "content": text}, "done_reason": "stop"},
    **{
        f"{api} in {held}": lambda text, says=PARTS[api][1], wrap=HELD[held]: {  # type: ignore[misc]
            "response": wrap([] if text is None else [says(text)])
        }
        for api, held in (
            ("anthropic", "message"), ("bedrock", "converse"), ("mistral", "choices"), ("gemini", "candidates"),
            ("responses", "output"),
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("shape", SILENT)
def test_null_is_no_response_and_an_empty_text_is_an_empty_one(shape: str) -> None:
    for text in ("", " ", None):
        (reply,) = read_row({**Q, **SILENT[shape](text)}, {}).replies
        assert (reply.text, reply.failure[0]) == (text, "no_text")
