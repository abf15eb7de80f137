"""Each word of cues.toml is needed: an answer that it announces is found with it and not without it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from overthink.answers import find
from overthink.answers.cues import DATA, cues

ENTRIES = [(kind, at) for kind, entries in DATA.items() for at in range(len(entries))]
LISTS = ("words", "links", "owners", "adjectives")


def sentences(kind: str, entry: dict[str, Any], key: str, word: str) -> list[str]:
    """Texts whose answer is 12 (12 cm behind a filler); `word` is said in the place of `key`."""
    said = {name: word if name == key else next(iter(entry.get(name, [])), "=") for name in LISTS}
    words, link = said["words"], said["links"]
    return {
        "linked": [
            f"So the {words} {link} 12. I tried 3 ways.",
            f"**{words.title()}s {link}**\n\n12\n\nI tried 3 ways.",
        ],
        "unspaced": [f"{words}{link if entry.get('links') else ':'}12。3"],
        "alone": [f"{words} 12. I tried 3 ways.", f"{words} — 12. I tried 3 ways."],
        "before_maths": [f"It has the {words} $12$. I tried 3 ways.", rf"It has the {words} \(12\). I tried 3 ways."],
        "final": [rf"\boxed{{3}} is a guess. The {words}: 12", rf"\boxed{{3}} is a guess. The {words} 12"],
        "mark": [rf"\boxed{{3}} is a guess.\n\n{words} 12"],
        "backward": [f"$12$ {link} {said['owners']} {said['adjectives']} {words}. I tried 3 ways."],
        "filler": [f"The answer is {word} 12 cm."],
        "equates": [f"Final answer: the sum of the 5 rows of the table {word} 12 for each of the cases that we need."],
    }[kind]


WORDS = [
    (kind, at, key, word) for kind, at in ENTRIES for key in LISTS for word in DATA[kind][at].get(key, [])
]  # fmt: skip


def stated(text: str) -> str | None:
    span = find.stated_answer(text, 0, len(text))
    return span and text[slice(*span)]


@pytest.mark.parametrize(("kind", "at"), ENTRIES)
def test_the_examples_of_an_entry_need_it(kind: str, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = DATA[kind][at]["examples"]
    assert [stated(example["text"]) for example in examples] == [example["answer"] for example in examples]
    others = copy.deepcopy(DATA)
    del others[kind][at]
    monkeypatch.setattr(find, "_CUES", cues(others))
    assert [example["text"] for example in examples if stated(example["text"]) == example["answer"]] == []


@pytest.mark.parametrize(("kind", "at", "key", "word"), WORDS)
def test_each_word_and_link_is_needed(kind: str, at: int, key: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = sentences(kind, DATA[kind][at], key, word)
    answer = "12 cm" if kind == "filler" else "12"
    assert [stated(text) for text in texts] == [answer] * len(texts)
    others = copy.deepcopy(DATA)
    others[kind][at][key].remove(word)
    monkeypatch.setattr(find, "_CUES", cues(others))
    assert [text for text in texts if stated(text) == answer] == []


@pytest.mark.parametrize(
    "text",
    [
        "The answers are not easy to see.",
        "An answering machine is 12 years old",
        "The solution of salt has 12 grams.",
        "The final answers differ, 12 of them.",
        "It is as the answer goes.",
        "我的答案还没有写出来, 12",
    ],
)
def test_look_alikes_announce_nothing(text: str) -> None:
    assert (stated(text) or "").strip(" .") != "12"
