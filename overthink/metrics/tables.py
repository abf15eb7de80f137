"""A report as people read it: tables for a terminal. `render` knows the other formats too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from overthink.metrics.catalogue import LAST_FIRST_CORRECT, LAST_SOLUTION_COUNT
from overthink.problems.two_plus_three import PROBE
from overthink.records import Counts, Method, Metric, Report, RunReport, Way
from overthink.render.cells import (
    COLUMNS,
    FOREIGN_TOKENIZER,
    FULLEST_FIRST,
    PERCENT_OF_INTERVALS,
    Metrics,
    bare,
    cell_of,
    cut,
    datasets_of,
    has_foreign_tokenizer,
    judge_lines,
    labels,
    level_rows,
    printable,
    to_markdown,
)
from overthink.render.formats import written
from overthink.render.terminal import grid, title, to_text, width_of

Format = Literal["table", "json", "jsonl", "csv", "markdown"]


def render(report: Report, form: Format, *, width: int = 80, colour: bool = False) -> str:
    """The report in this format, with a newline at its end. `width` (columns) and `colour` are the terminal's."""
    if form == "table":
        return to_text(tables(report, width), width, colour)
    return to_markdown(report) if form == "markdown" else written(form, report.rows, report)


def tables(report: Report, width: int) -> Iterator[RenderableType]:
    """What the terminal shows: the runs side by side, each run by level with its distributions, what was left out."""
    names = labels(report)
    for dataset in datasets_of(report):
        parts = [part for part in report.runs if dataset in part.metrics]
        rows = [(names[part.run], part.metrics[dataset].overall) for part in parts]
        if dataset == PROBE:
            yield title("Tokens for 2 + 3")
            yield _probe_table(rows)
        elif len(parts) > 1:
            yield title(printable(dataset))
            yield _main_table("model", rows, width)
    if has_foreign_tokenizer(report):
        yield Text(f"\n{FOREIGN_TOKENIZER}", style="yellow")
    for part in report.runs:
        yield from _run_tables(part, names[part.run], width)
    for line in dict.fromkeys(_method_line(part.method) for part in report.runs):
        yield Text(f"\n{line}", style="dim")


def _main_table(kind: str, rows: Sequence[tuple[str, Metrics]], width: int) -> Table:
    """The five first metrics, a line each row, in the fullest cells that fit; where none do, names are cut."""
    for cell in FULLEST_FIRST:
        table = _filled(kind, rows, cell)
        excess = width_of(table) - width
        if excess <= 0:
            return table
    room = max(len(name) for name, _ in rows) - excess
    return _filled(kind, [(cut(name, room), metrics) for name, metrics in rows], bare)


def _filled(kind: str, rows: Sequence[tuple[str, Metrics]], cell: Callable[[Metric], str]) -> Table:
    table = grid(f"\n{kind}", "\nn", *(column.heading for column in COLUMNS))
    for name, metrics in rows:
        cells = (cell_of(metrics, column.metric, cell) for column in COLUMNS)
        table.add_row(Text(name), str(metrics["tokens"].n), *cells)
    return table


def _probe_table(rows: Sequence[tuple[str, Metrics]]) -> Table:
    table = grid("model", "n", "tokens", "solutions")
    for name, metrics in rows:
        table.add_row(Text(name), str(metrics["tokens"].n), bare(metrics["tokens"]), bare(metrics["solutions"]))
    return table


def _run_tables(part: RunReport, name: str, width: int) -> Iterator[RenderableType]:
    for dataset, block in part.metrics.items():
        if dataset == PROBE:
            continue  # it has a table of its own
        yield title(f"{name} · {printable(dataset)}")
        table = _main_table("level", level_rows(block), width)
        table.rows[-1].style = "bold"
        yield table
        yield _distributions(block.overall)
        yield _kinds(block.overall)
        yield from _notes(block.overall)
    if len(part.metrics) > 1:
        yield title(f"{name} · all datasets")
    yield from map(Text, _count_lines(part.counts))
    yield from map(Text, judge_lines(part))
    mark = "" if part.method.tokenizer_is_own else ", not the model's own"
    yield Text(f"tokenizer: {printable(part.method.tokenizer)}{mark}")


def _distributions(metrics: Metrics) -> Table:
    """By the number of a solution: who has so many, where the first correct one stands, which bring news; percent."""
    last_count, last_first = f"{LAST_SOLUTION_COUNT}+", f"{LAST_FIRST_CORRECT}+"
    numbers = [*map(str, range(LAST_SOLUTION_COUNT)), last_count]
    first = {k: bare(metric) for k, metric in _family(metrics, "first_correct@")}
    first[str(LAST_FIRST_CORRECT)] = f"{last_first} {first.pop(last_first)}"
    table = grid("\nsolutions", *numbers, rule=False)
    rows = {
        "so many in a response, %": {k: bare(metric) for k, metric in _family(metrics, "solution_count@")},
        "first correct is this, %": first,
        "brings a new strategy, %": {k: bare(metric) for k, metric in _family(metrics, "distinctness@")},
    }
    for name, cells in rows.items():
        table.add_row(name, *(cells.get(k, "") for k in numbers))
    return table


def _kinds(metrics: Metrics) -> Table:
    kinds = _family(metrics, "kind_share/")
    table = grid("\n\nkinds of thinking", *(kind.replace("_", "\n") for kind, _ in kinds), rule=False)
    table.add_row("tokens, %", *(bare(metric) for _, metric in kinds))
    return table


def _family(metrics: Metrics, prefix: str) -> list[tuple[str, Metric]]:
    return [(name.removeprefix(prefix), metric) for name, metric in metrics.items() if name.startswith(prefix)]


# Lines


def _notes(metrics: Metrics) -> Iterator[Text]:
    after, first = metrics["tokens_after_answer_share"], metrics["outcome_efficiency_first_solution"]
    yield Text(f"tokens after the first correct answer: {bare(after)} % of those of answered responses")
    yield Text(f"outcome efficiency by the tokens of the first correct solution alone: {bare(first)} %")
    if passes := [f"{k}: {bare(metric)} (n {metric.n})" for k, metric in _family(metrics, "pass@")]:
        yield Text(f"pass@k of n problems, %: {', '.join(passes)}")
    if line := _listed({c.metric: metrics[c.metric].n_excluded for c in COLUMNS if c.metric in metrics}):
        yield Text(f"left out: {line}")


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
