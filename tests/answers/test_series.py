from __future__ import annotations

import pytest

from overthink.answers.symbolic import compare_symbolically

SAME = [
    ("whole numbers to an unknown", r"1+2+\cdots+n", r"\frac{n(n+1)}{2}"),
    ("powers to an unknown", "1 + x + x^2 + ... + x^n", r"\frac{x^{n+1}-1}{x-1}"),
    ("powers of two", "1+2+4+...+2^{n-1}", "2^n-1"),
    ("odd numbers", "1+3+5+...+(2n-1)", "n^2"),
    ("squares as numbers", "1+4+9+...+n^2", r"\frac{n(n+1)(2n+1)}{6}"),
    ("a factorial", r"1\cdot2\cdot3\cdots n", "n!"),
    ("a factorial from above", r"n(n-1)(n-2)\cdots 1", "n!"),
    ("even factors", r"2\cdot 4\cdot 6\cdots (2n)", "2^n n!"),
    ("numbers", "1+2+3+...+100", "5050"),
    ("numbers from above", r"100+99+\cdots+1", "5050"),
    ("one term before the dots", r"1+\cdots+100", "5050"),
    ("squares", r"1^2+2^2+\cdots+100^2", "338350"),
    (
        "several numbers in a term",
        r"\frac{1}{1\cdot 2}+\frac{1}{2\cdot 3}+\cdots+\frac{1}{99\cdot 100}",
        r"\frac{99}{100}",
    ),
    ("powers to a number", r"1+2+4+\cdots+64", "127"),
    ("without end", r"1+\frac12+\frac14+\cdots", "2"),
    ("without end, of an unknown", r"1+x+x^2+\cdots", r"\frac{1}{1-x}"),
    ("dots of a decimal number", "0.75...", r"\frac34"),
]
OTHER = [
    ("one term too few", r"1+2+\cdots+n", r"\frac{n(n-1)}{2}"),
    ("another number of terms", "1+x+x^2+...+x^n", r"\frac{x^n-1}{x-1}"),
    ("another sum", "1+2+3+...+100", "5000"),
    ("a product", r"1\cdot2\cdots n", "n^2"),
]
UNREAD = [
    ("equal steps or equal factors", r"1+2+\cdots+64", "127"),
    ("no end, no sum", r"1+2+4+\cdots", "-1"),
    ("no rule", r"1+2+\cdots+n^2", "n^2"),
    ("terms without a value", r"a_1+a_2+\cdots+a_n", "5"),
    ("one term", r"x+\cdots", "x"),
    ("signs that change", r"1-2+3-\cdots+99", "50"),
    ("too many terms", r"1+2+3+\cdots+100000", "5000050000"),
    ("two dots", r"1+\cdots+5+\cdots+9", "45"),
    ("dots inside", r"\frac{1+2+\cdots+n}{n}", r"\frac{n+1}{2}"),
]


@pytest.mark.parametrize(("gold", "answer"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_dots_stand_for_the_terms_between(gold: str, answer: str) -> None:
    assert compare_symbolically(gold, answer)[0] == "correct"
    assert compare_symbolically(answer, gold)[0] == "correct"


@pytest.mark.parametrize(("gold", "answer"), [row[1:] for row in OTHER], ids=[row[0] for row in OTHER])
def test_another_sum_is_another(gold: str, answer: str) -> None:
    assert compare_symbolically(gold, answer) == ("wrong", "symbolic")


@pytest.mark.parametrize(("gold", "answer"), [row[1:] for row in UNREAD], ids=[row[0] for row in UNREAD])
def test_dots_that_leave_a_doubt_are_undetermined(gold: str, answer: str) -> None:
    assert compare_symbolically(gold, answer) == ("undetermined", "gold_unparsable")
    assert compare_symbolically(answer, gold) == ("undetermined", "unparsable")
