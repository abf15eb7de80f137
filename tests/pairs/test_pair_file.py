"""A file of pairs is read, and held against the model's tokenizer and the longest text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from overthink.errors import OverthinkError
from overthink.pairs.pair_file import PairFile, check_tokenizer, length_for, read_pairs
from overthink.text.chat_template import vocabulary_digest
from overthink.text.digest import digest

VOCABULARY = {"a": 0, "b": 1}
TEMPLATE = "a template"
PAIR: dict[str, Any] = {
    "id": "p", "prompt": "aa", "chosen": "bbb", "rejected": "bbbbb", "kind": "fcs", "fell_back": False, "close": "own",
    "chosen_sample": "p#1", "rejected_sample": "p#2", "prompt_tokens": 2, "chosen_tokens": 3, "rejected_tokens": 5,
    "tokenizer": "t", "vocabulary": vocabulary_digest(VOCABULARY), "template": digest(TEMPLATE),
}  # fmt: skip
COMPLETION = {
    **{key: value for key, value in PAIR.items() if "chosen" not in key and "rejected" not in key},
    **{"completion": "bbb", "completion_tokens": 3, "chosen_sample": "p#1"},
}


def written(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def pairs(tmp_path: Path, *rows: dict[str, Any]) -> PairFile:
    return read_pairs(written(tmp_path / "pairs.jsonl", *rows), "dpo")


def test_sft_learns_the_chosen_side_of_either_form(tmp_path: Path) -> None:
    for row in (PAIR, COMPLETION):
        (example,) = read_pairs(written(tmp_path / "x.jsonl", row), "sft").examples
        assert (example.prompt, example.sides, example.tokens) == ("aa", ("bbb",), 5)


def test_other_methods_learn_both_sides_and_count_the_longer_one(tmp_path: Path) -> None:
    (example,) = pairs(tmp_path, PAIR).examples
    assert (example.sides, example.tokens) == (("bbb", "bbbbb"), 7)


@pytest.mark.parametrize("method", ["dpo", "rpo", "simpo"])
def test_a_file_without_a_rejected_side_is_refused_where_one_is_needed(tmp_path: Path, method: Any) -> None:
    with pytest.raises(OverthinkError, match="no rejected side") as error:
        read_pairs(written(tmp_path / "x.jsonl", COMPLETION), method)
    assert "--rows preference" in error.value.hint


@pytest.mark.parametrize("text", ["", "\n", "not JSON\n", "[1]\n", '{"id": "p"}\n'])
def test_a_file_that_holds_no_pairs_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(text)
    with pytest.raises(OverthinkError, match=r"odd\.jsonl"):
        read_pairs(path, "dpo")
    with pytest.raises(OverthinkError, match="no such file"):
        read_pairs(tmp_path / "none.jsonl", "dpo")


def test_pairs_that_were_made_for_this_tokenizer_give_their_lengths(tmp_path: Path) -> None:
    read = pairs(tmp_path, PAIR, {**PAIR, "id": "q", "prompt": "aaaa", "prompt_tokens": 4})
    assert check_tokenizer(read, "m", VOCABULARY, TEMPLATE, len) == [7, 9]


@pytest.mark.parametrize(
    ("change", "vocabulary", "template", "says"),
    [
        ({}, VOCABULARY, "another", "another chat template"),
        ({}, VOCABULARY, None, "another chat template"),
        ({}, {"a": 1, "b": 0}, TEMPLATE, "another tokenizer"),
        ({}, {**VOCABULARY, "c": 2}, TEMPLATE, "another tokenizer"),
        ({"vocabulary": None, "rejected_tokens": 4}, VOCABULARY, TEMPLATE, "other tokens in 1 of 1 pairs"),
    ],
)
def test_pairs_that_were_made_for_another_tokenizer_are_refused(
    tmp_path: Path, change: dict[str, Any], vocabulary: dict[str, int], template: str | None, says: str
) -> None:
    with pytest.raises(OverthinkError, match=says) as error:
        check_tokenizer(pairs(tmp_path, {**PAIR, **change}), "my/model", vocabulary, template, len)
    assert "--tokenizer my/model" in error.value.hint


def test_pairs_in_plain_words_fit_any_template(tmp_path: Path) -> None:
    read = pairs(tmp_path, {**PAIR, "template": None, "vocabulary": None})
    assert check_tokenizer(read, "m", {"z": 0}, TEMPLATE, len) == [7]


def test_max_length_is_what_the_longest_pair_needs(tmp_path: Path) -> None:
    read = pairs(tmp_path, PAIR)
    assert length_for(read, [7, 9], 2, None, None) == 11
    assert length_for(read, [7, 9], 2, 11, 11) == 11
    assert length_for(read, [7, 9], 2, 40, 64) == 40


@pytest.mark.parametrize(
    ("given", "context", "says", "hint"),
    [
        (10, None, "1 of 2 pairs are longer than --max-length of 10 tokens, by up to 1", "--max-length 11"),
        (8, 64, "2 of 2 pairs", "--max-length 11"),
        (None, 10, "1 of 2 pairs are longer than the model's context of 10 tokens", "--rejected correct"),
        (8, 10, "2 of 2 pairs are longer than --max-length", "--rejected correct"),
    ],
)
def test_nothing_is_cut_in_silence(
    tmp_path: Path, given: int | None, context: int | None, says: str, hint: str
) -> None:
    with pytest.raises(OverthinkError, match=says) as error:
        length_for(pairs(tmp_path, PAIR), [7, 9], 2, given, context)
    assert hint in error.value.hint
