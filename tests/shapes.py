"""One thinking and one answer as each API sends them: `(thinking, answer)` as a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Shape = Callable[[str, str], Any]
MESSAGES: dict[str, Shape] = {
    "reasoning_content": lambda t, a: {"role": "assistant", "content": a, "reasoning_content": t},
    "reasoning": lambda t, a: {"role": "assistant", "content": a, "reasoning": t, "refusal": None},
    "thinking": lambda t, a: {"role": "assistant", "content": a, "thinking": t},
    "two keys": lambda t, a: {"content": a, "reasoning": t, "reasoning_content": f"{t}\n"},
    "object": lambda t, a: {"content": a, "thinking": {"type": "thinking", "text": t}},
    "list of texts": lambda t, a: {"content": a, "thinking": [t]},
    "details": lambda t, a: {
        "content": a,
        "reasoning": None,
        "reasoning_details": [
            {"type": "reasoning.text", "text": t, "format": "anthropic-claude-v1", "index": 0},
            {"type": "reasoning.encrypted", "data": "gAAAAB==", "index": 1},
        ],
    },
    "details in pieces": lambda t, a: {
        "content": a,
        "reasoning_details": [{"type": "reasoning.text", "text": c, "index": 0} for c in t],
    },
    "litellm": lambda t, a: {
        "content": a,
        "reasoning_content": t,
        "thinking_blocks": [{"type": "thinking", "thinking": t, "signature": "x"}],
        "provider_specific_fields": {"reasoning_content": t},
    },
    "langchain": lambda t, a: {"type": "ai", "content": a, "additional_kwargs": {"reasoning_content": t}},
    "content text": lambda t, a: {"role": "assistant", "content": [{"type": "text", "text": a}], "reasoning": t},
    "mistral": lambda t, a: {
        "content": [{"type": "thinking", "thinking": [{"type": "text", "text": t}]}, {"type": "text", "text": a}]
    },
    "anthropic": lambda t, a: {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "thinking", "thinking": t, "signature": "EqMC"}, {"type": "text", "text": a}],
    },
    "evalscope": lambda t, a: {"content": [{"type": "reasoning", "reasoning": t}, {"type": "text", "text": a}]},
    "bedrock": lambda t, a: {
        "role": "assistant",
        "content": [{"reasoningContent": {"reasoningText": {"text": t, "signature": "x"}}}, {"text": a}],
    },
    "bedrock in langchain": lambda t, a: {
        "content": [
            {"type": "reasoning_content", "reasoning_content": {"text": t, "signature": "x"}},
            {"type": "text", "text": a},
        ]
    },
    "gemini": lambda t, a: {
        "role": "model",
        "parts": [{"text": t, "thought": True}, {"text": a, "thoughtSignature": "x"}],
    },
    "responses": lambda t, a: [
        {"type": "reasoning", "id": "rs", "summary": [], "content": [{"type": "reasoning_text", "text": t}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": a, "annotations": []}]},
    ],
    "own part": lambda t, a: {
        "content": [{"type": "chain_of_thought", "chain_of_thought": t}, {"type": "text", "text": a}]
    },
    "harmony": lambda t, a: [
        {"role": "assistant", "channel": "analysis", "content": t},
        {"role": "assistant", "channel": "final", "content": a},
    ],
    "parts alone": lambda t, a: [{"type": "thinking", "thinking": t}, {"type": "text", "text": a}],
    "one part": lambda t, a: {"role": "assistant", "content": [{"thinking": t, "text": a}]},
    "pydantic-ai": lambda t, a: {
        "parts": [{"part_kind": "thinking", "content": t}, {"part_kind": "text", "content": a}]
    },
}
