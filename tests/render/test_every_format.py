"""Every command in every format that the command line offers: programs get the numbers of the JSON, digit by digit."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import pyarrow.parquet
import pytest
from prometheus_client.parser import text_string_to_metric_families

from overthink.cli import COMMANDS, load
from overthink.follow import tables as follow_tables
from overthink.follow.advice import Advice, Option
from overthink.follow.attention import tables as attention_tables
from overthink.follow.attention.report import AttentionReport, Drop, Group
from overthink.follow.remedies import RemediesReport, RemedyReport
from overthink.follow.report import FollowReport
from overthink.metrics import output
from overthink.records import Change, Metric
from overthink.render.output import print_result
from tests.conftest import ROOT, Overthink
from tests.follow.test_page import followed as page_example

pytestmark = pytest.mark.slow  # whole commands, again and again

METRIC = Metric(value=1 / 3, ci_low=1 / 7, ci_high=2 / 3, n=8, n_excluded=0, unit="share", higher_is_better=True)
CHANGE = Change(**{**METRIC.model_dump(), "value": -2 / 7}, base=6 / 7, new=4 / 7, p_value=0.0001)


def offered() -> Iterator[tuple[str, str]]:
    """Every command that prints results, and each of its formats."""
    for name in COMMANDS:
        command = load(name)
        for path, one in [(f"{name} {sub}", part) for sub, part in getattr(command, "commands", {}).items()] or [
            (name, command)
        ]:
            for parameter in one.params:
                if parameter.name != "format":
                    continue
                choices = get_args(parameter.type_descriptor.annotation)
                if "markdown" in choices:
                    yield from ((path, str(choice)) for choice in choices)


OFFERED = list(offered())
FEW = ("--resamples", "100")
COMMAND_LINES: dict[str, tuple[str, ...]] = {
    "score": ("score", "golden/sample-qwq"),
    "run": ("run", "golden/sample-qwq"),
    "report": ("report", "golden/sample-qwq"),
    "pairs": ("pairs", "golden/sample-qwq", *FEW),
    "compare": ("compare", "golden/sample-qwq", "golden/sample-r1", *FEW, "--permutations", "100"),
    "exit": ("exit", "golden/sample-qwq", *FEW),
    "export": ("export", "golden/sample-qwq", "--to", "inspect", "-o", "out"),
    "status": ("status", "golden"),
    "datasets": ("datasets",),
    "agree": ("agree", "golden", str(ROOT / "samples" / "labels.jsonl"), *FEW),
}


def remedies() -> RemediesReport:
    names = ("instruction_loose", "tokens")
    line = RemedyReport(
        method="few-shot", prompts=8, metrics=dict.fromkeys(names, METRIC), to_cot=dict.fromkeys(names, CHANGE),
        to_base=None, precision=METRIC,
    )  # fmt: skip
    return RemediesReport(dataset="ifeval", model="m", methods=[line], classifier=None)


def advice() -> list[Advice]:
    option = Option(method="few-shot", gain=CHANGE, to_cot=CHANGE, tokens=CHANGE)
    return [Advice(group="all", prompts=8, thinking="hurts", method=None, advice="a", options=[option], paper=[])]


def followed() -> FollowReport:
    report = page_example()
    assert report.effect is not None
    changes = dict.fromkeys(report.modes[0].metrics, CHANGE)
    return report.model_copy(update={"effect": report.effect.model_copy(update={"changes": changes})})


def attended() -> AttentionReport:
    drop = Drop(layer=1, base=1 / 7, cot=1 / 9, drop=METRIC, base_ratio=8 / 7, cot_ratio=8 / 9, drop_ratio=METRIC)
    group = Group(outcome=None, problems=2, drops=[drop])
    return AttentionReport(
        dataset="ifeval", models={}, finders=[], problems=2, one_sided=0, left_out={}, groups=[group], traces=[],
        resamples=50, seed=0,
    )  # fmt: skip


PRINTED: dict[str, Callable[[Any], None]] = {
    "follow score": lambda form: print_result(follow_tables.scores(followed()), form),
    "follow run": lambda form: print_result(follow_tables.scores(followed()), form),
    "follow remedy": lambda form: print_result(follow_tables.remedies(remedies()), form),
    "follow advise": lambda form: print_result(follow_tables.advised(advice()), form),
    "follow attention": lambda form: print_result(attention_tables.attended(attended()), form),
}
"""Commands that need a model: what they print, given a report."""


Print = Callable[[str, str], bytes]


@pytest.fixture
def printed(
    overthink: Overthink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Print:
    """What a command prints in a format."""
    shutil.copytree(ROOT / "samples" / "golden", tmp_path / "golden")
    binary: list[bytes] = []
    put = output.put

    def kept(content: bytes, form: str, out: Path | None) -> None:
        binary.append(content) if form == "parquet" else put(content, form, out)

    monkeypatch.setattr(output, "put", kept)

    def run(command: str, form: str) -> bytes:
        if command in PRINTED:
            capsys.readouterr()
            PRINTED[command](form)
            return capsys.readouterr().out.encode()
        done = overthink(*COMMAND_LINES[command], "--format", form)
        assert done.code == 0, done.err
        return binary.pop() if form == "parquet" else done.out.encode()

    return run


def numbers(value: Any) -> Iterator[float]:
    """Every number in plain data, at any depth; those of a CSV's cells too."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)
    elif isinstance(value, str):
        for part in value.split(", "):  # a list in a cell of CSV
            with suppress(ValueError):
                yield float(part)


def of_prometheus(content: bytes) -> list[float]:
    """The values alone: it counts undefined ones itself."""
    families = text_string_to_metric_families(content.decode())
    return [sample.value for family in families if "undefined" not in family.name for sample in family.samples]


READERS: dict[str, Callable[[bytes], Any]] = {
    "jsonl": lambda content: [json.loads(line) for line in content.decode().splitlines()],
    "csv": lambda content: list(csv.DictReader(io.StringIO(content.decode()))),
    "parquet": lambda content: pyarrow.parquet.read_table(io.BytesIO(content)).to_pylist(),
    "prometheus": of_prometheus,
}
FOR_PEOPLE = {"table", "markdown", "latex", "html"}
WITHOUT_NUMBERS = {"export"}


def test_every_command_with_formats_is_tried() -> None:
    assert {command for command, _ in OFFERED} == COMMAND_LINES.keys() | PRINTED.keys()


def test_every_format_is_read_here_or_is_for_people() -> None:
    assert {form for _, form in OFFERED} == READERS.keys() | FOR_PEOPLE | {"json"}


@pytest.mark.parametrize(("command", "form"), [one for one in OFFERED if one[1] in READERS])
def test_a_format_for_programs_has_only_numbers_of_the_json_digit_by_digit(
    printed: Print, command: str, form: str
) -> None:
    whole = set(numbers(json.loads(printed(command, "json"))))
    found = list(numbers(READERS[form](printed(command, form))))
    assert set(found) <= whole
    assert found or command in WITHOUT_NUMBERS


@pytest.mark.parametrize("command", [command for command, form in OFFERED if form == "csv"])
def test_csv_and_jsonl_have_the_same_numbers(printed: Print, command: str) -> None:
    as_csv, as_jsonl = (sorted(numbers(READERS[form](printed(command, form)))) for form in ("csv", "jsonl"))
    assert as_csv == as_jsonl


@pytest.mark.parametrize(("command", "form"), [one for one in OFFERED if one[1] in FOR_PEOPLE])
def test_a_format_for_people_is_printed(printed: Print, command: str, form: str) -> None:
    assert printed(command, form).strip()
