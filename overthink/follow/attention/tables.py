"""Constraint attention as people read it: a table and lines."""

from __future__ import annotations

from collections.abc import Iterator

from overthink.follow.attention.report import AttentionReport, Group, flat_rows
from overthink.render.cells import NOTHING, printable, scaled
from overthink.render.formats import Shown
from overthink.render.tables import Line, Part, Table

GROUPS = {None: "all", "win": "thinking wins", "lose": "thinking loses", "tie": "tie"}
_HEADINGS = ("problems", "n", "at once", "after thinking", "drop", "drop of ratio")


def attended(report: AttentionReport) -> Shown:
    """What `follow attention` shows."""
    return Shown(_parts(report), rows=list(flat_rows(report)), whole=report)


def _parts(report: AttentionReport) -> Iterator[Part]:
    dataset = printable(report.dataset)
    yield Line(f"{dataset}: attention on a constraint token while answering, ×1000", "title")
    yield Table(_HEADINGS, [[GROUPS[group.outcome], str(group.problems), *cells(group)] for group in report.groups])
    yield from (Line(note, "dim") for note in _notes(report))


def _notes(report: AttentionReport) -> Iterator[str]:
    layers = sum(drop.layer is not None for drop in report.groups[0].drops)
    if report.problems and layers:
        yield f"Means of {layers} layers; JSON has each of them, and the traces."
    elif report.problems:
        yield "The two models have unlike depths: only the means of their layers are compared."
    yield "Ratio: attention over its uniform share, 1/(context length), which longer contexts lower by themselves."
    yield f"Constraints found by {', '.join(report.finders)}."
    if report.left_out or report.one_sided:
        parts = [f"{count} {kind}" for kind, count in report.left_out.items()]
        parts += [f"{report.one_sided} answered in one mode only"] if report.one_sided else []
        yield f"Left out: {', '.join(parts)}."


def cells(group: Group) -> list[str]:
    """The means of a group over all layers: at once, after thinking, drop, drop of the ratio; ×1000 but the last."""
    drop = next((drop for drop in group.drops if drop.layer is None), None)
    if drop is None:
        return [NOTHING] * 4
    return [
        f"{1000 * drop.base:.3f}",
        f"{1000 * drop.cot:.3f}",
        scaled(drop.drop, 1000, 3),
        scaled(drop.drop_ratio, 1, 3),
    ]
