from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from overthink.answers import workers as sympy_workers
from overthink.answers.workers import SympyVerifier
from tests.conftest import restore_ctrl_c

HARD = r"\int_0^{\infty}\frac{\sin(x^2)\ln(x)}{1+x^4}dx"
CORRECT = ("correct", "symbolic")


@pytest.fixture(scope="module")
def verifier() -> Iterator[SympyVerifier]:
    with SympyVerifier(workers=2, cpu_seconds=1.0) as one:
        yield one


def test_what_the_cheap_ways_decide_starts_no_process() -> None:
    with SympyVerifier() as verifier:
        assert verifier.compare([("1/2", "0.5"), ("7", "8"), ("7", "")]) == [
            ("correct", "numeric"),
            ("wrong", "numeric"),
            ("wrong", "missing"),
        ]
        assert not verifier._pool.started


def test_verdicts_come_in_the_order_of_the_pairs(verifier: SympyVerifier) -> None:
    pairs = [(f"x+{k}", f"{k}+x") if k % 2 else (f"{k}", f"{k + 1}") for k in range(8)]
    assert verifier.compare(pairs) == [CORRECT if k % 2 else ("wrong", "numeric") for k in range(8)]


def test_a_pair_that_uses_up_its_cpu_time_is_undetermined_and_the_others_keep_their_verdicts(
    verifier: SympyVerifier,
) -> None:
    pairs = [("5", HARD), (r"\sqrt{8}", r"2\sqrt{2}"), ("(1+2)*3", "1+2*3"), ("5", HARD)]
    assert verifier.compare(pairs) == [
        ("undetermined", "timeout"),
        CORRECT,
        ("wrong", "symbolic"),
        ("undetermined", "timeout"),
    ]


def test_an_equal_pair_is_compared_once(verifier: SympyVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, ...]] = []
    send = verifier._send

    def counted(task: Callable[..., Any], *texts: str) -> Any:
        sent.append(texts)
        return send(task, *texts)

    monkeypatch.setattr(verifier, "_send", counted)
    for _ in range(2):
        assert verifier.compare([("q+1", "1+q"), ("q+2", "2+q")] * 50) == [CORRECT] * 100
    assert sent == [("q+1", "1+q"), ("q+2", "2+q")]


def die(cpu_seconds: float, gold: str, answer: str) -> tuple[str, str]:
    if answer == "x":
        os.kill(os.getpid(), signal.SIGSEGV)
    if answer == "y":
        bytearray(8 * 1024**3)
    if answer == "z":
        time.sleep(600)
    return "correct", "symbolic"


def sabotaged(cpu_seconds: float, gold: str, answer: str) -> tuple[str, str]:
    try:
        return die(cpu_seconds, gold, answer)
    except MemoryError:
        return "undetermined", "memory"


def test_a_worker_that_dies_starves_or_runs_out_of_memory_costs_its_own_pair_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sympy_workers, "_compare_within_limits", sabotaged)
    monkeypatch.setattr(sympy_workers, "_WALL_SECONDS", 1.0)
    with SympyVerifier(workers=2) as verifier:
        outcomes = verifier.compare([("a", "b+1"), ("a", "x"), ("a", "y"), ("a", "z"), ("a", "c+1"), ("a", "d+1")])
    assert outcomes == [
        CORRECT,
        ("undetermined", "crash"),
        ("undetermined", "memory"),
        ("undetermined", "timeout"),
        CORRECT,
        CORRECT,
    ]


def test_gold_answers_that_cannot_be_read_are_told_with_the_reason(verifier: SympyVerifier) -> None:
    sound = ["7", r"\frac{1}{2}", "even", r"\text{Evelyn}", "(3, 4)", r"x^2+1"]
    assert verifier.gold_problems(sound) == {}
    assert verifier.gold_problems([r"\frac{1}{", "", "9^{9^{9^9}}"]).keys() == {r"\frac{1}{", "", "9^{9^{9^9}}"}


SCRIPT = r"""
from overthink.answers.workers import SympyVerifier

if __name__ == "__main__":
    with SympyVerifier(workers=2) as verifier:
        verifier.compare([("x + 1", "1 + x")])
        print("ready", flush=True)
        while True:
            verifier.compare([("5", r"\int_0^{\infty}\frac{\sin(x^%d)\ln(x)}{1+x^4}dx" % k) for k in range(2, 30)])
"""


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_the_program(ending: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(SCRIPT, encoding="utf-8")
    program = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=restore_ctrl_c,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    deadline = time.monotonic() + 60
    while len(family := descendants(program.pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(family) >= 3
    program.send_signal(ending)
    program.wait(timeout=60)
    program.stdout.close()
    deadline = time.monotonic() + 60  # a worker ends once it has used up the CPU time of its pair
    while any(alive(pid) for pid in family) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [pid for pid in family if alive(pid)]


def descendants(pid: int) -> list[int]:
    children = [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return [*children, *(one for child in children for one in descendants(child))]


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.parametrize(("name", "accuracy"), [("pairs.jsonl", 0.96), ("pairs-real.jsonl", 0.99)])
def test_verdicts_on_recorded_pairs_reach_their_measure(name: str, accuracy: float, real_data: Path) -> None:
    pairs = rows(real_data / "answers" / name)
    with SympyVerifier() as verifier:
        outcomes = verifier.compare([(row["gold"], row["pred"]) for row in pairs])
    said = [outcome[0] == "correct" for outcome in outcomes]
    right = sum(one == row["equal"] for one, row in zip(said, pairs, strict=True))
    false_positives = sum(one and not row["equal"] for one, row in zip(said, pairs, strict=True))
    assert right / len(pairs) >= accuracy
    assert false_positives / len(pairs) <= 0.01


@pytest.mark.real_data
@pytest.mark.slow
def test_every_hostile_answer_gets_a_verdict_and_runs_no_code(
    real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pairs = [(row["gold"], row["pred"]) for row in rows(real_data / "answers" / "hostile.jsonl")]
    with SympyVerifier() as verifier:
        outcomes = verifier.compare(pairs)
    assert len(outcomes) == len(pairs)
    assert not list(tmp_path.iterdir())
