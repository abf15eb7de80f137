"""Each cue of each language is needed, and no text in English is touched."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.solutions.english import file_of, in_english, language, number_words, with_decimal_points
from overthink.text.language import CUES_MADE_FOR

CODES = sorted(CUES_MADE_FOR - {"en"})
FILES = {code: file_of(code) for code in CODES}
LANGUAGES = {code: language(data) for code, data in FILES.items()}
GERMAN = "wir müssen die äpfel zählen, und das ist nicht schwer. "


def said(code: str, text: str) -> str:
    return " ".join(LANGUAGES[code].translate(text).split())


def without(data: dict[str, Any], key: str, cue: str, text: str) -> str:
    """The translation of a text by those cues alone that are in it, but for one."""
    others = {
        table: {
            word: [one for one in cues if one in text and (table, one) != (key, cue)] for word, cues in entry.items()
        }
        for table, entry in data.items()
        if table in ("words", "behind")
    }
    kept = [one for one in data["kept"] if one in text and one != cue]
    return " ".join(language({**data, **others, "kept": kept, "numbers": []}).translate(text).split())


@pytest.mark.parametrize("code", CODES)
def test_each_cue_is_said_in_english_and_by_no_other_one(code: str) -> None:
    data = FILES[code]
    rows = [(word, cue) for word, cues in data["words"].items() for cue in cues]
    assert {cue: said(code, cue) for _, cue in rows} == {cue: word for word, cue in rows}
    assert [cue for word, cue in rows if without(data, "words", cue, cue) == word] == []


@pytest.mark.parametrize("code", CODES)
def test_each_cue_behind_a_value_is_said_before_it_and_by_no_other_one(code: str) -> None:
    data = FILES[code]
    rows = [
        (word, cue, "\2 " + cue if data["ends"] else "\2" + cue)
        for word, cues in data["behind"].items()
        for cue in cues
    ]
    assert {text: said(code, text) for _, _, text in rows} == {text: f"{word} \2" for word, _, text in rows}
    assert [cue for word, cue, text in rows if without(data, "behind", cue, text) == f"{word} \2"] == []


@pytest.mark.parametrize("code", CODES)
def test_each_word_that_holds_a_cue_and_is_none_stays(code: str) -> None:
    data = FILES[code]
    no_cues = language({**data, "words": {}, "behind": {}, "kept": []})
    as_it_is = {word: " ".join(no_cues.translate(word).split()) for word in data["kept"]}
    assert {word: said(code, word) for word in data["kept"]} == as_it_is
    assert [word for word in data["kept"] if without(data, "kept", word, word) == as_it_is[word]] == []


@pytest.mark.parametrize(("code", "at"), [(code, at) for code in CODES for at in range(len(FILES[code]["examples"]))])
def test_the_examples_of_a_language_are_read(code: str, at: int) -> None:
    example = FILES[code]["examples"][at]
    assert " ".join(in_english(example["text"]).split()) == example["english"]


@pytest.mark.parametrize(
    "text",
    [
        "so the answer is \2. also, the die was cast on a per hour basis, as no one can.\3was that all? on, in, an.",
        "let me list them: los angeles, san juan de los lagos, la paz, el paso, las vegas, de la cruz, le mans.",
        "this is the sum in the case of u = a + e, y = o and i = 3. so 5 per hour, 3 per day. the son has more sons.",
        "café owner josé has √2 of π², so the naïve answer of anna müller is 5 — “right” as x → ∞ and θ ≈ 3…",
        "des moines is the capital. per person, we have a hat and a gift. halt! moment of force. no.",
        "dan and de morgan: ∪, ∩, ¬ and en passant.",
        "",
    ],
)
def test_english_stays_as_it_is(text: str) -> None:
    assert in_english(text) == text
    assert with_decimal_points(text) == text
    assert list(number_words(text)) == []


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("so 等等, the answer is \2", "so  wait , the answer is \2"),  # other scripts anywhere
        ("the answer is \2。 check： yes", "the answer is \2.  check: yes"),
        (
            "the total is \5. " + GERMAN + "also \2.",
            "the total is \5. need the äpfel zählen, and that is not schwer. so \2.",
        ),
        (GERMAN + "so that is it, and we have it. also on a die.", None),  # English again
        ("moment.\n" + GERMAN, "moment.\nneed the äpfel zählen, and that is not schwer. "),  # nothing tells it before
        (GERMAN + "moment.", "need the äpfel zählen, and that is not schwer. wait."),
        ("het antwoord is niet de som van de twee, dus also \2.", None),  # Dutch has no cues
    ],
)
def test_a_sentence_is_read_by_what_is_in_it_and_before_it(text: str, english: str | None) -> None:
    found = in_english(text)
    if english is not None:
        assert found == english
    else:
        assert found.endswith(text[-20:])


SENTENCES = [example["text"] + end for code in CODES for example in FILES[code]["examples"] for end in ("\n", "\3")]
TEXTS = st.lists(
    st.sampled_from(
        [*SENTENCES, "so the answer is \2. ", "wait, 5\n", "also ", "is\nis ", "5\nです", "答", "\3", "¿", "der "]
    )
    | st.text("\2\3\5 \n.?a5derund¿答はです。，은이", max_size=8),
    max_size=8,
).map("".join)


@given(TEXTS, TEXTS)
def test_what_follows_changes_nothing(text: str, more: str) -> None:
    for end in "\n\3":
        assert in_english(text + end + more).startswith(in_english(text + end))
        assert with_decimal_points(text + end + more).startswith(with_decimal_points(text + end))


@given(TEXTS)
def test_signs_and_numbers_stay_in_their_order(text: str) -> None:
    signs = re.compile("[\2\3\5\n0-9]")
    assert signs.findall(in_english(text)) == signs.findall(text)
    assert len(with_decimal_points(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("das sind also 3,5 und nicht 1.000 euro.", "das sind also 3.5 und nicht 1,000 euro."),
        ("die summe ist 1.234.567,89 und das ist viel.", "die summe ist 1,234,567.89 und das ist viel."),
        ("le total est de 12 345,5 euros pour les deux.", "le total est de 12,345.5 euros pour les deux."),
        ("ответ 1 000 и 0,25.", "ответ 1,000 и 0.25."),
        ("der punkt (3,5) und die liste 1,2,3 und f(1,2) ist es nicht", None),
        ("der wert ist 0.125 und nicht 3.142 oder 1,000.", None),  # as in English, or not to tell
        ("das ist 2 + 2 300 und x^2 300 für die eine zahl", None),
        ("答えは 3,5 です", None),
        ("3,5 apples and 1.000", None),
    ],
)
def test_numbers_are_written_as_in_english_where_they_are_surely_not(text: str, same: str | None) -> None:
    assert with_decimal_points(text) == (same or text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("das sind also nicht zwölf, und es ist elf.", [12, 11]),
        ("el total es once y la respuesta no es dos.", [11, 2]),
        ("сначала две, потом двадцать", [2, 20]),
        ("一共十二个，不是十一个", [12, 11]),
        ("답은 열두 개입니다", [12]),
        ("once upon a time six dos machines and a zero", []),
        ("das einzige ist zweifellos nicht die eine zahl", []),
    ],
)
def test_words_for_numbers_have_their_values(text: str, values: list[int]) -> None:
    found = list(number_words(text))
    assert [value for _, _, value in found] == values
    assert all(text[start:end].isalpha() for start, end, _ in found)
