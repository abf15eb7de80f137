from __future__ import annotations

import pytest

from overthink.solutions.asked import asked_chains, asked_words
from overthink.text.markup import plain


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


@pytest.mark.parametrize(
    ("question", "text", "chains"),
    [
        ("Compute 17*23.", "17*20 = 340, 17×3 = 51, so 17 * 23 = 391. Hmm", ["391"]),
        ("What is $AB + A$?", r"\(AB + A = (3)(4) + 3 = 15\), so A = 3", ["(3)(4) + 3 = 15"]),
        ("What is the 5th term, $a_5$?", "So a_5 = 89. And f(a_5) = 3.", ["89"]),
        ("What is $x$ if $2x=10$?", "2x = 10 and y + x = 7 and f(x) = 3. So x = 5.", ["5"]),
        (r"Find $\theta + 2 \phi,$ in radians.", r"θ + 2φ = 0.774, or \theta + 2\phi is \pi/4", ["0.774", "π/4"]),
        (r"What is $\cos\theta$?", r"\cos\theta = 1/2, cos(θ) = .5, θ = 60", ["1/2", ".5"]),
        (r"Evaluate $\frac{7}{8}+\frac{1}{4}$.", r"\frac{7}{8}+\frac{1}{4} = \frac{9}{8}", ["9/8"]),
        (r"Compute $\sqrt{120\cdot 3}$.", "√(120*3) = √360 = 6√10.", ["√360 = 6√10"]),
        (r"What is the length of $\overline{CD}$?", "so CD = 5 and ACD = 7", ["5 and acd = 7"]),
        ("Find $x^2$.", "x² = 9; x^2 = 9; 3x^2 = 27", ["9", "9"]),
    ],
)
def test_chains_of_equations_begin_with_what_is_asked(question: str, text: str, chains: list[str]) -> None:
    found = asked_chains(question)
    assert found is not None
    assert [chain[1] for chain in found.finditer(plain(text, 0, len(text)).text)] == chains


@pytest.mark.parametrize("question", ["", "How many apples are left?", "Find the 3 numbers.", "Solve $x = 5$."])
def test_a_question_without_an_expression_has_no_chains(question: str) -> None:
    assert asked_chains(question) is None


@pytest.mark.parametrize("piece", ["a", "$", "\\(", "(", "$x$ ", "1 + ", "\\"])
def test_a_long_question_makes_a_short_pattern(piece: str) -> None:
    found = asked_chains("Find " + piece * 20_000 + "?")
    assert found is None or len(found.pattern) < 4_000
    found = asked_chains("Find " + ", ".join(f"$x_{{{k}}}$" for k in range(20_000)))
    assert found is not None
    assert len(found.pattern) < 4_000
