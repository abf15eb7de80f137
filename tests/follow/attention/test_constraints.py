"""The sentences of an IFEval prompt that state its constraints."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.errors import UnreadableReply
from overthink.follow.attention.constraints import mark_row, spans_of
from overthink.problems import load
from overthink.records import Constraint, Problem
from overthink.run.owed import Item


def problem(question: str, *kinds: str, **arguments: object) -> Problem:
    constraints = [Constraint(kinds=[kind], arguments=arguments) for kind in kinds]
    return Problem(id="ifeval/1", dataset="ifeval", question=question, answer=None, constraints=constraints)


@pytest.mark.parametrize(
    ("question", "kinds", "arguments", "quoted"),
    [
        ("Describe a lamp. Do not use any commas.", ["punctuation:no_comma"], {}, ["Do not use any commas."]),
        ("Tell a joke, all in lowercase letters. Be kind.", ["change_case:english_lowercase"], {},
         ["Tell a joke, all in lowercase letters."]),
        ("Write of the sea.\nInclude the word foam. Use wit.", ["keywords:existence"], {"keywords": ["foam"]},
         ["Include the word foam."]),
        ("Foam is nice. Write of the sea and include foam.", ["keywords:existence"], {"keywords": ["foam"]},
         ["Write of the sea and include foam."]),
        ("Greet me. End with the words Bye now. No more.", ["startend:end_checker"], {"end_phrase": "Bye now."},
         ["End with the words Bye now."]),
        ("Add a note that starts with P.S. to it. Be short.", ["detectable_content:postscript"],
         {"postscript_marker": "P.S."}, ["Add a note that starts with P.S. to it."]),
        ("Plan a trip. Answer in 3 bullets. Use at most 40 words.",
         ["detectable_format:number_bullet_lists", "length_constraints:number_words"], {},
         ["Answer in 3 bullets.", "Use at most 40 words."]),
        ("Use at most 40 words, in 3 bullets.",
         ["detectable_format:number_bullet_lists", "length_constraints:number_words"], {},
         ["Use at most 40 words, in 3 bullets."]),
        ("Describe a lamp.", ["punctuation:no_comma"], {}, []),
        ("Describe a lamp without commas.", ["no:such_kind"], {}, []),
    ],
)  # fmt: skip
def test_a_constraint_is_the_sentence_that_states_it(
    question: str, kinds: list[str], arguments: dict[str, object], quoted: list[str]
) -> None:
    assert [question[slice(*span)] for span in spans_of(problem(question, *kinds, **arguments))] == quoted


def test_a_prompt_without_a_recognised_constraint_is_a_failure_and_no_guess() -> None:
    item = Item("ifeval/1#1", "0" * 12, {"problems": problem("Describe a lamp.", "punctuation:no_comma")})
    with pytest.raises(UnreadableReply, match="no sentence"):
        mark_row(item)


@given(st.text(alphabet="ab. \n!?)word,", max_size=200))
def test_spans_rise_and_do_not_meet(question: str) -> None:
    spans = spans_of(problem(question, "length_constraints:number_words", "punctuation:no_comma"))
    assert all(low < high for low, high in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


@pytest.mark.real_data
def test_of_the_541_prompts_all_but_one_state_a_constraint(real_data: Path) -> None:
    problems = list(load("ifeval", mirror=real_data / "hub"))
    assert (len(problems), sum(not spans_of(row) for row in problems)) == (541, 1)
