"""A run that has a caveat says so in every place where its numbers are shown, and no other run does."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from overthink.compare.page import to_html
from overthink.compare.rows import Comparison
from overthink.compare.stage import compare
from overthink.compare.tables import shown as shown_comparison
from overthink.exits.rows import Exits
from overthink.exits.stage import exits
from overthink.exits.tables import shown as shown_exits
from overthink.exports.responses import Evaluator
from overthink.exports.tools import every_eval_ever
from overthink.imports.recording import Recorded
from overthink.imports.stage import import_responses
from overthink.metrics.aggregate import is_of_thinking
from overthink.metrics.output import rendered as report_in
from overthink.metrics.pipeline import bring
from overthink.metrics.report import join, renamed, report_of
from overthink.metrics.tables import shown as shown_report
from overthink.pairs.file import make_pairs
from overthink.pairs.rows import PairReport
from overthink.pairs.tables import shown as shown_pairs
from overthink.profiles import profile_many
from overthink.records import Failure, Problem, Report, Response
from overthink.render.cells import FOOTNOTES
from overthink.render.formats import Shown
from overthink.render.output import rendered
from overthink.report.latex import escaped, to_latex
from overthink.report.page import write_page
from overthink.run import Run
from overthink.run.caveats import KINDS, caveat, caveats_of
from overthink.run.command import print_status, tell_caveats
from overthink.run.manifest import Manifest
from overthink.serve.pages import run_list
from overthink.serve.runs import Listed
from overthink.session import Session
from tests.conftest import ROOT, Overthink

THOUGHT = "2 and 3 make 5, so the answer is 5.\n\nWait, let me check that: 5 - 3 = 2. Yes, the answer is 5."
NL = "\n\n"
ANSWER = "\n\nThe answer is \\boxed{5}."
DUTCH = (
    "Het ene getal is twee en het andere is drie, dus dan is de som vijf, en niet zes.\n\nAls we dat met de vingers "
    "tellen, wordt het niet moeilijk: de duim van een hand en ook de vier andere. Dus het antwoord is 5."
)
MODEL = "Qwen/QwQ-32B"  # whose own tokenizer is there
PLAIN = {"response": f"<think>\n{THOUGHT}\n</think>{ANSWER}", "finish_reason": "stop"}

SEEN: dict[str, dict[str, Any]] = {
    "hidden_reasoning": {"response": ANSWER, "hidden": True, "reasoning_tokens": 70},
    "shortened_thinking": {"reasoning_tokens": 5000},
    "no_thinking_tags": {"response": THOUGHT},
    "empty_thinking": {"response": f"<think>\n\n</think>{ANSWER}"},
    "unknown_marks": {"response": f"<my:think>\n{THOUGHT}\n</my:think>{ANSWER}"},
    "looping": {"response": f"<think>\n{(THOUGHT + NL) * 6}\n</think>{ANSWER}"},
    "one_paragraph": {"response": f"<think>\n{' '.join(f'We add {k} to it.' for k in range(30))}\n</think>{ANSWER}"},
    "other_language": {"response": f"<think>\n{DUTCH}\n</think>{ANSWER}"},
    "cut_off": {"response": f"<think>\n{THOUGHT} And", "finish_reason": "length"},
    "closed_but_cut": {"response": f"<think>\n{THOUGHT}\n</think>\n\nThe", "finish_reason": "length"},
    "without_gold": {"gold": None},
    "failed_rows": {"failed": "generate"},
    "no_response": {"failed": "import"},
    "answer_not_announced": {
        "response": "<think>\nPut 2 to 3 first.\n\nNow count.\n</think>\n\nPut 2 with 3 and you have 5 of them. Nice!"
    },
    "tokenizer_not_own": {"model": "acme/reasoner"},
}
"""What of a plain response is other in one that has this caveat; all other caveats are kept in run.json."""


@dataclass(frozen=True)
class Scored:
    """A scored run, its report, and what it is compared with."""

    run: Run
    report: Report
    comparison: Comparison
    exits: Exits

    @property
    def words(self) -> dict[str, str]:
        return {one.code: one.what for one in caveats_of(self.run)}


def recorded(code: str) -> list[Recorded]:
    """Three responses, the first of which has this caveat if that is seen in a response; "" for none."""
    rows = []
    for number in range(3):
        options: dict[str, Any] = {**PLAIN, "gold": "5", "model": MODEL, "failed": ""}
        options |= SEEN.get(code, {}) if number == 0 or code == "tokenizer_not_own" else {}
        gold, failed = options.pop("gold"), options.pop("failed")
        problem = Problem(id=f"p{number}", dataset="sums", question=f"What is {number} + {5 - number}?", answer=gold)
        row_id = f"{problem.id}#1"
        response = Response(id=row_id, problem_id=problem.id, sample=1, **options)
        failure = Failure(stage=failed, id=row_id, kind="no_text", message="no text")
        rows.append(Recorded(options["model"], problem, failure if failed else response, ()))
    return rows


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scored]:
    """A run for each caveat, and one without any under no name."""
    folder = tmp_path_factory.mktemp("caveats")
    manifest = Manifest(created="2026-01-01T00:00:00+00:00", model="", origin="import", overthink="0")
    made: dict[str, Run] = {}
    for code in ("", *KINDS):
        (made[code],) = import_responses(recorded(code), folder / (code or "plain"), manifest).values()
        if code and code not in SEEN:
            made[code].update(caveats=[caveat(code, 1, 3, ["cot"] if "{names}" in KINDS[code].what else [])])
    session = Session(processes=1, toml={"report": {"resamples": 100}, "compare": {"permutations": 100}})
    bring(session, list(made.values()), "score")
    return {
        code: Scored(
            run,
            report_of(run, session.options.report),
            compare(session, [made[""].folder, run.folder], anyway=True),
            exits(session, [run.folder]),
        )
        for code, run in made.items()
    }


def printed(capsys: pytest.CaptureFixture[str], print_it: Callable[[], None]) -> str:
    capsys.readouterr()
    print_it()
    done = capsys.readouterr()
    return done.out + done.err


def page(scored: Scored, folder: Path) -> str:
    """What the page holds of the run for its block of caveats."""
    write_page(scored.report, [scored.run], None, folder / "report.html")
    written = (folder / "report.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', written)
    assert found
    told = json.loads(found[1])["runs"][0].get("caveats", [])
    return "\n".join(f"{one['what']} {one['hint']}" for one in told)


def page_data(report: Report, runs: list[Run], folder: Path) -> str:
    """The names and footnotes on the page of these runs."""
    write_page(report, runs, None, folder / "report.html")
    data = json.loads((folder / "report.html").read_text("utf-8").partition('id="data">')[2].partition("</script>")[0])
    return "\n".join([*(one["label"] for one in data["runs"]), *data["footnotes"]])


def pairs(scored: Scored) -> PairReport:
    return make_pairs(Session(processes=1, toml={"report": {"resamples": 100}}), [scored.run.folder], None)


def exported(scored: Scored, folder: Path) -> str:
    paths, _ = every_eval_ever.write(scored.run, scored.report, str(folder), Evaluator("us", "other"))
    library = json.loads(Path(paths[0]).read_text(encoding="utf-8"))["eval_library"]
    return "\n".join(library["additional_details"].values())


def serve_list(scored: Scored) -> str:
    listed = Listed("r", MODEL, "2026-01-01", 3, scored.report)
    return html.unescape(run_list([listed]))


PLACES: dict[str, Callable[[Scored, pytest.CaptureFixture[str], Path], str]] = {
    "the end of import and generate": lambda s, c, _: printed(c, lambda: tell_caveats([s.run])),
    "status, as a table": lambda s, c, _: printed(c, lambda: print_status([s.run], "table", caveats=True)),
    "status, as JSON": lambda s, c, _: printed(c, lambda: print_status([s.run], "json")),
    "report.json": lambda s, *_: report_in(s.report, "json", width=80, colour=False).decode(),
    "the table": lambda s, *_: report_in(s.report, "table", width=500, colour=False).decode(),
    "Markdown": lambda s, *_: report_in(s.report, "markdown", width=80, colour=False).decode().replace("\\", ""),
    "LaTeX": lambda s, *_: to_latex(s.report),
    "the page": lambda s, _, folder: page(s, folder),
    "compare, as JSON": lambda s, *_: rendered(shown_comparison(s.comparison), "json"),
    "compare, as a table": lambda s, *_: rendered(shown_comparison(s.comparison), "table", width=500),
    "compare, as Markdown": lambda s, *_: rendered(shown_comparison(s.comparison), "markdown").replace("\\", ""),
    "compare, as a page": lambda s, *_: html.unescape(to_html(s.comparison)),
    "exit, as JSON": lambda s, *_: rendered(shown_exits(s.exits), "json"),
    "exit, as a table": lambda s, *_: rendered(shown_exits(s.exits), "table", width=500),
    "exit, as Markdown": lambda s, *_: rendered(shown_exits(s.exits), "markdown").replace("\\", ""),
    "pairs, as JSON": lambda s, *_: rendered(shown_pairs(pairs(s), None), "json"),
    "pairs, as a table": lambda s, *_: rendered(shown_pairs(pairs(s), None), "table", width=500),
    "Every Eval Ever": lambda s, _, folder: exported(s, folder),
    "the list of serve": lambda s, *_: serve_list(s),
}
NOT_TOLD = {
    ("compare, as a table", "tokenizer_not_own"),  # a note of its own tells it
    ("compare, as Markdown", "tokenizer_not_own"),
    ("compare, as a page", "tokenizer_not_own"),
}


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "500")


@pytest.mark.parametrize("code", KINDS)
def test_a_run_of_each_caveat_has_that_one_alone(runs: dict[str, Scored], code: str) -> None:
    assert set(runs[code].words) == {code}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("code", KINDS)
def test_a_caveat_is_told_wherever_the_numbers_of_its_run_are_shown(
    runs: dict[str, Scored], code: str, place: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shown, words = PLACES[place](runs[code], capsys, tmp_path), runs[code].words[code]
    if place == "LaTeX":
        words = escaped(words)
    told = json.dumps(words, ensure_ascii=False)[1:-1] if "JSON" in place or "json" in place else words
    assert (told in shown) == ((place, code) not in NOT_TOLD)


@pytest.mark.parametrize("place", PLACES)
def test_a_run_without_caveats_tells_none_anywhere(
    runs: dict[str, Scored], place: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shown = PLACES[place](runs[""], capsys, tmp_path)
    assert runs[""].words == {}
    for code, kind in KINDS.items():
        longest = max(re.split(r"\{\w+\}", kind.what), key=len)
        assert longest not in shown, code


@pytest.mark.parametrize("code", KINDS)
def test_prometheus_counts_each_caveat(runs: dict[str, Scored], code: str) -> None:
    lines = report_in(runs[code].report, "prometheus", width=80, colour=False).decode()
    count = caveats_of(runs[code].run)[0].count
    assert re.search(rf'overthink_caveat{{code="{code}",model="[^"]*",run="[^"]*"}} {count}\.0\n', lines)
    assert "overthink_caveat" not in report_in(runs[""].report, "prometheus", width=80, colour=False).decode()


def test_profile_tells_the_caveats_of_each_response() -> None:
    question = ["What is 2 + 3?"] * 3
    bare, whole, other = profile_many(
        question, [THOUGHT, PLAIN["response"], SEEN["other_language"]["response"]], ["5", "5", None], MODEL, False
    )
    assert [one.code for one in bare.caveats] == ["no_thinking_tags"]
    assert whole.caveats == []
    assert [one.code for one in other.caveats] == ["other_language", "without_gold"]


@pytest.mark.parametrize("code", sorted(SEEN.keys() - {"failed_rows", "no_response", "tokenizer_not_own"}))
def test_show_tells_the_caveats_of_its_response(runs: dict[str, Scored], code: str, overthink: Overthink) -> None:
    words = runs[code].words[code].replace("1 of 3", "1 of 1") + f". {KINDS[code].hint}\n"
    first, second = (overthink("show", runs[code].run.folder, row).out for row in ("p0#1", "p1#1"))
    assert words in first
    assert words not in second


@pytest.mark.parametrize("code", KINDS)
def test_show_tells_what_voids_its_run(runs: dict[str, Scored], code: str, overthink: Overthink) -> None:
    shown = overthink("show", runs[code].run.folder, "p1#1").out
    assert (f": {runs[code].words[code]}\n" in shown) == (KINDS[code].severity == "void" or code == "tokenizer_not_own")


BESIDE: dict[str, Callable[[Report, list[Run], Path], str]] = {
    "the table": lambda report, *_: rendered(shown_report(report), "table", width=500),
    "Markdown": lambda report, *_: rendered(shown_report(report), "markdown").replace("\\", ""),
    "LaTeX": lambda report, *_: to_latex(report).replace(r"\dag{}", "†").replace("\\", ""),
    "the page": page_data,
    "the list of serve": lambda report, runs, _: run_list(
        [Listed(part.run, "QwQ-32B", "", 3, Report(schema_version=1, runs=[part], rows=[])) for part in report.runs]
    ),
}


@pytest.mark.parametrize("place", BESIDE)
@pytest.mark.parametrize("code", ["hidden_reasoning", "no_thinking_tags", "reasoning_not_in_log", "looping"])
def test_a_void_run_beside_another_carries_a_mark_and_its_meaning(
    runs: dict[str, Scored], code: str, place: str, tmp_path: Path
) -> None:
    both = [runs[""], runs[code]]
    report = join([renamed(one.report, str(one.run.folder)) for one in both])
    shown = BESIDE[place](report, [one.run for one in both], tmp_path)
    void = KINDS[code].severity == "void"
    assert bool(re.search("QwQ-32B(</a>)?†", shown)) == void
    assert (f"† {FOOTNOTES['†']}" in html.unescape(shown)) == void
    assert "plain/Qwen--QwQ-32B†" not in shown


def csv_rows(shown: Shown) -> list[dict[str, Any]]:
    return list(csv.DictReader(rendered(shown, "csv").splitlines()))


def json_lines(shown: Shown) -> list[dict[str, Any]]:
    rows = map(json.loads, rendered(shown, "jsonl").splitlines())
    return [{**row, "void": ", ".join(row.get("void", []))} for row in rows]


def parquet_rows(report: Report) -> list[dict[str, Any]]:
    found = pyarrow.parquet.read_table(io.BytesIO(report_in(report, "parquet", width=80, colour=False)))
    return [{**row, "void": ", ".join(row["void"])} for row in found.to_pylist()]


FLAT: dict[str, Callable[[Scored], list[dict[str, Any]]]] = {
    "score, as CSV": lambda s: csv_rows(shown_report(s.report)),
    "score, as JSON lines": lambda s: json_lines(shown_report(s.report)),
    "score, as Parquet": lambda s: parquet_rows(s.report),
    "compare, as CSV": lambda s: csv_rows(shown_comparison(s.comparison)),
    "compare, as JSON lines": lambda s: json_lines(shown_comparison(s.comparison)),
    "exit, as CSV": lambda s: csv_rows(shown_exits(s.exits)),
    "exit, as JSON lines": lambda s: json_lines(shown_exits(s.exits)),
    "pairs, as CSV": lambda s: csv_rows(shown_pairs(pairs(s), None)),
    "pairs, as JSON lines": lambda s: json_lines(shown_pairs(pairs(s), None)),
}


@pytest.mark.parametrize("form", FLAT)
@pytest.mark.parametrize("code", ["hidden_reasoning", "unknown_marks", "reasoning_not_in_log", "looping"])
def test_a_row_of_a_void_run_names_what_voids_it(runs: dict[str, Scored], code: str, form: str) -> None:
    rows = FLAT[form](runs[code])
    void = code if KINDS[code].severity == "void" else ""
    stopped = [row for row in rows if row.get("rule", "none") != "none"]  # what it answers then is in the thinking
    of_thinking = [row for row in rows if row in stopped or "side" in row or is_of_thinking(row["metric"])]
    assert {row.get("void", "") for row in of_thinking} == {void}
    assert {row.get("void", "") for row in rows if row not in of_thinking} <= {""}


@pytest.mark.parametrize("form", ["table", "markdown", "latex"])
def test_a_second_warning_is_told_as_the_first_is(runs: dict[str, Scored], form: str) -> None:
    codes = ("hidden_reasoning", "no_thinking_tags", "looping")
    both = [caveat(code, 2, 3) for code in codes]
    part = runs[""].report.runs[0].model_copy(update={"caveats": both})
    report = runs[""].report.model_copy(update={"runs": [part]})
    shown = to_latex(report) if form == "latex" else rendered(shown_report(report), form, width=500).replace("\\", "")
    assert [one.what in shown for one in both] == [True, True, False]
    assert ("(1 more: overthink status RUN)" in shown) == (form != "latex")


def test_a_hidden_response_is_in_no_early_stop_and_no_pair(runs: dict[str, Scored], overthink: Overthink) -> None:
    (part,) = runs["hidden_reasoning"].exits.runs
    assert part.hidden == 1
    assert part.datasets["sums"].overall.stops[0].tokens.n == 2
    report = json.loads(overthink("pairs", runs["hidden_reasoning"].run.folder, "--format", "json").out)
    assert report["unused"] == {"hidden_thinking": 1}
    assert (report["samples"], report["dropped"]["no_usable_sample"]) == (3, 1)
    shown = overthink("show", runs["hidden_reasoning"].run.folder, "p0#1").out
    assert "the server hides its thinking (70 by its own count)" in shown


def test_import_tells_its_caveats_and_so_does_a_run_of_a_file(overthink: Overthink, tmp_path: Path) -> None:
    row = {"problem": "What is 2 + 3?", "response": THOUGHT, "answer": "5", "model": MODEL, "dataset": "sums"}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n")
    words = caveat("no_thinking_tags", 1, 1)
    for command in (("import", "rows.jsonl", "--out", "a"), ("run", "rows.jsonl", "--out", "b")):
        done = overthink(*command)
        assert f"Qwen--QwQ-32B: WARNING: {words.what}. {words.hint}\n" in done.err


def test_readme_lists_every_caveat() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("\n## Caveats\n")[2].partition("\n## ")[0]
    rows = [
        f"| `{code}` | {kind.severity} | {kind.what.format(share='n of m', names='…')} |"
        for code, kind in KINDS.items()
    ]
    assert [line for line in section.splitlines() if line.startswith("| `")] == rows
