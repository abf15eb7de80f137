from __future__ import annotations

import re

import pytest

from overthink.metrics.report import join
from overthink.report.latex import escaped, to_latex
from tests.metrics.test_tables import mixed, report_of, sample


def test_the_table_has_a_line_a_run_with_the_five_numbers_and_their_intervals() -> None:
    report = join([report_of(mixed(1), model="org/a", run="a"), report_of(mixed(2), model="org/b", run="b")])
    text = to_latex(report)
    lines = [line for line in text.splitlines() if line.startswith(("a &", "b &"))]
    assert [len(line.split(" & ")) for line in lines] == [7, 7]
    metric = report.runs[0].metrics["math500"].overall["outcome_efficiency"]
    assert metric.value is not None
    assert metric.ci_low is not None
    assert metric.ci_high is not None
    cell = f"{100 * metric.value:.1f} {{\\scriptsize [{100 * metric.ci_low:.1f}, {100 * metric.ci_high:.1f}]}}"
    assert lines[0].split(" & ")[5] == cell


def test_what_is_opened_is_closed() -> None:
    text = to_latex(report_of(mixed(1), model="org/}{\\begin{x}%"))
    unescaped = re.sub(r"\\[{}]", "", text)
    assert unescaped.count("{") == unescaped.count("}")
    assert re.findall(r"\\begin\{(\w+)\}", text) == re.findall(r"\\end\{(\w+)\}", text)[::-1] == ["table", "tabular"]


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("QwQ-32B", "QwQ-32B"),
        ("a_b", r"a\_b"),
        ("50% & $5 #1", r"50\% \& \$5 \#1"),
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("~^", r"\textasciitilde{}\textasciicircum{}"),
        ("[2pt]", "{[}2pt{]}"),
        ("a\nb\x1b", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_nothing_in_a_name_is_a_command(text: str, latex: str) -> None:
    assert escaped(text) == latex


def test_an_undefined_number_is_a_dash() -> None:
    response = sample("p", [40, 30], "ww")
    report = report_of([response.having("score", response.score.model_copy(update={"correct": None}))])
    [line] = [line for line in to_latex(report).splitlines() if line.startswith("m-7B")]
    assert line.split(" & ")[2] == "--"


def test_a_foreign_tokenizer_is_told() -> None:
    words = "tokenizer that is not the model's own"
    assert [words in to_latex(report_of(mixed(3), own=own)) for own in (True, False)] == [False, True]
