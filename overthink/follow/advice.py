"""Which remedy for which kind of instruction: the decision flow of arXiv 2505.11423 §6, on the user's own figures.

The paper: look first at how complex the instruction is. Simple ones: self-reflection or the classifier; compound ones:
self-selective or the classifier. Here the figures decide, group by group, and it is said if they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from overthink.follow.measures import HEADLINE, Answer, Answers, changes
from overthink.records import Change, Row
from overthink.stats.bootstrap import Draws

FEWEST = 30
"""Prompts; an interval over fewer is no ground for advice."""

PAPER: dict[str, tuple[str, ...]] = {
    "simple": ("self-reflection", "classifier"),
    "compound": ("self-selective", "classifier"),
}


class Option(Row):
    """One way to answer, against answering at once and against thinking, over the prompts that it answered."""

    method: str
    gain: Change
    to_cot: Change
    tokens: Change


class Advice(Row):
    """What to do for one group of instructions. `method` is null if the data do not decide.

    `thinking`: what thinking alone does to the group. `paper`: what arXiv 2505.11423 advises for such instructions.
    """

    group: str
    prompts: int
    thinking: Literal["helps", "hurts", "open"]
    method: str | None
    advice: str
    options: list[Option]
    paper: list[str]


def advise(ways: Mapping[str, Answers], categories: Mapping[str, str | None], draws: Draws) -> list[Advice]:
    """Advice for all instructions, for simple and compound ones, and for the categories of ComplexBench.

    `ways` holds `original` (base), `cot`, and the remedies that were tried; `categories` names each problem's, if any.
    """
    base, cot = ways["original"], ways["cot"]
    shared = base.keys() & cot.keys()
    groups: dict[str, Callable[[str], bool]] = {
        "all": lambda _: True,
        "simple": lambda problem: not _compound(base[problem]),
        "compound": lambda problem: _compound(base[problem]),
    }
    for category in sorted({name for name in categories.values() if name}):
        groups[category] = lambda problem, category=category: categories[problem] == category  # type: ignore[misc]
    found = [(name, {problem for problem in shared if belongs(problem)}) for name, belongs in groups.items()]
    return [_advice(name, members, ways, draws) for name, members in found if members]


def _compound(answer: Answer) -> bool:
    """More than one thing is asked for."""
    return len(answer.kinds) > 1


def _advice(name: str, members: set[str], ways: Mapping[str, Answers], draws: Draws) -> Advice:
    base, cot = (_within(ways[way], members) for way in ("original", "cot"))
    options = [
        _option(method, base, cot, _within(answers, members), draws)
        for method, answers in ways.items()
        if method != "original"
    ]
    thinking = _direction(options[0].gain)
    better = [option for option in options if _direction(option.gain) == "helps"]
    best = max(better, key=lambda option: (option.gain.value or 0.0, -(option.tokens.value or 0.0)), default=None)
    method: str | None = best.method if best else "original" if thinking == "hurts" and len(members) >= FEWEST else None
    return Advice(
        group=name, prompts=len(members), thinking=thinking, method=method,
        advice=_words(len(members), thinking, best, len(options) > 1), options=options,
        paper=list(PAPER.get(name, ())),
    )  # fmt: skip


def _words(prompts: int, thinking: str, best: Option | None, tried: bool) -> str:
    if prompts < FEWEST:
        return f"The data do not decide: {prompts} prompts are fewer than {FEWEST}."
    if best is not None:
        what = "Let it think" if best.method == "cot" else f"Use {best.method}"
        return (
            f"{what}: {_points(best.gain)} points over answering at once, for {_tokens(best.tokens)} tokens a prompt."
        )
    if thinking == "hurts":
        return "Answer at once: thinking costs tokens and constraints" + (
            ", and no remedy that was tried does better." if tried else "; try a remedy if you need its thinking."
        )
    more = "" if tried else " Try remedies (`overthink follow remedy`), or more prompts."
    return f"The data do not decide: every interval holds 0. Answering at once costs least.{more}"


def _option(method: str, base: Answers, cot: Answers, answers: Answers, draws: Draws) -> Option:
    to_base = changes(base, answers, draws)
    return Option(
        method=method, gain=to_base[HEADLINE.name], to_cot=changes(cot, answers, draws)[HEADLINE.name],
        tokens=to_base["tokens"],
    )  # fmt: skip


def _within(answers: Answers, members: set[str]) -> dict[str, Answer]:
    return {problem: answers[problem] for problem in answers.keys() & members}


def _direction(change: Change) -> Literal["helps", "hurts", "open"]:
    if change.ci_low is None or change.ci_high is None or change.n < FEWEST:
        return "open"
    return "helps" if change.ci_low > 0 else "hurts" if change.ci_high < 0 else "open"


def _points(change: Change) -> str:
    low, high = 100 * (change.ci_low or 0.0), 100 * (change.ci_high or 0.0)
    return f"{100 * (change.value or 0.0):+.1f} [{low:+.1f}, {high:+.1f}]"


def _tokens(change: Change) -> str:
    return "an unknown number of" if change.value is None else f"{change.value:+,.0f}"
