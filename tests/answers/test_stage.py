"""Verdicts: which answers are compared, and what a missing one means."""

from __future__ import annotations

import pytest

from overthink.answers.compare import same_cheaply
from overthink.answers.stage import BATCH, verify_batch, verify_rows
from overthink.answers.workers import SympyVerifier
from overthink.records import Problem, Response, Segments, Solution, Verdict, Way
from overthink.run.owed import Item


class Cheap(SympyVerifier):
    """A verifier of the cheap ways; it counts its calls."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def compare(self, pairs: list[tuple[str, str]]) -> list[tuple[Verdict, Way]]:
        self.calls.append(len(pairs))
        return [same_cheaply(*pair) or ("undetermined", "timeout") for pair in pairs]


def item(text: str, gold: str | None, *spans: tuple[int, int], truncated: bool = False, number: int = 1) -> Item:
    solutions = [Solution(end=span[1], answer=text[slice(*span)], answer_span=span) for span in spans]
    row = f"p{number}#1"
    return Item(
        row,
        "s",
        {
            "problems": Problem(id=f"p{number}", dataset="d", question="?", answer=gold),
            "generate": Response(id=row, problem_id=f"p{number}", sample=1, model="m", response=text),
            "segment": Segments(
                id=row,
                source="",
                thinking=(0, len(text)),
                solutions=solutions,
                tail=False,
                truncated=truncated,
                segmenter="t",
            ),
        },
    )


def test_each_solution_and_the_final_answer_get_a_verdict() -> None:
    text = "<think>It is 4. No, it is 5.</think>The answer is 5."
    (row,) = verify_batch([item(text, "5", (13, 14), (26, 27))], Cheap())
    assert [solution.verdict for solution in row.solutions] == ["wrong", "correct"]
    assert (row.final.answer, row.final.verdict) == ("5", "correct")
    assert row.final.answer_span is not None
    assert text[slice(*row.final.answer_span)] == "5"


@pytest.mark.parametrize(("truncated", "way"), [(False, "missing"), (True, "truncated")])
def test_a_missing_final_answer_is_wrong_and_says_why(truncated: bool, way: str) -> None:
    (row,) = verify_batch([item("<think>Hm.", "5", truncated=truncated)], Cheap())
    assert (row.final.answer, row.final.verdict, row.final.way) == (None, "wrong", way)


def test_if_nothing_is_stated_the_answer_of_the_last_solution_counts() -> None:
    text = "<think>It gives 5 and then"
    (row,) = verify_batch([item(text, "5", (16, 17), truncated=True)], Cheap())
    assert (row.final.answer, row.final.answer_span, row.final.verdict) == ("5", (16, 17), "correct")


@pytest.mark.parametrize("text", ["The answer is 5.", "<think>Hm."])
def test_without_a_gold_answer_nothing_is_compared_and_nothing_is_wrong(text: str) -> None:
    verifier = Cheap()
    (row,) = verify_batch([item(text, None, (14, 15)) if "5" in text else item(text, None)], verifier)
    assert {row.final.way, *(solution.way for solution in row.solutions)} == {"no_gold"}
    assert {row.final.verdict, *(solution.verdict for solution in row.solutions)} == {"undetermined"}
    assert verifier.calls == [0]


def test_an_undetermined_pair_stays_undetermined_beside_the_others() -> None:
    rows = verify_batch([item("The answer is x+1.", "1+x", number=1), item("The answer is 5.", "5", number=2)], Cheap())
    assert [row.final.verdict for row in rows] == ["undetermined", "correct"]


QUESTION = "What is 7 - 8?\n\nAnswer Choices:\nA. 1\nB. 15\nC. -1\nD. 0"


@pytest.mark.parametrize(
    ("gold", "said", "verdict"),
    [
        ("C", "The answer is -1.", "correct"),
        ("C", "FINAL ANSWER: C", "correct"),
        ("-1", "FINAL ANSWER: C", "correct"),
        ("-1", "The answer is (C).", "correct"),
        ("C", "The answer is 15.", "wrong"),
        ("-1", "Hence option B is correct.", "wrong"),
        ("C", "The answer is B. -1", "wrong"),
    ],
)
def test_the_letter_and_the_value_of_an_option_are_one_answer(gold: str, said: str, verdict: str) -> None:
    text = "<think>7 - 8 = -1, which is C.</think>" + said
    one = item(text, gold, (15, 17), (28, 29))
    one = one.having("problems", one.problem.model_copy(update={"question": QUESTION}))
    (row,) = verify_batch([one], Cheap())
    assert [solution.verdict for solution in row.solutions] == ["correct", "correct"]
    assert row.final.verdict == verdict


def test_many_responses_go_to_the_verifier_in_batches() -> None:
    verifier = Cheap()
    items = [item("The answer is 5.", "5", number=number) for number in range(BATCH + 1)]
    rows = list(verify_rows(verifier, iter(items)))
    assert [row.id for row in rows] == [one.id for one in items]
    assert verifier.calls == [BATCH, 1]
