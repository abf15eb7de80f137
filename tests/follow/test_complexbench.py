"""Scoring questions by rule, and what they need."""

from __future__ import annotations

import pytest

from overthink.errors import UnreadableReply
from overthink.follow.complexbench import by_rule, check, needs_judge, with_needs
from overthink.records import Constraint

RULES = [
    ("keyword:[harbour, reader]", "Dear reader of the harbour", True),
    ("keyword:[harbour, reader]", "Dear reader", False),
    ("keyword:['harbour']", "The harbour", True),
    ("forbidden_word:[refund]", "No money back", True),
    ("forbidden_word:[refund]", "A refund", False),
    ("startswith:Dear", "  Dear all", True),
    ("startswith:Dear", "My dear", False),
    ("startswith:你好，", "你好,朋友", True),  # half-width and full-width punctuation are the same
    ("endswith:Bye", "Good Bye.", True),
    ("endswith:Bye", "Bye now", False),
    ("not endswith:Bye", "Bye now", True),
    ("length:[1,5]", "five!", True),
    ("length:[1,5]", "six ch", False),
    ("length_word:[2, 3]", "just two", True),
    ("length_word:[2, 3]", "one", False),
    ("match:prime", "prime.", True),
    ("match:prime", "It is prime", False),
    ("Json:[town,river]", 'Here: {"town": "X", "river": "Y"} done', True),
    ("Json:[town,river]", '{"town": "X"}', False),
    ("Json:[]", '{"any": 1}', True),
    ("Json:[]", "[1, 2]", False),
    ("Json:[]", '{"cut": ', False),
    ("constraint_punc:[!]", "Hello there!", True),
    ("constraint_punc:[!]", "Hello, there!", False),
    ("startswith:Dear\nendswith:Bye", "Dear all, Bye", True),
    ("startswith:Dear\nendswith:Bye", "Dear all", False),
]


@pytest.mark.parametrize(("rule", "answer", "met"), RULES)
def test_a_rule_is_met_or_not(rule: str, answer: str, met: bool) -> None:
    assert by_rule(rule, answer) is met


@pytest.mark.parametrize("rule", ["rhyme:[a]", "length:[a,b]", "length:[1]", "nothing", "length:__import__('os')"])
def test_a_rule_that_is_not_known_decides_nothing(rule: str) -> None:
    with pytest.raises(UnreadableReply, match=r"rule|least"):
        by_rule(rule, "An answer")


def test_a_deeply_nested_answer_is_no_json_and_no_crash() -> None:
    assert by_rule("Json:[]", '{"a":' * 100_000) is False


def constraint(*needs: int, rule: str | None = None) -> Constraint:
    return Constraint(kinds=["Length"], question="Is it so?", rule=rule, needs=list(needs))


@pytest.mark.parametrize(
    ("needs", "own", "expected"),
    [
        ([(), ()], [True, False], [True, False]),
        ([(), (0,)], [False, True], [False, False]),
        ([(), (0,), (1,)], [False, True, True], [False, False, False]),  # and those that need it in turn
        ([(1,), ()], [True, False], [False, False]),  # whatever their order
        ([(), (0,)], [None, True], [None, None]),
        ([(), (0,)], [None, False], [None, False]),
        ([(), (), (0, 1)], [None, False, True], [None, False, False]),
        ([(), (), (0, 1)], [True, True, True], [True, True, True]),
    ],
)
def test_a_failed_prerequisite_fails_its_dependents(
    needs: list[tuple[int, ...]], own: list[bool | None], expected: list[bool | None]
) -> None:
    assert with_needs([constraint(*need) for need in needs], own) == expected


def test_needs_in_a_circle_are_refused() -> None:
    with pytest.raises(UnreadableReply) as caught:
        with_needs([constraint(1), constraint(0)], [True, True])
    assert caught.value.kind == "circular_needs"


@pytest.mark.parametrize(
    ("rule", "judge"), [(None, True), ("model_length:[1,9]", True), ("length:[1,9]", False), ("keyword:[a]", False)]
)
def test_what_speaks_of_a_part_of_the_answer_needs_the_judge(rule: str | None, judge: bool) -> None:
    assert needs_judge(constraint(rule=rule)) is judge
    verdicts, _ = check([constraint(rule=rule)], "", "a")
    assert verdicts == ([None] if judge else [True])
