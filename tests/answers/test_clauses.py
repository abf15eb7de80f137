from __future__ import annotations

import pytest

from overthink.answers.compare import same_cheaply

KNIGHTS = "Ann is a knight, and Ben is a knave"


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        (KNIGHTS, "Ann is a knight and Ben is a knave"),
        (KNIGHTS, "Ben is a knave, whereas Ann is a knight."),
        (KNIGHTS, "Ben is a knave; Ann is a knight"),
        (KNIGHTS, "Ann is a knight while Ben is a knave"),
        (KNIGHTS, "Ann is a knight, but Ben must be a knave"),
        (KNIGHTS, "Ann: knight, Ben: knave"),
        (KNIGHTS, "- **Ann:** knight\n- **Ben:** knave"),
        (KNIGHTS, "Ben = knave, Ann = knight"),
        (KNIGHTS, "The answer is that Ann is a knight and Ben is a knave."),
        (KNIGHTS, r"Thus $\boxed{\text{Ben is a knave, and Ann is a knight}}$"),
        ("A is b, and C is d", "C is d while A is b"),
        ("The table is red and the chair is blue", "Chair: blue, table: red"),
        ("p is true and q is false", "q is no, p is yes"),
    ],
)
def test_clauses_are_the_same_in_any_order_and_however_they_are_joined(gold: str, answer: str) -> None:
    assert same_cheaply(gold, answer) == ("correct", "exact")
    assert same_cheaply(answer, gold) == ("correct", "exact")


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        (KNIGHTS, "Ann is a knave, and Ben is a knight"),
        (KNIGHTS, "Ann: knave, Ben: knight"),
        (KNIGHTS, "Ann is a knight, and Ben is a knight"),
        (KNIGHTS, "Ann is a knight"),
        (KNIGHTS, "Ann is a knight, Ben is a knave, and Cy is a spy"),
        (KNIGHTS, "Ann is not a knight, and Ben is a knave"),
        (KNIGHTS, "If Ann is a knight, Ben is a knave"),
        ("A is b, and C is d", "A is d, and C is b"),
        ("Ann = knight, Ben = knave", "Ann = knave, Ben = knight"),
        ("Ann is guilty, and Ben is not guilty", "Ann is not guilty, and Ben is guilty"),
        (
            "Ann is a friend of the king, Ben is a foe of the king",
            "Ann is a foe of the king, Ben is a friend of the king",
        ),
    ],
)
def test_clauses_that_say_something_else_or_are_missing_are_wrong(gold: str, answer: str) -> None:
    assert same_cheaply(gold, answer) == ("wrong", "exact")


@pytest.mark.parametrize(
    ("gold", "answer", "verdict"),
    [
        ("red and blue", "red, blue", "correct"),
        ("x = 3, y = 4", "y = 4, x = 3", "correct"),
        ("x = 3, y = 4", "x is 4 and y is 3", "wrong"),
        ("yes", "Yes, Ann is a knight and Ben is a knave", "correct"),
        ("(red, blue)", "(blue, red)", "wrong"),
        (r"\{1, 2\}", "{2, 1}", "correct"),
    ],
)
def test_what_is_not_in_clauses_is_compared_by_its_own_notation(gold: str, answer: str, verdict: str) -> None:
    outcome = same_cheaply(gold, answer)
    assert outcome is not None
    assert outcome[0] == verdict
