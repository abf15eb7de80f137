"""What an answer is: a value, words, a tuple or interval, a list, a union, a matrix, an inequality, an equation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

_NEEDLESS_SPACE = re.compile(r"(?<!\d) | (?!\d)")  # not that of "1 1/2"


@dataclass(frozen=True, slots=True)
class Shape:
    r"""One answer, read: one of the classes below.

    Attributes:
        text: Tidy LaTeX without name and unit.
        key: The same without spaces, for comparing.
        whole: Tidy LaTeX with name and unit.
        name: What is before "=" or "\in".
        unit: The unit or noun behind it, or the currency before it.
        percent: Whether it is given in per cent.
    """

    text: str
    key: str
    whole: str
    name: str = ""
    unit: str = ""
    percent: bool = False

    @classmethod
    def of(cls, text: str, **fields: Any) -> Self:
        """The shape of a text that has neither name nor unit."""
        return cls(text, key_of(text), text, **fields)


@dataclass(frozen=True, slots=True)
class Value(Shape):
    """A number or an expression. Of a number its value (per cent not divided by 100), and a unit of its last place."""

    number: Fraction | None = None
    step: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Words(Shape):
    """Words, or the letter of an option."""


@dataclass(frozen=True, slots=True)
class Equation(Shape):
    """An equation that does not just name a value.

    `value`: its right side if that is a value and the left side has several unknowns: `m + n = 17`. `is_curve`: whether
    these are coordinates, so that the equation is the answer. `sides`: both, if neither is a value or a name.
    """

    value: Shape | None = None
    sides: tuple[Shape, ...] = ()
    is_curve: bool = False


@dataclass(frozen=True, slots=True)
class Relation(Shape):
    """An inequality; if it bounds a plain name, the interval (or union of intervals) that it allows."""

    interval: Shape | None = None


@dataclass(frozen=True, slots=True)
class Several(Shape):
    """What has members."""

    items: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class Tuple(Several):
    """Members in order. `brackets` tell an interval from a point."""

    brackets: str = ""


@dataclass(frozen=True, slots=True)
class List(Several):
    """Members in any order. `number`: the value if its only comma is a decimal one, as most of Europe writes it."""

    number: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Union(Several):
    """Intervals and sets."""


@dataclass(frozen=True, slots=True)
class Sequence(Several):
    r"""Members in order, with dots for others: `1, 3, 5, \ldots`, `1:2:3:\ldots`."""


@dataclass(frozen=True, slots=True)
class Residues(Shape):
    r"""`n \equiv 1 \pmod 4`: the rests of a whole number and what it is divided by."""

    rests: frozenset[int] = frozenset()
    modulus: int = 1


@dataclass(frozen=True, slots=True)
class Matrix(Several):
    """Members row by row."""

    columns: int = 0


def key_of(text: str) -> str:
    """The text without spaces, for comparing."""
    return _NEEDLESS_SPACE.sub("", text)
