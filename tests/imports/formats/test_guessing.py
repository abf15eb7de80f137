"""Which format a file is of is guessed by its head: never two formats for one, never a log where rows are plain."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.errors import OverthinkError
from overthink.imports.formats import FORMATS, described, guessed
from overthink.imports.log import head
from overthink.imports.recording import Recording
from overthink.problems import Catalogue
from tests.conftest import Overthink
from tests.imports.formats.test_shapes import SAMPLES, WRITERS

LOGS = Path(__file__).parent / "logs"
ROOT = Path(__file__).parents[3]


def known_by(path: Path) -> list[str]:
    begins = head(path)
    modules = {name: import_module(f"overthink.imports.formats.{name.replace('-', '_')}") for name in FORMATS}
    return [name for name, module in modules.items() if module.recognises(begins, path)]


def lines(path: str, *rows: object) -> Path:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return Path(path)


TURNS = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "5"}]
CHOICES = [{"message": TURNS[1], "finish_reason": "stop"}]


@pytest.mark.parametrize("format", WRITERS)
def test_the_files_of_a_format_are_known_by_it_alone(tmp_path: Path, format: str) -> None:
    for path in WRITERS[format](tmp_path, SAMPLES):
        assert known_by(path) == [format]


@pytest.mark.parametrize(
    ("path", "format"),
    [
        *((path, "lm-eval") for path in LOGS.glob("lm-eval*/samples_*.jsonl")),
        *((path, None) for path in LOGS.glob("lm-eval*/results_*.json")),
        *((path, "lighteval") for path in LOGS.rglob("details_*.parquet")),
        *((path, "openai-batch") for path in LOGS.glob("vllm-batch/*.jsonl")),
    ],
    ids=lambda value: value.name[:20] if isinstance(value, Path) else None,
)
def test_the_logs_of_real_tools_are_known_by_one_format(path: Path, format: str | None) -> None:
    assert known_by(path) == ([format] if format else [])


@pytest.mark.parametrize(
    "log",
    [
        {"version": 2, "status": "success", "eval": {"task": "sums"}, "samples": []},
        {"version": 1, "status": "error", "eval": {"task": "sums"}, "plan": {}},
    ],
)
def test_a_log_of_inspect_is_known_by_what_it_holds(tmp_path: Path, log: object) -> None:
    path = tmp_path / "log.json"
    path.write_text(json.dumps(log))
    assert known_by(path) == ["inspect"]
    assert known_by(tmp_path / "log.eval") == ["inspect"]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("r.jsonl", {"problem": "Q", "answer": "5", "model": "m", "response": "5"}),
        ("r.jsonl", {"prompt": "Q", "completion": "5", "reward": 1.0}),
        ("r.jsonl", {"prompt": "Q", "completion": "5", "step": 3}),
        ("r.jsonl", {"input": "Q", "output": "5", "score": 1.0}),
        ("r.jsonl", {"input": "Q", "output": {"text": "5"}, "score": 1.0, "step": 3}),
        ("r.jsonl", {"problem": "Q", "generation": "5", "expected_answer": "5"}),
        ("output.jsonl", {"problem": "Q", "generation": "5", "expected_answer": "5"}),
        ("r.jsonl", {"problem": "Q", "generation": "5", "predicted_answer": "5"}),
        ("output-rs0.jsonl", {"problem": "Q", "response": "5"}),
        ("r.jsonl", {"index": 3, "messages": TURNS, "target": "5"}),
        ("r.jsonl", {"index": 3, "model": "m", "output": "5"}),
        ("r.jsonl", {"messages": TURNS}),
        ("r.jsonl", {"question": "Q", "messages": [TURNS], "answer": "5"}),
        ("r.jsonl", {"problem": "Q", "choices": CHOICES}),
        ("r.jsonl", {"conversations": [{"from": "human", "value": "Q"}], "response": "5"}),
        ("r.jsonl", {"conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "5"}], "output": "6"}),
        ("r.jsonl", {"conversations": [{"from": "human", "value": "Q"}], "chosen": {}, "rejected": {}}),
        ("r.jsonl", {"conversations": ["Q", "5"]}),
        ("r.jsonl", {"doc_id": 0, "doc": {}, "target": "5", "filtered_resps": ["5"]}),
        ("r.jsonl", {"custom_id": "a", "problem": "Q", "text": "5"}),
        ("r.jsonl", {"key": "a", "question": "Q", "response": {"content": "5"}}),
        ("r.jsonl", {"custom_id": "a", "prompt": "Q", "response": {"choices": CHOICES}}),
        ("r.jsonl", {"question": "Q", "response": {"object": "response", "output": []}, "expected_answer": "5"}),
        ("r.jsonl", {"problem": "Q", "responses": {"0.7": [{"content": "5"}]}}),
        ("r.json", [{"problem": "Q", "response": "5"}]),
        ("r.json", {"rows": [{"problem": "Q", "response": "5"}]}),
        ("r.json", {"0": {"problem": "Q", "response": "5"}, "1": {"problem": "Q", "response": "5"}}),
        ("r.json", {"0": {"problem": "Q", "responses": ["5"]}}),
        ("r.json", {"a": {"origin_prompt": "Q", "prediction": "5"}}),
        ("r.json", {"problem": "Q", "gold_answer": "5", "messages": TURNS}),
        ("r.json", {"eval": "sums", "status": 200}),
        ("r.jsonl", {"problem": "Q", "response": "5", "eval": {"correct": True}, "status": "success"}),
        ("r.json", {}),
        ("r.json", []),
        ("r.json", 5),
    ],
)
def test_plain_rows_are_never_taken_for_a_log(tmp_path: Path, name: str, row: object) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(row), encoding="utf-8")
    assert known_by(path) == []
    assert guessed([path]) is None


@pytest.mark.parametrize(
    ("name", "content"),
    [("r.jsonl", "broken"), ("r.jsonl", ""), ("r.json", "{"), ("r.txt", "x"), ("absent.jsonl", None)],
)
def test_what_cannot_be_read_is_no_format_and_left_to_the_reader_to_tell(
    tmp_path: Path, name: str, content: str | None
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    assert guessed([tmp_path / name]) is None


def test_files_of_two_formats_are_refused_in_two_lines(overthink: Overthink) -> None:
    one = WRITERS["verl"](Path("a"), SAMPLES)
    other = WRITERS["opencompass"](Path("b"), SAMPLES)
    done = overthink("import", *one, *other, "--model", "m", "--out", "i")
    assert done.code == 2
    assert done.err.splitlines() == [
        f"{one[0]} looks like verl, and {other[0]} like opencompass",
        "Import them apart, or name one with --format.",
    ]
    assert not Path("i").exists()


def test_a_guess_is_told_and_kept_with_the_run(overthink: Overthink) -> None:
    done = overthink("import", *WRITERS["nemo-skills"](Path("a"), SAMPLES), "--model", "m", "--out", "i")
    assert done.code == 0
    told = "the format of all 2 files was guessed (nemo-skills). Name it with --format if that is wrong."
    assert told in done.err
    (caveat,) = json.loads(Path("i/m/run.json").read_text())["caveats"]
    assert (caveat["code"], caveat["names"]) == ("guessed_format", ["nemo-skills"])


def test_a_format_that_is_named_is_no_guess(overthink: Overthink) -> None:
    paths = WRITERS["nemo-skills"](Path("a"), SAMPLES)
    done = overthink("import", *paths, "--format", "nemo-skills", "--model", "m", "--out", "i")
    assert "guessed" not in done.err
    plain = overthink("import", paths[0], "--format", "plain", "--model", "m", "--out", "j")
    assert plain.code == 0
    assert "guessed" not in plain.err


def test_who_names_columns_says_how_rows_are_read(overthink: Overthink) -> None:
    (path,) = WRITERS["verl"](Path("a"), SAMPLES)
    columns = ("--map", "question=input", "--map", "response=output", "--map", "answer=gts")
    done = overthink("import", path, *columns, "--model", "m", "--out", "i")
    assert done.code == 0
    assert "guessed" not in done.err
    assert Path("i/m").is_dir()


WRONG: dict[str, tuple[str, Any]] = {
    "evalscope": ("r.jsonl", {"problem": "Q"}),
    "nemo-skills": ("r.jsonl", {"problem": "Q"}),
    "nemo-gym": ("r.jsonl", {"problem": "Q"}),
    "skythought": ("r.json", {"0": {"problem": "Q"}}),
    "verl": ("r.jsonl", {"input": "Q"}),
    "trl": ("r.jsonl", {"prompt": "Q"}),
    "opencompass": ("r.json", {"0": {"prediction": "Q"}}),
    "lmms-eval": ("r.jsonl", {"doc_id": 0, "target": "5"}),
    "matharena": ("r.json", {"problem": "Q", "messages": []}),
    "conversations": ("r.jsonl", {"conversations": []}),
}


@pytest.mark.parametrize("format", WRITERS)
def test_rows_that_a_format_does_not_have_are_told_in_two_lines(overthink: Overthink, format: str) -> None:
    name, row = WRONG[format]
    if name.endswith(".json"):
        Path(name).write_text(json.dumps(row))
    else:
        lines(name, row)
    done = overthink("import", name, "--format", format, "--model", "m", "--out", "i")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.strip().splitlines()) == 2
    assert done.err.startswith(name)
    assert not Path("i").exists()


@pytest.mark.parametrize("format", ["evalscope", "nemo-skills", "nemo-gym", "verl", "lmms-eval"])
def test_a_wrong_row_behind_a_right_one_is_named_and_leaves_no_run(overthink: Overthink, format: str) -> None:
    path = WRITERS[format](Path("a"), SAMPLES)[0]
    right = path.read_text().splitlines()[0]
    path.write_text(f"{right}\n{json.dumps({'problem': 'Q'})}\n")
    done = overthink("import", path, "--model", "m", "--out", "i")
    assert done.code == 2
    assert done.err.startswith(f"{path}, line 2: ")
    assert len(done.err.strip().splitlines()) == 2
    assert not list(Path("i").rglob("*.json*"))


@pytest.mark.parametrize("value", [[], ["x"], 5, None, {"0": 5}, {"0": {"responses": 5}}, {"0": {"responses": {}}}])
@pytest.mark.parametrize("format", WRITERS)
def test_json_of_any_shape_is_refused_in_two_lines(overthink: Overthink, format: str, value: object) -> None:
    Path("r.json").write_text(json.dumps(value))
    done = overthink("import", "r.json", "--format", format, "--model", "m", "--out", "i")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.strip().splitlines()) == 2


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to every value inside of one."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in inside for place in places(inner, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    items = dict(value) if isinstance(value, dict) else list(value)
    items[path[0]] = replaced(items[path[0]], path[1:], new)
    return items


@pytest.mark.parametrize("format", sorted(WRITERS.keys() - {"trl", "matharena"}))
@settings(max_examples=40)
@given(data=st.data())
def test_a_row_with_anything_in_any_place_is_read_or_refused_in_two_lines(format: str, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = WRITERS[format](Path(folder), SAMPLES)[0]
        rows = path.suffix == ".jsonl"
        value = [json.loads(line) for line in path.read_text().splitlines()] if rows else json.loads(path.read_text())
        place = data.draw(st.sampled_from(places(value)[1:]))
        new = data.draw(st.sampled_from([None, 5, True, "x", [], {}, [5], [{}], [[]], {"role": "assistant"}]))
        value = replaced(value, place, new)
        path.write_text("\n".join(map(json.dumps, value)) if rows else json.dumps(value))
        told = refusal(path, format)
    assert "\n" not in told


def refusal(path: Path, format: str) -> str:
    """What is said if the file is refused."""
    try:
        list(Recording([path], Catalogue(None), model="m", format=format))
    except OverthinkError as error:
        return error.message + error.hint
    return ""


def test_readme_names_every_format_with_its_line() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, line in described().items():
        assert f"| `{name}` | {line} |" in readme


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_in_a_line_what_it_reads(name: str) -> None:
    module = import_module(f"overthink.imports.formats.{name.replace('-', '_')}")
    assert described()[name] == str(module.__doc__).splitlines()[0]
    assert described()[name].endswith(".")
