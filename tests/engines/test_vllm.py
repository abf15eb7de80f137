"""A real vLLM on the CPU: in process and as a server on the loopback address, killed and resumed."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("default")]  # vLLM's own warnings are not ours to mend

ENGINE = ("--engine", "enforce_eager=true", "--engine", "dtype=float32", "--engine", "max_model_len=256")
GREEDY = ("--temperature", "0", "--max-tokens", "48", "--seed", "3")


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    path = tmp_path / "sums.jsonl"
    rows = [{"id": f"sum-{k}", "question": f"What is {k} plus 3?", "answer": str(k + 3)} for k in range(24)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def rows_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "generate.jsonl").read_text().split("\n") if line]


def texts_of(run: Path) -> dict[str, tuple[str, str]]:
    return {row["id"]: (row["response"], row["finish_reason"]) for row in rows_of(run)}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "overthink", *map(str, arguments)]


def test_rows_hold_what_the_model_wrote_and_what_the_engine_reports(
    overthink: Any, tiny: Path, problems: Path, tmp_path: Path
) -> None:
    done = overthink("generate", "-m", tiny, "-d", problems, "-n", 2, "--out", "run", "--max-tokens", 40, *ENGINE)
    assert done.code == 0, done.err
    assert json.loads(done.out)[0]["responses"] == 48
    rows = rows_of(tmp_path / "run")
    assert [row["id"] for row in rows] == [f"sum-{k}#{sample}" for k in range(24) for sample in (1, 2)]
    assert all(row["response"].startswith("<think>\n") for row in rows)
    assert {row["finish_reason"] for row in rows} <= {"stop", "length"}
    assert all(row["completion_tokens"] == 40 for row in rows if row["finish_reason"] == "length")
    assert all(1 <= row["completion_tokens"] <= 40 and row["prompt_tokens"] > 10 for row in rows)
    assert len({row["seed"] for row in rows}) == 48
    assert len({row["response"] for row in rows}) > 24
    config = json.loads((tmp_path / "run" / "run.json").read_text())["stages"]["generate"]["config"]
    assert (config["temperature"], config["top_p"], config["top_k"], config["min_p"]) == (0.6, 0.95, 20, 0.0)


def test_more_samples_extend_a_run_and_equal_one_made_at_once(
    overthink: Any, tiny: Path, problems: Path, tmp_path: Path
) -> None:
    base = ("generate", "-m", tiny, "-d", problems, "--limit", 4, "--max-tokens", 24, "--temperature", 1, *ENGINE)
    assert overthink(*base, "-n", 1, "--out", "grown").code == 0
    first = rows_of(tmp_path / "grown")
    assert overthink("generate", "-n", 4, "--out", "grown").code == 0
    assert overthink(*base, "-n", 4, "--out", "whole").code == 0
    assert (tmp_path / "grown" / "generate.jsonl").read_bytes() == (tmp_path / "whole" / "generate.jsonl").read_bytes()
    assert [row for row in rows_of(tmp_path / "grown") if row["sample"] == 1] == first


def test_killed_in_the_middle_and_resumed_equals_the_uninterrupted_run(
    tiny: Path, problems: Path, tmp_path: Path
) -> None:
    base = command("generate", "-m", tiny, "-d", problems, "-n", 4, *ENGINE, *GREEDY, "--engine", "max_num_seqs=4")
    subprocess.run([*base, "--out", tmp_path / "whole"], check=True, capture_output=True)
    killed, chance = tmp_path / "killed", random.Random(4)
    kills = 0
    for _ in range(2):
        kills += _kill_while_it_writes([*base, "--out", str(killed)], killed, chance)
    subprocess.run([*base, "--out", killed], check=True, capture_output=True)
    assert kills, "every try was done before it could be killed"
    assert (killed / "generate.jsonl").read_bytes() == (tmp_path / "whole" / "generate.jsonl").read_bytes()
    assert not (killed / "generate.jsonl.part").exists()


def _kill_while_it_writes(line: list[str], run: Path, chance: random.Random) -> bool:
    """Kill -9 at a random moment after the next row; False where it was done by then."""
    part = run / "generate.jsonl.part"
    before = len(part.read_bytes().split(b"\n")) if part.exists() else 0
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            if part.exists() and len(part.read_bytes().split(b"\n")) > before + 1:
                time.sleep(chance.uniform(0, 0.2))
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.01)
    return process.returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def server(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("server") / "log").open("w+")
    options = ["--dtype", "float32", "--enforce-eager", "--max-model-len", "256", "--reasoning-parser", "deepseek_r1"]
    module = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(tiny), "--port", str(port)]
    environment = {**os.environ, "VLLM_ENABLE_V1_MULTIPROCESSING": "1"}
    with (
        log,
        subprocess.Popen(
            [*module, "--host", "127.0.0.1", *options], stdout=log, stderr=log, env=environment
        ) as process,
    ):
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.5)
        else:
            process.kill()
            log.seek(0)
            pytest.fail(f"the server did not start:\n{log.read()[-3000:]}")
        yield f"http://127.0.0.1:{port}/v1"
        process.terminate()


def test_over_http_the_responses_are_those_of_the_engine_in_process(
    overthink: Any, tiny: Path, problems: Path, tmp_path: Path, server: str
) -> None:
    here = overthink("generate", "-m", tiny, "-d", problems, "--out", "here", *ENGINE, *GREEDY)
    assert here.code == 0, here.err
    there = overthink("generate", "-m", tiny, "-d", problems, "--out", "there", "--base-url", server, *GREEDY)
    assert there.code == 0, there.err
    assert texts_of(tmp_path / "there") == texts_of(tmp_path / "here")
    tokens = [
        {row["id"]: (row["prompt_tokens"], row["completion_tokens"]) for row in rows_of(tmp_path / run)}
        for run in ("here", "there")
    ]
    assert tokens[0] == tokens[1]


def test_an_unknown_model_of_a_server_is_named_with_those_it_has(
    overthink: Any, problems: Path, tiny: Path, server: str
) -> None:
    done = overthink("generate", "-m", "other", "-d", problems, "--out", "run", "--base-url", server)
    assert done.code == 2
    assert "404" in done.err
    assert str(tiny) in done.err


def test_a_prompt_too_long_for_a_server_is_an_error_of_two_lines(
    overthink: Any, problems: Path, tiny: Path, tmp_path: Path, server: str
) -> None:
    prompt = tmp_path / "long.md"
    prompt.write_text("Think. " * 400 + "{question}")
    done = overthink("generate", "-m", tiny, "-d", problems, "--out", "run", "--base-url", server, "--prompt", prompt)
    assert done.code == 2
    assert "400" in done.err
    assert "longer context" in done.err


def test_whole_way_from_nothing_to_a_report(overthink: Any, tiny: Path, tmp_path: Path) -> None:
    done = overthink("run", "-m", tiny, "-d", "two-plus-three", "-n", 3, "--out", "run", "--max-tokens", 40, *ENGINE)
    assert done.code == 0, done.err
    assert json.loads(done.out)["runs"][0]["counts"]["responses"] == 3
    assert (tmp_path / "run" / "report.json").exists()


@pytest.mark.parametrize(
    ("options", "what", "hint"),
    [
        (("--engine", "max_modle_len=9"), "max_modle_len", "max_model_len"),
        (("--engine", "dtype=float7"), "dtype", "--engine"),
        (("--engine", "max_model_len"), "no value", "NAME=VALUE"),
        (("--thinking-budget", "8"), "thinking", "reasoning_parser"),
        (("--engine", "max_model_len=32", "--engine", "enforce_eager=true"), "context length", "max_model_len=N"),
    ],
    ids=["typo", "wrong value", "no value", "budget without parser", "context too small"],
)
def test_what_cannot_be_is_an_error_of_two_lines(
    overthink: Any, tiny: Path, options: tuple[str, ...], what: str, hint: str
) -> None:
    done = overthink("generate", "-m", tiny, "-d", "two-plus-three", "--out", "run", *options)
    assert done.code == 2, done.err
    said = done.err.strip().split("\n")[-2:]
    assert what in said[0]
    assert hint in said[1]


def test_an_unknown_model_leaves_no_run_behind(overthink: Any, tmp_path: Path) -> None:
    done = overthink("generate", "-m", tmp_path / "none", "-d", "two-plus-three", "--out", "run")
    assert done.code == 2
    assert "vLLM cannot run" in done.err
    assert not (tmp_path / "run" / "run.json").exists()


def test_without_thinking_the_empty_box_is_part_of_the_response(overthink: Any, tiny: Path, tmp_path: Path) -> None:
    done = overthink("generate", "-m", tiny, "-d", "two-plus-three", "--out", "run", "--no-thinking", *ENGINE, *GREEDY)
    assert done.code == 0, done.err
    assert rows_of(tmp_path / "run")[0]["response"].startswith("<think>\n\n</think>\n\n")


def test_a_prefill_begins_the_response(overthink: Any, tiny: Path, tmp_path: Path) -> None:
    words = "I have thought enough.\n</think>\n\n"
    base = ("generate", "-m", tiny, "-d", "two-plus-three", *ENGINE, *GREEDY)
    assert overthink(*base, "--out", "run", "--prefill", words).code == 0
    assert overthink(*base, "--out", "free").code == 0
    filled, free = rows_of(tmp_path / "run")[0], rows_of(tmp_path / "free")[0]
    assert filled["response"].startswith(f"<think>\n{words}")
    assert filled["prompt_tokens"] > free["prompt_tokens"]


def test_a_thinking_budget_closes_the_box(overthink: Any, tiny: Path, tmp_path: Path) -> None:
    parser = ("--engine", "reasoning_parser=deepseek_r1", "--thinking-budget", 8)
    done = overthink("generate", "-m", tiny, "-d", "two-plus-three", "--out", "run", *parser, *ENGINE, *GREEDY)
    assert done.code == 0, done.err
    assert "</think>" in rows_of(tmp_path / "run")[0]["response"]
