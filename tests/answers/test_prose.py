"""What a text states that announces no answer: the tables are of the kinds that were misread."""

from __future__ import annotations

import pytest

from overthink.answers.find import final_answer
from overthink.text.thinking import find_thinking

Row = tuple[str, str, str | None]  # a question, a text, its answer

AMONG_NUMBERS: list[Row] = [
    (
        "Kim has 14 marbles and Jack has five times as many. How many do they have together?",
        "Jack has 5 * 14 = 70 marbles. Kim has 14, Jack 70, so together they have 84 marbles.",
        "84",
    ),
    (
        "A train leaves with 120 people. 35 get off. How many remain?",
        "120 people were on the train and 35 got off, so 85 remain on it after the 1st stop.",
        "85",
    ),
    (
        "A tank holds 60 liters and loses 4 liters an hour. When is it empty?",
        "At 4 liters per hour, the 60-liter tank will be empty after 15 hours.",
        "15",
    ),
    ("How much does each pay?", "Splitting the bill, each of the 4 friends pays $13.25.", "$13.25"),
    (
        "How many slices does each of the 6 children get of 3 pizzas with 8 slices?",
        "3 × 8 = 24 slices. 24 / 6 = 4. So each of the 6 children gets 4 slices from the 3 pizzas.",
        "4",
    ),
    (
        "What was the price before the 20% discount if it is now $64?",
        "Let p be the price. 0.8p = 64, so p = 80. Hence the price before the 20% discount was $80.",
        "$80",
    ),
    ("What percent?", "(12 / 48) × 100 = 25, so 25% of the 48 students walk.", "25%"),
]

IN_WORDS: list[Row] = [
    ("How many days are in a week?", "There are seven days in a week.", "seven"),
    (
        "How many vertices does a dodecahedron have?",
        "A dodecahedron has twenty vertices. Each of them joins three faces.",
        "twenty",
    ),
    (
        "What part of the cake is left if a quarter was eaten?",
        "Since a quarter was eaten, three quarters of the cake are left.",
        "three quarters",
    ),
    ("How many sides does a nonagon have?", "It has nine sides.", "nine"),
    ("What does it cost?", "It costs three hundred and fifty dollars.", "three hundred and fifty"),
    ("How many dogs are there?", "After counting the pets, we find there are twelve dogs.", "twelve"),
    ("Is 91 prime?", "91 = 7 * 13, so no, 91 is not a prime number.", "no"),
    (
        "Solve x = x + 1.",
        "Subtracting x gives 0 = 1, which is a contradiction. The equation has no solution.",
        "no solution",
    ),
]

WITH_WORDS: list[Row] = [
    ("How old is Tom now?", "So 3x = 36 and x = 12. Therefore, Tom is currently 12 years old.", "12 years old"),
    ("How many years ago was she born?", "37 - 23 = 14. Thus, Ella was born 14 years ago.", "14 years ago"),
    (
        "How much change does he get?",
        "$10 - $6.50 = $3.50. The clerk gives back $3.50 in change.",
        "$3.50 in change",
    ),
    ("How many books did they read?", "However, the number of distinct books is still 3.", "3"),
    ("What is the ring worth?", "After the increase the ring is worth $50.", "$50"),
    ("How much sugar?", "He needs 4 cups of sugar for the 3 cakes.", "4"),
    ("How tall is the tower now?", "The tower now stands exactly 45 meters tall.", "45"),
    ("How much does the boat weigh?", "In the end the boat weighs roughly 320 kg.", "320"),
    ("How many patients did Mr. Lee see?", "Adding up, Mr. Lee saw 24 patients before Mrs. Kay came.", "24"),
    ("How many cans go to St. Mary's?", "So 150 cans go to St. Mary's shelter.", "150"),
    ("How many dozens of cookies?", "60 / 12 = 5. So she needs 5 dozen cookies.", "5 dozen"),
]

CHAINS: list[Row] = [
    ("Force 12 N on 3 kg: acceleration?", "Using F = ma, a = F/m = 12/3 = 4 m/s^2.", "4 m/s^2"),
    ("Sum of digits of 2^10?", "2^10 = 1024, and 1+0+2+4 = 7.", "7"),
    ("x+1/x=4. x^2+1/x^2?", "Squaring, x^2 + 2 + 1/x^2 = 16, so x^2+1/x^2 = 14.", "14"),
    ("37-12, then plus 9?", "37 - 12 = 25, and 25 + 9 = 34.", "34"),
    ("What is 6 times 7?", "This is 6 times 7, which is 42.", "42"),
    ("How much are 4 quarters?", "4 quarters make 100 cents, which is $1.00.", "$1.00"),
    ("What fraction?", "The probability is 1/2 (that is, 0.5 or 50%).", "1/2"),
]

IN_BOLD: list[Row] = [
    ("Which city is the capital of Peru?", "It is **Lima** (about 10 million people).", "Lima"),
    ("What does Hg stand for?", "Hg stands for **mercury**, element 80 of the table.", "mercury"),
    ("Does the series converge?", "It has 7 terms above 1. The series **diverges**.", "diverges"),
    (
        "What gas do plants take up?",
        "Plants take it up from 2 sides: it is called **carbon dioxide**.",
        "carbon dioxide",
    ),
    ("How many moons has Mars?", "The moons of **Mars** are two: Phobos and Deimos, 2 small ones.", "2"),
    ("What is the area?", "The area of the **square** is 49.", "49"),
    ("Which planet is largest?", "**Note:** 8 planets were compared. The largest is **Jupiter**.", "Jupiter"),
]

DENIED: list[Row] = [
    ("How much is the bill?", "*Total: $42*\n\nThat is $40 plus $2 tax.", "$42"),
    ("How many pupils are in the class?", "Only 3 of the 28 pupils in the class are absent.", "28"),
    ("Which city hosts the court?", "The court was founded by Andrew Carnegie in **The Hague**.", "The Hague"),
    ("How many people came?", "There came 12, and not 30.", "12"),
    ("Which one is prime?", "Only 53 is prime; 51 and 57 are divisible by 3.", "53"),
    ("How many of the seats are free?", "Since 43 of the 60 seats are taken, 17 of the 60 are free.", "17"),
    ("How much does each pay?", "Each pays one third of $2.4 billion, i.e. $800 million.", "$800 million"),
    ("How old is the boy?", "So the boy is now 10 and his mother 40.", "10"),
    ("How many are green?", "There are 10 green ones, along with 30 red and 20 blue ones.", "10"),
    ("How long does it take?", "The gap closes after 2 hours. By that time the first has gone 140 km.", "2"),
    ("What is the remainder when 100 is divided by 7?", "We were at it at 3:30, and what is left over is 2.", "2"),
    ("Wie viel kosten sie?", "Zusammen kosten sie 36 €. Bei 3 Büchern wären es 48 €.", "36"),
    ("Solve 4t = 24.", "4t = 24, t = 6", "t = 6"),
]

IN_OTHER_WORDS: list[Row] = [
    (
        "Which of them has the largest solution?",
        "By its base of 3, it is **(B) 3(1 + r)^x = 7**.",
        "(B) 3(1 + r)^x = 7",
    ),
    ("Which planet is closest to the sun?", "**Mercury**", "Mercury"),
    (
        "Which ocean is the largest?",
        "The largest ocean is the Pacific Ocean, of 165 million square km.",
        "Pacific Ocean",
    ),
    (
        "Label: entailment, neutral or contradiction?",
        "It is neither neutral nor a contradiction.\n\nLabel: entailment",
        "entailment",
    ),
    ("Il numero 97 è primo? Rispondi sì o no.", "**Sì**, 97 non è divisibile per 7.", "Sì"),
    ("How much milk?", "You need a quarter of 2 cups: ½ cup of milk.", "½ cup of milk"),
    ("How many mm² are there?", "- 1 m = 1,000 mm\n- **1 m² = 1,000,000 mm²**", "1,000,000 mm²"),
    (
        "What is the next term?",
        "Four times each:\n\n| term | value |\n|--|--|\n| third | 32 |\n| **next** | **128** |",
        "128",
    ),
    ("How long will it take?", "Could you tell me how you travel? For example, 300 km take 3 hours.", None),
    ("How many pages are left?", "He read 210 pages. That leaves 70 pages, which would take him 2 days.", "70"),
    ("How many pieces are there?", "There are 8. Don't confuse this with lines, which give 7.", "8"),
    ("Czy 91 jest liczbą pierwszą?", "Nie, 91 = 7 · 13.", "Nie"),
    ("51 est-il premier ?", "Non, car 51 = 3 × 17.", "Non"),
    ("91 是质数吗？", "不是，91 = 7 × 13。", "不是"),
    ("¿Es 221 primo?", "Es 13 por 17. **No**, no lo es.", "No"),
    ("Who discovered radium?", "Radium was discovered by Marie Curie in 1898.", "Marie Curie"),
    ("Does the sum of 1/n^1.1 over n converge?", "Yes. It is a series with p = 1.1.", "Yes"),
]

CHOSEN: list[Row] = [
    ("Can you find 17 × 6?", "Yes, I can. 17 × 6 = 102.", "102"),
    ("Could you please compute the sum of 3 and 4 for me?", "Yes! 3 + 4 = 7.", "7"),
    ("What is 3 + 4?", "Sure! 7.", "7"),
    ("Can 3 divide 12?", "Yes, since 12 = 3 × 4.", "Yes"),
    (
        "Who finishes first, Alice or Bob?",
        "Alice needs 12 minutes and Bob needs 15 minutes. So Alice finishes first.",
        "Alice",
    ),
    (
        "On which day of the week does it fall?",
        "Counting 100 days from Tuesday, 100 mod 7 = 2, so it falls on a Thursday.",
        "Thursday",
    ),
    ("Which is larger, 2^30 or 3^20?", "3^20 = 3486784401 and 2^30 = 1073741824, so 3^20 is larger.", "3^20"),
    (
        "Can the rope of 20 m reach the ground from 18 m?",
        "Yes. The rope is 20 m long, and only 18 m are needed.",
        "Yes",
    ),
    (
        "Is the statement true or false: every square is a rectangle?",
        "A rectangle has 4 right angles, as a square does. The statement is true.",
        "true",
    ),
    ("Is it enough?", "3 tickets cost 36 dollars. Yes, it is enough, with 4 dollars left.", "Yes"),
]

BEFORE_MORE: list[Row] = [
    (
        "How many apples are left?",
        "5 - 2 = 3, so 3 apples are left.\n\n| step | apples |\n|---|---|\n| start | 5 |\n| eaten | 2 |\n",
        "3",
    ),
    (
        "What is the area?",
        "The area is 6 * 4 = 24 square meters.\n\nTip: For rectangles, multiply 2 sides, never 3.",
        "24 square meters",
    ),
    ("How far is it?", "The distance is 150 km.\n\nBonus fact: sound would need about 437 seconds for it!", "150 km"),
    ("What is the cost?", "Total cost = $45.\n\nWould you like to see 2 other ways to solve it?", "$45"),
    ("What is the speed?", "24 minutes = 0.4 h, and 4 / 0.4 = 10. The speed is 10 km/h, 6 minutes per km.", "10"),
    ("How many?", "There are 242 pages. Sorry, that's off: there are 252 pages.", "252 pages"),
    ("What is it?", "18*10=180\n180*5=900\n900", "900"),
    ("What is the mean?", "So the mean is 7.\n\nCheck: 7 * 5 = 35 ✓", "7"),
    ("What is 15% of 80?", "12. To get it, multiply 80 by 0.15.", "12"),
    ("How many legs?", "**24 legs**\n\nEach of the 6 dogs has 4 legs, and 6 × 4 = 24.", "24 legs"),
    ("How many?", "They sold 48 tickets in total: 30 on Monday and 18 on Tuesday.", "48"),
    (
        "What is the total?",
        "The total comes to $63 for everyone. That is 7 people paying 9 dollars each, as computed above.",
        "$63",
    ),
    ("How many?", "There are 5 groups of 8, so 45. Wait, 5 × 8 is 40, not 45. So there are 40 in all.", "40 in all"),
    ("What does it print?", "```python\nprint(sum(range(5)))\n```\nOutput:\n```\n10\n```", "10"),
    (
        "How much is it?",
        "**Step 1:** 3 × 4 = 12\n**Step 2:** 12 + 5 = 17\n**Conclusion**\nThe bill is **$17** before the 10% tip.",
        "$17",
    ),
]

NONE: list[Row] = [
    ("Find k.", "I'm sorry, but I cannot determine the value of k without the picture.", None),
    (
        "Find the area of ACD.",
        "**4. Compute**\n* We use this.\n\n**5. Calculate the Area**\n\n* Once you have CD, put it into the formula.",
        None,
    ),
]

SEVERAL: list[Row] = [
    ("Solve x^2 - x - 6 = 0.", "Factoring gives (x-3)(x+2) = 0, so x = 3 or x = -2.", "x = 3 or x = -2"),
    ("How many cats and how many dogs?", "So there are 12 cats and 8 dogs.", "12 cats and 8 dogs"),
    ("How long?", "So it takes 1 hour and 20 minutes to paint the 2 walls.", "1 hour and 20 minutes"),
    ("What is the ratio of boys to girls?", "There are 15 boys and 20 girls, so the ratio is 3:4.", "3:4"),
    ("For which x?", "The inequality holds when x is greater than 3, i.e. for x > 3.", "for x > 3"),
]

LANGUAGES: list[Row] = [
    ("Wie viele Äpfel bleiben?", "Sie hatte 12 Äpfel und gab 5 weg, es bleiben also 7 Äpfel übrig.", "7"),
    ("Combien coûtent les 4 livres ?", "Chaque livre coûte 6 €, donc les 4 livres coûtent 24 €.", "24"),
    ("¿Cuántos años tiene Ana?", "Por lo tanto, Ana tiene 18 años y su hermano 12.", "18"),
    ("小明还剩多少个苹果？", "小明有 12 个苹果，吃了 5 个，所以还剩 7 个苹果。", "7"),
]

ROWS = [
    *IN_BOLD,
    *DENIED,
    *IN_OTHER_WORDS,
    *AMONG_NUMBERS,
    *IN_WORDS,
    *WITH_WORDS,
    *CHAINS,
    *CHOSEN,
    *BEFORE_MORE,
    *NONE,
    *SEVERAL,
    *LANGUAGES,
]


@pytest.mark.parametrize(("question", "text", "answer"), ROWS)
def test_the_sentence_and_the_value_that_answer_are_taken(question: str, text: str, answer: str | None) -> None:
    response = f"<think>\nLet me see.\n</think>\n\n{text}"
    found = final_answer(response, find_thinking(response), question=question)
    assert (found and response[slice(*found.span)]) == answer


ROPE = "A rope of 36 m is cut into 4 equal pieces. How long is each?"


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (ROPE, "Answer: The rope is 36 m long. It is cut into 4 pieces, so each piece is 9 m long.", "9 m long"),
        (ROPE, "**Answer:** We have 36 m of rope and 4 pieces. We divide, thus each piece has 9 m.", "9"),
        (ROPE, "Answer: Each piece is 9 m long. There are 36 m of rope, so 4 pieces can be made.", "9 m long"),
        (ROPE, "Answer: 9 m. There are 36 m of rope, so 4 pieces can be made.", "9 m"),
        ("How many packs of 6 are 42 pens?", "Answer: There are 42 pens. Each pack holds 6, so we have 7 packs.", "7"),
    ],
)
def test_a_label_before_what_is_given_announces_what_that_comes_to(question: str, text: str, answer: str) -> None:
    response = f"<think>\nLet me see.\n</think>\n\n{text}"
    found = final_answer(response, find_thinking(response), question=question)
    assert found is not None
    assert response[slice(*found.span)] == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The squares are 16, 25, 36. So 3 of them.\n\nAnother way: 3^2 = 9 is too small. 7^2 = 49 is too large.", "3"),
        ("With 4 rows there are 24 seats. 5 rows are too big.", "24 seats"),
        ("With 4 rows there are 24 seats. That is too small, so there are 5 rows and 30 seats.", "30"),
    ],
)
def test_a_value_that_is_called_wrong_is_none(text: str, answer: str) -> None:
    found = final_answer(text, find_thinking(text), question="How many seats are there?")
    assert found is not None
    assert text[slice(*found.span)] == answer


CUT_OFF: list[tuple[str, str | None]] = [
    ("3 gallons are 3 × 4 = **12 liters**.\n\nIf you need it for other gallons, the factor is 5, so", "12 liters"),
    ("So the larger one is 46. To check, we compute 45 + 46 = 9", "46"),
    ("There are 3 rows. Each has 4 chairs, so", "7"),
]


@pytest.mark.parametrize(("text", "answer"), CUT_OFF)
def test_before_a_break_only_what_is_concluded_or_in_bold_is_an_answer(text: str, answer: str | None) -> None:
    response = f"<think>\nThat makes 7.\n</think>\n\n{text}"
    found = final_answer(response, find_thinking(response), cut_off=True)
    assert (found and response[slice(*found.span)]) == answer
