"""What `overthink follow` shows: tables for people, rows for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from overthink.follow.advice import Advice
from overthink.follow.classifier import ClassifierReport
from overthink.follow.remedies import RemediesReport, RemedyReport
from overthink.follow.report import Effect, FollowReport, ModeReport, flat_rows
from overthink.records import Change, Metric
from overthink.render.cells import bare, number, printable, with_interval
from overthink.render.formats import Shown
from overthink.render.tables import Line, Listing, Part, worst_lines

_SHARES = {
    "instruction_loose": "instr. loose %",
    "instruction_strict": "instr. strict %",
    "prompt_loose": "prompt loose %",
    "prompt_strict": "prompt strict %",
}
_FEW = 10


def scores(report: FollowReport) -> Shown:
    """What `follow score` shows."""
    return Shown(_score_parts(report), rows=list(flat_rows(report)), whole=report)


def _score_parts(report: FollowReport) -> Iterator[Part]:
    yield Line(f"\n{printable(report.dataset)}: constraints that the answers follow")
    modes = [_mode(mode) for mode in report.modes]
    yield Listing([*modes, *([_changes(report.effect.changes)] if report.effect else [])], brief=_NARROW)
    yield from map(Line, _counts(report.modes))
    for mode in report.modes:
        yield from worst_lines(mode.caveats, f"{mode.mode}: ")
    if report.effect is not None:
        yield from _effect(report.effect)
    method = report.method
    yield Line(
        f"\nintervals: 95 %, {method.resamples:,} bootstrap resamples of the prompts, seed {method.seed}; p: "
        f"sign-flip, {method.permutations:,} permutations"
    )


_NARROW = ("mode", "n", "instr. loose %", "prompt loose %", "tokens")


def _mode(mode: ModeReport) -> dict[str, Any]:
    metrics = mode.metrics
    return {
        "mode": mode.mode,
        "n": mode.prompts,
        **{heading: with_interval(metrics[name]) for name, heading in _SHARES.items()},
        "tokens": bare(metrics["tokens"]),
        "thinking": bare(metrics["thinking_tokens"]),
    }


def _changes(changes: dict[str, Change]) -> dict[str, Any]:
    return {
        "mode": "cot − base",
        "n": changes["instruction_loose"].n,
        **{heading: _signed(changes[name]) for name, heading in _SHARES.items()},
        "tokens": _signed(changes["tokens"], plain=True),
        "thinking": _signed(changes["thinking_tokens"], plain=True),
    }


def _counts(modes: Iterable[ModeReport]) -> Iterator[str]:
    for mode in modes:
        cut = f"{mode.unanswered} without an answer (cut off inside the thinking, or empty): they follow nothing"
        parts = [cut] if mode.unanswered else []
        if mode.mode != "base" and mode.unthinking:
            parts.append(f"{mode.unthinking} without thinking")
        if mode.mode == "base" and mode.unthinking < mode.prompts:
            parts.append(f"{mode.prompts - mode.unthinking} with thinking")
        if mode.undecided:
            parts.append(f"{mode.undecided} constraints need a judge")
        if mode.failed:
            kinds = ", ".join(f"{kind} {count}" for kind, count in mode.failed.items())
            parts.append(f"{sum(mode.failed.values())} failed rows, in no number ({kinds})")
        if not mode.tokenizer_is_own:
            parts.append(f"tokens by {mode.tokenizer}, not the model's own")
        if parts:
            yield f"{mode.mode}: {'; '.join(parts)}"


def _effect(effect: Effect) -> Iterator[Part]:
    overall = effect.overall
    undecided = f", undecided {overall.undecided}" if overall.undecided else ""
    yield Line(
        f"\nthinking against answering at once, over {effect.prompts} prompts: WIN {overall.win}, LOSE {overall.lose}, "
        f"TIE {overall.tie}{undecided}"
    )
    if effect.base_only or effect.cot_only:
        yield Line(f"not compared, answered in one mode alone: {effect.base_only} in base, {effect.cot_only} in cot")
    yield Line("\nby kind of constraint, the most harmed first (points: cot − base)")
    kinds = sorted(effect.kinds, key=lambda kind: (kind.change.value is None, kind.change.value or 0.0))
    yield Listing(
        [
            {
                "kind": kind.kind, "n": kind.win + kind.lose + kind.tie, "win": kind.win, "lose": kind.lose,
                "tie": kind.tie, "points": _signed(kind.change), "thinking": verdict(kind.change),
            }
            for kind in kinds
        ]
    )  # fmt: skip
    for name, metric in effect.correlations.items():
        what = "no value" if metric.value is None else f"{metric.value:+.2f}"
        spread = "" if metric.ci_low is None else f" [{metric.ci_low:+.2f}, {metric.ci_high:+.2f}]"
        reason = f" ({metric.reason})" if metric.reason else ""
        yield Line(
            f"{name.capitalize()} correlation of thinking tokens and score: {what}{spread}, n {metric.n}{reason}"
        )


def verdict(change: Change) -> str:
    """What the interval says."""
    if change.ci_low is None or change.ci_high is None or change.n < _FEW:
        return "too few"
    return "helps" if change.ci_low > 0 else "hurts" if change.ci_high < 0 else "open"


def remedies(report: RemediesReport) -> Shown:
    """What `follow remedy` shows: the paper's table, original, cot, and each remedy against both."""
    rows = [row for line in report.methods for row in _remedy_rows(report, line)]
    return Shown(_remedy_parts(report), rows=rows, whole=report)


def _remedy_parts(report: RemediesReport) -> Iterator[Part]:
    where = f"{printable(report.model)} on {printable(report.dataset)}"
    yield Line(f"\n{where}: remedies where thinking harms; constraints followed, loose, %")
    yield Listing([_remedy(line) for line in report.methods], brief=_REMEDY_NARROW)
    yield from map(Line, _remedy_notes(report.methods))
    if report.classifier is not None:
        yield Line("")
        yield from map(Line, _classifier_lines(report.classifier))


_REMEDY_NARROW = ("method", "n", "followed", "to cot", "tokens")


def _remedy(line: RemedyReport) -> dict[str, Any]:
    return {
        "method": line.method,
        "n": line.prompts,
        "followed": with_interval(line.metrics["instruction_loose"]),
        "to cot": _signed(line.to_cot["instruction_loose"]) if line.to_cot else "",
        "to original": _signed(line.to_base["instruction_loose"]) if line.to_base else "",
        "reasons": "" if line.reasoned is None or not line.prompts else f"{100 * line.reasoned / line.prompts:.0f} %",
        "precision": "" if line.precision is None else bare(line.precision),
        "recall": "" if line.recall is None else bare(line.recall),
        "tokens": bare(line.metrics["tokens"]),
    }


def _remedy_notes(lines: Iterable[RemedyReport]) -> Iterator[str]:
    for line in lines:
        lost = [f"lost: {count} {_LOST.get(reason, reason)}" for reason, count in line.lost.items()]
        decided = [_decided(line.reasoned, line)] if line.reasoned is not None and line.prompts else []
        if notes := [*decided, *lost, *([line.note] if line.note else [])]:
            yield f"{line.method}: {'; '.join(notes)}"


def _decided(reasoned: int, line: RemedyReport) -> str:
    rates = [
        f"{name} {with_interval(metric) if metric.value is not None else '–'}"
        for name, metric in (("precision", line.precision), ("recall", line.recall))
        if metric is not None
    ]
    return f"reasons on {reasoned} of {line.prompts} prompts, {', '.join(rates)} %"


_LOST = {"missing": "without a response", "unreadable": "whose decision is neither yes nor no"}


def _classifier_lines(report: ClassifierReport) -> Iterator[str]:
    yield (
        f"classifier ({report.backbone}): learnt from {report.learnt_from} prompts, {report.wins_learnt_from} of them "
        f"WIN (label: reason; LOSE and the {report.ties_learnt_from} TIE: answer at once), measured on the other "
        f"{report.held_out}"
    )
    yield (
        f"accuracy held out: {with_interval(report.accuracy)} %; to reason always {bare(report.always)}, "
        f"never {bare(report.never)}"
    )
    if report.cross_validated and report.cross_validated_always and report.cross_validated_never:
        yield (
            f"accuracy cross-validated: {with_interval(report.cross_validated)} %; to reason always "
            f"{bare(report.cross_validated_always)}, never {bare(report.cross_validated_never)}"
        )


def _remedy_rows(report: RemediesReport, line: RemedyReport) -> Iterator[dict[str, Any]]:
    parts: list[tuple[str | None, dict[str, Any]]] = [(None, dict(line.metrics))]
    parts += [("cot", dict(line.to_cot or {})), ("original", dict(line.to_base or {}))]
    decided = {"precision": line.precision, "recall": line.recall}
    parts.append((None, {name: metric for name, metric in decided.items() if metric is not None}))
    for against, metrics in parts:
        for name, metric in metrics.items():
            yield {
                "dataset": report.dataset, "model": report.model, "method": line.method, "less": against,
                "metric": name, "value": metric.value, "ci_low": metric.ci_low, "ci_high": metric.ci_high,
                "n": metric.n, "n_excluded": metric.n_excluded, "p_value": getattr(metric, "p_value", None),
            }  # fmt: skip


def advised(found: list[Advice]) -> Shown:
    """What `follow advise` shows: what the figures say, group by group."""
    rows = [
        {
            "group": part.group, "n": part.prompts, "thinking": part.thinking, "method": part.method or "open",
            "advice": part.advice, "paper": ", ".join(part.paper),
        }
        for part in found
    ]  # fmt: skip
    return Shown(map(Line, _advice_lines(found)), rows=rows, whole=found)


def _advice_lines(found: list[Advice]) -> Iterator[str]:
    for part in found:
        yield f"\n{part.group} ({part.prompts} prompts): thinking {_THINKING[part.thinking]}"
        yield f"  {part.advice}"
        for option in part.options:
            to_cot = "" if option.method == "cot" else f", {_signed(option.to_cot)} to cot"
            yield (
                f"  {option.method}: {_signed(option.gain)} to answering at once{to_cot}, "
                f"{_signed(option.tokens, plain=True)} tokens, n {option.gain.n}"
            )
        if part.paper:
            yield f"  the paper's advice for such instructions: {' or '.join(part.paper)}"


_THINKING = {"helps": "helps", "hurts": "hurts", "open": "neither helps nor hurts for sure"}


def _signed(metric: Metric, *, plain: bool = False) -> str:
    if metric.value is None:
        return "–"
    value = ("+" if metric.value > 0 else "") + number(metric.value, metric.unit)
    if plain or metric.ci_low is None:
        return value
    return f"{value} [{number(metric.ci_low, metric.unit)}, {number(metric.ci_high, metric.unit)}]"
