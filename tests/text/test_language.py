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
        ("Wir müssen also die Zahl der Gläser finden und dann die kaputten nicht mit zählen, das ist klar. " * 4, None),
        ("Nous avons donc des bocaux sur une étagère et les six sont cassés, alors il faut les ôter. " * 4, None),
        ("Entonces los frascos que están en el estante son treinta y seis, para una respuesta con seis. " * 4, None),
        ("Dobbiamo trovare quanti barattoli sono sullo scaffale, quindi moltiplichiamo le file per nove. " * 4, None),
        ("Então os frascos que estão na prateleira são trinta e seis, e não temos mais do que isso. " * 4, None),
        ("Нам нужно найти число целых банок на полке, поэтому мы умножаем ряды на банки и вычитаем. " * 4, None),
        (
            "Нам потрібно знайти кількість цілих банок на полиці, тому множимо ряди на банки і віднімаємо. " * 4,
            "Cyrillic",
        ),
        ("За день это 15 × 8 = 120 булочек. Значит, ответ 720. Да, ответ 720. Следовательно, ответ 720. " * 2, None),
        ("В коробке 9 ручек. Если убрать три, то остаётся шесть. Проверим: шесть плюс три. " * 3, None),
        ("В кутията има девет химикалки. Ако махнем три, остават шест. Проверка: шест плюс три. " * 3, "Cyrillic"),
        ("Во кутијата има девет пенкала. Ако извадиме три, остануваат шест. Одговорот е шест. " * 3, "Cyrillic"),
        ("У кутији има девет оловака. Ако извадимо три, остаје шест. Одговор је шест. " * 3, "Cyrillic"),
        ("Трябва да намерим броя на целите буркани на рафта, затова умножаваме редовете по буркани. " * 4, "Cyrillic"),
        ("まず、1日の売上は 12 × 3 = 36 ユーロです。5日では 36 × 5 = 180 ユーロなので、答えは 180 です。" * 2, None),
        ("선반에 있는 온전한 병의 수를 구해야 합니다. 그래서 줄의 수와 병의 수를 곱하고 여섯을 뺍니다. " * 4, None),
        ("เราต้องหาจำนวนโหลที่ยังดีอยู่ ดังนั้น เรา คูณ แถว กับ โหล แล้ว ลบ หก ออก ได้ คำตอบ คือ สามสิบ " * 4, "Thai"),
        ("علينا أن نجد عدد الجرار السليمة على الرف، لذلك نضرب الصفوف في الجرار ثم نطرح ستة منها. " * 4, "Arabic"),
        ("We call the number かきくけこ here, and then the answer is that number of jars, so we take it. " * 4, None),
        ("Dus het antwoord is niet zes, want een van de potten wordt niet meegeteld, maar dan zijn er zes. " * 4, "nl"),
        ("Więc nie jest tak, że mamy sześć słoików, ale czyli przez cztery rzędy oraz dziewięć. " * 4, "pl"),
        ("Bu soru için bir rafta dört sıra ve dokuz kavanoz olur, yani bir çarpma ile bulunur. " * 4, "tr"),
        ("Hér eru fjórar raðir og níu krukkur, þannig að heildarfjöldinn verður þrjátíu. " * 6, "Latin"),
        (
            "Miles per hour, cents per mile: gas costs $3 per gallon, cashback $0.2 per gallon, so 14 per gallon. " * 3,
            None,
        ),
        ("Compute sum. Add seven. Multiply both sides. Divide by two. " * 2, None),  # terse, and too short to tell
        ("So let's see: x = 3. Then y = 4, since x + 1 = y. Thus z = 5. " * 6, None),
        ("x = 4 * 9", None),
    ],
)
def test_a_response_in_a_language_without_cues_says_so(text: str, language: str | None) -> None:
    assert other_language(text) == language
