"""What finds solutions is checked before it becomes a row."""

from __future__ import annotations

import pytest

from benchmarks.perfect_judge import play
from overthink.errors import UnreadableReply
from overthink.judge.interface import Conversation
from overthink.records import Problem, Response, Segments, Solution
from overthink.run.owed import Item
from overthink.solutions.judge import ModelSegmenter
from overthink.solutions.rules import Found, Thought
from overthink.solutions.stage import fault_of, segment_talk

TEXT = "2 + 2 = 4. So 4.\n\nAgain: 4."
GOOD = (Solution(end=16, answer="4", answer_span=(8, 9)), Solution(end=27, answer="4", answer_span=(25, 26)))


def segments(*solutions: Solution, thinking: tuple[int, int] = (0, 27), tail: bool = False) -> Segments:
    return Segments(
        id="p#1", source="", thinking=thinking, solutions=list(solutions), tail=tail, truncated=False, segmenter="t"
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
    found = fault_of(row, TEXT)
    assert (fault is None and found is None) or (fault is not None and fault in str(found))


class Says(ModelSegmenter):
    """A segmenter that says what it is told to."""

    def __init__(self, *solutions: Solution) -> None:
        self.found = Found(list(solutions), tail=False)

    def ask(self, thought: Thought) -> Conversation[Found]:
        return self.found
        yield


def test_a_faulty_row_is_a_failure_and_never_stored() -> None:
    problem = Problem(id="p", dataset="d", question="?", answer="4")
    response = Response(id="p#1", problem_id="p", sample=1, model="m", response=TEXT)
    talk = segment_talk(
        Says(Solution(end=27, answer="5", answer_span=(8, 9))),
        None,
        Item("p#1", "", {"problems": problem, "generate": response}),
    )
    with pytest.raises(UnreadableReply, match="does not stand"):
        play(talk, lambda _: "")
