r"""Congruences and the families of whole numbers that say the same: `x \equiv 3 \pmod 7`, `x = 7k + 3`."""

from __future__ import annotations

import math
import re

from overthink.answers.shapes import List, Residues, Shape, Value
from overthink.answers.wholes import Outcome

_FAMILY = re.compile(
    r"(?:(?P<before>-?\s?\d{1,9})\s?\+\s?)?(?P<step>\d{1,9})\s?(?:\\cdot\s?)?(?P<letter>[a-z])"
    r"(?:\s?(?P<behind>[+-]\s?\d{1,9}))?"
)
_REMAINDER = re.compile(r"(\d{1,9})\s?\\?b?mod\s?(\d{1,9})")
_LARGEST_PERIOD = 100_000


def by_residues(gold: Shape, answer: Shape) -> Outcome | None:
    r"""Whether two answers allow the same whole numbers: `1 \pmod 2` is `1, 3 \pmod 4` and `2k - 1`.

    None if one of them is neither.
    """
    one, other = _residues(gold), _residues(answer)
    if one is None or other is None:
        return None
    period = math.lcm(one.modulus, other.modulus)
    if period > _LARGEST_PERIOD:
        return "wrong", "exact"
    rests = [{rest for rest in range(period) if rest % shape.modulus in shape.rests} for shape in (one, other)]
    is_same = rests[0] == rests[1] and (not (one.name and other.name) or one.name == other.name)
    return ("correct" if is_same else "wrong"), "exact"


def _residues(shape: Shape) -> Residues | None:
    if isinstance(shape, Residues):
        return shape
    if found := _REMAINDER.fullmatch(shape.text):
        rest, modulus = int(found[1]), int(found[2])
        return (
            Residues.of(shape.text, name=shape.name, rests=frozenset((rest,)), modulus=modulus)
            if rest < modulus
            else None
        )
    if isinstance(shape, List):
        return _together([_residues(item) for item in shape.items])
    found = _FAMILY.fullmatch(shape.text) if isinstance(shape, Value) else None
    if found is None or found["letter"] == shape.name or not int(found["step"]):
        return None
    rest = sum(int(found[part].replace(" ", "")) for part in ("before", "behind") if found[part])
    step = int(found["step"])
    return Residues.of(shape.text, name=shape.name, rests=frozenset((rest % step,)), modulus=step)


def _together(parts: list[Residues | None]) -> Residues | None:
    """All that several residues with one modulus allow."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or len({(part.modulus, part.name) for part in known}) != 1:
        return None
    first, rests = known[0], frozenset().union(*(part.rests for part in known))
    return Residues.of(first.text, name=first.name, rests=rests, modulus=first.modulus)
