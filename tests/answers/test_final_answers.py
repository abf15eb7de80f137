"""The final answer is what a careful reader would take, kind by kind; look-alikes are read as before."""

from __future__ import annotations

import pytest

from overthink.answers.find import final_answer
from overthink.text.thinking import find_thinking

THOUGHT = "<think>\nLet me see. I count them all.\n</think>\n\n"


def answer_of(text: str, thought: str = THOUGHT, *, cut_off: bool = False) -> str | None:
    response = thought + text
    span = final_answer(response, find_thinking(response), cut_off)
    return span and response[slice(*span)]


WRAPPED = [
    ("<answer>7</answer>", "7"),
    ("<ANSWER>\n 7 \n</ANSWER>", "7"),
    ('<answer format="number">7</answer>', "7"),
    ("<Answer>The 3 boxes hold 4 + 5 = 9</Answer>", "9"),
    (r"<answer>\boxed{7}</answer> I hope this helps with all 12 of them!", "7"),
    ("<answer>$x^2+1$</answer>\nAsk me about the other 4 tasks.", "$x^2+1$"),
    ("Working: 3 + 4 = 7.\n<answer>7</answer>\n<confidence>95</confidence>", "7"),
    ("I first thought <answer>6</answer>, but in the end:\n<answer>7</answer>", "7"),
    ("<answer>7", "7"),
    ("<answer>(B)</answer>", "(B)"),
    ("<answer>B. 15</answer>", "B. 15"),
    ("<final_answer>7</final_answer> Anything else, 1 or 2 more?", "7"),
    ("<Output>7</Output>\nThese were 3 steps.", "7"),
    ("<response>The answer is 7.</response>", "7"),
    ("<|begin_of_solution|>\n\nTwo times 3 is 6, and 1 more is 7.\n\n**7**\n\n<|end_of_solution|>", "7"),
    ("<|begin_of_answer|>7<|end_of_answer|> 3", "7"),
    ("It is <|begin_of_box|>7<|end_of_box|>, in 3 steps.", "7"),
    (r"Of 9, <|begin_of_box|>\frac{4}{9}<|end_of_box|> are red.", r"\frac{4}{9}"),
    (r"\framebox{7} is what 3 of us got", "7"),
    (r"\framebox[3cm][c]{7} is what 3 of us got", "7"),
    (r"\fbox{7} is what 3 of us got", "7"),
    (r"$\bbox[border: 2px solid]{7}$ is what 3 of us got", "7"),
    (r"$\boxed 7$ is what 3 of us got", "7"),
    (r"$\colorbox{yellow}{7}$ is what 3 of us got", "7"),
    (r"boxed{7} is what 3 of us got", "7"),
    ("$\x08oxed{7}$ is what 3 of us got", "7"),  # "\b" of JSON that was not escaped
    ("The answer tags are missing: 7", "7"),
    ("In <b>all</b> there are <b>7</b>", "7"),
]


NEXT_TURNS = [
    f"The answer is 7.{end}"
    for end in (
        "<end_of_turn>\n<start_of_turn>user\nAnd 9 + 9?",
        "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnd 9 + 9?",
        "<|im_end|>\n<|im_start|>user\nThe answer is 18.",
        "<｜end▁of▁sentence｜><｜User｜>Is the answer 18?",
        "<|user|>\nThe answer is 18.",
        "</s>[INST] The answer is 18. [/INST]",
        " [INST] The answer is 18. [/INST] 18",
        "<|return|>",
        "<|end|><|start|>assistant The answer is 18.",
        "<|endoftext|>The answer is 18.",
        "<|END_OF_TURN_TOKEN|><|USER_TOKEN|>The answer is 18.",
        "[|endofturn|]\n[|user|]The answer is 18.",
        "<|observation|>The answer is 18.",
        "<|eom_id|>The answer is 18.",
        "<|eot|><|header_start|>user<|header_end|>The answer is 18.",
        "<eos>The answer is 18.",
        "<turn|>\n<|turn>user\nThe answer is 18.",
        "<seed:eos>The answer is 18.",
        "<|endofassistant|>The answer is 18.",
        "<|role_end|><role>HUMAN</role>The answer is 18.",
        "<extra_id_1>User\nThe answer is 18.",
        "<SPECIAL_12>\nThe answer is 18.",
        "[e~[\n]~b]user\nThe answer is 18.",
        "\n\nHuman: The answer is 18?",
        "\n\nUser: And what is 9 + 9? The answer is 18.",
        "\n\nQuestion: What is 9 + 9?\nThe answer is 18.",
        "\n\nQ: What is 9 + 9?\nA: The answer is 18.",
        "\n\nProblem 2: What is 9 + 9?\n\nThe answer is 18.",
        "\n\nProblem:\nWhat is 9 + 9?\n\nSolution: The answer is 18.",
        "\n\n### Question 2\nWhat is 9 + 9?\n\nThe answer is 18.",
        "\n\n**Question:** What is 9 + 9?\n\n**Answer:** 18",
        "\n\n### Instruction:\nWhat is 9 + 9?\n\n### Response:\nThe answer is 18.",
        "\n\nExercise 4. What is 9 + 9? The answer is 18.",
    )
] + [
    "<|assistant|>\nThe answer is 7.<|user|>The answer is 18.",
    "<|im_start|>assistant\nThe answer is 7.<|im_end|>",
    "<|start_header_id|>assistant<|end_header_id|>\n\nThe answer is 7.<|eot_id|>",
    "Question: What is 3 + 4?\nThe answer is 7.",
    "**Question:** What is 3 + 4?\n\n**Answer:** 7",
    "Q: What is 3 + 4?\nA: The answer is 7.",
    "Problem 2 of the sheet asks for 3 + 4.\n\nThe answer is 7.",
    "We use |x|<|y|>3 here. The answer is 7.",
    "A first look says the answer is 6.\nQuestions of rounding remain: it is more.\nThe answer is 7.",
]


BOXES = [
    (r"So \boxed{7} of them.\n\n#### Check 2\n\n3 + 4 = 7".replace(r"\n", "\n"), "7"),
    ("\\boxed{7}\n\n#### 2. Verification\n\n3 + 4 = 7", "7"),
    ("\\boxed{7}\n\n#### Step 3: Round\n\nNothing to do.", "7"),
    ("\\boxed{7}\n\nNote: the final answer is given to 2 decimals.", "7"),
    ("\\boxed{7}\n\n*Note*: the answer is an integer, as the final answer must be between 0 and 999.", "7"),
    ("\\boxed{7}\n\nConfidence in this final answer: 90%", "7"),
    ("\\boxed{7}\n\nConfidence: 90%", "7"),
    ("\\boxed{7}\n\n**Confidence in the answer:** 90 %", "7"),
    ("\\boxed{7}\n\nRounded to 2 decimals, the answer is 7.00.", "7"),
    ("\\boxed{7}\n\nThe final answer is correct, since 3 + 4 gives 7 and 7 - 4 gives 3.", "7"),
    ("\\boxed{7}\n\nVerification: 7 - 4 gives \\boxed{3}, as it should.", "7"),
    ("\\boxed{7}\n\n**Check:**\n\n$7 - 4 = \\boxed{3}$ ✓", "7"),
    ("The area is $\\boxed{7}$ (from the outer circle one would get $\\boxed{28}$, which is wrong).", "7"),
    ("The area is $\\boxed{7}$. It is not $\\boxed{28}$.", "7"),
    ("The area is $\\boxed{7}$, rather than $\\boxed{28}$.", "7"),
    ("The area is $\\boxed{7}$. An answer of $\\boxed{28}$ would be incorrect.", "7"),
    ("First, \\boxed{3} red ones.\n\nWith the 4 blue ones that makes \\boxed{7}.", "7"),
    ("The sum is \\boxed{x + 4}, and so the option is C.\n\n**Answer: C**", "C"),
    ("We get \\boxed{x^2 + 4}.\n\nFINAL ANSWER: C", "C"),
    ("We get \\boxed{x^2 + 4}.\n\nThe correct answer is (C).", "C"),
    ("We get \\boxed{3} for the first part.\n\nFinal answer: 7", "7"),
    ("We get \\boxed{3} for the first part.\n\n#### 7", "7"),
    ("We get \\boxed{3} for the first part.\n\n**Final Answer**: $7$", "7"),
    ("\\boxed{7} Final Answer: the value is 8.", "8"),
    ("x is \\boxed{3}, and y is \\boxed{4}", "4"),
    (r"$\boxed{3}$ and $\boxed{4}$", r"\boxed{3}$ and $\boxed{4}"),
    ("The answer is not 12 but \\boxed{7}.", "7"),
    ("Is it \\boxed{3}? No: \\boxed{7}.", "7"),
]


HASHES = [
    ("#### 7", "7"),
    ("3 + 4 = 7\n#### 7 hens", "7 hens"),
    ("#### **7**", "7"),
    ("#### $7", "$7"),
    ("#### 1,234", "1,234"),
    ("#### -7.5", "-7.5"),
    ("#### 3/4", "3/4"),
    (r"#### $\frac{3}{4}$", r"\frac{3}{4}"),
    ("#### B", "B"),
    ("#### Step 1: Count\nThere are 3.\n#### Step 2: Add\n3 + 4 = 7 hens", "3 + 4 = 7 hens"),
    ("#### 1. Count\nThere are 3.\n#### 2. Add\nSo there are 7 hens.", "7 hens"),
    ("#### Answer: 7\n\nDone in 2 steps.", "7"),
    ("#### Final Answer\n\n7\n\nDone in 2 steps.", "7"),
    ("#### Final Answer: **7**\n\nDone in 2 steps.", "7"),
    ("#### Conclusion\nThere are **7** hens.", "7"),
]


SENTENCES = [
    ("So Ann pays **$7**.\n\nLet me know if you have 1 more task!", "$7"),
    ("So Ann pays $7.\n\nFeel free to send me the other 3 tasks.", "$7"),
    ("So Ann pays $7.\n\nI hope this helps! If you have 2 more questions, just ask.", "$7"),
    ("So Ann pays $7.\n\nWould you like me to solve part 2?", "$7"),
    ("There are 7 hens.\n\nVerification: 7 × 3 = 21 and 21 - 1 = 20. ✓", "7 hens"),
    ("There are 7 hens.\n\n**Check:** 7 × 3 = 21 and 21 - 1 = 20.", "7 hens"),
    ("There are 7 hens.\n\n### Verification\n\n- 7 × 3 = 21\n- 21 - 1 = 20 ✓", "7 hens"),
    ("There are 7 hens.\n\nTo check: 7 times 3 is 21, less 1 is 20.", "7 hens"),
    ("There are 7 hens.\n\nLet's verify: 7 times 3 is 21, less 1 is 20.", "7 hens"),
    ("**Check:** 3 × 3 = 9.\n\nThus, there are 7 hens.", "7 hens"),
    ("It is 3.14 m.\n\nNote: rounded to 2 decimals.", "3.14 m"),
    ("It is 3.14 m (rounded to 2 decimals).", "3.14 m"),
    ("It is about 3.14 m, to 2 decimal places.", "3.14 m"),
    ("There are 7 hens.\n\nReferences:\n[1] Euclid, book 5, 300 BC.", "7 hens"),
    ("**Final Answer:** After 3 days, he has 7 hens.", "7"),
    ("Final Answer: In the 3 weeks he sold 7 hens.", "7"),
    ("Answer: Each of the 4 boys gets 7 marbles.", "7"),
    ("Answer: He needs 7 buses for 280 pupils.", "7"),
    ("Answer: The 3 friends ate 7 pies.", "7"),
    ("Answer: Ann has 7 more than Bob.", "7"),
    ("**Answer:** There are **7 hens** in total.", "7 hens"),
    ("**Answer:** There are **7** hens in all 3 barns.", "7"),
    ("**Answer: There are 7 hens in all 3 barns.**", "7"),
    ("The answer is **7** in 3 ways.", "7"),
    ("The answer is 7 in all 3 cases.", "7"),
    ("The answer is 7, because 3 + 4 = 7.", "7"),
    ("The answer is 7 since 10 - 3 is 7.", "7"),
    (
        "Answer: Tim picked 21 plums. Eva picked 4 × 21 = 84 plums.\n\nThus, Eva picked **84 plums**.",
        "84 plums",
    ),
    ("Answer: Tim picked 21 plums. Eva picked 4 times as many. So Eva picked 84 plums.", "84"),
    ("Answer: Eva picked 84 plums. Each of the 4 bags holds 21.", "84"),
    (
        "Eva picked **84** plums.\n\nExplanation: 4 bags hold 21 each, and 4 bags are full, so none of the 4 is left.",
        "84",
    ),
    ("So she picked 84 plums in 3 days.", "84"),
    ("It takes him 5 hours to read 20 pages.", "5"),
    ("The sum is 20 + 64 = 84.", "84"),
    ("So $x = 3$ or $x = -2$.", "$x = 3$ or $x = -2$"),
    ("So x = 3 or x = -2.", "x = 3 or x = -2"),
    ("The answer is 2×5!×5! = 28,800.", "2×5!×5! = 28,800"),
    ("So the number of ways is 2×5!×5! = 28,800.", "28,800"),
    ("The answer is 5!×4!.", "5!×4!"),
    ("The answer is 7! That was easy.", "7"),
    ("In total it is 1.5 million people.", "1.5 million people"),
    ("The answer is 1.5 million people.", "1.5 million people"),
    ("So the trip takes 2 hours and 30 minutes.", "2 hours and 30 minutes"),
    ("So the trip takes **2 hours and 30 minutes**.", "2 hours and 30 minutes"),
    ("Final Answer: The trip takes 2 hours and 30 minutes.", "2 hours and 30 minutes"),
    ("She leaves at 4:30 p.m. today.", "4:30 p.m."),
    ("The ratio of them is 3:4.", "3:4"),
    ("So 3/4 of them are red.", "3/4"),
    ("So 40% of the 20 hens are red.", "40%"),
    ("The probability is 1 in 6.", "1 in 6"),
    ("m + n = 17", "m + n = 17"),
    ("Therefore, m + n = 17.", "17"),
    ("The answer is m + n = 17.", "m + n = 17"),
    ("**Final answer: m + n = 17**", "m + n = 17"),
    ("The largest of the 5 numbers is *7*.", "7"),
    ("`7` is what it prints.", "7"),
    ("The answer is `7`.", "7"),
    ("| hens | cows |\n|---|---|\n| 3 | 4 |\n\nTotal: 7", "7"),
]


WORDS = [
    (
        "One case is left.\n\n### ✅ Final Answer:\n**Zoe is a fool, and Max is a sage**.",
        "Zoe is a fool, and Max is a sage",
    ),
    ("One of 3 cases is left.\n\nAnswer: Zoe is a fool, and Max is a sage.", "Zoe is a fool, and Max is a sage"),
    ("One of 3 cases is left.\n\nFinal answer: It will rain.\n\nI hope this helps!", "It will rain"),
    ("Answer: The problem asks for hens. There are 3 and 4 of them.\n\nSo there are 7 hens.", "7 hens"),
    ("Answer: The problem asks for hens.\n\nThere are 7 hens.", "7 hens"),
]


LETTERS = [
    ("Hence option C is correct.", "C"),
    ("Therefore, choice (C) is the right one.", "C"),
    ("So the correct option is (C).", "C"),
    ("The best answer is C because it is larger than 3.", "C"),
    ("The right choice is **C**.", "C"),
    ("The correct answer is option C.", "C"),
    ("The correct answer is (C) 15.", "C"),
    ("The answer is C, not D.", "C"),
    ("I would choose C.", "C"),
    ("We therefore select option C.", "C"),
    ("It is 12 in all, so C.", "C"),
    ("A is wrong, since 3 < 4. B is wrong, too, so C.", "C"),
    ("A, B and D can be ruled out. That leaves C.", "C"),
    ("**C**", "C"),
    ("(C)", "C"),
    ("Adding 3 and 4 gives 7.\n\nC", "C"),
    ("Adding 3 and 4 gives 7.\n\n**(C)**", "C"),
    ("C. 15", "C. 15"),
    ("C: Grand larceny", "C: Grand larceny"),
    ("C) Grand larceny", "C) Grand larceny"),
    ("Adding 3 and 12 gives 15.\n\nC. 15", "C. 15"),
    ("**C. 15**\n\nAdding 3 and 12 gives it, as the other 3 do not.", "C. 15"),
    ("Answer: C. 15", "C. 15"),
    ("Answer: C) 15", "C) 15"),
    ("Answer: (C)", "(C)"),
    ("**Answer: C**\n\nThe other 3 are too small.", "C"),
    ("The answer is C.\n\nA is too small by 3.", "C"),
    ("Option A is wrong. Option B is wrong. Option C is correct. Option D is wrong.", "C"),
    ("The answer is A and C", "A and C"),
    ("The answer is a square with 4 sides.", "4"),
    ("Option A costs $5, so she saves 7 dollars.", "7"),
    ("I have 7 of them, as I said.", "7"),
    ("So I get 7.", "7"),
    ("Point C is 7 away.", "7 away"),
]


CUT_OFF = [
    (r"We first take 30 \times 12 = 360 and then", "19"),
    (r"Each side \( A_iA_{i+1} \) is \( \sqrt{(x_i + x'", "19"),
    ("There are 5 red and 14 blue, so that 5", "19"),
    (r"So it is \boxed{20}. To see this, we first take 30 times", "20"),
    ("The answer is 20. To see this, we first take 30 times", "20"),
    (r"**Step 1** We have 12.\n\nSo the answer is 1".replace(r"\n", "\n"), "19"),
]


FOREIGN = [
    ("Die Antwort ist 7. Wir haben 3-mal gezählt.", "7"),
    ("Das Ergebnis beträgt 7 cm. Wir haben 3-mal gezählt.", "7 cm"),
    ("Die Lösung lautet $x = 7$, nach 3 Schritten.", "x = 7"),
    ("La réponse finale est 7. On a compté 3 fois.", "7"),
    ("Le résultat est donc de 7 euros. On a compté 3 fois.", "7 euros"),
    ("La respuesta correcta es 7. Contamos 3 veces.", "7"),
    ("El resultado es 7. Contamos 3 veces.", "7"),
    ("La risposta corretta è 7. Abbiamo contato 3 volte.", "7"),
    ("Il risultato è 7. Abbiamo contato 3 volte.", "7"),
    ("A resposta final é 7. Contamos 3 vezes.", "7"),
    ("O resultado é 7. Contamos 3 vezes.", "7"),
    ("Het antwoord is 7. We telden 3 keer.", "7"),
    ("Svaret är 7. Vi räknade 3 gånger.", "7"),
    ("Svaret er 7. Vi talte 3 gange.", "7"),
    ("Odpowiedź: 7. Liczyliśmy 3 razy.", "7"),
    ("Odpověď je 7. Počítali jsme 3krát.", "7"),
    ("Правильный ответ: 7. Мы считали 3 раза.", "7"),
    ("Ответ равен 7. Мы считали 3 раза.", "7"),
    ("Відповідь: 7. Ми рахували 3 рази.", "7"),
    ("Cevap 7'dir. 3 kez saydık.", "7"),
    ("Răspunsul este 7. Am numărat de 3 ori.", "7"),
    ("Vastaus: 7. Laskimme 3 kertaa.", "7"),
    ("答案是 7 个。一共算了 3 次。", "7 个"),
    ("最终答案：7。一共算了 3 次。", "7"),
    ("因此,正确答案为 **7**。一共算了 3 次。", "7"),
    ("故选 C。一共 4 个选项。", "C"),
    ("所以应选 C。一共 4 个选项。", "C"),
    ("答えは 7 です。3 回数えました。", "7"),
    ("答えは7個です。3 回数えました。", "7個"),
    ("答えは 7 となります。3 回数えました。", "7"),
    ("したがって、正解はCです。選択肢は 4 つあります。", "C"),
    ("정답은 7입니다. 3 번 세었습니다.", "7"),
    ("답은 7 유로입니다. 3 번 세었습니다.", "7 유로"),
    ("따라서 정답은 C입니다. 보기는 4 개입니다.", "C"),
    ("उत्तर 7 है। हमने 3 बार गिना।", "7"),
    ("الإجابة هي 7. عددنا 3 مرات.", "7"),
    ("Câu trả lời là 7. Chúng tôi đếm 3 lần.", "7"),
    ("Jawabannya adalah 7. Kami menghitung 3 kali.", "7"),
    ("คำตอบคือ 7\nนับ 3 ครั้ง", "7"),
]


@pytest.mark.parametrize(("text", "answer"), WRAPPED)
def test_what_wraps_an_answer_is_taken_off(text: str, answer: str) -> None:
    assert answer_of(text) == answer


@pytest.mark.parametrize("text", NEXT_TURNS)
def test_the_next_turn_or_question_belongs_to_another_answer(text: str) -> None:
    assert answer_of(text) == "7"


@pytest.mark.parametrize(("text", "answer"), BOXES)
def test_the_last_box_that_states_an_answer_counts(text: str, answer: str) -> None:
    assert answer_of(text) == answer


@pytest.mark.parametrize(("text", "answer"), HASHES)
def test_four_hashes_before_a_value_announce_it_and_before_words_make_a_heading(text: str, answer: str) -> None:
    assert answer_of(text) == answer


@pytest.mark.parametrize(("text", "answer"), SENTENCES)
def test_a_sentence_says_which_of_its_values_is_the_answer(text: str, answer: str) -> None:
    assert answer_of(text) == answer


@pytest.mark.parametrize(("text", "answer"), WORDS)
def test_words_that_are_announced_and_hold_no_value_are_an_answer(text: str, answer: str) -> None:
    assert answer_of(text) == answer


@pytest.mark.parametrize(("text", "answer"), LETTERS)
def test_the_letter_of_an_option_is_found(text: str, answer: str) -> None:
    assert answer_of(text) == answer


@pytest.mark.parametrize(("text", "answer"), CUT_OFF)
def test_a_final_text_that_broke_off_leaves_the_answer_of_the_thinking(text: str, answer: str) -> None:
    assert answer_of(text, "<think>\nSo the answer is 19.\n</think>\n\n", cut_off=True) == answer


@pytest.mark.parametrize(("text", "answer"), FOREIGN)
def test_answers_in_other_languages_are_found_without_their_particles(text: str, answer: str) -> None:
    assert answer_of(text) == answer
