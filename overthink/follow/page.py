"""What `overthink follow` found as one page: constraints met in each mode, by kind, and the attention that they got."""

from __future__ import annotations

from pathlib import Path

from overthink.follow.attention.figures import svg_figures, write_figures
from overthink.follow.attention.report import AttentionReport, Group
from overthink.follow.attention.tables import GROUPS, cells
from overthink.follow.outcomes import Outcomes
from overthink.follow.report import FollowReport, ModeReport
from overthink.render.cells import caveat_words, scaled
from overthink.render.page import rendered
from overthink.run.table import write_text

_TITLES = {
    "attention-trace": "Attention on a constraint token, step by step (mean over layers and heads)",
    "attention-drop": "How much less attention the answer pays after thinking, by layer",
    "attention-trace-ratio": "The same trace over the uniform share, 1/(context length)",
    "attention-drop-ratio": "The same drop over the uniform share",
}


def write_page(
    followed: FollowReport, attended: AttentionReport | None, page: Path | None, folder: Path | None
) -> None:
    """The page, and the figures as files in the folder, if these are named."""
    if page is not None:
        write_text(page, page_of(followed, attended))
    if folder is not None and attended is not None:
        write_figures(attended, folder)


def page_of(followed: FollowReport, attended: AttentionReport | None) -> str:
    """The HTML text: it needs no network and runs no script. `attended` is None if no attention was read."""
    return rendered(
        "overthink.follow",
        "page.html",
        title=f"overthink follow: {followed.dataset}",
        dataset=followed.dataset,
        modes=[_mode(mode) for mode in followed.modes],
        caveats=[
            {"severity": one.severity, "words": f"{mode.mode}: {caveat_words(one)}", "hint": one.hint}
            for mode in followed.modes
            for one in mode.caveats
        ],
        outcome=followed.effect.overall if followed.effect else None,
        kinds=[_kind(kind) for kind in followed.effect.kinds] if followed.effect else [],
        attention=None if attended is None else _attention(attended),
    )


def _attention(report: AttentionReport) -> dict[str, object]:
    from markupsafe import Markup

    drawn = svg_figures(report)
    return {
        "groups": [_group(group) for group in report.groups],
        "figures": [{"title": title, "svg": Markup(drawn[name])} for name, title in _TITLES.items() if name in drawn],
        "finders": ", ".join(report.finders),
        "left_out": ", ".join(f"{count} {kind}" for kind, count in report.left_out.items()) or "nothing",
        "one_sided": report.one_sided,
    }


def _kind(kind: Outcomes) -> dict[str, object]:
    counts = {"win": kind.win, "lose": kind.lose, "tie": kind.tie, "undecided": kind.undecided}
    return {"name": kind.kind, **counts, "change": scaled(kind.change, 100, 1)}


def _mode(mode: ModeReport) -> dict[str, object]:
    return {
        "name": f"{mode.mode}, {mode.model}",
        "n": mode.prompts,
        "unanswered": mode.unanswered,
        "metrics": [
            scaled(mode.metrics[name], 100, 1) for name in ("instruction_loose", "instruction_strict", "prompt_loose")
        ],
        "tokens": scaled(mode.metrics["tokens"], 1, 1),
    }


def _group(group: Group) -> dict[str, object]:
    return {"name": GROUPS[group.outcome], "n": group.problems, "cells": cells(group)}
