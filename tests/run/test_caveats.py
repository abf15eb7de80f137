"""Caveats: one table of codes, words with the counts filled in, merged by code, the worst first."""

from __future__ import annotations

import pytest

from overthink.run.caveats import KINDS, MOST_NAMES, caveat, merged


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
