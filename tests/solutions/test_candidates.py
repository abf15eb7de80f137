from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.solutions.candidates import candidates
from overthink.solutions.wanted import announced, wanted
from overthink.text.markup import plain

DAY = "On what day of the week does December 23 occur?"
KNIGHTS = 'Who is a knight and who is a knave? (Answer like: "Ann is a knight/knave, and Ben is a knight/knave")'
CLAUSES = "Ann is a knight, and Ben is a knave"
CHOICE = "Which is it?\n(A) 10 apples\n(B) 12 apples\n(C) the red one"


def found(text: str, question: str = "", own: str | None = None) -> list[str]:
    """The candidates of a text as quoted from the original; those that are the own answer with a star."""
    view = plain(text, 0, len(text))
    return [
        ("*" if one.own else "") + text[int(view.at[one.start]) : int(view.at[one.end - 1]) + 1]
        for one in candidates(wanted(question, own), view)
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("17 * 20 = 340, 17 * 3 = 41, so 17 * 23 = 381.", ["340", "41", "381"]),
        ("6 + 4 = 10", ["10"]),
        ("So it costs 12.50 dollars.", ["12.50"]),
        ("an average of -10 degrees", ["-10"]),
        (r"leaving us with \frac{3}{4} of it", ["3}{4"]),
        (r"That gives 3\sqrt{13}.", [r"3\sqrt{13"]),
        ("so the remainder is -x^5 + 1.", ["-x^5 + 1"]),
        ("The point is (3, π/2).", ["(3, π/2)"]),
        ("Dividing gives 169/663.", ["169/663"]),
        ("x = 2, y = 3", ["2", "3"]),
        ("The area is 16 + 2π.", ["16 + 2π"]),
        ("So the answer is 1 + √4 = 3π.", ["3π"]),
        ("So three numbers. So that's five.", ["three", "five"]),
    ],
)
def test_every_value_in_the_place_of_a_result_is_a_candidate(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "6x and 6^2",
        "3 + 4 + 5 +",
        "√6 and 6!",
        "1. First\n2) Second",
        "at 6:30",
        "f(2)",
        "C(n,2)",
        "no number here",
        "so two cases remain",
    ],
)
def test_operands_labels_and_parts_of_terms_are_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("own", "text", "values"),
    [
        ("60", "sixty, so 60 of 61.", ["*sixty", "*60", "61"]),
        (r"\boxed{81} \quad \text{and} \quad \boxed{256}", "x = 81 and x = 256.", ["*81 and x = 256"]),
        ("0, 1", "so 0,1", ["*0,1"]),
        ("0, 1", "so 0 or 1, or 1 and 0", ["*0 or 1", "*1 and 0"]),
        (r"\dfrac{4}{3}, 6", "So x = 6 and x = 4/3.", ["*6 and x = 4/3"]),
        ("(0, 3), (0, 9)", "They are (0, 3) and (0, 9).", ["*0, 3) and (0, 9"]),
        (r"\pm 3", "x = ±3, so x = 3 or x = -3", ["*±3", "*3 or x = -3"]),
        ("A, C", "So A and C hold.", ["*A and C"]),
        ("Mason is an altruist, and Jack is an egoist", "Jack lies. Mason is an altruist and Jack is an egoist.",
         ["*Mason is an altruist and Jack is an egoist"]),
    ],
)  # fmt: skip
def test_the_own_answer_is_found_with_all_its_parts(own: str, text: str, values: list[str]) -> None:
    assert found(text, own=own) == values


def test_an_option_is_its_letter_or_its_value() -> None:
    assert found("It is 12 apples, so B, not A. A man says the red one.", CHOICE, "B") == [
        "*12", "*B", "A", "the red one",
    ]  # fmt: skip
    view = plain("So 12. Or (B).", 0, 14)
    assert {one.key for one in candidates(wanted(CHOICE, None), view)} == {"B"}


def test_a_letter_without_options_is_short_for_a_word_of_the_question() -> None:
    assert found("She faces east.", "Does she face north, south, east or west?", "E") == ["*east"]


@pytest.mark.parametrize(
    ("question", "own", "values"),
    [
        ("At what time do they land?", "12:35 PM", ["8:35", "*12:35"]),
        ("What time was it?", None, ["8:35", "12:35"]),
        ("What is the ratio?", None, []),
    ],
)
def test_times_are_candidates_where_a_time_is_asked_for(question: str, own: str | None, values: list[str]) -> None:
    assert found("From 8:35 AM on, that makes 12:35 PM.", question, own) == values


def test_days_are_candidates_where_a_day_is_asked_for() -> None:
    assert found("So it is Tuesday.", "On what day is it?") == ["Tuesday"]
    assert found("So it is Tuesday.", "How many are there?") == []


@pytest.mark.parametrize(
    ("question", "own", "text", "values"),
    [
        (DAY, None, "5 days after Thursday is Tuesday.", ["Thursday", "Tuesday"]),
        (DAY, r"\text{Saturday}", "December 23 is a Saturday.", ["*Saturday"]),
        (DAY, "23", "December 23 is a Saturday.", ["Saturday"]),
        ("On what day of the month?", "23", "It is 23 again, a Monday.", ["*23"]),
        ("On which day, and how many?", "3", "It is 3, on Monday.", ["*3"]),
        ("In which direction does she look?", None, "She looks east, 90 to the right.", ["east"]),
        ("In which direction does she look, north or east?", "E", "She looks east.", ["*east"]),
        ('Enter "odd", "even," or "neither".', r"\text{odd}", "f(3) = 5, so it is odd, not even.", ["*odd", "even"]),
        ("Who wins, Ann or Ben?", "Ben", "Ann has 5, so Ben wins.", ["Ann", "*Ben"]),
    ],
)
def test_where_a_word_is_asked_for_words_alone_are_candidates(
    question: str, own: str | None, text: str, values: list[str]
) -> None:
    assert found(text, question, own) == values


@pytest.mark.parametrize(
    ("own", "text", "values"),
    [
        (CLAUSES, "So Ann is a knight and Ben is a knave.", ["*Ann is a knight and Ben is a knave"]),
        (CLAUSES, "So Ben is a knave; Ann is a knight.", ["*Ben is a knave; Ann is a knight"]),
        (CLAUSES, "- Ann: knight\n- Ben: knave", ["*Ann: knight\n- Ben: knave"]),
        (CLAUSES, "Is Ann a knave and Ben a knight?", ["Ann a knave and Ben a knight"]),
        (None, "Ann must be a knight and Ben a knave.", ["Ann must be a knight and Ben a knave"]),
        (CLAUSES, "Ann is a knight, so her claim that Ben is a knave is true.", []),
        (CLAUSES, "If Ann is a knight then Ben is a knave.", []),
        (CLAUSES, "Ann is a knight.\n\nBen is a knave.", []),
        (CLAUSES, "Ann is a knight and Ann is a knave.", []),
    ],
)
def test_an_answer_in_clauses_is_stated_where_all_of_them_are(own: str | None, text: str, values: list[str]) -> None:
    assert found(text, KNIGHTS, own) == values


@pytest.mark.parametrize(
    ("own", "text", "values"),
    [
        ("(0,9)", "so 0 < c < 9.", ["*0 < c < 9"]),
        ("[0, 9]", "9 ≥ c ≥ 0, or from 0 to 9", ["*9 ≥ c ≥ 0", "*from 0 to 9"]),
        (r"(5, \infty)", "so x > 5, not x \\geq 5", ["*x > 5", "x \\geq 5"]),
        ("x < 1 or x > 2", r"\(x \in (-\infty, 1) \cup (2, \infty)", [r"*(-\infty, 1) \cup (2, \infty)"]),
        (r"\left[3, 4\right) \cup \left(4, \frac{64}{11}\right]", "[3, 4) U (4, 64/11]", ["*[3, 4) U (4, 64/11]"]),
        ("(2, 4)", "x > 2 and x < 4", ["*x > 2 and x < 4"]),
        ("(-27, -8)", "greater than -27 and less than -8", ["*greater than -27 and less than -8"]),
        ("[0, 9)", "0 < c < 9 and between 0 and 9", ["0 < c < 9", "between 0 and 9"]),
        (None, "so 3 ≤ x ≤ 64/11", ["3 ≤ x ≤ 64/11"]),
        (None, "x > 2x and 3 < 5 and a < b", []),
        (None, "9 < x < 0", []),
        ("7", "if x > 5 then 7", ["*7"]),
    ],
)
def test_inequalities_are_intervals_where_such_an_answer_is_wanted(
    own: str | None, text: str, values: list[str]
) -> None:
    assert [value for value in found(text, "Solve the inequality.", own) if value not in ("5", "3", "0")] == values


def test_two_bounds_are_no_interval_where_a_point_is_asked_for() -> None:
    assert found("so 0 < c < 9, at (0, 9).", "Where do they meet?", "(0, 9)") == ["*(0, 9)"]


@pytest.mark.parametrize(
    ("own", "text", "values"),
    [
        ("n", r"\(\binom{n}{1}\) equals $n$.", ["*n"]),
        ("n", r"it is equal to $\boxed{n}$", ["*n"]),
        ("n", "for all n, from 1 to n, where n is even", ["1"]),
        ("a", "It is a sum. So it is a.", ["*a"]),
        ("2n", "so 2n, not 12n or 2n + 1 or -2n", ["*2n"]),
        ("p-q", "It is simply p - q.", ["*p - q"]),
        (r"42x\sqrt{5x}", "So, 42x * √(5x).", ["*42x * √(5x"]),
        (r"18\pi \, \text{cm}^3", "So, 18π cm³.", ["*18π"]),
    ],
)
def test_a_symbol_is_the_own_answer_in_the_place_of_a_result(own: str, text: str, values: list[str]) -> None:
    assert [value for value in found(text, own=own) if value.startswith("*") or value == "1"] == values


@pytest.mark.parametrize(
    ("own", "text", "values"),
    [
        (r"\frac{11}{180}", "so 0.0611 or 6.11%, not 0.06 or 0.0612", ["*0.0611", "*6.11%", "0.06", "0.0612"]),
        ("1/4", "so 25%, not 25", ["*25%", "25"]),
        (r"\frac{8}{16575}", "is 8 / 16,575.", ["*8 / 16,575"]),
        ("13/51", "= 26/102", ["*26/102"]),
        ("7", "= 28/4", ["28/4"]),
        ("-1/49", "p = (-1)/49", ["*(-1)/49"]),
        ("1/9", r"is \(\cfrac{1}{9}\)", ["*1}{9"]),
        ("1011100", "so 1011100_2", ["*1011100_2"]),
        ("24_7", "so 24_7, not 33_{10} or 14₉", ["*24_7", "33_{10", "14₉"]),
        ("203", "so it is203, not x203", ["*203"]),
        ("54.4", "about 54.4°F", ["*54.4"]),
        ("three boxes", "so 3, or three", ["*3", "*three"]),
        (None, "ten minus seven is three. So two of one kind", ["three"]),
        (None, "x - 4 = 0 → x = 4", ["0", "4"]),
        (None, "27 ≡ 1 mod 13", ["1"]),
    ],
)
def test_a_value_is_the_same_in_each_way_of_writing_it(own: str | None, text: str, values: list[str]) -> None:
    assert found(text, own=own) == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("So the answer is 12. Then the answer is 13.", "12"),
        ("I get \\boxed{7}. The answer is 8.", "7"),
        ("If the answer is 5, then no. The answer is 6.", "6"),
        ("The answer is not 12. The answer is 13.", "13"),
        ("I doubt that the answer is 12, so the answer is 14.", "14"),
        ("The answer is that he left.", None),
        ("The answer is 2 * 5! * 5! = 28800.", "2 * 5! * 5! = 28800"),
        ("The answer is 7! Great.", "7"),
        ("nothing", None),
    ],
)
def test_the_first_announced_value_counts(text: str, value: str | None) -> None:
    span = announced(text, 0, len(text))
    assert (text[slice(*span)] if span else None) == value


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="12 =+-/().,x√πab\n\\{}AB$é答", max_size=80),
    st.sampled_from([None, "12", "x", "A", "(1, 2)", "x < 2", "1, 2"]),
)
def test_candidates_are_apart_in_order_and_not_empty(text: str, own: str | None) -> None:
    view = plain(text, 0, len(text))
    spans = [(one.start, one.end) for one in candidates(wanted(CHOICE, own), view)]
    assert all(0 <= start < end <= len(view.text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
