"""IFEval's checkers: each of the 25 instruction types met and not met, without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from overthink.errors import UnreadableReply
from overthink.follow import ifeval
from overthink.problems import load
from overthink.records import Constraint

PROMPT = "Name a good name for a cat."

# kind, arguments, an answer that follows it, one that does not
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "keywords:existence",
        {"keywords": ["otter", "reed"]},
        "An otter slept between the reeds.",
        "An otter slept on a stone.",
    ),
    (
        "keywords:frequency",
        {"keyword": "tea", "frequency": 2, "relation": "at least"},
        "Tea at noon, tea at four.",
        "Tea at noon, coffee at four.",
    ),
    (
        "keywords:forbidden_words",
        {"forbidden_words": ["cloud", "rain"]},
        "It was bright all day.",
        "Then the rain came.",
    ),
    (
        "keywords:letter_frequency",
        {"letter": "z", "let_frequency": 2, "let_relation": "less than"},
        "A zebra came by.",
        "The zebra dozed.",
    ),
    (
        "language:response_language",
        {"language": "de"},
        "Der Leuchtturm steht auf einem Felsen und zeigt den Schiffen nachts den Weg in den Hafen.",
        "The lighthouse stands on a rock and shows the ships their way into the harbour at night.",
    ),
    (
        "length_constraints:number_sentences",
        {"num_sentences": 3, "relation": "less than"},
        "Dr. Gray called at 5 p.m. today. She will call again.",
        "She called. Nobody answered. She left.",
    ),
    (
        "length_constraints:number_paragraphs",
        {"num_paragraphs": 2},
        "The first part.\n***\nThe second part.",
        "One part alone, without a divider.",
    ),
    (
        "length_constraints:number_words",
        {"num_words": 5, "relation": "at least"},
        "Six words stand in this line.",
        "Only three words.",
    ),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "meanwhile"},
        "The river rose.\n\nMeanwhile the bridge was closed.",
        "The river rose.\n\nThe bridge was closed.",
    ),
    (
        "detectable_content:number_placeholders",
        {"num_placeholders": 2},
        "Dear [name], meet me at [place].",
        "Dear [name], meet me at the gate.",
    ),
    (
        "detectable_content:postscript",
        {"postscript_marker": "P.S."},
        "The key is under the mat.\n\nP.S. Feed the cat.",
        "The key is under the mat. Feed the cat.",
    ),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* bread\n* butter", "bread and butter"),
    ("detectable_format:constrained_response", {}, "My answer is yes.", "Yes, of course."),
    (
        "detectable_format:number_highlighted_sections",
        {"num_highlights": 2},
        "A *good* start and a *happy* end.",
        "A *good* start and a happy end.",
    ),
    (
        "detectable_format:multiple_sections",
        {"section_spliter": "SECTION", "num_sections": 2},
        "SECTION 1\nBees.\nSECTION 2\nHoney.",
        "SECTION 1\nBees and honey.",
    ),
    ("detectable_format:json_format", {}, '```json\n{"flour": 200}\n```', "flour: 200"),
    ("detectable_format:title", {}, "<<Storm>>\nIt rained.", "Storm\nIt rained."),
    ("combination:two_responses", {}, "Ride on.\n******\nTwo wheels are enough.", "Ride on. Two wheels are enough."),
    ("combination:repeat_prompt", {"prompt_to_repeat": PROMPT}, f"{PROMPT}\nMorris.", "Morris."),
    (
        "startend:end_checker",
        {"end_phrase": "All the best."},
        "We shall miss you. All the best.",
        "All the best to you!",
    ),
    ("startend:quotation", {}, '"Nothing to add."', "Nothing to add."),
    (
        "change_case:capital_word_frequency",
        {"capital_relation": "at least", "capital_frequency": 2},
        "This is VERY LATE.",
        "This is VERY late.",
    ),
    (
        "change_case:english_capital",
        {},
        "THIS IS AN ANNOUNCEMENT: THE FLEA MARKET WILL TAKE PLACE ON SUNDAY IN FRONT OF THE TOWN HALL.",
        "The market opens at nine in the morning.",
    ),
    (
        "change_case:english_lowercase",
        {},
        "please water the roses in the evening when it is cool.",
        "Please water the roses in the evening.",
    ),
    ("punctuation:no_comma", {}, "Bread and butter and jam.", "Bread, butter and jam."),
]


def check(kind: str, arguments: dict[str, Any], answer: str) -> tuple[bool | None, bool | None]:
    (strict,), (loose,) = ifeval.check([Constraint(kinds=[kind], arguments=arguments)], PROMPT, answer)
    return strict, loose


def test_the_cases_are_all_25_instruction_types() -> None:
    kinds = [kind for kind, *_ in CASES]
    assert len(set(kinds)) == len(kinds) == 25
    assert set(kinds) == set(ifeval.load().instructions_registry.INSTRUCTION_DICT)


@pytest.mark.parametrize(("kind", "arguments", "good", "bad"), CASES, ids=[kind for kind, *_ in CASES])
def test_an_answer_that_follows_passes_and_one_that_does_not_fails(
    kind: str, arguments: dict[str, Any], good: str, bad: str
) -> None:
    assert check(kind, arguments, good) == (True, True)
    assert check(kind, arguments, bad) == (False, False)


def test_loose_forgives_a_first_line_that_announces_the_answer() -> None:
    assert check("change_case:english_lowercase", {}, "Here you are:\nthe cat slept all day long.") == (False, True)


@pytest.mark.parametrize("answer", ["", "   \n"])
def test_an_empty_answer_follows_nothing(answer: str) -> None:
    assert check("punctuation:no_comma", {}, answer) == (False, False)


def test_the_same_answer_gets_the_same_verdict_each_time() -> None:
    """Language detection draws lots; here always the same ones."""
    short = "A HAT IS ON"  # English or Hungarian, if it were left to chance
    assert len({check("change_case:english_capital", {}, short) for _ in range(20)}) == 1


@pytest.mark.parametrize(
    ("kind", "arguments", "why"),
    [
        ("keywords:frequency", {"keyword": "tea", "relation": "at least"}, "bad_arguments"),
        ("length_constraints:number_words", {}, "bad_arguments"),
        ("keywords:rhyme", {}, "unknown_instruction"),
    ],
)
def test_a_constraint_that_the_checker_would_complete_by_lot_is_refused(
    kind: str, arguments: dict[str, Any], why: str
) -> None:
    with pytest.raises(UnreadableReply) as caught:
        check(kind, arguments, "Tea.")
    assert caught.value.kind == why


OFFLINE = """
import socket
class Blocked(Exception): pass
def refuse(*a, **k): raise Blocked("the network was asked")
socket.socket.connect = socket.getaddrinfo = refuse
from overthink.follow import ifeval
from overthink.records import Constraint
import json, sys
cases = json.load(sys.stdin)
print(sum(ifeval.check([Constraint(kinds=[k], arguments=a)], "x", good)[0][0] for k, a, good in cases))
"""


@pytest.mark.slow
def test_no_checker_asks_the_network_even_where_nltk_has_no_data(tmp_path: Path) -> None:
    cases = [(kind, arguments, good) for kind, arguments, good, _ in CASES]
    environment = {**os.environ, "HOME": str(tmp_path), "NLTK_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE], input=json.dumps(cases), capture_output=True, text=True, env=environment,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "25"
    assert not list(tmp_path.iterdir())


def test_every_prompt_of_ifeval_can_be_checked(real_data: Path) -> None:
    problems = list(load("ifeval", mirror=real_data / "hub"))
    assert len(problems) == 541
    answer = "<<A>>\nThis answer has a title; * two * stars and [one] placeholder."
    for problem in problems:
        assert problem.constraints is not None
        strict, loose = ifeval.check(problem.constraints, problem.question, answer)
        assert len(strict) == len(loose) == len(problem.constraints)
        assert None not in strict
        assert all(at_least or not strictly for strictly, at_least in zip(strict, loose, strict=True))


@pytest.mark.parametrize(
    ("relation", "answer", "met"),
    [
        ("at least", "# a # b", True),
        ("at least", "# only", False),
        ("less than", "# only", True),
        ("less than", "", False),
    ],
)
def test_a_symbol_is_counted_itself_and_not_a_letter_drawn_by_lot(relation: str, answer: str, met: bool) -> None:
    arguments = {"letter": "#", "let_frequency": 2, "let_relation": relation}
    constraint = Constraint(kinds=["keywords:letter_frequency"], arguments=arguments)
    assert ifeval.check([constraint], "Write.", answer) == ([met], [met])
