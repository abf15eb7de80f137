"""The trained numbers of the rules, which come with the package (`rules.json`; tools/train_segmenter.py makes them)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TypedDict

from overthink.solutions.cues import Lexicon, lexicon
from overthink.solutions.phrases import Phrases, Weights
from overthink.solutions.tokens import FIRST_WORD, FIXED
from overthink.stats.trees import TreeNumbers, Trees


class PhraseNumbers(TypedDict):
    """The weights of phrases as JSON has them: for each place the terms, and their weights in hundredths."""

    bias: float
    single: dict[str, tuple[list[int], list[int]]]
    pair: dict[str, tuple[list[int], list[int]]]


class SegmentNumbers(TypedDict):
    """The trained numbers as JSON has them: words and features are separated by blanks."""

    words: str
    stated: TreeNumbers
    stated_features: str
    phrases: PhraseNumbers
    ends: TreeNumbers
    ends_features: str
    threshold: float


@dataclass(frozen=True)
class SegmentModel:
    """The trained numbers: the words that count, which candidates are stated as answers, which paragraphs are ends.

    `threshold`: the probability from which a solution ends in a paragraph.
    """

    words: Lexicon
    stated: Trees
    stated_features: Sequence[str]
    phrases: Phrases
    ends: Trees
    ends_features: Sequence[str]
    threshold: float


@lru_cache(maxsize=1)
def segment_model() -> SegmentModel:
    """Load the numbers that come with the package."""
    text = resources.files("overthink.solutions").joinpath("rules.json").read_text("utf-8")
    return model_of(json.loads(text))


def model_of(numbers: SegmentNumbers) -> SegmentModel:
    """The model that a JSON object of trained numbers describes."""
    return SegmentModel(
        words=lexicon(numbers["words"].split(), FIXED, FIRST_WORD),
        stated=Trees.of(numbers["stated"]),
        stated_features=numbers["stated_features"].split(),
        phrases=phrases_of(numbers["phrases"]),
        ends=Trees.of(numbers["ends"]),
        ends_features=numbers["ends_features"].split(),
        threshold=float(numbers["threshold"]),
    )


def phrases_of(numbers: PhraseNumbers) -> Phrases:
    """The weights that a JSON object describes."""
    return Phrases(float(numbers["bias"]), Weights.of(numbers["single"]), Weights.of(numbers["pair"]))
