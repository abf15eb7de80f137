"""The samples: the mathematics is right, the labels fit the texts, and every case that they are to show is there."""

from __future__ import annotations

import ast
import json
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise, product
from math import isclose, radians, sin, sqrt
from pathlib import Path
from typing import Any

import pytest

from overthink.agree.labels import LabelRow
from overthink.answers.symbolic import compare_symbolically
from overthink.text.paragraphs import paragraphs
from overthink.text.thinking import find_thinking

SAMPLES = Path(__file__).parent.parent / "samples"


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / name).read_text(encoding="utf-8").split("\n") if line]


RESPONSES = read("responses.jsonl")
LABELS = read("labels.jsonl")
GOLD = {row["id"]: row["answer"] for row in RESPONSES}
BY_GID = pytest.mark.parametrize("row", LABELS, ids=[row["gid"] for row in LABELS])


def solutions(row: dict[str, Any]) -> list[dict[str, Any]]:
    (reader,) = row["readers"]
    return list(reader)


def stretches(row: dict[str, Any]) -> list[str]:
    """The text of each solution."""
    edges = [row["thinking"][0], *(solution["end_char"] for solution in solutions(row))]
    return [row["response"][start:end] for start, end in pairwise(edges)]


def test_there_are_fifteen_problems_and_more_over_five_levels_and_several_subjects() -> None:
    own = {row["id"]: row for row in RESPONSES if row["dataset"] == "samples"}
    assert len(own) >= 15
    assert min(Counter(row["level"] for row in own.values()).values()) >= 3
    assert {row["level"] for row in own.values()} == {1, 2, 3, 4, 5}
    assert len({row["subject"] for row in own.values()}) >= 5


def test_a_problem_reads_the_same_in_each_of_its_rows() -> None:
    keys = ("dataset", "id", "level", "subject", "problem", "answer")
    assert len({tuple(row[key] for key in keys) for row in RESPONSES}) == len(GOLD)


def test_the_labels_are_those_of_the_responses_row_by_row() -> None:
    shared = [{key: row[key] for key in row if key != "finish_reason"} for row in RESPONSES]
    assert [{key: row[key] for key in shared[0]} for row in LABELS] == shared
    assert len({row["gid"] for row in LABELS}) == len(LABELS)


COMPUTED = {
    "rolls": 7 * 18 - 5,
    "linear": next(x for x in range(100) if 3 * x - 14 == 25),
    "multiple-of-six": next(letter for letter, n in zip("ABCD", (92, 104, 114, 122), strict=True) if n % 6 == 0),
    "rectangle": next(w * (w + 4) for w in range(100) if 2 * (w + w + 4) == 52),
    "power-mod-seven": 2**23 % 7,
    "two-green-beads": Fraction(7 * 6, 12 * 11),
    "falling-digits": sum(all(a > b for a, b in pairwise(str(n))) for n in range(1000, 10000)),
    "chinese-remainder": next(n for n in range(1, 1000) if n % 7 == 2 and n % 11 == 6),
    "three-dice": Fraction(sum(sum(dice) >= 15 for dice in product(range(1, 7), repeat=3)), 6**3),
    "arithmetic-sum": sum(7 + 4 * k for k in range(20)),
    "divisors": sum(7200 % d == 0 for d in range(12, 7201, 12)),
    "unit-fractions": sum(30 * m % (m - 30) == 0 for m in range(31, 931)),
    "two-plus-three": 2 + 3,
}


@pytest.mark.parametrize("problem", sorted(COMPUTED))
def test_the_gold_answer_is_what_computing_it_gives(problem: str) -> None:
    value = COMPUTED[problem]
    written = rf"\frac{{{value.numerator}}}{{{value.denominator}}}" if isinstance(value, Fraction) else str(value)
    assert GOLD[problem] == written


def test_the_other_gold_answers_hold_by_substitution() -> None:
    assert GOLD["expand"] == "7x - 15"
    assert all((2 * x - 3) * (x + 5) - 2 * x * x == 7 * x - 15 for x in range(-9, 9))
    assert GOLD["quadratic-inequality"] == "[-2, 5]"
    assert [x for x in range(-99, 99) if x * x - 3 * x - 10 <= 0] == list(range(-2, 6))
    assert GOLD["altitude"] == r"\frac{360}{41}"
    assert isclose(360 / 41 * sqrt(9**2 + 40**2), 9 * 40)
    assert GOLD["absolute-value"] == r"\frac{4}{3}, 6"
    thirds = [Fraction(n, 3) for n in range(-99, 99)]
    assert [x for x in thirds if abs(2 * x - 5) == x + 1] == [Fraction(4, 3), 6]
    assert GOLD["chord"] == r"169\pi"
    assert (24 // 2) ** 2 + 5**2 == 169
    assert GOLD["fourth-powers"] == "343"
    assert isclose(sum(((5 + sign * sqrt(13)) / 2) ** 4 for sign in (1, -1)), 343)
    assert GOLD["sine-squares"] == "5"
    assert isclose(sum(sin(radians(t)) ** 2 for t in range(10, 91, 10)), 5)
    assert GOLD["right-angle-points"] == "(0, 3), (0, 9)"
    assert [y for y in range(-50, 50) if 1 * 7 + (2 - y) * (10 - y) == 0] == [3, 9]


def test_every_problem_has_its_gold_answer_checked() -> None:
    by_substitution = {"expand", "quadratic-inequality", "altitude", "absolute-value", "chord", "fourth-powers"}
    assert set(GOLD) == set(COMPUTED) | by_substitution | {"sine-squares", "right-angle-points"}


ARITHMETIC = re.compile(r"(?:\d+(?:\.\d+)?|[-+·×÷/()=²³⁴ ])+")
SPELLED = str.maketrans({"·": "*", "×": "*", "÷": "/", "²": "**2", "³": "**3", "⁴": "**4"})
OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def value(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number):
            return Fraction(str(number))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -value(operand)
        case ast.BinOp(left=left, op=sign, right=right):
            return Fraction(OPERATIONS[type(sign)](value(left), value(right)))
    raise SyntaxError


def equations(text: str) -> Iterator[tuple[str, str, bool]]:
    """Each `a = b` in whole numbers, fractions and decimals alone, and whether it is true."""
    text = text.replace(r"\times", "×").replace(r"\cdot", "·")
    for run in ARITHMETIC.finditer(text):
        sides = run[0].split("=")
        # A side that touches a letter, a root or the like is only a piece of what stands there.
        touches = run[0][0] != " " and re.search(r"[\w^√|…)}]\Z", text[: run.start()])
        if touches or re.match(" *[-+*/]", sides[0].translate(SPELLED)):
            sides = sides[1:]
        if run[0][-1] != " " and re.match(r"[\w^\\√|…π°]", text[run.end() :]):
            sides = sides[:-1]
        for left, right in pairwise(sides):
            with suppress(SyntaxError):
                values = [value(ast.parse(side.translate(SPELLED).strip(), mode="eval").body) for side in (left, right)]
                yield left.strip(), right.strip(), values[0] == values[1]


@BY_GID
def test_every_equation_between_numbers_is_true_even_where_the_answer_is_wrong(row: dict[str, Any]) -> None:
    assert [(left, right) for left, right, true in equations(row["response"]) if not true] == []


def test_the_check_of_equations_reads_many_and_finds_a_wrong_one() -> None:
    assert sum(1 for row in LABELS for _ in equations(row["response"])) > 150
    wrong = "Then 7 × 18 = 7·10 + 7·9 = 126, and x_3 = 4 and 2x = 5."
    assert [true for _, _, true in equations(wrong)] == [False, False]


@BY_GID
def test_a_label_row_can_be_read_and_its_offsets_are_those_of_the_text(row: dict[str, Any]) -> None:
    LabelRow.model_validate(row)
    span = find_thinking(row["response"]).span
    assert tuple(row["thinking"]) == span
    assert [tuple(pair) for pair in row["paragraphs"]] == paragraphs(row["response"], *span)
    for solution in solutions(row):
        assert solution["end_char"] == row["paragraphs"][solution["end_paragraph"]][1]


@BY_GID
def test_an_answer_is_a_quotation_from_its_solution_or_the_one_stated_last(row: dict[str, Any]) -> None:
    stated = ""
    for solution, text in zip(solutions(row), stretches(row), strict=True):
        assert solution["answer"] in text or solution["answer"] == stated
        stated = solution["answer"]


@BY_GID
def test_an_answer_is_marked_correct_exactly_if_it_equals_the_gold_answer(row: dict[str, Any]) -> None:
    for solution in solutions(row):
        verdict, _ = compare_symbolically(row["answer"], solution["answer"])
        assert verdict == ("correct" if solution["correct"] else "wrong")


@BY_GID
def test_strategies_are_numbered_by_first_appearance_and_named_alike(row: dict[str, Any]) -> None:
    numbers = [solution["strategy"] for solution in solutions(row)]
    assert list(dict.fromkeys(numbers)) == list(range(1, len(set(numbers)) + 1))
    names = {(solution["strategy"], solution["strategy_name"]) for solution in solutions(row)}
    assert len(names) == len(set(numbers)) == len({name for _, name in names})


def verdicts(row: dict[str, Any]) -> list[bool]:
    return [solution["correct"] for solution in solutions(row)]


def strategies(row: dict[str, Any]) -> list[int]:
    return [solution["strategy"] for solution in solutions(row)]


def has_tail(row: dict[str, Any]) -> bool:
    ends = [solution["end_char"] for solution in solutions(row)]
    return bool(row["paragraphs"]) and row["thinking"][1] not in ends


def finish(row: dict[str, Any]) -> str:
    return str(next(other["finish_reason"] for other in RESPONSES if other["response"] == row["response"]))


def confirms_silently(row: dict[str, Any]) -> bool:
    texts = zip(solutions(row), stretches(row), strict=True)
    return any(not re.search(rf"(?<![\w.]){re.escape(solution['answer'])}(?!\w)", text) for solution, text in texts)


def samples_of_its_model(row: dict[str, Any]) -> int:
    return sum((other["model"], other["id"]) == (row["model"], row["id"]) for other in RESPONSES)


CASES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "one solution": lambda row: len(solutions(row)) == 1 and not has_tail(row),
    "several solutions": lambda row: len(solutions(row)) >= 4,
    "seven solutions or more": lambda row: len(solutions(row)) >= 7,
    "a wrong first answer that is corrected": lambda row: verdicts(row)[:2] == [False, True],
    "a right first answer that is changed to a wrong one": lambda row: (
        verdicts(row)[:1] + verdicts(row)[-1:] == [True, False]
    ),
    "a re-check by the same steps": lambda row: any(a == b for a, b in pairwise(strategies(row))),
    "another strategy": lambda row: max(strategies(row), default=0) >= 2,
    "the first strategy again after another": lambda row: strategies(row)[:2] == [1, 2] and 1 in strategies(row)[2:],
    "a silent confirmation": confirms_silently,
    "multiple choice": lambda row: row["answer"] in {"A", "B", "C", "D"},
    "an answer of several parts": lambda row: row["answer"] in {r"\frac{4}{3}, 6", "(0, 3), (0, 9)"},
    "a fraction": lambda row: bool(re.fullmatch(r"\\frac\{\d+\}\{\d+\}", row["answer"])),
    "an expression": lambda row: "x" in row["answer"],
    "an interval": lambda row: row["answer"].startswith("["),
    "a multiple of pi": lambda row: row["answer"].endswith(r"\pi"),
    "cut off inside the thinking, without an answer": lambda row: (
        finish(row) == "length" and "</think>" not in row["response"] and not solutions(row)
    ),
    "cut off inside a box": lambda row: (
        finish(row) == "length" and bool(re.search(r"\\boxed\{[^{}]*\Z", row["response"]))
    ),
    "a tail after solutions": lambda row: has_tail(row) and bool(solutions(row)),
    "finished without any answer": lambda row: finish(row) == "stop" and has_tail(row) and not solutions(row),
    "mixed English and Chinese": lambda row: (
        len(re.findall("[一-鿿]", row["response"])) > 100 and len(re.findall(r"\b[a-z]{3,}\b", row["response"])) > 20
    ),
    "an empty thinking box": lambda row: "<think>\n\n</think>" in row["response"] and not row["paragraphs"],
    "no thinking tags": lambda row: "think>" not in row["response"] and finish(row) == "stop",
    "only the closing tag": lambda row: "<think>" not in row["response"] and "</think>" in row["response"],
    "a wrong final answer": lambda row: verdicts(row)[-1:] == [False],
    "no correct solution": lambda row: bool(verdicts(row)) and not any(verdicts(row)),
    "two samples of a problem": lambda row: row["dataset"] == "samples" and samples_of_its_model(row) == 2,
    "five samples of 2 + 3": lambda row: row["id"] == "two-plus-three" and samples_of_its_model(row) == 5,
}


@pytest.mark.parametrize("case", CASES)
def test_the_samples_show_every_case_they_are_for_and_not_in_every_row(case: str) -> None:
    rows = [row for row in LABELS if CASES[case](row)]
    assert 0 < len(rows) < len(LABELS)


def test_the_readme_names_every_response() -> None:
    table = re.findall(r"^\| `([\w-]+)` \| (\d?) ?\| ([\w-]+) \|", (SAMPLES / "README.md").read_text("utf-8"), re.M)
    assert set(table) == {(row["id"], str(row["level"] or ""), row["model"]) for row in RESPONSES}
    assert len(table) == len(set(table))


def test_nobody_can_take_the_models_for_real_ones() -> None:
    assert {row["model"] for row in RESPONSES} == {"sample-qwq", "sample-r1"}
