"""What finds strategies is checked before it becomes a row."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.perfect_judge import play
from overthink.errors import UnreadableReply
from overthink.judge.interface import Conversation
from overthink.records import Clusters, Problem, Response, Segments, Solution
from overthink.run.owed import Item
from overthink.strategies.judge import ModelClusterer
from overthink.strategies.rules import Strategies
from overthink.strategies.stage import cluster_talk, fault_of


def clusters(*strategies: int, names: int | None = None) -> Clusters:
    count = max(strategies, default=0) if names is None else names
    return Clusters(
        id="p#1", source="", strategies=list(strategies), names=[f"s{k}" for k in range(count)], clusterer="t"
    )


@pytest.mark.parametrize(
    ("row", "solutions", "fault"),
    [
        (clusters(), 0, None),
        (clusters(1, 2, 1, 3), 4, None),
        (clusters(1, 1), 1, "2 strategies for 1 solutions"),
        (clusters(1), 2, "1 strategies for 2 solutions"),
        (clusters(2), 1, "has strategy 2"),
        (clusters(1, 3), 2, "has strategy 3"),
        (clusters(0), 1, "has strategy 0"),
        (clusters(1, 2, names=1), 2, "1 names for 2 strategies"),
        (clusters(1, names=2), 1, "2 names for 1 strategies"),
    ],
)
def test_strategies_are_a_partition_numbered_by_first_appearance(
    row: Clusters, solutions: int, fault: str | None
) -> None:
    found = fault_of(row, solutions)
    assert (fault is None and found is None) or (fault is not None and fault in str(found))


class Says(ModelClusterer):
    """A clusterer that says what it is told to."""

    def __init__(self, *numbers: int) -> None:
        self.found = Strategies(numbers, tuple(f"s{k}" for k in numbers), ("",) * len(numbers))

    def ask(self, question: str, solutions: Sequence[str]) -> Conversation[Strategies]:
        return self.found
        yield


def test_a_faulty_row_is_a_failure_and_never_stored() -> None:
    problem = Problem(id="p", dataset="d", question="?", answer="4")
    response = Response(id="p#1", problem_id="p", sample=1, model="m", response="So 4. So 4.")
    solutions = [Solution(end=end, answer="4", answer_span=(end - 2, end - 1)) for end in (5, 11)]
    segments = Segments(
        id="p#1", source="", thinking=(0, 11), solutions=solutions, tail=False, truncated=False, segmenter="t"
    )
    rows = {"problems": problem, "generate": response, "segment": segments}
    with pytest.raises(UnreadableReply, match="strategies for 2"):
        play(cluster_talk(Says(1), Item("p#1", "", rows)), lambda _: "")
