"""Each word of cues.toml is needed: an answer is found with it and not without it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from overthink.answers import asked, evidence, find, passage, prose, values
from overthink.answers.cues import DATA, cues
from overthink.text.thinking import find_thinking

ENTRIES = [(kind, at) for kind, entries in DATA.items() for at in range(len(entries))]
LISTS = tuple(dict.fromkeys(key for entries in DATA.values() for entry in entries for key in entry))[1:]
SUM = "adding up 5 rows of numbers"

# Texts whose answer is 12 (or what is said behind the bar): `{}` is the word.
TEXTS = {
    ("copula", "words"): "答えは 12 個{}。3 回数えました。|12 個",
    ("reason", "words"): "The answer is Ruth {} it is larger than the other 3 of them.|Ruth",
    ("reason", "announced"): "The answer is Ruth {} it is larger than the other 3 of them.|Ruth",
    ("reason", "comma"): "The answer is Ruth, {} it is larger than the other 3 of them.|Ruth",
    ("negation", "words"): "The answer is 12. The answer is {} 3.",
    ("letter", "names"): "Hence {} C is correct. I tried 3 ways.|C",
    ("letter", "right"): "Hence option C is {}. I tried 3 ways.|C",
    ("letter", "therefore"): "A and B are too small, {} C. I tried 3 ways.|C",
    ("letter", "verbs"): "Here we {} C. I tried 3 ways.|C",
    ("letter", "fits"): "Only option C {} both. I tried 3 ways.|C",
    ("letter", "before"): "{} C。一共 4 个选项。|C",
    ("given", "words"): "Final answer: {} 3 days of rain the farmer still has 12 hens and no cows on his land.",
    ("given", "before_verbs"): "Final answer: {} feed 3 cows the farmer still has 12 hens and no pigs on his land.",
    ("given", "between"): "Final answer: in {} 3 days of rain the farmer still has 12 hens and no cows on his land.",
    ("amount", "words"): "Final answer: with 3 cows sold he has a {} of 12 hens, and loses 5 hens out there in winter.",
    ("amount", "phrases"): "Final answer: with 3 cows sold he is {} 12 hens, and loses 5 hens out there in winter.",
    ("conclusion", "words"): "It is \\boxed{{3}}.\nCheck: 3 + 4 = 7.\n{}, this makes \\boxed{{12}}.",
    ("conclusion", "unspaced"): "It is \\boxed{{3}}.\nCheck: 3 + 4 = 7.\n{}, this makes \\boxed{{12}}.",
    ("offer", "unspaced"): "It is 12.\n{} 3 of them.",
    ("note", "words"): "It is 12.\n{}: 3 of them.",
    ("note", "unspaced"): "It is 12.\n{} 3 of them.",
    ("check", "words"): "It is 12.\n{}: look.\n3 + 4 = 7.",
    ("check", "unspaced"): "It is 12.\n{}: 3 + 4 = 7.",
    ("question", "words"): "The answer is 12.\n\n{}: What is 1 + 2?\nThe answer is 3.",
    ("turn", "words"): "There are 12 so far.\n\n{}: The answer is 3.",
    ("rejected", "opening"): "It is \\boxed{{12}}. {} count them all, \\boxed{{3}}.",
    ("rejected", "before"): "It is \\boxed{{12}}. We {} \\boxed{{3}}.",
    ("rejected", "behind"): "It is \\boxed{{12}}. But \\boxed{{3}} is {}.",
    ("supposed", "words"): "The answer is 12. I cannot say {} the answer is 3.",
    ("supposed", "unspaced"): "The answer is 12. {}答案是 3。",
    ("negation", "nouns"): "It is \\boxed{{12}}.\nFinal answer {}: 9",
    ("linked", "adjectives"): "So the resposta {} is 12. I tried 3 ways.",
}

# A question, a text and its answer: `{}` is the word.
ASKED = {
    ("quantity", "words"): ("{} hens are there, with 9 pigs?", "She has 4 hens, so 5 cats.", "4"),
    ("quantity", "unspaced"): ("安有{}鸡？", "安有 4 鸡，所以 5 猫。", "4"),
    ("choosing", "words"): ("{} is first, Ann or Ben?", "They need 3 and 4 minutes. So Ann is first.", "Ann"),
    ("polar", "words"): ("{} there 9 hens?", "She counts 5 of them. No, she has 4.", "No"),
    ("polar", "polite"): ("Can {} count the hens?", "She counts 5 of them. Yes, she has 4.", "4"),
    ("polar", "inside"): ("9, {}?", "She counts 5 of them. No, she has 4.", "No"),
    ("yes_no", "words"): ("Is it so?", "We count 5 of them. {}, we have 4.", "{}"),
    ("when", "words"): ("{} does it end?", "It ends at 7:15, so it is 2 hours.", "7:15"),
    ("weekday", "asks"): ("{} is it in 9 days?", "It was a Monday 9 days ago. So it is Wednesday.", "Wednesday"),
    ("weekday", "words"): ("What day is it?", "We count 5 days. So it is {}.", "{}"),
    ("supposing", "words"): ("How many hens are there?", "There are 7 hens. Or {} there are 14 hens.", "7 hens"),
    ("explaining", "words"): ("How many hens are there?", "There are 7 hens. {} 14 hens.", "7 hens"),
    ("subordinate", "words"): ("How many hens?", "{} 9 pigs and 8 hens here, what she has is 4.", "4"),
    ("so_clause", "words"): ("Which is it, odd or even?", "It is odd at first, {} even.", "even"),
    ("so_clause", "unspaced"): ("Which is it, odd or even?", "It is odd at first, {} even.", "even"),
    ("altogether", "words"): ("", "She sold 12 {} and lost 5.", "12"),
    ("nothing", "words"): ("Solve it.", "We have 0 = 1, so it is a case of {}.", "{}"),
    ("refusal", "words"): ("", "{} tell without 3 more numbers.", ""),
    ("correcting", "words"): ("", "7 hens. {} these are 4.", "4"),
    ("subject", "verbs"): ("Who jumps highest?", "They jump 4 and 3. So Ann {} jumps highest.", "Ann"),
    ("offer", "words"): ("What would it be?", "It is 12.\n{} 3 of them.", "12"),
    ("subject", "none"): ("Who jumps highest?", "They jump 4 and 3. So {} is highest.", "4"),
}


def sentences(kind: str, entry: dict[str, Any], key: str, word: str) -> list[str]:
    """Texts whose answer is 12 (12 cm behind a filler); `word` is said in the place of `key`."""
    if (kind, key) in TEXTS:
        return [TEXTS[kind, key].partition("|")[0].format(word)]
    said = {name: word if name == key else next(iter(entry.get(name, [])), "=") for name in LISTS}
    words, link = said["words"], said["links"]
    words = words if words != "=" else "answer"
    return {
        "linked": [
            f"So the {words} {link} 12. I tried 3 ways.",
            f"**{words.title()}s {link}**\n\n12\n\nI tried 3 ways.",
        ],
        "unspaced": [f"{words}{link if entry.get('links') else ':'}12。3"],
        "alone": [f"{words} 12. I tried 3 ways.", f"{words} — 12. I tried 3 ways."],
        "heading": [f"**{words}**\n12\n\nI tried 3 ways.", f"## {words}\n12\n\nI tried 3 ways."],
        "before_maths": [f"It has the {words} $12$. I tried 3 ways.", rf"It has the {words} \(12\). I tried 3 ways."],
        "final": [f"The {words}: 12. Then a wrong answer is 3.", f"The {words} 12. Then a wrong answer is 3."],
        "mark": [f"A guess is \\boxed{{3}}.\n\n{words} 12"],
        "backward": [f"$12$ {link} {said['owners']} {said['adjectives']} {words}. I tried 3 ways."],
        "filler": [f"The answer is {word} 12 cm."],
        "equates": [f"Final answer: {SUM} {word} 12 for each of the cases that we need."],
    }[kind]


def answer_in(kind: str, key: str) -> str:
    return TEXTS.get((kind, key), "").partition("|")[2] or ("12 cm" if kind == "filler" else "12")


WORDS = [
    (kind, at, key, word)
    for kind, at in ENTRIES
    for key in LISTS
    for word in DATA[kind][at].get(key, [])
    if isinstance(word, str) and key != "examples"
]
STATING = [row for row in WORDS if (row[0], row[2]) not in ASKED]
ANSWERING = [row for row in WORDS if (row[0], row[2]) in ASKED]


def stated(text: str) -> str | None:
    span = find.stated_answer(text, 0, len(text))
    return span and text[slice(*span)]


def read_by(kind: str) -> Callable[[str], str | None]:
    """What some kinds of words are for shows only in the whole final answer."""
    return find.quoted_answer if kind in {kind for kind, _ in TEXTS} - {"linked"} else stated


def switch(monkeypatch: pytest.MonkeyPatch, data: dict[str, Any]) -> None:
    for module in (asked, evidence, find, passage, prose, values):
        monkeypatch.setattr(module, "CUES", cues(data))


@pytest.mark.parametrize(("kind", "at"), [(kind, at) for kind, at in ENTRIES if "examples" in DATA[kind][at]])
def test_the_examples_of_an_entry_need_it(kind: str, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = DATA[kind][at]["examples"]
    read = read_by(kind)
    assert [read(example["text"]) for example in examples] == [example["answer"] for example in examples]
    others = copy.deepcopy(DATA)
    del others[kind][at]
    switch(monkeypatch, others)
    assert [example["text"] for example in examples if read(example["text"]) == example["answer"]] == []


def final(question: str, text: str) -> str:
    found = find.final_answer(text, find_thinking(text), question=question)
    return text[slice(*found.span)] if found else ""


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "at", "key", "word"), ANSWERING)
def test_each_word_of_questions_and_their_answers_is_needed(
    kind: str, at: int, key: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, text, answer = (said.format(word) for said in ASKED[kind, key])
    assert final(question, text) == answer
    others = copy.deepcopy(DATA)
    others[kind][at][key].remove(word)
    switch(monkeypatch, others)
    assert final(question, text) != answer


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "at", "key", "word"), STATING)
def test_each_word_and_link_is_needed(kind: str, at: int, key: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts, answer = sentences(kind, DATA[kind][at], key, word), answer_in(kind, key)
    read = read_by(kind)
    assert [read(text) for text in texts] == [answer] * len(texts)
    others = copy.deepcopy(DATA)
    others[kind][at][key].remove(word)
    switch(monkeypatch, others)
    assert [text for text in texts if read(text) == answer] == []


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
