"""Preference pairs as TRL reads them, and what is told of how they were made."""

from __future__ import annotations

from pydantic import Field

from overthink.records import Caveat, Metric, Row, is_empty


class PreferencePair(Row):
    """What a model is to prefer to what: TRL's preference format as plain strings, and from which samples.

    `prompt` is as the model saw it; `chosen` and `rejected` go on behind it, with their thinking. Token counts are of
    the three texts in their place, without the tokens that training puts at the beginning and the end. `template` is
    the digest of the chat template, null if the prompt was rendered without one; `vocabulary` that of all tokens of
    the tokenizer and their numbers, null if no tokenizer.json was at hand.
    """

    id: str
    prompt: str
    chosen: str
    rejected: str
    kind: str
    fell_back: bool
    close: str
    chosen_sample: str
    rejected_sample: str
    prompt_tokens: int
    chosen_tokens: int
    rejected_tokens: int
    tokenizer: str
    vocabulary: str | None
    template: str | None


class PromptCompletion(Row):
    """TRL's prompt/completion format: the chosen side of a pair alone. Fields as in PreferencePair."""

    id: str
    prompt: str
    completion: str
    kind: str
    fell_back: bool
    close: str
    chosen_sample: str
    prompt_tokens: int
    completion_tokens: int
    tokenizer: str
    vocabulary: str | None
    template: str | None


class SideMetrics(Row):
    """What one way to choose comes to, over the problems that have a usable sample: all samples, longest, FCS, …"""

    side: str
    metrics: dict[str, Metric]


class PairReport(Row):
    """What `overthink pairs` did. `unused` counts samples by why nothing is chosen from them, `dropped` problems.

    `max_length` is the longest pair in tokens, prompt, begin and end of the text included: what training needs; null
    if no pairs were written. `template` and `prompt` are the digests of the chat template and of the words around
    the question. `overlap_checked`: benchmarks' test problems that were looked for, and their number. `caveats`: those
    of all runs together.
    """

    model: str
    runs: list[str]
    kind: str
    close: str
    rejected: str
    problems: int
    samples: int
    not_scored: int
    unused: dict[str, int]
    dropped: dict[str, int]
    fell_back: int
    rejected_cut_off: int
    pairs: int | None
    max_length: int | None
    tokenizer: str
    template: str | None
    prompt: str | None
    overlap_checked: dict[str, int]
    overlap_unchecked: dict[str, str]
    caveats: list[Caveat] = Field([], exclude_if=is_empty)
    statistics: list[SideMetrics]
