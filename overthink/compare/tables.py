"""A comparison as people read it: tables and lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from overthink.compare.rows import Against, Changes, Comparison, Settings, groups, headline
from overthink.records import Caveat, Metric
from overthink.render.cells import (
    COLUMNS,
    FOOTNOTES,
    NOTHING,
    PERCENT_OF_INTERVALS,
    caveat_words,
    escaped,
    number,
    printable,
    signed,
    void_mark,
    with_interval,
)
from overthink.render.formats import Shown
from overthink.render.tables import Line, Part, Table, caveat_line, fitting_of
from overthink.run.caveats import ALL_NUMBERS, KINDS, severity_of

_UNITS = {"share": " %", "score": ""}


def shown(comparison: Comparison) -> Shown:
    """The comparison in every format."""
    return Shown(terminal=_tables(comparison), markdown=_markdown(comparison), rows=comparison.rows, whole=comparison)


def _markdown(comparison: Comparison) -> Iterator[Line | Table]:
    """A heading, a table and the lines beside it for each run."""
    for against in comparison.comparisons:
        yield Line(f"{escaped(against.model)} against {escaped(comparison.base_model)}", "title")
        yield Line(f"{pairing_line(against)}. {wins_line(against.overall).capitalize()}.")
        if against.voided:
            yield Line(f"{void_line(against)}.")
        yield _differences("metric", comparison, against)
        if care := care_line(comparison, against):
            yield Line(f"{care.capitalize()}.")
        if meaning := marks_line(comparison, against):
            yield Line(f"{meaning}.")
        yield Line(f"{aes_line(against.overall.aes, comparison.settings)}.")
        if against.unlike:
            yield Line(f"Unlike methods, compared anyway: {escaped('; '.join(against.unlike))}.")
        yield from (Line(f"Note: {escaped(note)}.") for note in against.notes)
        for whose, one in caveats_to_tell(comparison, against):
            yield Line(escaped(f"{whose}: {caveat_words(one)}."))
    yield Line(f"{method_line(comparison.settings)}.")


def _tables(comparison: Comparison) -> Iterator[Part]:
    """Each run against the base: how they were paired, all differences, then those by dataset and level."""
    for against in comparison.comparisons:
        yield Line(f"{printable(against.model)} against {printable(comparison.base_model)}", "title")
        yield Line(f"{printable(against.run)} less {printable(comparison.base_run)}", "dim")
        if against.unlike:
            yield Line(f"UNLIKE METHODS, compared anyway: {printable('; '.join(against.unlike))}", "alarm")
        if against.voided:
            yield Line(void_line(against), "alarm")
        yield Line(f"{pairing_line(against)}\n")
        yield _differences("", comparison, against)
        if care := care_line(comparison, against):
            yield Line(care, "note")
        if meaning := marks_line(comparison, against):
            yield Line(meaning, "dim")
        yield Line(aes_line(against.overall.aes, comparison.settings))
        yield Line(wins_line(against.overall))
        if len(against.datasets) > 1 or any(block.levels for block in against.datasets.values()):
            yield Line("Differences by dataset and level", "title")
            yield _by_level(against)
        yield from (Line(f"note: {printable(note)}", "note") for note in against.notes)
        for whose, one in caveats_to_tell(comparison, against):
            yield caveat_line(one, f"{whose}: {caveat_words(one)}")
    yield Line(f"\n{method_line(comparison.settings)}", "dim")


def void_line(against: Against) -> str:
    """What keeps the thinking of the two runs from being compared, and whether it was compared anyway."""
    refused = "NOT COMPARED but for accuracy (--anyway compares the rest, too)"
    return f"{'COMPARED ANYWAY' if against.anyway else refused}: {'; '.join(against.voided)}"


def caveats(comparison: Comparison, against: Against) -> list[tuple[str, Caveat]]:
    """Every caveat of the base and of this run, the worst first, with whose it is."""
    sides = {"base": comparison.base_caveats, "new run": against.caveats}
    told = ((whose, one) for whose, found in sides.items() for one in found)
    return sorted(told, key=lambda pair: severity_of(pair[1]))


def caveats_to_tell(comparison: Comparison, against: Against) -> list[tuple[str, Caveat]]:
    """Those that are told in words of their own: a note tells of tokenizers already."""
    return [(whose, one) for whose, one in caveats(comparison, against) if one.code != "tokenizer_not_own"]


def care_line(comparison: Comparison, against: Against) -> str:
    """Which numbers are to be taken with care, and by which caveats; empty if nothing compared is in doubt."""
    refused = bool(against.voided) and not against.anyway
    found: dict[str, dict[str, list[str]]] = {}
    for whose, one in caveats(comparison, against):
        if one.severity == "doubt" or (one.severity == "void" and not refused):
            found.setdefault(KINDS[one.code].on, {}).setdefault(one.code, []).append(whose)
    all_first = sorted(found.items(), key=lambda pair: pair[0] != ALL_NUMBERS)
    parts = [f"{numbers} ({', '.join(map(_in_whom, why, why.values()))})" for numbers, why in all_first]
    return f"to be taken with care: {'; '.join(parts)}" if parts else ""


def _in_whom(code: str, whose: Sequence[str]) -> str:
    return f"`{code}` in the {' and the '.join(whose)}"


def marks_line(comparison: Comparison, against: Against) -> str:
    """What the mark behind the name of a side means; empty if there is none."""
    there = "".join(sides(comparison, against))
    return "; ".join(f"{mark} {words}" for mark, words in FOOTNOTES.items() if mark in there)


def sides(comparison: Comparison, against: Against) -> tuple[str, str]:
    """What the two sides are called: with its mark if one is void."""
    return f"base{void_mark(comparison.base_caveats)}", f"new{void_mark(against.caveats)}"


def pairing_line(against: Against) -> str:
    """How many problems are compared, and which are not; how many rows failed."""
    pairing = against.pairing
    unused = {
        "only in the base": pairing.only_base,
        "only in this run": pairing.only_new,
        "with another text": pairing.other_text,
        "failed rows of the base": sum(pairing.failed_base.values()),
        "failed rows of this run": sum(pairing.failed_new.values()),
    }
    left_out = ", ".join(f"{count} {where}" for where, count in unused.items() if count)
    shared = f"{pairing.shared} problems in both ({pairing.samples_base} and {pairing.samples_new} responses)"
    return f"{shared}; not used: {left_out}" if left_out else shared


def wins_line(changes: Changes) -> str:
    """Problems won and lost by accuracy."""
    line = f"problems won {changes.won}, lost {changes.lost}, tied {changes.tied}"
    return f"{line}; {changes.undetermined} undetermined in one of the runs" if changes.undetermined else line


def aes_line(aes: Metric, settings: Settings) -> str:
    """The accuracy-efficiency score with its weights."""
    weights = f"α {settings.alpha:g}, β {settings.beta:g}, γ {settings.gamma:g}"
    value = NOTHING if aes.value is None else f"{aes.value:+.2f}"
    spread = "" if aes.ci_low is None else f" [{aes.ci_low:+.2f}, {aes.ci_high:+.2f}]"
    return f"accuracy-efficiency score (AES; {weights}): {value}{spread}"


def method_line(settings: Settings) -> str:
    """Where intervals and p-values come from."""
    return (
        f"{PERCENT_OF_INTERVALS} intervals (±: half their width): {settings.resamples:,} paired bootstrap resamples of "
        f"the problems; p: two-sided, {settings.permutations:,} random swaps of base and new within problems, seed "
        f"{settings.seed}; ≤ {settings.smallest_p_value:.1g} means that no swap reached the difference. p-values are "
        "not corrected for the number of metrics"
    )


def p_cell(p_value: float | None, settings: Settings) -> str:
    """`0.0213`, `≤ 0.0001` where no permutation reached the difference."""
    if p_value is None:
        return NOTHING
    least = p_value <= settings.smallest_p_value
    return f"≤ {p_value:.1g}" if least else f"{p_value:.4f}"


def metric_name(name: str, unit: str) -> str:
    """`outcome efficiency %`."""
    words = "after the answer" if name == "tokens_after_answer_share" else name.replace("_", " ")
    return words + _UNITS.get(unit, "")


def _differences(kind: str, comparison: Comparison, against: Against) -> Table:
    rows = []
    for name, change in headline(against.overall).items():
        both = (number(side, change.unit) for side in (change.base, change.new))
        cells = (*both, with_interval(change, signed), p_cell(change.p_value, comparison.settings))
        rows.append([metric_name(name, change.unit), str(change.n), *cells])
    return Table([kind, "n", *sides(comparison, against), "difference", "p"], rows)


def _by_level(against: Against) -> Table:
    rows = []
    for dataset, level, changes in groups(against):
        if dataset is not None:
            name = printable(dataset) if level is None else f"  level {level}"
            cells = (fitting_of(changes.metrics, column.metric, signed) for column in COLUMNS)
            rows.append([name, str(changes.problems), *cells, f"{changes.won}/{changes.lost}"])
    return Table(["\n", "\nn", *(column.heading for column in COLUMNS), "won/\nlost"], rows)
