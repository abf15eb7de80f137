"""Caveats: one table of codes, words with the counts filled in, merged by code, the worst first."""

from __future__ import annotations

from typing import Any

import pytest

from overthink.records import Response
from overthink.run.caveats import GUESSED_END, KINDS, MOST_NAMES, caveat, caveats_in, merged
from overthink.text.thinking import thinking_of


@pytest.mark.parametrize("code", KINDS)
def test_every_caveat_is_a_sentence_with_its_counts_and_tells_what_to_do(code: str) -> None:
    found = caveat(code, 3, 1040, ["<seed:think>"])
    assert "3 of 1,040" in found.what
    assert "all 40" in caveat(code, 40, 40).what
    assert ("<seed:think>" in found.what) == ("{names}" in KINDS[code].what)
    assert found.hint.endswith(".")
    assert not found.what.endswith(".")


def test_a_caveat_without_names_has_no_empty_brackets() -> None:
    assert "()" not in "".join(caveat(code, 1, 2).what for code in KINDS)


def test_a_name_of_any_length_is_cut() -> None:
    assert len(caveat("unread_keys", 1, 2, ["thought" * 100_000]).what) < 400


def test_a_caveat_names_a_few_things_once() -> None:
    assert len(caveat("unread_keys", 9, 9, [*"abcdefghi", "a"]).names) == MOST_NAMES


@pytest.mark.parametrize(
    ("count", "of", "severity"), [(6, 100, "void"), (5, 100, "doubt"), (1, 20, "doubt"), (1, 1, "void")]
)
def test_what_voids_few_responses_is_a_doubt(count: int, of: int, severity: str) -> None:
    assert caveat("no_thinking_tags", count, of).severity == severity
    assert caveat("guessed_format", count, of).severity == "note"


def test_a_doubt_about_few_responses_comes_behind_what_voids_many() -> None:
    found = [caveat("hidden_reasoning", 1, 100), caveat("no_thinking_tags", 50, 100), caveat("unread_keys", 1, 100)]
    assert [one.code for one in merged(found)] == ["no_thinking_tags", "hidden_reasoning", "unread_keys"]


def test_caveats_of_one_code_add_up_and_the_worst_comes_first() -> None:
    first = [caveat("guessed_format", 1, 1, ["inspect"]), caveat("unread_keys", 2, 10, ["cot"])]
    second = [caveat("unread_keys", 1, 5, ["thoughts"]), caveat("no_thinking_tags", 4, 5)]
    assert merged(first, second) == [
        caveat("no_thinking_tags", 4, 5),
        caveat("unread_keys", 3, 15, ["cot", "thoughts"]),
        caveat("guessed_format", 1, 1, ["inspect"]),
    ]


# What is seen in one response

MANY = " ".join(f"We add {k} to it." for k in range(30))
LIST = "\n".join(f"- Day {k}: he eats 3 apples and 2 pears." for k in range(1, 13))
FORMULAS = "f(x) = \\sin x + cos x, log delta mod eta, max(alpha, beta) = gamma per unit\n\n" * 3
SHORT = "2 and 3 make 5.\n\nSo the answer is 5."


def codes(text: str, *, gold: bool = True, **fields: Any) -> list[str]:
    options = {"finish_reason": "stop", **fields}
    row = Response(id="p#1", problem_id="p", sample=1, model="m", response=text, **options)
    return [one.code for one in caveats_in(row, thinking_of(row), gold=gold)]


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        (f"<think>{SHORT}</think>5", {}, []),
        (f"{SHORT}</think>5", {}, []),  # the prompt held the opening tag
        (f"<think>{SHORT}", {"finish_reason": "stop"}, []),
        (SHORT, {}, ["no_thinking_tags"]),
        ("", {}, ["empty_responses"]),  # nothing is taken for thinking
        ("5", {"hidden": True}, ["hidden_reasoning"]),
        ("5", {"hidden": True, "reasoning_tokens": 9}, ["hidden_reasoning"]),
        ("It is", {"hidden": True, "finish_reason": "length"}, ["hidden_reasoning", "closed_but_cut"]),
        (f"<think>{SHORT}</think>5", {"reasoning_tokens": 12}, []),  # as many as it has
        (f"<think>{SHORT}</think>5", {"reasoning_tokens": 500}, ["shortened_thinking"]),  # a summary
        (f"<think>{'二加三等于五' * 3}\n\n所以五。</think>5", {"reasoning_tokens": 22}, []),
        (f"<think>{SHORT}</think>5", {"completion_tokens": 500}, []),  # not said to be of the thinking
        ("<think>\n\n</think>\n\n5", {}, ["empty_thinking"]),
        (f"<think>{SHORT}", {"finish_reason": "length"}, ["cut_off"]),
        (f"<think>{SHORT}</think>It", {"finish_reason": "length"}, ["closed_but_cut"]),
        (f"<think>{SHORT} and", {"finish_reason": "unknown"}, ["cut_off"]),
        (f"<think>{MANY}</think>5", {}, ["one_paragraph"]),
        (f"<think>{MANY}\n\nSo 5.</think>5", {}, []),
        (f"<think>{'We add. ' * 40}</think>5", {}, ["one_paragraph"]),
        (f"<think>{MANY[:150]}</think>5", {}, []),  # short enough for one
        (f"<think>{'，'.join(f'第{k}步加{k}' for k in range(100))}</think>5", {}, ["one_paragraph"]),  # no blanks
        (f"<think>{LIST}\n\nSo 60.</think>60", {}, []),  # rows that differ in a number are no loop
        (f"<think>{FORMULAS}\n\nSo 5.</think>5", {}, []),  # names of functions are no language
        (f"<think>{SHORT}</think>\n\n\\boxed{{5}}", {"finish_reason": "unknown"}, []),
        (f"{SHORT}</think>**5**", {"finish_reason": "unknown"}, []),
        (f"<think>{SHORT}</think>{'We add. ' * 100}", {}, []),  # the text after it does not matter
    ],
)
def test_what_is_seen_in_one_response(text: str, fields: dict[str, Any], expected: list[str]) -> None:
    assert codes(text, **fields) == expected


def test_a_problem_without_a_gold_answer_is_seen() -> None:
    assert codes(f"<think>{SHORT}</think>5", gold=False) == ["without_gold"]


def test_a_cut_that_was_guessed_says_so() -> None:
    guessed, told = (
        Response(id="p#1", problem_id="p", sample=1, model="m", response=f"<think>{SHORT} and", finish_reason=finish)
        for finish in ("unknown", "length")
    )
    (of_guess,), (of_told,) = (caveats_in(row, thinking_of(row), gold=True) for row in (guessed, told))
    assert GUESSED_END in of_guess.what
    assert GUESSED_END not in of_told.what
    assert "--max-tokens" in of_guess.hint
    assert "--map finish_reason=COLUMN" in of_guess.hint
