"""A report as people read it: tables and lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from overthink.metrics.catalogue import LAST_FIRST_CORRECT, LAST_SOLUTION_COUNT
from overthink.problems.named.two_plus_three import PROBE
from overthink.records import Counts, Method, Metric, Report, RunReport, Way
from overthink.render.cells import (
    COLUMNS,
    PERCENT_OF_INTERVALS,
    Metrics,
    bare,
    caveat_words,
    datasets_of,
    escaped,
    footnotes,
    judge_lines,
    labels,
    level_rows,
    printable,
    responses_of,
)
from overthink.render.formats import Shown
from overthink.render.tables import Line, Part, Table, caveat_line, fitting_of, worst_lines


def shown(report: Report) -> Shown:
    """The report in every format."""
    return Shown(terminal=_tables(report), markdown=markdown(report), rows=report.rows, whole=report)


def markdown(report: Report) -> Iterator[Line | Table]:
    """One table a dataset with a line for each run, then one a run with a line for each level."""
    names = labels(report)
    for dataset in datasets_of(report):
        yield Line(escaped(dataset), "title")
        yield _models(report, dataset)
    for part in report.runs:
        yield from (Line(escaped(f"{line.text}.")) for line in worst_lines(part.caveats, f"{names[part.run]}: "))
    for part in report.runs:
        for dataset, block in part.metrics.items():
            if block.levels:
                yield Line(f"{escaped(names[part.run])}, {escaped(dataset)} by level", "title")
                yield _main("level", level_rows(block))
    for part in report.runs:
        yield from (Line(escaped(f"{names[part.run]}, {line}")) for line in judge_lines(part))
    yield Line(f"In brackets: {PERCENT_OF_INTERVALS} bootstrap intervals over problems.")
    yield from (Line(escaped(note)) for note in footnotes(report))


def _tables(report: Report) -> Iterator[Part]:
    """What the terminal shows: the runs side by side, each run by level with its distributions, what was left out."""
    names = labels(report)
    for dataset in datasets_of(report):
        if dataset == PROBE:
            yield Line("Tokens for 2 + 3", "title")
            yield _probe(report)
        elif sum(dataset in part.metrics for part in report.runs) > 1:
            yield Line(printable(dataset), "title")
            yield _models(report, dataset)
            yield from (
                caveat_line(one, f"{names[part.run]}: {caveat_words(one)}")
                for part in report.runs
                if dataset in part.metrics
                for one in part.caveats
                if one.severity == "void"
            )
    if notes := footnotes(report):
        yield Line("\n" + "\n".join(notes), "note")
    for part in report.runs:
        yield from _run_tables(part, names[part.run])
    for line in dict.fromkeys(_method_line(part.method) for part in report.runs):
        yield Line(f"\n{line}", "dim")


def _side_by_side(report: Report, dataset: str) -> list[tuple[str, Metrics]]:
    names = labels(report)
    return [(names[part.run], part.metrics[dataset].overall) for part in report.runs if dataset in part.metrics]


def _models(report: Report, dataset: str) -> Table:
    return _main("model", _side_by_side(report, dataset))


def _main(kind: str, rows: Sequence[tuple[str, Metrics]], bold: int | None = None) -> Table:
    """The metrics of COLUMNS, a line each row."""
    lines = [
        [name, str(responses_of(metrics)), *(fitting_of(metrics, column.metric) for column in COLUMNS)]
        for name, metrics in rows
    ]
    return Table([f"\n{kind}", "\nn", *(column.heading for column in COLUMNS)], lines, bold=bold, aligned=True)


def _probe(report: Report) -> Table:
    rows = [
        [name, str(responses_of(metrics)), bare(metrics["tokens"]), bare(metrics["solutions"])]
        for name, metrics in _side_by_side(report, PROBE)
    ]
    return Table(["model", "n", "tokens", "solutions"], rows)


def _run_tables(part: RunReport, name: str) -> Iterator[Part]:
    worst = worst_lines(part.caveats)
    for dataset, block in part.metrics.items():
        if dataset == PROBE:
            continue  # it has a table of its own
        yield Line(f"{name} · {printable(dataset)}", "title")
        yield _main("level", level_rows(block), bold=len(block.levels))
        yield from worst
        worst = []
        yield _distributions(block.overall)
        yield _kinds(block.overall)
        yield from map(Line, _notes(block.overall))
    if len(part.metrics) > 1:
        yield Line(f"{name} · all datasets", "title")
    yield from worst  # if the probe is all that there is
    yield from map(Line, _count_lines(part.counts))
    yield from map(Line, judge_lines(part))
    if part.method.counted_by_server:
        yield Line(f"tokens of a hidden thinking are the server's own count: {part.method.counted_by_server} responses")
    mark = "" if part.method.tokenizer_is_own else ", not the model's own"
    yield Line(f"tokenizer: {printable(part.method.tokenizer)}{mark}")


def _distributions(metrics: Metrics) -> Table:
    """By the number of a solution: who has so many, which one is the first correct, which bring news; percent."""
    last_count, last_first = f"{LAST_SOLUTION_COUNT}+", f"{LAST_FIRST_CORRECT}+"
    numbers = [*map(str, range(LAST_SOLUTION_COUNT)), last_count]
    first = {k: bare(metric) for k, metric in _family(metrics, "first_correct@")}
    first[str(LAST_FIRST_CORRECT)] = f"{last_first} {first.pop(last_first)}"
    rows = {
        "so many in a response, %": {k: bare(metric) for k, metric in _family(metrics, "solution_count@")},
        "first correct is this, %": first,
        "brings a new strategy, %": {k: bare(metric) for k, metric in _family(metrics, "distinctness@")},
    }
    lines = [[name, *(cells.get(k, "") for k in numbers)] for name, cells in rows.items()]
    return Table(["\nsolutions", *numbers], lines, rule=False)


def _kinds(metrics: Metrics) -> Table:
    kinds = _family(metrics, "kind_share/")
    headings = ["\n\nkinds of thinking", *(kind.replace("_", "\n") for kind, _ in kinds)]
    return Table(headings, [["tokens, %", *(bare(metric) for _, metric in kinds)]], rule=False)


def _family(metrics: Metrics, prefix: str) -> list[tuple[str, Metric]]:
    return [(name.removeprefix(prefix), metric) for name, metric in metrics.items() if name.startswith(prefix)]


# Lines


def _notes(metrics: Metrics) -> Iterator[str]:
    after, first = metrics["tokens_after_answer_share"], metrics["outcome_efficiency_first_solution"]
    yield f"tokens after the first correct answer: {bare(after)} % of those of answered responses"
    yield f"outcome efficiency by the tokens of the first correct solution alone: {bare(first)} %"
    if passes := [f"{k}: {bare(metric)} (n {metric.n})" for k, metric in _family(metrics, "pass@")]:
        yield f"pass@k of n problems, %: {', '.join(passes)}"
    if line := _listed({c.metric: metrics[c.metric].n_excluded for c in COLUMNS if c.metric in metrics}):
        yield f"left out: {line}"


def _count_lines(counts: Counts) -> Iterator[str]:
    """What could not be measured, and what was counted as wrong for want of an answer. Silent where all is well."""
    undetermined = {
        "final answers": counts.undetermined_answers,
        "solutions": counts.undetermined_solutions,
    }
    if any(undetermined.values()):
        yield "undetermined: " + ", ".join(_with_parts(name, ways) for name, ways in undetermined.items() if ways)
    if counts.missing_answers:
        yield f"counted as wrong: {counts.missing_answers} without a final answer ({counts.missing_truncated} cut off)"
    if counts.truncated_answered:
        yield f"cut off, so that the last answer before counts as the final one: {counts.truncated_answered}"
    others = {
        "cut off": counts.truncated,
        "empty thinking": counts.empty_thinking,
        "no solution": counts.no_solution,
        "tails": counts.tails,
        "no gold answer": counts.no_gold,
        "mostly in another language": sum(counts.other_language.values()),
    }
    if line := _listed(others):
        yield f"responses: {counts.responses}; {line}"
    if counts.failed:
        yield failed_line(counts.failed)


def failed_line(failed: Mapping[str, int]) -> str:
    """How many rows could not be made, by stage."""
    return f"{_with_parts('failed rows', failed)}: owed, and in no number above"


def _with_parts(name: str, parts: Mapping[str, int] | Mapping[Way, int]) -> str:
    return f"{sum(parts.values())} {name} ({_listed(parts)})"


def _listed(counts: Mapping[str, int] | Mapping[Way, int]) -> str:
    return ", ".join(f"{_words(name)} {count}" for name, count in counts.items() if count)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _method_line(method: Method) -> str:
    return (
        f"{PERCENT_OF_INTERVALS} intervals (±: half their width): {method.resamples:,} bootstrap resamples of the "
        f"problems, seed {method.seed}; tokens of the {method.scope}; solutions: {method.segmenter}; "
        f"strategies: {method.clusterer}; verdicts: {method.verifier}"
    )
