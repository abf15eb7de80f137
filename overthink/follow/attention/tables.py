"""Constraint attention in the terminal."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from overthink.follow.attention.report import AttentionReport, Group, flat_rows
from overthink.render.cells import scaled
from overthink.render.formats import written

GROUPS = {None: "all", "win": "thinking wins", "lose": "thinking loses", "tie": "tie"}


def print_attention(report: AttentionReport, form: str) -> None:
    """The report in this format."""
    if form == "table":
        _print_table(report)
    else:
        sys.stdout.write(written(form, list(flat_rows(report)), report))


def _print_table(report: AttentionReport) -> None:
    console = Console()
    table = Table(
        title=f"{report.dataset}: attention on a constraint token while answering, ×1000", title_justify="left"
    )
    table.add_column("problems")
    for heading in ("n", "at once", "after thinking", "drop", "drop of ratio"):
        table.add_column(heading, justify="right")
    for group in report.groups:
        table.add_row(GROUPS[group.outcome], str(group.problems), *cells(group))
    console.print(table)
    layers = sum(drop.layer is not None for drop in report.groups[0].drops)
    depths = f"Means of {layers} layers; JSON has each of them, and the traces."
    if not layers:
        depths = "The two models have unlike depths: only the means of their layers are compared."
    notes = [
        *([depths] if report.problems else []),
        "Ratio: attention over its uniform share, 1/(context length), which longer contexts lower by themselves.",
        f"Constraints found by {', '.join(report.finders)}.",
    ]  # fmt: skip
    if report.left_out or report.one_sided:
        parts = [f"{count} {kind}" for kind, count in report.left_out.items()]
        parts += [f"{report.one_sided} answered in one mode only"] if report.one_sided else []
        notes.append(f"Left out: {', '.join(parts)}.")
    console.print(Text("\n".join(notes), style="dim"))


def cells(group: Group) -> list[str]:
    """The means of a group over all layers: at once, after thinking, drop, drop of the ratio; ×1000 but the last."""
    drop = next((drop for drop in group.drops if drop.layer is None), None)
    if drop is None:
        return ["–"] * 4
    return [
        f"{1000 * drop.base:.3f}",
        f"{1000 * drop.cot:.3f}",
        scaled(drop.drop, 1000, 3),
        scaled(drop.drop_ratio, 1, 3),
    ]
