"""What a judge says of the strategies of solutions, checked to be a partition."""

from __future__ import annotations

from dataclasses import dataclass

from overthink.errors import UnreadableReply
from overthink.judge.reply import Answered, one_line, read_reply

_LONGEST_NAME, _LONGEST_REASON = 80, 400


class SolutionStrategy(Answered):
    """`solution` counts from 1. Solutions with the same `strategy` reason in the same way."""

    solution: int
    reason: str
    strategy: int
    name: str


class ClusterReply(Answered):
    """One entry for each solution shown, in order."""

    solutions: list[SolutionStrategy]


@dataclass(frozen=True)
class Strategies:
    """`numbers` and `reasons` for each solution so far; `names[k-1]` names strategy k, which first appeared so."""

    numbers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def read_strategies(reply: str, shown: range, before: Strategies) -> Strategies:
    """The strategies of all solutions up to here: those `before` the solutions `shown` (numbers), and of these.

    Strategies are numbered by first appearance, whatever numbers the judge gave to new ones. UnreadableReply where a
    solution has not exactly one entry, a number is no positive one, or a name is missing.
    """
    entries = read_reply(reply, ClusterReply).solutions
    if [entry.solution for entry in entries] != list(shown):
        raise UnreadableReply(
            "not_a_partition",
            f"the entries must be for the solutions {shown.start} to {shown.stop - 1}, each once and in order",
        )
    numbers, names = list(before.numbers), list(before.names)
    known = {number: number for number in range(1, len(names) + 1)}
    for entry in entries:
        name = one_line(entry.name, _LONGEST_NAME)
        if entry.strategy < 1:
            raise UnreadableReply("not_a_partition", f"the strategy of solution {entry.solution} is not 1 or more")
        if not name:
            raise UnreadableReply("no_name", f"the strategy of solution {entry.solution} has no name")
        if entry.strategy not in known:
            names.append(name)
            known[entry.strategy] = len(names)
        numbers.append(known[entry.strategy])
    reasons = [one_line(entry.reason, _LONGEST_REASON) for entry in entries]
    return Strategies(tuple(numbers), tuple(names), (*before.reasons, *reasons))
