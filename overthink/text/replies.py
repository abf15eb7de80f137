"""A recorded reply of any chat API, whatever its shape: its thinking, its text, and what of it was not read.

message, = read_replies({"choices": [{"message": {"reasoning": "2 and 3 make 5.", "content": "5"}}]})
message.reasoning, message.content      # "2 and 3 make 5.", "5"
message.written()                       # "<think>\\n2 and 3 make 5.\\n</think>\\n\\n5"

Known are texts, messages and whole replies of OpenAI (chat, completions, Responses) and of the servers that follow it
(vLLM, SGLang, OpenRouter, DeepSeek, litellm), Anthropic, Mistral, Cohere, Amazon Bedrock (converse), Google (Gemini)
and Ollama, content parts of evalscope and Inspect, and chats with several turns of the model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from overthink.errors import OverthinkError
from overthink.text.about import end_of, error_of
from overthink.text.chats import Raw, assistant_turns, is_chat
from overthink.text.keys import CONTENT_KEYS, FINISH_KEYS, INNER, LISTS, MODEL_KEYS, THINKING_KEYS
from overthink.text.marks import Tags
from overthink.text.messages import Message, content_of, read_message, read_turns
from overthink.text.parts import DEEPEST, is_list_of_objects, is_part


def decoded(value: Any, *, asked: bool = False) -> Any:
    """What a text holds that is the JSON of a message, a chat, or what a chat API answered; else the value itself.

    Any other JSON may be what a model wrote, also a chat without a turn of the model, unless it was `asked`.
    """
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        held = json.loads(value)
    except (ValueError, RecursionError):
        return value
    if isinstance(held, list):
        return held if assistant_turns(held) or _are_parts(held) or (asked and is_chat(held)) else value
    choices = held.get("choices") or held.get("candidates")
    answered = is_list_of_objects(choices) and {"message", "finish_reason", "content"} & set(choices[0])
    said = held.get("role") == "assistant" and "content" in held
    return held if answered or said or held.get("object") == "response" else value


def read_replies(value: Any, tags: Tags | None = None, *, lists: int = 2) -> Iterator[Message]:
    """The replies in a value: one, or a list of samples, or (as harnesses log them) a list of lists.

    OverthinkError for an object that is no reply, and for lists inside of more than so many `lists`.
    """
    value = decoded(value)
    if isinstance(value, Mapping):
        yield from _of_object(value, (), tags)
    elif not isinstance(value, list):
        yield read_message(value, tags=tags)
    elif (turns := assistant_turns(value)) is not None and not _are_samples(value):
        yield read_turns(turns, tags=tags)
    elif is_chat(value) and turns is None:
        yield Message()  # the model is silent
    elif _are_parts(value):
        yield read_message(value, tags=tags)
    elif lists == 0:
        raise OverthinkError("response is a list, not a text", "Name the column that holds it: --map response=COLUMN.")
    else:
        for part in value:
            yield from read_replies(part, tags, lists=lists - 1)


def _of_object(value: Raw, around: Sequence[Raw], tags: Tags | None) -> Iterator[Message]:
    """The replies in an object: itself a message, or the whole that a server answered, with a message inside."""
    chain = (value, *around)
    listed = next((value[key] for key in LISTS if is_list_of_objects(value.get(key))), None)
    inner = next((value[key] for key in INNER if isinstance(value.get(key), Mapping)), None)
    if value.get("role") and "content" in value:
        yield read_message(value, around, tags)
    elif listed is not None:
        # Token counts of the whole belong to none of several replies.
        for part in _by_index(listed):
            yield from _of_object(part, chain if len(listed) == 1 else _without_counts(chain), tags)
    elif is_list_of_objects(value.get("output")):
        yield read_turns(value["output"], chain, tags)
    elif is_chat(value.get("messages")) and assistant_turns(value["messages"]):
        yield read_turns(assistant_turns(value["messages"]) or (), chain, tags)
    elif inner is not None and not isinstance(value.get("content"), (str, list)) and len(around) < DEEPEST:
        yield from _of_object(inner, chain, tags)
    elif any(key in value for key in (*CONTENT_KEYS, *THINKING_KEYS, "refusal")):
        yield read_message(value, around, tags)
    elif error_of(chain) is not None or end_of(value) or value.get("role"):
        yield read_message(value, around, tags)  # it ended before there was any text
    else:
        raise OverthinkError(
            f"a response is {_described(value)}",
            "A response is a text, a chat message, or what a chat API answers. Name its column: --map response=COLUMN.",
        )


def _by_index(samples: Sequence[Raw]) -> Sequence[Raw]:
    """The samples in the order of their own numbers, if each has one."""
    numbered = all(type(sample.get("index")) is int for sample in samples)
    return sorted(samples, key=lambda sample: int(sample["index"])) if numbered else samples


def _described(value: Raw) -> str:
    kind = value.get("object") or value.get("type")
    named = f"an object of the type {kind!r}" if isinstance(kind, str) else "an object"
    return f"{named} with the keys {', '.join(map(str, value)) or 'none'}"


def _without_counts(chain: Sequence[Raw]) -> tuple[Raw, ...]:
    return tuple({key: value[key] for key in (*FINISH_KEYS, *MODEL_KEYS, "error") if key in value} for value in chain)


def _are_parts(value: list[Any]) -> bool:
    """Is it the content of one message, and no list of samples?"""
    return is_list_of_objects(value) and any(is_part(part) for part in value)


def _are_samples(turns: list[Raw]) -> bool:
    """Are these messages of the model samples, and not the turns of one reply?"""
    return len(turns) > 1 and all(
        turn.get("role") == "assistant" and not turn.get("tool_calls") and content_of(turn) and not turn.get("channel")
        for turn in turns
    )
