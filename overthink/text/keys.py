"""Under which keys APIs, servers, libraries and files hold the thinking, the text and the end of a response.

A key that is missing here is found by its name (`parts.looks_like_thinking`) and told of, not read.
"""

from __future__ import annotations

THINKING_KEYS = (
    *("reasoning_content", "reasoning", "thinking", "thinking_content", "reasoning_text", "thoughts", "thought"),
    *("reasoning_details", "thinking_blocks", "reasoningContent", "reasoningText", "thinkingContent"),
    *("reasoningDetails", "thinkingBlocks", "reasoning_trace", "thinking_trace", "thinking_process"),
    *("reasoning_process", "reasoning_contents", "reasonings", "thinkings", "reasoning_traces"),
    *("message_thinking", "message_reasoning"),
)
"""Of the thinking that a server took out of the content, beside it."""
SUMMARY_KEYS = (
    *("reasoning_summary", "reasoning_summaries", "reasoningSummary", "thinking_summary", "thinkingSummary"),
    *("thought_summary", "thought_summaries", "thoughts_summary", "thoughtSummary"),
)
"""Of a summary of the thinking, which is not the thinking."""
THOUGHT_KEYS = (
    *("thinking", "reasoning", "text", "content", "reasoning_content", "reasoningContent", "reasoningText"),
    *("reasoning_text", "thought", "value", "parts"),
)
"""Of the text in a part that is thinking."""
CONTENT_KEYS = (
    *("content", "text", "parts", "blocks", "response", "generated_text", "output_text", "completion", "value"),
    *("output", "message", "final_answer", "final_response", "answer"),
)
"""Of the content of a message."""
KIND_KEYS = ("type", "block_type", "kind", "part_kind", "content_type", "partType")
"""Of what kind a part is."""
TEXT_KEYS = ("text", "content", "value", "output_text", "refusal", "parts")
"""Of the text in a part that is no thinking."""
FINISH_KEYS = (
    *("finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason", "finish_reasons", "stop_reasons"),
    *("done_reasons", "stop_type", "complete_reason"),
)
"""Of what says why a response ended."""
MODEL_KEYS = ("model", "modelVersion")
"""Of the name of the model that a server says it is."""
LISTS = ("choices", "candidates", "generations", "outputs", "results")
"""Of the samples in the whole that a server answered."""
INNER = (
    *("message", "response", "body", "result", "output", "completion", "generation", "model_output", "raw_response"),
    *("reply", "data", "raw", "delta", "content", "kwargs"),
)
"""Of the message, or the whole that a server answered, inside of another object."""
ABOUT = ("meta_info", "response_metadata", "details", "metadata", "generation_info")
"""Of objects in which servers and libraries keep what they say about a response."""
MORE = ("provider_specific_fields", "additional_kwargs", "model_extra")
"""Of objects in which client libraries keep what they do not know."""
