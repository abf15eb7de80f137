"""Speed and size as ratios measured in one run: `make bench`. Needs the real responses; OVERTHINK_REAL_DATA names them.

(a) CPU time of segment + cluster + verify + score over that of reading and tokenising the same responses
(b) CPU time of plain math-verify, pair by pair, over ours for the same pairs
(c) peak memory of the main process at ten times the responses over that at one time
(d) wall time of `overthink --help` over that of `python -c "import typer, rich"`
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from overthink.answers.workers import SympyVerifier
from overthink.run import Run
from overthink.text.tokenizers import load_tokenizer

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("OVERTHINK_REAL_DATA", ROOT.parent / "shared" / "data")) / "responses"
FILES = [DATA / "math500.jsonl", DATA / "gsm8k.jsonl"]
PR_SET_CHILD_SUBREAPER = 36

Pairs = list[tuple[str, str]]


def cpu_seconds() -> float:
    """CPU time of this process and of all its children that have ended, orphans too."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


@contextmanager
def counted(into: dict[str, float], name: str) -> Iterator[None]:
    before = cpu_seconds()
    yield
    reap()
    into[name] = cpu_seconds() - before


def reap() -> None:
    """Wait for every child: the processes of a pool are orphans that come to us (see main)."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass


def overthink(*arguments: object) -> float:
    """Run the command; its peak memory in MiB."""
    process = subprocess.Popen(
        [sys.executable, "-m", "overthink", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return usage.ru_maxrss / 1024


def read_and_tokenise() -> None:
    tokenizer = load_tokenizer("Qwen/QwQ-32B").tokenizer
    for path in FILES:
        for line in path.read_bytes().split(b"\n"):
            if line:
                tokenizer.starts(json.loads(line)["response"])


def pairs(folder: Path, dataset: str) -> Pairs:
    found = []
    for run in (Run(path.parent) for path in sorted(folder.glob("*/run.json"))):
        problems = {problem.id: problem for problem in run.table("problems").rows()}
        verdicts = run.table("verify")
        for segments in run.table("segment").rows():
            problem = problems[segments.id.rpartition("#")[0]]
            if problem.dataset == dataset and problem.answer is not None:
                final = verdicts.read(segments.id).final.answer
                answers = [solution.answer for solution in segments.solutions] + ([final] if final else [])
                found += [(problem.answer, answer) for answer in answers]
    return found


def plain_math_verify(pairs: Pairs) -> None:
    from math_verify import parse, verify

    for gold, answer in pairs:
        verify(
            parse(f"${gold}$", parsing_timeout=None), parse(f"${answer}$", parsing_timeout=None), timeout_seconds=None
        )


def ours(pairs: Pairs) -> None:
    with SympyVerifier() as verifier:
        for start in range(0, len(pairs), 512):
            verifier.compare(pairs[start : start + 512])


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def interleaved(first: list[str], second: list[str], times: int = 15) -> float:
    """The median of `first` over that of `second`."""
    both = [(seconds(first), seconds(second)) for _ in range(times)]
    return statistics.median(a for a, _ in both) / statistics.median(b for _, b in both)


def tenfold(path: Path) -> Path:
    out = path / "tenfold.jsonl"
    with out.open("wb") as file:
        for _ in range(10):
            for source in FILES:
                file.write(source.read_bytes())
    return out


def report(name: str, value: float, aim: str) -> None:
    print(f"{name:<72} {value:6.2f}   aim {aim}", flush=True)


def main() -> None:
    if not all(path.exists() for path in FILES):
        sys.exit(f"the real responses are not at {DATA}: set OVERTHINK_REAL_DATA to the folder that holds responses/")
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    python = sys.executable
    report(
        "(d) --help over importing typer and rich",
        interleaved([python, "-m", "overthink", "--help"], [python, "-c", "import typer, rich"]),
        "≤ 1.5",
    )
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        overthink("import", *FILES, "--out", folder / "once")
        with counted(spent, "read"):
            read_and_tokenise()
        with counted(spent, "pipeline"):
            once = overthink("score", folder / "once", "--format", "json")
        report(
            "(a) segment + cluster + verify + score over reading and tokenising",
            spent["pipeline"] / spent["read"],
            "≤ 10",
        )
        for dataset, aim in (("gsm8k", "≥ 10"), ("math500", "≥ 1.5")):
            found = pairs(folder / "once", dataset)
            measure(spent, "plain", plain_math_verify, found)
            measure(spent, "ours", ours, found)
            report(
                f"(b) plain math-verify over ours, {len(found)} pairs of {dataset}", spent["plain"] / spent["ours"], aim
            )
        overthink("import", tenfold(folder), "--out", folder / "tenfold")
        ten = overthink("score", folder / "tenfold", "--format", "json")
        report(f"(c) peak memory at 26,580 over 2,658 responses ({once:.0f} MiB)", ten / once, "≤ 1.2")


def measure(spent: dict[str, float], name: str, function: Callable[[Pairs], None], found: Pairs) -> None:
    """In a process of its own, so that what one side has imported or cached does not help the other."""
    with counted(spent, name):
        child = os.fork()
        if child == 0:
            function(found)
            os._exit(0)


if __name__ == "__main__":
    main()
