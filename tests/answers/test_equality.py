from __future__ import annotations

import pytest

from overthink.answers.symbolic import compare_symbolically

OTHER = [
    ("floors", r"\lfloor n/4 \rfloor", r"\lfloor n/5 \rfloor"),
    ("ceilings", r"\lceil (n+1)/3 \rceil", r"\lceil (n+2)/3 \rceil"),
    ("a floor and what is in it", r"\lfloor \frac{n^2}{4} \rfloor", r"\frac{n^2}{4}"),
    ("a floor of a real unknown", r"\lfloor x \rfloor", "x"),
    ("a far corner", "|x-90|", "90-x"),
    ("a near one", "|x-2|+|x+1|", "3"),
    ("a root that is one", r"\sqrt{x^2-40x+400}", "20-x"),
    ("a root of a square", r"\sqrt{(x-1000000)^2}", "1000000-x"),
    ("a maximum", r"\max(x,-300)", "x"),
    ("a minimum", r"\min(p,q)", "q"),
    ("a divisor", r"\gcd(n,10)", r"\gcd(n,5)"),
    ("a multiple", r"\operatorname{lcm}(p,q)", "pq"),
    ("a remainder", r"n \bmod 3", r"n \bmod 6"),
    ("binomials", r"\binom{n}{\lfloor n/4\rfloor}", r"\binom{n}{\lfloor n/5\rfloor}"),
    ("a tiny term", "y+0.00000001", "y"),
    ("a tiny power of ten", "y+10^{-15}", "y"),
    ("a tiny factor", "1.0000001y", "y"),
    ("few decimals", "0.33y", r"\frac{y}{3}"),
    ("a factorial", "n!", r"n\cdot(n-2)!"),
    ("a sum", r"\sum_{k=1}^n k^2", r"\frac{n(n+1)(2n-1)}{6}"),
    ("a sign that changes", "(-1)^{n+1}", "(-1)^n"),
    ("a root of a sum", r"\sqrt{y+4}", r"\sqrt{y}+2"),
    ("other unknowns", "s+1", "t+1"),
]
SAME = [
    ("roots of quotients", r"\sqrt{5/n}", r"\frac{\sqrt 5}{\sqrt n}"),
    ("roots of powers", r"\sqrt{y^5}", r"y^2\sqrt y"),
    ("roots of products", r"\sqrt{ab}", r"\sqrt a\sqrt b"),
    ("a cube root of a negative number", r"\sqrt[3]{-5}", r"-\sqrt[3]{5}"),
    ("a fifth root", r"\sqrt[5]{-243}", "-3"),
    ("an odd root of an unknown", r"\sqrt[3]{-27y}", r"-3\sqrt[3]{y}"),
    ("a logarithm of a square", r"\ln(y^2)", r"2\ln y"),
    ("a sum of binomials", r"3^n", r"\sum_{k=0}^n \binom{n}{k}2^k"),
    ("a product to an unknown", r"\prod_{k=1}^n (2k)", "2^n n!"),
    ("a wave at whole numbers", r"\cos(3n\pi)", "(-1)^n"),
    ("a power of a power", "(b^p)^q", "b^{pq}"),
    ("several unknowns", "(a+b)(a-b)(c+1)", "a^2c-b^2c+a^2-b^2"),
    ("large factorials", r"\frac{(n+2)!}{n!}", "(n+1)(n+2)"),
    ("a rounded factor", r"0.4285714y", r"\frac{3y}{7}"),
    ("a root real on a short stretch", r"\sqrt{(x-50)(60-x)}", r"\sqrt{-x^2+110x-3000}"),
    ("residues", r"\lfloor \frac{n+2}{3} \rfloor", r"\lceil \frac{n}{3} \rceil"),
    ("residues of a square", r"\lfloor \frac{n^2}{4} \rfloor", r"\lfloor \frac n2 \rfloor \lceil \frac n2 \rceil"),
    ("a floor and a sign", r"\lfloor \frac n2 \rfloor", r"\frac{2n-1+(-1)^n}{4}"),
    ("cells", "|x-2|+|2-x|", "2|x-2|"),
    ("cells of a maximum", r"\max(x,7-x)", r"\frac{7+|2x-7|}{2}"),
    ("a root and an absolute value", r"\sqrt{x^2+6x+9}", "|x+3|"),
    ("a maximum of two unknowns", r"\max(p,q)", r"\frac{p+q+|q-p|}{2}"),
    ("the order of a divisor", r"\gcd(p,q)", r"\gcd(q,p)"),
    ("numbers under a divisor", r"\gcd(84,36)", "12"),
]
UNPROVED = [
    ("a divisor and a multiple", r"\gcd(p,q)\cdot\operatorname{lcm}(p,q)", "pq"),
    ("floors of roots", r"\lfloor \sqrt{m} \rfloor", r"\lceil \sqrt{m+1} \rceil - 1"),
    ("a function that is not known", "g(y)", "y^3"),
]


@pytest.mark.parametrize(("gold", "answer"), [row[1:] for row in OTHER], ids=[row[0] for row in OTHER])
def test_one_point_where_they_differ_decides(gold: str, answer: str) -> None:
    assert compare_symbolically(gold, answer) == ("wrong", "symbolic")
    assert compare_symbolically(answer, gold) == ("wrong", "symbolic")


@pytest.mark.parametrize(("gold", "answer"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_what_is_equal_wherever_both_are_real_is_equal(gold: str, answer: str) -> None:
    assert compare_symbolically(gold, answer) == ("correct", "symbolic")
    assert compare_symbolically(answer, gold) == ("correct", "symbolic")


@pytest.mark.parametrize(("gold", "answer"), [row[1:] for row in UNPROVED], ids=[row[0] for row in UNPROVED])
def test_agreement_at_points_decides_nothing_for_functions_made_of_pieces(gold: str, answer: str) -> None:
    assert compare_symbolically(gold, answer) == ("undetermined", "unproved")
