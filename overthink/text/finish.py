"""Why a response ended: the words of every engine and API, in one table.

finish_reason("MAX_TOKENS")      # "length"
failure("cancelled")             # "abort": no response, but a row that is owed again
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from overthink.records import FinishReason

Failed = Literal["error", "abort"]
"""How a response ended that is none: the server failed, or somebody stopped it."""

_WORDS: Mapping[FinishReason, str] = {
    "stop": "stop stopped eos eos_token eos_found end_token stop_token stop_string stop_str stop_word stop_sequence "
    "word eot end_turn end_of_turn end_of_text complete completed finish finished done success succeeded normal",
    "length": "length max_tokens max_token max_length max_new_tokens max_output_tokens max_completion_tokens "
    "max_tokens_reached max_context_length model_length model_max_length context_length context_length_exceeded "
    "model_context_window_exceeded context_window_exceeded token_limit token_limit_reached limit length_capped "
    "output_limit error_limit incomplete truncated",
    "repetition": "repetition repetition_detected repetitive repeat repeated loop",
    "content_filter": "content_filter content_filtered content_filter_stop filtered safety image_safety recitation "
    "language blocklist prohibited_content spii refusal refused guardrail_intervened guardrail sensitive moderation "
    "blocked content_policy policy_violation error_toxic",
    "tool_calls": "tool_calls tool_call tool_use tool function_call function_calls pause_turn malformed_function_call "
    "unexpected_tool_call too_many_tool_calls malformed_model_output malformed_tool_use",
}
FINISH_REASONS: Mapping[str, FinishReason] = {
    word: reason for reason, words in _WORDS.items() for word in words.split()
}
"""What engines and their logs call the end of a response, and what its row calls it."""

_FAILED: Mapping[Failed, str] = {
    "error": "error errored failed failure fail timeout timed_out time_limit expired overloaded server_error "
    "internal_error internal_server_error network_error connection_error insufficient_system_resource",
    "abort": "abort aborted cancel canceled cancelled user_cancel user_cancelled interrupted disconnect disconnected",
}
FAILURES: Mapping[str, Failed] = {word: kind for kind, words in _FAILED.items() for word in words.split()}
"""What they call the end of what is no response."""

_ENUM = re.compile(r"^(?:finish|stop|done)_?reason[._]", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def finish_reason(said: Any) -> FinishReason:
    """What a row calls it. A failure, and what is no word, is unknown."""
    return FINISH_REASONS.get(_word(said), "unknown")


def failure(said: Any) -> Failed | None:
    """The kind of the failure, null if the response ended in another way."""
    return FAILURES.get(_word(said))


def _word(said: Any) -> str:
    """`FinishReason.MAX_TOKENS`, `maxTokens`, `max-tokens` and `{"type": "max_tokens"}` are `max_tokens`."""
    if isinstance(said, Mapping):
        said = said.get("type") or said.get("reason")
    if isinstance(said, list) and len(said) == 1:
        said = said[0]
    if not isinstance(said, str) or len(said) > 80:
        return ""
    return re.sub(r"[\s-]+", "_", _HUMP.sub("_", _ENUM.sub("", said.strip()))).lower()
