from __future__ import annotations

from pathlib import Path

import pytest

from overthink.answers.symbolic import compare_symbolically, gold_problem

EQUAL = [
    (r"\sqrt{8}", r"2\sqrt{2}"),
    ("x^2 + 2x + 1", "(x+1)^2"),
    (r"\frac{x+2}{7}", r"\frac{x}{7} + \frac{2}{7}"),
    (r"\tan^2(y)+1", r"\sec^2(y)"),
    (r"\cos 60^\circ", r"\frac12"),
    (r"\sin(90^\circ - x)", r"\cos x"),
    ("3(4)", "12"),
    (r"2\frac{1}{2}\pi", r"\frac{5\pi}{2}"),
    ("2x + 4y - 3 = 0", r"y = -\frac{1}{2}x + \frac{3}{4}"),
    (r"x^2/4 + y^2/3 = 1", "x^2/16 + y^2/12 = 1/4"),
    ("-x > -1", "x < 1"),
    ("2x > 4", "x > 2"),
    ("|x| > 1", r"(-\infty,-1) \cup (1,\infty)"),
    (r"\{1, 3\} \cup \{2\}", r"\{1, 2, 3\}"),
    ("(1+i)^2", "2i"),
    (r"e^{i\pi}", "-1"),
    (r"\binom{10}{3}", "120"),
    (r"\log_2(8)", "3"),
    (r"7 \bmod 3", "1"),
    (r"\sum_{k=1}^{10} k", "55"),
    (r"0.\overline{3}", r"\frac{1}{3}"),
    (r"(3, \frac{\pi}{2})", "(3, 1.5707963267948966)"),
    (
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix} + \begin{pmatrix}1&1\\1&1\end{pmatrix}",
        r"\begin{pmatrix}2&3\\4&5\end{pmatrix}",
    ),
    ("3*sqrt(3)/4", r"\frac{3\sqrt{3}}{4}"),
    ("20000 / \\pi square meters", r"\frac{20000}{\pi}"),
    (r"1 \pm \sqrt{5}", r"1-\sqrt5, 1+\sqrt5"),
    (r"-\sqrt{3}", "-tan(4*pi/9)+4*cos(pi/18)"),
]
UNEQUAL = [
    ("(1+2)*3", "1+2*3"),
    ("r^2", "R^2"),
    (r"\frac{1}{2004!}", r"\frac{1}{2006!}"),
    (r"\frac{1}{2^{99}}", r"\frac{1}{2^{98}}"),
    ("(a+5)(b+2)", "(+5)(b+2)"),
    (r"\sqrt{67}", r"\sqrt{66}"),
    ("a + 3z = 0", "0"),
    ("x > 5", "x < 5 + y"),
    ("2x > 4", "x < 2"),
    ("x^3", "x^2"),
    ("t + 1", "x + 1"),
    (r"2\pi", "6.28"),
    ("2 + 3i", "2 - 3i"),
    (r"\sin(30)", r"\frac12"),
    (r"\sqrt{x^2}", "x"),
    ("[x, x + 1]", "[x + 1, x]"),
    (r"20\pi\text{ cm}", r"20\pi\text{ m}"),
    (r"[1, \infty)", r"[2^{\frac{1}{2^{1000}}}, \infty)"),
]
UNREADABLE = [r"\frac{{{", r"\sqrt", r"\frac{1}{", "(" * 80 + "1" + ")" * 80, r"\def\x{\x\x}\x"]
EXPLOSIVE = [
    "9^{9^{9^9}}",
    "2^{100000000}+1",
    "100000000!",
    "((9!)!)!",
    r"\binom{1000000000}{500000000}",
    r"\sum_{n=1}^{100000000}\frac{1}{n^2}",
    "0.1^{1000000000}",
]


@pytest.mark.parametrize(("gold", "answer"), EQUAL)
def test_equal_values_are_correct_either_way_round(gold: str, answer: str) -> None:
    assert compare_symbolically(gold, answer)[0] == "correct"
    assert compare_symbolically(answer, gold)[0] == "correct"


@pytest.mark.parametrize(("gold", "answer"), UNEQUAL)
def test_other_values_are_wrong(gold: str, answer: str) -> None:
    assert compare_symbolically(gold, answer)[0] == "wrong"


@pytest.mark.parametrize("answer", UNREADABLE)
def test_what_cannot_be_read_is_undetermined_and_says_which_side(answer: str) -> None:
    assert compare_symbolically("x + 1", answer) == ("undetermined", "unparsable")
    assert compare_symbolically(answer, "x + 1") == ("undetermined", "gold_unparsable")


@pytest.mark.parametrize("answer", EXPLOSIVE)
def test_what_could_only_use_up_the_time_is_refused_at_once(answer: str) -> None:
    assert compare_symbolically("5", answer) == ("undetermined", "timeout")


@pytest.mark.parametrize(
    "code", ["__import__('os').system('touch MARK')", 'exec(\'open("MARK","w")\')', "open('MARK','w')"]
)
def test_the_text_of_a_model_is_never_run(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for answer in (code, rf"\boxed{{{code}}}", f"${code}$", rf"\text{{{code}}}"):
        assert compare_symbolically("5", answer)[0] != "correct"
        gold_problem(answer)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "gold", ["5", "even", "Evelyn", r"\text{(C)}", r"\frac{1}{2}", "x = 5", "[0, 1)", r"\{1, 2\}", "12:00", "204_5"]
)
def test_a_gold_answer_that_can_be_compared_has_no_problem(gold: str) -> None:
    assert gold_problem(gold) is None


@pytest.mark.parametrize("gold", ["", "  ", r"\frac{{{", "9^{9^{9^9}}"])
def test_a_gold_answer_that_cannot_be_compared_is_named(gold: str) -> None:
    problem = gold_problem(gold)
    assert problem
    assert "\n" not in problem
