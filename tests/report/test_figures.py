from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from overthink.metrics.report import join
from overthink.records import Report
from overthink.render.plots import COLUMN
from overthink.report.figures import write_figures
from tests.metrics.test_tables import report_of, sample

pytestmark = pytest.mark.slow  # whole commands, again and again

SVG = "{http://www.w3.org/2000/svg}"


def with_levels() -> Report:
    rows = [
        sample(f"p{k}", [40 + k, 30, 20][: 1 + k % 3], ["correct", "wrong", "correct"][: 1 + k % 3], level=k % 5 + 1)
        for k in range(20)
    ]
    probe = [sample("2+3", [30, 20], ["correct", "correct"], dataset="two-plus-three")]
    return report_of([*rows, *probe])


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("figures") / "new"
    write_figures(with_levels(), folder)
    return folder


def texts(path: Path) -> str:
    return " ".join("".join(element.itertext()) for element in ElementTree.parse(path).iter(f"{SVG}text"))


def test_every_figure_is_there_as_svg_and_pdf(figures: Path) -> None:
    written = list(figures.iterdir())
    assert all(path.stat().st_size > 2000 for path in written)
    assert {path.name for path in written} == {
        f"{name}.{form}"
        for form in ("svg", "pdf")
        for name in (
            "math500-tokens-and-solutions-by-level",
            "math500-efficiency-by-level",
            "math500-solution-counts",
            "math500-first-correct",
            "math500-distinctness",
            "math500-token-share",
            "two-plus-three-tokens",
        )
    }


def test_without_levels_there_are_no_figures_by_level(tmp_path: Path) -> None:
    names = {path.stem for path in write_figures(report_of([sample("p", [40, 30], ["correct", "wrong"])]), tmp_path)}
    assert "math500-solution-counts" in names
    assert not any("level" in name for name in names)


def test_text_stays_text_and_fonts_are_embedded(figures: Path) -> None:
    assert "outcome efficiency, %" in texts(figures / "math500-efficiency-by-level.svg")
    for path in figures.glob("*.pdf"):
        content = path.read_bytes()
        assert b"/FontFile2" in content
        assert b"/Type3" not in content


def test_figures_are_as_wide_as_a_column(figures: Path) -> None:
    for path in figures.glob("*.svg"):
        assert float(str(ElementTree.parse(path).getroot().get("width")).removesuffix("pt")) == 72 * COLUMN
    for path in figures.glob("*.pdf"):
        box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", path.read_bytes())
        assert box is not None
        assert float(box[1]) == 72 * COLUMN


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (r"org/$\frac{1}{$", r"$\frac{1}{$"),
        ("org/<script>alert(1)<\\script>", "<script>aler…1)<\\script>"),
        ("org/模型-7B", "模型-7B"),
        ("org/" + "long-" * 30, "long-long-lo…-long-long-"),
        ("org/a_^{}%#&amp;", "a_^{}%#&amp;"),
        ("org/a\x1b\x00b", "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b"),
    ],
    ids=["maths", "markup", "chinese", "long", "signs", "control"],
)
def test_a_name_is_data_whatever_it_holds(tmp_path: Path, name: str, shown: str) -> None:
    probe = [sample("2+3", [30, 20], ["correct", "correct"], dataset="two-plus-three")]
    write_figures(join([report_of(probe, model=name, run="a"), report_of(probe, run="b")]), tmp_path)
    assert shown in texts(tmp_path / "two-plus-three-tokens.svg")
    assert "<script" not in (tmp_path / "two-plus-three-tokens.svg").read_text(encoding="utf-8")


def test_the_same_report_gives_the_same_bytes(figures: Path, tmp_path: Path) -> None:
    again = write_figures(with_levels(), tmp_path)
    assert again
    assert [path.read_bytes() for path in again] == [(figures / path.name).read_bytes() for path in again]


def test_a_figure_shows_the_numbers_of_the_report(figures: Path) -> None:
    report = with_levels()
    tokens = report.runs[0].metrics["two-plus-three"].overall["tokens"].value
    assert f"{tokens:.0f}" in texts(figures / "two-plus-three-tokens.svg")
    shares = report.runs[0].metrics["math500"].overall
    for kind in ("first_correct", "wrong"):
        value = shares[f"kind_share/{kind}"].value
        assert value is not None
        assert f"{100 * value:.0f}" in texts(figures / "math500-token-share.svg").split()
