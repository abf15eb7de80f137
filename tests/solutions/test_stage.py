"""Solutions by the rules, as the stage writes them; what finds them is checked before it becomes a row."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.perfect_judge import play
from overthink import profile
from overthink.errors import UnreadableReply
from overthink.judge.interface import Conversation
from overthink.records import FinishReason, Loop, Problem, Response, Segments, Solution
from overthink.run.owed import Item
from overthink.solutions.judge import ModelSegmenter
from overthink.solutions.rules import RULES, Found, Thought
from overthink.solutions.stage import fault_of, segment_row, segment_talk
from tests.growth import grows_linearly
from tests.solutions.test_rules import CHECK, ENDING, FIRST, QUESTION

WRONG = (
    "Okay, I need to find how many jars are whole.\n\nThere are 4 rows with 9 jars each, so 4 * 9 = 32 jars.\n\n"
    "Then 6 are broken, so 32 - 6 = 26. So the answer is 26 jars."
)
UNFINISHED = (
    "Hmm, but are the broken jars on the shelf at all? Let me read the problem once more.\n\n"
    "The problem speaks of a shelf that holds rows of jars. It could be that the broken ones were thrown away.\n\n"
    "In that case the rows would not be full. So I should count the rows differently, beginning with the"
)


def segment(
    *parts: str, question: str = QUESTION, finish: FinishReason = "unknown", tags: tuple[str, str] | None = None
) -> tuple[Segments, str]:
    text = "\n\n".join(parts)
    problem = Problem(id="p", dataset="own", question=question, answer="30")
    response = Response(id="p#1", problem_id="p", sample=1, model="m", response=text, finish_reason=finish)
    return segment_row(Item("p#1", "0" * 12, {"problems": problem, "generate": response}, tags)), text


def pieces(segments: Segments, text: str) -> list[str]:
    """The text of each solution."""
    starts = [segments.thinking[0], *[solution.end for solution in segments.solutions]]
    return [text[start : s.end].strip() for start, s in zip(starts, segments.solutions, strict=False)]


def test_a_check_that_confirms_is_a_second_solution() -> None:
    row, text = segment(FIRST, CHECK, ENDING)
    assert pieces(row, text) == [FIRST, CHECK]
    assert [solution.answer for solution in row.solutions] == ["30", "30"]
    assert (row.tail, row.truncated, row.segmenter, row.id, row.source) == (False, False, RULES, "p#1", "0" * 12)


def test_a_restatement_belongs_to_the_solution_before_it() -> None:
    concluding = "Therefore, the answer is 30.\n\n**Final Answer**\n\\boxed{30}"
    row, text = segment(FIRST, CHECK, concluding, ENDING)
    assert pieces(row, text) == [FIRST, f"{CHECK}\n\n{concluding}"]


def test_a_wrong_first_answer_ends_a_solution_too() -> None:
    row, text = segment(WRONG, "Wait, 4 * 9 is 36, not 32. Let me redo it.", CHECK, ENDING)
    assert pieces(row, text)[0] == WRONG
    assert row.solutions[0].answer == "26"
    assert row.solutions[-1].answer == "30"


@pytest.mark.parametrize("finish", ["length", "unknown"])
def test_what_reaches_no_answer_again_is_a_tail(finish: FinishReason) -> None:
    row, text = segment("<think>\n" + FIRST, UNFINISHED, finish=finish)
    assert pieces(row, text) == [FIRST]
    assert row.tail
    assert row.truncated


def test_a_tail_can_come_before_a_closing_tag() -> None:
    row, text = segment(FIRST, UNFINISHED + " shelf, whatever it holds.", ENDING)
    assert pieces(row, text) == [FIRST]
    assert (row.tail, row.truncated) == (True, False)


def test_a_sentence_of_chatter_is_no_tail() -> None:
    row, text = segment(FIRST, "I am done with this one.", ENDING)
    assert pieces(row, text) == [f"{FIRST}\n\nI am done with this one."]
    assert not row.tail


def test_a_thinking_that_states_nothing_is_all_tail() -> None:
    plan = "First, I multiply the rows by the jars.\n\nThen I take away the broken ones, which leaves the whole ones."
    row, _ = segment(plan, ENDING)
    assert (row.solutions, row.tail) == ([], True)


def test_a_short_chain_without_tags_is_one_solution() -> None:
    row, text = segment("There are 4 * 9 = 36 jars.", "Of these, 36 - 6 = 30 are whole.", "The answer is \\boxed{30}.")
    assert pieces(row, text) == [text]
    assert (row.tail, row.truncated) == (False, False)


def test_a_silent_confirmation_quotes_the_answer_stated_before() -> None:
    row, text = segment(FIRST, CHECK, "Wait, are 6 jars broken? Yes, the problem says so. So that is correct.", ENDING)
    for solution in row.solutions:
        assert text[slice(*solution.answer_span)] == solution.answer == "30"
        assert solution.answer_span[1] <= solution.end


@pytest.mark.parametrize(
    ("text", "finish", "truncated"),
    [
        ("<think>\nSo 4 * 9 = 36 and then", "unknown", True),
        ("<think>\nSo 4 * 9 = 36.", "unknown", True),
        ("<think>\nSo 30.\n</think>\n\n30", "unknown", False),
        ("<think>\nSo 30.\n</think>\n\n30", "length", True),
        ("So 4 * 9 = 36 and then I would have to", "unknown", True),
        ("So 4 * 9 = 36 and then I would have to", "stop", False),
        ("So there are 30 jars.", "unknown", False),
        ("So there are 30 jars.\n\n**Final Answer**\n30", "unknown", False),
        ("So it is \\boxed{30}", "unknown", False),
        ("So it is \\boxed{30", "unknown", True),
        ("<think>\nSo 30.\n</think>\n\nThere are 4 rows. Each holds 9, so we take 4 ×", "unknown", True),
        ("<think>\nSo 30.\n</think>\n\nThere are 4 rows. Each holds 9, so we take 4 ×", "stop", False),
    ],
)
def test_a_response_counts_as_cut_off_if_something_says_so(text: str, finish: FinishReason, truncated: bool) -> None:
    assert segment(text, finish=finish)[0].truncated is truncated


def test_tags_of_an_unknown_model_can_be_named() -> None:
    row, text = segment("<<" + FIRST + ">>", "There are 30.", tags=("<<", ">>"))
    assert text[slice(*row.thinking)] == FIRST


@pytest.mark.parametrize("text", ["", " \n\n ", "<think></think>", "<think>\n\n</think>\n\nThe answer is 30."])
def test_an_empty_thinking_has_neither_solutions_nor_tail(text: str) -> None:
    row, _ = segment(text)
    assert (row.solutions, row.tail) == ([], False)


def test_chinese_cues_in_an_english_text_are_read() -> None:
    mixed = FIRST.replace("So the answer is 30 jars.", "所以答案是 30。")
    row, text = segment(mixed, "等等，" + CHECK.removeprefix("Wait, "), ENDING)
    assert pieces(row, text)[0] == mixed


def test_many_solutions_are_found_in_linear_time() -> None:
    def find(parts: list[str]) -> None:
        assert len(segment(*parts, ENDING)[0].solutions) > 0.4 * len(parts)

    grows_linearly(find, lambda n: [part for k in range(n) for part in (f"Try {k}. {FIRST}", CHECK)], 3_000)


# Loops

AGAIN = "Wait, let me check once more. 4 * 9 is 36, and 36 - 6 is 30. So the answer is 30."


def looped(times: int, *after: str) -> tuple[Segments, str]:
    """The first solution, the same re-check so many times in a row, and what comes after it."""
    return segment(FIRST, *[AGAIN] * times, *after, ENDING)


@pytest.mark.parametrize("after", [(), (CHECK,)], ids=["at the end", "in the middle"])
@pytest.mark.parametrize("times", [4, 5, 30, 300])
def test_what_is_said_once_has_the_solutions_of_what_is_said_many_times(times: int, after: tuple[str, ...]) -> None:
    (once, text), (many, longer) = looped(1, *after), looped(times, *after)
    [loop] = many.loops
    assert (loop.copies, loop.start) == (times, len(FIRST) + 2 + len(AGAIN) + 2)
    assert longer[loop.start : loop.end] == "\n\n".join([AGAIN] * (times - 1))
    moved = len(longer) - len(text)
    ends = [end if end < loop.start else end + moved for end in (solution.end for solution in once.solutions)]
    assert [solution.end for solution in many.solutions] == ends
    assert [solution.answer for solution in many.solutions] == [solution.answer for solution in once.solutions]
    assert (once.loops, once.tail, many.tail) == ([], False, False)
    assert fault_of(many, longer) is None


def test_an_answer_that_is_checked_again_and_again_stands_where_it_stood() -> None:
    rows = [profile("?", looped(times)[1], "30") for times in (0, 1, 2, 3, 4, 5, 10, 30, 100, 300)]
    scores = [row.score for row in rows]
    assert {score.tokens_to_answer for score in scores} == {scores[0].tokens_to_answer}
    efficiencies = [score.outcome_efficiency for score in scores]
    assert efficiencies == sorted(efficiencies, reverse=True)
    assert efficiencies[-1] < 0.02
    assert {len(row.solutions) - len(rows[0].solutions) for row in rows} <= {0, 1, 2, 3}
    for score in scores:
        assert sum(score.solution_tokens) + score.loop_tokens + score.tail_tokens == score.tokens
    assert [score.tail_tokens for score in scores] == [0] * len(scores)


def test_a_response_that_is_cut_off_in_a_loop_has_no_tail_unless_something_else_is_without_an_answer() -> None:
    text = "<think>\n" + "\n\n".join([FIRST, CHECK, *[AGAIN] * 9])[:-21]
    row, _ = segment(text, finish="length")
    assert (row.tail, row.loops[0].end) == (False, len(text))
    row, _ = segment("<think>\n" + FIRST, *[UNFINISHED] * 6, finish="length")
    assert (row.tail, row.loops[0].copies) == (True, 6)


TEXT = "2 + 2 = 4. So 4.\n\nAgain: 4."
GOOD = (Solution(end=16, answer="4", answer_span=(8, 9)), Solution(end=27, answer="4", answer_span=(25, 26)))


def segments(
    *solutions: Solution,
    thinking: tuple[int, int] = (0, 27),
    tail: bool = False,
    loops: Sequence[tuple[int, int]] = (),
) -> Segments:
    return Segments(
        id="p#1", source="", thinking=thinking, solutions=list(solutions), tail=tail, truncated=False, segmenter="t",
        loops=[Loop(start=start, end=end, period=1, copies=4) for start, end in loops],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (segments(*GOOD), None),
        (segments(GOOD[0], loops=[(18, 27)]), None),
        (segments(GOOD[0], loops=[(18, 24)], tail=True), None),
        (segments(GOOD[0], loops=[(18, 24)]), "tail is False"),
        (segments(GOOD[0], loops=[(18, 27)], tail=True), "tail is True"),
        (segments(*GOOD, loops=[(18, 27)]), "does not stand at 25..26"),
        (segments(*GOOD, loops=[(11, 11)]), "the loop 11..11 is not in 0..27"),
        (segments(*GOOD, loops=[(18, 28)]), "the loop 18..28 is not in 0..27"),
        (segments(*GOOD, loops=[(10, 12), (11, 14)]), "the loop 11..14 is not in 12..27"),
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
        Item("p#1", "", {"problems": problem, "generate": response}),
    )
    with pytest.raises(UnreadableReply, match="does not stand"):
        play(talk, lambda _: "")
