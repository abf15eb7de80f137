"""What a segmenter or clusterer says is checked before it becomes a row."""

from __future__ import annotations

from typing import Any

import pytest

from overthink.errors import UnreadableReply
from overthink.records import Clusters, Problem, Response, Segments, Solution
from overthink.run.owed import Item
from overthink.solutions.stage import segment_row
from overthink.stages import cluster, segment
from overthink.strategies.stage import cluster_row

TEXT = "2 + 2 = 4. So 4.\n\nAgain: 4."
GOOD = (Solution(end=16, answer="4", answer_span=(8, 9)), Solution(end=27, answer="4", answer_span=(25, 26)))


def segments(*solutions: Solution, thinking: tuple[int, int] = (0, 27), tail: bool = False) -> Segments:
    return Segments(
        id="p#1", source="", thinking=thinking, solutions=list(solutions), tail=tail, truncated=False, segmenter="t"
    )


def clusters(*strategies: int, names: int | None = None) -> Clusters:
    count = max(strategies, default=0) if names is None else names
    return Clusters(
        id="p#1", source="", strategies=list(strategies), names=[f"s{k}" for k in range(count)], clusterer="t"
    )


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (segments(*GOOD), None),
        (segments(GOOD[0], tail=True), None),
        (segments(tail=True), None),
        (segments(), None),
        (segments(GOOD[1], Solution(end=27, answer="4", answer_span=(8, 9))), "solution 2 ends at 27"),
        (segments(Solution(end=28, answer="4", answer_span=(8, 9))), "solution 1 ends at 28"),
        (segments(Solution(end=0, answer="4", answer_span=(8, 9))), "solution 1 ends at 0"),
        (segments(Solution(end=27, answer="5", answer_span=(8, 9))), "does not stand at 8..9"),
        (segments(Solution(end=16, answer="4", answer_span=(25, 26)), GOOD[1]), "does not stand at 25..26"),
        (segments(Solution(end=27, answer="", answer_span=(8, 8))), "does not stand at 8..8"),
        (segments(*GOOD, thinking=(0, 99)), "outside the response"),
        (segments(GOOD[0]), "tail is False"),
        (segments(*GOOD, tail=True), "tail is True"),
    ],
)
def test_ends_rise_inside_the_thinking_and_answers_are_verbatim(row: Segments, fault: str | None) -> None:
    found = segment.fault_of(row, TEXT)
    assert (fault is None and found is None) or (fault is not None and fault in str(found))


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
    found = cluster.fault_of(row, solutions)
    assert (fault is None and found is None) or (fault is not None and fault in str(found))


class Says:
    """A segmenter and clusterer that says what it is told to."""

    name = "says"

    def __init__(self, row: Any) -> None:
        self.row = row

    def segment(self, problem: Problem, response: Response, source: str) -> Segments:
        return self.row  # type: ignore[no-any-return]

    def cluster(self, problem: Problem, response: Response, segments: Segments, source: str) -> Clusters:
        return self.row  # type: ignore[no-any-return]


def test_a_faulty_row_is_a_failure_and_never_stored() -> None:
    problem = Problem(id="p", dataset="d", question="?", answer="4")
    response = Response(id="p#1", problem_id="p", sample=1, model="m", response=TEXT)
    rows = {"problems": problem, "generate": response}
    with pytest.raises(UnreadableReply, match="does not stand"):
        segment_row(Says(segments(Solution(end=27, answer="5", answer_span=(8, 9)))), Item("p#1", "", rows))
    with pytest.raises(UnreadableReply, match="strategies for 2"):
        cluster_row(Says(clusters(1)), Item("p#1", "", {**rows, "segment": segments(*GOOD)}))
