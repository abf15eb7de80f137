from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.answers.compare import same_cheaply
from overthink.answers.find import final_answer, quoted_answer
from overthink.text.thinking import find_thinking
from tests.growth import grows_linearly, run_of


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"First \boxed{4}. No, wait.\n\n**Final Answer**\n\boxed{6}", "6"),
        (r"\boxed{3} is a guess. Then \boxed{4}", "4"),
        (r"The roots are \boxed{1} and \boxed{2}.", r"\boxed{1} and \boxed{2}"),
        (r"\boxed{1}, \boxed{1}", "1"),
        (r"\boxed{7} Final Answer: the value is 8.", "8"),
        ("So the answer is 12 cm.", "12 cm"),
        ("The answer is $x+1$, as wanted.", "x+1"),
        ("Final answer: **42**", "42"),
        ("... 5 - 2\n#### 3", "3"),
        ("We add 2 + 3 = 5.", "5"),
        ("So 9 pens. The sum:\n\n**Total**: 2 + 3 + 4 = **9**", "9"),
        ("$4$ is our answer, since 5 is odd.", "4"),
        ("所以答案是 7。", "7"),
        ("因此他一共有 **15 个**苹果。", "15 个"),
        ("La respuesta es 9.", "9"),
        ("Die Antwort lautet 3,5.", "3,5"),
        ("Ответ: 17.", "17"),
        ("She pays $12 and keeps $30.", "$30"),
        (r"\frac{3}{4}", r"\frac{3}{4}"),
        ("12 apples", "12 apples"),
        ("Nobody knows.", "Nobody knows."),
    ],
)
def test_the_final_answer_is_boxed_stated_or_last(text: str, answer: str) -> None:
    assert quoted_answer(text) == answer


@pytest.mark.parametrize(
    ("thinking", "answer"),
    [
        ("So the answer is B.\n\nNow consider the possibility that the answer is C: manslaughter. Could it be", "B"),
        ("The answer is 14.\n\nLet me check whether the correct answer is 15 instead, since", "14"),
        ("The answer is 14. If the final answer: 15 was meant, the text would", "14"),
        ("Suppose the answer is 15. Then 15 + 1 = 16. No. So the answer is 14. Let me", "14"),
        ("La réponse est 14. Mais si la réponse est 15, alors", "14"),
        ("所以答案是 14。如果答案是 15，那么", "14"),
        ("The answer is 14. If I am right, the answer is 15 for the next row, and", "15"),
        ("The answer is 14. No: I see that the answer is 15. So", "15"),
        ("The answer is 14. Perhaps the answer is 15. So", "15"),
    ],
)
def test_an_answer_that_is_only_thought_of_is_none(thinking: str, answer: str) -> None:
    response = f"<think>\n{thinking}"
    found = final_answer(response, find_thinking(response), cut_off=True)
    assert found is not None
    assert response[slice(*found.span)].startswith(answer)


@pytest.mark.parametrize("text", ["", "   \n", "<think>hm</think>"])
def test_a_text_without_an_answer_has_none(text: str) -> None:
    assert quoted_answer(text) == ""


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        (r"<think>\boxed{4}, or 5</think>The answer is 6.", "6"),
        (r"<think>\boxed{4}, or 5</think>", "4"),
        (r"<think>it may be 5, or 6</think>", None),
        ("<think>it is 5, and then 6", None),
        ("<think>So the answer is Ruth.</think>Ruth was faster: 4.5 / 1.5 = 3 against 2 / 4 = 0.5.", "Ruth"),
        (r"<think>So it is \boxed{7}.</think>I am sorry, I cannot say.", "7"),
        ("<think>Hm.</think>I am sorry, I cannot say.", None),
        ("<think>So the answer is Ruth.</think>Truthfully, it took 12 hours.", "12"),
    ],
)
def test_the_text_after_the_tag_comes_before_the_thinking(response: str, answer: str | None) -> None:
    found = final_answer(response, find_thinking(response))
    assert (found and response[slice(*found.span)]) == answer


def test_the_last_number_of_a_response_that_was_cut_off_is_no_answer() -> None:
    response = "We first add 20 and 30 to get 50, then"
    thinking = find_thinking(response)
    assert final_answer(response, thinking, cut_off=True) is None
    assert final_answer(response, thinking) is not None


ANNOUNCED = [
    ("\\boxed{12}", True),
    ("<answer>12</answer>", True),
    ("We add 3.\n\nThe answer is 12.", True),
    ("We add 3.\n\n**Answer:** the red one", True),
    ("12", True),
    ("12 hens", True),
    ("She has 12 hens after 3 days.", False),
    ("We add 3 and get 12. That is all.", False),
    ("9 + 3 = 12, and 12 is even.", False),
    ("It lays **12** eggs. It does so in 3 days.", False),
]


def is_announced(text: str, *, cut_off: bool = False) -> bool | None:
    found = final_answer(text, find_thinking(text), cut_off)
    return found and found.announced


@pytest.mark.parametrize(("text", "announced"), ANNOUNCED)
def test_it_is_known_whether_words_announce_the_answer(text: str, announced: bool) -> None:
    assert is_announced(f"<think>\nWe look at 3.\n</think>\n\n{text}") is announced


BROKEN = [
    ("So the answer is 12.\n</think>\n\nWe add 3 and", True),
    ("We look at 3.\n</think>\n\nSo it is 12. To check, we", False),
    ("We add 3 to 9 and get 12 of them that way.\n</think>\n\nWe add 3 and", False),
]


@pytest.mark.parametrize(("text", "announced"), BROKEN)
def test_it_is_known_whether_words_announce_the_answer_before_a_break(text: str, announced: bool) -> None:
    assert is_announced(f"<think>\n{text}", cut_off=True) is announced


@given(st.text(alphabet="ab1 2.,$\\{}[]()=*\nboxedfracnswr:#是答案", max_size=200))
def test_the_final_answer_lies_in_the_response(text: str) -> None:
    found = final_answer(text, find_thinking(text))
    assert found is None or 0 <= found.span[0] <= found.span[1] <= len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "{",
        "}",
        "\\",
        "$",
        " ",
        "\n",
        r"\boxed{",
        r"\boxed{1}, ",
        "answer: ",
        "the answer is ",
        "1",
        "**a",
        ". A",
        "答案是",
    ],
)
def test_a_long_run_of_anything_is_read_in_linear_time(piece: str) -> None:
    grows_linearly(quoted_answer, run_of(piece), 100_000)


@pytest.mark.real_data
def test_the_final_answers_of_the_recorded_texts_are_found(real_data: Path) -> None:
    lines = (real_data / "answers" / "extract.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    rows = [row for row in rows if row["answer"].strip()]
    wrong = [
        row for row in rows if (same_cheaply(row["answer"], quoted_answer(row["text"])) or ("correct",))[0] != "correct"
    ]
    assert len(wrong) <= 2
