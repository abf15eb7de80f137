"""The token counts that servers report, whatever their names for them.

counts_of({"usage": {"input_tokens": 7, "output_tokens": 9}})      # Counts(prompt=7, completion=9)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Counts:
    """Tokens as the server counted them, null if it did not; `completion` holds those of `reasoning`."""

    prompt: int | None = None
    completion: int | None = None
    reasoning: int | None = None

    def or_else(self, other: Counts) -> Counts:
        """These counts, and those of `other` if these are unknown."""
        return Counts(
            other.prompt if self.prompt is None else self.prompt,
            other.completion if self.completion is None else self.completion,
            other.reasoning if self.reasoning is None else self.reasoning,
        )


_PLACES = (
    *("usage", "usages", "usageMetadata", "usage_metadata", "token_usage", "tokenUsage", "tokens", "billed_units"),
    *("meta_info", "meta", "metrics", "details", "response_metadata", "metadata", "generation_info", "token_counts"),
)
"""Keys of objects with counts, the better ones first."""
_DETAILS = ("completion_tokens_details", "output_tokens_details", "output_token_details", "completionTokensDetails")

_PROMPT = (
    *(
        "prompt_tokens",
        "input_tokens",
        "inputTokens",
        "promptTokens",
        "prompt_eval_count",
        "num_prompt_tokens",
        "tokens_evaluated",
    ),
    *("prompt_token_count", "promptTokenCount", "num_input_tokens"),
)
_CACHED = (
    *("cache_read_input_tokens", "cache_creation_input_tokens", "cacheReadInputTokens", "cacheWriteInputTokens"),
    *("input_tokens_cache_read", "input_tokens_cache_write"),
)
_COMPLETION = (
    *("completion_tokens", "output_tokens", "outputTokens", "completionTokens", "eval_count", "generated_tokens"),
    *(
        "num_generated_tokens",
        "num_output_tokens",
        "tokens_predicted",
        "num_completion_tokens",
        "completion_token_count",
    ),
)
_CANDIDATES = ("candidatesTokenCount", "candidates_token_count")
_THOUGHTS = ("thoughtsTokenCount", "thoughts_token_count")
_REASONING = (
    *("reasoning_tokens", "reasoningTokens", "thinking_tokens", "thinkingTokens", "num_reasoning_tokens"),
    *("reasoning_token_count", "reasoningTokenCount"),
)


def counts_of(*objects: Any) -> Counts:
    """The counts in these objects, or in those that they hold for them; the first that is known counts."""
    found = Counts()
    for place in (place for value in objects for place in _places(value)):
        found = found.or_else(_read(place))
    return found


def sum_of(counts: Sequence[Counts]) -> Counts:
    """The counts of several turns of one reply: the prompt of the first, what all wrote, null if one does not say."""
    known = [each for each in counts if each != Counts()]
    if not known:
        return Counts()
    return Counts(known[0].prompt, _sum(each.completion for each in known), _sum(each.reasoning for each in known))


def _sum(counts: Iterable[int | None]) -> int | None:
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def _places(value: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(value, Mapping):
        return
    for key in _PLACES:
        inner = value.get(key)
        if isinstance(inner, Mapping):
            yield from _places(inner)
    yield value


def _read(usage: Mapping[str, Any]) -> Counts:
    thoughts = _first(usage, _THOUGHTS)
    candidates = _first(usage, _CANDIDATES)
    # Gemini counts the thoughts apart from the text; Anthropic, Bedrock and Inspect what was cached apart from the
    # prompt, which is in the total (EvalScope has Inspect's keys, and the cached tokens in the prompt).
    written = _first(usage, _COMPLETION) if candidates is None else candidates + (thoughts or 0)
    prompt = _first(usage, _PROMPT)
    if (
        prompt is not None
        and usage.get("prompt_tokens") is None
        and usage.get("total_tokens") != prompt + (written or 0)
    ):
        prompt += sum(_count(usage.get(key)) or 0 for key in _CACHED)
    inner = [usage[key] for key in _DETAILS if isinstance(usage.get(key), Mapping)]
    told = [_first(usage, _REASONING), *(_first(place, (*_REASONING, "reasoning")) for place in inner)]
    reasoning = next((count for count in (*told, thoughts) if count is not None), None)
    beyond = _beyond(usage)
    if beyond and written is not None and reasoning in (None, beyond):
        return Counts(prompt, written + beyond, beyond)
    return Counts(prompt, written, reasoning)


def _beyond(usage: Mapping[str, Any]) -> int:
    """Tokens of the total that are in neither count: xAI and Google (for OpenAI's clients) leave the thinking out."""
    total, *parts = (_count(usage.get(key)) for key in ("total_tokens", "prompt_tokens", "completion_tokens"))
    return 0 if total is None or None in parts else max(0, total - sum(part or 0 for part in parts))


def _first(usage: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    return next((count for key in keys if (count := _count(usage.get(key))) is not None), None)


def _count(value: Any) -> int | None:
    """A whole number that is no negative one; files of tables have whole numbers as floats."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and value >= 0 else None
