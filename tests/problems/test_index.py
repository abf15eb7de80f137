"""A recorded row finds its problem however it is copied or wrapped, and never one that asks something else."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from overthink.problems.benchmark import LoadedDataset
from overthink.problems.index import LONG as LONG_WORDS
from overthink.problems.index import BenchmarkIndex
from overthink.problems.spelling import repaired, words
from overthink.records import Problem

LONG = "A train leaves the town at noon and covers 60 km in an hour. How far is it at two?"
OTHER = "A boat leaves the port at dawn and covers 20 km in an hour. How far is it at noon?"
LONGER = LONG + " And how far at three o'clock?"
QUESTIONS = {"d/1": "What is 2 + 3?", "d/2": LONG, "d/3": OTHER, "d/4": LONGER, "d/5": "What is 2 + 3?"}
BOXED = "Please reason step by step, and put your final answer within \\boxed{}."


def index_of(questions: dict[str, str], answer: str | None = None) -> BenchmarkIndex:
    problems = [Problem(id=key, dataset="d", question=text, answer=answer) for key, text in questions.items()]
    return BenchmarkIndex(LoadedDataset("d", "test", "r", lambda: iter(problems)))


@pytest.fixture
def index() -> BenchmarkIndex:
    return index_of(QUESTIONS)


@pytest.mark.parametrize(
    ("row_id", "text", "expected"),
    [
        ("d/2", None, "d/2"),
        ("2", None, "d/2"),
        ("9", None, None),
        (None, None, None),
        (None, "What is\n 2 + 3? ", "d/1"),
        ("d/5", "What is 2 + 3?", "d/5"),
        ("d/2", OTHER, "d/3"),
        ("d/2", "Something else.", None),
        ("d/1", "Solve: What is 2 + 3? Put it in a box.", "d/1"),
        (None, "Solve: What is 2 + 3? Put it in a box.", "d/1"),
        (None, f"Solve step by step.\n\n{LONG}\n\nPut the answer in a box.", "d/2"),
        (None, f"Q: {OTHER}\nA: 120\n\nQ: {LONG}\nA:", "d/2"),
        (None, f"Q: {LONG}\nA: 120\n\nQ: {OTHER}\nA:", "d/3"),
        (None, f"Solve: {LONGER}", "d/4"),
        (None, f"Solve: {LONG[:40]} something else", None),
        (None, f"Solve:{LONG}", "d/2"),
        (None, f"x{LONG}", None),
    ],
)
def test_a_row_is_found_by_its_id_or_its_text(
    index: BenchmarkIndex, row_id: str | None, text: str | None, expected: str | None
) -> None:
    found = index.find(row_id, text)
    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    "wrapped",
    [
        "@ " + BOXED,
        "@\n" + BOXED,
        BOXED + "\n\n@",
        BOXED + " @",
        "Question: @",
        "Problem: @\nSolution:",
        "**Problem:** @",
        "Q. @",
        "You are an expert in mathematics.\n@\nSolution.",
        "You are clever.\n\n@\n\nBitte denke Schritt für Schritt nach.",
        "Problem 7. @",
        "12) @",
        "<problem>\n@\n</problem>",
        "Consider the following math problem. @",
        "User: @\nAssistant:",
        "Question: @\nAnswer:",
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n@\n"
        + BOXED
        + "<|im_end|>\n<|im_start|>assistant\n<think>\n",
        "<|begin▁of▁sentence|><|User|>@<|Assistant|><think>\n",
        "[INST] @ [/INST]",
        "<start_of_turn>user\n@<end_of_turn>\n<start_of_turn>model\n",
        "@ /no_think",
        "@ Let's think step by step.",
        "@\n请逐步推理，并将最终答案放在 \\boxed{} 内。",
        "Solve the following math problem. The last line must be 'Answer: $Answer'.\n\n@\n\nRemember to put your "
        'answer on its own line after "Answer:".',
        "Question: What is 7 - 4?\nAnswer: 3\n\nQuestion: @\nAnswer:",
    ],
)
@pytest.mark.parametrize("key", ["d/1", "d/2", "d/3", "d/4"])
def test_a_problem_is_found_in_what_is_put_round_it(index: BenchmarkIndex, wrapped: str, key: str) -> None:
    found = index.find(None, wrapped.replace("@", QUESTIONS[key]))
    assert found is not None
    assert found.id == key


@pytest.mark.parametrize(
    "text",
    [
        LONG.replace("60", "61"),
        LONG.replace("60", "6.0"),
        LONG.replace("train", "tram"),
        LONG.replace("noon", "ten"),
        LONG.replace("How far", "How far south"),
        LONG.replace("hour.", "hour, at most."),
        LONG + " How many steps did it take?",
        LONG + " How far is it at nine?",
        LONG + "\nHow far is it at nine?",
        "The train is late. " + LONG,
        "The train stops for an hour on its way.\n" + LONG,
        LONG + "\nIt stops for an hour on its way.",
        LONG + " It stops for an hour on its way.",
        "It is not true that " + LONG,
        f"Question: {LONG}\nAnswer: 120\n\nQuestion: How much is it?\nAnswer:",
        "What is 2 - 3?",
        "What is 2 + 33?",
        "What is 2 + 3 + 4?",
        "What is 12 + 3?",
        "What is 2 + 3.5?",
        "What is 2 + 3!?",
        "What is -2 + 3?",
        "Why is 2 + 3?",
    ],
)
def test_a_problem_that_differs_in_a_number_a_sign_or_a_word_is_not_found(index: BenchmarkIndex, text: str) -> None:
    assert index.find(None, text) is None


SPELLINGS = [
    ("Is $\\dfrac{1}{2} > 0$?", "Is \\( \\frac12>0 \\)?"),
    ("Find \\[x^{2} = 4.\\]", "Find\n\\begin{equation*}\nx^2 = 4.\n\\end{equation*}"),
    ("Find \\[x^{2} = 4.\\]", "Find $$x^2=4.$$"),
    ("Let $s+\\frac{1}{2}$ be it.", "Let $s+\x0crac{1}{2}$ be it."),
    ("Let $s+\\frac{1}{2}$ be it.", "Let $s+\\\x0crac{1}{2}$ be it."),
    ("Let $s+\\frac{1}{2}$ be it.", "Let $s+\\\\frac{1}{2}$ be it."),
    ("It is $\\tfrac{m}{n}$.", "It is $\tfrac{m}{n}$."),
    ("It is $3 \\times 4 \\text{ cm}$.", "It is $3 \times 4 \text{ cm}$."),
    ("It is $\\binom{4}{2}$.", "It is $\x08inom{4}{2}$."),
    ("If $a \\neq b$ and $\\rangle$.", "If $a \neq b$ and $\rangle$."),
    ("Let $\\left(1, 2\\right)$ be.", "Let $(1,2)$ be."),
    ("Let $\\left|x\\right|$ be.", "Let $\\lvert x \\rvert$ be."),
    ("Write 20{,}000 as it is.", "Write 20,000 as it is."),
    ("Write 1\\!,\\!000 as it is.", "Write 1,000 as it is."),
    ("The angle is $30^\\circ$ wide.", "The angle is 30° wide."),
    ("The angle is $30^{\\circ}$ wide.", "The angle is $30\\degree$ wide."),
    ("For $x \\le 3$, $y\\geq 4$.", "For x ≤ 3, y ≥ 4."),
    ("It costs \\$5, i.e. 5\\%.", "It costs $5, i.e. 5%."),
    ("A set $\\{1,2,\\ldots,9\\}$ is.", "A set $\\{1, 2, ..., 9\\}$ is."),
    ("Tom’s “one” book – it is.", 'Tom\'s "one" book - it is.'),
    ("The $x^2$ is.", "The x² is."),
    ("Two lines:\n\nAnd $x \\neq 3$, $\\nu = 2$.", "Two lines:\\n\\nAnd $x \\neq 3$, $\\nu = 2$."),
    ("A line.\nfind $x < 3$ now.", "A line.\\nfind $x &lt; 3$&nbsp;now."),
    ("A zero\u200bwidth space.", "A zerowidth space."),
    ("Let \\(A=(0,1)\\) be.", "Let $A(0,1)$ be."),
    ("The **bold** claim.", "The bold claim."),
    ("Two ways:\n\n- one\r\n- two", "Two ways: - one - two"),
    ("Look at it. [asy]draw((0,0)--(1,1));[/asy]", "Look at it."),
]


@pytest.mark.parametrize(("first", "second"), SPELLINGS)
def test_spellings_of_one_problem_are_the_same(first: str, second: str) -> None:
    found = index_of({"d/1": first}).find(None, second)
    assert found is not None
    assert index_of({"d/1": second}).find(None, first) is not None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Is $\\frac{1}{2} > 0$?", "Is $\\frac{1}{2} < 0$?"),
        ("Is $\\frac{1}{23} > 0$?", "Is $\\frac{12}{3} > 0$?"),
        ("Is $\\frac{1}{2} > 0$?", "Is $\\binom{1}{2} > 0$?"),
        ("Find $x^{2}y$ now.", "Find $x^{2y}$ now."),
        ("Find $x+y$ now.", "Find $x-y$ now."),
        ("Find $xy$ now.", "Find $x/y$ now."),
        ("Find $f(x)$ now.", "Find $f'(x)$ now."),
        ("Find $n!$ now.", "Find $n$ now."),
        ("The ratio 3:4 is.", "The ratio 34 is."),
        ("The points 1, 2 are.", "The points 12 are."),
        ("A price of 1.5 is.", "A price of 15 is."),
        ("A price of .5 is.", "A price of 5 is."),
        ("The angle is $30^\\circ$ wide.", "The angle is 30 wide."),
        ("For $x \\le 3$ it is.", "For $x < 3$ it is."),
        ("For $x \\ne 3$ it is.", "For $x = 3$ it is."),
        ("Find $\\sqrt{2}$ now.", "Find $2$ now."),
        ("Find $|x|$ now.", "Find $x$ now."),
        ("It costs 5% more.", "It costs 5 more."),
        ("Let $S=(a+b)$ be.", "Let $S+(a+b)$ be."),
        ("Point A is here.", "Point B is here."),
        ("Look. [asy]draw((0,0)--(1,1));[/asy]", "Look. [asy]draw((0,0)--(2,1));[/asy]"),
    ],
)
def test_problems_that_ask_something_else_are_not(first: str, second: str) -> None:
    assert index_of({"d/1": first}).find(None, second) is None
    assert index_of({"d/1": second}).find(None, first) is None


def test_of_problems_that_differ_in_their_figure_alone_none_is_found_without_it() -> None:
    figures = {f"d/{k}": f"What is $x$ here? [asy]draw((0,0)--({k},1));[/asy]" for k in (1, 2)}
    index = index_of(figures)
    assert index.find(None, "What is $x$ here?") is None
    assert [found.id if (found := index.find(None, text)) else None for text in figures.values()] == ["d/1", "d/2"]


MISPRINT = " ".join(["When it lies outside of the sphere, it touches it in 12 points, and"] * 4)


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        (MISPRINT.replace("outside", "inside", 1), "127", True),
        (MISPRINT.replace("outside", "inside", 1), "128", False),
        (MISPRINT.replace("outside", "inside", 1), None, False),
        (MISPRINT.replace("outside", "inside", 3), "127", False),
        (MISPRINT.replace("12", "13", 1), "127", False),
    ],
)
def test_a_mended_misprint_of_a_long_problem_needs_the_same_answer(text: str, answer: str | None, found: bool) -> None:
    assert len(words(repaired(MISPRINT))) >= LONG_WORDS
    assert (index_of({"d/1": MISPRINT}, "127").find(None, text, answer) is not None) == found


PIECES = st.sampled_from(
    [
        "$x^{2}$",
        "$\\frac{3}{4}$",
        "7",
        "-",
        "+",
        "the",
        "sum",
        "of",
        "(1, 2)",
        "\\[y = 5\\]",
        "$\\left|z\\right|$",
        "is",
    ]
)


@given(st.lists(PIECES, min_size=5, max_size=30), st.data())
def test_copies_are_found_and_changed_copies_are_not(pieces: list[str], data: st.DataObject) -> None:
    problem = "Find " + " ".join(pieces) + "?"
    index = index_of({"d/1": problem})
    copy = problem.replace("\\[", "$$").replace("\\]", "$$").replace("\\frac", "\\dfrac").replace(" ", "\n")
    assert index.find(None, f"Question: {copy}\n\n{BOXED}") is not None
    at = data.draw(st.integers(0, len(pieces) - 1))
    changed = data.draw(PIECES)
    other = "Find " + " ".join([*pieces[:at], changed, *pieces[at + 1 :]]) + "?"
    assume(re.sub(r"\s", "", changed) != re.sub(r"\s", "", pieces[at]))
    assert index.find(None, other) is None
    assert index.find(None, f"{other}\n{BOXED}") is None


def test_of_many_problems_in_a_text_the_last_one_is_found(index: BenchmarkIndex) -> None:
    text = f"{QUESTIONS['d/1']}\n\nIt is 5.\n\n" * 1000
    for last, name in ((LONG, "d/2"), (OTHER, "d/3")):
        found = index.find(None, text + last)
        assert found is not None
        assert found.id == name
