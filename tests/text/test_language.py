from __future__ import annotations

import pytest

from overthink.text.language import other_language

ENGLISH = (
    "Okay, I need to find how many jars are whole. There are 4 rows with 9 jars each, so that is 36 jars. Then 6 are "
    "broken, so 30 of the jars are left."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, None),
        (
            "我们需要求出完整的罐子数量。每行有九个罐子，一共四行，所以一共三十六个。" * 3
            + " 所以 答案 是 三十。" * 20,
            None,
        ),
        ("Wir müssen also die Zahl der Gläser finden und dann die kaputten nicht mit zählen, das ist klar. " * 4, "de"),
        ("Nous avons donc des bocaux sur une étagère et les six sont cassés, alors il faut les ôter. " * 4, "fr"),
        ("Entonces los frascos que están en el estante son treinta y seis, para una respuesta con seis. " * 4, "es"),
        ("Нам нужно найти число целых банок на полке, поэтому мы умножаем ряды на банки и вычитаем. " * 4, "Cyrillic"),
        ("x = 4 * 9", None),
    ],
)
def test_a_response_in_a_language_without_cues_says_so(text: str, language: str | None) -> None:
    assert other_language(text) == language
