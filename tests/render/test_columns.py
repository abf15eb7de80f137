"""Any metric of the catalogue can be a column of the report's tables."""

from __future__ import annotations

import pytest

from overthink.compare import tables as compare_tables
from overthink.metrics import tables as report_tables
from overthink.render import cells
from overthink.render.cells import COLUMNS, Column
from overthink.render.output import rendered
from overthink.report import latex
from tests.compare.test_tables import comparison
from tests.metrics.test_tables import eight


@pytest.mark.parametrize("name", ["underthinking", "distinctness@16", "answer_flips/wrong_to_correct"])
def test_one_more_column_is_shown_in_every_table(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = (*COLUMNS, Column(name, "new\ncolumn", "New column"))
    for module in (cells, latex, report_tables, compare_tables):
        monkeypatch.setattr(module, "COLUMNS", columns)
    assert "New column" in latex.to_latex(eight())
    assert "new column" in rendered(report_tables.shown(eight()), "markdown")
    assert "column" in rendered(report_tables.shown(eight()), "table", width=200)
    assert "column" in rendered(compare_tables.shown(comparison()), "table", width=200)
