"""The command line as a user types it: results on stdout, two lines for a mistake, exit codes."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from overthink.problems import BENCHMARKS
from tests.conftest import Overthink, restore_ctrl_c

STAGES = ("segment", "cluster", "verify", "score")
ROW = {
    "model": "m",
    "problem": "What is 1 + 1?",
    "answer": "2",
    "response": "<think>\n1 + 1 = 2.\n</think>\n\\boxed{2}",
}


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def stage_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("**/*.jsonl"))}


def test_the_samples_go_from_import_to_a_report_that_is_also_on_disk(overthink: Overthink, samples: Path) -> None:
    assert overthink("import", samples / "responses.jsonl", "--out", "runs/s").code == 0
    done = overthink("score", "runs/s")
    assert done.code == 0
    report = json.loads(done.out)
    rows = {
        (row["model"], row["metric"]) for row in report["rows"] if row["dataset"] == "samples" and row["level"] is None
    }
    assert ("sample-qwq", "outcome_efficiency") in rows
    on_disk = [json.loads(path.read_text()) for path in sorted(Path("runs/s").glob("*/report.json"))]
    assert [run for part in on_disk for run in part["runs"]] == report["runs"]


def test_run_does_all_at_once_and_gives_the_same_numbers(overthink: Overthink, samples: Path) -> None:
    overthink("import", samples / "responses.jsonl", "--out", "apart")
    apart = json.loads(overthink("score", "apart").out)
    together = json.loads(overthink("run", samples / "responses.jsonl", "--out", "together").out)
    assert [row["value"] for row in together["rows"]] == [row["value"] for row in apart["rows"]]


def test_commands_default_to_the_newest_import(overthink: Overthink, tmp_path: Path) -> None:
    write(tmp_path / "old.jsonl", {**ROW, "model": "old"})
    write(tmp_path / "new.jsonl", {**ROW, "model": "new-a"}, {**ROW, "model": "new-b"})
    overthink("import", "old.jsonl", "--out", "runs/old")
    overthink("import", "new.jsonl", "--out", "runs/new")
    assert {row["model"] for row in json.loads(overthink("status").out)} == {"new-a", "new-b"}


def test_dataset_narrows_the_printed_report_and_not_the_file(overthink: Overthink, samples: Path) -> None:
    overthink("import", samples / "responses.jsonl", "--out", "s")
    report = json.loads(overthink("score", "s/sample-qwq", "--dataset", "two-plus-three").out)
    assert {row["dataset"] for row in report["rows"]} == {"two-plus-three"}
    whole = json.loads(Path("s/sample-qwq/report.json").read_text())
    assert {row["dataset"] for row in whole["rows"]} == {"samples", "two-plus-three"}


def test_a_run_without_the_named_benchmark_is_left_out(overthink: Overthink, samples: Path) -> None:
    overthink("import", samples / "responses.jsonl", "--out", "s")
    report = json.loads(overthink("score", "s", "--dataset", "two-plus-three").out)
    assert [run["model"] for run in report["runs"]] == ["sample-qwq"]


def test_a_torn_last_line_of_a_stage_is_made_again(overthink: Overthink, tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", ROW, {**ROW, "problem": "Another?"})
    overthink("run", "x.jsonl", "--out", "x")
    whole = stage_files(Path("x"))
    for stage in STAGES:
        path = Path(f"x/m/{stage}.jsonl")
        path.write_bytes(path.read_bytes()[:-20])
    assert overthink("score", "x").code == 0
    assert stage_files(Path("x")) == whole


@pytest.mark.parametrize("name", ["json", "jsonl", "csv", "markdown", "table"])
def test_each_format_holds_the_model_and_a_metric(overthink: Overthink, samples: Path, name: str) -> None:
    overthink("import", samples / "responses.jsonl", "--out", "s")
    done = overthink("score", "s", "--format", name)
    assert done.code == 0
    assert "sample-qwq" in done.out
    assert "accuracy" in done.out


def test_a_gzipped_file_and_a_plain_one_give_the_same_rows(overthink: Overthink, samples: Path) -> None:
    Path("packed.jsonl.gz").write_bytes(gzip.compress((samples / "responses.jsonl").read_bytes()))
    overthink("import", samples / "responses.jsonl", "--out", "plain")
    overthink("import", "packed.jsonl.gz", "--out", "packed")
    assert stage_files(Path("packed")) == stage_files(Path("plain"))


def test_changed_options_are_refused_until_redo(overthink: Overthink, tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", ROW)
    overthink("run", "x.jsonl", "--out", "x")
    refused = overthink("score", "x", "--scope", "response")
    assert (refused.code, refused.out) == (2, "")
    assert "score was started with --scope thinking, now with --scope response" in refused.err
    assert "--redo score" in refused.err
    done = overthink("score", "x", "--scope", "response", "--redo", "score")
    assert json.loads(done.out)["runs"][0]["method"]["scope"] == "response"
    again = overthink("score", "x")
    assert json.loads(again.out)["runs"][0]["method"]["scope"] == "response"


def test_overthink_toml_is_read_and_the_command_line_wins(overthink: Overthink, tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", ROW)
    Path("overthink.toml").write_text("[score]\nt_max = 50\n[report]\nresamples = 200\n")
    overthink("import", "x.jsonl", "--out", "x")
    method = json.loads(overthink("score", "x", "--resamples", "300").out)["runs"][0]["method"]
    assert (method["t_max"], method["resamples"]) == (50, 300)


def test_show_prints_answers_verdicts_strategies_and_tokens(overthink: Overthink, samples: Path) -> None:
    overthink("run", samples / "responses.jsonl", "--out", "s")
    done = overthink("show", "s/sample-qwq", "1")
    assert done.code == 0
    assert all(
        word in done.out for word in ("solution 1", "first correct answer", "strategy 1", "tokens", "gold answer")
    )


def test_a_response_cannot_steer_the_terminal(overthink: Overthink, tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", {**ROW, "response": "<think>\n\x1b]0;owned\x07 [red]1 + 1 = 2.\x9b31m\n</think>\n2"})
    overthink("run", "x.jsonl", "--out", "x")
    out = overthink("show", "x/m", "1").out
    assert not {"\x1b", "\x07", "\x9b"} & set(out)
    assert "[red]1 + 1 = 2." in out


def test_names_in_a_file_cannot_steer_the_terminal(overthink: Overthink, tmp_path: Path) -> None:
    name = "\x1b]0;owned\x07\x9b31m"
    write(tmp_path / "x.jsonl", {**ROW, "model": name, "response": "2", "dataset": name, f"thinking_{name}": "a b c d"})
    told = [overthink("import", "x.jsonl", "--out", "x"), overthink("status", "x", "--format", "table")]
    told.append(overthink("import", "x.jsonl", "--out", "y", "--map", f"answer={name}"))
    assert told[-1].code == 2
    for done in told:
        assert not {"\x1b", "\x07", "\x9b"} & {*done.err}, done.err
    assert not {"\x1b", "\x07", "\x9b"} & {*told[1].out}


def test_agree_with_the_labels_of_the_samples_prints_every_figure(overthink: Overthink, samples: Path) -> None:
    overthink("run", samples / "responses.jsonl", "--out", "s")
    rows = json.loads(overthink("agree", "s", samples / "labels.jsonl").out)
    figures = {row["figure"]: row for row in rows if row["dataset"] == "all"}
    assert {"precision", "recall", "f1", "outcome_difference", "process_difference", "strategy_ari"} <= figures.keys()
    assert figures["strategy_ari"]["n"] == 35


def test_a_run_agrees_with_itself(overthink: Overthink, samples: Path) -> None:
    overthink("run", samples / "responses.jsonl", "--out", "s")
    done = overthink("agree", "s/sample-r1", "s/sample-r1")
    assert "sample-r1: WARNING: no thinking tags in 2 of 18 responses" in done.err
    rows = json.loads(done.out)
    values = {row["figure"]: row["value"] for row in rows if row["dataset"] == "all"}
    assert (values["f1"], values["strategy_ari"], values["outcome_difference"]) == (1, 1, 0)


def test_datasets_lists_the_benchmarks_by_name(overthink: Overthink) -> None:
    names = [row["name"] for row in json.loads(overthink("datasets").out)]
    assert names == sorted(BENCHMARKS)


def prepared(tmp_path: Path) -> None:
    write(tmp_path / "good.jsonl", ROW)
    write(tmp_path / "no-key.jsonl", {"model": "m", "problem": "q"})
    write(tmp_path / "twice.jsonl", {**ROW, "sample": 1}, {**ROW, "sample": 1, "response": "3"})
    (tmp_path / "bad.jsonl").write_text(json.dumps(ROW) + "\n{oops\n")
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "list.jsonl").write_text("[1]\n")
    (tmp_path / "data.xml").write_text("<x/>")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("import missing.jsonl", "missing.jsonl"),
        ("import empty.jsonl", "empty.jsonl"),
        ("import bad.jsonl", "bad.jsonl, line 2"),
        ("import list.jsonl", "list.jsonl, line 1"),
        ("import no-key.jsonl", "no-key.jsonl, line 1"),
        ("import twice.jsonl", "twice.jsonl, line 2"),
        ("import data.xml", "data.xml"),
        ("import good.jsonl --dataset nowhere.jsonl", "nowhere.jsonl"),
        ("import good.jsonl --map colour=x", "colour"),
        ("import good.jsonl --map answer=nope", "no row has a key nope"),
        ("import good.jsonl --map answer=no.pe", "no row has a key no.pe"),
        ("score nowhere", "nowhere: not a run folder"),
        ("score", "runs: no runs here"),
        ("show nowhere 1", "nowhere: not a run folder"),
        ("score good --tokenizer ./nothing.json", "nothing.json"),
        ("score good --redo nothing", "--redo nothing"),
        ("score good --dataset aime24", "aime24"),
        ("score good --t-max 0", "t_max"),
        ("segment good --judge model", "--judge-model"),
        ("agree good missing.jsonl", "missing.jsonl"),
        ("agree good good.jsonl", "good.jsonl, line 1"),
        ("show good/m 7", "no response '7'"),
    ],
)
def test_a_users_mistake_gives_two_lines_and_exit_code_2(
    overthink: Overthink, tmp_path: Path, command: str, says: str
) -> None:
    prepared(tmp_path)
    overthink("run", "good.jsonl", "--out", "good")
    before = stage_files(tmp_path)
    done = overthink(*command.split())
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert len(done.err.strip().split("\n")) == 2, done.err
    assert "Traceback" not in done.err
    assert stage_files(tmp_path) == before


NESTED = {"q": {"text": "What is 2 + 3?"}, "out": {"text": "<r>We add 2 and 3.</r> It is \\boxed{5}."}, "gold": "5"}


def test_run_takes_every_option_of_import_with_files(overthink: Overthink, tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", NESTED)
    maps = ("--map", "question=q.text", "--map", "response=out.text", "--map", "answer=gold")
    given = (*maps, "--model", "foo", "--dataset", "gsm8k", "--think-tags", "<r>", "</r>", "--from", "plain")
    scored = ("--tokenizer", "deepseek-r1", "--scope", "response", "--out", "x")
    done = overthink("run", "x.jsonl", *given, *scored)
    assert done.code == 0, done.err
    (report,) = json.loads(done.out)["runs"]
    assert (report["model"], report["method"]["scope"]) == ("foo", "response")
    assert report["method"]["tokenizer"].startswith("deepseek-r1")
    assert report["metrics"]["gsm8k"]["overall"]["accuracy"]["value"] == 1
    (row,) = [json.loads(line) for line in Path("x/foo/segment.jsonl").read_text().splitlines()]
    text = NESTED["out"]["text"]  # type: ignore[index]  # an object
    assert text[slice(*row["thinking"])] == "We add 2 and 3."
    assert overthink("import", "x.jsonl", *given, "--out", "y").code == 0
    assert Path("y/foo/generate.jsonl").read_bytes() == Path("x/foo/generate.jsonl").read_bytes()


def test_run_imports_the_folder_of_a_tool_and_scores_the_folder_of_a_run(overthink: Overthink, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    row = {"problem": "What is 2 + 3?", "expected_answer": "5", "generation": "<think>2 + 3 = 5.</think>5"}
    for number in range(2):
        write(tmp_path / "logs" / f"output-rs{number}.jsonl", row)
    done = overthink("run", "logs", "--from", "nemo-skills", "--model", "m", "--out", "x")
    assert done.code == 0, done.err
    assert json.loads(done.out)["runs"][0]["counts"]["responses"] == 2
    assert json.loads(overthink("run", "x").out) == json.loads(done.out)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("run good.jsonl --temperature 1", "--temperature is for a model that is run"),
        ("run good.jsonl --base-url http://127.0.0.1:1/v1", "--base-url is for a model that is run"),
        ("run good.jsonl --samples 2", "--samples is for a model that is run"),
        ("run good.jsonl --reasoning-effort low", "--reasoning-effort is for a model that is run"),
        ("run good.jsonl --extra {}", "--extra is for a model that is run"),
        ("run good.jsonl --limit 2", "--limit is for a model that is run"),
        ("run good.jsonl --levels 2", "--levels is for a model that is run"),
        ("run good.jsonl --ids a", "--ids is for a model that is run"),
        ("run good --model other", "--model is for files that are imported"),
        ("run . --model other", "--model is for files that are imported"),
        ("run missing", "missing"),
        ("run good --map answer=gold", "--map is for files that are imported"),
        ("run good --from plain", "--from is for files that are imported"),
        ("run good --think-tags <r> </r>", "--think-tags is for files that are imported"),
        ("run good --out elsewhere", "--out is for files that are imported"),
        ("run good --temperature 1", "--temperature is for a model that is run"),
        ("run --model m --map answer=gold", "--map is for files of responses"),
        ("run --model m --from plain", "--from is for files of responses"),
        ("run good.jsonl --format inspect", "--from"),
        ("run good.jsonl --from nothing", "no such format"),
        ("run good.jsonl --map answer=nothing", "no row has"),
    ],
)
def test_run_ignores_no_option(overthink: Overthink, tmp_path: Path, command: str, says: str) -> None:
    prepared(tmp_path)
    overthink("run", "good.jsonl", "--out", "good")
    before = stage_files(tmp_path)
    done = overthink(*command.split())
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert len(done.err.strip().split("\n")) == 2, done.err
    assert stage_files(tmp_path) == before


ODD = {
    "an empty response": "",
    "an empty box": "<think>\n\n</think>\n\n\\boxed{2}",
    "only blanks": " \n\n\t ",
    "a NUL": "<think>\n1\x00+1 = 2\n</think>2",
    "U+2028": "<think>\n1+1 = 2\u2028done\u2029\x85\n</think>2",
    "a lone surrogate": "<think>\n1+1 = 2 \ud800\n</think>2",
    "cut off in a box": "<think>\n1+1, so \\boxed{",
    "five megabytes": "<think>\n" + "1+1 = 2. Wait, let me check.\n\n" * 160_000 + "</think>\\boxed{2}",
    "one line of a megabyte": "<think>\n" + "x = 2 " * 170_000 + "</think>\\boxed{2}",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_an_odd_response_is_scored_or_counted_and_its_tokens_add_up(
    overthink: Overthink, tmp_path: Path, name: str
) -> None:
    write(tmp_path / "x.jsonl", {**ROW, "response": ODD[name]}, {**ROW, "problem": "Another?"})
    done = overthink("run", "x.jsonl", "--out", "x")
    assert done.code == 0, done.err
    scores = [json.loads(line) for line in Path("x/m/score.jsonl").read_bytes().split(b"\n") if line]
    assert len(scores) == 2
    for row in scores:
        assert sum(row["solution_tokens"]) + row["tail_tokens"] + row["loop_tokens"] == row["tokens"]


def test_a_row_without_text_fails_alone_and_the_exit_code_is_1(overthink: Overthink, tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", ROW, {**ROW, "problem": "Another?", "response": None})
    done = overthink("import", "x.jsonl", "--out", "x")
    assert done.code == 1
    (failure,) = [json.loads(line) for line in Path("x/m/failures.jsonl").read_text().split("\n") if line]
    assert failure["stage"] == "import"


@pytest.mark.parametrize("gold", ["\\frac{1}{", "\\", "{", "$$"])
def test_a_gold_answer_that_cannot_be_parsed_is_named_at_import(
    overthink: Overthink, tmp_path: Path, gold: str
) -> None:
    write(tmp_path / "x.jsonl", {**ROW, "answer": gold})
    done = overthink("import", "x.jsonl", "--out", "x")
    assert done.code == 0
    assert "gold answer" in done.err
    assert repr(gold) in done.err


def test_a_full_disk_is_named_and_nothing_is_half_replaced(overthink: Overthink, tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", ROW)
    overthink("import", "x.jsonl", "--out", "x")
    Path("x/m/segment.jsonl.new").symlink_to("/dev/full")
    done = overthink("score", "x")
    assert done.code == 2
    assert "the disk is full" in done.err
    assert not Path("x/m/segment.jsonl").exists()
    assert overthink("score", "x").code == 0


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_cannot_be_written_is_two_lines(unbuffered: str) -> None:
    with Path("/dev/full").open("w") as device:
        full = subprocess.run(
            [sys.executable, "-m", "overthink", "datasets"],
            stdout=device,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        )
    assert (full.returncode, len(full.stderr.strip().split("\n"))) == (2, 2)


def test_a_folder_in_place_of_a_file_is_named(overthink: Overthink, tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", ROW)
    overthink("import", "x.jsonl", "--out", "x")
    Path("overthink.toml").mkdir()
    done = overthink("score", "x")
    assert (done.code, len(done.err.strip().split("\n"))) == (2, 2)
    assert "overthink.toml" in done.err


def test_ctrl_c_leaves_no_trace_but_what_was_done(samples: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (samples / "responses.jsonl").read_text("utf-8").split("\n") if line]
    for times in (8, 32, 128):  # so many that the score is not done before this process, which may starve, looks
        code, err = scored_until("segment", rows * times, tmp_path / str(times))
        assert "Traceback" not in err
        if code != 0:
            break
    assert code in (130, -signal.SIGINT)


def scored_until(stage: str, rows: list[dict[str, Any]], folder: Path) -> tuple[int, str]:
    """Exit code and stderr of `score`, after Ctrl-C once this stage's file is there: the processes are at work then."""
    folder.mkdir()
    write(folder / "many.jsonl", *rows)
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m", "overthink"]
    subprocess.run([*command, "import", "many.jsonl", "--out", "x"], check=True, **quiet)
    process = subprocess.Popen([*command, "score", "x"], start_new_session=True, preexec_fn=restore_ctrl_c, **quiet)
    # The file of a whole stage stays, however late this process looks.
    while process.poll() is None and not (folder / "x" / "sample-qwq" / f"{stage}.jsonl").exists():
        time.sleep(0.01)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate()
    return process.returncode, err


def test_a_second_process_on_a_run_is_refused(overthink: Overthink, tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", ROW)
    overthink("import", "x.jsonl", "--out", "x")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from overthink.run import Run\n"
            "with Run(Path('x/m')).lock(): print('held', flush=True); sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = overthink("score", "x")
        assert (done.code, "another overthink process" in done.err) == (2, True)
        holder.kill()
    assert overthink("score", "x").code == 0


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root writes into read-only folders; tests/run/test_table.py holds the error")
    write(tmp_path / "x.jsonl", ROW)
    (tmp_path / "locked").mkdir(mode=0o500)
    done = subprocess.run(
        [sys.executable, "-m", "overthink", "import", "x.jsonl", "--out", "locked/x"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)


def written(folder: Path) -> int:
    """The bytes of all rows there are by now, those of unfinished stages too."""
    total = 0
    for path in folder.glob("*/*.jsonl*"):
        with suppress(FileNotFoundError):  # it was renamed
            total += path.stat().st_size
    return total


@pytest.mark.slow
def test_killed_at_random_moments_the_run_ends_with_the_same_bytes(samples: Path, tmp_path: Path) -> None:
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "overthink", *arguments]

    quiet = {"cwd": tmp_path, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for out in ("whole", "killed"):
        subprocess.run(command("import", str(samples / "responses.jsonl"), "--out", out), check=True, **quiet)
    imported = written(tmp_path / "killed")
    subprocess.run(command("score", "whole"), check=True, **quiet)
    scored = written(tmp_path / "whole")
    random = Random(7)
    kills = 0
    for moment in sorted(random.uniform(imported, scored) for _ in range(5)):
        least = max(moment, written(tmp_path / "killed"))
        with subprocess.Popen(command("score", "killed"), **quiet) as process:
            while process.poll() is None and written(tmp_path / "killed") <= least:
                time.sleep(0.001)
            process.kill()
        kills += process.returncode == -signal.SIGKILL
    assert kills
    subprocess.run(command("score", "killed"), check=True, **quiet)
    assert stage_files(tmp_path / "killed") == stage_files(tmp_path / "whole")


def test_the_samples_folder_is_never_written(overthink: Overthink, samples: Path) -> None:
    before = stage_files(samples)
    shutil.copytree(samples, "copy")
    overthink("run", "copy/responses.jsonl", "--out", "out")
    assert stage_files(samples) == before


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from overthink.cli import main; sys.argv = ['overthink', '--help']\n"
    code += "try: main()\nexcept SystemExit: pass\n"
    code += "heavy = {'numpy', 'pydantic', 'sympy', 'tiktoken', 'tokenizers', 'datasets', 'vllm', 'torch', 'openai'}\n"
    code += "print('HEAVY', sorted(heavy & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"
