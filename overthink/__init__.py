"""overthink: a profiler for reasoning models.

problems -> generate (or import) -> segment -> cluster -> verify -> score -> report

Each stage is a file of stages/ and a command; a run folder holds its rows. `profile` does the way from segment to
score for one response, in process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from overthink.profiles import Profile

__version__ = "0.1.0"


@overload
def profile(
    question: str, response: str, answer: str | None = None, *, tokenizer: str = "qwen", cut_off: bool = False
) -> Profile: ...


@overload
def profile(
    question: list[str],
    response: list[str],
    answer: list[str] | list[str | None] | None = None,
    *,
    tokenizer: str = "qwen",
    cut_off: bool | list[bool] = False,
) -> list[Profile]: ...


def profile(
    question: str | list[str],
    response: str | list[str],
    answer: str | list[str] | list[str | None] | None = None,
    *,
    tokenizer: str = "qwen",
    cut_off: bool | list[bool] = False,
) -> Profile | list[Profile]:
    """The solutions of a response, their verdicts, strategies and tokens, and every metric of one sample.

    `answer` is the gold answer; without it only what needs none is known. `tokenizer`: `qwen`, `deepseek-r1`, a hub
    id, a folder or a tokenizer.json. `cut_off`: whether the response ran into its length limit. Lists give a list, in
    parallel; nothing is written.
    """
    from overthink.profiles import profile_many

    if isinstance(question, str):
        return profile_many([question], [response], [answer], tokenizer, cut_off)[0]  # type: ignore[list-item]  # overloads
    answers = [None] * len(question) if answer is None else answer
    return profile_many(question, response, answers, tokenizer, cut_off)
