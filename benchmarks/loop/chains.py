"""Small sums, and chains of thought that solve them and then go on: every answer is checked two to four times.

A problem is `a × b + c` or `a × b - c`. Its answer is found, sometimes wrongly at first, and then derived again: in the
same way, by adding up instead of multiplying, in another order, or backwards from the result.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

FIRST_WRONG = 0.15
"""Chains whose first solution holds a wrong product, which the next one mends."""

CHECKS = (2, 3, 4)


@dataclass(frozen=True)
class Problem:
    """`a` times `b`, then `c` more, or less where `more` is False."""

    a: int
    b: int
    c: int
    more: bool

    @property
    def id(self) -> str:
        return f"loop/{self.a}x{self.b}{'+' if self.more else '-'}{self.c}"

    @property
    def total(self) -> int:
        return self.a * self.b

    @property
    def answer(self) -> int:
        return self.total + (self.c if self.more else -self.c)

    @property
    def question(self) -> str:
        return f"What is {self.a} × {self.b} {'+' if self.more else '-'} {self.c}?"


def problems() -> list[Problem]:
    """Every problem whose answer and steps are above zero, in a shuffled order that is always the same."""
    numbers = range(2, 10)
    every = [
        Problem(a, b, c, more)
        for a, b, c, more in product(numbers, numbers, range(1, 13), (True, False))
        if more or b > c
    ]
    random.Random(0).shuffle(every)
    return every


@dataclass(frozen=True)
class Chain:
    """A whole response, and what is known of it: the answer of each solution, and its way."""

    response: str
    answers: list[int]
    ways: list[str]


def chain(problem: Problem, chance: random.Random) -> Chain:
    """One response that overthinks."""
    found = list(_solutions(problem, chance))
    closing = chance.choice(("I am sure of it now.", "All of these agree."))
    thinking = "\n\n".join([*(text for _, _, text in found), closing])
    response = f"<think>\n{thinking}\n</think>\n\nThe answer is \\boxed{{ {problem.answer} }}."
    return Chain(response, [answer for _, answer, _ in found], [way for way, _, _ in found])


def _solutions(problem: Problem, chance: random.Random) -> Iterator[tuple[str, int, str]]:
    if chance.random() < FIRST_WRONG:
        slip = problem.total + chance.choice((-1, 1)) * chance.choice((problem.a, problem.b))
        wrong = slip + problem.answer - problem.total
        yield "direct", wrong, _direct(problem, slip, wrong)
        yield "mended", problem.answer, _mended(problem, slip)
    else:
        yield "direct", problem.answer, _direct(problem, problem.total, problem.answer)
    for way in chance.sample(list(_CHECKS), chance.choice(CHECKS)):
        yield way, problem.answer, _CHECKS[way](problem, chance)


def _direct(problem: Problem, total: int, answer: int) -> str:
    a, b = problem.a, problem.b
    return f"Okay, first {a} × {b} = {total}. Then {_step(problem, total, answer)}. So the answer is {answer}."


def _mended(problem: Problem, slip: int) -> str:
    a, b, total, answer = problem.a, problem.b, problem.total, problem.answer
    return (
        f"Wait, that is not right. {a} × {b} is not {slip}, it is {total}. "
        f"Then {_step(problem, total, answer)}. So the answer is {answer}."
    )


def _again(problem: Problem, chance: random.Random) -> str:
    a, b, total, answer = problem.a, problem.b, problem.total, problem.answer
    opening = chance.choice(("Wait, let me check that again.", "Hmm, let me go over it once more."))
    return f"{opening} {a} × {b} = {total}, and {_step(problem, total, answer)}. Yes, the answer is {answer}."


def _adding(problem: Problem, chance: random.Random) -> str:
    total, answer = problem.total, problem.answer
    opening = chance.choice(("Alternatively, I can add instead of multiplying.", "Another way is to add up."))
    terms = " + ".join([str(problem.b)] * problem.a)
    return f"{opening} {terms} = {total}. Then {_step(problem, total, answer)}. So the answer is {answer} again."


def _backwards(problem: Problem, chance: random.Random) -> str:
    a, b, total, answer = problem.a, problem.b, problem.total, problem.answer
    opening = chance.choice(("Let me verify it by working backwards.", "I can also test it from the end."))
    return (
        f"{opening} If the answer is {answer}, then {answer} {'-' if problem.more else '+'} {problem.c} = {total}, "
        f"and {total} ÷ {a} = {b}, which fits. So the answer is {answer}."
    )


def _order(problem: Problem, chance: random.Random) -> str:
    rest = (problem.a - 1) * problem.b
    last = problem.answer - rest
    opening = chance.choice(("Let me try a different order.", "But let me think about it differently."))
    return (
        f"{opening} {_step(problem, problem.b, last)}, and {problem.a - 1} × {problem.b} = {rest}. "
        f"Together {rest} + {last} = {problem.answer}. The answer is {problem.answer}."
    )


def _step(problem: Problem, total: int, answer: int) -> str:
    return f"{total} {'+' if problem.more else '-'} {problem.c} = {answer}"


_CHECKS = {"again": _again, "adding": _adding, "backwards": _backwards, "order": _order}
