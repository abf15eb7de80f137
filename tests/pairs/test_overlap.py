"""Two texts of one problem have one key; two problems have two."""

from __future__ import annotations

import pytest

from overthink.pairs.overlap import problem_key

PROBLEM = "Compute $\\dfrac{1}{2} + 0.5$. Express your answer as a decimal."


@pytest.mark.parametrize(
    "same",
    [
        "Compute $\\frac{1}{2}+0.5$.  Express your answer as a decimal.",
        "compute \\( \\tfrac{1}{2} + 0.5 \\) express your answer as a decimal",
        "Compute\n$\\displaystyle \\frac{1}{2}\\, + 0.5$. Express your answer as a decimal!",
        "Ｃompute $\\frac{1}{2} + 0.5$. Express your answer as a decimal.",
    ],
)
def test_blanks_case_dollars_and_ways_of_writing_do_not_matter(same: str) -> None:
    assert problem_key(same.replace("\\(", "$").replace("\\)", "$")) == problem_key(PROBLEM)


@pytest.mark.parametrize(
    "other",
    [
        PROBLEM.replace("+", "-"),
        PROBLEM.replace("0.5", "05"),
        PROBLEM.replace("{1}{2}", "{2}{1}"),
        PROBLEM.replace("decimal", "fraction"),
        PROBLEM.replace("2", "3"),
    ],
)
def test_another_number_or_operator_is_another_problem(other: str) -> None:
    assert problem_key(other) != problem_key(PROBLEM)
