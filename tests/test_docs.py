import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from overthink.metrics.catalogue import SPECS

_ROOT = Path(__file__).parents[1]


def _tool(name: str) -> ModuleType:
    spec = spec_from_file_location(name, _ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


metrics_table = _tool("metrics_table")


def test_the_table_of_metrics_is_that_of_the_catalogue() -> None:
    page = metrics_table.PAGE.read_text(encoding="utf-8")
    assert page == metrics_table.with_table(page), "python tools/metrics_table.py writes it"


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_metric_is_described_in_one_sentence(spec) -> None:
    assert spec.about.endswith(".")
    assert "\n" not in spec.about
    assert "|" not in spec.about


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers"):
        metrics_table.with_table("# Metrics\n")


def test_the_readme_names_the_page() -> None:
    assert "docs/metrics.md" in _text("README.md")


@pytest.mark.parametrize("page", ["README.md", "docs/metrics.md"])
def test_files_and_folders_of_the_project_that_a_page_names_are_there(page: str) -> None:
    named = re.findall(r"`((?:overthink|tools|benchmarks|labels|docs|schemas|samples)/[\w./-]*)`", _text(page))
    assert named
    assert [name for name in named if not (_ROOT / name).exists()] == []


def _text(page: str) -> str:
    return (_ROOT / page).read_text(encoding="utf-8")
