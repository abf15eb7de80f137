"""Figures at the size of a paper's column: their style, and how they are written, as SVG and PDF.

Text stays text: fonts are embedded in the PDF, and an SVG keeps its letters. The same figure gives the same bytes.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMN = 3.25
"""Inches: a column of ICML, IEEE or ACL; NeurIPS and ICLR set two side by side."""
_DATES = {"svg": "Date", "pdf": "CreationDate"}
_STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same on every machine
    "font.size": 7,
    "axes.labelsize": 7,
    "axes.titlesize": 7,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.linewidth": 0.4,
    "grid.color": "#dddddd",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "pdf.fonttype": 42,  # TrueType, embedded: journals refuse Type 3
    "svg.fonttype": "none",
    "svg.hashsalt": "overthink",  # the same bytes for the same report
    "text.parse_math": False,  # a model's name may hold a dollar
}


def new_figure(height: float) -> Figure:
    """An empty figure, as wide as a column. `height` is in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(COLUMN, height), layout="constrained")


def save(figures: Iterable[tuple[str, Figure]], folder: Path) -> list[Path]:
    """Write each figure as NAME.svg and NAME.pdf. The folder is made. Returns the files; OSError as the disk gives it.

    `figures` should make one at a time: they are drawn in the style of this module while they are taken from it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with _styled():
        for name, figure in figures:
            for form, date in _DATES.items():
                written.append(folder / f"{name}.{form}")
                figure.savefig(written[-1], metadata={date: None})
    return written


def svg_elements(figures: Iterable[tuple[str, Figure]]) -> dict[str, str]:
    """Each figure as an <svg> element for a page, by name. `figures` as in `save`."""
    drawn = {}
    with _styled():
        for name, figure in figures:
            out = io.StringIO()
            figure.savefig(out, format="svg", metadata={_DATES["svg"]: None})
            drawn[name] = out.getvalue()[out.getvalue().index("<svg") :]
    return drawn


@contextmanager
def _styled() -> Iterator[None]:
    import matplotlib

    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a name in letters that the font has not
        yield
