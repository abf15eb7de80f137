from __future__ import annotations

import pytest

from overthink.solutions.asked import asked_words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Ann has 4 boxes. How many apples does Ann have left?", "ann apples left"),
        ("Let $x+y=5$. Find $x$.", "x"),
        ("Compute the sum of the roots. Give reasons.", "sum roots"),
        ("", ""),
        ("Anna hat 4 Kisten und 6 Äpfel sind faul. Wie viele Äpfel sind noch übrig?", "äpfel still left"),
        ("Bestimme den Wert von $n$, für den die Summe 5 ist.", "n total"),
        ("Un magasin a 4 caisses. Combien de pommes y a-t-il au total ?", "pommes total"),
        ("Trouvez la valeur de $n$ pour que la somme des racines soit 5.", "n racines total"),
        ("Una tienda tiene 4 cajas. ¿Cuántas manzanas hay en total?", "manzanas total"),
        ("Un negozio ha 4 casse. Quante mele ci sono in totale?", "mele total"),
        ("Uma loja tem 4 caixas. Quantas maçãs há ao todo?", "maçãs total"),
        ("На полке 4 ряда по 9 банок. Сколько целых банок осталось?", "банок left целых"),
        ("架子上有4排罐子，每排9个，其中6个坏了。罐子一共有多少个？", "total 子 罐"),
        ("求 $x$ 的值。", "x"),
        ("4つの箱があります。リンゴは全部で何個ありますか？", "リンゴ"),
        ("상자가 4개 있습니다. 사과는 모두 몇 개입니까?", "사과"),
    ],
)
def test_the_last_request_tells_what_is_asked_in_each_language(question: str, words: str) -> None:
    assert asked_words(question) == frozenset(words.split())
