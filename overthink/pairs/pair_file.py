"""A file of pairs as training needs it: its rows, and whether they fit the model's tokenizer and the longest text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import from_json

from overthink.config import TrainMethod
from overthink.errors import OverthinkError
from overthink.pairs.rows import PreferencePair, PromptCompletion
from overthink.run.table import Table
from overthink.text.chat_template import vocabulary_digest
from overthink.text.digest import digest

Count = Callable[[str], int]
"""Tokens of a text, without those that mark its begin and end."""


@dataclass(frozen=True)
class Example:
    """One pair, for SFT its chosen side alone; `tokens` as `overthink pairs` counted them, longest side."""

    id: str
    prompt: str
    sides: tuple[str, ...]
    tokens: int
    vocabulary: str | None
    template: str | None


@dataclass(frozen=True)
class PairFile:
    """The rows of a file, in its order, and its digest."""

    path: Path
    examples: list[Example]
    digest: str


def read_pairs(path: Path, method: TrainMethod) -> PairFile:
    """Read a file of `overthink pairs`. OverthinkError for a file that is none, is empty, or lacks a rejected side."""
    if not path.is_file():
        raise OverthinkError(f"{path}: no such file", "Make one with `overthink pairs RUN -o pairs.jsonl`.")
    with path.open("rb") as file:
        first = file.readline()
    if not first.strip():
        raise OverthinkError(f"{path}: no pairs", "See what `overthink pairs` tells of dropped problems.")
    row_type = PromptCompletion if _is_sft(first) else PreferencePair
    if row_type is PromptCompletion and method != "sft":
        raise OverthinkError(
            f"{path}: rows for SFT have no rejected side, and {method} needs one",
            "Give --method sft, or make the pairs with --rows preference.",
        )
    table: Table[PreferencePair | PromptCompletion] = Table(path, row_type)
    try:
        examples = [_example(row, method) for row in table.rows()]
    except (KeyError, ValidationError) as error:
        raise OverthinkError(f"{path}: not a file of pairs ({error})", "Make one with `overthink pairs`.") from None
    return PairFile(path, examples, digest(*(entry.digest for entry in table.entries.values())))


def _is_sft(line: bytes) -> bool:
    try:
        return "completion" in from_json(line)
    except ValueError:
        return False  # the table tells which line is wrong


def _example(row: PreferencePair | PromptCompletion, method: TrainMethod) -> Example:
    sides: tuple[str, ...]
    if isinstance(row, PromptCompletion):
        sides, tokens = (row.completion,), row.completion_tokens
    elif method == "sft":
        sides, tokens = (row.chosen,), row.chosen_tokens
    else:
        sides, tokens = (row.chosen, row.rejected), max(row.chosen_tokens, row.rejected_tokens)
    return Example(row.id, row.prompt, sides, row.prompt_tokens + tokens, row.vocabulary, row.template)


def check_tokenizer(
    pairs: PairFile, model: str, vocabulary: Mapping[str, int], template: str | None, count: Count
) -> list[int]:
    """The tokens of each pair's longest side, prompt included. OverthinkError if the pairs were made for another.

    `template` is the model's chat template, null if it has none. A pair that was made without a tokenizer.json is
    known by its tokens: as many as were counted then.
    """
    mistake = None
    lengths = [max(count(example.prompt + side) for side in example.sides) for example in pairs.examples]
    if _unlike(example.template for example in pairs.examples) - {digest(template) if template is not None else None}:
        mistake = f"its prompts are of another chat template than that of {model}"
    elif _unlike(example.vocabulary for example in pairs.examples) - {vocabulary_digest(vocabulary)}:
        mistake = f"it was made with another tokenizer than that of {model}"
    elif unlike := sum(
        length != example.tokens
        for length, example in zip(lengths, pairs.examples, strict=True)
        if example.vocabulary is None
    ):
        mistake = f"the tokenizer of {model} counts other tokens in {unlike} of {len(lengths)} pairs"
    if mistake:
        raise OverthinkError(
            f"{pairs.path}: {mistake}",
            f"Make the pairs with --tokenizer {model}, or train the model that they were made for.",
        )
    return lengths


def _unlike(digests: Iterable[str | None]) -> set[str | None]:
    return set(digests) - {None}


def length_for(pairs: PairFile, lengths: Sequence[int], edges: int, given: int | None, context: int | None) -> int:
    """The max_length to train with: `given`, else the longest pair and its `edges`. Nothing is ever cut in silence.

    `context` is the longest text that the model takes, in tokens, if it tells. OverthinkError for longer pairs.
    """
    needed = max(lengths) + edges
    limit = min(bound for bound in (given, context, needed) if bound is not None)
    if limit < needed:
        longer = sum(length + edges > limit for length in lengths)
        what = "--max-length" if limit == given else "the model's context"
        raise OverthinkError(
            f"{pairs.path}: {longer} of {len(lengths)} pairs are longer than {what} of {limit} tokens, by up to "
            f"{needed - limit}",
            f"Give --max-length {needed}, or leave it out."
            if limit == given and (context is None or needed <= context)
            else "Sample with a smaller --max-tokens, or give `overthink pairs --rejected correct`.",
        )
    return given or needed
