"""Answers compared without SymPy: in one notation, as numbers, as words, and member by member.

These ways never give another verdict than SymPy would; if only SymPy can tell, they give none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Sequence as Items
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from overthink.answers.clauses import said_in
from overthink.answers.find import quoted_answer
from overthink.answers.parse import shape_of
from overthink.answers.residues import by_residues
from overthink.answers.rewrite import LONGEST
from overthink.answers.shapes import (
    Equation,
    List,
    Matrix,
    Relation,
    Residues,
    Sequence,
    Several,
    Shape,
    Tuple,
    Union,
    Value,
    Words,
)
from overthink.answers.wholes import OPTIONS, UNKNOWN, Outcome, by_clock, by_notation, by_words
from overthink.records import Way

Leaves = Callable[[Shape, Shape], Outcome | None]
"""Compares two values, equations or inequalities that are written differently."""

_RANK: dict[Way, int] = {"exact": 0, "numeric": 1, "symbolic": 2}
_POINT = re.compile(r"[A-Z](\(.{3,80}\))")
_NO_INTERVAL = re.compile(r"^\\?\{|(?<![A-Za-z])(?:or|and)(?![A-Za-z])")
_INDEX = re.compile(r"(.{1,9})_\{?\d+\}?")
_DOTS = "\\ldots"
_RATIO = ":"


def number(answer: str) -> Fraction | None:
    """The rational or decimal number that an answer is, bounded in size; per cent are not divided by 100."""
    shape = shape_of(answer)
    return shape.number if isinstance(shape, Value) else None


def same_cheaply(gold: str, answer: str) -> Outcome | None:
    """The verdict on `answer` if it is certain without SymPy, else None."""
    if len(gold) > LONGEST or len(answer) > LONGEST:
        return _same_cheaply.__wrapped__(gold, answer)
    return _same_cheaply(gold, answer)


@lru_cache(maxsize=8192)
def _same_cheaply(gold: str, answer: str) -> Outcome | None:
    if not answer.strip():
        return "wrong", "missing"
    if not gold.strip():
        return None
    if gold == answer:
        return "correct", "exact"
    if outcome := _by_clauses(gold, answer):
        return outcome
    read = shape_of(answer)
    if not read.key:
        return "wrong", "missing"
    return compare(shape_of(gold), read, _undecided)


def _by_clauses(gold: str, answer: str) -> Outcome | None:
    """Clauses that say the same of the same subjects, in any order; None if either answer is not made of clauses."""
    wanted = said_in(gold)
    stated = (said_in(answer) or said_in(quoted_answer(answer))) if wanted else {}
    if not stated:
        return None
    same = wanted.keys() == stated.keys() and all(
        _is_correct(_same_cheaply(kind, stated[subject])) for subject, kind in wanted.items()
    )
    return ("correct" if same else "wrong"), "exact"


def compare(gold: Shape, answer: Shape, leaves: Leaves) -> Outcome | None:
    """The verdict on two answers, member by member; `leaves` compares values that are written differently."""
    gold, answer = _single(gold), _single(answer)
    if outcome := by_clock(gold, answer) or by_notation(gold, answer):
        return outcome
    if isinstance(gold, Words) or isinstance(answer, Words):
        return by_words(gold, answer)
    if (isinstance(gold, Residues) or isinstance(answer, Residues)) and (outcome := by_residues(gold, answer)):
        return outcome
    by_members = _BY_MEMBERS.get((type(gold), type(answer)))
    return by_members(gold, answer, leaves) if by_members else leaves(gold, answer)


def _single(shape: Shape) -> Shape:
    """The member of a list of one: `\\{3\\}`, `5, 5`."""
    if isinstance(shape, List) and len({item.key for item in shape.items}) == 1:
        return shape.items[0]
    return shape


def _tuples(gold: Tuple, answer: Tuple, leaves: Leaves) -> Outcome | None:
    if len(gold.items) == len(answer.items) == 2 and gold.brackets != answer.brackets:
        return "wrong", "exact"
    if _RATIO in (gold.brackets, answer.brackets) and gold.brackets != answer.brackets:
        return "wrong", "exact"
    return _in_order(gold.items, answer.items, leaves)


def _lists(gold: List, answer: List, leaves: Leaves) -> Outcome | None:
    names = [item.name for item in (*gold.items, *answer.items) if item.name]
    numbered = {name and name[1] for name in map(_INDEX.fullmatch, names)}
    if len(names) >= len(gold.items) > 1 and len(numbered) == 1 and None not in numbered:  # the roots x_1, x_2
        one, other = ([replace(item, name="") for item in shape.items] for shape in (gold, answer))
        return _in_any_order(one, other, leaves)
    if _are_named(gold.items) != _are_named(answer.items):
        return _in_order(gold.items, answer.items, leaves)
    return _in_any_order(gold.items, answer.items, leaves)


def _matrices(gold: Matrix, answer: Matrix, leaves: Leaves) -> Outcome | None:
    return _in_order(gold.items, answer.items, leaves) if gold.columns == answer.columns else ("wrong", "exact")


def _unions(gold: Union, answer: Union, leaves: Leaves) -> Outcome | None:
    outcome = _in_any_order(gold.items, answer.items, leaves)
    return outcome if _is_correct(outcome) else leaves(gold, answer)


def _relations(gold: Relation, answer: Relation, leaves: Leaves) -> Outcome | None:
    if not (gold.interval and answer.interval) or gold.name.casefold() == answer.name.casefold():
        return _intervals(gold, answer, leaves)
    if UNKNOWN.search(gold.interval.key) or UNKNOWN.search(answer.interval.key):
        return leaves(gold, answer)
    return "wrong", "exact"


def _intervals(gold: Shape, answer: Shape, leaves: Leaves) -> Outcome | None:
    """Inequalities for a plain name are compared by their intervals."""
    one, other = (shape.interval if isinstance(shape, Relation) else shape for shape in (gold, answer))
    return compare(one, other, leaves) if one and other else leaves(gold, answer)


def _lists_and_unions(gold: List | Union, answer: List | Union, leaves: Leaves) -> Outcome | None:
    """`x < 1 or x > 2`, `[0, 1] and [2, 3]` are the unions of both intervals."""
    one, other = (_members_of_union(shape) for shape in (gold, answer))
    return _in_any_order(one, other, leaves) if one and other else leaves(gold, answer)


def _members_of_union(shape: Shape) -> Items[Shape]:
    if isinstance(shape, Union):
        return shape.items
    items = shape.items if isinstance(shape, List) else ()
    intervals = [item.interval if isinstance(item, Relation) else item for item in items]
    return [item for item in intervals if item] if all(isinstance(item, (Tuple, Union)) for item in intervals) else ()


def _vector(gold: Matrix | Tuple | List, answer: Matrix | Tuple | List, leaves: Leaves) -> Outcome | None:
    """A matrix of one row or column and its members."""
    matrix = gold if isinstance(gold, Matrix) else answer
    if isinstance(matrix, Matrix) and matrix.columns not in (1, len(matrix.items)):
        return leaves(gold, answer)
    return _in_order(gold.items, answer.items, leaves)


def _tuple_and_list(gold: Tuple, answer: List, leaves: Leaves) -> Outcome | None:
    """A set in braces is no interval, nor are two values that a word joins."""
    if len(gold.items) == 2 and gold.brackets != "()" and _NO_INTERVAL.search(answer.whole):
        return "wrong", "exact"
    return _in_order(gold.items, _as_named(answer, gold), leaves)


def _list_and_tuple(gold: List, answer: Tuple, leaves: Leaves) -> Outcome | None:
    """Two members in brackets that are not round are an interval."""
    if len(answer.items) == 2 and answer.brackets != "()":
        return "wrong", "exact"
    if _are_named(gold.items):
        return _in_order(_as_named(gold, answer), answer.items, leaves)
    return _in_any_order(gold.items, answer.items, leaves)


def _as_named(listed: List, point: Tuple) -> Items[Shape]:
    """The values of a list in the order of the names of a point, if each has one, else of the alphabet."""
    if not _are_named(listed.items):
        return listed.items
    order = point.name.strip("()").split(",")
    known = set(order) == {item.name for item in listed.items}
    return sorted(listed.items, key=lambda item: order.index(item.name) if known else item.name)


def _several_and_one(gold: Several | Value, answer: Several | Value, leaves: Leaves) -> Outcome | None:
    """Several members are never one number; option letters may be one word; one expression may be all of them."""
    several, one = (gold, answer) if isinstance(gold, Several) else (answer, gold)
    assert isinstance(several, Several)
    if len(several.items) > 1 and isinstance(one, Value) and one.number is not None:
        return "wrong", "exact"
    if isinstance(several, Tuple) and (point := _POINT.fullmatch(one.key)):
        named = shape_of(point[1])
        return compare(several, named, leaves) if several is gold else compare(named, several, leaves)
    letters = "".join(item.key for item in several.items)
    if OPTIONS.fullmatch(letters) and OPTIONS.fullmatch(one.key):
        return ("correct" if sorted(letters) == sorted(one.key) else "wrong"), "exact"
    return leaves(gold, answer)


def _sequences(gold: Sequence, answer: Sequence, leaves: Leaves) -> Outcome | None:
    """Sequences with dots: what is written before and behind them is compared as far as both go."""
    one, other = _around_dots(gold), _around_dots(answer)
    if bool(one[1]) != bool(other[1]):
        return "wrong", "exact"
    ends = [_in_order(*_as_long(*parts), leaves) for parts in zip(one, other, strict=True) if all(parts)]
    unsure = next((end for end in ends if not _is_correct(end)), None)
    if unsure or None in ends:
        return unsure
    is_whole = [len(part) for part in one] == [len(part) for part in other]
    return ("correct", "exact") if is_whole else ("undetermined", "unproved")


def _as_long(one: Items[Shape], other: Items[Shape]) -> tuple[Items[Shape], Items[Shape]]:
    shorter = min(len(one), len(other))
    return one[:shorter], other[:shorter]


def _around_dots(sequence: Sequence) -> tuple[Items[Shape], Items[Shape]]:
    """The members before the first dots, and those behind the last ones, from the end."""
    dots = [at for at, item in enumerate(sequence.items) if item.key == _DOTS]
    return sequence.items[: dots[0]], sequence.items[: dots[-1] : -1]


def _rest(gold: Value, answer: Residues, _leaves: Leaves) -> Outcome | None:
    """The rest alone was asked for."""
    is_same = gold.number is not None and answer.rests == {gold.number}
    return ("correct" if is_same else "wrong"), "exact"


def _no_rest(_gold: Residues, _answer: Value, _leaves: Leaves) -> Outcome:
    return "undetermined", "unproved"


def _value_of_equation(gold: Value, answer: Equation, leaves: Leaves) -> Outcome | None:
    """`m + n = 17` is 17 if a number is asked for; `(x-1)(x+1) = x^2-1` is `x^2-1`, as is its other side."""
    sides = [] if gold.name else [compare(gold, side, leaves) for side in answer.sides]
    if sides and all(map(_is_correct, sides)):
        return sides[-1]
    if answer.value is None or gold.name:
        return leaves(gold, answer)
    return compare(gold, answer.value, leaves)


def _equation_of_value(gold: Equation, answer: Value, leaves: Leaves) -> Outcome | None:
    """17 is the answer to `m + n = 17`; a number is none to the equation of a curve, nor to one that ends on 0."""
    if gold.value is None or gold.is_curve or gold.value.key == "0" or answer.name:
        return leaves(gold, answer)
    return compare(gold.value, answer, leaves)


_Comparisons = dict[tuple[type[Shape], type[Shape]], Callable[[Any, Any, Leaves], Outcome | None]]
_IN_EITHER_ORDER: _Comparisons = {
    (List, Union): _lists_and_unions,
    (Relation, Tuple): _intervals,
    (Relation, Union): _intervals,
    (Matrix, Tuple): _vector,
    (Matrix, List): _vector,
    (Tuple, Value): _several_and_one,
    (List, Value): _several_and_one,
    (Matrix, Value): _several_and_one,
}
_BY_MEMBERS: _Comparisons = {
    (Tuple, Tuple): _tuples,
    (Tuple, List): _tuple_and_list,
    (List, Tuple): _list_and_tuple,
    (List, List): _lists,
    (Union, Union): _unions,
    (Relation, Relation): _relations,
    (Matrix, Matrix): _matrices,
    (Sequence, Sequence): _sequences,
    (Value, Residues): _rest,
    (Residues, Value): _no_rest,
    (Value, Equation): _value_of_equation,
    (Equation, Value): _equation_of_value,
    **_IN_EITHER_ORDER,
    **{(one, other): comparison for (other, one), comparison in _IN_EITHER_ORDER.items()},
}
"""How two classes of answers are compared; all other pairs are for the leaves."""


def _are_named(items: Items[Shape]) -> bool:
    """Whether each item has a name of its own, so that their order says nothing."""
    names = [item.name for item in items]
    return all(names) and len(set(names)) == len(names)


def _in_order(gold: Items[Shape], answer: Items[Shape], leaves: Leaves) -> Outcome | None:
    """Compare members one by one; what only `leaves` can tell comes last, since another member may be wrong."""
    if len(gold) != len(answer):
        return "wrong", "exact"
    way: Way = "exact"
    undecided: list[tuple[Shape, Shape]] = []
    for one, other in zip(gold, answer, strict=True):
        outcome = compare(one, other, _undecided)
        if outcome is None:
            undecided.append((one, other))
        elif outcome[0] == "wrong":
            return outcome
        else:
            way = _latest(way, outcome[1])
    for one, other in undecided:
        outcome = compare(one, other, leaves)
        if outcome is None or outcome[0] != "correct":
            return outcome
        way = _latest(way, outcome[1])
    return "correct", way


def _in_any_order(gold: Items[Shape], answer: Items[Shape], leaves: Leaves) -> Outcome | None:
    """Match each distinct member of the gold answer with another one of the answer, cheap ways first."""
    gold, answer = _distinct(gold), _distinct(answer)
    if len(gold) != len(answer):
        return "wrong", "exact"
    way: Way = "exact"
    left = list(answer)
    unmatched: list[Shape] = []
    for one in gold:
        found = next((other for other in left if _is_correct(compare(one, other, _undecided))), None)
        if found is None:
            unmatched.append(one)
        else:
            left.remove(found)
    for one in unmatched:
        outcomes = [(other, compare(one, other, leaves)) for other in left]
        match = next(((other, outcome) for other, outcome in outcomes if _is_correct(outcome)), None)
        if match is None:
            unsure = [outcome for _, outcome in outcomes if outcome is None or outcome[0] == "undetermined"]
            return unsure[0] if unsure else ("wrong", _latest(*(outcome[1] for _, outcome in outcomes if outcome)))
        left.remove(match[0])
        assert match[1] is not None
        way = _latest(way, match[1][1])
    return "correct", way


def _distinct(items: Items[Shape]) -> list[Shape]:
    return list({(item.key, item.name): item for item in items}.values())


def _is_correct(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome[0] == "correct"


def _undecided(_gold: Shape, _answer: Shape) -> None:
    return None


def _latest(*ways: Way) -> Way:
    return max(ways, key=_rank, default="exact")


def _rank(way: Way) -> int:
    return _RANK.get(way, len(_RANK))
