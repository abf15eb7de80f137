"""overthink: a profiler for reasoning models.

problems -> generate (or imports) -> solutions -> strategies -> answers -> metrics -> report

A room holds one capability: its rows, its formulas or rules, how an item becomes a row (`stage`), its judge and prompt,
what people see of it (`tables`, `page`) and its `command`. `compare`, `exits`, `pairs`, `agree`, `training`, `exports`,
`serve` and `follow` work on scored runs. Rooms use engines: `text`, `stats`, `run` (the run folder), `models`,
`judge`, `render`; `session` is what a command works with. Imports go down the floors that pyproject.toml lists.

`profile` goes the way from solutions to metrics for one response, in this process.
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
