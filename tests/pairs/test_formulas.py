"""Which sample is chosen, through which solution, how it is closed, and what of a turn stands behind the prompt."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.config import PairKind
from overthink.pairs.formulas import Candidate, Cut, choose, closing, continued, cut_text, longest, measured
from overthink.text.thinking import find_thinking
from tests.builders import LETTERS

KINDS: tuple[PairKind, ...] = ("shortest", "fcs", "fcs-reflection", "gds")


def sample(verdicts: str, *, tokens: int | None = None, new: str | None = None, **changes: Any) -> Candidate:
    """`ccw`: verdicts; ten tokens each, five of a tail. `new`: 1 where the strategy is new, else the first alone."""
    found = tuple(LETTERS[letter] for letter in verdicts)
    flags = new or "1" + "0" * (len(found) - 1)
    values: dict[str, Any] = {
        "id": f"p#{verdicts}",
        "tokens": 10 * len(found) + 5 if tokens is None else tokens,
        "solution_tokens": (10,) * len(found),
        "ends": tuple(10 * k for k in range(1, len(found) + 1)),
        "verdicts": found,
        "new": tuple(flag == "1" for flag in flags[: len(found)]),
        "correct": True,
        "cut_off": False,
        "closable": True,
    }
    return Candidate(**{**values, **changes})


@pytest.mark.parametrize(
    ("kind", "verdicts", "new", "kept"),
    [
        ("fcs", "c", None, 1),
        ("fcs", "wwcc", None, 3),
        ("fcs", "cwc", None, 1),
        ("fcs-reflection", "cc", None, 2),
        ("fcs-reflection", "cwwc", None, 4),
        ("fcs-reflection", "wcwcc", None, 4),
        ("fcs-reflection", "c", None, 1),
        ("fcs-reflection", "cw", None, 1),
        ("fcs-reflection", "cuc", None, 1),
        ("gds", "cc", "10", 1),
        ("gds", "ccc", "110", 2),
        ("gds", "ccc", "101", 1),
        ("gds", "wcw", "111", 3),
        ("gds", "cccc", "1111", 4),
    ],
)
def test_a_sample_is_kept_through_the_solution_that_its_kind_names(
    kind: PairKind, verdicts: str, new: str | None, kept: int
) -> None:
    assert choose(kind, [sample(verdicts, new=new)]).solutions == kept


@pytest.mark.parametrize(("verdicts", "fell_back"), [("cc", False), ("c", True), ("cw", True), ("cuc", True)])
def test_reflection_without_a_known_second_correct_solution_is_fcs_and_says_so(verdicts: str, fell_back: bool) -> None:
    assert choose("fcs-reflection", [sample(verdicts)]).fell_back is fell_back


def test_the_shortest_result_is_chosen_not_the_result_of_the_shortest_sample() -> None:
    late, early = sample("wwc", tokens=35), sample("cccccc", tokens=90)
    assert choose("shortest", [early, late]).sample is late
    assert choose("fcs", [late, early]) == Cut(early, 1)


def test_of_equals_the_first_is_taken_and_the_longest_is_whole() -> None:
    first, second = sample("cc"), sample("cc", id="p#other")
    assert choose("fcs", [first, second]).sample is first
    assert longest([sample("c"), first, second]) == Cut(first)


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (sample("c"), None),
        (sample("wc"), None),
        (sample("c", correct=False), "wrong"),
        (sample("c", correct=None), "undetermined"),
        (sample("ww"), "no_correct_solution"),
        (sample(""), "no_correct_solution"),
        (sample("uc"), "first_correct_undetermined"),
        (sample("cu"), None),
        (sample("c", cut_off=True), "cut_off"),
        (sample("c", closable=False), "not_closable"),
    ],
)
def test_nothing_is_chosen_from_a_sample_that_is_not_known_to_be_right(
    candidate: Candidate, reason: str | None
) -> None:
    assert candidate.unused() == reason


def test_the_worked_example_of_a_cut_sample() -> None:
    thinking = sample("wcc", new="110")
    assert measured(Cut(thinking)) == (3, 35, 20 / 35, 20 / 35)
    assert measured(Cut(thinking, 2)) == (2, 20, 1.0, 1.0)
    assert measured(Cut(thinking, 3)) == (3, 30, 20 / 30, 20 / 30)


@pytest.mark.parametrize(
    ("verdicts", "tokens", "outcome", "process"),
    [("", 0, None, None), ("", 20, 0.0, None), ("ww", 25, 0.0, 0.4), ("wu", 25, None, 0.4), ("uc", 25, None, 0.4)],
)
def test_a_ratio_that_is_not_defined_is_null_and_not_zero(
    verdicts: str, tokens: int, outcome: float | None, process: float | None
) -> None:
    assert measured(Cut(sample(verdicts, tokens=tokens)))[2:] == (outcome, process)


USABLE = st.builds(
    lambda before, after, new: sample("w" * before + "c" + after, new="1" + new),
    st.integers(0, 3),
    st.text("cwu", max_size=5),
    st.text("01", min_size=8, max_size=8),
)


@given(st.lists(USABLE, min_size=1, max_size=5))
def test_every_kind_is_no_shorter_than_fcs_and_no_longer_than_the_shortest_sample(samples: list[Candidate]) -> None:
    tokens = {kind: choose(kind, samples).tokens for kind in KINDS}
    assert tokens["fcs"] == min(tokens.values())
    assert tokens["shortest"] == max(tokens.values())
    assert longest(samples).tokens >= tokens["shortest"]


@given(USABLE)
def test_what_is_cut_away_raises_the_outcome_efficiency_of_a_sample(candidate: Candidate) -> None:
    whole = measured(Cut(candidate)).outcome_efficiency
    cuts = [measured(choose(kind, [candidate])).outcome_efficiency for kind in KINDS]
    assert whole is not None
    assert all(cut is not None and cut >= whole for cut in cuts)
    assert measured(choose("fcs", [candidate])).outcome_efficiency == 1.0


# Text

TURN = "<think>\n2 + 3 = 5, so it is 5.\n\nLet me check: yes, 5.\n</think>\n\nThe answer is \\boxed{5}."
END = TURN.index("\n\nLet me")
SPAN = (TURN.index("boxed{") + 6, TURN.index("boxed{") + 7)


def closed(turn: str, how: Any, *, span: tuple[int, int] = SPAN, answer: str = "5", opened: str = "") -> str | None:
    return closing(turn, find_thinking(turn), answer, span, how=how, opened=opened)


def test_a_cut_turn_is_closed_by_its_own_end() -> None:
    assert cut_text(TURN, END, closed(TURN, "own") or "") == (
        "<think>\n2 + 3 = 5, so it is 5.\n</think>\n\nThe answer is \\boxed{5}."
    )


def test_a_cut_turn_is_closed_by_a_box_with_its_final_answer() -> None:
    assert cut_text(TURN, END, closed(TURN, "boxed") or "") == "<think>\n2 + 3 = 5, so it is 5.\n</think>\n\n\\boxed{5}"


@pytest.mark.parametrize("turn", ["think\nIt is 5.\n\nYes.\nanswer\nFive: 5", "[THINK]It is 5.\n\nYes.[/THINK]So: 5"])
def test_other_tags_close_as_they_stand(turn: str) -> None:
    span = (len(turn) - 1, len(turn))
    text = cut_text(turn, turn.index("\n\nYes"), closed(turn, "own", span=span) or "")
    assert text == turn.replace("\n\nYes.", "")
    assert find_thinking(text).closed


def test_a_final_answer_that_stands_in_the_thinking_alone_cannot_close_it() -> None:
    turn = TURN.replace("The answer is \\boxed{5}.", "Done.")
    span = (turn.index("is 5") + 3, turn.index("is 5") + 4)
    assert closed(turn, "own", span=span) is None
    assert closed(turn, "boxed", span=span) == "\n</think>\n\n\\boxed{5}"


@pytest.mark.parametrize(
    ("turn", "opened", "expected"),
    [
        ("It is 5.\n\nYes, 5.", "", "\n\n\\boxed{5}"),
        ("<think>It is 5.\n\nYes, 5.", "", None),
        ("It is 5.\n\nYes, 5.", "<think>\n", None),
    ],
)
def test_a_thinking_that_was_opened_and_never_closed_is_not_boxed(turn: str, opened: str, expected: str | None) -> None:
    assert closed(turn, "boxed", span=(6, 7), opened=opened) == expected


@pytest.mark.parametrize("answer", ["\\frac{1}{2", "}{", "}"])
def test_an_answer_that_would_break_out_of_its_box_is_not_boxed(answer: str) -> None:
    assert closed(TURN, "boxed", answer=answer) is None


@pytest.mark.parametrize(
    ("turn", "opened", "expected"),
    [
        ("<think>\nA\n</think>\nB", "<think>\n", "A\n</think>\nB"),
        ("<think>\nA\n</think>\nB", "<think>", "\nA\n</think>\nB"),
        ("<think>A</think>B", "<think>\n", "A</think>B"),
        ("A\n</think>\nB", "<think>\n", "A\n</think>\nB"),
        ("\nA\n</think>\nB", "<think>\n", "A\n</think>\nB"),
        ("<think>\nA\n</think>\nB", "", "<think>\nA\n</think>\nB"),
        ("A\n</think>\nB", "", "<think>\nA\n</think>\nB"),
        ("A, and no tags", "", "A, and no tags"),
        ("<think>\n\n</think>\n\nB", "<think>\n\n</think>\n\n", "B"),
        ("<think>\nA\n</think>\nB", "<think>\n\n</think>\n\n", None),
    ],
)
def test_a_completion_goes_on_where_the_prompt_ends(turn: str, opened: str, expected: str | None) -> None:
    assert continued(turn, opened) == expected


@given(st.text(max_size=40), st.text(max_size=40))
def test_prompt_and_completion_together_are_the_turn(thought: str, answer: str) -> None:
    turn = f"<think>\n{thought}</think>{answer}"
    assert "<think>\n" + (continued(turn, "<think>\n") or "") == turn
