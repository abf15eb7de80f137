"""A loop is the same words, numbers included, four times in a row; what is said again with other words is none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.records import Loop
from overthink.text.loops import COPIES, _Run, _runs, find_loops, pieces, without_loops

WAIT = "Wait, I'll use \\boxed{460}. "
CHECK = "Wait, I'll use \\boxed{460}.\n\nLet me check again. 400 + 60 = 460. So the answer is 460.\n\n"
LINES, ONE_LINE = CHECK.replace("\n\n", "\n"), "Let me check. So the answer is 9. "
LIST = "".join(f"Step {k}: add {k} and {k + 1}, which gives {2 * k + 1}.\n" for k in range(100))
ROUND = "".join(f"Let x be {k % 3}. Then we get the value {k % 3} again.\n" for k in range(60))
ALTERNATING = "Now we need the final answer.\n\nThus the final answer is D.\n\n"
STUCK = "to add: 0.0105 + 0.0011 = 0.0116 - it is 0.0116 - but we need "


def found(text: str) -> list[Loop]:
    """The loops of a whole text."""
    return find_loops(text, 0, len(text))


def said_again(text: str) -> list[tuple[str, str]]:
    """What a reader would look at: the second copy of each loop, and its end."""
    return [(text[loop.start : loop.start + loop.period].strip(), text[: loop.end][-12:]) for loop in found(text)]


@pytest.mark.parametrize(
    ("copy", "times"),
    [
        (WAIT, 4),
        (CHECK, 4),
        (CHECK, 300),
        ("I'll use \\boxed{460}. ", 1826),
        (ALTERNATING, 5),
        ("Thus, the answer is B.\n", 121),
        ("So it's 5. ", 4),
        ("so yes we can go on ", 4),  # no sentence ends, but words enough
        (STUCK, 40),
        (ROUND[: len(ROUND) // 20], 20),  # round the same three numbers: three sentences are the copy
        ("二加三等于五，所以答案是五。", 4),
        ("所以是五。", 4),
        ("Так что ответ равен пяти. ", 4),
        ("따라서 답은 5입니다. ", 4),
        ("wait ", 200),  # no sentence at all, but far too often
        ("Well. One, two. One, two. One, two, so here we are. ", 5),  # what it says twice is no shorter period
    ],
)
def test_the_same_words_four_times_in_a_row_are_a_loop_from_the_second_copy_on(copy: str, times: int) -> None:
    expected = Loop(start=len(copy), end=len((copy * times).rstrip()), period=len(copy), copies=times)
    assert found(copy * times) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "",
        CHECK,
        CHECK * 3,
        LIST,  # with new numbers
        "0, " * 500,
        "1, 1, 1, 1, 1, 1, 1",
        "0 + 0 + 0 + 0 = 0",
        "0.3333333333333333",
        "3.14159" * 40,
        "-----" * 40,
        "| 0 | 1 |\n" * 100,
        "| red ball | blue ball |\n" * 8,
        "a_1 + a_2 + " * 30,
        "\\frac{1}{2} + \\frac{1}{2} + " * 30,
        "\\log 2 + \\log 2 + " * 9,
        "No. " * 5,  # a few words
        "Ha ha ha ha, hmm. Hmm. Hmm. Hmm.",
        "Ha ha ha. " * 8,
        "heads, tails, " * 4,
        "boy boy girl, " * 5,
        "red ball, blue ball, " * 4,
        "6 is 0110\n\n" * 5,  # each digit of 0x66666
        "6, 6, 6 and 6 are in the set, so 6 it is.",
        "He is 3 years old. He is 4 years old. He is 5 years old. He is 6 years old.",
        "".join(
            f"{again}Now we look at case {k}. "
            for k in range(40)
            for again in ("Wait, let me check. ", "So it is 5. ", "Hmm. ", "Let me think about this step by step. ")
        ),
    ],
)
def test_what_is_said_otherwise_or_less_often_or_says_nothing_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A ends otherwise than B.
        ("We add. " + WAIT * 5, (WAIT.strip(), "oxed{460}. ")),
        # A ends as B does, in the middle of a sentence or in the last mark: B is what is repeated all the same.
        ("It is 5. " + "Wait, let me check. It is 5. " * 6, ("It is 5. Wait, let me check.", "k. It is 5.")),
        ("Then it is 5. " + "Wait, let me check: it is 5. " * 6, ("Wait, let me check: it is 5.", ": it is 5.")),
        ("First: 400 + 60 = 460. So the answer is 460.\n\n" + CHECK * 6, (CHECK.strip(), "wer is 460.")),
        ("First: 400 + 60 = 460. So the answer is 460.\n" + LINES * 6, (LINES.strip(), "wer is 460.")),
        ("First: 9. So the answer is 9. " + ONE_LINE * 6, ("So the answer is 9. Let me check.", "wer is 9.")),
        # The last paragraphs of A are those of B's end: the first B is a repetition from its end on.
        (
            "Yes.\n\nThus the final answer is D.\n\n" + ALTERNATING * 6,
            ("Thus the final answer is D.\n\nNow we need the final answer.", "answer is D."),
        ),
        # What follows begins as B does.
        (WAIT * 5 + "Wait, no. That is wrong.", (WAIT.strip(), "\\boxed{460}.")),
        ("Let me see it. It is 5. " * 5 + "Let me see it. No, it is 6.", ("Let me see it. It is 5.", "t me see it.")),
        # Broken off: within a sentence, within a word, within a number.
        (WAIT * 5 + "Wait, I'll", (WAIT.strip(), " Wait, I'll")),
        (WAIT * 5 + "Wait, I'll us", (WAIT.strip(), "it, I'll us")),
        (WAIT * 5 + "Wait, I'll use \\boxed{46", (WAIT.strip(), "\\boxed{46")),
        (WAIT * 5 + "Wait, I'll\n\nSo it is 460 after all.", (WAIT.strip(), " Wait, I'll")),
        (STUCK * 9 + "no more of it.", (STUCK.strip(), "but we need")),
    ],
)
def test_where_a_loop_starts_and_ends_in_a_text(text: str, expected: tuple[str, str]) -> None:
    [(copy, end)] = said_again(text)
    assert (copy, end.strip()[-len(expected[1].strip()) :]) == (expected[0], expected[1].strip())


def test_white_space_between_copies_may_be_any() -> None:
    copies = ["So the answer is 5.", "So  the answer\tis 5.", "So the answer is 5.", "So the answer\nis 5."]
    text = "We add. " + copies[0] + "\n\n" + copies[1] + "\n" + copies[2] + " " + copies[3] + copies[0]
    [loop] = found(text)
    assert (loop.start, loop.end, loop.copies) == (text.index(copies[1]), len(text), 5)


def test_loops_that_follow_each_other_are_apart() -> None:
    other = "But maybe the question means 7. "
    text = "Well. " + WAIT * 5 + other * 6 + "So it is 460.\n\n" + CHECK * 5
    loops = found(text)
    assert [loop.copies for loop in loops] == [5, 6, 5]
    assert [text[loop.start :].startswith(copy) for loop, copy in zip(loops, (WAIT, other, CHECK), strict=True)]
    assert all(one.end <= next_one.start for one, next_one in pairwise(loops))


def test_a_loop_within_a_copy_is_part_of_it_from_the_second_copy_on() -> None:
    copy = "Let me count them all. " + "So it is five now. " * 6 + "That was odd, so again.\n\n"
    inner, outer = found(copy * 5)
    assert (inner.copies, inner.end < len(copy)) == (6, True)
    assert (outer.start, outer.period, outer.copies) == (len(copy), len(copy), 5)


def test_a_loop_is_found_within_the_stretch_alone() -> None:
    text = WAIT * 10
    start = 3 * len(WAIT)
    assert find_loops(text, start, start + 3 * len(WAIT)) == []
    [loop] = find_loops(text, start, len(text))
    assert (loop.start, loop.copies) == (start + len(WAIT), 7)


SEPARATORS = (" ", "\n", "\n\n")


@st.composite
def looped(draw: st.DrawFn) -> tuple[str, Loop]:
    """A text of other words, at least four copies of a sentence or several, the last one broken or not, and others.

    With the loop that is in it.
    """
    words = iter(draw(st.lists(st.text("abcde", min_size=3, max_size=5), min_size=30, max_size=30, unique=True)))

    def sentences(count: int) -> list[str]:
        return [
            " ".join(next(words) for _ in range(5)).capitalize() + draw(st.sampled_from(".!?")) for _ in range(count)
        ]

    inner, outer = sorted(draw(st.tuples(*[st.sampled_from(SEPARATORS)] * 2)), key=SEPARATORS.index)
    copy = inner.join(sentences(draw(st.integers(1, 3)))) + outer
    before = draw(st.sampled_from(["", *(sentence + outer for sentence in sentences(1))]))
    after = draw(st.sampled_from(["", *sentences(1)]))
    times, broken = draw(st.integers(4, 12)), draw(st.integers(0, len(copy) - 1))
    rest = copy[:broken].rstrip()
    if after:  # then only whole words of a broken copy are known as such
        rest = " ".join(rest.split(" ")[:-1])
    text = before + copy * times + rest + (outer if not rest else "\n") * (after != "") + after
    end = len((before + copy * times + rest).rstrip())
    return text, Loop(start=len(before + copy), end=end, period=len(copy), copies=times + (rest == copy.rstrip()))


@given(looped())
def test_a_loop_of_known_onset_period_and_end_is_found_exactly(case: tuple[str, Loop]) -> None:
    text, loop = case
    assert found(text) == [loop]


@given(st.lists(st.sampled_from("abc"), max_size=60), st.lists(st.sampled_from("ab"), min_size=1, max_size=12))
def test_every_run_of_copies_is_found(around: list[str], copy: list[str]) -> None:
    tokens = [*around[:30], *copy * COPIES, *around[30:]]
    known = set(_runs(tokens))
    assert known <= (plain := set(plainly(tokens)))
    assert {run for run in plain if run.period > 2} <= known


def plainly(tokens: list[str]) -> list[_Run]:
    """Every run of COPIES copies of the shortest period, by comparing each token with all before it."""
    runs: list[_Run] = []
    for period in range(1, len(tokens) // COPIES + 1):
        start = None
        for at in range(period, len(tokens) + 1):
            same = at < len(tokens) and tokens[at] == tokens[at - period]
            if same and start is None:
                start = at
            if not same and start is not None:
                longer = _Run(start, at, period)
                if at - start >= (COPIES - 1) * period and not any(within(longer, run) for run in runs):
                    runs.append(longer)
                start = None
    return runs


def within(run: _Run, other: _Run) -> bool:
    """Whether a run is one of a shorter period as well."""
    return other.start - other.period <= run.start - run.period and run.end <= other.end


@given(st.text("ab .\n|", max_size=400))
def test_any_text_is_read_and_its_loops_are_in_order(text: str) -> None:
    text *= 5
    at = 0
    for loop in found(text):
        assert at <= loop.start < loop.end <= len(text)
        assert loop.copies >= COPIES
        at = loop.end


def test_blanks_take_the_place_of_loops_and_everything_else_stays() -> None:
    text = "One. " + WAIT * 2 + CHECK * 5 + "Two.\n"
    [loop] = loops = found(text)
    blanked = without_loops(text, loops)
    assert (blanked[: loop.start], blanked[loop.end :]) == (text[: loop.start], text[loop.end :])
    assert set(blanked[loop.start : loop.end]) == {" ", "\n"}
    assert [at for at, sign in enumerate(blanked) if sign == "\n"] == [
        at for at, sign in enumerate(text) if sign == "\n"
    ]
    assert without_loops(text, []) is text


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((0, 50), [(0, 10), (20, 30), (40, 50)]),
        ((10, 20), []),
        ((12, 35), [(20, 30)]),
        ((0, 5), [(0, 5)]),
        ((45, 50), [(45, 50)]),
        ((15, 15), []),
    ],
)
def test_the_pieces_of_a_span_are_what_is_around_the_loops(
    span: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    loops = [Loop(start=start, end=start + 10, period=2, copies=5) for start in (10, 30)]
    assert pieces(span, loops) == expected
