from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.text.endings import breaks_off
from overthink.text.thinking import find_thinking

BEFORE = "We add the two numbers.\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "5",
        "B",
        "42 apples",
        "The sum is 5.",
        "The sum is 5",
        "The sum is 5!",
        "So 5 of the 12 jars are whole",
        "答案是 5。",
        BEFORE + "\\[ 2 + 3 = 5 \\]",
        BEFORE + "\\[\n2 + 3 = 5.\n\\]",
        BEFORE + "$$\n\\boxed{5}\n$$",
        BEFORE + "\\boxed{\\{2, 3\\}}",
        BEFORE + "**Final Answer**\n\\boxed{5}",
        BEFORE + "**Answer:** 5 apples",
        BEFORE + "Answer: Mia keeps 5 of them",
        BEFORE + "FINAL ANSWER: A",
        BEFORE + "#### 5",
        BEFORE + "x = 5",
        BEFORE + "The answer is (0, 5]",
        BEFORE + "So Mia pays **$5,600**.",
        BEFORE + "So she makes $480 a week.",
        BEFORE + "- apples: 5\n- pears: 7",
        BEFORE + "1. two\n2. three",
        BEFORE + "| a | b |\n|---|---|\n| 2 | 3 |",
        BEFORE + "```python\nprint(5)\n```",
        "```python\n" + "print(5)\n" * 300 + "```\nIt prints 5.",
        BEFORE + "\\begin{aligned} 2 + 3 \\\\[4pt] = 5 \\end{aligned}",
        BEFORE + "It is 5 ✓",
        BEFORE + "It is 90°",
        BEFORE + "<answer>5</answer>",
        BEFORE + "### Five",
        BEFORE + "Have fun with the jars! 🍯",
        BEFORE + "**Five apples**",
        BEFORE + '"Five."',
        BEFORE + "She says: *so 5*",
    ],
)
def test_a_whole_text_does_not_break_off(text: str) -> None:
    assert not breaks_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "We multiply the two numbers. Each of the 10 groups holds 35, so we first take 30 ×",
        "We multiply the two numbers. Each of the 10 groups holds 35, so we first take 30",
        BEFORE + "So the number of apples that Mia has is",
        BEFORE + "So there are 5 and the pears that",
        BEFORE + "So Mia, who has 2 apples,",
        BEFORE + "Therefore:",
        BEFORE + "**Step 2:**",
        BEFORE + "We take \\sqrt{(x_i + x'",
        BEFORE + "We take \\(4(x",
        BEFORE + "\\[ 2 + 3 = 5.",
        BEFORE + "$$\n2 + 3 = \\frac{1}{2}",
        BEFORE + "We take $x^2 + 3",
        BEFORE + "So \\boxed{5",
        BEFORE + "\\begin{aligned} 2 + 3 &= 5",
        BEFORE + "```python\nprint(5)",
        BEFORE + "3. **Total E",
        BEFORE + "**Answer:** 0, \\",
        BEFORE + "Then (3 * (4",
        BEFORE + "所以答案是\ufffd",
        BEFORE + "1. Two are red.\n2. Three are blue.\n3. The others that are left",
        BEFORE + "- It holds 5. The next one hol",
        BEFORE + "The answer can be found if we see that each of the men carries as many boxes as",
    ],
)
def test_a_text_that_was_cut_breaks_off(text: str) -> None:
    assert breaks_off(text)


@given(st.text(alphabet="aA .,\n\\[](){}$*`#-:1", max_size=200))
def test_any_text_has_an_end(text: str) -> None:
    assert breaks_off(text) is breaks_off(text + " \n")


@pytest.mark.real_data
def test_hardly_any_whole_response_breaks_off_and_most_that_are_cut_do(real_data: Path) -> None:
    texts = {}
    for name in ("gsm8k", "math500", "wide", "controls_short_cot"):
        for line in (real_data / "responses" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n"):
            if line:
                response = json.loads(line)["response"]
                found = find_thinking(response)
                if found.closed or name == "controls_short_cot":
                    text = response[slice(*found.after)] if found.closed else response
                    texts[text.strip()] = None
    whole = [text for text in texts if text]
    assert sum(map(breaks_off, whole)) < 0.005 * len(whole)
    cut = [text[: len(text) * (place % 7 + 2) // 10] for place, text in enumerate(whole) if len(text) > 100]
    assert sum(map(breaks_off, cut)) > 0.6 * len(cut)
